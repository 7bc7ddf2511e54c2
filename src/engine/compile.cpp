// SPDX-License-Identifier: Apache-2.0
// Document to machine: expressions become programs, words become codes, rules are listed under the words they ask for.
// Entry: machine::compile. Covered by tests/unit/engine/compile_test.cpp and by every test of decisions.
#include <algorithm>
#include <set>

#include "engine/fingerprint.hpp"
#include "pricepoint/engine/machine.hpp"
#include "pricepoint/engine/policy.hpp"
#include "pricepoint/money/big_exact.hpp"
#include "pricepoint/policy/parse.hpp"
#include "pricepoint/policy/source.hpp"

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

class compiler {
 public:
  explicit compiler(language::document document) : made_(new machine()) { made_->document_ = std::move(document); }

  result<std::shared_ptr<const machine>> run() {
    names();
    slots();
    key();
    for (std::uint32_t i = 0; i < document().rules.size(); ++i) rule(i);
    if (!diagnostics_.empty()) return error(std::move(diagnostics_));
    index();
    boundaries();
    references();
    made_->fingerprint_ = fingerprint(document());
    return std::shared_ptr<const machine>(std::move(made_));
  }

 private:
  const language::document& document() const { return made_->document_; }

  void names() {
    for (const auto& one : document().markets)
      made_->markets_.emplace(one.name, static_cast<std::uint32_t>(made_->markets_.size()));
    for (const auto& one : document().channels)
      made_->channels_.emplace(one.name, static_cast<std::uint32_t>(made_->channels_.size()));
    for (const auto& one : document().attributes)
      made_->attributes_.emplace(one.name, static_cast<std::uint32_t>(made_->attributes_.size()));
  }

  void slots() {
    made_->slot_names_ = {"list", "msrp", "map", "current", "lowest_prior", "cost", "shipping"};
    made_->net_slots_ = {false, false, false, false, false, true, true};
    for (const auto& one : document().channels) {
      made_->slot_names_.push_back("price." + one.name);
      made_->net_slots_.push_back(false);
    }
    for (const auto& one : document().attributes) {
      made_->attribute_slots_.push_back(static_cast<std::uint32_t>(made_->slot_names_.size()));
      const bool net = one.kind == language::attribute::kind::money_net;
      if (!net && one.kind != language::attribute::kind::money_display) continue;
      made_->slot_names_.push_back(one.name);
      made_->net_slots_.push_back(net);
    }
    made_->slots_ = static_cast<std::uint32_t>(made_->slot_names_.size());
  }

  // The places of the cell key: whatever a rule asks about, and nothing else.
  void key() {
    made_->attribute_keys_.resize(document().attributes.size());
    for (const language::rule& one : document().rules) {
      for (const condition& asked : one.when) ask(asked);
      for (const auto& object : one.except) {
        for (const condition& asked : object) ask(asked);
      }
    }
    for (std::uint32_t i = 0; i < made_->key_parts_.size(); ++i) {
      auto& thresholds = made_->key_parts_[i].thresholds;
      std::sort(thresholds.begin(), thresholds.end());
      thresholds.erase(std::unique(thresholds.begin(), thresholds.end()), thresholds.end());
    }
  }

  void ask(const condition& asked) {
    const auto place = key_of(asked, true);
    if (!place) return;
    key_part& part = made_->key_parts_[*place];
    dictionary& words = made_->dictionaries_[*place];
    for (const std::string& word : asked.words)
      words.emplace(word, first_code + static_cast<std::uint32_t>(words.size()));
    part.thresholds.insert(part.thresholds.end(), asked.numbers.begin(), asked.numbers.end());
    if (asked.from_number) part.thresholds.push_back(*asked.from_number);
    if (asked.below_number) part.thresholds.push_back(*asked.below_number);
  }

  std::optional<std::uint32_t> key_of(const condition& asked, bool make) {
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
        const auto kind = document().attributes[asked.index].kind;
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
    for (std::uint32_t i = 0; i < made_->key_parts_.size(); ++i) {
      if (made_->key_parts_[i].what == wanted.what && made_->key_parts_[i].attribute == wanted.attribute) return i;
    }
    if (!make) return {};
    const auto place = static_cast<std::uint32_t>(made_->key_parts_.size());
    made_->key_parts_.push_back(std::move(wanted));
    made_->dictionaries_.emplace_back();
    if (asked.subject == subject::declared) made_->attribute_keys_[asked.index] = place;
    return place;
  }

  void rule(std::uint32_t at) {
    const language::rule& source = document().rules[at];
    compiled_rule made;
    made.source = &source;
    made.index = at;
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
    made_->rules_.push_back(std::move(made));
  }

