// SPDX-License-Identifier: Apache-2.0
// Document to machine: expressions become programs, words become codes, rules are listed under the words they ask for.
// Entry: machine::compile. Covered by tests/unit/engine/compile_test.cpp and by every test of decisions.
#include <algorithm>
#include <numeric>
#include <set>

#include "engine/compile_rule.hpp"
#include "engine/fingerprint.hpp"
#include "policy/read_again.hpp"
#include "pricepoint/engine/machine.hpp"

namespace pricepoint::engine {

using language::condition;
using language::subject;

class compiler {
 public:
  compiler(language::document document, std::size_t at_hand) : made_(new machine()), at_hand_(at_hand) {
    made_->document_ = std::move(document);
  }

  result<std::shared_ptr<const machine>> run() {
    names();
    slots();
    key();
    made_->fingerprint_ = fingerprint(document());
    rules();
    if (!diagnostics_.empty()) return error(std::move(diagnostics_));
    index();
    boundaries();
    references();
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
      made_->looks_for_leaks_ =
          made_->looks_for_leaks_ || std::holds_alternative<language::effect::leak>(kept->source.effect);
      machine::rule_place& place = made_->places_[i];
      place.offset = kept->source.offset;
      place.first_written_out = language::first_written_out(document(), kept->source);
      // What no word leads to, every request asks for.
      const bool again = count > at_hand_ && (listed || at_hand_ == 0) && document().source &&
                         language::can_be_read_again(kept->source);
      if (!again) place.kept.store(kept.release(), std::memory_order_relaxed);
    }
  }

  // Each rule is listed under the words of its rarest text condition, so that a key finds its rules without reading
  // all. False where it has none.
  bool list(const compiled_rule& one) {
    if (one.source->of_market) {
      made_->of_market_[*one.source->of_market].push_back(one.index);
      return false;
    }
    const auto distinct = [&](const compiled_condition& asked) { return made_->dictionaries_[asked.key].size(); };
    const compiled_condition* best = nullptr;
    for (const compiled_condition& asked : one.when) {
      if (asked.codes.empty() || asked.source->subject == subject::channel || asked.source->subject == subject::market)
        continue;
      if (best == nullptr || distinct(asked) > distinct(*best)) best = &asked;
    }
    if (best == nullptr) {
      made_->unindexed_.push_back(one.index);
      return false;
    }
    for (const std::uint32_t code : best->codes) listed_.push_back({best->key, code, one.index});
    return true;
  }

  void index() {
    made_->index_.resize(made_->key_parts_.size());
    for (std::size_t key = 0; key < made_->index_.size(); ++key)
      made_->index_[key].starts.resize(first_code + made_->dictionaries_[key].size() + 1);
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
      for (const language::span& span : document().periods[i].spans) {
        if (span.from_unix_ms) found.insert(*span.from_unix_ms);
        if (span.until_unix_ms) found.insert(*span.until_unix_ms);
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

  struct listing {
    std::uint32_t key = 0, code = 0, rule = 0;
  };

  std::unique_ptr<machine> made_;
  std::size_t at_hand_;
  std::vector<diagnostic> diagnostics_;
  std::vector<listing> listed_;
  std::vector<bool> in_period_;  // by period: whether a rule names it
};

bool compiled_condition::holds_for(std::uint32_t code) const noexcept {
  return std::binary_search(codes.begin(), codes.end(), code);
}

result<std::shared_ptr<const machine>> machine::compile(language::document document, std::size_t at_hand) {
  return compiler(std::move(document), at_hand).run();
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
    const std::span<const std::uint32_t> listed = index_[key].find(codes[key]);
    found.insert(found.end(), listed.begin(), listed.end());
  }
  std::sort(found.begin(), found.end());
  out.clear();
  for (const std::uint32_t one : found) out.push_back(&rule(one));
}

}  // namespace pricepoint::engine
