// SPDX-License-Identifier: Apache-2.0
// Files by descriptor: whole blocks in, whole blocks out, and an output that appears only when it is complete.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "pricepoint/result.hpp"

namespace pricepoint::cli {

// A closed standard descriptor would be taken by the next file that is opened, and messages would end up in it.
// Afterwards all three are open; reading or writing one that was closed fails, as before. Called once, before anything
// is opened.
void hold_standard_descriptors() noexcept;

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

const char* temporary_folder() noexcept;  // TMPDIR, else /tmp
// A file without a name in that folder, which is gone when it is closed, however the program ends; below 0, with errno.
int open_nameless(const char* folder) noexcept;

// Standard output, or a file that gets its name when `commit` is called. Until then the bytes are in a file without a
// name in the same folder, or, where the file system has no such files, under a temporary name that the destructor and
// the handler of every signal that ends the program remove. Nobody but its owner can open it.
//
// Devices and pipes are written in place as the bytes come. A regular file that no other can replace, since something
// is mounted on it, is written in place too, but only by `commit`, when everything is there and has its room on the
// disk.
class output_file {
 public:
  // An empty path or "-" is standard output. PP-F003: it cannot be written, or could not be replaced in the end.
  static result<output_file> open(const std::string& path);
  output_file(output_file&& other) noexcept;
  output_file& operator=(output_file&&) = delete;
  ~output_file();

  // False where it failed; `failed` then says why.
  bool write(std::string_view bytes);

  // All outputs of a run: the bytes of each are on the disk before the first has its name. Null, or the one that
  // failed; then each file is what it was. No other thread may run.
  static output_file* commit(std::initializer_list<output_file*> all);
  bool commit() { return commit({this}) == nullptr; }

  // Whether both would end up as one file.
  bool is_same_file(const output_file& other) const noexcept;

  diagnostic failed() const;               // PP-F003
  bool closed_by_reader() const noexcept;  // nobody reads the pipe any more
  bool is_terminal() const noexcept { return is_terminal_; }

 private:
  output_file() = default;
  bool make_temporary();
  bool finish_bytes();
  bool copy_in_place();
  bool rename_into_place(bool is_last);
  void take_back();
  void sync_folder() const noexcept;
  bool fail(int number) noexcept;

  int descriptor_ = -1;
  int errno_ = 0;
  bool owned_ = false;
  bool is_terminal_ = false;
  std::string name_;

  // Of a file that takes its name at the end. folder_ is below 0 for all others.
  int folder_ = -1;
  int target_ = -1;        // to write into, where it cannot be replaced
  std::string base_;       // the name in the folder
  std::string temporary_;  // another, while there is one
  mode_t mode_ = 0;        // of the finished file
  bool exists_ = false;    // when it was opened
  uid_t owner_ = 0;        // of the file that is replaced
  gid_t group_ = 0;
  dev_t device_ = 0;
  ino_t file_ = 0;
  dev_t folder_device_ = 0;
  ino_t folder_file_ = 0;
  bool is_exchanged_ = false;  // temporary_ is what base_ was before
  bool is_new_ = false;        // there was no base_ before
  bool is_placed_ = false;
};

// Columns of the terminal: COLUMNS, else the terminal's own, else 120; at most `widest_terminal`.
inline constexpr std::size_t widest_terminal = 10'000;
std::size_t terminal_width(int descriptor);

}  // namespace pricepoint::cli
