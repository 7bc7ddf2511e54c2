// SPDX-License-Identifier: Apache-2.0
// Reading and writing by descriptor.
// Entry: input_file, output_file. Test: tests/unit/cli/files_test.cpp and tests/faults/outputs.py.
#include "cli/files.hpp"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>
#include <system_error>
#include <utility>

#include "cli/namespace.hpp"
#include "rows/problems.hpp"
#include "text/system_error.hpp"

namespace pricepoint::cli {
namespace {

std::string why(int number) { return detail::system_error_text(number); }

class signals_blocked {
 public:
  signals_blocked() noexcept {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_BLOCK, &all, &before_);
  }
  signals_blocked(const signals_blocked&) = delete;
  signals_blocked& operator=(const signals_blocked&) = delete;
  ~signals_blocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

constexpr std::string_view temporary_prefix = ".pricepoint-";
constexpr std::size_t random_letters = 12;

// Takes no memory.
std::array<char, temporary_prefix.size() + random_letters + 1> temporary_name() {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz012345";
  std::array<unsigned char, random_letters> bytes{};
  // Names that can be guessed do no harm: O_EXCL, and another is tried.
  if (::getrandom(bytes.data(), bytes.size(), GRND_NONBLOCK) < 0) bytes[0] = static_cast<unsigned char>(::getpid());
  std::array<char, temporary_prefix.size() + random_letters + 1> name{};
  char* to = std::copy(temporary_prefix.begin(), temporary_prefix.end(), name.begin());
  for (const unsigned char one : bytes) *to++ = letters[one % letters.size()];
  return name;
}

// The temporaries that a signal must take away; a handler can reach only globals. No command has more than two outputs.
struct doomed_file {
  char name[temporary_prefix.size() + random_letters + 1];
  int folder;
  volatile std::sig_atomic_t set;
};
doomed_file doomed[2];

extern "C" void remove_temporaries(int signal) {
  for (const doomed_file& one : doomed) {
    if (one.set != 0) ::unlinkat(one.folder, one.name, 0);
  }
  // SA_RESETHAND: this time the default action ends the program.
  ::raise(signal);
}

// Every signal whose default action ends the program and that a program can catch.
bool ends_the_program(int signal) {
  switch (signal) {
    case SIGKILL:
    case SIGSTOP:
    case SIGTSTP:
    case SIGTTIN:
    case SIGTTOU:
    case SIGCONT:
    case SIGCHLD:
    case SIGURG:
    case SIGWINCH:
      return false;
    default:
      return true;
  }
}

void doom(int folder, const std::string& name) {
  doomed_file* const free =
      std::find_if(std::begin(doomed), std::end(doomed), [](const doomed_file& one) { return one.set == 0; });
  if (free == std::end(doomed) || name.size() >= sizeof free->name) return;
  std::memcpy(free->name, name.c_str(), name.size() + 1);
  free->folder = folder;
  free->set = 1;
  struct sigaction action = {};
  action.sa_handler = remove_temporaries;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigfillset(&action.sa_mask);
  for (int signal = 1; signal <= SIGRTMAX; ++signal) {
    struct sigaction before = {};
    // What the caller ignores (nohup) stays ignored, and what a sanitizer handles stays with it.
    if (ends_the_program(signal) && ::sigaction(signal, nullptr, &before) == 0 && before.sa_handler == SIG_DFL)
      ::sigaction(signal, &action, nullptr);
  }
}

void spare(int folder, const std::string& name) {
  for (doomed_file& one : doomed) {
    if (one.set != 0 && folder == one.folder && name == one.name) one.set = 0;
  }
}

mode_t creation_mode() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return static_cast<mode_t>(0666 & ~mask);
}

// /dev/stdout and its like: opening such a path again would start at the front of what is there.
int descriptor_named(std::string_view path) {
  if (path == "/dev/stdout") return STDOUT_FILENO;
  if (path == "/dev/stderr") return STDERR_FILENO;
  for (const std::string_view folder : {std::string_view("/dev/fd/"), std::string_view("/proc/self/fd/")}) {
    if (!path.starts_with(folder)) continue;
    int number = -1;
    const auto read = std::from_chars(path.data() + folder.size(), path.data() + path.size(), number);
    if (read.ec == std::errc{} && read.ptr == path.data() + path.size()) return number;
  }
  return -1;
}

// A file that something is mounted on cannot be replaced.
bool is_mounted_on(int folder, const char* name, dev_t of_file, dev_t of_folder) {
  struct statx about = {};
  if (::statx(folder, name, AT_SYMLINK_NOFOLLOW, STATX_TYPE, &about) == 0 &&
      (about.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT) != 0) {
    return (about.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
  }
  return of_file != of_folder;  // before Linux 5.8
}

bool write_all(int descriptor, const char* from, std::size_t size) {
  while (size > 0) {
    const ssize_t put = ::write(descriptor, from, size);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    from += put;
    size -= static_cast<std::size_t>(put);
  }
  return true;
}

}  // namespace

void hold_standard_descriptors() noexcept {
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // For the wrong direction, so that using it is still an error.
    if (::fcntl(number, F_GETFD) < 0 && errno == EBADF) ::open("/dev/null", number == 0 ? O_WRONLY : O_RDONLY);
  }
}

