// SPDX-License-Identifier: Apache-2.0
// The input cut into blocks of whole records, so that threads can take one each. Lines may end with LF, CRLF or, as
// they did on old Macs, a lone CR: outside quotes that is an LF in the blocks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "pricepoint/result.hpp"
#include "rows/format.hpp"

namespace pricepoint::rows {

// Bytes that are not set to zero before they are read into.
class byte_buffer {
 public:
  char* data() noexcept { return data_.get(); }
  const char* data() const noexcept { return data_.get(); }
  std::size_t size() const noexcept { return size_; }
  std::size_t capacity() const noexcept { return capacity_; }
  std::string_view view() const noexcept { return {data_.get(), size_}; }
  void reserve(std::size_t capacity);
  void resize(std::size_t size) {
    reserve(size);
    size_ = size;
  }
  void assign(std::string_view bytes);
  void erase_front(std::size_t count) noexcept;

 private:
  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

enum class record_problem : unsigned char { none, unclosed_quote, too_long };

struct block {
  byte_buffer bytes;             // whole records, the last one ending in '\n'
  std::uint64_t first_line = 1;  // of the input, 1-based
  std::uint64_t first_byte = 0;  // of the input
  std::uint64_t sequence = 0;
  record_problem problem = record_problem::none;  // otherwise the block is the beginning of one unreadable record
};

struct block_limits {
  std::size_t block_bytes = 512u << 10;
  std::size_t record_bytes = 16u << 20;
  // Unclosed quotes after which the text is looked at again from the next line; beyond, what was taken for one record
  // is given up as a whole, so that no text makes the work grow faster than its length.
  int recoveries = 100;
};

class block_reader {
 public:
  using source = std::function<result<std::size_t>(char* to, std::size_t size)>;
  block_reader(source from, row_format format, const block_limits& limits = {});

  // The next block, or false at the end. A byte order mark at the front is left out. Errors are the source's.
  result<bool> next(block& out);

  // Whether there is nothing to read at all, not even a byte after the mark. Only before the others.
  result<bool> is_empty();

  // Takes the first record off, for the header. Only before `next`; false where the input is empty.
  result<bool> first_record(block& out);

  std::uint64_t bytes_read() const noexcept { return bytes_read_; }

 private:
  struct scan {
    std::size_t seen = 0;      // bytes looked at
    std::size_t boundary = 0;  // one past the last newline that ends a record
    bool in_quotes = false;
  };
  void look(scan& state, bool first_only);
  char* first_line_end();
  result<bool> more(std::size_t wanted);
  result<bool> take(block& out, bool first_only);
  result<bool> skip_long_record(block& out);
  void cut(block& out, std::size_t length, record_problem problem);

  source from_;
  row_format format_;
  block_limits limits_;
  byte_buffer pending_;
  bool at_end_ = false;
  bool started_ = false;
  int recoveries_ = 0;
  std::uint64_t next_line_ = 1;
  std::uint64_t next_byte_ = 0;
  std::uint64_t next_sequence_ = 0;
  std::uint64_t bytes_read_ = 0;
};

}  // namespace pricepoint::rows
