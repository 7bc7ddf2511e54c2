// SPDX-License-Identifier: Apache-2.0
// Decides with two policies and finds, for what changed, which of their differences play a part in it. Which rules are
// on is read from the class and the plan that the decision used anyway, so that an unchanged row costs two decisions.
// Entry: comparer::compare. Tests: tests/unit/analysis/compare_test.cpp, tests/golden/compare.py.
#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "analysis/difference.hpp"
#include "decide/decide.hpp"
#include "decide/lacking.hpp"
#include "decide/workspace.hpp"
#include "money/big_exact.hpp"
#include "pricepoint/analysis/compare.hpp"
#include "text/each_once.hpp"

namespace pricepoint {

namespace {

using detail::fraction;
using detail::int128;
using tables = policy_difference::tables;
using cause = std::uint32_t;
using cause_list = boost::container::small_vector<cause, 4>;

constexpr std::int64_t e9 = 1'000'000'000;

// A value in units of 10^-9, rounded half up; nothing where it is beyond all amounts.
template <class Number>
std::optional<int128> in_e9(const Number& value) {
  constexpr std::int64_t limit = 4 * max_amount_minor;
  const std::int64_t whole = value.rounded(rounding::down, limit);
  if (whole == limit) return {};
  return int128{whole} * e9 + ((value - Number(whole)) * Number(e9)).rounded(rounding::half_up, e9);
}

// A field that is net, in 10^-9 minor units of the market's currency; nothing where it is not known.
std::optional<int128> net_field_e9(const engine::bound_request& from, std::uint32_t slot) {
  const engine::field_value& field = from.fields[slot];
  if (field.state != engine::presence::present) return {};
  // Amounts have at most nine decimals, so that as they are given they are exact.
  if (!field.converted) return field.value.numerator * (e9 / field.value.denominator);
  using exact = detail::big_exact;
  exact value = exact(field.value) * exact(from.conversion);
  const int shift = from.conversion_shift;
  const exact power(detail::powers_of_ten[static_cast<std::size_t>(shift < 0 ? -shift : shift)]);
  return in_e9(shift < 0 ? value / power : value * power);
}

std::optional<int128> margin_e9(const engine::workspace& memory, const decision& made) {
  const engine::bound_request& from = memory.bound();
  const std::optional<amount> net = made.net();
  const std::optional<int128> cost = net_field_e9(from, engine::slot::cost);
  const std::optional<int128> shipping = net_field_e9(from, engine::slot::shipping);
  if (!net || !cost || !shipping) return {};
  int128 left = net->minor;
  for (const credit_due& one : made.credits()) left -= one.due.minor;
  // A fee has at most eight decimals.
  const int128 fee_e9 = made.price()->minor * from.fee.numerator * (e9 / from.fee.denominator);
  return left * e9 - fee_e9 - *cost - *shipping;
}

// One policy's half of what is compared.
struct half {
  struct answer {
    std::string_view channel;
    decision made;
    bool decided = false;
    cause_list causes;  // rules, where they were looked for
    bool has_soft_shapes = false;
    std::optional<int128> margin;
  };

  half(const tables& of, std::size_t which, std::shared_ptr<const exchange_rates> rates)
      : own_rules(of.rules[which]),
        market_of(of.market_of[which]),
        channel_of(of.channel_of[which]),
        compiled(engine::machine_of(of.policies[which])),
        has_own_rules(std::any_of(own_rules.begin(), own_rules.end(), [](cause one) { return one != tables::none; })),
        memory(compiled, std::move(rates), {}) {}

  answer& next(std::string_view channel) {
    if (used == answers.size()) answers.emplace_back();
    answer& made = answers[used++];
    made.channel = channel;
    made.decided = false;
    made.causes.clear();
    made.has_soft_shapes = false;
    made.margin.reset();
    return made;
  }

  // The workspace is bound.
  void decide(answer& out, bool with_margin) {
    engine::silent nobody;
    engine::decide(memory, out.made, nobody);
    out.decided = true;
    if (with_margin && out.made.price()) out.margin = margin_e9(memory, out.made);
  }

  // The rules of the last decision that the other policy does not have, as an explanation says that they are on: those
  // that were skipped are not. Without a target, rules with conditions on it are left out.
  void find_causes(answer& out) const {
    const engine::workspace::used_parts& parts = memory.used();
    out.has_soft_shapes = parts.on != nullptr && !parts.on->soft_shapes.empty();
    if (!has_own_rules || parts.of == nullptr) return;
    const auto see = [&](const engine::compiled_rule* rule, bool evaluated) {
      const cause one = own_rules[rule->index];
      if (one != tables::none && !says_nothing(*rule, evaluated)) out.causes.push_back(one);
    };
    for (const engine::compiled_rule* rule : parts.of->bases) {
      see(rule, true);
      if (rule == parts.base) break;
    }
    for (const auto& group : parts.of->groups) {
      for (const engine::discount_term& term : group) see(term.rule, false);
    }
    for (const engine::discount_term& term : parts.of->exclusive) see(term.rule, false);
    if (parts.on != nullptr) {
      for (const engine::compiled_rule* rule : parts.on->on) see(rule, true);
    } else {
      parts.of->rules->each([&](const engine::class_rule& rule) {
        if (!rule.asks_target()) see(rule.rule, false);
      });
    }
  }

