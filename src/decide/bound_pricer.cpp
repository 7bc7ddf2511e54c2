// SPDX-License-Identifier: Apache-2.0
// A pricer for one kind of request. Entries: pricer::bind, bound_pricer::price. Covered by
// tests/unit/decide/bound_pricer_test.cpp.
#include "pricepoint/pricing/bound_pricer.hpp"

#include <algorithm>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "decide/bound_kernel.hpp"
#include "decide/decide.hpp"
#include "decide/integer_memory.hpp"
#include "decide/workspace.hpp"
#include "match/row_values.hpp"

namespace pricepoint {

namespace {

using field_member = std::optional<decimal> request::*;

struct money_field {
  std::string_view name;
  field_member member;
  std::uint32_t slot;
};
constexpr money_field money_fields[] = {{"list", &request::list, engine::slot::list},
                                        {"msrp", &request::msrp, engine::slot::msrp},
                                        {"map", &request::map, engine::slot::map},
                                        {"current", &request::current, engine::slot::current},
                                        {"lowest_prior", &request::lowest_prior, engine::slot::lowest_prior},
                                        {"cost", &request::cost, engine::slot::cost},
                                        {"shipping", &request::shipping, engine::slot::shipping}};
constexpr std::string_view price_prefix = "price.";

template <class Range, class Where>
void drop_if(Range& from, const Where& where) {
  from.erase(std::remove_if(from.begin(), from.end(), where), from.end());
}

}  // namespace

struct bound_pricer::state {
  struct field {
    field_member member = nullptr;  // or
    std::string_view price_of;      // the channel, or
    std::string_view attribute;
    std::string_view name = {};  // as it was bound
    std::uint32_t slot = 0;
    std::int64_t least = 1;  // of a valid amount
  };

  state(const policy& with, engine::workspace& with_memory, engine::integer_memory& with_integers, const request& what)
      : memory(&with_memory), integers(&with_integers), kind(what) {
    // The caller's texts may go.
    for (std::string_view* text :
         {&kind.sku, &kind.category, &kind.segment, &kind.audience, &kind.channel, &kind.market, &kind.currency}) {
      *text = own(*text);
    }
    for (channel_price& one : kind.prices) one.channel = own(one.channel);
    for (named_attribute& one : kind.attributes) {
      one.name = own(one.name);
      if (!one.value.number()) one.value = attribute_value(own(one.value.text()));
    }
    const auto given = kind.currency.empty() ? std::nullopt : find_currency(kind.currency);
    digits = given ? given->digits() : with.currency_of(kind.market).digits();
  }

  std::string_view own(std::string_view text) { return texts.emplace_back(text); }

  // The whole request of one call.
  const request& asked(std::span<const std::int64_t> minor) {
    whole.prices.resize(kind.prices.size());
    whole.attributes.resize(kind.attributes.size());
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const std::int64_t value = i < minor.size() ? minor[i] : absent_value;
      const field& one = fields[i];
      if (one.member != nullptr) {
        whole.*one.member = value == absent_value ? std::nullopt : std::optional(engine::decimal_of(value, digits));
      } else if (value == absent_value) {
        continue;
      } else if (!one.price_of.empty()) {
        whole.prices.push_back({one.price_of, engine::decimal_of(value, digits)});
      } else {
        whole.attributes.push_back({one.attribute, attribute_value(engine::decimal_of(value, digits))});
      }
    }
    return whole;
  }

  // Once the fields are known: the kind in numbers, where it has that form.
  void make_integers() {
    if (!integers->planner().usable()) return;
    memory->bind(kind);
    values.assign(integers->planner().value_count(), 0);
    if (!memory->invalid().empty() || !memory->missing().empty() || !memory->bound().at_market_terms ||
        !integers->values_of_bound(values.data())) {
      return;
    }
    fixed_magnitude = engine::integer_memory::magnitude_of({values.data(), values.size() - 2});
    in_integers = integers->planner().make(memory->bound());
    if (!in_integers->fits) {
      in_integers = nullptr;
      return;
    }
    std::vector<engine::bound_kernel::field> places;
    for (const field& one : fields) places.push_back({one.slot, one.least});
    kernel = engine::bound_kernel(*in_integers, places, values);
  }

  // False where the whole request must be decided.
  bool decide(std::span<const std::int64_t> minor, engine::integer_answer& out) {
    std::uint64_t magnitude = fixed_magnitude;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const std::int64_t value = i < minor.size() ? minor[i] : absent_value;
      const field& one = fields[i];
      values[one.slot] = value;
      if (value == absent_value) continue;
      if (value < one.least || value >= max_amount_minor) return false;
      magnitude |= static_cast<std::uint64_t>(value);
    }
    std::size_t unmade = engine::integer_kernel::made;
    if (integers->kernel()(*in_integers, values.data(), magnitude, out, unmade)) return true;
    if (unmade == engine::integer_kernel::made) return false;
    memory->bind(asked(minor));
    integers->planner().make_plan(*in_integers, unmade, memory->bound());
    return integers->kernel()(*in_integers, values.data(), magnitude, out, unmade);
  }

  // Of the pricer; they stay where they are when it is moved.
  engine::workspace* memory;
  engine::integer_memory* integers;
  std::shared_ptr<engine::integer_class> in_integers;
  engine::bound_kernel kernel;
  std::vector<std::int64_t> values;  // by slot; what stays the same is there
  std::uint64_t fixed_magnitude = 0;
  std::deque<std::string> texts;
  request kind, whole;
  int digits = 2;
  std::vector<field> fields;
  decision last;
};