  // In lowest terms once, and not for every price.
  static void rates(compiled_rule& made) {
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

  compiled_condition compile(const condition& asked) {
    compiled_condition made;
    made.source = &asked;
    if (asked.subject == subject::channel || asked.subject == subject::market) {
      for (const std::string& word : asked.words) {
        const auto found = asked.subject == subject::channel ? made_->find_channel(word) : made_->find_market(word);
        if (found) made.codes.push_back(*found);
      }
    } else if (const auto place = key_of(asked, false)) {
      made.key = *place;
      const dictionary& words = made_->dictionaries_[*place];
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

  per_currency<program> programs(const language::money_expression& trees) {
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

  program compile(const expression& tree, int digits) {
    program out;
    emit(tree, digits, out);
    return out;
  }

  void emit_constant(const expression& tree, int scale_digits, instruction::kind op, program& out,
                     bool inverse = false) {
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

  void emit(const expression& tree, int digits, program& out) {
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

  std::uint32_t slot_of(money_field field, std::uint32_t index) const {
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
        return made_->channel_slot(index);
      case money_field::attribute:
        return made_->attribute_slot(index);
      case money_field::reference:
      case money_field::target:
        break;
    }
    return 0;
  }

  // Each rule is listed under the words of its rarest text condition, so that a key finds its rules without reading
  // all.
  void index() {
    made_->index_.resize(made_->key_parts_.size());
    std::vector<std::size_t> distinct(made_->key_parts_.size());
    for (std::size_t i = 0; i < distinct.size(); ++i) distinct[i] = made_->dictionaries_[i].size();
    made_->of_market_.resize(document().markets.size());
    for (const compiled_rule& one : made_->rules_) {
      if (one.source->of_market) {
        made_->of_market_[*one.source->of_market].push_back(one.index);
        continue;
      }
      const compiled_condition* best = nullptr;
      for (const compiled_condition& asked : one.when) {
        if (asked.codes.empty() || asked.source->subject == subject::channel ||
            asked.source->subject == subject::market)
          continue;
        if (best == nullptr || distinct[asked.key] > distinct[best->key]) best = &asked;
      }
      if (best == nullptr) {
        made_->unindexed_.push_back(one.index);
        continue;
      }
      for (const std::uint32_t code : best->codes) made_->index_[best->key][code].push_back(one.index);
    }
  }

  void boundaries() {
    std::set<std::int64_t> found;
    for (const compiled_rule& one : made_->rules_) {
      for (const std::uint32_t period : one.periods) {
        for (const language::span& span : document().periods[period].spans) {
          if (span.from_unix_ms) found.insert(*span.from_unix_ms);
          if (span.until_unix_ms) found.insert(*span.until_unix_ms);
        }
      }
    }
    made_->boundaries_.assign(found.begin(), found.end());
  }

  // Which channels a channel's reference names.
  void references() {
    const auto& channels = document().channels;
    made_->named_by_.resize(channels.size());
    for (std::uint32_t i = 0; i < channels.size(); ++i) {
      switch (channels[i].reference) {
        case language::channel::reference::channels:
          made_->named_by_[i] = channels[i].reference_channels;
          break;
        case language::channel::reference::lowest_traditional:
        case language::channel::reference::highest_traditional:
          for (std::uint32_t other = 0; other < channels.size(); ++other) {
            if (other != i && channels[other].kind == language::channel::kind::traditional)
              made_->named_by_[i].push_back(other);
          }
          break;
        case language::channel::reference::list_price:
          break;
      }
    }
  }

  std::unique_ptr<machine> made_;
  std::vector<diagnostic> diagnostics_;
  std::set<std::size_t> too_large_;
};

bool compiled_condition::holds_for(std::uint32_t code) const noexcept {
  return std::binary_search(codes.begin(), codes.end(), code);
}

result<std::shared_ptr<const machine>> machine::compile(language::document document) {
  return compiler(std::move(document)).run();
}

std::uint32_t machine::category_code(std::uint32_t key, std::string_view path) const noexcept {
  const dictionary& words = dictionaries_[key];
  while (true) {
    if (const auto found = words.find(path); found != words.end()) return found->second;
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos) return other_code;
    path = path.substr(0, slash);
  }
}

std::vector<std::uint32_t> machine::in_order_of_reference(const std::vector<std::uint32_t>& asked) const {
  std::vector<std::uint32_t> waiting = asked;
  std::sort(waiting.begin(), waiting.end());  // channels are numbered by name
  waiting.erase(std::unique(waiting.begin(), waiting.end()), waiting.end());
  std::vector<std::uint32_t> ordered;
  while (!waiting.empty()) {
    // The first by name whose references wait no longer. The parser refuses circles, so there is one.
    const auto next = std::find_if(waiting.begin(), waiting.end(), [&](std::uint32_t one) {
      return std::none_of(named_by_[one].begin(), named_by_[one].end(), [&](std::uint32_t named) {
        return std::binary_search(waiting.begin(), waiting.end(), named);
      });
    });
    const auto taken = next == waiting.end() ? waiting.begin() : next;
    ordered.push_back(*taken);
    waiting.erase(taken);
  }
  return ordered;
}

void machine::candidates(std::span<const std::uint32_t> codes, std::uint32_t market,
                         std::vector<const compiled_rule*>& out) const {
  std::vector<std::uint32_t> found = unindexed_;
  found.insert(found.end(), of_market_[market].begin(), of_market_[market].end());
  for (std::size_t key = 0; key < index_.size(); ++key) {
    if (const auto listed = index_[key].find(codes[key]); listed != index_[key].end()) {
      found.insert(found.end(), listed->second.begin(), listed->second.end());
    }
  }
  std::sort(found.begin(), found.end());
  out.clear();
  for (const std::uint32_t one : found) out.push_back(&rules_[one]);
}

}  // namespace pricepoint::engine