  // Whether a rule that is on has no say: it is skipped since the request lacks what it needs, or it is about the
  // current price and there is none. `evaluated`: the decision got far enough to need its value.
  bool says_nothing(const engine::compiled_rule& rule, bool evaluated) const {
    using engine::effect_kind;
    const bool about_current = rule.effect == effect_kind::change || rule.effect == effect_kind::hold;
    if (about_current && memory.bound().lacks(engine::slot::current)) return true;
    if (!evaluated || !rule.skip_if_missing()) return false;
    const bool needs_values = about_current || engine::is_bound(rule.effect) || rule.effect == effect_kind::base ||
                              rule.effect == effect_kind::was;
    if (!needs_values) return false;
    std::vector<std::string> lacking;
    engine::lacking_names(compiled, memory.bound()).rule(rule, lacking);
    return !lacking.empty();
  }

  answer* find(std::string_view channel) {
    for (std::size_t i = 0; i < used; ++i) {
      if (answers[i].channel == channel) return &answers[i];
    }
    return nullptr;
  }

  const std::vector<cause>& own_rules;
  const std::vector<std::uint32_t>& market_of;
  const std::vector<std::uint32_t>& channel_of;
  const engine::machine& compiled;
  bool has_own_rules;
  engine::workspace memory;
  std::vector<answer> answers;
  std::size_t used = 0;
};

bool same_price(const std::optional<amount>& a, const std::optional<amount>& b) {
  return a.has_value() == b.has_value() && (!a || *a == *b);
}

bool has_attribute(const request* of, std::string_view name) {
  return of != nullptr && std::any_of(of->attributes.begin(), of->attributes.end(),
                                      [&](const named_attribute& one) { return one.name == name; });
}

bool finds_invalid(const decision& made, std::string_view name) {
  return std::find(made.invalid().begin(), made.invalid().end(), name) != made.invalid().end();
}

}  // namespace

struct comparer::memory {
  memory(std::shared_ptr<const policy_difference> with, const std::shared_ptr<const exchange_rates>& rates)
      : of(std::move(with)), look_up(of->look_up()), halves{half(look_up, 0, rates), half(look_up, 1, rates)} {}

  // What the two answers come to. `look`: the rules have not been looked for yet, and the halves have not gone on.
  void join(half::answer& before, half::answer& after, const std::array<const request*, 2>& asked, bool look) {
    compared& out = all.emplace_back();
    out.channel = after.channel;
    out.before = before.decided ? &before.made : nullptr;
    out.after = after.decided ? &after.made : nullptr;
    for (const request* const one : asked) {
      if (one != nullptr && one->units && one->units->sign() >= 0) out.units = one->units;
    }
    out.margin_before_e9 = before.margin;
    out.margin_after_e9 = after.margin;
    const std::optional<amount> was = out.price_before();
    const std::optional<amount> is = out.price_after();
    place(out, was.has_value(), is.has_value());
    out.changed = out.status_before() != out.status_after() || !same_price(was, is);
    if (!out.changed) return;
    if (was && is && was->currency == is->currency && was->minor != is->minor) {
      out.change = change_hundredths(was->minor, is->minor);
    }
    if (!look_up.differs()) return;
    if (look) {
      if (before.decided) halves[0].find_causes(before);
      if (after.decided) halves[1].find_causes(after);
    }
    out.causes.assign(before.causes.begin(), before.causes.end());
    out.causes.insert(out.causes.end(), after.causes.begin(), after.causes.end());
    add_settings(out, before, after, asked);
    for (const auto& [channel, carried] : carried_to(out.channel)) {
      const auto other =
          std::find_if(all.begin(), all.end() - 1,
                       [&, name = std::string_view(channel)](const compared& one) { return one.channel == name; });
      if (other != all.end() - 1 && !same_price(other->price_before(), other->price_after())) {
        out.causes.push_back(carried);
      }
    }
    detail::keep_each_once(out.causes);
  }

  void place(compared& out, bool was, bool is) const {
    if (!was && !is) return;
    const half& one = halves[is ? 1 : 0];
    out.market_index = one.market_of[one.memory.bound().market];
    // After a call for several channels the workspace is bound for the last one.
    out.channel_index = together ? static_cast<std::uint32_t>(*look_up.find_channel(out.channel))
                                 : one.channel_of[one.memory.bound().channel];
  }

