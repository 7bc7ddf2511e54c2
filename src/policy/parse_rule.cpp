// SPDX-License-Identifier: Apache-2.0
// Rules: conditions, periods, effects. Entry: rule_reader::read_rules. Test: tests/unit/policy/parse_rule_test.cpp.
#include "policy/reader.hpp"
#include "text/each_once.hpp"

namespace pricepoint::policy_language {

namespace {

constexpr rate zero = rate::from_e8(0);
constexpr rate whole = rate::from_e8(100'000'000);
constexpr rate any_rate = rate::from_e8(std::numeric_limits<std::int64_t>::max());

enum class known_effect : std::size_t {
  base,
  discount,
  price,
  gap,
  floor,
  ceiling,
  margin,
  change,
  endings,
  multiple_of,
  avoid,
  prefer,
  hold,
  was,
  credit,
  advise,
  withhold,
  culture,
  squeeze,
  leak,
  inverted,
};

struct effect_entry {
  std::string_view name;
  bool has_strength;  // bounds and shapes
  policy_language::strength strength;
};

// In the order of known_effect.
constexpr effect_entry effects[] = {
    {"base", false, strength::required},     {"discount", false, strength::required},
    {"price", true, strength::required},     {"gap", true, strength::required},
    {"floor", true, strength::required},     {"ceiling", true, strength::required},
    {"margin", true, strength::required},    {"change", true, strength::strong},
    {"endings", true, strength::strong},     {"multiple_of", true, strength::strong},
    {"avoid", true, strength::strong},       {"prefer", true, strength::weak},
    {"hold", false, strength::required},     {"was", false, strength::required},
    {"credit", false, strength::required},   {"advise", false, strength::required},
    {"withhold", false, strength::required}, {"culture", false, strength::required},
    {"squeeze", false, strength::required},  {"leak", false, strength::required},
    {"inverted", false, strength::required},
};

struct subject_entry {
  std::string_view name;
  policy_language::subject subject;
};
constexpr subject_entry subjects[] = {
    {"sku", subject::sku},           {"category", subject::category}, {"channel", subject::channel},
    {"market", subject::market},     {"segment", subject::segment},   {"audience", subject::audience},
    {"quantity", subject::quantity}, {"period", subject::period},     {"target", subject::target},
};

// With hyphens for blanks, where that makes an id.
std::string id_instead(std::string_view name) {
  std::string out(name);
  std::replace(out.begin(), out.end(), ' ', '-');
  return is_plain_name(out, "-_.") ? write_as(out) : std::string();
}

// Whether `wrong(a, b)` in a currency that both list, or, where only one is by currency, in all that it lists: a bare
// amount beside amounts by currency is rarely meant for each of them.
template <class Wrong>
bool both_wrong(const money& a, const money& b, Wrong wrong) {
  if (a.any && b.any) return wrong(*a.any, *b.any);
  if (a.any)
    return std::all_of(b.each.begin(), b.each.end(), [&](const auto& one) { return wrong(*a.any, one.second); });
  if (b.any)
    return std::all_of(a.each.begin(), a.each.end(), [&](const auto& one) { return wrong(one.second, *b.any); });
  return std::any_of(a.each.begin(), a.each.end(), [&](const auto& one) {
    const decimal* other = b.find(one.first);
    return other != nullptr && wrong(one.second, *other);
  });
}

// Whether the first is above the second, for whatever can be compared without a price.
bool reversed(const rate_or_money& low, const rate_or_money& high) {
  if (std::holds_alternative<rate>(low) && std::holds_alternative<rate>(high)) {
    return std::get<rate>(low) > std::get<rate>(high);
  }
  return std::holds_alternative<money>(low) && std::holds_alternative<money>(high) &&
         both_wrong(std::get<money>(low), std::get<money>(high), std::greater<>());
}

}  // namespace

const std::vector<std::string_view>& rule_reader::rule_keys() {
  static const std::vector<std::string_view> known = [] {
    std::vector<std::string_view> names = {"id",      "when",  "except",    "during",  "strength", "skip_if_missing",
                                           "because", "group", "exclusive", "without", "table"};
    for (const auto& one : effects) names.push_back(one.name);
    return names;
  }();
  return known;
}

const std::vector<std::string_view>& rule_reader::subject_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> made;
    for (const auto& one : subjects) made.push_back(one.name);
    return made;
  }();
  return names;
}

