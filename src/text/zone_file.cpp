// SPDX-License-Identifier: Apache-2.0
// Zones from elsewhere: TZif files of a folder. Entries: read_zone_file, zones_in. Tests:
// tests/unit/text/zone_file_test.cpp, tests/zones.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "pricepoint/reading.hpp"
#include "text/names.hpp"
#include "text/system_error.hpp"
#include "text/zones.hpp"

namespace pricepoint {

namespace policy_language {

namespace {

// What nothing within the years of policies comes near to; keeps sums small as well.
constexpr std::int64_t last_zone_second = std::int64_t{1} << 38;
constexpr std::int32_t most_offset = 26 * 3600;  // RFC 9636

std::uint32_t big_endian_32(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

std::int64_t big_endian_64(std::string_view bytes, std::size_t at) {
  return static_cast<std::int64_t>(std::uint64_t{big_endian_32(bytes, at)} << 32 | big_endian_32(bytes, at + 4));
}

struct block_header {
  static constexpr std::size_t size = 44;
  std::uint64_t in_ut = 0, standard = 0, leaps = 0, times = 0, types = 0, letters = 0;

  static std::optional<block_header> at(std::string_view bytes, std::size_t begin) {
    if (bytes.size() - begin < size || bytes.substr(begin, 4) != "TZif") return {};
    block_header made;
    std::size_t at = begin + 20;
    for (std::uint64_t* const count :
         {&made.in_ut, &made.standard, &made.leaps, &made.times, &made.types, &made.letters}) {
      *count = big_endian_32(bytes, at);
      at += 4;
    }
    return made;
  }
  // Of six counts of 32 bits: no overflow.
  std::uint64_t bytes_after(std::uint64_t bytes_of_time) const {
    return times * (bytes_of_time + 1) + types * 6 + letters + leaps * (bytes_of_time + 4) + standard + in_ut;
  }
};

}  // namespace

std::variant<time_zone, std::string> read_zone_file(std::string_view bytes) {
  const auto first = block_header::at(bytes, 0);
  if (!first) return "it is no TZif file";
  if (bytes[4] < '2') return "it is a TZif file of version 1, which knows nothing after 2037";
  if (first->bytes_after(4) > bytes.size() - block_header::size) return "it ends within its 32-bit block";
  const std::size_t begin = block_header::size + static_cast<std::size_t>(first->bytes_after(4));
  const auto header = block_header::at(bytes, begin);
  if (!header) return "it has no 64-bit block";
  std::size_t at = begin + block_header::size;
  if (header->bytes_after(8) > bytes.size() - at) return "it ends within its 64-bit block";
  if (header->leaps != 0) return "it counts leap seconds, and policies do not";
  if (header->types == 0) return "it has no offset from UTC";
  const std::size_t footer_begin = at + static_cast<std::size_t>(header->bytes_after(8));
  const auto times = static_cast<std::size_t>(header->times);
  const std::size_t which = at + 8 * times;
  const std::size_t types = which + times;

  const auto offset_of_type = [&](std::size_t type) {
    return static_cast<std::int32_t>(big_endian_32(bytes, types + 6 * type));
  };
  for (std::size_t i = 0; i < header->types; ++i) {
    const std::int32_t offset = offset_of_type(i);
    if (offset < -most_offset || offset > most_offset) return "an offset from UTC is more than 26 hours";
  }
  std::int32_t at_first = offset_of_type(0);
  std::vector<clock_change> changes;
  std::int64_t before = INT64_MIN;
  for (std::size_t i = 0; i < times; ++i) {
    const std::int64_t moment = big_endian_64(bytes, at + 8 * i);
    const auto type = static_cast<unsigned char>(bytes[which + i]);
    if (type >= header->types) return "a change of the clocks has an offset that is not there";
    if (i > 0 && moment <= before) return "its changes of the clocks are not in order";
    before = moment;
    const std::int32_t offset = offset_of_type(type);
    if (moment <= first_zone_second) {
      at_first = offset;
      continue;
    }
    const std::int32_t until = changes.empty() ? at_first : changes.back().after;
    // The first beyond all years keeps the rule away from them.
    if (moment > last_zone_second) {
      changes.push_back({last_zone_second, until, until});
      break;
    }
    // The last is kept in any case: the rule counts from there, not before.
    if (offset != until || i + 1 == times) changes.push_back({moment, until, offset});
  }

  const std::string_view footer = bytes.substr(footer_begin);
  if (footer.size() < 2 || footer.front() != '\n' || footer.find('\n', 1) != footer.size() - 1) {
    return "its footer is not between two ends of a line";
  }
  std::optional<zone_rule> rule;
  if (const std::string_view text = footer.substr(1, footer.size() - 2); !text.empty()) {
    rule = zone_rule::read(text);
    if (!rule) return say("its footer is no rule as POSIX writes it: ", quote(text));
  }
  if (before > last_zone_second) rule.reset();
  return time_zone::make(at_first, std::move(changes), rule);
}

namespace {

constexpr std::size_t most_zone_bytes = 256u << 10;  // those of IANA have at most 4,000

// The bytes of a regular file, at most one more than `most`; or the number of the system's error.
std::variant<std::string, int> bytes_of(const std::string& path, std::size_t most) {
  // A FIFO would wait for somebody to write.
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (file < 0) return errno;
  struct closes {
    int file;
    ~closes() { ::close(file); }
  } const closing{file};
  struct stat about = {};
  if (::fstat(file, &about) != 0) return errno;
  if (S_ISDIR(about.st_mode)) return EISDIR;
  if (!S_ISREG(about.st_mode)) return EINVAL;
  std::string bytes;
  char block[16384];
  while (bytes.size() <= most) {
    const ssize_t got = ::read(file, block, std::min(sizeof block, most + 1 - bytes.size()));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return errno;
    if (got == 0) break;
    bytes.append(block, static_cast<std::size_t>(got));
  }
  return bytes;
}

diagnostic about_file(std::string path, std::string message) {
  diagnostic made;
  made.code = "PP-F001";
  made.file = std::move(path);
  made.message = std::move(message);
  return made;
}

// "2026b", or "unknown": the first word of the file after `begin`, where it looks like a version.
std::string version_in(const std::string& path, std::string_view begin) {
  const auto read = bytes_of(path, 4096);  // its beginning is enough
  const std::string* const text = std::get_if<std::string>(&read);
  if (text == nullptr || !std::string_view(*text).starts_with(begin)) return {};
  std::string_view word = std::string_view(*text).substr(begin.size());
  word = word.substr(0, word.find_first_of(" \t\r\n"));
  const bool plain = std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.';
  });
  return plain && word.size() <= 32 ? std::string(word) : std::string();
}

}  // namespace

}  // namespace policy_language

