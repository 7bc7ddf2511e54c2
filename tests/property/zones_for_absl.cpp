// SPDX-License-Identifier: Apache-2.0
//
// Abseil's time zones over the library's data instead of the machine's: the code that reads them shares nothing with
// the library's, and no test asks what /usr/share/zoneinfo has. Linked in, it counts for the whole program.
#include <absl/time/civil_time.h>
#include <absl/time/internal/cctz/include/cctz/zone_info_source.h>
#include <absl/time/time.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <functional>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace {

// As zones.inc writes them: a date's digits.
struct zone_change {
  std::int64_t written;
  std::int32_t offset;
};
struct zone_history {
  std::int32_t at_first;
  std::uint32_t begin;
  const char* rule;
};
struct zone_name {
  const char* name;
  std::uint32_t history;
};

#include "text/zones.inc"

std::int64_t unix_seconds(std::int64_t written) {
  const auto part = [&](std::int64_t unit) { return written / unit % 100; };
  const absl::CivilSecond at(written / 10'000'000'000, part(100'000'000), part(1'000'000), part(10'000), part(100),
                             part(1));
  return absl::ToUnixSeconds(absl::FromCivil(at, absl::UTCTimeZone()));
}

void append(std::string& out, std::int64_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i)));
}

void append_header(std::string& out, std::size_t changes, std::size_t types, std::size_t letters) {
  out.append("TZif2").append(15, '\0');
  for (const std::size_t count : {std::size_t{0}, std::size_t{0}, std::size_t{0}, changes, types, letters}) {
    append(out, static_cast<std::int64_t>(count), 4);
  }
}

// The name of the offset in the rule: Abseil wants the last one that is listed to have it too.
std::string name_in(const std::string& rule) {
  const std::size_t begin = rule[0] == '<' ? 1 : 0;
  return rule.substr(begin, rule.find_first_of(begin == 1 ? ">" : "+-0123456789") - begin);
}

void append_types(std::string& out, const std::vector<std::int32_t>& offsets, const std::string& name,
                  bool last_is_summer = false) {
  for (const std::int32_t& one : offsets) {
    append(out, one, 4);
    out.push_back(last_is_summer && &one == &offsets.back() ? '\1' : '\0');
    out.push_back('\0');
  }
  out.append(name).push_back('\0');
}

std::string tzif_of(std::uint32_t which) {
  const zone_history& of = zone_histories[which];
  const std::size_t end =
      which + 1 < std::size(zone_histories) ? zone_histories[which + 1].begin : std::size(zone_changes);
  std::vector<std::int32_t> offsets = {of.at_first};
  std::string moments;
  std::string types;
  for (std::size_t i = of.begin; i < end; ++i) {
    append(moments, unix_seconds(zone_changes[i].written), 8);
    const auto found = std::find(offsets.begin(), offsets.end(), zone_changes[i].offset);
    types.push_back(static_cast<char>(found - offsets.begin()));
    if (found == offsets.end()) offsets.push_back(zone_changes[i].offset);
  }
  std::string made;
  // Abseil forgets a last change to the same offset, and with it when the rule begins, unless it is one to summer time.
  const bool of_nothing =
      end > of.begin && std::string(of.rule).find(',') != std::string::npos &&
      zone_changes[end - 1].offset == (end - 1 > of.begin ? zone_changes[end - 2].offset : of.at_first);
  if (of_nothing) {
    types.back() = static_cast<char>(offsets.size());
    offsets.push_back(zone_changes[end - 1].offset);
  }
  const std::string name = name_in(of.rule);
  append_header(made, 0, 1, name.size() + 1);
  append_types(made, {0}, name);
  append_header(made, end - of.begin, offsets.size(), name.size() + 1);
  made += moments + types;
  append_types(made, offsets, name, of_nothing);
  return made.append("\n").append(of.rule).append("\n");
}

class source final : public absl::time_internal::cctz::ZoneInfoSource {
 public:
  explicit source(std::string bytes) : bytes_(std::move(bytes)) {}
  std::size_t Read(void* to, std::size_t size) override {
    const std::size_t count = std::min(size, bytes_.size() - at_);
    std::memcpy(to, bytes_.data() + at_, count);
    at_ += count;
    return count;
  }
  int Skip(std::size_t count) override {
    at_ += std::min(count, bytes_.size() - at_);
    return 0;
  }

 private:
  std::string bytes_;
  std::size_t at_ = 0;
};

using zone_info = std::unique_ptr<absl::time_internal::cctz::ZoneInfoSource>;

zone_info of_library(const std::string& name, const std::function<zone_info(const std::string&)>&) {
  const auto* const found =
      std::lower_bound(std::begin(zone_names_of_iana), std::end(zone_names_of_iana), name,
                       [](const zone_name& one, const std::string& wanted) { return one.name < wanted; });
  if (found == std::end(zone_names_of_iana) || found->name != name) return nullptr;
  return std::make_unique<source>(tzif_of(found->history));
}

}  // namespace

namespace absl {
ABSL_NAMESPACE_BEGIN
namespace time_internal::cctz_extension {
// Seen from Abseil's shared library, too.
[[gnu::visibility("default")]] ZoneInfoSourceFactory zone_info_source_factory = of_library;
}  // namespace time_internal::cctz_extension
ABSL_NAMESPACE_END
}  // namespace absl
