// SPDX-License-Identifier: Apache-2.0
// Names what a request lacks for a rule. Out of line: only decisions without a price ask. Entries: missing_names::rule,
// missing_names::reference. Covered by tests/unit/engine/decision_test.cpp and the property tests.
#include "pricepoint/engine/missing.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace pricepoint::engine {

std::string missing_names::rate() const {
  return "rate." + std::string(request_.given.code()) + "." + std::string(request_.currency.code());
}

void missing_names::field(std::uint32_t slot, bool gross_up, std::vector<std::string>& names) const {
  switch (request_.fields[slot].state) {
    case presence::present:
      break;
    case presence::absent:
      names.push_back(machine_.slot_name(slot));
      break;
    case presence::lacks_rate:
      names.push_back(rate());
      break;
    case presence::lacks_at:
      names.emplace_back("at");
      break;
    case presence::lacks_tax:
      names.emplace_back("tax");
      break;
  }
  if (gross_up && machine_.net_slot(slot) && request_.gross && !request_.tax) names.emplace_back("tax");
}

void missing_names::reference(std::vector<std::string>& names) const {
  const language::channel& on = machine_.document().channels[request_.channel];
  using kind = enum language::channel::reference;
  switch (on.reference) {
    case kind::list_price:
      field(slot::list, false, names);
      return;
    case kind::channels:
      for (const std::uint32_t one : on.reference_channels) {
        const std::uint32_t slot = machine_.channel_slot(one);
        if (request_.fields[slot].state == presence::absent) continue;
        field(slot, false, names);  // the first that has a price decides
        return;
      }
      for (const std::uint32_t one : on.reference_channels) field(machine_.channel_slot(one), false, names);
      return;
    case kind::lowest_traditional:
    case kind::highest_traditional:
      traditional(names);
      return;
  }
}

void missing_names::traditional(std::vector<std::string>& names) const {
  bool any = false;
  for (std::uint32_t one = 0; one < machine_.document().channels.size(); ++one) {
    if (!traditional_price(one)) continue;
    any = true;
    field(machine_.channel_slot(one), false, names);
  }
  if (!any) names.emplace_back("price.traditional");
}

void missing_names::expression(const program& code, std::vector<std::string>& names) const {
  struct entry {
    std::vector<std::string> names;
    bool left_out = false;
  };
  std::vector<entry> stack;
  for (const instruction& one : code) {
    switch (one.op) {
      case instruction::kind::constant:
      case instruction::kind::target:
        stack.emplace_back();
        break;
      case instruction::kind::reference:
      case instruction::kind::field: {
        entry made;
        const bool is_reference = one.op == instruction::kind::reference;
        if (is_reference) {
          reference(made.names);
        } else {
          field(one.index, true, made.names);
        }
        const bool absent = is_reference ? reference_absent() : request_.fields[one.index].state == presence::absent;
        made.left_out = one.optional && absent;
        stack.push_back(std::move(made));
        break;
      }
      case instruction::kind::add:
      case instruction::kind::subtract: {
        const entry right = std::move(stack.back());
        stack.pop_back();
        stack.back().names.insert(stack.back().names.end(), right.names.begin(), right.names.end());
        break;
      }
      case instruction::kind::scale:
      case instruction::kind::negate:
        break;
      case instruction::kind::min:
      case instruction::kind::max: {
        const auto first = stack.end() - static_cast<std::ptrdiff_t>(one.index);
        const bool all_out = std::all_of(first, stack.end(), [](const entry& each) { return each.left_out; });
        entry made;
        for (auto each = first; each != stack.end(); ++each) {
          if (all_out || !each->left_out) made.names.insert(made.names.end(), each->names.begin(), each->names.end());
        }
        stack.erase(first, stack.end());
        stack.push_back(std::move(made));
        break;
      }
    }
  }
  names.insert(names.end(), stack.back().names.begin(), stack.back().names.end());
}

void missing_names::rule(const compiled_rule& of, std::vector<std::string>& names) const {
  const language::any_effect& effect = of.source->effect;
  if (const auto* gap = std::get_if<language::effect::gap>(&effect)) {
    using kind = language::effect::gap::target_kind;
    if (gap->to == kind::channel) {
      field(machine_.channel_slot(gap->channel), false, names);
    } else if (gap->to == kind::reference) {
      reference(names);
    } else {
      traditional(names);
    }
  } else if (std::holds_alternative<language::effect::margin>(effect)) {
    field(slot::cost, false, names);
    field(slot::shipping, false, names);
    if (request_.gross && !request_.tax) names.emplace_back("tax");
  } else if (std::holds_alternative<language::effect::change>(effect) ||
             std::holds_alternative<language::effect::hold>(effect)) {
    field(slot::current, false, names);
  } else {
    expression(*of.value.find(request_.currency), names);
  }
}

}  // namespace pricepoint::engine