  const std::vector<std::pair<std::string, cause>>& carried_to(std::string_view channel) const {
    static const std::vector<std::pair<std::string, cause>> nothing;
    const auto found = together ? look_up.find_channel(channel) : std::nullopt;
    return found ? look_up.carried[*found] : nothing;
  }

  void add_settings(compared& out, const half::answer& before, const half::answer& after,
                    const std::array<const request*, 2>& asked) const {
    const auto add_all = [&](const std::vector<cause>& causes) {
      out.causes.insert(out.causes.end(), causes.begin(), causes.end());
    };
    add_all(look_up.anywhere);
    const auto discounts = [](const half::answer& one) { return one.decided ? one.made.discounts().size() : 0; };
    if (look_up.discounts != tables::none && std::max(discounts(before), discounts(after)) > 1) {
      out.causes.push_back(look_up.discounts);
    }
    if (look_up.within != tables::none && (before.has_soft_shapes || after.has_soft_shapes)) {
      out.causes.push_back(look_up.within);
    }
    const request* const read = asked[1] != nullptr ? asked[1] : asked[0];
    if (read != nullptr) {
      if (const auto market = look_up.find_market(read->market)) add_all(look_up.by_market[*market]);
    }
    if (const auto channel = look_up.find_channel(out.channel)) add_all(look_up.by_channel[*channel]);
    const std::array<const half::answer*, 2> answers = {&before, &after};
    for (const tables::attribute_setting& each : look_up.attributes) {
      bool counts = each.kind_differs && (has_attribute(asked[0], each.name) || has_attribute(asked[1], each.name));
      for (std::size_t side = 0; side < answers.size(); ++side) {
        const bool whole = each.kind_differs || (each.declared[side] && !each.declared[1 - side]);
        counts = counts || (answers[side]->decided ? finds_invalid(answers[side]->made, each.name) : whole);
      }
      if (counts) out.causes.push_back(each.made);
    }
  }

  void start(bool several) {
    all.clear();
    together = several;
    for (half& one : halves) one.used = 0;
  }

  std::shared_ptr<const policy_difference> of;
  const tables& look_up;
  std::array<half, 2> halves;
  std::vector<compared> all;
  bool together = false;
};

comparer::comparer(std::shared_ptr<const policy_difference> of, const std::shared_ptr<const exchange_rates>& rates)
    : memory_(std::make_unique<memory>(std::move(of), rates)) {}
comparer::~comparer() = default;
comparer::comparer(comparer&&) noexcept = default;
comparer& comparer::operator=(comparer&&) noexcept = default;

const std::vector<compared>& comparer::compare(const request* before, const request* after, std::string_view channel) {
  memory& own = *memory_;
  own.start(false);
  const std::array<const request*, 2> asked = {before, after};
  for (const request* const one : asked) {
    if (one != nullptr) channel = one->channel;
  }
  std::array<half::answer*, 2> answers{};
  for (std::size_t side = 0; side < asked.size(); ++side) {
    answers[side] = &own.halves[side].next(channel);
    if (asked[side] == nullptr) continue;
    own.halves[side].memory.bind(*asked[side]);
    own.halves[side].decide(*answers[side], asked[side]->units.has_value());
  }
  own.join(*answers[0], *answers[1], asked, true);
  return own.all;
}

const std::vector<compared>& comparer::compare_all(const request* before, const request* after,
                                                   std::span<const std::string_view> channels) {
  memory& own = *memory_;
  own.start(true);
  const std::array<const request*, 2> asked = {before, after};
  for (std::size_t side = 0; side < asked.size(); ++side) {
    half& each = own.halves[side];
    // Answers must stay where they are while the next ones are made.
    each.answers.reserve(std::max(each.answers.capacity(), channels.size()));
    if (asked[side] == nullptr) continue;
    engine::for_each_channel(each.compiled, each.memory, *asked[side], channels, {},
                             [&](std::string_view name, const request& one, bool) {
                               half::answer& made = each.next(name);
                               each.decide(made, one.units.has_value());
                               if (own.look_up.differs()) each.find_causes(made);
                               return engine::channel_outcome(made.made);
                             });
  }
  // A policy that cannot read the row decides none of the channels.
  half& order = own.halves[after != nullptr ? 1 : 0];
  if (before == nullptr && after == nullptr) {
    for (const std::string_view channel : channels) order.next(channel);
  }
  half& other = own.halves[after != nullptr ? 0 : 1];
  own.all.reserve(order.used);
  for (std::size_t i = 0; i < order.used; ++i) {
    half::answer* found = other.find(order.answers[i].channel);
    if (found == nullptr) found = &other.next(order.answers[i].channel);
    if (after != nullptr) {
      own.join(*found, order.answers[i], asked, false);
    } else {
      own.join(order.answers[i], *found, asked, false);
    }
  }
  return own.all;
}

}  // namespace pricepoint
