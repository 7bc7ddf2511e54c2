// SPDX-License-Identifier: Apache-2.0
// Which fields rules read, and what follows. Entries: the members of field_check. Test:
// tests/unit/analysis/check_test.cpp.
#include "analysis/fields.hpp"

#include <algorithm>

namespace pricepoint::analysis {

namespace {

using engine::effect_kind;

// Visits every term of what a rule asks for, in all currencies.
template <class Visit>
void each_term_of(const compiled_rule& rule, const Visit& visit) {
  const auto read = [&](const auto& value) { engine::each_term(value, visit); };
  if (const auto* values = std::get_if<engine::lowered<engine::formula>>(&rule.says)) values->each(read);
  if (const auto* bounds = std::get_if<engine::bound_effect>(&rule.says)) bounds->bounds.each(read);
}

bool reads(const compiled_rule& rule, std::uint32_t slot) {
  const engine::symbol wanted{engine::symbol::kind::field, slot};
  bool found = false;
  each_term_of(rule, [&](const engine::term& one) { found = found || one.of == wanted; });
  return found;
}

}  // namespace

bool field_check::reads_prior() {
  if (!reads_prior_) {
    const engine::rule_list all = to_.compiled.rules();
    reads_prior_ = std::any_of(all.begin(), all.end(),
                               [](const compiled_rule& one) { return reads(one, engine::slot::lowest_prior); });
  }
  return *reads_prior_;
}

void field_check::former_price(const compiled_rule& rule) {
  if (rule.effect != effect_kind::was || !to_.wants(codes::prior_missing)) return;
  if (reads_prior()) return;  // its author knows the field
  to_.any_place([&](std::uint32_t market, std::uint32_t channel) {
    const engine::market_terms& in = to_.compiled.markets()[market];
    if (in.former_price == nullptr) return false;
    const auto shown = to_.where.find_on(rule, market, channel);
    if (!shown) return false;
    sample witness = to_.probe.start(*shown);
    const auto says = [](const decision& made) { return contains(made.advice(), "prior-price-missing"); };
    if (!to_.probe.prove(witness, {}, says)) return false;
    check_finding& found =
        to_.add(codes::prior_missing, rule.source->effect_offset,
                in_quotes(rule.id()) + " announces nothing in " + std::string(in.name) +
                    " where requests do not say lowest_prior, and no rule of this policy reads it",
                "send lowest_prior, let --history fill it, or write \"min(reference, lowest_prior?)\"", {&rule});
    found.witnesses.push_back(to_.probe.json_of(witness));
    found.shows = "advice prior-price-missing, and no was";
    to_.at(found, market, channel);
    return true;
  });
}

void field_check::resale_price(const compiled_rule& rule) {
  if (rule.effect != effect_kind::floor && rule.effect != effect_kind::price) return;
  if (!reads(rule, engine::slot::map) || !to_.wants(codes::resale_price)) return;
  check_finding* found = nullptr;
  to_.any_place([&](std::uint32_t market, std::uint32_t channel) {
    const engine::market_terms& in = to_.compiled.markets()[market];
    const engine::channel_terms& on = to_.compiled.channels()[channel];
    if (!on.reseller || in.known == nullptr) return false;
    if (in.known->minimum_resale_price.value != resale_minimum::forbidden) return false;
    const auto shown = to_.where.find_on(rule, market, channel);
    if (!shown) return false;
    sample witness = to_.probe.start(*shown);
    prober::aim aim;
    const auto digits = static_cast<std::size_t>(in.currency.digits());
    aim.given = {{"map", decimal::from_parts(200 * detail::powers_of_ten[digits], in.currency.digits())}};
    const auto binds = [&](const decision& made) {
      return made.target() && to_.probe.is_on(witness, rule, made) &&
             (!rule.is_required() || contains(made.limited_by(), rule.id()));
    };
    if (!to_.probe.prove(witness, aim, binds)) return false;
    if (found == nullptr) {
      found = &to_.add(codes::resale_price, rule.source->effect_offset,
                       in_quotes(rule.id()) + " sets a minimum resale price for " + std::string(on.name) +
                           ", a reseller's channel, in " + std::string(in.name) +
                           ", where the market table says that is forbidden",
                       "let the rule hold on channels of your own: \"when\": {\"channel\": [...]}; ask counsel what "
                       "the law is in each market",
                       {&rule});
      found->witnesses.push_back(to_.probe.json_of(witness));
      found->shows = "the price may not be below map";
      if (rule.is_required()) found->shows += ": limited_by has " + in_quotes(rule.id());
    }
    to_.at(*found, market, channel);
    return false;
  });
}

void field_check::unused_attributes() {
  if (to_.markets() == 0 || to_.channels() == 0) return;
  const machine& compiled = to_.compiled;
  std::vector<bool> reads_slot(compiled.slots(), false);
  for (const compiled_rule& rule : compiled.rules()) {
    each_term_of(rule, [&](const engine::term& one) {
      if (one.of.what == engine::symbol::kind::field) reads_slot[one.of.slot] = true;
    });
    if (const auto* squeeze = std::get_if<engine::squeeze_effect>(&rule.says)) {
      reads_slot[squeeze->wholesale] = reads_slot[squeeze->own_cost] = true;
    }
  }
  for (std::uint32_t i = 0; i < compiled.attributes().size(); ++i) {
    // An attribute is in the key of a request's class where a condition asks about it.
    const bool asked = compiled.attribute_key(i).has_value();
    const bool read = compiled.attributes()[i].is_money() && reads_slot[compiled.attribute_slot(i)];
    if (!asked && !read && to_.wants(codes::unused_attribute)) add_if_unused(i);
  }
}

// Proven by two requests that differ in the attribute alone and have the same answer.
void field_check::add_if_unused(std::uint32_t attribute) {
  const engine::attribute_terms& unused = to_.compiled.attributes()[attribute];
  const std::string name(unused.name);
  const auto somewhere = to_.where.find({}, 0, 0);
  if (!somewhere) return;
  sample plain = to_.probe.start(*somewhere);
  const auto any = [](const decision&) { return true; };
  if (!to_.probe.prove(plain, {}, any)) return;
  sample with = plain;
  using kind = enum engine::attribute_terms::kind;
  with.attributes[name] = unused.what == kind::words  ? unused.words->front()
                          : unused.what == kind::text ? std::string("any")
                                                      : std::string("1");
  const decision left = to_.probe.price(plain);
  const decision right = to_.probe.price(with);
  if (left.status() != right.status() || left.price() != right.price()) return;
  check_finding& found =
      to_.add(codes::unused_attribute, to_.compiled.document().attributes[attribute].offset,
              "no rule asks about the attribute " + in_quotes(name) + " or reads it", "take it out, or use it", {});
  found.witnesses = {to_.probe.json_of(plain), to_.probe.json_of(with)};
  found.shows = "the same answer with it and without it";
}

}  // namespace pricepoint::analysis
