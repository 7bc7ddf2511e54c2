// SPDX-License-Identifier: Apache-2.0
// Explains by deciding again: the same evaluation with a listener, then the narrative of what it heard, then text and
// JSON. Entries: explain, explain_all. Test: tests/unit/explain/explanation_test.cpp.
#include "pricepoint/explain/explanation.hpp"

#include "decide/decide.hpp"
#include "explain/narrative.hpp"
#include "explain/recorder.hpp"
#include "pricepoint/pricing/policy_slot.hpp"
#include "pricepoint/pricing/pricer.hpp"

namespace pricepoint {

namespace {

// The workspace is bound to `what`.
explanation explain_bound(engine::workspace& memory, const request& what, decision& made, bool with_time) {
  explaining::recorder heard(memory.bound().currency);
  engine::decide(memory, made, heard);
  explaining::narrative told = explaining::narrative_of(memory, what, made, heard);
  told.with_time = with_time;
  return {explaining::sentences(told), explaining::json(told)};
}

}  // namespace

explanation explain(pricer& with, const request& what, std::span<const std::string> unreadable, bool with_time) {
  engine::workspace& memory = engine::parts_of::memory(with);
  memory.bind(what);
  memory.also_invalid(unreadable);
  decision made;
  return explain_bound(memory, what, made, with_time);
}

explanation explain(slot_pricer& with, const request& what) { return explain(with.take(), what); }

std::vector<explanation> explain_all(pricer& with, const request& what, std::span<const std::string_view> channels,
                                     const prior_source& priors, bool with_time) {
  engine::workspace& memory = engine::parts_of::memory(with);
  std::vector<explanation> out;
  engine::for_each_channel(memory.compiled(), memory, what, channels, priors,
                           [&](std::string_view, const request& each, bool again) {
                             decision made;
                             explanation told = explain_bound(memory, each, made, with_time);
                             if (again) {
                               out.back() = std::move(told);
                             } else {
                               out.push_back(std::move(told));
                             }
                             return engine::channel_outcome(made);
                           });
  return out;
}

}  // namespace pricepoint
