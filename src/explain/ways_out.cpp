// SPDX-License-Identifier: Apache-2.0
// Decides again without each rule of a conflict in turn. Entry: ways_out_of. Test: tests/property/ways_out_test.cpp,
// against the reference evaluator.
#include "explain/ways_out.hpp"

#include <algorithm>
#include <tuple>

#include "decide/decide.hpp"

namespace pricepoint::explaining {

namespace {

way_out without(const engine::workspace& memory, const engine::compiled_rule& rule, const recorder& heard) {
  way_out out;
  out.rule = &rule;
  engine::workspace again(memory, rule);
  engine::silent nobody;
  engine::decide(again, out.made, nobody);
  const std::optional<amount> price = out.made.price();
  if (!price) return out;
  const auto bound = std::find_if(heard.bounds.begin(), heard.bounds.end(),
                                  [&](const recorder::bound_heard& one) { return one.rule == &rule; });
  if (bound == heard.bounds.end()) return out;  // a shape
  out.unlimited = bound->no_price();
  if (out.unlimited) return out;
  // A price by hand is a bound with both ends in one.
  if (bound->low && price->minor < *bound->low) {
    out.limit_minor = bound->low;
  } else if (bound->high && price->minor > *bound->high) {
    out.limit_minor = bound->high;
  } else {
    return out;
  }
  out.excess_minor = price->minor - *out.limit_minor;
  if (*out.limit_minor > 0) {
    const detail::int128 size = *out.excess_minor < 0 ? -*out.excess_minor : *out.excess_minor;
    const detail::int128 part = detail::divide(size * 10'000, *out.limit_minor, rounding::half_up);
    if (detail::fits_int64(part)) out.excess_e4 = static_cast<std::int64_t>(part);
  }
  return out;
}

// Smaller gives up less.
struct loss {
  int kind = 0;
  detail::fraction part;
  std::string_view id;

  static loss of(const way_out& one) {
    if (!one.made.price()) return {3, {}, one.rule->id()};
    if (one.unlimited) return {2, {}, one.rule->id()};
    if (!one.excess_minor) return {0, {}, one.rule->id()};
    return {1, {*one.excess_minor < 0 ? -*one.excess_minor : *one.excess_minor, *one.limit_minor}, one.rule->id()};
  }
  friend bool operator<(const loss& a, const loss& b) {
    return std::tie(a.kind, a.part, a.id) < std::tie(b.kind, b.part, b.id);
  }
};

}  // namespace

std::vector<way_out> ways_out_of(const engine::workspace& memory, const decision& made, const recorder& heard) {
  std::vector<way_out> all;
  for (const engine::compiled_rule* rule : heard.on->on) {
    const auto& in = made.conflict();
    if (std::find(in.begin(), in.end(), rule->id()) != in.end()) all.push_back(without(memory, *rule, heard));
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const way_out& a, const way_out& b) { return loss::of(a) < loss::of(b); });
  return all;
}

}  // namespace pricepoint::explaining
