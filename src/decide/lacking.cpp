// SPDX-License-Identifier: Apache-2.0
// Entry: lacking_names::rule. Covered by tests/unit/decide/decision_test.cpp and the property tests.
#include "decide/lacking.hpp"

#include <algorithm>

namespace pricepoint::engine {

void lacking_names::field(std::uint32_t slot, std::vector<std::string>& names) const {
  switch (request_.fields[slot].state) {
    case presence::present:
      break;
    case presence::absent:
      names.push_back(machine_.slot_name(slot));
      break;
    case presence::lacks_rate:
      names.push_back("rate." + std::string(request_.given.code()) + "." + std::string(request_.currency.code()));
      break;
    case presence::lacks_at:
      names.emplace_back("at");
      break;
    case presence::lacks_tax:
      names.emplace_back("tax");
      break;
  }
}

void lacking_names::tax(std::vector<std::string>& names) const {
  if (request_.gross && !request_.tax) names.emplace_back("tax");
}

void lacking_names::picked(const symbol& from, std::vector<std::string>& names) const {
  const price_choice choice = machine_.choice_of(from, request_.channel);
  bool any = false;
  for (const std::uint32_t slot : *choice.slots) {
    if (slot == choice.own || request_.lacks(slot)) continue;
    field(slot, names);
    any = true;
    if (choice.is_in_order()) return;  // the first that is there decides
  }
  if (any) return;
  using group = channel_group::kind;
  const group of = choice.is_in_order() ? group::listed
                   : from.is_of_group() ? machine_.groups()[from.slot].what
                                        : group::traditional;  // the lowest or highest traditional price
  if (of == group::listed) {
    choice.each([&](std::uint32_t slot) { field(slot, names); });
  } else {
    names.emplace_back(of == group::online ? "price.online" : "price.traditional");
  }
}

bool lacking_names::is_left_out(const formula& operand) const {
  return operand.optional && is_absent(operand.value.terms.front().of, machine_, request_);
}

void lacking_names::read(const formula& of, std::vector<std::string>& names) const {
  for (const term& one : of.value.terms) {
    if (one.of.what == symbol::kind::field) {
      field(one.of.slot, names);
      if (one.grossed) tax(names);
    } else if (one.of.what != symbol::kind::target) {
      picked(one.of, names);
    }
  }
  // An operand that may be left out is missed only where all are.
  const bool all_out =
      std::all_of(of.parts.begin(), of.parts.end(), [&](const formula& one) { return is_left_out(one); });
  for (const formula& one : of.parts) {
    if (all_out || !is_left_out(one)) read(one, names);
  }
}

void lacking_names::rule(const compiled_rule& of, std::vector<std::string>& names) const {
  if (of.effect == effect_kind::hold) return field(slot::current, names);
  if (!is_bound(of.effect)) return read(*of.value_in(request_.currency), names);
  const bound& asks = *of.bound_in(request_.currency);
  for (const bound_end& one : asks.ends) read(one.value, names);
  if (asks.is_margin()) tax(names);
}

}  // namespace pricepoint::engine
