// SPDX-License-Identifier: Apache-2.0
// Names of fields to members of a request.
// Entry: field_table, set_other_field. Test: tests/unit/rows/fields_test.cpp.
#include "rows/fields.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "compile/machine.hpp"
#include "rows/text.hpp"
#include "text/blanks.hpp"
#include "text/look_alikes.hpp"

namespace pricepoint::rows {
namespace {

constexpr std::string_view price_prefix = "price.";

constexpr const char* no_money = "is not an amount of money";
constexpr const char* no_number = "is not a number";
constexpr const char* no_rate = "is not a rate (such as \"8%\")";
constexpr const char* no_instant = "is not an instant with its offset (such as \"2026-11-11T00:00:00+08:00\")";

struct built_in {
  std::string_view name;
  field_kind kind;
  std::string_view request::*word = nullptr;
  std::optional<decimal> request::*number = nullptr;

  field as_field() const {
    field made;
    made.kind = kind;
    made.word = word;
    made.number = number;
    made.name = name;
    return made;
  }
};

constexpr auto built_in_fields = std::to_array<built_in>({
    {"sku", field_kind::sku, &request::sku},
    {"category", field_kind::category, &request::category},
    {"segment", field_kind::segment, &request::segment},
    {"audience", field_kind::audience, &request::audience},
    {"quantity", field_kind::quantity, nullptr, &request::quantity},
    {"channel", field_kind::channel, &request::channel},
    {"market", field_kind::market, &request::market},
    {"at", field_kind::at},
    {"list", field_kind::list, nullptr, &request::list},
    {"msrp", field_kind::msrp, nullptr, &request::msrp},
    {"map", field_kind::map, nullptr, &request::map},
    {"current", field_kind::current, nullptr, &request::current},
    {"lowest_prior", field_kind::lowest_prior, nullptr, &request::lowest_prior},
    {"cost", field_kind::cost, nullptr, &request::cost},
    {"shipping", field_kind::shipping, nullptr, &request::shipping},
    {"currency", field_kind::currency, &request::currency},
    {"tax", field_kind::tax},
    {"fee", field_kind::fee},
    {"current_since", field_kind::current_since},
    {"units", field_kind::units, nullptr, &request::units},
});

constexpr auto fields_of_offers = std::to_array<built_in>({
    {"price", field_kind::observed},
    {"seller", field_kind::seller},
});

// What is wrong with a text that is no decimal, where it is nearly one.
const char* why_no_decimal(std::string_view text, const char* otherwise) {
  const auto digits = [&] {
    const std::size_t end = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(end);
    return end > 0;
  };
  if (text.starts_with('-')) text.remove_prefix(1);
  if (!digits()) return otherwise;
  if (text.starts_with(',')) return "has a comma; the decimal sign is a point, and digits are not grouped";
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (!digits()) return otherwise;
  }
  if (text.empty()) return "has too many digits; at most 15, then a point and at most 9";
  if (text[0] != 'e' && text[0] != 'E') return otherwise;
  text.remove_prefix(1);
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  return digits() && text.empty() ? "has an exponent; exact numbers have none" : otherwise;
}

const char* set_decimal(std::optional<decimal>& to, std::string_view text, const char* why) {
  to = parse_decimal(text);
  return to ? nullptr : why_no_decimal(text, why);
}

const char* set_rate(std::optional<rate>& to, std::string_view text) {
  to = parse_rate(text);
  return to ? nullptr : no_rate;
}

const char* set_instant(std::optional<instant>& to, std::string_view text) {
  to = parse_instant(text);
  return to ? nullptr : no_instant;
}

const char* add_attribute(request& to, const field& what, std::string_view text) {
  using kind = policy::attribute_info::kind;
  if (what.attribute == kind::words || what.attribute == kind::text) {
    to.attributes.push_back({what.name, attribute_value(text)});
    return nullptr;
  }
  const auto number = parse_decimal(text);
  if (!number) return why_no_decimal(text, what.attribute == kind::number ? no_number : no_money);
  to.attributes.push_back({what.name, attribute_value(*number)});
  return nullptr;
}

std::string in_lower_case(std::string_view text) {
  std::string made(text);
  for (char& c : made) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return made;
}

}  // namespace

field_table::field_table(const policy& policy, row_kind rows)
    : field_table(policy.channels(), policy.attributes(), rows) {
  policy_ = policy;
  const engine::machine& compiled = engine::machine_of(policy);
  const auto unread = [this](std::string_view name) {
    const auto found = std::find(all_names_.begin(), all_names_.end(), name);
    if (found != all_names_.end()) is_read_[static_cast<std::size_t>(found - all_names_.begin())] = false;
  };
  const auto& parts = compiled.key_parts();
  if (std::none_of(parts.begin(), parts.end(),
                   [](const auto& one) { return one.what == engine::key_part::kind::category; })) {
    unread("category");
  }
  for (std::uint32_t i = 0; i < compiled.attributes().size(); ++i) {
    const auto& one = compiled.attributes()[i];
    // Of other kinds a text must be a number or one of the words, whether a rule asks or not.
    const bool any_text = one.what == engine::attribute_terms::kind::text;
    if (any_text && one.name != "seller" && !compiled.attribute_key(i)) unread(one.name);
  }
}

