// SPDX-License-Identifier: Apache-2.0
// Finds where records end without reading their cells: newlines outside quotes. A quote opens a cell only where a cell
// begins, as in csv.cpp, so that an inch mark in the middle of a cell swallows nothing.
// Entry: block_reader. Test: tests/unit/rows/blocks_test.cpp.
#include "rows/blocks.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

#include "text/csv.hpp"

namespace pricepoint::rows {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
// What is kept of a record that is too long: enough to name its product.
constexpr std::size_t kept_of_long_record = 64u << 10;

bool is_blank_record(std::string_view record) { return record.find_first_not_of(" \t\r\n,") == std::string_view::npos; }

std::uint64_t count_newlines(std::string_view text) {
  std::uint64_t count = 0;
  constexpr std::uint64_t ones = 0x0101010101010101u;
  constexpr std::uint64_t low7 = 0x7F7F7F7F7F7F7F7Fu;
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data() + i, 8);
    word ^= ones * '\n';
    const std::uint64_t zeros = ~(((word & low7) + low7) | word | low7);
    count += (zeros >> 7) * ones >> 56;
  }
  for (; i < text.size(); ++i) count += text[i] == '\n' ? 1 : 0;
  return count;
}

}  // namespace

void byte_buffer::reserve(std::size_t capacity) {
  if (capacity <= capacity_) return;
  capacity = std::max(capacity, capacity_ + capacity_ / 2);
  auto grown = std::make_unique_for_overwrite<char[]>(capacity);
  if (size_ > 0) std::memcpy(grown.get(), data_.get(), size_);
  data_ = std::move(grown);
  capacity_ = capacity;
}

void byte_buffer::assign(std::string_view bytes) {
  size_ = 0;
  resize(bytes.size());
  if (!bytes.empty()) std::memcpy(data_.get(), bytes.data(), bytes.size());
}

void byte_buffer::erase_front(std::size_t count) noexcept {
  size_ -= count;
  if (size_ > 0) std::memmove(data_.get(), data_.get() + count, size_);
}

block_reader::block_reader(source from, row_format format, const block_limits& limits)
    : from_(std::move(from)), format_(format), limits_(limits) {}

// Fills the pending bytes up to `wanted`. False where there was nothing left to read.
result<bool> block_reader::more(std::size_t wanted) {
  const std::size_t before = pending_.size();
  if (!started_) wanted = std::max(wanted, byte_order_mark.size());
  if (at_end_ || wanted <= before) return false;
  pending_.resize(wanted);
  const auto got = from_(pending_.data() + before, wanted - before);
  if (!got) return got.error();
  bytes_read_ += *got;
  pending_.resize(before + *got);
  if (*got < wanted - before) at_end_ = true;
  if (!started_) {
    started_ = true;
    if (pending_.view().starts_with(byte_order_mark)) {
      pending_.erase_front(byte_order_mark.size());
      next_byte_ += byte_order_mark.size();
      if (!at_end_ && pending_.size() == 0) return more(wanted);
    }
  }
  // The last record may lack its newline; from here on none does.
  if (at_end_ && pending_.size() > 0 && pending_.view().back() != '\n') {
    pending_.resize(pending_.size() + 1);
    pending_.data()[pending_.size() - 1] = '\n';
  }
  return *got > 0;
}

void block_reader::look(scan& state, bool first_only) {
  char* const data = pending_.data();
  const std::size_t size = pending_.size();
  const auto find_newline = [&](std::size_t begin, std::size_t end) {
    if (begin == end) return;
    const void* const found =
        first_only ? std::memchr(data + begin, '\n', end - begin) : ::memrchr(data + begin, '\n', end - begin);
    if (found != nullptr) state.boundary = static_cast<std::size_t>(static_cast<const char*>(found) - data) + 1;
  };
  while (state.seen < size && !(first_only && state.boundary > 0)) {
    const void* const found =
        format_ == row_format::csv ? std::memchr(data + state.seen, '"', size - state.seen) : nullptr;
    const std::size_t quote =
        found == nullptr ? size : static_cast<std::size_t>(static_cast<const char*>(found) - data);
    if (!state.in_quotes) {
      // With the quote, so that a CR right before it is known to be alone.
      detail::end_lines_by_newlines_outside_quotes(data + state.seen, data + std::min(quote + 1, size));
      find_newline(state.seen, quote);
      if (quote == size) {
        // Whether the last CR is alone stands in bytes yet to come.
        const bool open = data[size - 1] == '\r';
        state.seen = open ? size - 1 : size;
        if (open) return;
      } else {
        state.in_quotes = detail::opens_cell(data, data + quote);
        state.seen = quote + 1;
      }
    } else if (quote == size) {
      state.seen = size;
    } else if (quote + 1 == size) {
      // Whether this quote is doubled stands in bytes yet to come; at the end a newline follows, so that it does not.
      state.seen = quote;
      return;
    } else if (data[quote + 1] == '"') {
      state.seen = quote + 2;
    } else {
      state.in_quotes = false;
      state.seen = quote + 1;
    }
  }
}

