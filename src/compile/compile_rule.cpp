// SPDX-License-Identifier: Apache-2.0
// Entry: rule_compiler::compile. Covered by tests/unit/decide/decision_test.cpp and every other test of decisions.
#include "compile/compile_rule.hpp"
#include "text/each_once.hpp"

#include <algorithm>
#include <set>
#include <type_traits>

namespace pricepoint::engine {

using language::condition;

std::string_view to_string(effect_kind what) noexcept { return language::effect_keys[static_cast<std::size_t>(what)]; }

bool compiled_condition::holds_for(const decimal& number) const noexcept {
  if (!source->range) return std::find(source->numbers.begin(), source->numbers.end(), number) != source->numbers.end();
  return (!source->from_number || number >= *source->from_number) &&
         (!source->below_number || number < *source->below_number);
}

std::optional<target_range> compiled_condition::range_in(currency in) const {
  target_range range;
  const auto read = [&](const std::optional<language::money>& end, std::optional<fraction>& out) {
    if (!end) return true;
    const decimal* value = end->find(in);
    if (value != nullptr) out = fraction::minor_units(*value, in.digits());
    return value != nullptr;
  };
  if (!read(source->from_money, range.from) || !read(source->below_money, range.below)) return {};
  return range;
}

bool compiled_rule::lists(currency in) const {
  return std::visit(
      [&](const auto& one) {
        using kind = std::decay_t<decltype(one)>;
        if constexpr (std::is_same_v<kind, bound_effect>) {
          return one.bounds.find(in) != nullptr;
        } else if constexpr (std::is_same_v<kind, discount_effect>) {
          return one.part || one.money.find(in) != nullptr;
        } else if constexpr (std::is_same_v<kind, lowered<formula>> ||
                             std::is_same_v<kind, lowered<shape::any_shape>>) {
          return one.find(in) != nullptr;
        } else {
          return true;
        }
      },
      says);
}

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
  made.effect = static_cast<effect_kind>(source.effect.index());
  made.says = lower_.lower(source.effect);
  return made;
}

compiled_condition rule_compiler::compile(const condition& asked) const {
  compiled_condition made;
  made.source = &asked;
  if (asked.subject == subject::channel || asked.subject == subject::market) {
    for (const std::string& word : asked.words) {
      const auto found = asked.subject == subject::channel ? in_.find_channel(word) : in_.find_market(word);
      if (found) made.codes.push_back(*found);
    }
  } else if (const auto part = key_part_of(in_.document(), asked)) {
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
  detail::keep_each_once(made.codes);
  return made;
}

}  // namespace pricepoint::engine
