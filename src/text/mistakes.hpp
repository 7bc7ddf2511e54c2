// SPDX-License-Identifier: Apache-2.0
// The mistakes of one text, gathered while it is read; and where each byte of a decoded text is in the text itself.
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "text/names.hpp"
#include "text/source.hpp"

namespace pricepoint::policy_language {

// Collects diagnostics up to a limit and counts the rest.
class mistakes {
 public:
  mistakes(const source& text, std::size_t limit) : text_(&text), limit_(std::max<std::size_t>(limit, 1)) {}

  void add(const char* code, std::size_t offset, std::string message, std::string hint = {}) {
    ++count_;
    if (found_.size() < limit_) found_.push_back({code, offset, std::move(message), std::move(hint)});
  }
  bool full() const noexcept { return found_.size() >= limit_; }
  std::size_t count() const noexcept { return count_; }

  // "; the nearest known is ...", or, where none is near and there are few, "; known are ...", or nothing. `name` makes
  // a string_view of an element.
  template <class Range, class Name = std::identity>
  std::string nearest(std::string_view wanted, const Range& known, Name name = {}) {
    if (full()) return {};
    nearest_name search(wanted, budget_);
    for (const auto& one : known) search.offer(std::invoke(name, one));
    if (search.best().empty()) return {};
    if (search.is_near() || std::size(known) > most_listed) return say("; the nearest known is ", quote(search.best()));
    std::string list;
    for (const auto& one : known) list += say(list.empty() ? "" : ", ", quote(std::invoke(name, one)));
    return say(std::size(known) == 1 ? "; the only one known is " : "; known are ", list);
  }
  // The near one alone: where the message lists the known ones itself.
  template <class Range>
  std::string near(std::string_view wanted, const Range& known) {
    if (full()) return {};
    nearest_name search(wanted, budget_);
    for (const auto& one : known) search.offer(one);
    return search.is_near() ? search.best() : std::string();
  }

  std::vector<diagnostic> take();  // in the text's order

 private:
  struct entry {
    const char* code;
    std::size_t offset;
    std::string message;
    std::string hint;
  };
  static constexpr std::size_t most_listed = 16;
  const source* text_;
  std::size_t limit_;
  std::size_t count_ = 0;
  std::size_t budget_ = 20'000'000;
  std::vector<entry> found_;
};

// Where each byte of a decoded text stands in the policy.
class text_offsets {
 public:
  text_offsets(const source& text, const json_node& node);
  std::size_t operator[](std::size_t i) const {
    return escaped_.empty() ? begin_ + std::min(i, size_) : escaped_[std::min(i, size_)];
  }

 private:
  std::size_t begin_;
  std::size_t size_;
  std::vector<std::size_t> escaped_;  // only where the text has escapes
};

}  // namespace pricepoint::policy_language
