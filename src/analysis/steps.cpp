// SPDX-License-Identifier: Apache-2.0
// Entries: look_prices::at, step_check::check. Tests: tests/unit/analysis/steps_test.cpp.
#include "analysis/steps.hpp"

#include <algorithm>

#include "decide/choice.hpp"

namespace pricepoint::analysis {

namespace {

// Targets up to here are looked at one by one, where the ends of a band do not say all.
constexpr std::int64_t last_of_all = 1'000'000;
constexpr std::size_t most_of_all = 2'000'000;

}  // namespace

look_prices::look_prices(checker& to, std::uint32_t market, std::uint32_t channel)
    : to_(to), market_(market), prices_(to.prices_of(market, channel)) {}

bool look_prices::enter(const std::vector<const class_rule*>& on) {
  std::vector<std::uint32_t> ids;
  std::vector<const compiled_rule*> rules;
  for (const class_rule* one : on) {
    ids.push_back(one->rule->index);
    rules.push_back(one->rule);
  }
  auto [place, fresh] = plans_.try_emplace(std::move(ids));
  if (fresh) place->second = to_.probe.memory().plans().make(std::move(rules), market_);
  plan_ = place->second.get();
  return plan_->beyond_limits == nullptr;
}

std::int64_t look_prices::at(std::int64_t target) {
  static const engine::soft_intervals no_bounds;
  engine::planner& plans = to_.probe.memory().plans();
  const engine::choice search(plans, *plan_, prices_.net, prices_.around(target), {}, no_bounds);
  const std::int64_t star = search.star();
  const std::int64_t made = star == 0 ? 0 : search.chosen(star).minor;
  return plans.take_exceeded() ? 0 : made;
}

bool look_prices::rises() const {
  const auto reaches_as_far = [](const engine::soft_reach& a, const engine::soft_reach& b) {
    if (a.money < b.money) return false;
    return std::all_of(b.rates.begin(), b.rates.end(), [&](const fraction& rate) {
      return std::any_of(a.rates.begin(), a.rates.end(), [&](const fraction& other) { return other >= rate; });
    });
  };
  return reaches_as_far(plan_->within[0], plan_->within[1]) && reaches_as_far(plan_->within[1], plan_->within[2]);
}

void step_check::check(const std::vector<band>& bands) {
  if (!to_.wants(codes::step_down)) return;
  const std::pair place(at_.market(), at_.channel());
  now_ = &prices_.try_emplace(place, to_, at_.market(), at_.channel()).first->second;
  side highest;
  for (const band& one : bands) {
    const auto whole = whole_targets(one.where);
    if (!whole) continue;
    if (!now_->enter(one.on)) {
      highest = {};
      continue;
    }
    side here{&one, whole->first, whole->second, whole->first, now_->at(whole->first)};
    if (highest.price > here.price && here.price > 0) report(highest, here);
    if (!now_->enter(one.on)) continue;
    if (!now_->rises()) within_band(one, whole->first, whole->second);
    here.target = here.last;
    here.price = now_->at(here.last);
    if (here.price > highest.price) highest = here;
  }
}

// Every whole target of a band in which a price may fall.
void step_check::within_band(const band& of, std::int64_t first, std::int64_t last) {
  last = std::min(last, last_of_all);
  side below{&of, first, last, 0, 0};
  for (std::int64_t target = first; target <= last; ++target) {
    if (++looked_at_ > most_of_all) {
      to_.note_limit("prices that fall where a target rises: more targets than the limit");
      return;
    }
    const std::int64_t price = now_->at(target);
    if (price < below.price && price > 0) return report(below, {&of, target, target, target, price});
    if (price > below.price) {
      below.target = target;
      below.price = price;
    }
  }
}

std::optional<sample> step_check::priced(std::int64_t target, std::int64_t price) const {
  return at_.prove({target, target, 0, 0},
                   [&](const decision& made) { return made.price() && made.price()->minor == price; });
}

void step_check::report(side below, side above) {
  // How far: prices rise within each side, so both ends can be halved for.
  const std::int64_t high = below.price;
  const std::int64_t low = above.price;
  if (!now_->enter(above.where->on)) return;
  std::int64_t until = above.first;
  for (std::int64_t end = above.last; until < end;) {
    const std::int64_t middle = until + (end - until + 1) / 2;
    if (now_->at(middle) < high) {
      until = middle;
    } else {
      end = middle - 1;
    }
  }
  if (!now_->enter(below.where->on)) return;
  std::int64_t from = below.target;
  for (std::int64_t start = below.first; start < from;) {
    const std::int64_t middle = start + (from - start) / 2;
    if (now_->at(middle) > low) {
      from = middle;
    } else {
      start = middle + 1;
    }
  }
  // The rules that are on on one side alone.
  std::vector<const compiled_rule*> rules;
  const auto add_missing = [&](const band& of, const band& in) {
    for (const class_rule* one : of.on) {
      const bool there =
          std::any_of(in.on.begin(), in.on.end(), [&](const class_rule* other) { return other->rule == one->rule; });
      if (!there) rules.push_back(one->rule);
    }
  };
  add_missing(*below.where, *above.where);
  add_missing(*above.where, *below.where);
  if (rules.empty()) {
    for (const class_rule* one : above.where->on) rules.push_back(one->rule);
  }
  const target_band where{above.first, until, 0, 0};
  if (!at_.once(codes::step_down, rules, where)) return;
  const auto dearer = priced(below.target, high);
  if (!dearer) return;
  const auto cheaper = priced(above.target, low);
  if (!cheaper) return;
  const std::string in = " " + std::string(at_.in().code());
  const auto money = [&](std::int64_t minor) { return figure(minor, at_.in()); };
  const std::int64_t count = until - above.first + 1;
  check_finding& found =
      at_.add(codes::step_down, rules.back()->source->effect_offset,
              "a lower wish gives a higher price: " + money(below.target) + " gives " + money(high) + ", " +
                  money(above.target) + " gives " + money(low) + in + "; " +
                  (count == 1 ? "it is the only target that gives less than a lower one"
                              : std::to_string(count) + " targets, from " + money(above.first) + " to " + money(until) +
                                    ", give less than lower ones do"),
              below.where == above.where
                  ? "let a stronger rule reach at least as far as a weaker one: look at \"within\""
                  : "let one look begin at a price that both give, or let the looks share the endings around " +
                        money(above.first),
              rules, *dearer, "the first, with the lower target, has the higher price");
  found.witnesses.push_back(to_.probe.json_of(*cheaper));
  found.targets = {{from, below.target, 0, 0}, where};
}

}  // namespace pricepoint::analysis
