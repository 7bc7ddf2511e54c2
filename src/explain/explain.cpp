// SPDX-License-Identifier: Apache-2.0
// Explains by asking again: the same evaluation with a listener, then the account of what it heard, then text and JSON.
// Entry: pricer::explain, pricer::explain_all. Covered by tests/unit/explain/explanation_test.cpp.
#include "pricepoint/explain/explanation.hpp"

#include "engine/decide.hpp"
#include "explain/account.hpp"
#include "explain/recorder.hpp"
#include "pricepoint/engine/policy_slot.hpp"
#include "pricepoint/engine/pricer.hpp"

namespace pricepoint {

namespace {

// The workspace is bound to `what`.
explanation explain_bound(engine::workspace& memory, const request& what, decision& made) {
  explaining::recorder heard(memory.bound().currency);
  engine::decide(memory, made, heard);
  const explaining::account told = explaining::account_of(memory, what, made, heard);
  return {explaining::sentences(told), explaining::json(told)};
}

}  // namespace

explanation pricer::explain(const request& what) { return explain(what, {}); }

explanation pricer::explain(const request& what, std::span<const std::string> unreadable) {
  workspace_->bind(what);
  workspace_->also_invalid(unreadable);
  decision made;
  return explain_bound(*workspace_, what, made);
}

explanation slot_pricer::explain(const request& what) { return take().explain(what); }

std::vector<explanation> pricer::explain_all(const request& what, std::span<const std::string_view> channels,
                                             const prior_source& priors) {
  std::vector<explanation> out;
  engine::for_each_channel(policy_.machine(), *workspace_, what, channels, priors,
                           [&](std::string_view, const request& each, bool again) {
                             decision made;
                             explanation told = explain_bound(*workspace_, each, made);
                             if (again) {
                               out.back() = std::move(told);
                             } else {
                               out.push_back(std::move(told));
                             }
                             return made.price();
                           });
  return out;
}

}  // namespace pricepoint