bool rule_reader::subject_or_attribute(std::string_view name) const {
  const auto& names = subject_names();
  return std::find(names.begin(), names.end(), name) != names.end() || find_named(names_.attributes, name);
}

std::optional<rule> rule_reader::read_rule(const json_node& node) {
  rule out;
  out.offset = node.offset;
  struct given_effect {
    std::size_t which;
    const json_node::member* member;
  };
  std::vector<given_effect> given;
  const json_node *id = nullptr, *when = nullptr, *except = nullptr, *during = nullptr, *group = nullptr,
                  *exclusive = nullptr;
  const json_node::member* strength_given = nullptr;
  bool nearly_an_effect = false;
  for (const auto& member : node.members) {
    const std::string_view key = member.key;
    const json_node& value = member.value;
    if (key == "id") {
      id = &value;
    } else if (key == "when") {
      when = &value;
    } else if (key == "except") {
      except = &value;
    } else if (key == "during") {
      during = &value;
    } else if (key == "strength") {
      strength_given = &member;
    } else if (key == "skip_if_missing") {
      out.skip_if_missing = read_bool(value, "\"skip_if_missing\"").value_or(false);
    } else if (key == "because") {
      if (value.type == json_node::kind::string) {
        out.because = value.text;
      } else {
        wrong_type(value, "a sentence for \"because\"");
      }
    } else if (key == "group") {
      group = &value;
    } else if (key == "exclusive") {
      exclusive = &value;
    } else if (key != "without" && !is_note(key)) {
      std::size_t which = 0;
      while (which < std::size(effects) && effects[which].name != key) ++which;
      if (which == std::size(effects)) {
        const std::string meant = unknown_key(member, rule_keys(), "a rule");
        nearly_an_effect = nearly_an_effect || std::any_of(std::begin(effects), std::end(effects),
                                                           [&](const effect_entry& one) { return one.name == meant; });
      } else if (std::none_of(given.begin(), given.end(), [&](const auto& one) { return one.which == which; })) {
        given.push_back({which, &member});
      }
    }
  }
  const auto is = [&](known_effect wanted) {
    return std::any_of(given.begin(), given.end(),
                       [&](const auto& one) { return one.which == static_cast<std::size_t>(wanted); });
  };

  if (id == nullptr && source_->begin_of(node.offset) != 0) {
    out.id = id_of_row(node.offset);
    ids_.emplace_back(out.id, node.offset);
  } else if (id == nullptr) {
    wrong_.add(codes::missing_key, node.offset, "a rule needs an \"id\"");
  } else if (auto name = read_text(*id, "\"id\"")) {
    if (!is_plain_name(*name, "-_.")) {
      wrong_.add(codes::bad_name, id->offset,
                 say(quote(*name), " is no id: letters (a to z), digits, \"-\", \"_\" and \".\""), id_instead(*name));
    }
    ids_.emplace_back(*name, id->offset);
    out.id = std::move(*name);
  }

  const bool before_target = is(known_effect::base) || is(known_effect::discount);
  if (when != nullptr) out.when = read_conditions(*when, before_target);
  if (except != nullptr) {
    each_value(*except, "\"except\"", [&](const json_node& one) {
      if (auto read = read_conditions(one, before_target); !read.empty()) out.except.push_back(std::move(read));
    });
  }
  if (during != nullptr) read_during(*during, out);

  if (group != nullptr && !is(known_effect::discount) && !given.empty()) {
    wrong_.add(codes::key_of_other_effect, group->offset, "\"group\" belongs to \"discount\"");
  }
  if (exclusive != nullptr && !is(known_effect::discount) && !given.empty()) {
    wrong_.add(codes::key_of_other_effect, exclusive->offset, "\"exclusive\" belongs to \"discount\"");
  }
  const json_node* const without = node.find("without");
  if (without != nullptr && !is(known_effect::culture)) {
    wrong_.add(codes::key_of_other_effect, without->offset, "\"without\" belongs to \"culture\"");
  }

  std::optional<std::size_t> strength_read;
  if (strength_given != nullptr) {
    strength_read = read_word(strength_given->value, "\"strength\"", {"required", "strong", "medium", "weak"});
  }
  if (given.empty()) {
    // Of a mistyped effect enough has been said.
    if (nearly_an_effect) return {};
    wrong_.add(codes::no_effect, id != nullptr ? id->offset : node.offset,
               "this rule says nothing: an effect is missing",
               "add one of discount, price, gap, floor, ceiling, margin, change, endings, multiple_of, avoid, prefer, "
               "culture, "
               "base, hold, was, credit, advise, withhold, squeeze, leak, inverted");
    return {};
  }
  if (given.size() > 1) {
    std::string names;
    for (std::size_t i = 0; i < given.size(); ++i) {
      names += i == 0 ? "" : i + 1 == given.size() ? " and " : ", ";
      names += quote(effects[given[i].which].name);
    }
    wrong_.add(codes::several_effects, given[1].member->key_offset, say("a rule has exactly one effect, not ", names),
               "make each a rule of its own");
  }
  std::optional<any_effect> first;
  for (const auto& one : given) {
    auto read = read_effect(one.which, one.member->value, group, exclusive, without);
    if (&one == &given.front()) first = std::move(read);
  }
  const effect_entry& entry = effects[given.front().which];
  out.effect_offset = given.front().member->key_offset;
  out.strength = entry.strength;
  if (strength_given != nullptr) {
    if (!entry.has_strength) {
      wrong_.add(codes::key_of_other_effect, strength_given->key_offset,
                 say(quote(entry.name), " has no strength; bounds and shapes have one"), "leave \"strength\" away");
    } else if (entry.name == "price" && strength_read && *strength_read != 0) {
      wrong_.add(codes::price_is_required, strength_given->value.offset,
                 "\"price\" is always required: it is an override by hand", "leave \"strength\" away");
    } else if (strength_read) {
      out.strength = static_cast<policy_language::strength>(*strength_read);
    }
  }
  if (!first) return {};
  out.effect = std::move(*first);
  if (std::holds_alternative<effect::endings>(out.effect)) {
    check_endings_are_shown(out, given.front().member->value.offset);
  }
  return out;
}

