// SPDX-License-Identifier: Apache-2.0
// One automaton for a combination of shapes: which digits may stand where in an allowed amount.
//
//   const pricepoint::shape::any_shape charm = pricepoint::shape::endings{{".99", ".95"}};
//   const auto allowed = pricepoint::shape::automaton::build({&charm, 1}, 2);     // two decimals
//   pricepoint::shape::at_or_below(*allowed, 2944);                               // search.hpp: 2899
//
// Endings, multiples, digits and sequences are regular languages over the digits of an amount of a given length. Their
// product is built digit by digit from the front and merged from the back (equal sets of completions are one node), so
// a node stands for "these digits may follow" and knows the least and the greatest completion. Only live nodes remain.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "pricepoint/money/amount.hpp"
#include "pricepoint/money/exact.hpp"
#include "pricepoint/shape/pattern.hpp"

namespace pricepoint::shape {

// Minor units of the largest amount have this many digits.
inline constexpr int max_digits = 16;

namespace detail {

using pricepoint::detail::fraction;
using pricepoint::detail::powers_of_ten;

// Something that may occur in an amount, found while its digits pass from the front. `position` counts digits from the
// right, 0 being the last. States are small numbers of the detector's own.
class detector {
 public:
  virtual ~detector() = default;
  virtual int start(int length) = 0;
  // The next state; `hit` is set where the thing has occurred for good.
  virtual int step(int state, int position, int digit, bool& hit) = 0;
  // Whether it occurs in an amount that ends in this state.
  virtual bool occurs_at_end(int) const { return false; }
};

class digit_detector final : public detector {
 public:
  digit_detector(std::uint16_t digits, scope in, int decimals) : digits_(digits), in_(in), decimals_(decimals) {}
  int start(int) override { return 0; }
  int step(int, int position, int digit, bool& hit) override {
    const bool integer = position >= decimals_;
    const bool looked_at = in_ == scope::any || (in_ == scope::integer) == integer;
    hit = looked_at && (digits_ >> digit & 1) != 0;
    return 0;
  }

 private:
  std::uint16_t digits_;
  scope in_;
  int decimals_;
};

// The last digit that is not zero.
class last_digit_detector final : public detector {
 public:
  explicit last_digit_detector(std::uint16_t digits) : digits_(digits) {}
  int start(int) override { return 0; }
  int step(int state, int, int digit, bool& hit) override {
    hit = false;
    return digit == 0 ? state : (digits_ >> digit & 1);
  }
  bool occurs_at_end(int state) const override { return state == 1; }

 private:
  std::uint16_t digits_;
};

// Aho-Corasick over the sequences; starts anew behind the point.
class sequence_detector final : public detector {
 public:
  sequence_detector(const std::vector<std::string>& sequences, scope in, int decimals) : in_(in), decimals_(decimals) {
    nodes_.emplace_back();
    for (const std::string& sequence : sequences) {
      int node = 0;
      for (const char c : sequence) {
        const auto digit = static_cast<std::size_t>(c - '0');
        if (nodes_[static_cast<std::size_t>(node)].next[digit] < 0) {
          nodes_[static_cast<std::size_t>(node)].next[digit] = static_cast<int>(nodes_.size());
          nodes_.emplace_back();
        }
        node = nodes_[static_cast<std::size_t>(node)].next[digit];
      }
      nodes_[static_cast<std::size_t>(node)].found = true;
    }
    link();
  }
  int start(int) override { return 0; }
  int step(int state, int position, int digit, bool& hit) override {
    hit = false;
    const bool integer = position >= decimals_;
    if (in_ == scope::integer && !integer) return 0;
    if (in_ == scope::fraction && integer) return 0;
    if (position == decimals_ - 1) state = 0;
    const int next = nodes_[static_cast<std::size_t>(state)].next[static_cast<std::size_t>(digit)];
    hit = nodes_[static_cast<std::size_t>(next)].found;
    return next;
  }

