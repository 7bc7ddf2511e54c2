// SPDX-License-Identifier: Apache-2.0
// Entry: rule_compiler::compile. Covered by tests/unit/engine/compile_test.cpp and by every test of decisions.
#include "engine/compile_rule.hpp"

#include <algorithm>

#include "pricepoint/money/big_exact.hpp"

namespace pricepoint::engine {

namespace {

using language::condition;
using language::expression;
using language::money_field;
using language::subject;

const char* const constant_too_large = "PP-E001";

bool has_field(const expression& tree) {
  if (tree.op == expression::kind::field) return true;
  return std::any_of(tree.operands.begin(), tree.operands.end(), has_field);
}

// The value of an expression without fields.
detail::big_exact fold(const expression& tree) {
  using kind = expression::kind;
  switch (tree.op) {
    case kind::literal:
      return detail::big_exact(fraction::of(tree.number));
    case kind::rate:
      return detail::big_exact(fraction::of(tree.percent));
    case kind::add:
      return fold(tree.operands[0]) + fold(tree.operands[1]);
    case kind::subtract:
      return fold(tree.operands[0]) - fold(tree.operands[1]);
    case kind::multiply:
      return fold(tree.operands[0]) * fold(tree.operands[1]);
    case kind::divide:
      return fold(tree.operands[0]) / fold(tree.operands[1]);
    case kind::negate:
      return -fold(tree.operands[0]);
    case kind::min:
    case kind::max: {
      detail::big_exact best = fold(tree.operands[0]);
      for (const expression& one : tree.operands) {
        const detail::big_exact value = fold(one);
        if (tree.op == kind::min ? value < best : value > best) best = value;
      }
      return best;
    }
    case kind::field:
      break;
  }
  return {};
}

// The money expression that is the value of an effect, for those that have one.
const language::money_expression* value_of(const language::any_effect& effect) {
  using namespace language::effect;
  if (const auto* one = std::get_if<base>(&effect)) return &one->value;
  if (const auto* one = std::get_if<price>(&effect)) return &one->value;
  if (const auto* one = std::get_if<language::effect::floor>(&effect)) return &one->value;
  if (const auto* one = std::get_if<ceiling>(&effect)) return &one->value;
  if (const auto* one = std::get_if<was>(&effect)) return &one->value;
  return nullptr;
}

}  // namespace

std::optional<key_part> key_part_of(const language::document& in, const condition& asked) {
  key_part wanted;
  switch (asked.subject) {
    case subject::sku:
      wanted.what = key_part::kind::sku;
      break;
    case subject::category:
      wanted.what = key_part::kind::category;
      break;
    case subject::segment:
      wanted.what = key_part::kind::segment;
      break;
    case subject::audience:
      wanted.what = key_part::kind::audience;
      break;
    case subject::quantity:
      wanted.what = key_part::kind::quantity;
      break;
    case subject::declared: {
      wanted.attribute = asked.index;
      const auto kind = in.attributes[asked.index].kind;
      wanted.what = kind == language::attribute::kind::words    ? key_part::kind::word_attribute
                    : kind == language::attribute::kind::number ? key_part::kind::number_attribute
                                                                : key_part::kind::text_attribute;
      break;
    }
    case subject::channel:
    case subject::market:
    case subject::period:
    case subject::target:
      return {};
  }
  return wanted;
}

std::optional<std::uint32_t> find_key(const std::vector<key_part>& among, const key_part& wanted) {
  for (std::uint32_t i = 0; i < among.size(); ++i) {
    if (among[i].what == wanted.what && among[i].attribute == wanted.attribute) return i;
  }
  return {};
}

compiled_rule rule_compiler::compile(const language::rule& source, std::uint32_t index) {
  compiled_rule made;
  made.source = &source;
  made.index = index;
  std::set<std::uint32_t> periods(source.during.begin(), source.during.end());
  const auto compile_all = [&](const language::conditions& all) {
    std::vector<compiled_condition> out;
    for (const condition& one : all) {
      out.push_back(compile(one));
      if (one.subject == subject::period) periods.insert(one.periods.begin(), one.periods.end());
      made.asks_target = made.asks_target || one.subject == subject::target;
    }
    return out;
  };
  made.when = compile_all(source.when);
  for (const language::conditions& object : source.except) made.except.push_back(compile_all(object));
  made.periods.assign(periods.begin(), periods.end());
  made.names_period = !periods.empty();
  if (const language::money_expression* value = value_of(source.effect)) made.value = programs(*value);
  made.of_audits = language::is_of_audits(source.effect);
  if (const auto* squeeze = std::get_if<language::effect::squeeze>(&source.effect)) {
    made.wholesale = slot_of(squeeze->wholesale.field, squeeze->wholesale.index);
    made.own_cost = slot_of(squeeze->cost.field, squeeze->cost.index);
  }
  rates(made);
  return made;
}

// In lowest terms once, and not for every price.
void rule_compiler::rates(compiled_rule& made) {
  const language::any_effect& effect = made.source->effect;
  const auto of_end = [](const std::optional<language::rate_or_money>& end, fraction& out) {
    if (const rate* part = end ? std::get_if<rate>(&*end) : nullptr) out = fraction::of(*part);
  };
  if (const auto* gap = std::get_if<language::effect::gap>(&effect)) {
    of_end(gap->min, made.min_rate);
    of_end(gap->max, made.max_rate);
  } else if (const auto* margin = std::get_if<language::effect::margin>(&effect)) {
    if (margin->min) made.min_rate = fraction::of(*margin->min);
    if (margin->max) made.max_rate = fraction::of(*margin->max);
  } else if (const auto* change = std::get_if<language::effect::change>(&effect)) {
    made.max_rate = fraction::of(change->value);
  } else if (const auto* squeeze = std::get_if<language::effect::squeeze>(&effect)) {
    made.min_rate = fraction::of(squeeze->margin);
  }
}

compiled_condition rule_compiler::compile(const condition& asked) const {
  compiled_condition made;
  made.source = &asked;
  if (asked.subject == subject::channel || asked.subject == subject::market) {
    for (const std::string& word : asked.words) {
      const auto found = asked.subject == subject::channel ? in_.find_channel(word) : in_.find_market(word);
      if (found) made.codes.push_back(*found);
    }
  } else if (const auto part = key_part_of(document(), asked)) {
    const std::uint32_t place = *find_key(in_.key_parts(), *part);
    made.key = place;
    const dictionary& words = in_.words(place);
    if (asked.subject == subject::category) {
      // A path holds for itself and for all below it.
      for (const auto& [path, code] : words) {
        for (const std::string& word : asked.words) {
          if (path == word || (path.size() > word.size() && path.starts_with(word) && path[word.size()] == '/')) {
            made.codes.push_back(code);
          }
        }
      }
    } else {
      for (const std::string& word : asked.words) made.codes.push_back(words.find(word)->second);
    }
  }
  std::sort(made.codes.begin(), made.codes.end());
  made.codes.erase(std::unique(made.codes.begin(), made.codes.end()), made.codes.end());
  return made;
}

per_currency<program> rule_compiler::programs(const language::money_expression& trees) {
  per_currency<program> made;
  if (trees.any) {
    // A bare literal is in the market's currency, so the program depends on its decimals.
    std::set<currency> currencies;
    for (const language::market& one : document().markets) currencies.insert(one.currency);
    for (const currency each : currencies) made.each.emplace_back(each, compile(*trees.any, each.digits()));
  }
  for (const auto& [code, tree] : trees.each) made.each.emplace_back(code, compile(tree, code.digits()));
  return made;
}

program rule_compiler::compile(const expression& tree, int digits) {
  program out;
  emit(tree, digits, out);
  return out;
}

void rule_compiler::emit_constant(const expression& tree, int scale_digits, instruction::kind op, program& out,
                                  bool inverse) {
  instruction made;
  made.op = op;
  detail::big_exact value = fold(tree);
  if (inverse) value = detail::big_exact(1) / value;
  value = value * detail::big_exact(detail::powers_of_ten[static_cast<std::size_t>(scale_digits)]);
  if (const auto fits = value.to_fraction()) {
    made.value = *fits;
  } else {
    // Once a place, although an expression has a program for every currency.
    if (!too_large_.insert(tree.offset).second) return;
    diagnostics_.push_back(document().source->diagnose(
        constant_too_large, tree.offset, "the numbers of this expression, taken together, have more than 38 digits",
        "use numbers with fewer decimals"));
  }
  out.push_back(made);
}

void rule_compiler::emit(const expression& tree, int digits, program& out) {
  using kind = expression::kind;
  if (!has_field(tree)) {
    emit_constant(tree, digits, instruction::kind::constant, out);
    return;
  }
  instruction made;
  switch (tree.op) {
    case kind::field:
      made.optional = tree.optional;
      switch (tree.field) {
        case money_field::reference:
          made.op = instruction::kind::reference;
          break;
        case money_field::target:
          made.op = instruction::kind::target;
          break;
        default:
          made.op = instruction::kind::field;
          made.index = slot_of(tree.field, tree.index);
      }
      out.push_back(made);
      return;
    case kind::multiply: {
      const std::size_t money = has_field(tree.operands[0]) ? 0 : 1;
      emit(tree.operands[money], digits, out);
      emit_constant(tree.operands[1 - money], 0, instruction::kind::scale, out);
      return;
    }
    case kind::divide:
      emit(tree.operands[0], digits, out);
      emit_constant(tree.operands[1], 0, instruction::kind::scale, out, true);
      return;
    case kind::add:
      made.op = instruction::kind::add;
      break;
    case kind::subtract:
      made.op = instruction::kind::subtract;
      break;
    case kind::negate:
      made.op = instruction::kind::negate;
      break;
    case kind::min:
      made.op = instruction::kind::min;
      break;
    case kind::max:
      made.op = instruction::kind::max;
      break;
    case kind::literal:
    case kind::rate:
      return;
  }
  for (const expression& one : tree.operands) emit(one, digits, out);
  made.index = static_cast<std::uint32_t>(tree.operands.size());
  out.push_back(made);
}

std::uint32_t rule_compiler::slot_of(money_field field, std::uint32_t index) const {
  switch (field) {
    case money_field::list:
      return slot::list;
    case money_field::msrp:
      return slot::msrp;
    case money_field::map:
      return slot::map;
    case money_field::current:
      return slot::current;
    case money_field::lowest_prior:
      return slot::lowest_prior;
    case money_field::cost:
      return slot::cost;
    case money_field::shipping:
      return slot::shipping;
    case money_field::channel_price:
      return in_.channel_slot(index);
    case money_field::attribute:
      return in_.attribute_slot(index);
    case money_field::reference:
    case money_field::target:
      break;
  }
  return 0;
}

}  // namespace pricepoint::engine