conditions rule_reader::read_conditions(const json_node& node, bool before_target) {
  conditions out;
  if (!is_object(node, "conditions, such as { \"channel\": \"web\" }")) return out;
  bool any = false;
  for (const auto& member : node.members) {
    if (is_note(member.key)) continue;
    any = true;
    read_condition(member, before_target, out);
  }
  if (!any) {
    wrong_.add(codes::empty, node.offset, "conditions must not be empty",
               "leave the key away for a rule that is always on");
  }
  return out;
}

void rule_reader::read_condition(const json_node::member& member, bool before_target, conditions& into) {
  const std::string_view name = member.key;
  const json_node& node = member.value;
  condition out;
  out.offset = member.key_offset;
  const attribute* declared = nullptr;
  const auto built_in = std::find_if(std::begin(subjects), std::end(subjects),
                                     [&](const subject_entry& one) { return one.name == name; });
  if (built_in != std::end(subjects)) {
    out.subject = built_in->subject;
  } else if (const auto index = find_named(names_.attributes, name)) {
    out.subject = subject::declared;
    out.index = *index;
    declared = &names_.attributes[*index];
    if (is_broken(name)) return;
  } else {
    constexpr std::string_view fields[] = {"list", "msrp",     "map",       "current", "lowest_prior",
                                           "cost", "shipping", "reference", "price"};
    if (std::find(std::begin(fields), std::end(fields), name) != std::end(fields) || name.substr(0, 6) == "price.") {
      wrong_.add(codes::money_in_condition, member.key_offset,
                 say("conditions cannot ask about the money field ", quote(name)),
                 "\"target\" is the amount that conditions can ask about");
      return;
    }
    if (!attributes_known_) return;
    if (wrong_.full()) {
      wrong_.add(codes::unknown_attribute, member.key_offset, {});
      return;
    }
    std::vector<std::string_view> known = subject_names();
    for (const auto& one : names_.attributes) known.push_back(one.name);
    wrong_.add(codes::unknown_attribute, member.key_offset,
               say("no attribute ", quote(name), " is declared", wrong_.nearest(name, known)),
               say("declare it under \"attributes\": \"text\", \"number\" or a list of words"));
    return;
  }

  const bool number =
      out.subject == subject::quantity || (declared != nullptr && declared->kind == attribute::kind::number);
  if (declared != nullptr &&
      (declared->kind == attribute::kind::money_display || declared->kind == attribute::kind::money_net)) {
    wrong_.add(codes::money_in_condition, member.key_offset,
               say("conditions cannot ask about the money attribute ", quote(name)),
               "\"target\" is the amount that conditions can ask about");
    return;
  }
  const std::size_t before = wrong_.count();
  if (out.subject == subject::target) {
    if (before_target) {
      wrong_.add(codes::target_too_early, member.key_offset,
                 "\"base\" and \"discount\" rules cannot ask about \"target\": they make it");
    }
    if (node.type != json_node::kind::object) {
      wrong_.add(codes::target_without_range, node.offset,
                 "\"target\" is asked about with {\"from\": ..., \"below\": ...}");
    } else {
      read_range(node, out);
    }
  } else if (node.type == json_node::kind::object) {
    if (number) {
      read_range(node, out);
    } else {
      wrong_.add(codes::range_misplaced, node.offset,
                 say(quote(name), " is no number: expected a text or a list of texts"),
                 "{\"from\": ..., \"below\": ...} is for numbers and \"target\"");
    }
  } else if (number) {
    each_value(node, quote(name), [&](const json_node& one) {
      if (const auto value = read_decimal(one, quote(name))) out.numbers.push_back(*value);
    });
    detail::keep_each_once(out.numbers);
  } else if (out.subject == subject::period) {
    each_value(node, "\"period\"", [&](const json_node& one) {
      if (const auto index = read_period_name(one)) out.periods.push_back(*index);
    });
    detail::keep_each_once(out.periods);
  } else {
    each_value(node, quote(name), [&](const json_node& one) {
      if (out.subject == subject::channel) {
        if (read_channel_name(one, "\"channel\"")) out.words.push_back(one.text);
        return;
      }
      auto word = read_text(one, quote(name));
      if (!word) return;
      if (out.subject == subject::market && !find_named(names_.markets, *word)) {
        if (!markets_known_) return;
        wrong_.add(
            codes::unknown_market, one.offset,
            say("no market ", quote(*word), " is declared", wrong_.nearest(*word, names_.markets, &market::name)));
      } else if (declared != nullptr && declared->kind == attribute::kind::words &&
                 !std::binary_search(declared->words.begin(), declared->words.end(), *word)) {
        wrong_.add(codes::undeclared_word, one.offset,
                   say(quote(*word), " is none of the words declared for ", quote(name),
                       wrong_.nearest(*word, declared->words)));
      } else {
        out.words.push_back(std::move(*word));
      }
    });
    detail::keep_each_once(out.words);
  }
  if (wrong_.count() == before) into.push_back(std::move(out));
}

