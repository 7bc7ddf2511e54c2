// SPDX-License-Identifier: Apache-2.0
// Entry: reader::open. What each column of a schema is to a request or an offer, and which types cannot be. Test:
// tests/arrow/columns_test.cpp.
#include "arrow/reader.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "compile/machine.hpp"

namespace pricepoint::arrow {

namespace {

const char* const convert_floats =
    "binary fractions cannot hold most prices: cast the column to decimal128(18, 2) or to text";

std::string_view name_of(const ArrowSchema& of) { return of.name == nullptr ? std::string_view() : of.name; }

}  // namespace

result<reader> reader::open(const ArrowSchema& schema, const policy& with, bool offers, row_defaults defaults) {
  std::vector<diagnostic> found;
  reader made;
  made.defaults_ = std::move(defaults);
  if (made.defaults_.at_unix_ms) made.default_at_ = to_string(instant{*made.defaults_.at_unix_ms});
  made.with_ = with;
  if (type_of(schema.format).is != column_type::kind::structure || schema.n_children < 0 ||
      (schema.n_children > 0 && schema.children == nullptr)) {
    found.push_back(wrong("PP-A010", "a table was expected: a struct whose children are columns"));
    return error(std::move(found));
  }
  made.children_ = static_cast<std::size_t>(schema.n_children);
  for (std::size_t i = 0; i < made.children_; ++i) {
    const ArrowSchema* child = schema.children[i];
    if (child == nullptr) {
      found.push_back(wrong("PP-A010", "a column of the schema is missing"));
      continue;
    }
    const std::string name(name_of(*child));
    const column_type type = type_of(child->format);
    const group in = name == "prices" ? group::prices : name == "attributes" ? group::attributes : group::none;
    if (in != group::none && type.is == column_type::kind::structure) {
      for (std::int64_t k = 0; k < child->n_children; ++k) {
        if (child->children == nullptr || child->children[k] == nullptr) {
          found.push_back(wrong("PP-A010", "a member of \"" + name + "\" is missing in the schema"));
          break;
        }
        const std::string member(name_of(*child->children[k]));
        made.add(*child->children[k], i, static_cast<std::size_t>(k), in == group::prices ? "price." + member : member,
                 in, offers, found);
      }
    } else if (in != group::none && type.is == column_type::kind::map) {
      made.add_map(*child, i, name, found);
    } else if (in != group::none && type.format.starts_with('+')) {
      found.push_back(wrong("PP-A011", "\"" + name + "\" is " + spoken(type) + ", but a struct or a map was expected"));
    } else {
      made.add(*child, i, {}, name, group::none, offers, found);
    }
  }
  const auto is_observed = [](const column& one) { return one.price != nullptr; };
  if (offers && found.empty() && std::none_of(made.list_.begin(), made.list_.end(), is_observed)) {
    found.push_back(wrong("PP-A015", "offers have no column \"price\"", "it is the price that was observed"));
  }
  if (!found.empty()) return error(std::move(found));
  return made;
}

void reader::add(const ArrowSchema& of, std::size_t child, std::optional<std::size_t> member, const std::string& name,
                 group in, bool offers, std::vector<diagnostic>& found) {
  struct known_column {
    std::string_view name;
    role as;
    text_column request_columns::*text;
    number_column request_columns::*number;
  };
  static constexpr known_column known[] = {
      {"sku", role::text, &request_columns::sku, nullptr},
      {"category", role::text, &request_columns::category, nullptr},
      {"segment", role::text, &request_columns::segment, nullptr},
      {"audience", role::text, &request_columns::audience, nullptr},
      {"channel", role::text, &request_columns::channel, nullptr},
      {"market", role::text, &request_columns::market, nullptr},
      {"currency", role::text, &request_columns::currency, nullptr},
      {"quantity", role::number, nullptr, &request_columns::quantity},
      {"units", role::number, nullptr, &request_columns::units},
      {"at", role::instant, nullptr, &request_columns::at_unix_ms},
      {"current_since", role::instant, nullptr, &request_columns::current_since_unix_ms},
      {"list", role::money, nullptr, &request_columns::list},
      {"msrp", role::money, nullptr, &request_columns::msrp},
      {"map", role::money, nullptr, &request_columns::map},
      {"current", role::money, nullptr, &request_columns::current},
      {"lowest_prior", role::money, nullptr, &request_columns::lowest_prior},
      {"cost", role::money, nullptr, &request_columns::cost},
      {"shipping", role::money, nullptr, &request_columns::shipping},
      {"tax", role::rate, nullptr, &request_columns::tax_e8},
      {"fee", role::rate, nullptr, &request_columns::fee_e8},
  };
  column made;
  made.child = child;
  made.member = member;
  made.name = name;
  const engine::machine& compiled = engine::machine_of(*with_);
  const auto attribute = compiled.find_attribute(name);
  bool is_known = false;
  if (in == group::none) {
    for (const known_column& one : known) {
      if (one.name != name) continue;
      is_known = true;
      made.as = one.as;
      made.text = one.text;
      made.number = one.number;
    }
    if (!is_known && offers && name == "seller") {
      is_known = true;
      made.seller = &offer_columns::seller;
    }
    if (!is_known && offers && name == "price") {
      is_known = true;
      made.as = role::money;
      made.price = &offer_columns::price;
    }
  }
  if (!is_known && in != group::attributes && name.starts_with("price.") &&
      compiled.find_channel(std::string_view(name).substr(6))) {
    is_known = true;
    made.as = role::money;
    made.channel = name.substr(6);
  }
  if (!is_known) {
    if (!attribute || in == group::prices) return;  // left aside
    using kind = enum policy_language::attribute::kind;
    const kind declared = compiled.document().attributes[*attribute].kind;
    made.attribute = name;
    made.as = declared == kind::words || declared == kind::text ? role::word
              : declared == kind::number                        ? role::number
                                                                : role::money;
  }
  const auto same = [&](const column& other) { return other.name == name; };
  if (std::any_of(list_.begin(), list_.end(), same)) {
    found.push_back(wrong("PP-A012", "the column \"" + name + "\" stands twice"));
    return;
  }
  using kind = enum column_type::kind;
  set_type(made, of);
  const column_type& values = made.words ? *made.words : made.type;
  const auto refuse = [&](const std::string& expected, std::string hint = {}) {
    if (values.is == kind::other && values.format.starts_with("d:"))
      hint = "decimals of 32, 64 and 128 bits can be read: cast it to decimal128";
    found.push_back(wrong("PP-A011", "\"" + name + "\" is " + spoken(values) + ", but " + expected + " was expected",
                          std::move(hint)));
  };
  if (made.words && (made.words->is != kind::text || made.type.is != kind::integer)) {
    return refuse("a dictionary of text");
  }
  const bool text = values.is == kind::text;
  const bool whole = values.is == kind::integer || values.is == kind::null;
  switch (made.as) {
    case role::text:
    case role::word:
      if (!text && !whole) return refuse("text");
      break;
    case role::money:
      if (values.is == kind::floating) return refuse("money", convert_floats);
      if (!text && !whole && values.is != kind::decimal) return refuse("money: decimals, integers or text");
      if (values.is == kind::integer && !take_integers(made, "\"" + name + "\" is money in " + spoken(values), found)) {
        return;
      }
      break;
    case role::number:
      if (values.is == kind::floating) return refuse("an exact number", convert_floats);
      if (!text && !whole && values.is != kind::decimal) return refuse("a number: integers, decimals or text");
      break;
    case role::instant:
      if (values.format.starts_with("ts") && values.is != kind::instant) {
        return refuse("timestamps with a time zone", "say in which zone they are: timestamp[ms, UTC]");
      }
      // Milliseconds of our time need more than 32 bits: what has fewer counts something else.
      if ((values.is == kind::integer && values.width != 8) || (!text && !whole && values.is != kind::instant)) {
        return refuse("timestamps with a time zone, 64-bit integer milliseconds or text with an offset");
      }
      break;
    case role::rate:
      if (values.is == kind::floating) {
        return refuse("a rate", "write it as text (\"19%\") or cast the column to decimal128(9, 4)");
      }
      if (!text && values.is != kind::decimal && values.is != kind::null) {
        return refuse("a rate: decimals (0.19) or text (\"19%\")");
      }
      break;
  }
  list_.push_back(std::move(made));
}

// Money in integers is taken only if the options say in which units: 50 cents and 50 dollars look alike.
bool reader::take_integers(column& of, const std::string& called, std::vector<diagnostic>& found) const {
  of.whole_units = defaults_.money == integers::units;
  if (defaults_.money != integers::refused) return true;
  found.push_back(
      wrong("PP-A017", called + ", and they could be cents or whole units of the currency",
            "say which with the option integers: \"units\" (50 is 50.00) or \"minor\" (50 is 0.50 where there "
            "are cents); or cast the column to decimal128(18, 2) or to text"));
  return false;
}

// A dictionary without words is a column without values, as of categories that are all null.
void reader::set_type(column& of, const ArrowSchema& from) {
  of.type = type_of(from.format);
  if (from.dictionary == nullptr) return;
  of.words = type_of(from.dictionary->format);
  if (of.words->is == column_type::kind::null) {
    of.type = *of.words;
    of.words.reset();
  }
}

void reader::add_map(const ArrowSchema& of, std::size_t child, const std::string& name,
                     std::vector<diagnostic>& found) {
  using kind = enum column_type::kind;
  const auto same = [&](const map_column& other) { return other.name == name; };
  if (std::any_of(maps_.begin(), maps_.end(), same)) {
    found.push_back(wrong("PP-A012", "the column \"" + name + "\" stands twice"));
    return;
  }
  map_column made;
  made.child = child;
  made.name = name;
  made.prices = name == "prices";
  const auto is_text = [](const column& one) {
    return one.words ? one.words->is == kind::text && one.type.is == kind::integer : one.type.is == kind::text;
  };
  bool good = of.n_children == 1 && of.children != nullptr && of.children[0] != nullptr &&
              of.children[0]->n_children == 2 && of.children[0]->children != nullptr &&
              of.children[0]->children[0] != nullptr && of.children[0]->children[1] != nullptr;
  if (good) {
    set_type(made.keys, *of.children[0]->children[0]);
    set_type(made.entries, *of.children[0]->children[1]);
    const column_type& value = made.entries.type;
    if (is_text(made.keys) && value.is == kind::floating) {
      found.push_back(wrong("PP-A011", "the values of \"" + name + "\" are floating point", convert_floats));
      return;
    }
    good = is_text(made.keys) &&
           (is_text(made.entries) || value.is == kind::null ||
            (made.prices && !made.entries.words && (value.is == kind::decimal || value.is == kind::integer)));
  }
  if (!good) {
    found.push_back(wrong("PP-A011", "\"" + name + "\" must be a struct, or a map from text to " +
                                         (made.prices ? "decimals, integers or text" : "text")));
    return;
  }
  if (made.entries.type.is == kind::integer && !made.entries.words &&
      !take_integers(made.entries, "\"" + name + "\" is a map to money in integers", found)) {
    return;
  }
  made.entries.as = made.prices ? role::money : role::word;
  maps_.push_back(std::move(made));
}

}  // namespace pricepoint::arrow
