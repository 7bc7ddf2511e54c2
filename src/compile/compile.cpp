// SPDX-License-Identifier: Apache-2.0
// Document to machine: expressions become programs, words become codes, rules are listed under the words they ask for.
// Entry: machine::compile. Covered by tests/unit/decide/decision_test.cpp and every other test of decisions.
#include <algorithm>
#include <numeric>
#include <set>

#include "compile/channel_order.hpp"
#include "compile/compile_rule.hpp"
#include "compile/fingerprint.hpp"
#include "compile/machine.hpp"
#include "policy/read_again.hpp"
#include "text/each_once.hpp"

namespace pricepoint::engine {

using language::condition;
using language::subject;

class compiler {
 public:
  compiler(language::document document, std::size_t max_resident_rules)
      : made_(new machine()), max_resident_rules_(max_resident_rules) {
    made_->document_ = std::move(document);
  }

  result<std::shared_ptr<const machine>> run() {
    names();
    slots();
    groups();
    terms();
    key();
    made_->fingerprint_ = fingerprint(document());
    rules();
    if (!diagnostics_.empty()) return error(std::move(diagnostics_));
    index();
    boundaries();
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

  // The same instants in the fewest stretches: where two of them meet or overlap nothing begins or ends.
  static std::vector<time_span> joined(std::vector<time_span> spans) {
    std::sort(spans.begin(), spans.end(),
              [](const time_span& a, const time_span& b) { return a.from_unix_ms < b.from_unix_ms; });
    std::vector<time_span> made;
    for (const time_span& one : spans) {
      std::optional<std::int64_t>* const end = made.empty() ? nullptr : &made.back().until_unix_ms;
      if (end == nullptr || (*end && one.from_unix_ms && **end < *one.from_unix_ms)) {
        made.push_back(one);
      } else if (!one.until_unix_ms || (*end && **end < *one.until_unix_ms)) {
        *end = one.until_unix_ms;
      }
    }
    return made;
  }

  // What the later stages need of markets, channels, attributes and periods.
  void terms() {
    std::set<currency> currencies;
    for (const language::market& one : document().markets) {
      made_->market_terms_.push_back({.name = one.name,
                                      .currency = one.currency,
                                      .unit_minor = one.unit_minor,
                                      .gross = one.display == language::display::gross,
                                      .tax = one.tax,
                                      .net_stored = one.net_stored,
                                      .former_price = one.former_price(),
                                      .known = one.known.get()});
      currencies.insert(one.currency);
    }
    made_->currencies_.assign(currencies.begin(), currencies.end());
    for (const currency one : currencies) {
      auto& kept = made_->different_decimals_;
      const auto as_many = [&](currency other) { return other.digits() == one.digits(); };
      if (std::none_of(kept.begin(), kept.end(), as_many)) kept.push_back(one);
    }
    for (const language::attribute& one : document().attributes) {
      made_->attribute_terms_.push_back({one.name, static_cast<attribute_terms::kind>(one.kind), &one.words});
    }
    for (const language::period& one : document().periods) {
      std::vector<time_span> spans;
      for (const language::span& span : one.spans) spans.push_back({span.from_unix_ms, span.until_unix_ms});
      made_->spans_.push_back(joined(std::move(spans)));
    }
    for (std::uint32_t i = 0; i < document().channels.size(); ++i) channel(i);
  }

  void channel(std::uint32_t index) {
    using reference = enum language::channel::reference;
    using pick = enum price_pick::kind;
    const language::channel& from = document().channels[index];
    channel_terms made;
    made.name = from.name;
    made.old_price = "old-price-of-" + from.name;
    made.traditional = from.kind == language::channel::kind::traditional;
    made.reseller = from.owner == language::channel::owner::reseller;
    made.fee = from.fee;
    if (from.display) made.gross = *from.display == language::display::gross;
    switch (from.reference) {
      case reference::list_price:
        made.reference = {pick::one, {slot::list}};
        made.reference_is_list = true;
        break;
      case reference::channels:
        made.reference.how = from.reference_channels.size() == 1 ? pick::one : pick::first;
        for (const std::uint32_t one : from.reference_channels) {
          made.reference.slots.push_back(made_->channel_slot(one));
        }
        break;
      case reference::lowest_traditional:
      case reference::highest_traditional:
        made.reference.how = from.reference == reference::lowest_traditional ? pick::lowest : pick::highest;
        made.reference.slots = made_->groups_.front().slots;
        std::erase(made.reference.slots, made_->channel_slot(index));
        break;
    }
    made_->channel_terms_.push_back(std::move(made));
  }

  // The traditional channels, and whatever else gaps are measured from together.
  void groups() {
    using kind = enum channel_group::kind;
    const auto of_kind = [&](kind what, enum language::channel::kind wanted) {
      channel_group made{what, {}};
      for (std::uint32_t i = 0; i < document().channels.size(); ++i) {
        if (document().channels[i].kind == wanted) made.slots.push_back(made_->channel_slot(i));
      }
      return made;
    };
    made_->groups_.push_back(of_kind(kind::traditional, language::channel::kind::traditional));
    made_->group_places_.emplace(machine::group_name(kind::traditional, {}), 0);
    for (const language::rule& one : document().rules) {
      const auto* gap = std::get_if<language::effect::gap>(&one.effect);
      if (gap == nullptr) continue;
      using to = language::effect::gap::target_kind;
      if (gap->to != to::online && gap->to != to::channels) continue;
      const auto next = static_cast<std::uint32_t>(made_->groups_.size());
      if (!made_->group_places_.emplace(machine::group_key(*gap), next).second) continue;
      if (gap->to == to::online) {
        made_->groups_.push_back(of_kind(kind::online, language::channel::kind::online));
        continue;
      }
      channel_group& made = made_->groups_.emplace_back(channel_group{kind::listed, {}});
      for (const std::uint32_t channel : gap->channels) made.slots.push_back(made_->channel_slot(channel));
    }
  }

  // The places of a class's key: whatever a rule asks about, and nothing else.
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
      detail::keep_each_once(thresholds);
    }
  }