void rule_reader::read_range(const json_node& node, condition& into) {
  into.range = true;
  const bool amounts = into.subject == subject::target;
  bool given = false;
  bool meant = false;
  const json_node* below = nullptr;
  for (const auto& member : node.members) {
    const bool from = member.key == "from";
    if (!from && member.key != "below") {
      if (!is_note(member.key)) meant = !unknown_key(member, {"from", "below"}, "a range").empty() || meant;
      continue;
    }
    given = true;
    if (!from) below = &member.value;
    if (amounts) {
      (from ? into.from_money : into.below_money) = read_money(member.value, quote(member.key));
    } else {
      (from ? into.from_number : into.below_number) = read_decimal(member.value, quote(member.key));
    }
  }
  if (!given) {
    if (!meant) wrong_.add(codes::no_end, node.offset, "a range needs \"from\" or \"below\"");
    return;
  }
  const bool numbers = into.from_number && into.below_number && *into.from_number >= *into.below_number;
  if (numbers || (into.from_money && into.below_money &&
                  both_wrong(*into.from_money, *into.below_money, std::greater_equal<>()))) {
    wrong_.add(codes::range_reversed, below->offset, "\"from\" must be less than \"below\"",
               "a range has its lower end in it and its upper end not");
  }
}

std::optional<std::uint32_t> rule_reader::read_period_name(const json_node& node) {
  const auto name = read_text(node, "a period");
  if (!name) return {};
  if (const auto index = find_named(names_.periods, named_periods_, *name)) return index;
  if (!periods_known_) return {};
  if (wrong_.full()) {
    wrong_.add(codes::unknown_period, node.offset, {});
    return {};
  }
  std::vector<std::string_view> known;
  for (std::size_t i = 0; i < named_periods_; ++i) known.push_back(names_.periods[i].name);
  wrong_.add(codes::unknown_period, node.offset,
             say("no period ", quote(*name), " is declared", wrong_.nearest(*name, known)),
             is_note(*name)  ? "keys that begin with x- are notes, not names"
             : known.empty() ? "declare it under \"periods\", or write it out: { \"from\": ..., \"until\": ... }"
                             : "");
  return {};
}

