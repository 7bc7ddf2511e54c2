// SPDX-License-Identifier: Apache-2.0
// Market tables: facts about markets with their evidence. Entry: parse_markets. Test:
// tests/unit/market/market_file_test.cpp.
#include "market/market_file.hpp"

#include <algorithm>
#include <map>

#include "market/value_reader.hpp"
#include "pricepoint/money/exact.hpp"
#include "text/time.hpp"

namespace pricepoint::policy_language {

namespace {

const std::vector<std::string_view> evidence_keys = {"confidence", "source", "note"};

std::vector<std::string_view> with_evidence(std::vector<std::string_view> keys) {
  keys.insert(keys.end(), evidence_keys.begin(), evidence_keys.end());
  return keys;
}

// Whether any amount of a currency with so many decimals ends so.
bool is_shown(const std::string& ending, int decimals) {
  const std::size_t point = ending.find('.');
  return point == std::string::npos || ending.size() - point - 1 <= static_cast<std::size_t>(decimals);
}

class market_reader : public value_reader {
 public:
  market_reader(std::shared_ptr<policy_language::source> text, const parse_limits& limits, const market_table* under)
      : value_reader(std::move(text), limits), under_(under) {}

  void read() {
    static const std::vector<std::string_view> known = {"pricepoint_markets", "version", "sources", "markets"};
    const json_node& root = source_->root();
    if (!is_object(root, "a market table")) return;
    check_duplicate_keys(root);
    const json_node* const form = root.find("pricepoint_markets");
    if (form == nullptr || form->type != json_node::kind::number || form->text != "1") {
      wrong_.add(codes::no_market_table, form == nullptr ? root.offset : form->offset,
                 "this is no market table that this library reads", "write \"pricepoint_markets\": 1 as its first key");
      return;
    }
    for (const auto& member : root.members) {
      if (is_note(member.key)) continue;
      if (member.key == "version") {
        out_.version = read_text(member.value, "\"version\"").value_or(std::string());
      } else if (member.key == "sources") {
        read_sources(member.value);
      } else if (member.key == "markets") {
        if (!is_object(member.value, "\"markets\"")) continue;
        for (const auto& one : member.value.members) {
          if (!is_note(one.key)) read_market(one);
        }
      } else if (member.key != "pricepoint_markets") {
        unknown_key(member, known, "a market table");
      }
    }
    cite_all();
    std::stable_sort(out_.markets.begin(), out_.markets.end(),
                     [](const market_entry& a, const market_entry& b) { return a.code < b.code; });
  }

  market_table take() { return std::move(out_); }

 private:
  void read_sources(const json_node& node) {
    if (!is_object(node, "\"sources\"")) return;
    for (const auto& one : node.members) {
      if (is_note(one.key)) continue;
      if (auto text = read_text(one.value, "a source")) citations_.insert_or_assign(one.key, std::move(*text));
    }
  }

  // Keys of "sources" become what they stand for; in a shop's own file a source may be any text.
  void cite(evidence& of) const {
    for (std::string& source : of.sources) {
      if (const auto found = citations_.find(source); found != citations_.end()) source = found->second;
    }
  }
  void cite_all() {
    for (market_entry& one : out_.markets) {
      for (evidence* fact : std::initializer_list<evidence*>{&one.currency, &one.unit, &one.display, &one.cash_step,
                                                             &one.former_price, &one.minimum_resale_price}) {
        cite(*fact);
      }
      for (culture_entry& entry : one.culture) cite(entry);
    }
  }

  // The member "confidence", "source" or "note"; false where it is none of these.
  bool read_evidence(const json_node::member& member, evidence& into) {
    const json_node& value = member.value;
    if (member.key == "confidence") {
      if (const auto word =
              read_word(value, "\"confidence\"", {"law", "paper", "computed", "reputable", "weak", "common", "none"})) {
        into.confidence = static_cast<confidence>(*word);
      }
    } else if (member.key == "source") {
      each_value(value, "\"source\"", [&](const json_node& one) {
        if (auto text = read_text(one, "\"source\"")) into.sources.push_back(std::move(*text));
      });
    } else if (member.key == "note") {
      if (auto text = read_text(value, "\"note\"")) into.note = std::move(*text);
    } else {
      return is_note(member.key);
    }
    return true;
  }

