// SPDX-License-Identifier: Apache-2.0
// A pricer for one kind of request. Entries: pricer::bind, bound_pricer::price. Covered by
// tests/unit/engine/bound_pricer_test.cpp.
#include "pricepoint/engine/bound_pricer.hpp"

#include <algorithm>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "engine/row_values.hpp"
#include "pricepoint/engine/workspace.hpp"

namespace pricepoint {

namespace {

using field_member = std::optional<decimal> request::*;

constexpr std::pair<std::string_view, field_member> money_fields[] = {{"list", &request::list},
                                                                      {"msrp", &request::msrp},
                                                                      {"map", &request::map},
                                                                      {"current", &request::current},
                                                                      {"lowest_prior", &request::lowest_prior},
                                                                      {"cost", &request::cost},
                                                                      {"shipping", &request::shipping}};
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
  };

  state(pricer& with, const request& what) : owner(&with), kind(what) {
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
    digits = given ? given->digits() : with.policy().currency_of(kind.market).digits();
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

  pricer* owner;
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
  auto made = std::make_unique<bound_pricer::state>(*this, kind);
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
  const engine::machine& compiled = policy_.machine();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::string_view name = fields[i];
    bound_pricer::state::field one;
    if (std::find(fields.begin(), fields.begin() + static_cast<std::ptrdiff_t>(i), name) !=
        fields.begin() + static_cast<std::ptrdiff_t>(i)) {
      refuse(name, "it stands twice");
      continue;
    }
    for (const auto& [known, member] : money_fields) {
      if (known == name) one.member = member;
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
      using kinds = enum policy_language::attribute::kind;
      const auto is = attribute ? compiled.document().attributes[*attribute].kind : kinds::text;
      if (is != kinds::money_display && is != kinds::money_net) {
        refuse(name, attribute ? "this attribute is no money" : "there is no such field of money");
        continue;
      }
      drop_if(made->kind.attributes, [&](const named_attribute& fixed) { return fixed.name == name; });
      one.attribute = made->own(name);
    }
    made->fields.push_back(one);
  }
  if (!wrong.empty()) return error(std::move(wrong));
  made->whole = made->kind;
  return bound_pricer(std::move(made));
}

quote bound_pricer::price(std::span<const std::int64_t> minor) {
  decision& made = state_->last;
  state_->owner->price(state_->asked(minor), made);
  return {made.status(), made.price() ? made.price()->minor : absent_value, made.limited_by(), made.relaxed()};
}

void bound_pricer::price(std::span<const std::int64_t> minor, decision& out) {
  state_->owner->price(state_->asked(minor), out);
}

}  // namespace pricepoint