 private:
  struct trie_node {
    std::array<int, 10> next{-1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
    int failure = 0;
    bool found = false;
  };
  void link() {
    std::deque<int> queue;
    for (int& child : nodes_[0].next) {
      if (child < 0) {
        child = 0;
      } else {
        queue.push_back(child);
      }
    }
    while (!queue.empty()) {
      const auto node = static_cast<std::size_t>(queue.front());
      queue.pop_front();
      const auto failure = static_cast<std::size_t>(nodes_[node].failure);
      nodes_[node].found = nodes_[node].found || nodes_[failure].found;
      for (std::size_t digit = 0; digit < 10; ++digit) {
        int& child = nodes_[node].next[digit];
        if (child < 0) {
          child = nodes_[failure].next[digit];
        } else {
          nodes_[static_cast<std::size_t>(child)].failure = nodes_[failure].next[digit];
          queue.push_back(child);
        }
      }
    }
  }
  std::vector<trie_node> nodes_;
  scope in_;
  int decimals_;
};

// Numbers sets of patterns, so that a set is a state.
class set_numbering {
 public:
  int number(std::vector<std::uint32_t> set) {
    const auto [found, fresh] = numbers_.try_emplace(std::move(set), static_cast<int>(numbers_.size()));
    if (fresh) sets_.push_back(&found->first);
    return found->second;
  }
  const std::vector<std::uint32_t>& set(int number) const { return *sets_[static_cast<std::size_t>(number)]; }

 private:
  std::map<std::vector<std::uint32_t>, int> numbers_;
  std::vector<const std::vector<std::uint32_t>*> sets_;
};

// The whole integer part.
class amount_detector final : public detector {
 public:
  amount_detector(const std::vector<std::string>& amounts, int decimals) : amounts_(amounts), decimals_(decimals) {}
  int start(int length) override {
    std::vector<std::uint32_t> alive;
    for (std::uint32_t i = 0; i < amounts_.size(); ++i) {
      if (static_cast<int>(amounts_[i].size()) == length - decimals_) alive.push_back(i);
    }
    return sets_.number(std::move(alive));
  }
  int step(int state, int position, int digit, bool& hit) override {
    hit = false;
    if (position < decimals_) return state;
    std::vector<std::uint32_t> alive;
    for (const std::uint32_t i : sets_.set(state)) {
      const std::string& wanted = amounts_[i];
      const auto from_right = static_cast<std::size_t>(position - decimals_);
      if (wanted[wanted.size() - 1 - from_right] == '0' + digit) alive.push_back(i);
    }
    if (position == decimals_) {
      hit = !alive.empty();
      alive.clear();
    }
    return sets_.number(std::move(alive));
  }

 private:
  std::vector<std::string> amounts_;
  int decimals_;
  set_numbering sets_;
};

inline void add_detectors(const numbers& what, int decimals, std::vector<std::unique_ptr<detector>>& out) {
  if (what.digits != 0) {
    if (what.in == scope::last) {
      out.push_back(std::make_unique<last_digit_detector>(what.digits));
    } else {
      out.push_back(std::make_unique<digit_detector>(what.digits, what.in, decimals));
    }
  }
  if (!what.sequences.empty()) out.push_back(std::make_unique<sequence_detector>(what.sequences, what.in, decimals));
  if (!what.amounts.empty()) out.push_back(std::make_unique<amount_detector>(what.amounts, decimals));
}

// One demand on an amount; the automaton is the product of these.
class component {
 public:
  static constexpr int dead = -1;
  virtual ~component() = default;
  virtual int start(int length) = 0;
  virtual int step(int state, int position, int digit) = 0;
  virtual bool accepts(int) const { return true; }
};

class none_of final : public component {
 public:
  explicit none_of(std::unique_ptr<detector> what) : what_(std::move(what)) {}
  int start(int length) override { return what_->start(length); }
  int step(int state, int position, int digit) override {
    bool hit = false;
    const int next = what_->step(state, position, digit, hit);
    return hit ? dead : next;
  }
  bool accepts(int state) const override { return !what_->occurs_at_end(state); }

