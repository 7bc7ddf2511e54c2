// SPDX-License-Identifier: Apache-2.0
// The search for a request that makes some conditions hold and others not. Entry: request_space::find. Tests:
// tests/unit/analysis/check_test.cpp, tests/property/check_test.cpp.
#include <algorithm>

#include "analysis/scenario.hpp"
#include "text/each_once.hpp"

namespace pricepoint::analysis {

namespace {

using engine::subject;

constexpr std::size_t max_leaves = 4096;  // combinations of values that are tried
constexpr std::size_t max_atoms = 64;     // of exclusions, one bit each

}  // namespace

// One search in one market and on one channel. Each step returns false where it already shows that no request is what
// is wanted.
class request_space::search {
 public:
  search(const request_space& in, std::uint32_t market, std::uint32_t channel)
      : in_(in), market_(market), channel_(channel), currency_(in.currency_of(market)) {}

  bool require(const object& all);
  bool exclude(const std::vector<object>& objects);
  bool find_values();
  std::optional<scenario> first_accepted(const acceptance& accept) const;

 private:
  static constexpr std::uint32_t time_key = UINT32_MAX;
  // An object of `must_not` that some values make hold.
  struct exclusion {
    std::uint64_t bits = 0;             // of those of its atoms that are in asked_
    std::vector<target_range> targets;  // of its other atoms; empty: it holds for every target
  };
  // What a key may be.
  struct value {
    std::uint64_t bits = 0;  // of the atoms in asked_ that hold for it
    std::string text;
    std::int64_t at = 0;  // of time_key
  };
  struct asked_condition {
    std::size_t bit = 0;
    const compiled_condition* condition = nullptr;
  };

  static std::uint32_t key_of(const atom& one) { return is_timed(one) ? time_key : one.condition->key; }
  bool is_quantity(std::uint32_t key) const {
    return in_.machine_.key_parts()[key].what == engine::key_part::kind::quantity;
  }
  bool never_absent(std::uint32_t key) const { return key == time_key || is_quantity(key); }
  bool is_wanted(std::uint32_t key) const { return std::find(keys_.begin(), keys_.end(), key) != keys_.end(); }
  void add_key(std::uint32_t key) {
    if (!is_wanted(key)) keys_.push_back(key);
  }
  std::optional<bool> settled(const atom& one) const;
  bool can_hold(const object& all, exclusion& made, object& rest) const;

  static void add(value one, std::vector<value>& to);
  std::vector<value> times() const;
  std::vector<value> numbers(std::uint32_t key) const;
  std::vector<value> words(std::uint32_t key) const;
  std::vector<const compiled_condition*> musts_of(std::uint32_t key) const;
  std::vector<asked_condition> asked_of(std::uint32_t key) const;
  std::vector<target_range> targets_left(std::uint64_t bits) const;