  void ask(const condition& asked) {
    auto wanted = key_part_of(document(), asked);
    if (!wanted) return;
    auto place = find_key(made_->key_parts_, *wanted);
    if (!place) {
      place = static_cast<std::uint32_t>(made_->key_parts_.size());
      made_->key_parts_.push_back(std::move(*wanted));
      made_->dictionaries_.emplace_back();
      if (asked.subject == subject::declared) made_->attribute_keys_[asked.index] = *place;
    }
    key_part& part = made_->key_parts_[*place];
    dictionary& words = made_->dictionaries_[*place];
    for (const std::string& word : asked.words)
      words.emplace(word, first_code + static_cast<std::uint32_t>(words.size()));
    part.thresholds.insert(part.thresholds.end(), asked.numbers.begin(), asked.numbers.end());
    if (asked.from_number) part.thresholds.push_back(*asked.from_number);
    if (asked.below_number) part.thresholds.push_back(*asked.below_number);
  }

  void rules() {
    std::vector<language::rule> sources = std::move(made_->document_.rules);
    made_->document_.rules.clear();
    const auto count = static_cast<std::uint32_t>(sources.size());
    made_->places_ = std::make_unique<machine::rule_place[]>(count);
    made_->rule_count_ = count;
    made_->of_market_.resize(document().markets.size());
    in_period_.resize(document().periods.size());
    rule_compiler compile(*made_, diagnostics_);
    for (std::uint32_t i = 0; i < count; ++i) {
      auto kept = std::make_unique<machine::kept_rule>();
      kept->source = std::move(sources[i]);
      kept->compiled = compile.compile(kept->source, i);
      const bool listed = list(kept->compiled);
      for (const std::uint32_t period : kept->compiled.periods) in_period_[period] = true;
      made_->looks_for_leaks_ = made_->looks_for_leaks_ || kept->compiled.effect == effect_kind::leak;
      machine::rule_place& place = made_->places_[i];
      place.offset = kept->source.offset;
      place.first_written_out = language::first_written_out(document(), kept->source);
      // What no word leads to, every request asks for.
      const bool again = count > max_resident_rules_ && (listed || max_resident_rules_ == 0) && document().source &&
                         language::can_be_read_again(kept->source);
      if (!again) place.kept.store(kept.release(), std::memory_order_relaxed);
    }
  }