 private:
  std::unique_ptr<detector> what_;
};

class any_of final : public component {
 public:
  explicit any_of(std::vector<std::unique_ptr<detector>> what) : what_(std::move(what)) {}
  int start(int length) override {
    std::vector<std::uint32_t> states;
    for (const auto& one : what_) states.push_back(static_cast<std::uint32_t>(one->start(length)));
    return 1 + states_.number(std::move(states));
  }
  int step(int state, int position, int digit) override {
    if (state == found) return found;
    std::vector<std::uint32_t> states = states_.set(state - 1);
    for (std::size_t i = 0; i < what_.size(); ++i) {
      bool hit = false;
      states[i] = static_cast<std::uint32_t>(what_[i]->step(static_cast<int>(states[i]), position, digit, hit));
      if (hit) return found;
    }
    return 1 + states_.number(std::move(states));
  }
  bool accepts(int state) const override {
    if (state == found) return true;
    const auto& states = states_.set(state - 1);
    for (std::size_t i = 0; i < what_.size(); ++i) {
      if (what_[i]->occurs_at_end(static_cast<int>(states[i]))) return true;
    }
    return false;
  }

 private:
  static constexpr int found = 0;
  std::vector<std::unique_ptr<detector>> what_;
  set_numbering states_;
};

// Ends in one of the patterns: digits and `?`, lined up with the last digit.
class ends_in final : public component {
 public:
  explicit ends_in(std::vector<std::string> patterns) : patterns_(std::move(patterns)) {}
  int start(int length) override {
    std::vector<std::uint32_t> alive;
    for (std::uint32_t i = 0; i < patterns_.size(); ++i) {
      if (static_cast<int>(patterns_[i].size()) <= length) alive.push_back(i);
    }
    return alive.empty() ? dead : sets_.number(std::move(alive));
  }
  int step(int state, int position, int digit) override {
    std::vector<std::uint32_t> alive;
    for (const std::uint32_t i : sets_.set(state)) {
      const std::string& pattern = patterns_[i];
      const auto from_right = static_cast<std::size_t>(position);
      if (from_right >= pattern.size()) {
        alive.push_back(i);
        continue;
      }
      const char wanted = pattern[pattern.size() - 1 - from_right];
      if (wanted == '?' || wanted == '0' + digit) alive.push_back(i);
    }
    return alive.empty() ? dead : sets_.number(std::move(alive));
  }

 private:
  std::vector<std::string> patterns_;
  set_numbering sets_;
};

// A multiple of any whole number of minor units.
class divisible_by final : public component {
 public:
  explicit divisible_by(std::int64_t divisor) : divisor_(divisor) {}
  int start(int) override { return 0; }
  int step(int state, int, int digit) override {
    return static_cast<int>((std::int64_t{state} * 10 + digit) % divisor_);
  }
  bool accepts(int state) const override { return state == 0; }

 private:
  std::int64_t divisor_;
};

// Multiples of 1, 2, 5 or 25 times a power of ten are endings; others are counted by remainder. Nothing for 1.
inline std::unique_ptr<component> multiple_component(std::int64_t divisor, bool& too_large) {
  std::int64_t mantissa = divisor;
  std::string zeros;
  while (mantissa % 10 == 0) {
    mantissa /= 10;
    zeros.push_back('0');
  }
  std::vector<std::string> patterns;
  if (mantissa == 1) {
    if (zeros.empty()) return nullptr;
    patterns.push_back(zeros);
  } else if (mantissa == 2 || mantissa == 5) {
    for (std::int64_t digit = 0; digit < 10; digit += mantissa) {
      patterns.push_back(static_cast<char>('0' + static_cast<int>(digit)) + zeros);
    }
  } else if (mantissa == 25) {
    for (const char* pair : {"00", "25", "50", "75"}) patterns.push_back(pair + zeros);
  } else {
    too_large = divisor > 1'000'000;
    return too_large ? nullptr : std::make_unique<divisible_by>(divisor);
  }
  return std::make_unique<ends_in>(std::move(patterns));
}

// An ending as digits of the amount in minor units; nothing where the currency cannot show it.
inline std::optional<std::string> minor_pattern(const std::string& ending, int decimals) {
  const std::size_t point = ending.find('.');
  if (point == std::string::npos) return ending + std::string(static_cast<std::size_t>(decimals), '0');
  const std::size_t fraction = ending.size() - point - 1;
  if (fraction > static_cast<std::size_t>(decimals)) return {};
  std::string pattern = ending.substr(0, point) + ending.substr(point + 1);
  pattern.append(static_cast<std::size_t>(decimals) - fraction, '0');
  return pattern;
}

}  // namespace detail

class automaton {
 public:
  static constexpr std::uint32_t none = UINT32_MAX;
  static constexpr std::uint32_t end = 0;  // the node behind the last digit

