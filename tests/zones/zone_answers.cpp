// SPDX-License-Identifier: Apache-2.0
// What the library makes of local times and instants, for oracle.py: a line of standard input is a question, a line of
// standard output its answer.
//
//   z Europe/Rome        the zone of the questions that follow: "yes", "no", or what is wrong with its file
//   l 1774751400         seconds of its clock, as if they were UTC: the instant
//   u 1774747800         an instant: the offset from UTC
//
// usage: zone_answers [DIR]       with the files of that folder instead of the library's zones
#include <charconv>
#include <cstdio>
#include <iostream>
#include <string>
#include <utility>

#include "pricepoint/reading.hpp"
#include "text/zones.hpp"

namespace {

namespace language = pricepoint::policy_language;

std::variant<language::time_zone, std::string> look(const language::zone_source* from, const std::string& name) {
  if (from == nullptr) {
    auto found = language::find_zone(name);
    if (!found) return "no";
    return std::move(*found);
  }
  const auto loaded = from->load(name);
  if (!loaded) return loaded.error().diagnostics().front().message;
  if (!*loaded) return "no";
  return language::read_zone_file((*loaded)->bytes);
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  language::zone_source folder;
  if (argc > 1) {
    auto found = pricepoint::zones_in(argv[1]);
    if (!found) return 2;
    folder = std::move(*found);
  }
  language::time_zone zone;
  std::string out;
  for (std::string line; std::getline(std::cin, line);) {
    if (line.size() < 3) return 2;
    if (line[0] == 'z') {
      auto found = look(argc > 1 ? &folder : nullptr, line.substr(2));
      if (const std::string* const why = std::get_if<std::string>(&found)) {
        out += *why;
      } else {
        zone = std::get<language::time_zone>(std::move(found));
        out += "yes";
      }
    } else {
      std::int64_t number = 0;
      if (std::from_chars(line.data() + 2, line.data() + line.size(), number).ec != std::errc()) return 2;
      out += std::to_string(line[0] == 'l' ? zone.from_local(number) : zone.offset_at(number));
    }
    out += '\n';
    if (out.size() > 60'000) std::cout << std::exchange(out, {});
  }
  std::cout << out;
  return 0;
}
