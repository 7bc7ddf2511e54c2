// SPDX-License-Identifier: Apache-2.0
// Reading and writing by descriptor.
// Entry: input_file, output_file. Test: tests/unit/cli/files_test.cpp and tests/golden/cases.
#include "cli/files.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>
#include <system_error>
#include <utility>

#include "cli/namespace.hpp"
#include "rows/problems.hpp"

namespace pricepoint::cli {
namespace {

std::string why(int number) { return std::generic_category().message(number); }

// The temporaries that a signal must take away; a handler can reach only globals. No command has more than two outputs.
struct doomed_file {
  char path[PATH_MAX];
  volatile std::sig_atomic_t set;
};
doomed_file doomed[2];

extern "C" void remove_temporaries(int signal) {
  for (const doomed_file& one : doomed) {
    if (one.set != 0) ::unlink(one.path);
  }
  // SA_RESETHAND: this time the default action ends the program.
  ::raise(signal);
}

void doom(const std::string& path) {
  if (path.size() + 1 > PATH_MAX) return;
  doomed_file* const free =
      std::find_if(std::begin(doomed), std::end(doomed), [](const doomed_file& one) { return one.set == 0; });
  if (free == std::end(doomed)) return;
  std::memcpy(free->path, path.c_str(), path.size() + 1);
  free->set = 1;
  struct sigaction action = {};
  action.sa_handler = remove_temporaries;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  // SIGPIPE: one output may be a pipe that nobody reads any more while the other is a file.
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
    struct sigaction before = {};
    // What the caller ignores (nohup) stays ignored.
    if (::sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
      ::sigaction(signal, &action, nullptr);
  }
}

void spare(const std::string& path) {
  for (doomed_file& one : doomed) {
    if (one.set != 0 && path == one.path) one.set = 0;
  }
}

mode_t creation_mode() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return static_cast<mode_t>(0666 & ~mask);
}

}  // namespace

result<input_file> input_file::open(const std::string& path) {
  input_file made;
  made.name_ = path == "-" ? "standard input" : path;
  made.descriptor_ = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat about = {};
  if (made.descriptor_ < 0 || ::fstat(made.descriptor_, &about) != 0) {
    return failure(problem("PP-F001", "cannot read this file: " + why(errno), {}, made.name_));
  }
  if (S_ISDIR(about.st_mode)) return failure(problem("PP-F001", "this is a directory, not a file", {}, made.name_));
  if (S_ISREG(about.st_mode)) made.size_ = static_cast<std::uint64_t>(about.st_size);
  return made;
}

input_file::input_file(input_file&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), name_(std::move(other.name_)), size_(other.size_) {}

input_file::~input_file() {
  if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
}

result<std::size_t> input_file::read(char* to, std::size_t size) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t got = ::read(descriptor_, to + done, size - done);
    if (got == 0) break;
    if (got < 0) {
      if (errno == EINTR) continue;
      return failure(problem("PP-F002", "cannot read on: " + why(errno), {}, name_));
    }
    done += static_cast<std::size_t>(got);
  }
  return done;
}

result<std::string> read_whole(const std::string& path, std::size_t max_bytes) {
  auto file = input_file::open(path);
  if (!file) return file.error();
  constexpr std::size_t step = 1u << 16;
  std::string text;
  for (;;) {
    const std::size_t before = text.size();
    text.resize(before + step);
    const auto got = file->read(text.data() + before, step);
    if (!got) return got.error();
    text.resize(before + *got);
    if (text.size() > max_bytes) {
      return failure(
          problem("PP-F004", "this file has more than " + std::to_string(max_bytes) + " bytes", {}, file->name()));
    }
    if (*got < step) return text;
  }
}

result<output_file> output_file::open(const std::string& path) {
  output_file made;
  if (path.empty() || path == "-") {
    made.name_ = "standard output";
    made.descriptor_ = STDOUT_FILENO;
    made.is_terminal_ = ::isatty(STDOUT_FILENO) == 1;
    return made;
  }
  made.name_ = path;
  made.owned_ = true;
  const auto refused = [&path](const std::string& reason) {
    return failure(problem("PP-F003", "cannot write this file: " + reason, {}, path));
  };
  struct stat about = {};
  const bool exists = ::stat(path.c_str(), &about) == 0;
  if (exists && S_ISDIR(about.st_mode)) return refused("it is a directory");
  if (exists && !S_ISREG(about.st_mode)) {
    // A device or a pipe cannot be replaced; it is written in place.
    made.descriptor_ = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (made.descriptor_ < 0) return refused(why(errno));
    made.is_terminal_ = ::isatty(made.descriptor_) == 1;
    return made;
  }
  made.path_ = path;
  if (exists) {
    // The target of a link is replaced, not the link.
    const std::unique_ptr<char, decltype(&std::free)> resolved(::realpath(path.c_str(), nullptr), &std::free);
    if (resolved) made.path_ = resolved.get();
    if (::access(made.path_.c_str(), W_OK) != 0) return refused(why(errno));
  }
  made.temporary_ = made.path_ + ".XXXXXX";
  made.descriptor_ = ::mkostemp(made.temporary_.data(), O_CLOEXEC);
  if (made.descriptor_ < 0) {
    const int number = errno;
    made.temporary_.clear();
    return refused(why(number));
  }
  doom(made.temporary_);
  ::fchmod(made.descriptor_, exists ? about.st_mode & 07777 : creation_mode());
  return made;
}

output_file::output_file(output_file&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      errno_(other.errno_),
      owned_(std::exchange(other.owned_, false)),
      is_terminal_(other.is_terminal_),
      name_(std::move(other.name_)),
      path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})) {}

output_file::~output_file() {
  if (owned_ && descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) {
    ::unlink(temporary_.c_str());
    spare(temporary_);
  }
}

bool output_file::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(descriptor_, bytes.data(), bytes.size());
    if (put < 0) {
      if (errno == EINTR) continue;
      errno_ = errno;
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return true;
}

bool output_file::commit() {
  if (!owned_) return true;
  const int descriptor = std::exchange(descriptor_, -1);
  if (::close(descriptor) != 0 || (!temporary_.empty() && ::rename(temporary_.c_str(), path_.c_str()) != 0)) {
    errno_ = errno;
    return false;
  }
  if (!temporary_.empty()) spare(temporary_);
  temporary_.clear();
  return true;
}

diagnostic output_file::failed() const {
  return problem("PP-F003", "cannot write this file: " + why(errno_), {}, name_);
}

bool output_file::closed_by_reader() const noexcept { return errno_ == EPIPE; }

std::size_t terminal_width(int descriptor) {
  constexpr std::size_t unknown = 120;
  if (const char* const text = std::getenv("COLUMNS"); text != nullptr) {
    std::size_t width = 0;
    const std::string_view digits = text;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), width);
    if (read.ec == std::errc{} && read.ptr == digits.data() + digits.size() && width > 0) return width;
  }
  winsize size = {};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return unknown;
}

}  // namespace pricepoint::cli