  struct node {
    std::array<std::uint32_t, 10> next{};
    std::uint16_t digits = 0;  // bit d: digit d can still lead to an allowed amount
    std::int64_t least = 0;    // least and greatest value of the remaining digits
    std::int64_t greatest = 0;
  };

  // The amounts with `decimals` decimals that are multiples of `unit_minor` and have every one of the shapes.
  // Nothing where more than `max_states` states would be needed. Cost: states x digits x shapes, once. States of many
  // shapes or many endings are larger, and count more than once: see work().
  static std::optional<automaton> build(std::span<const any_shape* const> shapes, int decimals,
                                        std::int64_t unit_minor = 1, std::size_t max_states = 1u << 20);
  static std::optional<automaton> build(std::span<const any_shape> shapes, int decimals, std::int64_t unit_minor = 1,
                                        std::size_t max_states = 1u << 20) {
    std::vector<const any_shape*> pointers;
    for (const any_shape& one : shapes) pointers.push_back(&one);
    return build(std::span<const any_shape* const>(pointers), decimals, unit_minor, max_states);
  }

  int decimals() const noexcept { return decimals_; }
  // The node before the first digit of amounts with this many digits (leading zeros up to "0.00"), or `none`.
  std::uint32_t start(int length) const noexcept { return start_[static_cast<std::size_t>(length)]; }
  const node& at(std::uint32_t index) const noexcept { return nodes_[index]; }
  std::size_t size() const noexcept { return nodes_.size(); }
  // The states that were needed while it was made: those of up to 15 shapes and 63 endings count once, others as often
  // as they are larger.
  std::size_t work() const noexcept { return work_; }

 private:
  class builder;
  int decimals_ = 0;
  std::size_t work_ = 0;
  std::array<std::uint32_t, max_digits + 1> start_{};
  std::vector<node> nodes_;
};

class automaton::builder {
 public:
  builder(std::vector<std::unique_ptr<detail::component>> components, int decimals, std::size_t patterns,
          std::size_t max_states)
      : components_(std::move(components)),
        work_of_state_(1 + components_.size() / 16 + patterns / 64),
        max_states_(max_states) {
    made_.decimals_ = decimals;
    made_.nodes_.emplace_back();  // automaton::end
  }

  std::optional<automaton> run() {
    made_.start_.fill(none);
    for (int length = made_.decimals_ + 1; length <= max_digits; ++length) {
      states start;
      bool alive = true;
      for (const auto& one : components_) {
        start.push_back(one->start(length));
        alive = alive && start.back() != detail::component::dead;
      }
      if (!alive) continue;
      const std::uint32_t first = make(length, start, length == made_.decimals_ + 1);
      if (too_many_) return {};
      made_.start_[static_cast<std::size_t>(length)] = first;
    }
    return std::move(made_);
  }

 private:
  using states = std::vector<int>;
  struct states_hash {
    std::size_t operator()(const states& value) const noexcept {
      std::size_t hash = value.size();
      for (const int one : value) hash = (hash ^ static_cast<std::size_t>(one)) * 0x9E3779B97F4A7C15u + (hash >> 29);
      return hash;
    }
  };
  struct node_order {
    bool operator()(const node& a, const node& b) const noexcept {
      return a.digits != b.digits ? a.digits < b.digits : a.next < b.next;
    }
  };

