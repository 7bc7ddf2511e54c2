// SPDX-License-Identifier: Apache-2.0
// Scenarios of tests/property drawn from an input, for decisions and findings.
//
// Input: a byte of options, two that seed what the bytes do not choose, the choices of the policy, and from a fixed
// place on those of the requests or offers, so that a byte more in a policy changes no request.
#pragma once

#include <string_view>

#include "fuzz/fuzz.hpp"
#include "property/generator.hpp"

namespace fuzz {

inline constexpr std::size_t bytes_of_policy = 512;

struct drawn_source {
  std::uint8_t options = 0;
  generator::source from{0};
};

inline drawn_source draw_source(const std::uint8_t* data, std::size_t size) {
  input in(data, size);
  drawn_source made;
  made.options = in.byte();
  made.from.seed = in.bits(2);
  made.from.policy = in.take(bytes_of_policy);
  made.from.requests = in.rest();
  return made;
}

// Not of so many shapes that the engine makes automata of thousands of their combinations: it does so once a policy and
// kind of request, but here everything is done once, and takes forty times as long. A culture has most shapes: with its
// avoidances, preferences and endings, three more took fifty seconds here and one elsewhere.
inline bool is_quick(std::string_view policy) {
  const auto count = [&](std::string_view key) {
    int found = 0;
    for (std::size_t at = policy.find(key); at != policy.npos; at = policy.find(key, at + 1)) ++found;
    return found;
  };
  const int shapes = count("\"endings\":") + count("\"avoid\":") + count("\"prefer\":") + count("\"multiple_of\":");
  return shapes + 4 * count("\"culture\":") <= 6;
}

}  // namespace fuzz
