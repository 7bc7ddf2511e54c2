// SPDX-License-Identifier: Apache-2.0
// Amounts, effects and expressions in words; conditions.cpp has the rest of words.hpp. Here, and nowhere else in
// explain/, effects are read as a policy writes them: a lowered rule no longer knows its policy's own words. Test:
// tests/unit/explain/explanation_test.cpp.
#include "explain/words.hpp"

#include <algorithm>
#include <variant>

#include "pricepoint/money/amount.hpp"
#include "text/harmless.hpp"

namespace pricepoint::explaining {

namespace {

using engine::compiled_rule;
using language::expression;

std::string field_name(const language::document& document, const expression& field) {
  using language::money_field;
  switch (field.field) {
    case money_field::list:
      return "list";
    case money_field::msrp:
      return "msrp";
    case money_field::map:
      return "map";
    case money_field::current:
      return "current";
    case money_field::lowest_prior:
      return "lowest_prior";
    case money_field::cost:
      return "cost";
    case money_field::shipping:
      return "shipping";
    case money_field::reference:
      return "reference";
    case money_field::target:
      return "target";
    case money_field::channel_price:
      return "price." + document.channels[field.index].name;
    case money_field::attribute:
      return document.attributes[field.index].name;
  }
  return {};
}

// 1: sums, 2: products, 3: what needs no parentheses.
int rank(const expression& tree) {
  using kind = expression::kind;
  if (tree.op == kind::add || tree.op == kind::subtract) return 1;
  if (tree.op == kind::multiply || tree.op == kind::divide || tree.op == kind::negate) return 2;
  return 3;
}

std::string write(const language::document& document, const expression& tree) {
  using kind = expression::kind;
  const auto part = [&](std::size_t i, int least) {
    std::string text = write(document, tree.operands[i]);
    return rank(tree.operands[i]) < least ? "(" + text + ")" : text;
  };
  switch (tree.op) {
    case kind::literal:
      return to_string(tree.number);
    case kind::rate:
      return to_string(tree.percent);
    case kind::field:
      return field_name(document, tree) + (tree.optional ? "?" : "");
    case kind::add:
      return part(0, 1) + " + " + part(1, 1);
    case kind::subtract:
      return part(0, 1) + " - " + part(1, 2);
    case kind::multiply:
      return part(0, 2) + " * " + part(1, 2);
    case kind::divide:
      return part(0, 2) + " / " + part(1, 3);
    case kind::negate:
      return "-" + part(0, 3);
    case kind::min:
    case kind::max: {
      std::string text = tree.op == kind::min ? "min(" : "max(";
      for (std::size_t i = 0; i < tree.operands.size(); ++i) text += (i == 0 ? "" : ", ") + part(i, 1);
      return text + ")";
    }
  }
  return {};
}

// How people say it. A literal is money unless it multiplies or divides.
std::string speak(const language::document& document, const expression& tree, currency in, bool gross, bool is_money) {
  using kind = expression::kind;
  using language::money_field;
  const auto part = [&](std::size_t i, int least, bool money_there) {
    std::string text = speak(document, tree.operands[i], in, gross, money_there);
    return rank(tree.operands[i]) < least ? "(" + text + ")" : text;
  };
  switch (tree.op) {
    case kind::literal:
      return is_money ? money(tree.number, in) : to_string(tree.number);
    case kind::rate:
      return to_string(tree.percent);
    case kind::field: {
      const bool net = tree.field == money_field::cost || tree.field == money_field::shipping ||
                       (tree.field == money_field::attribute &&
                        document.attributes[tree.index].kind == language::attribute::kind::money_net);
      return source_words(field_name(document, tree)) + (net && gross ? " with tax" : "") +
             (tree.optional ? " (where given)" : "");
    }
    case kind::add:
      return part(0, 1, true) + " plus " + part(1, 1, true);
    case kind::subtract:
      return part(0, 1, true) + " less " + part(1, 2, true);
    case kind::multiply: {
      const auto is_rate = [&](std::size_t i) { return tree.operands[i].op == kind::rate; };
      if (is_rate(0)) return part(0, 2, false) + " of " + part(1, 2, true);
      if (is_rate(1)) return part(1, 2, false) + " of " + part(0, 2, true);
      return part(0, 2, false) + " times " + part(1, 2, false);
    }
    case kind::divide:
      return part(0, 2, is_money) + " divided by " + part(1, 3, false);
    case kind::negate:
      return "minus " + part(0, 3, is_money);
    case kind::min:
    case kind::max: {
      std::vector<std::string> parts;
      for (std::size_t i = 0; i < tree.operands.size(); ++i) parts.push_back(part(i, 1, is_money));
      if (parts.size() == 1) return parts[0];
      const bool two = parts.size() == 2;
      return (tree.op == kind::min ? (two ? "the lower of " : "the lowest of ")
                                   : (two ? "the higher of " : "the highest of ")) +
             listed(parts, " and ");
    }
  }
  return {};
}

struct gap_end {
  std::string size;  // without its sign
  bool above = false;
};

gap_end end_of(const language::rate_or_money& value, currency in) {
  if (const auto* part = std::get_if<rate>(&value)) {
    return {to_string(part->e8() < 0 ? rate::from_e8(-part->e8()) : *part), part->e8() < 0};
  }
  const decimal* amount = std::get<language::money>(value).find(in);
  if (amount == nullptr) return {};
  return {money(amount->sign() < 0 ? -*amount : *amount, in), amount->sign() < 0};
}

std::string gap_words(const language::document& document, const language::effect::gap& gap, currency in) {
  using kind = language::effect::gap::target_kind;
  const auto price_on = [&](const char* traditional, const char* online, std::string_view last) {
    std::string text = "the price on ";
    if (gap.to == kind::traditional) return text + traditional;
    if (gap.to == kind::online) return text + online;
    std::vector<std::string> names;
    for (const std::uint32_t one : gap.channels) names.push_back(document.channels[one].name);
    return text + listed(names, last);
  };
  const bool each = gap.to != kind::channel && gap.to != kind::reference;
  const std::string to = gap.to == kind::channel ? "the price on " + document.channels[gap.channel].name
                         : gap.to == kind::reference
                             ? "the reference price"
                             : price_on("every traditional channel", "every online channel", " and ");
  const std::string any = each ? price_on("any traditional channel", "any online channel", " or ") : to;
  const auto side = [](const gap_end& end) { return end.above ? " above " : " below "; };
  // Nobody says 0% below.
  const auto is_zero = [&](const language::rate_or_money& value) {
    if (const auto* part = std::get_if<rate>(&value)) return part->e8() == 0;
    const decimal* amount = std::get<language::money>(value).find(in);
    return amount != nullptr && amount->sign() == 0;
  };
  if (!gap.min) {
    if (is_zero(*gap.max)) return "not below " + any;
    const gap_end end = end_of(*gap.max, in);
    return (end.above ? "at least " : "at most ") + end.size + side(end) + to;
  }
  if (!gap.max) {
    if (is_zero(*gap.min)) return "not above " + any;
    const gap_end end = end_of(*gap.min, in);
    return (end.above ? "at most " : "at least ") + end.size + side(end) + to;
  }
  if (is_zero(*gap.min)) {
    const gap_end end = end_of(*gap.max, in);
    return "not above " + any + ", and at most " + end.size + side(end) + (each ? "each" : "it");
  }
  const gap_end near = end_of(*gap.min, in);
  const gap_end far = end_of(*gap.max, in);
  if (near.above && far.above) return far.size + " to " + near.size + " above " + to;
  if (near.above) return "from " + far.size + " below to " + near.size + " above " + to;
  return near.size + " to " + far.size + " below " + to;
}

std::string spoken(const language::document& document, const language::money_expression& value, currency in,
                   bool gross) {
  const expression* tree = value.find(in);
  return tree == nullptr ? std::string() : speak(document, *tree, in, gross, true);
}

std::string margin_words(const language::effect::margin& margin) {
  if (!margin.max) return "a margin of at least " + to_string(*margin.min);
  if (!margin.min) return "a margin of at most " + to_string(*margin.max);
  return "a margin of " + to_string(*margin.min) + " to " + to_string(*margin.max);
}

std::vector<std::string> number_words(const shape::numbers& what, currency in) {
  std::vector<std::string> parts;
  const char* where = in.digits() == 0                    ? ""
                      : what.in == shape::scope::integer  ? " before the point"
                      : what.in == shape::scope::fraction ? " after the point"
                                                          : "";
  std::vector<std::string> digits;
  for (int digit = 0; digit < 10; ++digit) {
    if ((what.digits >> digit & 1) != 0) digits.emplace_back(1, static_cast<char>('0' + digit));
  }
  if (!digits.empty()) {
    const bool last = what.in == shape::scope::last;
    parts.push_back((last                 ? ""
                     : digits.size() == 1 ? "the digit "
                                          : "the digits ") +
                    listed(digits, " or ") + (last ? " as its last digit (zeros aside)" : where));
  }
  if (!what.sequences.empty()) parts.push_back("the sequence " + listed(what.sequences, " or ") + where);
  if (!what.amounts.empty()) parts.push_back(listed(what.amounts, " or ") + " as its whole part");
  return parts;
}

}  // namespace

std::string figure(std::int64_t minor, currency in) { return to_string(amount{minor, in}); }

std::string figure(decimal value, currency in) {
  detail::int128 coefficient = value.coefficient();
  int scale = value.scale();
  while (scale > in.digits() && coefficient % 10 == 0) {
    coefficient /= 10;
    --scale;
  }
  for (; scale < in.digits(); ++scale) coefficient *= 10;
  std::string text;
  detail::append_scaled(text, coefficient, scale);
  return text;
}

std::string money(std::int64_t minor, currency in) { return figure(minor, in) + " " + std::string(in.code()); }
std::string money(const decimal& value, currency in) { return figure(value, in) + " " + std::string(in.code()); }

std::string boundary(const engine::machine& compiled, std::int64_t at_unix_ms) {
  int offset = 0;
  const auto in = [&](const language::period& period) {
    return std::any_of(period.spans.begin(), period.spans.end(), [&](const language::span& one) {
      const bool begins = one.from_unix_ms == at_unix_ms;
      if (begins || one.until_unix_ms == at_unix_ms) {
        offset = begins ? one.from_offset_minutes : one.until_offset_minutes;
        return true;
      }
      return false;
    });
  };
  const auto& periods = compiled.document().periods;
  if (std::none_of(periods.begin(), periods.end(), in) || offset == 0) return to_string(instant{at_unix_ms});
  std::string text = to_string(instant{at_unix_ms + std::int64_t{offset} * 60'000});
  text.back() = offset < 0 ? '-' : '+';
  const int size = offset < 0 ? -offset : offset;
  const auto two = [&](int value) {
    text.push_back(static_cast<char>('0' + value / 10));
    text.push_back(static_cast<char>('0' + value % 10));
  };
  two(size / 60);
  text.push_back(':');
  two(size % 60);
  return text;
}

std::string exact_percent(const detail::fraction& part) {
  constexpr detail::int128 whole = 100'000'000;
  return to_string(rate::from_e8(static_cast<std::int64_t>(part.numerator * (whole / part.denominator))));
}

std::string percent_of(std::int64_t e4) {
  std::string text;
  detail::append_scaled(text, e4, 2);
  return text + "%";
}

std::string short_percent(std::int64_t e4) {
  std::string text = percent_of(e4);
  text.pop_back();
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text + "%";
}

std::string listed(const std::vector<std::string>& all, std::string_view last) {
  std::string text;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i != 0) text += i + 1 == all.size() ? last : ", ";
    text += all[i];
  }
  return text;
}

std::string one_line(std::string_view text) {
  std::string made(text);
  std::replace_if(
      made.begin(), made.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return detail::harmless(made);
}

std::string in_quotes(std::string_view text) { return "\"" + one_line(text) + "\""; }

std::string_view strength_word(engine::strength strength) {
  static constexpr std::string_view words[] = {"required", "strong", "medium", "weak"};
  return words[static_cast<std::size_t>(strength)];
}

std::string base_text(const language::document& document, const compiled_rule& rule, currency in) {
  const expression* tree = std::get<language::effect::base>(rule.source->effect).value.find(in);
  return tree == nullptr ? std::string() : write(document, *tree);
}

std::string base_words(const language::document& document, const compiled_rule& rule, currency in, bool gross) {
  return spoken(document, std::get<language::effect::base>(rule.source->effect).value, in, gross);
}

std::string bound_words(const language::document& document, const compiled_rule& rule, currency in, bool gross) {
  const language::any_effect& effect = rule.source->effect;
  if (const auto* one = std::get_if<language::effect::price>(&effect)) {
    const expression* tree = one->value.find(in);
    if (tree != nullptr && tree->op != expression::kind::literal)
      return "set by hand to " + speak(document, *tree, in, gross, true);
    return "set by hand";
  }
  if (const auto* one = std::get_if<language::effect::floor>(&effect))
    return "not below " + spoken(document, one->value, in, gross);
  if (const auto* one = std::get_if<language::effect::ceiling>(&effect))
    return "not above " + spoken(document, one->value, in, gross);
  if (const auto* one = std::get_if<language::effect::gap>(&effect)) return gap_words(document, *one, in);
  if (const auto* one = std::get_if<language::effect::margin>(&effect)) return margin_words(*one);
  if (const auto* one = std::get_if<language::effect::change>(&effect)) {
    return "at most " + to_string(one->value) + " away from the current price";
  }
  return {};
}

bool is_literal(const compiled_rule& rule, currency in) {
  const language::any_effect& effect = rule.source->effect;
  const language::money_expression* value = nullptr;
  if (const auto* low = std::get_if<language::effect::floor>(&effect)) value = &low->value;
  if (const auto* high = std::get_if<language::effect::ceiling>(&effect)) value = &high->value;
  const expression* tree = value == nullptr ? nullptr : value->find(in);
  return tree != nullptr && tree->op == expression::kind::literal;
}

std::string reach_words(const language::document& document, engine::strength strength, currency in) {
  const language::within& from = document.within_by_strength[static_cast<std::size_t>(strength) - 1];
  std::vector<std::string> parts;
  for (const rate one : from.rates) {
    if (one.e8() != 0) parts.push_back(to_string(one));
  }
  for (const language::money& one : from.amounts) {
    const decimal* value = one.find(in);
    if (value != nullptr && value->sign() != 0) parts.push_back(money(*value, in));
  }
  const std::string who = "a " + std::string(strength_word(strength)) + " rule may ";
  if (parts.empty()) return who + "not move a price (within)";
  if (parts.size() == 1) return who + "move a price by " + parts[0] + " at most (within)";
  return who + "move a price by " + listed(parts, " or ") + " at most, whichever is more (within)";
}

std::string shape_words(const compiled_rule& rule, currency in) {
  const language::any_effect& effect = rule.source->effect;
  if (const auto* one = std::get_if<language::effect::endings>(&effect)) {
    return "a price ending in " + listed(one->value.patterns, " or ");
  }
  if (const auto* one = std::get_if<language::effect::multiple_of>(&effect)) {
    const decimal* step = one->value.find(in);
    return step == nullptr ? std::string() : "a price that is a multiple of " + money(*step, in);
  }
  if (const auto* one = std::get_if<language::effect::avoid>(&effect)) {
    return "a price without " + listed(number_words(one->value, in), " or ");
  }
  if (const auto* one = std::get_if<language::effect::prefer>(&effect)) {
    std::vector<std::string> any;
    for (const shape::numbers& numbers : one->value.any_of) {
      for (std::string& words : number_words(numbers, in)) any.push_back(std::move(words));
    }
    return "a price with " + listed(any, " or ");
  }
  return {};
}

std::string shape_broken(const compiled_rule& rule, currency in) {
  const std::string words = shape_words(rule, in);
  const auto after = [&](std::string_view start) { return words.substr(start.size()); };
  if (rule.effect == effect_kind::endings) return "does not end in " + after("a price ending in ");
  if (rule.effect == effect_kind::multiple_of) return "is not " + after("a price that is ");
  if (rule.effect == effect_kind::avoid) return "has " + after("a price without ");
  return "does not have " + after("a price with ");
}

std::string heading(const request& what, bool with_time) {
  std::string text = what.sku.empty() ? "This product" : one_line(what.sku);
  if (!what.channel.empty()) text += " on " + one_line(what.channel);
  if (!what.market.empty()) text += " in " + one_line(what.market);
  if (what.quantity) {
    text += ", " + to_string(*what.quantity) + (*what.quantity == decimal(1) ? " piece" : " pieces");
  }
  if (!what.segment.empty()) text += ", segment " + one_line(what.segment);
  if (!what.audience.empty()) text += ", audience " + one_line(what.audience);
  if (with_time && what.at) text += ", at " + to_string(*what.at);
  return text;
}

std::string source_words(std::string_view name) {
  if (name == "list") return "the list price";
  if (name == "current") return "the current price";
  if (name == "lowest_prior") return "the lowest prior price";
  if (name == "cost") return "the cost";
  if (name == "shipping") return "the shipping cost";
  if (name == "reference") return "the reference price";
  if (name == "target") return "the target";
  if (name.starts_with("price.")) return "the price on " + std::string(name.substr(6));
  return std::string(name);
}

std::string field_words(std::string_view name) {
  std::string text(name);
  if (name == "price.traditional") {
    text += " (the price on any traditional channel)";
  } else if (name == "price.online") {
    text += " (the price on any online channel)";
  } else if (name.starts_with("price.")) {
    text += " (" + source_words(name) + ")";
  }
  if (name == "list") text += " (the list price)";
  if (name == "at") text += " (the time)";
  if (name == "tax") text += " (the tax rate)";
  if (name.starts_with("rate.")) {
    const std::string pair(name.substr(5));
    text += " (an exchange rate from " + pair.substr(0, 3) + " to " + pair.substr(pair.size() - 3) + ")";
  }
  return text;
}

}  // namespace pricepoint::explaining