void rule_reader::read_during(const json_node& node, rule& into) {
  if (node.type != json_node::kind::string && node.type != json_node::kind::array &&
      node.type != json_node::kind::object) {
    wrong_type(node, "a period's name, a list of names, or a period written out for \"during\"");
    return;
  }
  const auto is_stretch = [](const json_node& one) { return one.type == json_node::kind::object; };
  if (node.type == json_node::kind::array && !node.items.empty() &&
      std::all_of(node.items.begin(), node.items.end(), is_stretch)) {
    // One period of several stretches: where two of them meet, nothing begins or ends.
    if (const auto index = written_out(node)) into.during.push_back(*index);
    return;
  }
  each_value(node, "\"during\"", [&](const json_node& one) {
    if (one.type == json_node::kind::string) {
      if (const auto index = read_period_name(one)) into.during.push_back(*index);
    } else if (const auto index = written_out(one)) {
      into.during.push_back(*index);
    }
  });
  detail::keep_each_once(into.during);
}

std::optional<any_effect> rule_reader::read_effect(std::size_t which, const json_node& node, const json_node* group,
                                                   const json_node* exclusive, const json_node* without) {
  const std::string what = quote(effects[which].name);
  const auto with_expression = [&](auto made) -> std::optional<any_effect> {
    auto value = read_expression(node, what,
                                 which == static_cast<std::size_t>(known_effect::floor) ||
                                     which == static_cast<std::size_t>(known_effect::ceiling));
    if (!value) return {};
    made.value = std::move(*value);
    return any_effect(std::move(made));
  };
  switch (static_cast<known_effect>(which)) {
    case known_effect::base:
      return with_expression(effect::base{});
    case known_effect::price:
      return with_expression(effect::price{});
    case known_effect::floor:
      return with_expression(effect::floor{});
    case known_effect::ceiling:
      return with_expression(effect::ceiling{});
    case known_effect::was:
      return with_expression(effect::was{});
    case known_effect::discount:
      return read_discount(node, group, exclusive);
    case known_effect::gap:
      return read_gap(node);
    case known_effect::margin:
      return read_margin(node);
    case known_effect::change:
      if (const auto value = read_rate(node, what, zero, any_rate)) return effect::change{*value};
      return {};
    case known_effect::hold:
      if (const auto value = read_rate(node, what, zero, any_rate)) return effect::hold{*value};
      return {};
    case known_effect::endings:
      if (auto value = read_endings(node)) return effect::endings{std::move(*value)};
      return {};
    case known_effect::multiple_of:
      if (auto value = read_multiple(node)) return effect::multiple_of{std::move(*value)};
      return {};
    case known_effect::avoid:
      if (auto value = read_numbers(node, what)) return effect::avoid{std::move(*value)};
      return {};
    case known_effect::prefer:
      if (auto value = read_numbers(node, what)) return effect::prefer{{{std::move(*value)}}};
      return {};
    case known_effect::credit:
      return read_credit(node);
    case known_effect::advise:
      if (auto code = read_advice(node, what)) return effect::advise{std::move(*code)};
      return {};
    case known_effect::withhold:
      if (auto code = read_advice(node, what)) return effect::withhold{std::move(*code)};
      return {};
    case known_effect::culture:
      return read_culture(node, without);
    case known_effect::squeeze:
      return read_squeeze(node);
    case known_effect::leak:
      return read_leak(node);
    case known_effect::inverted:
      return read_inverted(node);
  }
  return {};
}

