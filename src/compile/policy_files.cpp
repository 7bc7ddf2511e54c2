// SPDX-License-Identifier: Apache-2.0
// Entries: read_policy_file, read_beneath. Test: tests/unit/compile/policy_files_test.cpp.
#include "compile/policy_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <new>
#include <string_view>
#include <utility>

#include "text/system_error.hpp"

namespace pricepoint {
namespace {

class descriptor {
 public:
  explicit descriptor(int number) noexcept : number_(number) {}
  descriptor(descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  descriptor& operator=(descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const noexcept { return number_; }
  explicit operator bool() const noexcept { return number_ >= 0; }

 private:
  int number_;
};

error refused(const std::string& file, std::string message, std::string hint = {}) {
  diagnostic one;
  one.code = "PP-F001";
  one.file = file;
  one.message = std::move(message);
  one.hint = std::move(hint);
  return error({std::move(one)});
}

error unreadable(const std::string& file, int number) {
  if (number == ENOMEM) throw std::bad_alloc();  // which says nothing of the file
  return refused(file, "cannot read this file: " + detail::system_error_text(number));
}

result<std::string> read_all(const descriptor& from, const std::string& name, std::size_t max_bytes) {
  constexpr std::size_t step = 1u << 16;
  std::string text;
  // A little beyond the limit is enough to be refused.
  while (text.size() <= max_bytes) {
    const std::size_t before = text.size();
    text.resize(before + step);
    const ssize_t got = ::read(from.get(), text.data() + before, step);
    const int number = errno;
    text.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) break;
    if (got < 0 && number != EINTR) return unreadable(name, number);
  }
  return text;
}

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

error not_a_file_of_the_folder(const std::string& path, mode_t mode) {
  if (S_ISLNK(mode)) {
    return refused(path, "this is a link, and a policy's files are not looked for through links",
                   "put the file itself there, in the policy's folder or below");
  }
  return refused(path, S_ISDIR(mode) ? "this is a directory, not a file" : "this is not a regular file",
                 "put a regular file there, in the policy's folder or below");
}

}  // namespace

result<policy_file> read_policy_file(const std::string& path, std::size_t max_bytes) {
  const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat about = {};
  if (!file || ::fstat(file.get(), &about) != 0) return unreadable(path, errno);
  auto text = read_all(file, path, max_bytes);
  if (!text) return text.error();
  policy_file made{std::move(*text), {}};
  // A descriptor has no name, whatever it was opened from.
  if (!S_ISREG(about.st_mode) || path.starts_with("/dev/") || path.starts_with("/proc/")) return made;
  made.folder = folder_of(path);
  struct stat named = {};
  if (::lstat(path.c_str(), &named) == 0 && S_ISLNK(named.st_mode)) {
    const std::unique_ptr<char, decltype(&std::free)> resolved(::realpath(path.c_str(), nullptr), &std::free);
    if (!resolved) return unreadable(path, errno);
    made.folder = folder_of(resolved.get());
  }
  return made;
}

result<policy_language::loaded_table> read_beneath(const std::string& folder, const std::string& name,
                                                   std::size_t max_bytes) {
  const std::string path = folder.empty() || folder.back() == '/' ? folder + name : folder + '/' + name;
  descriptor at(::open(folder.empty() ? "." : folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!at) return unreadable(path, errno);
  for (std::size_t begin = 0;;) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string part = name.substr(begin, end - begin);
    const bool is_last = end == name.size();
    struct stat about = {};
    if (::fstatat(at.get(), part.c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0) return unreadable(path, errno);
    // Asked before as well as after: opening a device may do something.
    if (S_ISLNK(about.st_mode) || (is_last && !S_ISREG(about.st_mode)))
      return not_a_file_of_the_folder(path, about.st_mode);
    const int flags = is_last ? O_RDONLY | O_NONBLOCK | O_NOCTTY : O_PATH | O_DIRECTORY;
    descriptor next(::openat(at.get(), part.c_str(), flags | O_NOFOLLOW | O_CLOEXEC));
    if (!next) return errno == ELOOP ? not_a_file_of_the_folder(path, S_IFLNK) : unreadable(path, errno);
    if (is_last) {
      if (::fstat(next.get(), &about) != 0) return unreadable(path, errno);
      if (!S_ISREG(about.st_mode)) return not_a_file_of_the_folder(path, about.st_mode);
      auto text = read_all(next, path, max_bytes);
      if (!text) return text.error();
      return policy_language::loaded_table{path, std::move(*text)};
    }
    at = std::move(next);
    begin = end + 1;
  }
}

}  // namespace pricepoint