  // The codes of numbers that a condition holds for, as [first, last) pairs.
  struct code_range {
    std::uint32_t first = 0, last = 0;
  };
  std::vector<code_range> codes_of_numbers(const compiled_condition& asked) const {
    const std::vector<decimal>& thresholds = made_->key_parts_[asked.key].thresholds;
    const auto equal_to = [&](const decimal& number) {
      const auto at = std::lower_bound(thresholds.begin(), thresholds.end(), number);
      return first_code + 2 * static_cast<std::uint32_t>(at - thresholds.begin()) + 1;
    };
    const language::condition& source = *asked.source;
    if (source.range) {
      return {{source.from_number ? equal_to(*source.from_number) : first_code,
               source.below_number ? equal_to(*source.below_number) : codes_of(asked.key)}};
    }
    std::vector<code_range> each;
    for (const decimal& number : source.numbers) each.push_back({equal_to(number), equal_to(number) + 1});
    return each;
  }

  // How many codes a key part has.
  std::uint32_t codes_of(std::uint32_t key) const {
    const std::size_t thresholds = made_->key_parts_[key].thresholds.size();
    return first_code +
           static_cast<std::uint32_t>(thresholds != 0 ? 2 * thresholds + 1 : made_->dictionaries_[key].size());
  }

  // Each rule is listed under the codes of the condition that the fewest of its key part's codes meet, so that a key
  // finds its rules without reading all. False where it has none.
  bool list(const compiled_rule& one) {
    if (one.of_market()) {
      made_->of_market_[*one.of_market()].push_back(one.index);
      return false;
    }
    struct place {
      const compiled_condition* asked = nullptr;
      std::vector<code_range> numbers;
      std::uint64_t met = 1, of = 0;
    };
    place best;
    for (const compiled_condition& asked : one.when) {
      const subject about = asked.about();
      if (about == subject::channel || about == subject::market || about == subject::target || about == subject::period)
        continue;
      place found{.asked = &asked, .numbers = {}, .met = asked.codes.size(), .of = codes_of(asked.key)};
      if (asked.asks_numbers()) {
        found.numbers = codes_of_numbers(asked);
        found.met = 0;
        for (const code_range& range : found.numbers) found.met += range.last - std::min(range.first, range.last);
      }
      if (found.met * best.of < best.met * found.of) best = std::move(found);
    }
    if (best.asked == nullptr) {
      (is_common(one) ? made_->common_ : made_->unindexed_).push_back(one.index);
      return false;
    }
    const std::uint32_t key = best.asked->key;
    for (const std::uint32_t code : best.asked->codes) listed_.push_back({key, code, one.index});
    for (const code_range& range : best.numbers) {
      for (std::uint32_t l = codes_of(key) + range.first, r = codes_of(key) + range.last; l < r; l /= 2, r /= 2) {
        if (l % 2 != 0) listed_.push_back({key, l++, one.index});
        if (r % 2 != 0) listed_.push_back({key, --r, one.index});
      }
    }
    return true;
  }

  // Whether nothing but the market, the channel and the target says if it is on, and it speaks of nothing but the
  // price.
  static bool is_common(const compiled_rule& one) {
    if (one.of_audits() || one.names_period || one.effect == effect_kind::base || one.effect == effect_kind::discount ||
        one.effect == effect_kind::advise || one.effect == effect_kind::withhold) {
      return false;
    }
    const auto asks_little = [](const compiled_condition& asked) {
      const subject about = asked.about();
      return about == subject::channel || about == subject::market || about == subject::target;
    };
    return std::all_of(one.when.begin(), one.when.end(), asks_little) &&
           std::all_of(one.except.begin(), one.except.end(),
                       [&](const auto& object) { return std::all_of(object.begin(), object.end(), asks_little); });
  }

  void index() {
    made_->index_.resize(made_->key_parts_.size());
    for (std::uint32_t key = 0; key < made_->index_.size(); ++key) {
      machine::listed_rules& of = made_->index_[key];
      const bool numbers = !made_->key_parts_[key].thresholds.empty();
      of.leaves = numbers ? codes_of(key) : 0;
      of.starts.resize((numbers ? 2 * std::size_t{of.leaves} : codes_of(key)) + 1);
    }
    // Counted, then added up, then put where they belong: in the order of the rules.
    for (const listing& one : listed_) ++made_->index_[one.key].starts[one.code + 1];
    std::vector<std::vector<std::uint32_t>> next;
    for (machine::listed_rules& one : made_->index_) {
      std::partial_sum(one.starts.begin(), one.starts.end(), one.starts.begin());
      one.rules.resize(one.starts.back());
      next.push_back(one.starts);
    }
    for (const listing& one : listed_) made_->index_[one.key].rules[next[one.key][one.code]++] = one.rule;
  }