std::optional<any_effect> rule_reader::read_discount(const json_node& node, const json_node* group,
                                                     const json_node* exclusive) {
  effect::discount out;
  const std::size_t before = wrong_.count();
  auto value = read_rate_or_money(node, "\"discount\"");
  if (value && std::holds_alternative<rate>(*value) && std::get<rate>(*value) > whole) {
    wrong_.add(codes::discount_too_large, node.offset, "a discount takes off 100% at most");
  }
  if (exclusive != nullptr) out.exclusive = read_bool(*exclusive, "\"exclusive\"").value_or(false);
  if (group != nullptr) {
    out.group = read_text(*group, "\"group\"");
    if (out.exclusive) {
      wrong_.add(codes::exclusive_in_group, group->offset, "an exclusive discount stands in no group",
                 "leave \"group\" or \"exclusive\" away");
    }
  }
  if (out.exclusive && value) {
    bool negative = false;
    if (const auto* as_rate = std::get_if<rate>(&*value)) {
      negative = *as_rate < zero;
    } else {
      const auto& amounts = std::get<money>(*value);
      negative = amounts.any && amounts.any->sign() < 0;
      for (const auto& entry : amounts.each) negative = negative || entry.second.sign() < 0;
    }
    if (negative) wrong_.add(codes::exclusive_surcharge, node.offset, "a surcharge cannot be exclusive");
  }
  if (wrong_.count() != before) return {};
  out.value = std::move(*value);
  return any_effect(std::move(out));
}

std::optional<any_effect> rule_reader::read_gap(const json_node& node) {
  effect::gap out;
  if (!is_object(node, "\"gap\", such as { \"to\": \"reference\", \"max\": \"10%\" }")) return {};
  const std::size_t before = wrong_.count();
  const json_node *to = nullptr, *min = nullptr, *max = nullptr;
  bool to_meant = false;
  bool end_meant = false;
  for (const auto& member : node.members) {
    if (member.key == "to") {
      to = &member.value;
    } else if (member.key == "min") {
      min = &member.value;
    } else if (member.key == "max") {
      max = &member.value;
    } else if (!is_note(member.key)) {
      const std::string meant = unknown_key(member, {"to", "min", "max"}, "a gap");
      to_meant = to_meant || meant == "to";
      end_meant = end_meant || meant == "min" || meant == "max";
    }
  }
  if (to == nullptr) {
    if (!to_meant) {
      wrong_.add(codes::missing_key, node.offset,
                 "a gap needs \"to\": a channel, a list of channels, \"reference\", \"traditional\" or \"online\"");
    }
  } else {
    read_gap_to(*to, out);
  }
  if (min == nullptr && max == nullptr && !end_meant)
    wrong_.add(codes::no_end, node.offset, "a gap needs \"min\" or \"max\"");
  if (min != nullptr) out.min = read_rate_or_money(*min, "\"min\"");
  if (max != nullptr) out.max = read_rate_or_money(*max, "\"max\"");
  if (out.min && out.max && reversed(*out.min, *out.max)) {
    wrong_.add(codes::ends_reversed, max->offset, "\"min\" must not be above \"max\": no price has such a gap");
  }
  if (wrong_.count() != before) return {};
  return any_effect(std::move(out));
}

void rule_reader::read_gap_to(const json_node& node, effect::gap& into) {
  using kind = effect::gap::target_kind;
  static constexpr std::pair<std::string_view, kind> words[] = {
      {"reference", kind::reference}, {"traditional", kind::traditional}, {"online", kind::online}};
  if (node.type == json_node::kind::array) {
    each_value(node, "\"to\"", [&](const json_node& one) {
      const auto word = std::find_if(std::begin(words), std::end(words), [&](const auto& known) {
        return one.type == json_node::kind::string && one.text == known.first;
      });
      if (word != std::end(words)) {
        wrong_.add(codes::unknown_channel, one.offset,
                   say("\"to\": ", quote(one.text), " stands alone, not in a list of channels"),
                   "list channels by name, or make it a rule of its own");
      } else if (const auto index = read_channel_name(one, "\"to\"")) {
        into.channels.push_back(*index);
      }
    });
    detail::keep_each_once(into.channels);
    into.to = kind::channels;
    if (into.channels.size() == 1) {
      into.to = kind::channel;
      into.channel = into.channels.front();
      into.channels.clear();
    }
    return;
  }
  for (const auto& [word, to] : words) {
    if (node.type != json_node::kind::string || node.text != word) continue;
    into.to = to;
    return;
  }
  if (const auto index = read_channel_name(node, "\"to\"", {"reference", "traditional", "online"})) {
    into.to = kind::channel;
    into.channel = *index;
  }
}