  // The node for `remaining` digits still to come; `none` where nothing allowed can follow.
  std::uint32_t make(int remaining, const states& now, bool zero_allowed = true) {
    if (remaining == 0) {
      for (std::size_t i = 0; i < components_.size(); ++i) {
        if (!components_[i]->accepts(now[i])) return none;
      }
      return end;
    }
    auto& known = known_[static_cast<std::size_t>(remaining)];
    if (zero_allowed) {
      if (const auto found = known.find(now); found != known.end()) return found->second;
    }
    if ((made_.work_ += work_of_state_) > max_states_) {
      too_many_ = true;
      return none;
    }
    node fresh;
    const int position = remaining - 1;
    const std::int64_t weight = detail::powers_of_ten[static_cast<std::size_t>(position)];
    states next(now.size());
    for (int digit = zero_allowed ? 0 : 1; digit < 10; ++digit) {
      bool alive = true;
      for (std::size_t i = 0; alive && i < components_.size(); ++i) {
        next[i] = components_[i]->step(now[i], position, digit);
        alive = next[i] != detail::component::dead;
      }
      if (!alive) continue;
      const std::uint32_t child = make(position, next);
      if (too_many_) return none;
      if (child == none) continue;
      const node& below = made_.nodes_[child];
      if (fresh.digits == 0) fresh.least = digit * weight + below.least;
      fresh.greatest = digit * weight + below.greatest;
      fresh.digits = static_cast<std::uint16_t>(fresh.digits | 1u << digit);
      fresh.next[static_cast<std::size_t>(digit)] = child;
    }
    std::uint32_t index = none;
    if (fresh.digits != 0) {
      auto& same = same_[static_cast<std::size_t>(remaining)];
      const auto [found, added] = same.try_emplace(fresh, static_cast<std::uint32_t>(made_.nodes_.size()));
      if (added) made_.nodes_.push_back(fresh);
      index = found->second;
    }
    if (zero_allowed) known.emplace(now, index);
    return index;
  }

  std::vector<std::unique_ptr<detail::component>> components_;
  std::size_t work_of_state_;
  std::size_t max_states_;
  bool too_many_ = false;
  automaton made_;
  std::array<std::unordered_map<states, std::uint32_t, states_hash>, max_digits + 1> known_;
  std::array<std::map<node, std::uint32_t, node_order>, max_digits + 1> same_;
};

inline std::optional<automaton> automaton::build(std::span<const any_shape* const> shapes, int decimals,
                                                 std::int64_t unit_minor, std::size_t max_states) {
  std::vector<std::unique_ptr<detail::component>> components;
  std::size_t all_patterns = 0;
  bool too_large = false;
  const auto add_multiple = [&](std::int64_t divisor) {
    if (auto made = detail::multiple_component(divisor, too_large)) components.push_back(std::move(made));
  };
  add_multiple(unit_minor);
  for (const any_shape* one : shapes) {
    if (const auto* wanted = std::get_if<endings>(one)) {
      std::vector<std::string> patterns;
      for (const std::string& ending : wanted->patterns) {
        if (auto pattern = detail::minor_pattern(ending, decimals)) patterns.push_back(std::move(*pattern));
      }
      all_patterns += patterns.size();
      components.push_back(std::make_unique<detail::ends_in>(std::move(patterns)));
    } else if (const auto* step = std::get_if<multiple_of>(one)) {
      // A whole amount is a multiple of n/d (in lowest terms) just where it is one of n.
      const auto minor = detail::fraction::minor_units(step->step, decimals);
      const auto lowest = detail::fraction::reduced(minor.numerator, minor.denominator);
      // Beyond the largest amount there is no multiple at all, and an ending of 17 digits says so.
      const auto divisor =
          lowest.numerator > max_amount_minor ? detail::powers_of_ten[17] : static_cast<std::int64_t>(lowest.numerator);
      add_multiple(divisor);
    } else if (const auto* avoided = std::get_if<avoid>(one)) {
      std::vector<std::unique_ptr<detail::detector>> detectors;
      detail::add_detectors(avoided->what, decimals, detectors);
      for (auto& each : detectors) components.push_back(std::make_unique<detail::none_of>(std::move(each)));
    } else if (const auto* preferred = std::get_if<prefer>(one)) {
      std::vector<std::unique_ptr<detail::detector>> detectors;
      for (const numbers& entry : preferred->any_of) detail::add_detectors(entry, decimals, detectors);
      components.push_back(std::make_unique<detail::any_of>(std::move(detectors)));
    }
  }
  if (too_large) return {};
  return builder(std::move(components), decimals, all_patterns, max_states).run();
}

}  // namespace pricepoint::shape
