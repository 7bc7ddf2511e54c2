// SPDX-License-Identifier: Apache-2.0
//
// The random generator: from one seed a valid policy, requests that come near its edges, and a table of currency rates.
// The same seed gives the same scenario on every machine and with every standard library.
#pragma once

#include "reference.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace generator {

struct options {
  bool culture = true;  // markets of the built-in table and of files of one's own, `culture`, `tables`
};

struct scenario {
  std::string policy_json;  // every number a string or a whole number
  reference::surroundings beside;
  std::vector<reference::request> requests;
  std::vector<reference::rate_row> rates;
  std::vector<std::string> channels;  // some of the declared ones, for a call that decides several
};

scenario make(std::uint64_t seed, int requests, const options& wanted = {});

}  // namespace generator