std::optional<any_effect> rule_reader::read_margin(const json_node& node) {
  effect::margin out;
  if (node.type != json_node::kind::object) {
    out.min = read_rate(node, "\"margin\"");
    if (!out.min) return {};
    return any_effect(out);
  }
  const std::size_t before = wrong_.count();
  bool given = false;
  const json_node* max = nullptr;
  for (const auto& member : node.members) {
    if (member.key == "min") {
      given = true;
      out.min = read_rate(member.value, "\"min\"");
    } else if (member.key == "max") {
      given = true;
      max = &member.value;
      out.max = read_rate(member.value, "\"max\"");
    } else if (!is_note(member.key)) {
      given = !unknown_key(member, {"min", "max"}, "a margin").empty() || given;
    }
  }
  if (!given) wrong_.add(codes::no_end, node.offset, "a margin needs \"min\" or \"max\"");
  if (out.min && out.max && *out.min > *out.max) {
    wrong_.add(codes::ends_reversed, max->offset, "\"min\" must not be above \"max\": no price has such a margin");
  }
  if (wrong_.count() != before) return {};
  return any_effect(out);
}

// A rule for some markets may have endings that only others could show. Where none can, it never holds: nobody means
// that.
void rule_reader::check_endings_are_shown(const rule& of, std::size_t offset) {
  if (!markets_sound_) return;
  const auto names = [](const condition& one, const market& in) {
    return std::binary_search(one.words.begin(), one.words.end(), in.name);
  };
  const auto is_for = [&](const market& in) {
    const bool asked = std::all_of(of.when.begin(), of.when.end(), [&](const condition& one) {
      return one.subject != subject::market || names(one, in);
    });
    return asked && std::none_of(of.except.begin(), of.except.end(), [&](const conditions& all) {
             return all.size() == 1 && all.front().subject == subject::market && names(all.front(), in);
           });
  };
  int most_decimals = -1;
  for (const auto& one : names_.markets) {
    if (is_for(one)) most_decimals = std::max(most_decimals, one.currency.digits());
  }
  const auto& patterns = std::get<effect::endings>(of.effect).value.patterns;
  const bool shown = std::any_of(patterns.begin(), patterns.end(), [&](const std::string& one) {
    const std::size_t point = one.find('.');
    return point == std::string::npos || one.size() - point - 1 <= static_cast<std::size_t>(most_decimals);
  });
  if (most_decimals < 0 || shown) return;
  wrong_.add(codes::ending_never_shown, offset,
             most_decimals == 0 ? "no price can end so: the currencies of this rule's markets have no decimals"
                                : say("no price can end so: the currencies of this rule's markets have at most ",
                                      std::to_string(most_decimals), " decimals"),
             most_decimals == 0 ? "write the end of the integer part, such as \"9\" or \"900\""
                                : "write an ending with as many decimals as prices have, such as \".99\"");
}

std::optional<any_effect> rule_reader::read_credit(const json_node& node) {
  effect::credit out;
  if (!is_object(node, "\"credit\", with to and rate")) return {};
  const std::size_t before = wrong_.count();
  bool to = false;
  bool rate_given = false;
  for (const auto& member : node.members) {
    if (member.key == "to") {
      to = true;
      if (const auto index = read_channel_name(member.value, "\"to\"")) out.to = *index;
    } else if (member.key == "rate") {
      rate_given = true;
      if (const auto value = read_rate(member.value, "\"rate\"", zero, whole)) out.value = *value;
    } else if (!is_note(member.key)) {
      unknown_key(member, {"to", "rate"}, "a credit");
    }
  }
  if (!to) wrong_.add(codes::missing_key, node.offset, "a credit needs \"to\", the channel that is owed it");
  if (!rate_given) wrong_.add(codes::missing_key, node.offset, "a credit needs \"rate\", its share of the price");
  if (wrong_.count() != before) return {};
  return any_effect(out);
}