  // A bare value, or an object with "value" and its evidence. "value": null says that there is none.
  template <class T, class Read>
  void read_fact(const json_node::member& member, fact<T>& into, const Read& read) {
    const std::string what = quote(member.key);
    into.given = true;
    const json_node& node = member.value;
    if (node.type != json_node::kind::object) {
      into.value = read(node);
      return;
    }
    bool meant = false;
    bool given = false;
    for (const auto& one : node.members) {
      if (one.key == "value") {
        given = true;
        if (one.value.type != json_node::kind::null) into.value = read(one.value);
      } else if (!read_evidence(one, into)) {
        meant = !unknown_key(one, with_evidence({"value"}), what).empty() || meant;
      }
    }
    if (!given && !meant) wrong_.add(codes::missing_key, node.offset, say(what, " needs a \"value\""));
  }

  // 1 where it is none, so that it is not missed as well.
  int read_days(const json_node& node, std::string_view what) {
    const bool written = node.type == json_node::kind::number || node.type == json_node::kind::string;
    const auto value = written ? parse_decimal(node.text) : std::nullopt;
    if (!value || *value < decimal(1) || *value > decimal(3660) || value->scale() != 0) {
      wrong_.add(
          codes::out_of_range, node.offset,
          say(what, " is a whole number of days from 1 to 3660", written ? say(", not ", quote(node.text)) : ""));
      return 1;
    }
    return static_cast<int>(value->coefficient());
  }

  void read_earlier(const json_node& node, former_price_rule& into) {
    each_value(node, "\"earlier\"", [&](const json_node& one) {
      if (!is_object(one, "an entry of \"earlier\", with until and days")) return;
      former_price_rule::earlier_days made;
      bool until = false;
      for (const auto& member : one.members) {
        if (member.key == "days") {
          made.days = read_days(member.value, "\"days\"");
        } else if (member.key == "until") {
          const auto text = read_text(member.value, "\"until\"");
          if (!text) continue;
          const auto time = read_time(*text);
          const auto* written = std::get_if<written_time>(&time);
          if (written == nullptr || written->form != written_time::form::date) {
            wrong_.add(codes::bad_time, member.value.offset, "\"until\" is a date such as \"2025-10-11\"");
            continue;
          }
          until = true;
          made.until_unix_ms = to_unix_ms(*written, time_zone(), false);
        } else if (!is_note(member.key)) {
          unknown_key(member, {"until", "days"}, "an entry of \"earlier\"");
        }
      }
      if (!until || made.days == 0) {
        wrong_.add(codes::missing_key, one.offset, "an entry of \"earlier\" needs \"until\" and \"days\"");
        return;
      }
      into.earlier.push_back(made);
    });
    std::sort(into.earlier.begin(), into.earlier.end(),
              [](const auto& a, const auto& b) { return a.until_unix_ms < b.until_unix_ms; });
  }

  void read_former_price(const json_node::member& member, fact<former_price_rule>& into) {
    static const std::vector<std::string_view> known =
        with_evidence({"rule", "days", "progressive", "earlier", "least_days", "recent_days", "most_days"});
    into.given = true;
    if (!is_object(member.value, "\"former_price\", with rule and days")) return;
    former_price_rule made;
    std::optional<std::size_t> word;
    bool rule_given = false;
    const json_node* of_other = nullptr;
    for (const auto& one : member.value.members) {
      const std::string what = quote(one.key);
      if (one.key == "rule") {
        rule_given = true;
        word = read_word(one.value, what, {"none", "lowest", "majority", "half_time"});
      } else if (one.key == "days") {
        made.days = read_days(one.value, what);
      } else if (one.key == "least_days") {
        made.least_days = read_days(one.value, what);
      } else if (one.key == "recent_days") {
        made.recent_days = read_days(one.value, what);
      } else if (one.key == "most_days") {
        made.most_days = read_days(one.value, what);
      } else if (one.key == "progressive") {
        made.progressive = read_bool(one.value, what).value_or(false);
        if (made.progressive) of_other = &one.value;
      } else if (one.key == "earlier") {
        read_earlier(one.value, made);
        of_other = &one.value;
      } else if (!read_evidence(one, into)) {
        rule_given = unknown_key(one, known, "\"former_price\"") == "rule" || rule_given;
      }
    }
    if (!rule_given) {
      wrong_.add(codes::missing_key, member.value.offset, "\"former_price\" needs a \"rule\"",
                 "\"lowest\" and its \"days\", or \"none\" where the law gives no number");
    }
    if (!word) return;
    made.rule = static_cast<enum former_price_rule::kind>(*word);
    using kind = enum former_price_rule::kind;
    const bool complete =
        made.rule == kind::none ||
        (made.days > 0 && (made.rule != kind::majority || (made.least_days > 0 && made.recent_days > 0)) &&
         (made.rule != kind::half_time || made.most_days > 0));
    if (!complete) {
      wrong_.add(codes::missing_key, member.value.offset,
                 made.rule == kind::lowest ? "the rule \"lowest\" needs \"days\""
                 : made.rule == kind::majority
                     ? "the rule \"majority\" needs \"days\", \"least_days\" and \"recent_days\""
                     : "the rule \"half_time\" needs \"days\" and \"most_days\"");
    }
    if (of_other != nullptr && made.rule != kind::lowest) {
      wrong_.add(codes::key_of_other_effect, of_other->offset,
                 "\"progressive\" and \"earlier\" belong to the rule \"lowest\"");
    }
    into.value = std::move(made);
  }

