// SPDX-License-Identifier: Apache-2.0
// Required shapes that no price between constant bounds has. Entry: check_shape_between. Test:
// tests/unit/analysis/check_test.cpp.
#include <optional>
#include <utility>

#include "analysis/bounds.hpp"

namespace pricepoint::analysis {

namespace {

// The first and the last amount that the constant ends of these bounds leave; nothing where there is no constant end
// below or above, or a number needs more digits than are looked at.
std::optional<std::pair<std::int64_t, std::int64_t>> window_of(const line_reader& reader,
                                                               const std::vector<const compiled_rule*>& bounds) {
  constexpr std::int64_t limit = 2 * max_amount_minor;
  std::pair<std::int64_t, std::int64_t> made(1, max_amount_minor);
  bool has_low = false;
  bool has_high = false;
  for (const compiled_rule* one : bounds) {
    const auto read = reader.read(*one);
    if (!read) return {};
    for (const line& each : read->lows) {
      if (each.of != variables::constant) continue;
      made.first = std::max(made.first, each.base.rounded(rounding::up, limit));
      has_low = true;
    }
    for (const line& each : read->highs) {
      if (each.of != variables::constant) continue;
      made.second = std::min(made.second, each.base.rounded(rounding::down, limit));
      has_high = true;
    }
  }
  if (!has_low || !has_high || made.first > made.second) return {};
  return made;
}

}  // namespace

void check_shape_between(bound_proofs& proofs, const std::vector<const compiled_rule*>& bounds,
                         const compiled_rule& looks) {
  checker& to = proofs.to();
  if (!to.wants(codes::shape_between_bounds)) return;
  check_finding* found = nullptr;
  const bool by_hand = std::any_of(bounds.begin(), bounds.end(),
                                   [](const auto* one) { return one->effect == engine::effect_kind::price; });
  std::vector<const compiled_rule*> rules = bounds;
  rules.push_back(&looks);
  std::string ids;
  for (const compiled_rule* one : bounds) ids += (ids.empty() ? "" : " and ") + in_quotes(one->id());
  proofs.places(rules, [&](std::uint32_t market, std::uint32_t channel) {
    const engine::market_terms& in = to.compiled.markets()[market];
    const auto window = window_of(proofs.reader(market, channel), bounds);
    const shape::any_shape* const what = looks.shape_in(in.currency);
    if (!window || what == nullptr) return true;
    const auto [low, high] = *window;
    const auto allowed = to.automaton_of({*what}, in.currency.digits(), in.unit_minor);
    if (allowed == nullptr) return true;
    if (shape::at_or_above(*allowed, 1) == 0) return true;  // check_shapes reports it as a shape that no price has
    const std::int64_t next = shape::at_or_above(*allowed, to.net_of(market, channel), low);
    if (next != 0 && next <= high) return true;
    const std::string amounts =
        low == high ? figure(low, in.currency) + " has not its shape"
                    : "none from " + figure(low, in.currency) + " to " + figure(high, in.currency) + " has its shape";
    proofs.prove_conflict(
        rules, {}, market, channel, codes::shape_between_bounds,
        ids + (bounds.size() > 1 ? " leave" : " leaves") + " no price that " + in_quotes(looks.id()) + " allows on " +
            to.place(market, channel) + ": " + amounts,
        by_hand ? "change the amount, or except the shape there" : "change the amount, or make the shape soft", found);
    return true;
  });
}

}  // namespace pricepoint::analysis
