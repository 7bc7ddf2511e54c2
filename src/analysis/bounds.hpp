// SPDX-License-Identifier: Apache-2.0
// What the checks of bounds share: the lines of rules in every market and on every channel, and requests that prove
// what follows from them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/checker.hpp"
#include "analysis/lines.hpp"

namespace pricepoint::analysis {

class bound_proofs {
 public:
  explicit bound_proofs(checker& to);

  checker& to() const noexcept { return to_; }
  const line_reader& reader(std::uint32_t market, std::uint32_t channel) const {
    return readers_[market * to_.channels() + channel];
  }

  // Visits the markets and channels where all of the rules apply, a few hundred at most; false from `visit` ends it.
  template <class Visit>
  void places(const std::vector<const compiled_rule*>& rules, const Visit& visit) const {
    std::size_t seen = 0;
    for (std::uint32_t market = 0; market < to_.markets(); ++market) {
      for (std::uint32_t channel = 0; channel < to_.channels(); ++channel) {
        if (!std::all_of(rules.begin(), rules.end(),
                         [&](const auto* one) { return to_.where.applies_in(*one, market, channel); }))
          continue;
        if (!visit(market, channel) || ++seen == 512) return;
      }
    }
  }

  // ", whatever the target"
  std::string sentence(const contradiction& of) const;
  // Targets and fields of a request that shows the contradiction.
  prober::aim aim_of(const scenario& shown, const contradiction& of, currency in) const;
  // Fills in the witness until the claim holds: first without the field that the lines are in, unless the decision asks
  // for it; then with it, for rules that are off or skipped where it is absent.
  bool prove(sample& witness, prober::aim aim, const contradiction& of, const prober::claim& holds);
  // Proves for one market and channel that the rules leave no price. Adds a finding for the first, and gives that
  // finding another market and channel for all others.
  bool prove_conflict(const std::vector<const compiled_rule*>& rules, const contradiction& of, std::uint32_t market,
                      std::uint32_t channel, const char* code, const std::string& why, const std::string& hint,
                      check_finding*& found);

 private:
  checker& to_;
  std::vector<line_reader> readers_;
};

// Margins that credits alone make impossible (K006).
class credited_margins {
 public:
  explicit credited_margins(bound_proofs& proofs) : proofs_(proofs), to_(proofs.to()) {}
  // `found` is the finding about this rule, as soon as there is one.
  void check(const compiled_rule& margin, std::uint32_t market, std::uint32_t channel, check_finding*& found);

 private:
  void read_credits();
  fast_exact owed_with(const scenario& shown);
  void prove(const compiled_rule& margin, const compiled_rule& credit, std::uint32_t market, std::uint32_t channel,
             check_finding*& found);

  bound_proofs& proofs_;
  checker& to_;
  std::vector<const compiled_rule*> credits_;
  bool credits_read_ = false;
};

// Finds that no price between the constant ends of these bounds has a required shape (K008).
void check_shape_between(bound_proofs& proofs, const std::vector<const compiled_rule*>& bounds,
                         const compiled_rule& looks);

}  // namespace pricepoint::analysis