const char* temporary_folder() noexcept {
  const char* const wanted = std::getenv("TMPDIR");
  return wanted != nullptr && *wanted != '\0' ? wanted : "/tmp";
}

int open_nameless(const char* folder) noexcept {
  const int made = ::open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (made >= 0) return made;
  char path[PATH_MAX];
  const int length = std::snprintf(path, sizeof path, "%s/pricepoint-XXXXXX", folder);
  if (length < 0 || static_cast<std::size_t>(length) >= sizeof path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  const signals_blocked quiet;
  const int named = ::mkostemp(path, O_CLOEXEC);
  if (named >= 0) ::unlink(path);
  return named;
}

result<input_file> input_file::open(const std::string& path) {
  input_file made;
  made.name_ = path == "-" ? "standard input" : path;
  made.descriptor_ = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
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
  const auto refused = [&path](const std::string& reason, const char* hint = "") {
    return failure(problem("PP-F003", "cannot write this file: " + reason, hint, path));
  };
  struct stat about = {};
  const int number = descriptor_named(path);
  const bool exists = (number >= 0 ? ::fstat(number, &about) : ::stat(path.c_str(), &about)) == 0;
  // A name that is too long, say, would fail only in the end.
  if (!exists && (number >= 0 || errno != ENOENT)) return refused(why(errno));
  if (exists && S_ISDIR(about.st_mode)) return refused("it is a directory");
  if (number >= 0 || (exists && !S_ISREG(about.st_mode))) {
    // A device or a pipe cannot be replaced; it is written in place.
    made.descriptor_ = number >= 0 ? ::fcntl(number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
                                   : ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (made.descriptor_ < 0) return refused(why(errno));
    made.is_terminal_ = ::isatty(made.descriptor_) == 1;
    return made;
  }
  std::string resolved = path;
  struct stat named = {};
  if (exists) {
    // The target of a link is replaced, not the link.
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
    if (!real) return refused(why(errno));
    resolved = real.get();
  } else if (::lstat(path.c_str(), &named) == 0 && S_ISLNK(named.st_mode)) {
    return refused("it is a link to a file that does not exist", "remove the link, or create the file it leads to");
  }
  const std::size_t name_at = resolved.rfind('/') + 1;
  const std::string folder = name_at == 0 ? "." : resolved.substr(0, name_at);
  made.base_ = resolved.substr(name_at);
  if (made.base_.empty()) return refused(why(EISDIR));
  made.folder_ = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  // One that may be written and not be listed is enough.
  if (made.folder_ < 0) made.folder_ = ::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  struct stat of_folder = {};
  if (made.folder_ < 0 || ::fstat(made.folder_, &of_folder) != 0) return refused(why(errno));
  made.folder_device_ = of_folder.st_dev;
  made.folder_file_ = of_folder.st_ino;
  made.mode_ = creation_mode();
  if (exists) {
    if (::faccessat(made.folder_, made.base_.c_str(), W_OK, 0) != 0) return refused(why(errno));
    made.exists_ = true;
    made.mode_ = about.st_mode & 0777;
    made.owner_ = about.st_uid;
    made.group_ = about.st_gid;
    made.device_ = about.st_dev;
    made.file_ = about.st_ino;
    const uid_t self = ::geteuid();
    if ((of_folder.st_mode & S_ISVTX) != 0 && self != 0 && self != about.st_uid && self != of_folder.st_uid) {
      return refused("another user owns it, and nobody else can replace a file in this folder", "give it another name");
    }
    if (is_mounted_on(made.folder_, made.base_.c_str(), about.st_dev, of_folder.st_dev)) {
      made.target_ = ::openat(made.folder_, made.base_.c_str(), O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
      if (made.target_ < 0) return refused(why(errno));
    }
  }
  if (!made.make_temporary()) {
    const int reason = made.errno_;
    return refused(why(reason),
                   made.target_ >= 0 ? "it is mounted by itself: room is needed beside it or in TMPDIR" : "");
  }
  return made;
}

// In the folder of the output. One that is copied in the end needs no name, and may be elsewhere.
bool output_file::make_temporary() {
  // Giving it a name later goes through /proc.
  if (target_ >= 0 || ::access("/proc/self/fd", X_OK) == 0) {
    descriptor_ = ::openat(folder_, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (descriptor_ >= 0) return true;
  }
  if (target_ >= 0) {
    descriptor_ = open_nameless(temporary_folder());
    return descriptor_ >= 0 || fail(errno);
  }
  constexpr int tries = 100;
  const signals_blocked quiet;
  for (int i = 0; i < tries; ++i) {
    std::string name = temporary_name().data();
    descriptor_ = ::openat(folder_, name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor_ < 0 && errno == EEXIST) continue;
    if (descriptor_ < 0) break;
    temporary_ = std::move(name);
    doom(folder_, temporary_);
    return true;
  }
  return fail(errno);
}

output_file::output_file(output_file&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      errno_(other.errno_),
      owned_(std::exchange(other.owned_, false)),
      is_terminal_(other.is_terminal_),
      name_(std::move(other.name_)),
      folder_(std::exchange(other.folder_, -1)),
      target_(std::exchange(other.target_, -1)),
      base_(std::move(other.base_)),
      temporary_(std::exchange(other.temporary_, {})),
      mode_(other.mode_),
      exists_(other.exists_),
      owner_(other.owner_),
      group_(other.group_),
      device_(other.device_),
      file_(other.file_),
      folder_device_(other.folder_device_),
      folder_file_(other.folder_file_),
      is_exchanged_(other.is_exchanged_),
      is_new_(other.is_new_),
      is_placed_(other.is_placed_) {}

output_file::~output_file() {
  if (owned_ && descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) {
    const signals_blocked quiet;
    ::unlinkat(folder_, temporary_.c_str(), 0);
    spare(folder_, temporary_);
  }
  if (target_ >= 0) ::close(target_);
  if (folder_ >= 0) ::close(folder_);
}

bool output_file::fail(int number) noexcept {
  errno_ = number;
  return false;
}

bool output_file::write(std::string_view bytes) {
  return write_all(descriptor_, bytes.data(), bytes.size()) || fail(errno);
}

bool output_file::is_same_file(const output_file& other) const noexcept {
  if (folder_ < 0 || other.folder_ < 0) return false;
  if (exists_ && other.exists_) return device_ == other.device_ && file_ == other.file_;
  return folder_device_ == other.folder_device_ && folder_file_ == other.folder_file_ && base_ == other.base_;
}

output_file* output_file::commit(std::initializer_list<output_file*> all) {
  const output_file* last = nullptr;
  for (output_file* const one : all) {
    if (one == nullptr) continue;
    if (!one->finish_bytes()) return one;
    if (one->folder_ >= 0 && one->target_ < 0) last = one;
  }
  // From here to the end it is a matter of moments, in which files have names that they shall not keep.
  const signals_blocked quiet;
  output_file* failed = nullptr;
  for (output_file* const one : all) {
    if (one != nullptr && one->target_ >= 0 && !one->copy_in_place()) return one;
  }
  for (output_file* const one : all) {
    if (one == nullptr || one->folder_ < 0 || one->target_ >= 0) continue;
    if (!one->rename_into_place(one == last)) {
      failed = one;
      break;
    }
  }
  for (output_file* const one : all) {
    if (one == nullptr || !one->is_placed_) continue;
    if (failed != nullptr) {
      one->take_back();
    } else {
      if (one->is_exchanged_) ::unlinkat(one->folder_, one->temporary_.c_str(), 0);
      spare(one->folder_, one->temporary_);
      one->temporary_.clear();
      one->sync_folder();
    }
  }
  return failed;
}

// The bytes on the disk, and all that could fail without changing a file.
bool output_file::finish_bytes() {
  if (!owned_) return true;
  if (folder_ < 0) return ::close(std::exchange(descriptor_, -1)) == 0 || fail(errno);
  struct stat about = {};
  if (::fstat(descriptor_, &about) != 0) return fail(errno);
  if (target_ >= 0) {
    // So that a full disk is known of before the first byte is overwritten. Some file systems cannot say.
    const bool has_room = about.st_size == 0 || ::fallocate(target_, FALLOC_FL_KEEP_SIZE, 0, about.st_size) == 0;
    return has_room || errno == EOPNOTSUPP || errno == ENOSYS || fail(errno);
  }
  // Whose it was it stays, where that may be done. First, since it could change the mode.
  if (exists_ && (about.st_uid != owner_ || about.st_gid != group_) && ::fchown(descriptor_, owner_, group_) != 0) {
    [[maybe_unused]] const int only_the_group = ::fchown(descriptor_, static_cast<uid_t>(-1), group_);
  }
  if (::fchmod(descriptor_, mode_) != 0 && errno != EPERM) return fail(errno);
  // Room for a name, since what follows takes no memory.
  temporary_.reserve(temporary_prefix.size() + random_letters);
  return ::fsync(descriptor_) == 0 || errno == EINVAL || fail(errno);
}

bool output_file::copy_in_place() {
  static char block[1u << 16];
  off_t done = 0;
  if (::lseek(target_, 0, SEEK_SET) != 0) return fail(errno);
  for (;;) {
    const ssize_t got = ::pread(descriptor_, block, sizeof block, done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(errno);
    if (got == 0) break;
    if (!write_all(target_, block, static_cast<std::size_t>(got))) return fail(errno);
    done += got;
  }
  return (::ftruncate(target_, done) == 0 && ::fsync(target_) == 0) || fail(errno);
}

bool output_file::rename_into_place(bool is_last) {
  if (temporary_.empty()) {
    char self[32];
    std::snprintf(self, sizeof self, "/proc/self/fd/%d", descriptor_);
    const auto name = temporary_name();
    if (::linkat(AT_FDCWD, self, folder_, name.data(), AT_SYMLINK_FOLLOW) != 0) return fail(errno);
    temporary_.assign(name.data());
  }
  // One that is followed by others must be able to go back: what it replaces waits under its temporary name.
  if (!is_last) {
    struct stat about = {};
    const bool is_there = ::fstatat(folder_, base_.c_str(), &about, AT_SYMLINK_NOFOLLOW) == 0;
    if (is_there && S_ISDIR(about.st_mode)) return fail(EISDIR);
    is_placed_ = ::renameat2(folder_, temporary_.c_str(), folder_, base_.c_str(),
                             is_there ? RENAME_EXCHANGE : RENAME_NOREPLACE) == 0;
    is_exchanged_ = is_placed_ && is_there;
    is_new_ = is_placed_ && !is_there;
    if (is_placed_) return true;
    if (errno != EINVAL && errno != ENOSYS) return fail(errno);
  }
  is_placed_ = ::renameat(folder_, temporary_.c_str(), folder_, base_.c_str()) == 0;
  return is_placed_ || fail(errno);
}

void output_file::take_back() {
  if (is_exchanged_) {
    ::renameat2(folder_, temporary_.c_str(), folder_, base_.c_str(), RENAME_EXCHANGE);
  } else if (is_new_) {
    ::renameat(folder_, base_.c_str(), folder_, temporary_.c_str());
  }
  is_placed_ = is_exchanged_ = is_new_ = false;
}

void output_file::sync_folder() const noexcept { ::fsync(folder_); }

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
    if (read.ec == std::errc{} && read.ptr == digits.data() + digits.size() && width > 0)
      return std::min(width, widest_terminal);
  }
  winsize size = {};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return std::min<std::size_t>(size.ws_col, widest_terminal);
  return unknown;
}

}  // namespace pricepoint::cli