std::optional<effect::squeeze::net_field> rule_reader::read_net_field(const json_node& node, std::string_view what) {
  const auto name = read_text(node, what);
  if (!name) return {};
  if (*name == "cost") return effect::squeeze::net_field{money_field::cost, 0};
  if (*name == "shipping") return effect::squeeze::net_field{money_field::shipping, 0};
  if (const auto index = find_named(names_.attributes, *name)) {
    if (names_.attributes[*index].kind == attribute::kind::money_net) {
      return effect::squeeze::net_field{money_field::attribute, *index};
    }
    if (is_broken(*name)) return {};
    wrong_.add(codes::unknown_name, node.offset, say(what, ": ", quote(*name), " is no net money field"),
               "declare it under \"attributes\" as { \"money\": \"net\" }");
    return {};
  }
  if (!attributes_known_) return {};
  std::vector<std::string_view> known = {"cost", "shipping"};
  for (const auto& one : names_.attributes) {
    if (one.kind == attribute::kind::money_net) known.push_back(one.name);
  }
  wrong_.add(codes::unknown_name, node.offset,
             say(what, ": no net money field ", quote(*name), " is known", wrong_.nearest(*name, known)),
             "declare it under \"attributes\" as { \"money\": \"net\" }");
  return {};
}

std::optional<any_effect> rule_reader::read_squeeze(const json_node& node) {
  // Of all that its price leaves, a dealer keeps less.
  constexpr rate below_whole = rate::from_e8(99'999'999);
  effect::squeeze out;
  if (!is_object(node, "\"squeeze\", with dealer, wholesale, cost and margin")) return {};
  const std::size_t before = wrong_.count();
  for (const auto& member : node.members) {
    const std::string what = quote(member.key);
    if (member.key == "dealer") {
      if (const auto index = read_channel_name(member.value, what)) out.dealer = *index;
    } else if (member.key == "wholesale" || member.key == "cost") {
      const auto field = read_net_field(member.value, what);
      if (field) (member.key == "cost" ? out.cost : out.wholesale) = *field;
    } else if (member.key == "margin") {
      if (const auto value = read_rate(member.value, what, zero, below_whole)) out.margin = *value;
    } else if (!is_note(member.key)) {
      unknown_key(member, {"dealer", "wholesale", "cost", "margin"}, "a squeeze");
    }
  }
  constexpr std::pair<std::string_view, std::string_view> needed[] = {
      {"dealer", "the channel whose margin is looked at"},
      {"wholesale", "the net money field with what the dealer pays"},
      {"cost", "the net money field with what a piece costs the dealer beside that"},
      {"margin", "the share of its net price that the dealer must be able to keep"}};
  for (const auto& [key, meaning] : needed) {
    if (node.find(key) == nullptr) {
      wrong_.add(codes::missing_key, node.offset, say("a squeeze needs ", quote(key), ", ", meaning));
    }
  }
  if (wrong_.count() != before) return {};
  return any_effect(out);
}

std::optional<any_effect> rule_reader::read_leak(const json_node& node) {
  effect::leak out;
  if (!is_object(node, "\"leak\", with from")) return {};
  const std::size_t before = wrong_.count();
  for (const auto& member : node.members) {
    if (member.key == "from") {
      if (auto name = read_text(member.value, "\"from\"")) out.from = std::move(*name);
    } else if (!is_note(member.key)) {
      unknown_key(member, {"from"}, "a leak");
    }
  }
  if (node.find("from") == nullptr) {
    wrong_.add(codes::missing_key, node.offset, "a leak needs \"from\", the audience or segment that the price is for");
  }
  if (wrong_.count() != before) return {};
  return any_effect(std::move(out));
}

std::optional<any_effect> rule_reader::read_inverted(const json_node& node) {
  effect::inverted out;
  if (!is_object(node, "\"inverted\", with to")) return {};
  const std::size_t before = wrong_.count();
  for (const auto& member : node.members) {
    if (member.key == "to") {
      if (const auto index = read_channel_name(member.value, "\"to\"")) out.to = *index;
    } else if (!is_note(member.key)) {
      unknown_key(member, {"to"}, "an inverted");
    }
  }
  if (node.find("to") == nullptr) {
    wrong_.add(codes::missing_key, node.offset, "an inverted needs \"to\", the channel with the public price");
  }
  if (wrong_.count() != before) return {};
  return any_effect(out);
}

std::optional<std::string> rule_reader::read_advice(const json_node& node, std::string_view what) {
  auto code = read_text(node, what);
  if (!code) return {};
  const auto bad = std::find_if(code->begin(), code->end(),
                                [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7F; });
  if (bad == code->end()) return code;
  wrong_.add(codes::bad_advice, text_offsets(*source_, node)[static_cast<std::size_t>(bad - code->begin())],
             say(what, " is a code without spaces, not ", quote(*code)), "as in \"offer-store-appointment\"");
  return {};
}

}  // namespace pricepoint::policy_language
