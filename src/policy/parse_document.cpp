// SPDX-License-Identifier: Apache-2.0
// Everything of a policy but its rules. Entry: reader::read. Test: tests/unit/policy/parse_test.cpp.
#include "policy/reader.hpp"
#include "pricepoint/money/amount.hpp"
#include "pricepoint/money/exact.hpp"
#include "text/time.hpp"

namespace pricepoint::policy_language {

namespace {

constexpr rate zero = rate::from_e8(0);
constexpr rate whole = rate::from_e8(100'000'000);

// Built-in attributes, fields of a request, and words of expressions: a declared attribute must not look like them.
constexpr std::string_view taken_names[] = {
    "at",    "attributes", "audience",     "category",  "channel", "cost",   "currency", "current", "current_since",
    "fee",   "list",       "lowest_prior", "map",       "market",  "max",    "min",      "msrp",    "period",
    "price", "prices",     "quantity",     "reference", "segment", "seller", "shipping", "sku",     "target",
    "tax",   "units",
};

bool is_attribute_name(std::string_view name, bool in_expressions) {
  if (name.empty() || (name[0] >= '0' && name[0] <= '9') || name[0] == '-') return false;
  return std::all_of(name.begin(), name.end(), [&](char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
    return letter || (c >= '0' && c <= '9') || c == '_' || (c == '-' && !in_expressions);
  });
}

template <class Named>
void sort_by_name(std::vector<Named>& all) {
  std::stable_sort(all.begin(), all.end(), [](const Named& a, const Named& b) { return a.name < b.name; });
}

bool has_key(const json_node& node, std::initializer_list<std::string_view> keys) {
  return std::any_of(node.members.begin(), node.members.end(),
                     [&](const auto& member) { return std::find(keys.begin(), keys.end(), member.key) != keys.end(); });
}

}  // namespace

reader::reader(std::shared_ptr<policy_language::source> text, const table_loader& tables, const zone_source& zones,
               const parse_limits& limits)
    : rule_reader(text, limits, document_), text_(std::move(text)), tables_(tables), zones_(zones) {
  document_.source = source_;
  document_.zones_version = zones.load ? zones.version : std::string(zones_version());
  const std::int64_t defaults[] = {5'000'000, 2'000'000, 1'000'000};
  for (std::size_t i = 0; i < 3; ++i) document_.within_by_strength[i].rates = {rate::from_e8(defaults[i])};
}

void reader::read() {
  static const std::vector<std::string_view> known = {"pricepoint", "name",       "fallback", "markets",
                                                      "channels",   "attributes", "periods",  "within",
                                                      "tables",     "discounts",  "rules"};
  const json_node& root = source_->root();
  if (!is_object(root, "the policy")) return;
  const json_node* const version = root.find("pricepoint");
  if (version == nullptr) {
    wrong_.add(codes::version_missing, root.offset, "the version of the language is missing",
               "write \"pricepoint\": 1 as the first key");
  } else if (version->type != json_node::kind::number) {
    wrong_type(*version, "the number 1 for \"pricepoint\"", "write \"pricepoint\": 1");
  } else if (version->text != "1") {
    // Another version may have other keys: nothing else that we could say would be of use.
    wrong_.add(codes::version_unknown, version->offset,
               say("version ", quote(version->text), " of the language is unknown; this library reads version 1"));
    return;
  }
  check_duplicate_keys(root);

  for (const auto& member : root.members) {
    if (is_note(member.key)) continue;
    if (std::find(known.begin(), known.end(), member.key) == known.end()) {
      unknown_key(member, known, "a policy");
    }
  }
  // Of a key given twice, which has been reported, the first counts here.
  const auto section = [&](std::string_view key) { return root.find(key); };

  if (const auto* node = section("name")) {
    if (node->type == json_node::kind::string) {
      document_.name = node->text;
    } else {
      wrong_type(*node, "a text for \"name\"",
                 node->type == json_node::kind::number ? write_as(node->text) : std::string());
    }
  }
  if (const auto* node = section("fallback")) {
    if (const auto word = read_word(*node, "\"fallback\"", {"none", "reference", "current"})) {
      document_.fallback = static_cast<policy_language::fallback>(*word);
    }
  }
  if (const auto* node = section("discounts")) {
    if (const auto word = read_word(*node, "\"discounts\"", {"add", "compound"})) {
      document_.discounts = static_cast<combine>(*word);
    }
  }
  table_ = &built_in_markets();
  if (const auto* node = section("tables")) read_market_tables(*node);
  if (const auto* node = section("markets")) {
    const std::size_t before = wrong_.count();
    markets_known_ = is_object(*node, "\"markets\"");
    for (const auto& member : node->members) {
      if (!is_note(member.key)) read_market(member);
    }
    sort_by_name(document_.markets);
    markets_sound_ = !document_.markets.empty() && wrong_.count() == before;
  }
  if (const auto* node = section("channels")) read_channels(*node);
  if (const auto* node = section("attributes")) {
    attributes_known_ = is_object(*node, "\"attributes\"");
    for (const auto& member : node->members) {
      if (!is_note(member.key)) read_attribute(member);
    }
    sort_by_name(document_.attributes);
    std::sort(broken_attributes_.begin(), broken_attributes_.end());
  }
  if (const auto* node = section("periods")) read_periods(*node);
  if (const auto* node = section("within")) read_within(*node);
  if (const auto* node = section("rules")) read_rules(*node);
}

void reader::read_market(const json_node::member& member) {
  static const std::vector<std::string_view> known = {"currency", "unit", "display", "tax", "net"};
  market out;
  out.name = member.key;
  out.offset = member.key_offset;
  out.known = known_market(out.name);
  if (out.name.empty()) wrong_.add(codes::bad_name, member.key_offset, "a market's name must not be empty");
  const json_node *unit = nullptr, *currency_given = nullptr;
  std::optional<pricepoint::currency> in;
  bool currency_meant = false;
  if (out.known && out.known->display.value) out.display = *out.known->display.value;
  if (is_object(member.value, say("the market ", quote(member.key)))) {
    for (const auto& [key, key_offset, value] : member.value.members) {
      if (key == "currency") {
        currency_given = &value;
        in = read_currency(value, "\"currency\"");
      } else if (key == "unit") {
        unit = &value;
      } else if (key == "display") {
        if (const auto word = read_word(value, "\"display\"", {"gross", "net"})) {
          out.display = static_cast<policy_language::display>(*word);
        }
      } else if (key == "tax") {
        out.tax = read_rate(value, "\"tax\"", zero, max_tax);
      } else if (key == "net") {
        if (read_word(value, "\"net\"", {"stored"})) out.net_stored = true;
      } else if (!is_note(key)) {
        currency_meant = unknown_key({key, key_offset, {}}, known, "a market") == "currency" || currency_meant;
      }
    }
    if (currency_given == nullptr && out.known) in = out.known->currency.value;
    // Where the table itself could not be read, its markets are not missed.
    if (currency_given == nullptr && !currency_meant && !in && tables_known_) {
      wrong_.add(
          codes::missing_key, member.key_offset, say("the market ", quote(member.key), " needs a \"currency\""),
          say("the market table does not know it", wrong_.nearest(member.key, table_->markets, &market_entry::code)));
    }
  }
  if (in) {
    out.currency = *in;
    if (unit != nullptr) {
      if (const auto minor = read_unit(*unit, *in)) out.unit_minor = *minor;
    } else if (out.known && out.known->unit.value && out.known->currency.value.value_or(*in) == *in) {
      const auto minor = detail::fraction::minor_units(*out.known->unit.value, in->digits());
      if (minor.numerator % minor.denominator == 0 && minor.numerator > 0 &&
          minor.numerator / minor.denominator <= max_amount_minor) {
        out.unit_minor = static_cast<std::int64_t>(minor.numerator / minor.denominator);
      } else {
        wrong_.add(codes::bad_unit, member.key_offset,
                   say("the unit ", to_string(*out.known->unit.value), " that the file of markets gives ",
                       quote(member.key), " is no whole number of minor units of ", in->code()));
      }
    }
  }
  document_.markets.push_back(std::move(out));
}

void reader::read_channels(const json_node& node) {
  static const std::vector<std::string_view> known = {"kind", "owner", "reference", "fee", "display"};
  channels_known_ = is_object(node, "\"channels\"");
  std::vector<std::pair<std::string, const json_node*>> references;
  for (const auto& member : node.members) {
    if (is_note(member.key)) continue;
    channel out;
    out.name = member.key;
    out.offset = member.key_offset;
    const bool of_gaps = out.name == "reference" || out.name == "traditional" || out.name == "online";
    if (of_gaps || out.name == "public" || out.name == "any") {
      wrong_.add(codes::reserved_name, member.key_offset,
                 say("no channel can be named ", quote(out.name),
                     of_gaps ? ": gaps use that word" : ": that word is kept for the language"));
    } else if (!is_plain_name(out.name, "_")) {
      wrong_.add(codes::bad_name, member.key_offset,
                 say(quote(out.name), " is no name for a channel: letters (a to z), digits and _"));
    }
    if (is_object(member.value, say("the channel ", quote(member.key)))) {
      bool kind_given = false;
      for (const auto& [key, key_offset, value] : member.value.members) {
        if (key == "kind") {
          kind_given = true;
          if (const auto word = read_word(value, "\"kind\"", {"traditional", "online"})) {
            out.kind = static_cast<enum channel::kind>(*word);
          }
        } else if (key == "owner") {
          if (const auto word = read_word(value, "\"owner\"", {"own", "reseller"})) {
            out.owner = static_cast<enum channel::owner>(*word);
          }
        } else if (key == "reference") {
          references.emplace_back(out.name, &value);
        } else if (key == "fee") {
          if (const auto fee = read_rate(value, "\"fee\"", zero, whole)) out.fee = *fee;
        } else if (key == "display") {
          if (const auto word = read_word(value, "\"display\"", {"gross", "net"})) {
            out.display = static_cast<policy_language::display>(*word);
          }
        } else if (!is_note(key)) {
          if (unknown_key({key, key_offset, {}}, known, "a channel") == "kind") kind_given = true;
        }
      }
      if (!kind_given) {
        wrong_.add(codes::missing_key, member.key_offset,
                   say("the channel ", quote(member.key), " needs a \"kind\": \"traditional\" or \"online\""));
      }
    }
    document_.channels.push_back(std::move(out));
  }
  sort_by_name(document_.channels);
  const std::size_t before = wrong_.count();
  for (const auto& [name, value] : references) {
    if (const auto index = find_named(document_.channels, name)) {
      read_channel_reference(*value, document_.channels[*index]);
    }
  }
  if (wrong_.count() == before) check_reference_circles();
}

std::optional<std::uint32_t> rule_reader::read_channel_name(const json_node& node, std::string_view what,
                                                            std::initializer_list<std::string_view> also) {
  const auto name = read_text(node, what);
  if (!name) return {};
  if (const auto index = find_named(names_.channels, *name)) return index;
  if (!channels_known_) return {};
  if (wrong_.full()) {
    wrong_.add(codes::unknown_channel, node.offset, {});
    return {};
  }
  std::vector<std::string_view> known(also);
  for (const auto& one : names_.channels) known.push_back(one.name);
  wrong_.add(codes::unknown_channel, node.offset,
             say(what, ": no channel ", quote(*name), " is declared", wrong_.nearest(*name, known)));
  return {};
}

void reader::read_channel_reference(const json_node& node, channel& into) {
  if (node.type == json_node::kind::string) {
    if (node.text == "lowest traditional" || node.text == "highest traditional") {
      into.reference =
          node.text[0] == 'l' ? channel::reference::lowest_traditional : channel::reference::highest_traditional;
      return;
    }
  } else if (node.type != json_node::kind::array) {
    wrong_type(node,
               "a channel, a list of channels, \"lowest traditional\" or \"highest traditional\" for \"reference\"");
    return;
  }
  into.reference = channel::reference::channels;
  each_value(node, "\"reference\"", [&](const json_node& one) {
    if (one.type == json_node::kind::string && one.text == into.name) {
      wrong_.add(codes::refers_to_itself, one.offset,
                 say("the channel ", quote(into.name), " cannot be its own reference"),
                 "name another channel, or leave \"reference\" away: then the list price counts");
      return;
    }
    const bool alone = node.type == json_node::kind::string;
    const auto index = alone ? read_channel_name(one, "\"reference\"", {"lowest traditional", "highest traditional"})
                             : read_channel_name(one, "\"reference\"");
    auto& all = into.reference_channels;
    if (index && (all.size() > 64 || std::find(all.begin(), all.end(), *index) == all.end())) all.push_back(*index);
  });
}

// A walk in depth without recursion, since a stranger may chain a million channels. Nodes 0 .. n-1 are the channels,
// node n stands for "every traditional channel", so that many channels that refer to all of these cost no product.
void reader::check_reference_circles() {
  const auto& channels = document_.channels;
  const std::size_t n = channels.size();
  const auto refers_to_all = [&](const channel& one) {
    return one.reference == channel::reference::lowest_traditional ||
           one.reference == channel::reference::highest_traditional;
  };
  std::vector<std::uint32_t> traditional;
  std::vector<std::uint32_t> circular;  // traditional ones that refer to all the others
  for (std::uint32_t i = 0; i < n; ++i) {
    if (channels[i].kind != channel::kind::traditional) continue;
    traditional.push_back(i);
    if (refers_to_all(channels[i])) circular.push_back(i);
  }
  const auto shown_name = [&](std::uint32_t i) {
    return is_plain_name(channels[i].name, "_") ? channels[i].name : quote(channels[i].name);
  };
  const auto report = [&](const std::vector<std::uint32_t>& circle) {
    const std::uint32_t first = circle.front() == n ? circle[1] : circle.front();
    std::string shown;
    std::size_t count = 0;
    for (const auto i : circle) {
      if (i == n) continue;
      if (count++ == 12) {
        shown += "... -> ";
        break;
      }
      shown += say(shown_name(i), " -> ");
    }
    shown += shown_name(first);
    wrong_.add(codes::reference_circle, channels[first].offset,
               say("the references of channels go round in a circle: ", shown),
               "one of them must be priced against its list price");
  };
  if (circular.size() > 1) return report({circular[0], circular[1]});

  const auto successor = [&](std::uint32_t at, std::size_t i) -> std::optional<std::uint32_t> {
    if (at == n) return i < traditional.size() ? std::optional(traditional[i]) : std::nullopt;
    const channel& one = channels[at];
    if (one.reference == channel::reference::channels) {
      return i < one.reference_channels.size() ? std::optional(one.reference_channels[i]) : std::nullopt;
    }
    if (!refers_to_all(one)) return {};
    if (one.kind != channel::kind::traditional)
      return i == 0 ? std::optional(static_cast<std::uint32_t>(n)) : std::nullopt;
    // The only traditional one that does: to every other. Itself is skipped below, as a node that is done.
    return i < traditional.size() ? std::optional(traditional[i]) : std::nullopt;
  };
  enum class mark : unsigned char { fresh, open, done };
  std::vector<mark> marks(n + 1, mark::fresh);
  for (std::uint32_t start = 0; start < n; ++start) {
    if (marks[start] != mark::fresh) continue;
    std::vector<std::pair<std::uint32_t, std::size_t>> path = {{start, 0}};
    marks[start] = mark::open;
    while (!path.empty()) {
      auto& [at, i] = path.back();
      const auto next = successor(at, i++);
      if (!next) {
        marks[at] = mark::done;
        path.pop_back();
      } else if (marks[*next] == mark::open && *next != at) {
        std::vector<std::uint32_t> circle;
        auto from = std::find_if(path.begin(), path.end(), [&](const auto& step) { return step.first == *next; });
        for (; from != path.end(); ++from) circle.push_back(from->first);
        return report(circle);
      } else if (marks[*next] == mark::fresh) {
        marks[*next] = mark::open;
        path.emplace_back(*next, 0);
      }
    }
  }
}

void reader::read_attribute(const json_node::member& member) {
  const json_node& node = member.value;
  const std::size_t before = wrong_.count();
  attribute out;
  out.name = member.key;
  out.offset = member.key_offset;
  const std::string what = say("the attribute ", quote(member.key));
  if (std::find(std::begin(taken_names), std::end(taken_names), out.name) != std::end(taken_names)) {
    wrong_.add(codes::reserved_name, member.key_offset,
               say(quote(out.name), " is a name of the language or a field of requests; declare another"));
  } else if (!is_attribute_name(out.name, node.type == json_node::kind::object)) {
    wrong_.add(codes::bad_name, member.key_offset,
               say(quote(out.name), " is no name for an attribute: letters, digits, _",
                   node.type == json_node::kind::object ? "" : " and -", ", a letter first"));
  }
  if (node.type == json_node::kind::array) {
    out.kind = attribute::kind::words;
    if (node.items.empty()) wrong_.add(codes::empty, node.offset, say(what, ": its list of words must not be empty"));
    std::vector<std::pair<std::string, std::size_t>> words;
    for (const auto& item : node.items) {
      if (auto word = read_text(item, "a word of the list")) words.emplace_back(std::move(*word), item.offset);
    }
    std::sort(words.begin(), words.end());
    for (std::size_t i = 1; i < words.size(); ++i) {
      if (words[i].first == words[i - 1].first) {
        wrong_.add(codes::duplicate_name, words[i].second,
                   say("the word ", quote(words[i].first), " is in the list already"));
      }
    }
    for (auto& word : words) out.words.push_back(std::move(word.first));
  } else if (node.type == json_node::kind::string) {
    if (const auto word = read_word(node, what, {"text", "number"})) {
      out.kind = *word == 0 ? attribute::kind::text : attribute::kind::number;
    }
  } else if (node.type == json_node::kind::object) {
    out.kind = attribute::kind::money_display;
    const json_node* basis = nullptr;
    for (const auto& one : node.members) {
      if (one.key == "money") {
        basis = &one.value;
      } else if (!is_note(one.key)) {
        unknown_key(one, {"money"}, what);
      }
    }
    if (basis == nullptr) {
      wrong_.add(codes::missing_key, node.offset, say(what, " needs \"money\": \"display\" or \"net\""));
    } else if (const auto word = read_word(*basis, "\"money\"", {"display", "net"})) {
      if (*word == 1) out.kind = attribute::kind::money_net;
    }
  } else {
    wrong_type(node, say("a list of words, \"text\", \"number\" or {\"money\": ...} for ", what));
  }
  if (wrong_.count() != before) broken_attributes_.push_back(out.name);
  document_.attributes.push_back(std::move(out));
}

void reader::read_periods(const json_node& node) {
  periods_known_ = is_object(node, "\"periods\"");
  for (const auto& member : node.members) {
    if (is_note(member.key)) continue;
    if (member.key.empty()) wrong_.add(codes::bad_name, member.key_offset, "a period's name must not be empty");
    period out;
    out.name = member.key;
    out.offset = member.key_offset;
    if (auto spans = read_spans(member.value)) out.spans = std::move(*spans);
    document_.periods.push_back(std::move(out));
  }
  sort_by_name(document_.periods);
  named_periods_ = document_.periods.size();
}

std::optional<std::uint32_t> reader::written_out(const json_node& node) {
  auto read = read_spans(node);
  if (!read) return {};
  period written;
  written.spans = std::move(*read);
  written.offset = node.offset;
  document_.periods.push_back(std::move(written));
  return static_cast<std::uint32_t>(document_.periods.size() - 1);
}

std::optional<std::vector<span>> reader::read_spans(const json_node& node) {
  std::vector<span> out;
  bool good = true;
  each_value(node, "a period", [&](const json_node& one) {
    if (const auto read = read_span(one)) {
      out.push_back(*read);
    } else {
      good = false;
    }
  });
  if (!good || out.empty()) return {};
  return out;
}

std::optional<span> reader::read_span(const json_node& node) {
  static const std::vector<std::string_view> known = {"from", "until", "zone"};
  if (!is_object(node, "a period, with from, until and zone")) return {};
  const std::size_t before = wrong_.count();
  std::optional<written_time> ends[2];
  std::size_t places[2] = {};
  bool given[2] = {};
  const time_zone utc;
  const time_zone* zone = nullptr;
  bool zone_given = false;
  for (const auto& member : node.members) {
    const bool from = member.key == "from";
    if (from || member.key == "until") {
      const std::size_t which = from ? 0 : 1;
      given[which] = true;
      places[which] = member.value.offset;
      if (member.value.type != json_node::kind::string) {
        wrong_type(member.value, say("a date, a local time or an instant for ", quote(member.key)));
        continue;
      }
      auto time = read_time(member.value.text);
      if (const auto* mistake = std::get_if<time_mistake>(&time)) {
        wrong_.add(codes::bad_time, text_offsets(*source_, member.value)[mistake->at], mistake->message);
      } else {
        ends[which] = std::get<written_time>(time);
      }
    } else if (member.key == "zone") {
      zone_given = true;
      zone = read_zone(member.value);
    } else if (!is_note(member.key)) {
      unknown_key(member, known, "a period");
    }
  }
  if (!given[0] && !given[1]) {
    wrong_.add(codes::period_endless, node.offset, "a period needs \"from\" or \"until\"");
  }
  span out;
  for (const std::size_t which : {std::size_t{0}, std::size_t{1}}) {
    if (!ends[which]) continue;
    const bool instant = ends[which]->form == written_time::form::instant;
    if (!instant && zone == nullptr) {
      if (!zone_given) {
        wrong_.add(
            codes::zone_missing, places[which],
            say("a ", ends[which]->form == written_time::form::date ? "date" : "local time", " needs a \"zone\""),
            "add \"zone\": \"Europe/Rome\" to the period, or give the time its offset");
      }
      continue;
    }
    auto& into = which == 0 ? out.from_unix_ms : out.until_unix_ms;
    const time_zone& in = zone == nullptr ? utc : *zone;
    into = to_unix_ms(*ends[which], in, which == 1);
    (which == 0 ? out.from_offset_minutes : out.until_offset_minutes) = offset_minutes(*ends[which], in, *into);
  }
  if (out.from_unix_ms && out.until_unix_ms && *out.from_unix_ms >= *out.until_unix_ms) {
    wrong_.add(codes::period_reversed, places[1], "\"until\" must be after \"from\": no instant lies between them",
               "exchange the two");
  }
  if (wrong_.count() != before) return {};
  return out;
}

const time_zone* reader::read_zone(const json_node& node) {
  const auto name = read_text(node, "\"zone\"");
  if (!name) return nullptr;
  auto known = zones_known_.find(*name);
  if (known == zones_known_.end()) {
    known = zones_known_.emplace(*name, look_for_zone(*name)).first;
  }
  if (const time_zone* const found = std::get_if<time_zone>(&known->second)) return found;
  const std::string& why = std::get<std::string>(known->second);
  if (!why.empty()) {
    wrong_.add(codes::bad_zone_file, node.offset, why, "a TZif file of version 2 or later, as zic makes them");
    return nullptr;
  }
  std::string message = say(zones_.load ? "the folder of time zones has no " : "this library has no time zone ",
                            quote(*name), " (its data are ", document_.zones_version, ")");
  if (!zones_.load && !wrong_.full()) {
    if (const std::string near = wrong_.near(*name, zone_names()); !near.empty()) {
      message += say("; the nearest known is ", quote(near));
    }
  }
  wrong_.add(codes::unknown_zone, node.offset, std::move(message), "an IANA name such as \"Europe/Rome\" or \"UTC\"");
  return nullptr;
}

std::variant<time_zone, std::string> reader::look_for_zone(const std::string& name) const {
  if (!zones_.load) {
    auto found = find_zone(name);
    if (!found) return std::string();
    return std::move(*found);
  }
  auto loaded = zones_.load(name);
  if (!loaded) {
    const std::vector<diagnostic> why = loaded.error().diagnostics();
    if (why.empty()) return say("the time zone ", quote(name), " cannot be read");
    return say("the time zone file ", quote(why.front().file), " cannot be read: ", why.front().message);
  }
  if (!*loaded) return std::string();
  auto read = read_zone_file((*loaded)->bytes);
  if (std::string* const why = std::get_if<std::string>(&read)) {
    *why = say("the time zone file ", quote((*loaded)->file), " cannot be used: ", *why);
  }
  return read;
}

void reader::read_within(const json_node& node) {
  constexpr std::string_view strengths[] = {"strong", "medium", "weak"};
  bool by_strength = false;
  if (node.type == json_node::kind::object) {
    // An object is by strength or by currency; where no key says which, three capitals mean a currency.
    by_strength =
        has_key(node, {"strong", "medium", "weak", "required"}) ||
        std::none_of(node.members.begin(), node.members.end(), [](const auto& member) {
          const auto& key = member.key;
          return key.size() == 3 && std::all_of(key.begin(), key.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
        });
  }
  if (!by_strength) {
    if (const auto value = read_within_value(node)) {
      for (auto& one : document_.within_by_strength) one = *value;
    }
    return;
  }
  bool any = false;
  for (const auto& member : node.members) {
    if (is_note(member.key)) continue;
    any = true;
    const auto at = std::find(std::begin(strengths), std::end(strengths), member.key);
    if (at == std::end(strengths)) {
      unknown_key(member, {"strong", "medium", "weak"}, "\"within\"");
      continue;
    }
    if (auto value = read_within_value(member.value)) {
      document_.within_by_strength[at - std::begin(strengths)] = std::move(*value);
    }
  }
  if (!any) wrong_.add(codes::empty, node.offset, "\"within\": an object must not be empty");
}

std::optional<within> reader::read_within_value(const json_node& node) {
  within out;
  const std::size_t before = wrong_.count();
  each_value(node, "\"within\"", [&](const json_node& one) {
    auto value = read_rate_or_money(one, "\"within\"");
    if (!value) return;
    if (const auto* as_rate = std::get_if<rate>(&*value)) {
      if (*as_rate < zero) wrong_.add(codes::out_of_range, one.offset, "\"within\" must not be below 0%");
      out.rates.push_back(*as_rate);
      return;
    }
    auto& amounts = std::get<money>(*value);
    bool negative = amounts.any && amounts.any->sign() < 0;
    for (const auto& entry : amounts.each) negative = negative || entry.second.sign() < 0;
    if (negative) wrong_.add(codes::out_of_range, one.offset, "\"within\" must not be below zero");
    out.amounts.push_back(std::move(amounts));
  });
  if (node.type == json_node::kind::array && node.items.size() > limits_.max_patterns) {
    wrong_.add(codes::too_many, node.offset, "\"within\" has too many entries");
  }
  if (wrong_.count() != before) return {};
  return out;
}

void reader::read_rules(const json_node& node) {
  if (node.type != json_node::kind::array) {
    wrong_type(node, "a list of rules for \"rules\"");
    return;
  }
  if (node.items.size() > limits_.max_rules) {
    wrong_.add(codes::too_many, node.offset,
               say("the policy has ", std::to_string(node.items.size()), " rules; at most ",
                   std::to_string(limits_.max_rules), " are read"));
    return;
  }
  document_.rules.reserve(node.items.size());
  for (const auto& item : node.items) read_entry(item);

  std::sort(ids_.begin(), ids_.end());
  for (std::size_t i = 1; i < ids_.size(); ++i) {
    if (ids_[i].first != ids_[i - 1].first) continue;
    // A row without an id has one that stands nowhere.
    const bool unwritten = ids_[i].first.find(':') != std::string::npos;
    const text_place place = wrong_.full() ? text_place() : source_->place(ids_[i - 1].second);
    const std::string& file = source_->file_of(ids_[i - 1].second);
    const bool elsewhere = &file != &source_->file_of(ids_[i].second);
    wrong_.add(codes::duplicate_name, ids_[i].second,
               say("the id ", quote(ids_[i].first), " is taken by the rule in line ", std::to_string(place.line),
                   elsewhere ? say(" of ", file) : std::string()),
               unwritten ? "rows without an id are named by their file and line: give one of them an id"
                         : "every rule has an id of its own");
  }
}

void reader::read_entry(const json_node& node) {
  if (!is_object(node, "a rule, such as { \"id\": \"a\", \"discount\": \"8%\" }")) return;
  if (node.find("table") != nullptr) return read_table(node);
  add_rule(node);
}

void reader::add_rule(const json_node& node) {
  auto read = read_rule(node);
  if (!read) return;
  document_.rules.push_back(std::move(*read));
  if (std::holds_alternative<effect::culture>(document_.rules.back().effect)) add_culture();
}

}  // namespace pricepoint::policy_language