  const request_space& in_;
  std::uint32_t market_, channel_;
  currency currency_;
  std::vector<std::uint32_t> keys_;                                   // of the values that the request needs
  object musts_;                                                      // atoms that depend on those values
  std::vector<target_range> targets_ = std::vector<target_range>(1);  // that the other wanted atoms leave
  std::vector<exclusion> exclusions_;
  object asked_;                             // atoms of the exclusions, by bit
  std::vector<std::vector<value>> choices_;  // by place in keys_
};

// Whether an atom holds, where market, channel and currency alone decide that.
std::optional<bool> request_space::search::settled(const atom& one) const {
  if (one.condition == nullptr) return {};
  switch (one.condition->about()) {
    case subject::market:
      return one.condition->holds_for(market_);
    case subject::channel:
      return one.condition->holds_for(channel_);
    case subject::target:
      if (!one.condition->range_in(currency_)) return false;
      return {};
    default:
      return {};
  }
}

bool request_space::search::require(const object& all) {
  for (const atom& one : all) {
    if (const auto known = settled(one)) {
      if (!*known) return false;
    } else if (is_target(one)) {
      targets_ = intersect(targets_, *one.condition->range_in(currency_));
      if (targets_.empty()) return false;
    } else {
      musts_.push_back(one);
      add_key(key_of(one));
    }
  }
  return true;
}

// False where an atom of the object never holds. `rest` gets the atoms that depend on the values of the request.
bool request_space::search::can_hold(const object& all, exclusion& made, object& rest) const {
  bool possible = true;
  for (const atom& one : all) {
    if (const auto known = settled(one)) {
      possible = possible && *known;
    } else if (is_target(one)) {
      made.targets.push_back(*one.condition->range_in(currency_));
    } else {
      // A value that nothing asks for is left absent, and then no condition on it holds.
      const std::uint32_t key = key_of(one);
      possible = possible && (never_absent(key) || is_wanted(key));
      rest.push_back(one);
    }
  }
  return possible;
}

bool request_space::search::exclude(const std::vector<object>& objects) {
  for (const object& each : objects) {
    exclusion made;
    object rest;
    if (!can_hold(each, made, rest)) continue;
    for (const atom& one : rest) {
      if (asked_.size() == max_atoms) {
        in_.gave_up_ = true;
        return false;
      }
      made.bits |= std::uint64_t{1} << asked_.size();
      asked_.push_back(one);
      if (never_absent(key_of(one))) add_key(key_of(one));
    }
    exclusions_.push_back(std::move(made));
  }
  return true;
}

// Keeps the values for which the fewest atoms of exclusions hold.
void request_space::search::add(value one, std::vector<value>& to) {
  for (const value& other : to) {
    if ((other.bits & one.bits) == other.bits) return;  // nothing holds for that one that does not hold for this one
  }
  std::erase_if(to, [&](const value& other) { return (other.bits & one.bits) == one.bits; });
  to.push_back(std::move(one));
}

std::vector<const compiled_condition*> request_space::search::musts_of(std::uint32_t key) const {
  std::vector<const compiled_condition*> all;
  for (const atom& one : musts_) {
    if (key_of(one) == key) all.push_back(one.condition);
  }
  return all;
}

std::vector<request_space::search::asked_condition> request_space::search::asked_of(std::uint32_t key) const {
  std::vector<asked_condition> all;
  for (std::size_t bit = 0; bit < asked_.size(); ++bit) {
    if (key_of(asked_[bit]) == key) all.push_back({bit, asked_[bit].condition});
  }
  return all;
}

std::vector<request_space::search::value> request_space::search::times() const {
  const auto inside = [](const stretches& where, std::size_t segment) {
    return std::any_of(where.begin(), where.end(),
                       [&](const stretch& one) { return one.first <= segment && segment < one.end; });
  };
  std::vector<stretches> musts;
  std::vector<std::pair<std::size_t, stretches>> asked;
  // Segments at which something begins or ends, for all others are like the one before.
  std::vector<std::size_t> segments = {in_.first_segment_};
  const auto cut = [&](const stretches& where) {
    for (const stretch& one : where) {
      segments.push_back(one.first);
      if (one.end <= in_.machine_.boundaries().size()) segments.push_back(one.end);
    }
  };
  for (const atom& one : musts_) {
    if (key_of(one) != time_key) continue;
    musts.push_back(in_.of_periods(one.periods()));
    cut(musts.back());
  }
  for (std::size_t bit = 0; bit < asked_.size(); ++bit) {
    if (key_of(asked_[bit]) != time_key) continue;
    asked.emplace_back(bit, in_.of_periods(asked_[bit].periods()));
    cut(asked.back().second);
  }
  detail::keep_each_once(segments);
  std::vector<value> all;
  for (const std::size_t segment : segments) {
    if (!std::all_of(musts.begin(), musts.end(), [&](const stretches& one) { return inside(one, segment); })) continue;
    value made;
    made.at = in_.instant_of(segment);
    for (const auto& [bit, where] : asked) {
      if (inside(where, segment)) made.bits |= std::uint64_t{1} << bit;
    }
    add(std::move(made), all);
  }
  return all;
}

std::vector<request_space::search::value> request_space::search::numbers(std::uint32_t key) const {
  const std::vector<const compiled_condition*> musts = musts_of(key);
  const std::vector<asked_condition> asked = asked_of(key);
  std::vector<decimal> named;
  if (is_quantity(key)) named.emplace_back(1);
  for (const compiled_condition* one : musts) add_numbers(*one, named);
  for (const asked_condition& one : asked) add_numbers(*one.condition, named);
  std::vector<value> all;
  for (const decimal& number : probes(std::move(named), is_quantity(key))) {
    if (!std::all_of(musts.begin(), musts.end(), [&](const auto* one) { return one->holds_for(number); })) continue;
    value made;
    made.text = to_string(number);
    for (const asked_condition& one : asked) {
      if (one.condition->holds_for(number)) made.bits |= std::uint64_t{1} << one.bit;
    }
    add(std::move(made), all);
  }
  return all;
}

std::vector<request_space::search::value> request_space::search::words(std::uint32_t key) const {
  const std::vector<const compiled_condition*> musts = musts_of(key);
  const std::vector<asked_condition> asked = asked_of(key);
  const auto shortest = std::min_element(
      musts.begin(), musts.end(), [](const auto* a, const auto* b) { return a->codes.size() < b->codes.size(); });
  std::vector<value> all;
  for (const std::uint32_t code : (*shortest)->codes) {
    if (!std::all_of(musts.begin(), musts.end(), [&](const auto* one) { return one->holds_for(code); })) continue;
    value made;
    made.text = in_.word(key, code);
    for (const asked_condition& one : asked) {
      if (one.condition->holds_for(code)) made.bits |= std::uint64_t{1} << one.bit;
    }
    add(std::move(made), all);
    if (asked.empty()) break;  // one word is as good as another
  }
  return all;
}

bool request_space::search::find_values() {
  for (const std::uint32_t key : keys_) {
    const auto is_number = [&] {
      return is_quantity(key) || in_.machine_.key_parts()[key].what == engine::key_part::kind::number_attribute;
    };
    std::vector<value> all = key == time_key ? times() : is_number() ? numbers(key) : words(key);
    if (all.empty()) return false;
    choices_.push_back(std::move(all));
  }
  return true;
}

// Targets for which no exclusion holds, where the atoms of these bits do.
std::vector<target_range> request_space::search::targets_left(std::uint64_t bits) const {
  std::vector<target_range> left = targets_;
  for (const exclusion& one : exclusions_) {
    if ((one.bits & bits) != one.bits) continue;
    if (one.targets.empty()) return {};
    std::vector<target_range> out(1);
    for (const target_range& range : one.targets) out = intersect(out, range);
    for (const target_range& range : out) left = subtract(left, range);
  }
  return left;
}

std::optional<scenario> request_space::search::first_accepted(const acceptance& accept) const {
  scenario made;
  made.market = market_;
  made.channel = channel_;
  std::vector<std::size_t> at(choices_.size(), 0);
  for (std::size_t leaf = 0; leaf < max_leaves; ++leaf) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < choices_.size(); ++i) bits |= choices_[i][at[i]].bits;
    made.targets = targets_left(bits);
    if (!made.targets.empty()) {
      made.values.clear();
      made.at = in_.from_;
      for (std::size_t i = 0; i < choices_.size(); ++i) {
        if (keys_[i] == time_key) {
          made.at = choices_[i][at[i]].at;
        } else {
          made.values.emplace_back(keys_[i], choices_[i][at[i]].text);
        }
      }
      if (!made.at && in_.machine_.reads_time()) made.at = in_.instant_of(in_.first_segment_);
      if (!accept || accept(made)) return made;
    }
    std::size_t digit = 0;
    while (digit < at.size() && ++at[digit] == choices_[digit].size()) at[digit++] = 0;
    if (digit == at.size()) return {};
  }
  in_.gave_up_ = true;
  return {};
}

std::optional<scenario> request_space::find(const query& wanted, std::uint32_t market, std::uint32_t channel,
                                            const acceptance& accept) const {
  gave_up_ = false;
  search step(*this, market, channel);
  if (!step.require(wanted.must) || !step.exclude(wanted.must_not) || !step.find_values()) return {};
  return step.first_accepted(accept);
}

}  // namespace pricepoint::analysis