  void boundaries() {
    std::set<std::int64_t> found;
    for (std::size_t i = 0; i < in_period_.size(); ++i) {
      if (!in_period_[i]) continue;
      for (const time_span& span : made_->spans_[i]) {
        if (span.from_unix_ms) found.insert(*span.from_unix_ms);
        if (span.until_unix_ms) found.insert(*span.until_unix_ms);
      }
    }
    made_->boundaries_.assign(found.begin(), found.end());
    made_->reads_time_ = std::find(in_period_.begin(), in_period_.end(), true) != in_period_.end();
  }

  struct listing {
    std::uint32_t key = 0, code = 0, rule = 0;
  };

  std::unique_ptr<machine> made_;
  std::size_t max_resident_rules_;
  std::vector<diagnostic> diagnostics_;
  std::vector<listing> listed_;
  std::vector<bool> in_period_;  // by period: whether a rule names it
};

machine::group_name machine::group_key(const language::effect::gap& to) {
  using kind = language::effect::gap::target_kind;
  return {to.to == kind::traditional ? channel_group::kind::traditional
          : to.to == kind::online    ? channel_group::kind::online
                                     : channel_group::kind::listed,
          to.channels};
}

std::uint32_t machine::group_of(const language::effect::gap& to) const { return group_places_.at(group_key(to)); }

result<std::shared_ptr<const machine>> machine::compile(language::document document, std::size_t max_resident_rules) {
  return compiler(std::move(document), max_resident_rules).run();
}

soft_reach machine::reach_of(std::size_t which, currency in) const {
  soft_reach made;
  const language::within& from = document_.within_by_strength[which];
  for (const rate one : from.rates) made.rates.push_back(fraction::of(one));
  for (const language::money& one : from.amounts) {
    const decimal* value = one.find(in);
    if (value == nullptr) continue;
    const fraction minor = fraction::minor_units(*value, in.digits());
    if (made.money < minor) made.money = minor;
  }
  return made;
}

machine::~machine() {
  for (std::uint32_t i = 0; i < rule_count_; ++i) delete places_[i].kept.load(std::memory_order_relaxed);
}

const compiled_rule& machine::make_again(std::uint32_t index) const {
  const rule_place& place = places_[index];
  auto made = std::make_unique<kept_rule>();
  made->source = language::read_again(document_, place.offset, place.first_written_out);
  std::vector<diagnostic> none;
  made->compiled = rule_compiler(*this, none).compile(made->source, index);
  // Of two threads that ask at the same time, one throws its own away.
  const kept_rule* first = nullptr;
  if (place.kept.compare_exchange_strong(first, made.get(), std::memory_order_acq_rel, std::memory_order_acquire))
    return made.release()->compiled;
  return first->compiled;
}

std::uint32_t machine::rules_made() const noexcept {
  std::uint32_t made = 0;
  for (std::uint32_t i = 0; i < rule_count_; ++i) made += places_[i].kept.load(std::memory_order_relaxed) != nullptr;
  return made;
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

std::vector<std::uint32_t> machine::in_order_of_reference(std::vector<std::uint32_t> asked) const {
  detail::keep_each_once(asked);
  return order_of(*this, asked, {}).channels;
}

std::vector<std::uint32_t> machine::numbers_of_class(std::span<const std::uint32_t> codes, std::uint32_t market) const {
  std::vector<std::uint32_t> found = unindexed_;
  found.insert(found.end(), of_market_[market].begin(), of_market_[market].end());
  for (std::size_t key = 0; key < index_.size(); ++key) index_[key].find(codes[key], found);
  return found;
}

void machine::in_text_order(std::vector<std::uint32_t> numbers, std::vector<const compiled_rule*>& out) const {
  std::sort(numbers.begin(), numbers.end());
  // The same number twice in a condition lists its rule twice.
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  out.clear();
  for (const std::uint32_t one : numbers) out.push_back(&rule(one));
}

void machine::candidates_of_class(std::span<const std::uint32_t> codes, std::uint32_t market,
                                  std::vector<const compiled_rule*>& out) const {
  in_text_order(numbers_of_class(codes, market), out);
}

void machine::candidates(std::span<const std::uint32_t> codes, std::uint32_t market,
                         std::vector<const compiled_rule*>& out) const {
  std::vector<std::uint32_t> found = numbers_of_class(codes, market);
  found.insert(found.end(), common_.begin(), common_.end());
  in_text_order(std::move(found), out);
}

}  // namespace pricepoint::engine