result<policy_language::zone_source> zones_in(std::string directory) {
  using namespace policy_language;  // NOLINT(google-build-using-namespace): all of this file is its
  struct stat about = {};
  const bool zero = directory.find('\0') != std::string::npos;
  const int failed = zero                                     ? EINVAL
                     : ::stat(directory.c_str(), &about) != 0 ? errno
                     : S_ISDIR(about.st_mode)                 ? 0
                                                              : ENOTDIR;
  if (failed != 0) {
    return error({about_file(std::move(directory),
                             say("cannot read this folder of time zones: ", detail::system_error_text(failed)))});
  }
  if (directory.back() != '/') directory += '/';
  zone_source made;
  std::string version = version_in(directory + "tzdata.zi", "# version ");
  if (version.empty()) version = version_in(directory + "+VERSION", "");
  if (!version.empty()) made.version = std::move(version);
  made.load = [directory](const std::string& name) -> result<std::optional<zone_data>> {
    if (!is_zone_name(name)) return std::optional<zone_data>();
    std::string path = directory + name;
    auto bytes = bytes_of(path, most_zone_bytes);
    if (const int* const number = std::get_if<int>(&bytes)) {
      if (*number == ENOENT || *number == ENOTDIR || *number == EISDIR) return std::optional<zone_data>();
      const std::string why = *number == EINVAL ? "it is not a regular file" : detail::system_error_text(*number);
      return error({about_file(std::move(path), why)});
    }
    zone_data data{std::move(path), std::get<std::string>(std::move(bytes))};
    if (data.bytes.size() > most_zone_bytes) {
      return error(
          {about_file(std::move(data.file), say("it has more than ", std::to_string(most_zone_bytes), " bytes"))});
    }
    return std::optional<zone_data>(std::move(data));
  };
  return made;
}

}  // namespace pricepoint
