// SPDX-License-Identifier: Apache-2.0
// Margins that credits alone make impossible. Entry: credited_margins::check. Test: tests/unit/analysis/check_test.cpp.
#include "analysis/bounds.hpp"

namespace pricepoint::analysis {

void credited_margins::read_credits() {
  if (credits_read_) return;
  credits_read_ = true;
  for (const compiled_rule& one : to_.compiled.rules()) {
    if (one.effect == engine::effect_kind::credit) credits_.push_back(&one);
  }
}

void credited_margins::check(const compiled_rule& margin, std::uint32_t market, std::uint32_t channel,
                             check_finding*& found) {
  read_credits();
  constexpr std::size_t most_credits = 1000;
  if (found != nullptr || credits_.empty() || credits_.size() > most_credits) return;
  const engine::bound_end& end = margin.bound_in(to_.where.currency_of(market))->ends.front();
  if (end.is != engine::bound_end::side::low) return;
  try {
    const std::optional<fast_exact> left = proofs_.reader(market, channel).share_left(*end.net_part);
    if (!left) return;
    for (const compiled_rule* credit : credits_) {
      if (!to_.where.applies_in(*credit, market, channel)) continue;
      query both;
      add_on(both, margin);
      add_on(both, *credit);
      const auto shown = to_.where.find(both, market, channel);
      if (!shown || (*left - owed_with(*shown)).sign() > 0) continue;
      prove(margin, *credit, market, channel, found);
      if (found != nullptr) return;
    }
  } catch (const exact_overflow&) {
  }
}

// What all credits take together that may be on in a scenario; whether they are, the decision shows.
fast_exact credited_margins::owed_with(const scenario& shown) {
  const sample witness = to_.probe.start(shown);
  to_.probe.memory().bind(to_.probe.request_of(witness));
  fast_exact owed;
  for (const compiled_rule* each : credits_) {
    if (!engine::match_rule(to_.compiled, *each, to_.probe.memory().bound()).on_but_target) continue;
    owed = owed + fast_exact(fraction::reduced(each->credit().e8, 100'000'000));
  }
  return owed;
}

void credited_margins::prove(const compiled_rule& margin, const compiled_rule& credit, std::uint32_t market,
                             std::uint32_t channel, check_finding*& found) {
  query both;
  add_on(both, margin);
  add_on(both, credit);
  const auto shown = to_.where.find(both, market, channel);
  if (!shown) return;
  sample witness = to_.probe.start(*shown);
  const auto holds = [&](const decision& made) {
    return made.status() == status::conflict && contains(made.conflict(), margin.id());
  };
  const contradiction spent{variables::spent, {}};
  if (!to_.probe.prove(witness, proofs_.aim_of(*shown, spent, to_.where.currency_of(market)), holds)) return;
  found =
      &to_.add(codes::impossible_margin, margin.source->effect_offset,
               in_quotes(margin.id()) + " can be kept by no price on " + to_.place(market, channel) + " where " +
                   in_quotes(credit.id()) + " is on: tax, fee, credits and margin leave nothing to pay the cost with",
               "a margin is a share of the price without tax, after fee and credits: ask for less", {&margin, &credit});
  found->witnesses.push_back(to_.probe.json_of(witness));
  found->shows = "status conflict, with " + in_quotes(margin.id());
  to_.at(*found, market, channel);
}

}  // namespace pricepoint::analysis
