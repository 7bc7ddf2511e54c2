// SPDX-License-Identifier: Apache-2.0
//
// The rules of a policy: which effects, how many of each, and in which order.

#include "property/generator/policy_writer.hpp"

#include <cstddef>
#include <utility>

namespace generator {

std::string policy_writer::discount_value() {
  if (luck_.percent(22)) return money(luck_.between(-2, 12) * 250'000);
  return as_json(
      luck_.word({"3%", "5%", "5%", "8%", "10%", "10%", "12.5%", "15%", "20%", "2%", "-3%", "0%", "33.333%", "-10%"}));
}

std::string policy_writer::gap_end(long long low, long long high) {
  if (luck_.percent(25)) return money(luck_.between(low, high) * 200'000);
  const long long thousandths = luck_.between(low * 2, high * 2) * 500;
  const bool negative = thousandths < 0;
  const long long size = negative ? -thousandths : thousandths;
  return as_json((negative ? "-" : "") + std::to_string(size / 1000) + (size % 1000 ? ".5%" : "%"));
}

std::string policy_writer::gap_to() {
  switch (luck_.below(10)) {
    case 0:
    case 1:
    case 2:
      return as_json("traditional");
    case 3:
      return as_json("online");
    case 4:
    case 5:
      return list_of(luck_.some(channels, 3));
    case 6:
    case 7:
      return as_json("reference");
    default:
      return as_json(luck_.pick(channels));
  }
}

void policy_writer::draw_readings() {
  for (long long i = luck_.between(1, 5); i > 0; --i) {
    rule_options options;
    options.when_percent = 0;
    options.timed_percent = 10;
    options.skip = true;
    options.skip_percent = 60;
    // On one channel mostly, so that others may read it back.
    members more;
    if (luck_.percent(75)) more.emplace_back("when", object_of({{"channel", one_or_list(luck_.some(channels, 2))}}));
    std::string price = "price." + luck_.pick(channels);
    if (luck_.percent(20)) price = "min(" + price + "?, price." + luck_.pick(channels) + "?)";
    switch (luck_.below(8)) {
      case 0:
        options.target = false;
        add_rule("base", as_json(price + luck_.word({"", " * 95%", " * 1.02", " - 0.10"})), options, more);
        break;
      case 1:
      case 2:
        options.strengths = true;
        options.strength = bound_strength();
        add_rule("floor", as_json(price + luck_.word({" * 0.9", " * 80%", " - 2", " / 1.05"})), options, more);
        break;
      case 3:
      case 4:
        options.strengths = true;
        options.strength = bound_strength();
        add_rule("ceiling", as_json(price + luck_.word({"", " * 1.1", " + 1", " * 99%"})), options, more);
        break;
      case 5:
        add_rule("was", as_json(price + luck_.word({"", " * 1.1", " * 1.03"})), options, more);
        break;
      default:
        options.strengths = true;
        options.strength = bound_strength();
        add_rule("gap", object_of({{"to", gap_to()}, {"max", gap_end(8, 25)}}), options, more);
    }
  }
}

void policy_writer::draw_prices_by_hand() {
  rule_options options;
  options.when_percent = 50;
  options.skip = true;
  add_rule("price", expression_json([&](const std::string& c) {
             switch (luck_.below(6)) {
               case 0:
                 return some_literal(c, 8 * one_unit, 30 * one_unit);
               case 1:
                 return literal(at_level(luck_.between(8, 40) * one_unit, c.empty() ? markets.front().currency : c));
               case 2:
                 return has_vip ? std::string("vip_price") : std::string("msrp");
               case 3:
                 return "price." + luck_.pick(channels);
               default:
                 return std::string("list");
             }
           }),
           options);
  for (long long i = luck_.between(1, 3); i > 0; --i) {
    rule_options soft;
    soft.strengths = true;
    soft.strength = soft_strength();
    soft.skip = true;
    if (luck_.percent(50)) {
      add_rule("floor", expression_json([&](const std::string& c) { return low_expression(c); }), soft);
    } else {
      add_rule("ceiling", expression_json([&](const std::string& c) { return high_expression(c); }), soft);
    }
  }
}

void policy_writer::draw_bounds() {
  const auto bound = [&](const std::string& effect, const std::string& value, int when_percent = 35) {
    rule_options options;
    options.when_percent = when_percent;
    options.strengths = true;
    options.strength = bound_strength();
    options.skip = true;
    add_rule(effect, value, options);
  };
  for (long long i = luck_.percent(55) ? luck_.between(1, 2) : 0; i > 0; --i) {
    members gap;
    gap.emplace_back("to", gap_to());
    const long long form = luck_.below(10);
    if (form > 1) gap.emplace_back("max", gap_end(8, 25));
    if (form < 7) {
      std::string low = gap_end(-6, 5);
      const auto is_amount = [](const std::string& one) { return one.find('%') == std::string::npos; };
      const auto by_currency = [](const std::string& one) { return one.front() == '{'; };
      // A bare amount beside one by currency may lie above it in that currency, which the parser refuses.
      if (form > 1 && is_amount(low) && is_amount(gap.back().second) &&
          by_currency(low) != by_currency(gap.back().second)) {
        low = as_json("0%");
      }
      gap.emplace_back("min", low);
    }
    bound("gap", object_of(gap), 45);
  }
  for (long long i = luck_.below(4); i > 0; --i)
    bound("floor", expression_json([&](const std::string& c) { return low_expression(c); }), 30);
  for (long long i = luck_.below(3); i > 0; --i)
    bound("ceiling", expression_json([&](const std::string& c) { return high_expression(c); }));
  if (luck_.percent(45)) {
    const std::string low = luck_.word({"5%", "10%", "0%", "-10%", "20%", "2.5%", "30%"});
    std::string value = as_json(low);
    if (luck_.percent(25))
      value = object_of({{"min", as_json(low)}, {"max", as_json(luck_.word({"35%", "45%", "60%"}))}});
    if (luck_.percent(12)) value = object_of({{"max", as_json(luck_.word({"25%", "45%", "60%"}))}});
    bound("margin", value);
  }
  if (luck_.percent(30)) {
    rule_options options;
    options.strengths = true;
    options.strength = luck_.percent(50) ? "" : luck_.percent(40) ? "required" : soft_strength();
    options.skip = true;
    add_rule("change", as_json(luck_.word({"0%", "1%", "3%", "5%", "10%"})), options);
  }
  if (tight) {
    // Without these the candidates for large amounts would be too many to look at.
    rule_options options;
    options.when_percent = 0;
    options.timed_percent = 0;
    options.except_percent = 0;
    add_rule("floor", as_json("reference * 1 - 1"), options);
    add_rule("ceiling", as_json("reference + 2"), options);
  } else if (luck_.percent(75)) {
    rule_options options;
    options.when_percent = 0;
    options.skip = true;
    options.timed_percent = 0;
    add_rule("ceiling", as_json(luck_.word({"reference * 1.5", "reference * 120%", "max(reference, list?, msrp?)"})),
             options);
  }
}

void policy_writer::draw_shapes() {
  bool avoids_sequences = false;
  int soft = 0;
  const auto shape = [&](const std::string& effect, const std::string& value, bool may_be_required = true) {
    rule_options options;
    options.when_percent = 45;
    options.strengths = true;
    options.strength = luck_.percent(35) ? "" : luck_.percent(30) && may_be_required ? "required" : soft_strength();
    if (options.strength != "required" && ++soft > 5) return;
    if (options.strength == "required" && effect == "avoid" && value.find("sequences") != std::string::npos)
      avoids_sequences = true;
    add_rule(effect, value, options);
  };
  if (luck_.percent(60)) shape("endings", list_of(draw_endings()));
  if (luck_.percent(25)) shape("endings", list_of(draw_endings()));
  if (luck_.percent(40)) {
    static const std::vector<micro> mantissas = {1'000'000, 2'000'000, 2'500'000, 5'000'000};
    const micro mantissa = luck_.pick(mantissas);
    shape("multiple_of", round_money(mantissa, static_cast<int>(luck_.between(-2, 1)), 15));
  }
  for (long long i = luck_.below(3); i > 0; --i) shape("avoid", draw_avoid());
  for (long long i = luck_.below(3); i > 0; --i) {
    const bool digits = luck_.percent(40);
    shape("prefer", draw_prefer(digits), digits && !avoids_sequences);
  }
}

void policy_writer::draw_audit_rules() {
  rule_options options;
  options.skip = true;
  options.when_percent = 30;
  std::vector<std::string> net_fields = {"wholesale", "wholesale", "wholesale", "cost", "shipping"};
  if (has_handling) net_fields.insert(net_fields.end(), {"handling", "handling"});
  if (luck_.percent(65)) {
    for (long long i = luck_.between(1, 2); i > 0; --i) {
      const std::string dealer = luck_.pick(luck_.percent(70) ? traditional : channels);
      const std::string wholesale = luck_.pick(net_fields);
      const std::string cost = luck_.pick(net_fields);
      add_rule("squeeze",
               object_of({{"dealer", as_json(dealer)},
                          {"wholesale", as_json(wholesale)},
                          {"cost", as_json(cost)},
                          {"margin", as_json(luck_.word({"15%", "5%", "0%", "30%", "12.5%", "45%"}))}}),
               options);
    }
  }
  if (luck_.percent(60)) {
    for (long long i = luck_.between(1, 2); i > 0; --i) {
      const std::string from = luck_.word({"newsletter", "staff", "member", "vip", "student", "nobody"});
      add_rule("leak", object_of({{"from", as_json(from)}}), options);
    }
  }
  if (luck_.percent(65)) {
    for (long long i = luck_.between(1, 2); i > 0; --i) {
      options.when_percent = luck_.percent(50) ? 0 : 80;
      const std::string to = luck_.pick(channels);
      add_rule("inverted", object_of({{"to", as_json(to)}}), options);
    }
  }
}

std::string policy_writer::draw_rules() {
  rule_options plain;
  plain.target = false;

  if (base_of_cost) {
    rule_options options = plain;
    options.when_percent = 0;
    const std::string name = net_name();
    add_rule("base", as_json(name + luck_.word({"", " * 1", " * 2", " / 2"})), options);
  } else if (luck_.percent(halves ? 10 : 28)) {
    for (long long i = luck_.between(1, 2); i > 0; --i) {
      rule_options options = plain;
      options.skip = true;
      options.skip_percent = 55;
      add_rule("base", expression_json([&](const std::string& c) {
                 switch (luck_.below(8)) {
                   case 0:
                     return std::string("list");
                   case 1:
                     return std::string("max(reference?, cost * 1.3)");
                   case 2:
                     return std::string("min(list?, msrp?)");
                   case 3:
                     return has_vip ? std::string("vip_price") : std::string("msrp * 95%");
                   case 4: {
                     const std::string name = net_name();
                     return name + " * 1.5 + " + some_literal(c, 0, 2 * one_unit);
                   }
                   case 5:
                     return std::string("reference - ") + some_literal(c, 0, 3 * one_unit);
                   case 6:
                     return "(" + some_field() + " + reference) / 2";
                   default:
                     return std::string("reference");
                 }
               }),
               options);
    }
  }
  for (long long i = halves ? luck_.below(3) : luck_.between(1, 5); i > 0; --i) {
    rule_options options = plain;
    options.when_percent = 55;
    members more;
    std::string value =
        halves && luck_.percent(80) ? as_json(luck_.word({"10%", "50%", "5%", "20%"})) : discount_value();
    if (luck_.percent(18)) {
      if (value.find('-') != std::string::npos) value = as_json("11%");
      more.emplace_back("exclusive", "true");
    } else if (luck_.percent(45)) {
      more.emplace_back("group", as_json(luck_.word({"role", "member", "b"})));
    }
    add_rule("discount", value, options, more);
  }
  if (luck_.percent(8)) {
    rule_options options = plain;
    options.when_percent = 100;
    options.least_conditions = 2;
    add_rule("discount", as_json(luck_.word({"100%", "95%"})), options, {{"group", as_json("last")}});
  }
  if (luck_.percent(30)) {
    rule_options options;
    options.when_percent = 100;
    options.skip = true;
    add_rule("price", expression_json([&](const std::string& c) {
               switch (luck_.below(5)) {
                 case 0:
                   return some_literal(c, 8 * one_unit, 30 * one_unit);
                 case 1:
                   return has_vip ? std::string("vip_price") : std::string("current");
                 case 2:
                   return "price." + luck_.pick(channels);
                 case 3:
                   return std::string("reference - 1");
                 default:
                   return std::string("list");
               }
             }),
             options);
  }
  if (by_hand) draw_prices_by_hand();
  if (circles) draw_readings();
  if (!bare || luck_.percent(35)) draw_bounds();
  if (!bare || luck_.percent(40)) draw_shapes();
  if (wanted.culture && !bare && luck_.percent(85)) draw_culture_rules();
  if (luck_.percent(45)) {
    for (long long i = luck_.between(1, 2); i > 0; --i) {
      rule_options options;
      options.timed_percent = 4;
      options.skip = true;
      add_rule("hold", as_json(luck_.word({"1%", "3%", "5%", "10%", "25%", "0%"})), options);
    }
  }
  if (luck_.percent(40)) {
    for (long long i = luck_.between(1, 2); i > 0; --i) {
      rule_options options;
      options.skip = true;
      options.skip_percent = 70;
      add_rule("was", expression_json([&](const std::string& c) {
                 return luck_.percent(60)
                            ? luck_.word({"reference", "list", "min(reference?, msrp?)", "max(current?, list)",
                                          "list / 3 * 3.1", "list * 1.007", "reference * 1.01"})
                        : high_expression(c).find("target") == std::string::npos ? "reference * 1.0"
                                                                                 : "msrp";
               }),
               options);
    }
  }
  if (luck_.percent(35)) {
    for (long long i = luck_.between(1, 3); i > 0; --i) {
      add_rule("credit",
               object_of({{"to", as_json(luck_.pick(channels))},
                          {"rate", as_json(luck_.word({"3%", "2.5%", "1%", "0%", "7%"}))}}),
               {});
    }
  }
  for (long long i = luck_.below(3); i > 0; --i)
    add_rule("advise", as_json(luck_.word({"offer-store-appointment", "check-stock", "call", "call"})), {});
  if (luck_.percent(40)) {
    rule_options options;
    options.when_percent = 96;
    options.least_conditions = luck_.between(1, 2);
    add_rule("withhold", as_json(luck_.word({"web-exclusive", "store-exclusive", "call"})), options);
  }

  if (wanted.audit) draw_audit_rules();
  luck_.shuffle(rules_);
  std::vector<std::string> ids = {"traffic",     "volume", "profit", "member",   "eleven",  "near-the-stores",
                                  "never-above", "map",    "earn",   "mantissa", "integer", "was",
                                  "assist",      "zero",   "Alpha",  "b.2",      "c_3",     "0-first",
                                  "zz",          "m1",     "m10",    "m2",       "Z",       "a",
                                  "q",           "keep",   "round",  "nine",     "no-4",    "unlucky",
                                  "lucky",       "x.y",    "last",   "one",      "two",     "three",
                                  "four"};
  if (wanted.audit) ids.insert(ids.end(), {"unit", "list", "squeezed", "leaky", "upside-down"});
  luck_.shuffle(ids);
  if (rules_.size() > ids.size()) rules_.resize(ids.size());
  std::vector<std::string> items;
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    members fields = rules_[i];
    fields.insert(fields.begin() + (luck_.percent(80) ? 0 : luck_.below(static_cast<long long>(fields.size()) + 1)),
                  std::make_pair(std::string("id"), as_json(ids[i])));
    items.push_back("    " + object_of(fields));
  }
  return "[\n" + joined(items, ",\n") + (luck_.percent(30) ? "," : "") + "\n  ]";
}

}  // namespace generator