  void read_market(const json_node::member& member) {
    static const std::vector<std::string_view> known = {
        "name", "currency", "unit", "display", "cash_step", "former_price", "minimum_resale_price", "culture"};
    market_entry out;
    out.code = member.key;
    if (out.code.empty()) wrong_.add(codes::bad_name, member.key_offset, "a market's name must not be empty");
    if (!is_object(member.value, say("the market ", quote(member.key)))) return;
    const json_node* culture = nullptr;
    const json_node::member* unit = nullptr;
    for (const auto& one : member.value.members) {
      if (one.key == "name") {
        out.name = read_text(one.value, "\"name\"").value_or(std::string());
      } else if (one.key == "currency") {
        read_fact(one, out.currency, [&](const json_node& node) { return read_currency(node, "\"currency\""); });
      } else if (one.key == "unit") {
        unit = &one;
        read_fact(one, out.unit, [&](const json_node& node) { return read_decimal(node, "\"unit\""); });
      } else if (one.key == "display") {
        read_fact(one, out.display, [&](const json_node& node) -> std::optional<tax_display> {
          const auto word = read_word(node, "\"display\"", {"gross", "net"});
          if (!word) return {};
          return static_cast<tax_display>(*word);
        });
      } else if (one.key == "cash_step") {
        read_fact(one, out.cash_step, [&](const json_node& node) { return read_decimal(node, "\"cash_step\""); });
      } else if (one.key == "former_price") {
        read_former_price(one, out.former_price);
      } else if (one.key == "minimum_resale_price") {
        read_fact(one, out.minimum_resale_price, [&](const json_node& node) -> std::optional<resale_minimum> {
          const auto word = read_word(node, "\"minimum_resale_price\"", {"unknown", "allowed", "forbidden"});
          if (!word) return {};
          return static_cast<resale_minimum>(*word);
        });
      } else if (one.key == "culture") {
        culture = &one.value;
      } else if (!is_note(one.key)) {
        unknown_key(one, known, "a market");
      }
    }
    if (unit != nullptr && out.unit.value) check_unit(*unit, out);
    if (culture != nullptr) read_culture(*culture, out);
    out_.markets.push_back(std::move(out));
  }

  std::optional<currency> currency_of(const market_entry& market) const {
    if (market.currency.given || under_ == nullptr) return market.currency.value;
    const market_entry* const below = under_->find(market.code);
    return below == nullptr ? std::nullopt : below->currency.value;
  }

  void check_unit(const json_node::member& unit, const market_entry& of) {
    const json_node* value = unit.value.type == json_node::kind::object ? unit.value.find("value") : &unit.value;
    // Without a currency the policy gives it, and is told there.
    if (const auto in = currency_of(of); in && value != nullptr) read_unit(*value, *in);
  }

  void read_culture(const json_node& node, market_entry& into) {
    into.culture_given = true;
    if (node.type != json_node::kind::array) {
      wrong_type(node, "a list of entries for \"culture\"");
      return;
    }
    if (node.items.size() > limits_.max_patterns) {
      wrong_.add(codes::too_many, node.offset,
                 say("\"culture\" has more than ", std::to_string(limits_.max_patterns), " entries"));
      return;
    }
    for (const auto& item : node.items) {
      const std::size_t before = wrong_.count();
      culture_entry made;
      read_entry(item, into, made);
      if (wrong_.count() == before) into.culture.push_back(std::move(made));
    }
  }