field_table::field_table(const std::vector<std::string_view>& channels,
                         const std::vector<policy::attribute_info>& attributes, row_kind rows)
    : channels_(channels.begin(), channels.end()), rows_(rows) {
  for (const auto& attribute : attributes) {
    attribute_names_.emplace_back(attribute.name);
    attribute_kinds_.push_back(attribute.type);
  }
  for (const built_in& one : built_in_fields) all_names_.emplace_back(one.name);
  if (rows_ == row_kind::offers) {
    for (const built_in& one : fields_of_offers) all_names_.emplace_back(one.name);
  }
  for (const std::string& channel : channels_) all_names_.push_back(std::string(price_prefix) + channel);
  for (const std::string& name : attribute_names_) {
    if (std::find(all_names_.begin(), all_names_.end(), name) == all_names_.end()) all_names_.push_back(name);
  }
  for (const std::string& name : all_names_) lower_names_.push_back(in_lower_case(name));
  is_read_.assign(all_names_.size(), true);
}

field field_table::numbered(field what, std::string_view canonical) const {
  const auto found = std::find(all_names_.begin(), all_names_.end(), canonical);
  what.index = static_cast<std::uint32_t>(found - all_names_.begin());
  what.is_read = is_read_[what.index];
  return what;
}

field field_table::find(std::string_view name) const {
  if (const field exactly = find_exactly(name); exactly.kind != field_kind::unknown) return numbered(exactly, name);
  const std::string lower = in_lower_case(name);
  const std::string* only = nullptr;
  for (std::size_t i = 0; i < lower_names_.size(); ++i) {
    if (lower_names_[i] != lower) continue;
    if (only != nullptr) return {};  // which of the two, nobody can say
    only = &all_names_[i];
  }
  return only == nullptr ? field{} : numbered(find_exactly(*only), *only);
}

field field_table::find_exactly(std::string_view name) const {
  for (const built_in& one : built_in_fields) {
    if (one.name == name) return one.as_field();
  }
  if (name.starts_with(price_prefix)) {
    for (const std::string& known : channels_) {
      if (known != name.substr(price_prefix.size())) continue;
      field price;
      price.kind = field_kind::price;
      price.name = known;
      return price;
    }
  }
  field of_offers;
  if (rows_ == row_kind::offers) {
    for (const built_in& one : fields_of_offers) {
      if (one.name == name) of_offers = one.as_field();
    }
  }
  for (std::size_t i = 0; i < attribute_names_.size(); ++i) {
    if (attribute_names_[i] != name) continue;
    field attribute = of_offers;
    attribute.attribute = attribute_kinds_[i];
    attribute.name = attribute_names_[i];
    // Rules may ask who sells.
    attribute.declared = of_offers.kind != field_kind::unknown;
    if (!attribute.declared) attribute.kind = field_kind::attribute;
    return attribute;
  }
  return of_offers;
}

field field_table::find_price(std::string_view channel) const {
  return find(std::string(price_prefix).append(channel));
}

std::string_view field_table::nearest_to(std::string_view name) const {
  return nearest(name, std::vector<std::string_view>(all_names_.begin(), all_names_.end()));
}

std::optional<field_table::doubt> field_table::doubt_about(std::string_view name) const {
  const auto did_you_mean = [](std::string_view near) { return "did you mean " + std::string(near) + "?"; };
  if (const auto odd = detail::first_odd_character(name)) {
    const std::string looks = detail::as_it_looks(name);
    std::string_view near;
    if (const field meant = find(looks); meant.kind != field_kind::unknown) {
      near = all_names_[meant.index];
    } else {
      near = nearest_to(looks);
    }
    if (!near.empty()) {
      return doubt{"PP-I004", "has " + described(*odd) + ", so that it is no field and is carried through",
                   did_you_mean(near)};
    }
  }
  const std::string lower = in_lower_case(name);
  if (lower.starts_with(price_prefix) && lower.size() > price_prefix.size()) {
    const std::string_view channel = name.substr(price_prefix.size());
    const std::string_view near = nearest(channel, {channels_.begin(), channels_.end()});
    doubt made{"PP-I015", "is a price on a channel that the policy does not have and is carried through", {}};
    made.hint = channels_.empty() ? "the policy has no channels" : "the policy has " + list_of_names(channels_);
    if (!near.empty()) made.hint += "; " + did_you_mean(std::string(price_prefix).append(near));
    return made;
  }
  const std::string_view near = nearest_to(name);
  if (near.empty()) return {};
  return doubt{"PP-I004", "is no field and is carried through", did_you_mean(near)};
}

const char* set_other_field(offer& into, const field& what, std::string_view text) {
  request& to = into.request;
  if (what.number != nullptr || what.kind == field_kind::price) {
    const bool is_count = what.kind == field_kind::quantity || what.kind == field_kind::units;
    return why_no_decimal(text, is_count ? no_number : no_money);
  }
  switch (what.kind) {
    case field_kind::at:
      return set_instant(to.at, text);
    case field_kind::tax:
      return set_rate(to.tax, text);
    case field_kind::fee:
      return set_rate(to.fee, text);
    case field_kind::current_since:
      return set_instant(to.current_since, text);
    case field_kind::observed:
      return set_decimal(into.price, text, no_money);
    case field_kind::seller:
      into.seller = text;
      return what.declared ? add_attribute(to, what, text) : nullptr;
    case field_kind::attribute:
      return add_attribute(to, what, text);
    default:  // unknown; words, numbers and prices are above
      return nullptr;
  }
}

void clear_request(request& what) {
  what.sku = what.category = what.segment = what.audience = what.channel = what.market = what.currency = {};
  what.quantity.reset();
  what.at.reset();
  what.prices.clear();
  for (auto* const money : {&what.list, &what.msrp, &what.map, &what.current, &what.lowest_prior, &what.cost,
                            &what.shipping, &what.units}) {
    money->reset();
  }
  what.tax.reset();
  what.fee.reset();
  what.current_since.reset();
  what.attributes.clear();
}

}  // namespace pricepoint::rows
