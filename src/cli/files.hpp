// SPDX-License-Identifier: Apache-2.0
// Files by descriptor: whole blocks in, whole blocks out, and an output that appears only when it is complete.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "pricepoint/result.hpp"

namespace pricepoint::cli {

// A file or standard input, read once from front to end. One thread at a time.
class input_file {
 public:
  // "-" is standard input. PP-F001: it cannot be opened or is a directory.
  static result<input_file> open(const std::string& path);
  input_file(input_file&& other) noexcept;
  input_file& operator=(input_file&&) = delete;
  ~input_file();

  // Reads until `size` bytes are there or the file ends; gives what was read. PP-F002: the read failed.
  result<std::size_t> read(char* to, std::size_t size);

  const std::string& name() const noexcept { return name_; }  // as messages call it
  std::uint64_t size() const noexcept { return size_; }       // 0 where it is not known: a pipe

 private:
  input_file() = default;
  int descriptor_ = -1;
  std::string name_;
  std::uint64_t size_ = 0;
};

// All of a file that is held in memory. PP-F001, PP-F002; PP-F004: it has more than `max_bytes`.
inline constexpr std::size_t max_whole_bytes = 1u << 30;
result<std::string> read_whole(const std::string& path, std::size_t max_bytes = max_whole_bytes);

// Standard output, or a file that takes its name when `commit` is called: until then a temporary beside it, which
// vanishes if the program ends, or is ended by a signal, before.
class output_file {
 public:
  // An empty path or "-" is standard output. PP-F003: it cannot be written.
  static result<output_file> open(const std::string& path);
  output_file(output_file&& other) noexcept;
  output_file& operator=(output_file&&) = delete;
  ~output_file();

  // False where it failed; `failed` then says why.
  bool write(std::string_view bytes);
  bool commit();

  diagnostic failed() const;               // PP-F003
  bool closed_by_reader() const noexcept;  // nobody reads the pipe any more
  bool is_terminal() const noexcept { return is_terminal_; }

 private:
  output_file() = default;
  int descriptor_ = -1;
  int errno_ = 0;
  bool owned_ = false;
  bool is_terminal_ = false;
  std::string name_;
  std::string path_;  // to rename to; empty where the file is written in place
  std::string temporary_;
};

// Columns of the terminal: COLUMNS, else the terminal's own, else 120.
std::size_t terminal_width(int descriptor);

}  // namespace pricepoint::cli
