// SPDX-License-Identifier: Apache-2.0
// [REL-70] Any bytes as a policy, with its rule table and its file of markets.
//
// Promised: what cannot be read is diagnostics whose places lie inside their texts; what can is compiled, and the same
// policy with other spacing and no comments has the same fingerprint and, each read again from its place, the same
// rules; it says what it needs, is checked, prices and explains without a mistake, and using it changes no answer.
//
// Input: the policy, the record separator 0x1E, the text of every table, 0x1E, the text of every file of markets.
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/decided.hpp"
#include "fuzz/diagnostics.hpp"
#include "fuzz/fuzz.hpp"
#include "pricepoint/pricepoint.hpp"
#include "text/source.hpp"

namespace {

using namespace pricepoint::literals;
using fuzz::expect;
using node = pricepoint::policy_language::json_node;

pricepoint::policy_language::parse_limits small() {
  pricepoint::policy_language::parse_limits made;
  made.max_bytes = 1u << 14;
  made.max_depth = 16;
  made.max_values = 1500;
  made.max_rules = 60;
  made.max_table_bytes = 1u << 12;
  made.max_tables = 3;
  made.max_expression = 100;
  made.max_expression_depth = 16;
  made.max_patterns = 24;
  made.max_diagnostics = 12;
  return made;
}

void write(const node& from, std::string& to) {
  using kind = node::kind;
  const auto text = [&](const std::string& value) { pricepoint::append_json_string(to, value); };
  switch (from.type) {
    case kind::null:
      to += "null";
      return;
    case kind::boolean:
      to += from.boolean ? "true" : "false";
      return;
    case kind::number:
      to += from.text;
      return;
    case kind::string:
      return text(from.text);
    case kind::array: {
      to += '[';
      for (const node& one : from.items) {
        write(one, to);
        to += "\n ,";
      }
      to += ']';
      return;
    }
    case kind::object: {
      to += "{ // spaced\n";
      for (const auto& one : from.members) {
        text(one.key);
        to += ":\t";
        write(one.value, to);
        to += ",";
      }
      to += '}';
      return;
    }
  }
}

void price(const pricepoint::policy& with) {
  pricepoint::pricer pricer(with, {}, {.max_cells = 16, .max_automaton_states = 4096});
  const auto channels = with.channels();
  const auto markets = with.markets();
  const auto attributes = with.attributes();
  int left = 6;
  for (const std::string_view market : markets) {
    for (const std::string_view channel : channels) {
      for (const bool bare : {false, true}) {
        if (left-- == 0) return;
        pricepoint::request asked{.sku = "A1", .channel = channel, .market = market};
        if (!bare) {
          asked.category = "shoes/boots";
          asked.segment = "member";
          asked.at = pricepoint::parse_instant("2026-11-05T12:00:00Z");
          asked.list = "49.95"_money;
          asked.msrp = asked.map = "44"_money;
          asked.current = "47.77"_money;
          asked.lowest_prior = "46.10"_money;
          asked.cost = "20.5"_money;
          asked.shipping = "1"_money;
          asked.tax = "19%"_rate;
          asked.current_since = asked.at;
          asked.units = "3"_money;
          for (const std::string_view other : channels) asked.prices.push_back({other, "48.90"_money});
          for (const auto& one : attributes) asked.attributes.push_back({one.name, "17"});
        }
        const pricepoint::decision first = pricer.price(asked);
        fuzz::hold_decision(first);
        expect(first.policy() == with.fingerprint(), "a decision of another policy");
        const std::string text = fuzz::text_of(first);
        fuzz::hold_json(text);
        fuzz::hold_explanation(explain(pricer, asked));
        fuzz::hold_explanation(timeline(pricer, asked));
        expect(fuzz::text_of(pricer.price(asked)) == text, "a second answer");
        pricepoint::pricer fresh(with, {}, {.max_cells = 16, .max_automaton_states = 4096});
        expect(fuzz::text_of(fresh.price(asked)) == text, "the answer of another pricer");
        if (bare) continue;
        std::vector<pricepoint::decision> all;
        std::vector<std::string_view> decided;
        pricer.price_all(asked, channels, all, decided);
        expect(all.size() == channels.size() && decided.size() == channels.size(), "a channel without an answer");
        for (const auto& one : all) fuzz::hold_decision(one);
        for (const auto& one : explain_all(pricer, asked, channels)) fuzz::hold_explanation(one);
      }
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input in(data, size);
  std::string texts[3];
  const std::string_view all = in.rest();
  for (std::size_t i = 0, part = 0; i < all.size(); ++i) {
    if (all[i] == '\x1E' && part < 2) {
      ++part;
    } else {
      texts[part] += all[i];
    }
  }
  fuzz::texts_by_name read{{"p.json", texts[0]}};
  const auto beside = [&](const std::string& name,
                          std::size_t most) -> pricepoint::result<pricepoint::policy_language::loaded_table> {
    std::string text = name.ends_with(".csv") ? texts[1] : texts[2];
    if (text.size() > most + 1) text.resize(most + 1);
    read["beside/" + name] = text;
    return pricepoint::policy_language::loaded_table{"beside/" + name, text};
  };
  const auto policy = pricepoint::parse_policy(texts[0], "p.json", small(), beside);
  if (!policy) {
    fuzz::hold_diagnostics(policy.error(), read);
    return 0;
  }

  const auto source = pricepoint::policy_language::source::read(texts[0], "p.json", small());
  expect(source.has_value(), "a policy that cannot be read again");
  std::string spaced;
  write((*source)->root(), spaced);
  auto wider = small();
  wider.max_bytes *= 4;
  wider.max_resident_rules = 0;  // so that the two are also compared rule by rule as read again
  const auto again = pricepoint::parse_policy(spaced, "p.json", wider, beside);
  expect(again.has_value(), "a policy that cannot be read with other spacing");
  expect(again->fingerprint() == policy->fingerprint(), "a fingerprint of spacing");
  expect(policy->fingerprint().size() == 36 && policy->fingerprint().starts_with("pp1-"), "a fingerprint");

  const pricepoint::policy_difference changed(*policy, *again);
  expect(changed.parts().empty(), "a difference of spacing");

  for (const auto& one : policy->inputs().channels) expect(!one.name.empty(), "a channel without a name");
  pricepoint::check_options options;
  options.limits = {.max_combinations = 60,
                    .max_pairs = 500,
                    .max_zones = 20,
                    .max_bands = 4,
                    .max_of_a_kind = 4,
                    .max_automaton_states = 2048};
  for (const auto& one : check(*policy, options).findings) {
    fuzz::hold_diagnostic(one.what, read);
    fuzz::hold_json(to_json(one));
  }
  price(*policy);
  return 0;
}