bound_pricer::bound_pricer(std::unique_ptr<state> made) noexcept : state_(std::move(made)) {}
bound_pricer::~bound_pricer() = default;
bound_pricer::bound_pricer(bound_pricer&&) noexcept = default;
bound_pricer& bound_pricer::operator=(bound_pricer&&) noexcept = default;

result<bound_pricer> pricer::bind(const request& kind, std::span<const std::string_view> fields) {
  auto made = std::make_unique<bound_pricer::state>(policy_, *workspace_, *linear_, kind);
  std::vector<diagnostic> wrong;
  const auto refuse = [&](std::string_view name, std::string_view why) {
    diagnostic one;
    one.code = "PP-B001";
    one.message = "cannot bind the field \"" + std::string(name) + "\": " + std::string(why);
    one.hint =
        "fields are list, msrp, map, current, lowest_prior, cost, shipping, price.CHANNEL and attributes that are "
        "money";
    wrong.push_back(std::move(one));
  };
  const engine::machine& compiled = engine::machine_of(policy_);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::string_view name = fields[i];
    bound_pricer::state::field one;
    if (std::find(fields.begin(), fields.begin() + static_cast<std::ptrdiff_t>(i), name) !=
        fields.begin() + static_cast<std::ptrdiff_t>(i)) {
      refuse(name, "it stands twice");
      continue;
    }
    for (const auto& [known, member, slot] : money_fields) {
      if (known != name) continue;
      one.member = member;
      one.slot = slot;
    }
    if (one.member == nullptr && name.starts_with(price_prefix)) {
      const std::string_view channel = name.substr(price_prefix.size());
      if (!compiled.find_channel(channel)) {
        refuse(name, "the policy declares no such channel");
        continue;
      }
      drop_if(made->kind.prices, [&](const channel_price& fixed) { return fixed.channel == channel; });
      one.price_of = made->own(channel);
    } else if (one.member == nullptr) {
      const auto attribute = compiled.find_attribute(name);
      using kinds = enum engine::attribute_terms::kind;
      const auto is = attribute ? compiled.attributes()[*attribute].what : kinds::text;
      if (is != kinds::money_display && is != kinds::money_net) {
        refuse(name, attribute ? "this attribute is no money" : "there is no such field of money");
        continue;
      }
      drop_if(made->kind.attributes, [&](const named_attribute& fixed) { return fixed.name == name; });
      one.attribute = made->own(name);
    }
    one.name = made->own(name);
    made->fields.push_back(one);
  }
  if (!wrong.empty()) return error(std::move(wrong));
  made->whole = made->kind;
  for (bound_pricer::state::field& one : made->fields) {
    if (!one.price_of.empty()) {
      one.slot = compiled.channel_slot(*compiled.find_channel(one.price_of));
    } else if (!one.attribute.empty()) {
      one.slot = compiled.attribute_slot(*compiled.find_attribute(one.attribute));
    }
    one.least = compiled.net_slot(one.slot) ? 0 : 1;
  }
  made->make_integers();
  return bound_pricer(std::move(made));
}

result<bound_pricer> bound_pricer::bind_again(pricer& with) const {
  std::vector<std::string_view> names;
  for (const state::field& one : state_->fields) names.push_back(one.name);
  return with.bind(state_->kind, names);
}

quote bound_pricer::price(std::span<const std::int64_t> minor) {
  state& of = *state_;
  quote quick;
  if (of.kernel.price(minor, quick)) {
    ++of.memory->stats().decisions;
    ++of.memory->stats().linear;
    return quick;
  }
  return price_otherwise(minor);
}

quote bound_pricer::price_otherwise(std::span<const std::int64_t> minor) {
  state& of = *state_;
  engine::integer_answer answer;
  if (of.in_integers && of.decide(minor, answer)) {
    of.kernel.learn();
    ++of.memory->stats().decisions;
    ++of.memory->stats().linear;
    return {answer.is, answer.price, answer.plan->limited[answer.limited].names,
            answer.plan->relaxed[answer.relaxed].names};
  }
  decision& made = of.last;
  price(minor, made);
  return {made.status(), made.price() ? made.price()->minor : absent_value, made.limited_by(), made.relaxed()};
}

void bound_pricer::price(std::span<const std::int64_t> minor, decision& out) {
  engine::price_request(*state_->memory, *state_->integers, state_->asked(minor), {}, out);
}

}  // namespace pricepoint