void block_reader::cut(block& out, std::size_t length, record_problem problem) {
  out.problem = problem;
  out.first_line = next_line_;
  out.first_byte = next_byte_;
  next_byte_ += length;
  out.sequence = next_sequence_++;
  next_line_ += count_newlines(pending_.view().substr(0, length));
  const std::string_view rest = pending_.view().substr(length);
  // The block leaves with the buffer, and the few bytes after it start the next one.
  out.bytes.assign(rest);
  std::swap(out.bytes, pending_);
  out.bytes.resize(length);
}

// Of the pending bytes, whatever is open in them; null where no line ends.
char* block_reader::first_line_end() {
  char* const data = pending_.data();
  char* const newline = static_cast<char*>(std::memchr(data, '\n', pending_.size()));
  char* const alone = detail::find_lone_cr(data, newline == nullptr ? data + pending_.size() : newline + 1);
  if (alone == nullptr) return newline;
  *alone = '\n';
  return alone;
}

result<bool> block_reader::take(block& out, bool first_only) {
  scan state;
  std::size_t wanted = std::max(limits_.block_bytes, pending_.size());
  for (;;) {
    const auto got = more(wanted);
    if (!got) return got.error();
    if (pending_.size() == 0) return false;
    look(state, first_only);
    if (state.boundary > 0) {
      cut(out, state.boundary, record_problem::none);
      return true;
    }
    const bool too_long = pending_.size() >= limits_.record_bytes;
    if (at_end_ || too_long) break;
    wanted = std::min(pending_.size() * 2, std::max(limits_.record_bytes, pending_.size() + 1));
  }
  if (!state.in_quotes) return skip_long_record(out);
  const bool again = recoveries_++ < limits_.recoveries;
  const void* const newline = again ? first_line_end() : ::memrchr(pending_.data(), '\n', pending_.size());
  if (newline == nullptr) return skip_long_record(out);
  cut(out, static_cast<std::size_t>(static_cast<const char*>(newline) - pending_.data()) + 1,
      record_problem::unclosed_quote);
  return true;
}

// The pending bytes are the beginning of a record without an end in sight.
result<bool> block_reader::skip_long_record(block& out) {
  byte_buffer kept;
  kept.assign(pending_.view().substr(0, kept_of_long_record));
  const std::uint64_t first_byte = next_byte_;
  for (;;) {
    if (const char* const newline = first_line_end(); newline != nullptr) {
      cut(out, static_cast<std::size_t>(newline - pending_.data()) + 1, record_problem::too_long);
      break;
    }
    if (at_end_) {
      cut(out, pending_.size(), record_problem::too_long);
      break;
    }
    // A last CR is kept until it is known whether it is alone.
    const std::size_t passed = pending_.size() - (pending_.view().ends_with('\r') ? 1 : 0);
    next_byte_ += passed;
    pending_.erase_front(passed);
    const auto got = more(pending_.size() + limits_.block_bytes);
    if (!got) return got.error();
  }
  out.first_byte = first_byte;
  kept.resize(kept.size() + 1);
  kept.data()[kept.size() - 1] = '\n';
  std::swap(out.bytes, kept);
  return true;
}

result<bool> block_reader::next(block& out) { return take(out, false); }

result<bool> block_reader::is_empty() {
  const auto got = more(limits_.block_bytes);
  if (!got) return got.error();
  return pending_.size() == 0;
}

result<bool> block_reader::first_record(block& out) {
  auto got = take(out, true);
  // Empty lines before it, and rows of empty cells, are no header; but something must be shown where nothing follows.
  while (got && *got && out.problem == record_problem::none && is_blank_record(out.bytes.view())) {
    block next;
    got = take(next, true);
    if (!got) return got.error();
    if (!*got) return true;
    out = std::move(next);
  }
  return got;
}

}  // namespace pricepoint::rows
