// SPDX-License-Identifier: Apache-2.0
// Finds amounts that are written without a currency. Entry: written_amounts::check. Test:
// tests/unit/analysis/check_test.cpp.
#include "analysis/written.hpp"

#include <algorithm>
#include <concepts>
#include <set>
#include <type_traits>

namespace pricepoint::analysis {

namespace {

namespace language = policy_language;
namespace effect = language::effect;
using language::expression;

struct bare_amount {
  std::size_t offset = 0;
  bool only_looks = false;  // of a band of the target or a multiple
};

bool has_field(const expression& tree) {
  return tree.op == expression::kind::field || std::any_of(tree.operands.begin(), tree.operands.end(), has_field);
}

// The first amount of money other than 0 in an expression. A number that a field is multiplied with or divided by is a
// factor.
const expression* amount_in(const expression& tree) {
  using kind = expression::kind;
  switch (tree.op) {
    case kind::literal:
      return tree.number.sign() != 0 ? &tree : nullptr;
    case kind::rate:
    case kind::field:
      return nullptr;
    case kind::multiply:
      if (has_field(tree.operands[0])) return amount_in(tree.operands[0]);
      if (has_field(tree.operands[1])) return amount_in(tree.operands[1]);
      if (const expression* left = amount_in(tree.operands[0])) return left;
      return amount_in(tree.operands[1]);
    case kind::divide:
      return amount_in(tree.operands[0]);
    default:
      for (const expression& one : tree.operands) {
        if (const expression* found = amount_in(one)) return found;
      }
      return nullptr;
  }
}

bool is_bare(const language::money& amount) { return amount.any && amount.any->sign() != 0; }
bool is_bare(const std::optional<language::money>& end) { return end && is_bare(*end); }
bool is_bare(const language::rate_or_money& distance) {
  const auto* money = std::get_if<language::money>(&distance);
  return money != nullptr && is_bare(*money);
}

template <class Effect>
concept has_expression = requires(const Effect& of) {
  { (of.value) } -> std::same_as<const language::money_expression&>;
};

// The amount that decides on a price.
std::optional<bare_amount> amount_of_effect(const language::rule& rule) {
  return std::visit(
      [&](const auto& one) -> std::optional<bare_amount> {
        using kind = std::decay_t<decltype(one)>;
        if constexpr (has_expression<kind>) {
          const expression* found = one.value.any ? amount_in(*one.value.any) : nullptr;
          if (found != nullptr) return bare_amount{found->offset};
        } else if constexpr (std::is_same_v<kind, effect::discount>) {
          if (is_bare(one.value)) return bare_amount{rule.effect_offset};
        } else if constexpr (std::is_same_v<kind, effect::gap>) {
          if ((one.min && is_bare(*one.min)) || (one.max && is_bare(*one.max))) return bare_amount{rule.effect_offset};
        }
        return {};
      },
      rule.effect);
}

std::optional<bare_amount> amount_of_conditions(const language::conditions& all) {
  for (const language::condition& asked : all) {
    if (asked.subject == language::subject::target && (is_bare(asked.from_money) || is_bare(asked.below_money)))
      return bare_amount{asked.offset, true};
  }
  return {};
}

std::optional<bare_amount> amount_of(const language::rule& rule) {
  if (const auto found = amount_of_effect(rule)) return found;
  if (const auto found = amount_of_conditions(rule.when)) return found;
  for (const language::conditions& each : rule.except) {
    if (const auto found = amount_of_conditions(each)) return found;
  }
  const auto* multiple = std::get_if<effect::multiple_of>(&rule.effect);
  if (multiple != nullptr && multiple->value.any) return bare_amount{rule.effect_offset, true};
  return {};
}

}  // namespace

std::optional<decimal> bare_money_of_discount(const compiled_rule& rule) {
  const auto& written = std::get<effect::discount>(rule.source->effect).value;
  const auto* money = std::get_if<language::money>(&written);
  return money == nullptr ? std::nullopt : money->any;
}

written_amounts::written_amounts(checker& to) : to_(to) {
  std::set<std::string_view> all;
  for (const engine::market_terms& one : to_.compiled.markets()) all.insert(one.currency.code());
  several_currencies_ = all.size() > 1;
}

std::vector<scenario> written_amounts::one_for_each_currency(const compiled_rule& rule) {
  std::vector<scenario> shown;
  to_.any_place([&](std::uint32_t market, std::uint32_t channel) {
    const currency in = to_.where.currency_of(market);
    const bool known = std::any_of(shown.begin(), shown.end(),
                                   [&](const scenario& one) { return to_.where.currency_of(one.market) == in; });
    if (known) return false;
    if (auto one = to_.where.find_on(rule, market, channel)) shown.push_back(std::move(*one));
    return false;
  });
  return shown;
}

std::optional<sample> written_amounts::prove(const compiled_rule& rule, const scenario& shown) {
  sample made = to_.probe.start(shown);
  prober::aim aim;
  if (const auto band = whole_targets(shown.targets.front()); rule.asks_target && band) {
    aim.first = band->first;
    aim.last = std::min(band->second, band->first + 10'000);
  }
  const auto on = [&](const decision& done) { return done.target() && to_.probe.is_on(made, rule, done); };
  if (!to_.probe.prove(made, aim, on)) return {};
  return made;
}

void written_amounts::check(const compiled_rule& rule) {
  if (!several_currencies_ || !to_.wants(codes::amount_in_currencies)) return;
  const auto found = amount_of(*rule.source);
  if (!found) return;
  const std::vector<scenario> shown = one_for_each_currency(rule);
  if (shown.size() < 2) return;
  std::vector<sample> witnesses;
  std::string currencies;
  bool same_decimals = true;
  for (const scenario& one : shown) {
    auto witness = prove(rule, one);
    if (!witness) continue;
    const currency in = to_.where.currency_of(one.market);
    same_decimals = same_decimals && in.digits() == to_.where.currency_of(shown.front().market).digits();
    currencies.append(currencies.empty() ? "" : ", ").append(in.code());
    witnesses.push_back(std::move(*witness));
  }
  if (witnesses.size() < 2) return;
  check_finding& made =
      to_.add(codes::amount_in_currencies, found->offset,
              "an amount of " + in_quotes(rule.id()) + " has no currency, and the rule is on in " + currencies,
              "write it by currency, such as {\"" + std::string(to_.where.currency_of(witnesses[0].market).code()) +
                  "\": \"20\", \"" + std::string(to_.where.currency_of(witnesses[1].market).code()) +
                  "\": \"20\"}, or let the rule hold in one market",
              {&rule});
  // Where a look begins may be the same number in currencies of a similar size.
  if (found->only_looks && same_decimals) made.what.severity = severity::note;
  for (const sample& one : witnesses) {
    made.witnesses.push_back(to_.probe.json_of(one));
    to_.at(made, one.market, one.channel);
  }
  made.currency.reset();
  made.shows = in_quotes(rule.id()) + " is on for each, with the same number in another currency";
}

}  // namespace pricepoint::analysis