  void read_entry(const json_node& node, const market_entry& of, culture_entry& out) {
    static const std::vector<std::string_view> known =
        with_evidence({"id", "avoid", "prefer", "endings", "multiple_of", "from", "below", "wider", "strength"});
    if (!is_object(node, "an entry of \"culture\"")) return;
    std::size_t says = 0;
    const json_node *id = nullptr, *below = nullptr, *endings = nullptr;
    for (const auto& one : node.members) {
      const json_node& value = one.value;
      if (one.key == "id") {
        id = &value;
      } else if (one.key == "avoid" || one.key == "prefer") {
        ++says;
        out.kind = one.key == "avoid" ? culture_entry::kind::avoid : culture_entry::kind::prefer;
        if (auto what = read_numbers(value, quote(one.key))) out.what = std::move(*what);
      } else if (one.key == "endings") {
        ++says;
        out.kind = culture_entry::kind::endings;
        endings = &value;
        if (auto what = read_endings(value)) out.what = std::move(*what);
      } else if (one.key == "multiple_of") {
        ++says;
        out.kind = culture_entry::kind::endings;
        if (value.type == json_node::kind::object) {
          wrong_type(value, "an amount in the market's currency for \"multiple_of\"");
        } else if (auto what = read_multiple(value)) {
          out.what = shape::multiple_of{*what->any};
        }
      } else if (one.key == "from") {
        out.from = read_decimal(value, "\"from\"");
      } else if (one.key == "below") {
        below = &value;
        out.below = read_decimal(value, "\"below\"");
      } else if (one.key == "wider") {
        out.wider = read_bool(value, "\"wider\"").value_or(false);
      } else if (one.key == "strength") {
        if (const auto word = read_word(value, "\"strength\"", {"strong", "medium", "weak"})) {
          out.given_strength = static_cast<culture_strength>(*word);
        }
      } else if (!read_evidence(one, out)) {
        // A mistyped effect is not missed, too.
        const std::string meant = unknown_key(one, known, "an entry of \"culture\"");
        if (meant == "avoid" || meant == "prefer" || meant == "endings" || meant == "multiple_of") ++says;
      }
    }
    if (id == nullptr) {
      wrong_.add(codes::missing_key, node.offset, "an entry of \"culture\" needs an \"id\"");
    } else if (auto name = read_text(*id, "\"id\"")) {
      out.id = std::move(*name);
      if (!is_plain_name(out.id, "-_.")) {
        wrong_.add(codes::bad_name, id->offset,
                   say(quote(out.id), " is no id: letters (a to z), digits, \"-\", \"_\" and \".\""));
      } else if (out.id == "prefer") {
        wrong_.add(codes::reserved_name, id->offset,
                   "\"prefer\" is the name of all entries with prefer together; choose another id");
      } else if (std::any_of(of.culture.begin(), of.culture.end(),
                             [&](const culture_entry& other) { return other.id == out.id; })) {
        wrong_.add(codes::duplicate_name, id->offset,
                   say("the market ", quote(of.code), " has an entry ", quote(out.id), " already"));
      }
    }
    if (says != 1) {
      wrong_.add(says == 0 ? codes::no_effect : codes::several_effects, node.offset,
                 "an entry of \"culture\" has exactly one of avoid, prefer, endings and multiple_of");
    }
    if (out.from && out.below && *out.from >= *out.below) {
      wrong_.add(codes::range_reversed, below->offset, "\"from\" must be less than \"below\"");
    }
    const auto in = currency_of(of);
    if (const auto* ends = std::get_if<shape::endings>(&out.what); ends != nullptr && endings != nullptr && in) {
      const int decimals = in->digits();
      if (std::none_of(ends->patterns.begin(), ends->patterns.end(),
                       [&](const std::string& one) { return is_shown(one, decimals); })) {
        wrong_.add(codes::ending_never_shown, endings->offset,
                   say("no price in ", in->code(), " can end so: it has ", std::to_string(decimals), " decimals"));
      }
    }
  }

  const market_table* under_;
  market_table out_;
  std::map<std::string, std::string, std::less<>> citations_;
};

}  // namespace

result<market_table> parse_markets(std::string text, std::string file, const parse_limits& limits,
                                   const market_table* under) {
  auto source = source::read(std::move(text), std::move(file), limits);
  if (!source) return source.error();
  market_reader in(*source, limits, under);
  in.read();
  if (in.wrong().count() != 0) return error(in.wrong().take());
  return in.take();
}

}  // namespace pricepoint::policy_language
