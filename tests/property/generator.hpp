// SPDX-License-Identifier: Apache-2.0
//
// The random generator: from one seed a valid policy, requests that come near its edges (or offers, whose prices do),
// and a table of currency rates. The same seed gives the same scenario on every machine and with every standard
// library.
#pragma once

#include "reference.hpp"
#include "reference_audit.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace generator {

struct options {
  bool culture = true;  // markets of the built-in table and of files of one's own, `culture`, `tables`
  bool audit = false;   // the effects that serve the audit alone; `make_audit` sets it
};

struct scenario {
  std::string policy_json;  // every number a string or a whole number
  reference::surroundings beside;
  std::vector<reference::request> requests;
  std::vector<reference::rate_row> rates;
  std::vector<std::string> channels;  // some of the declared ones, for a call that decides several
};

struct audit_scenario {
  std::string policy_json;
  reference::surroundings beside;
  std::vector<std::vector<reference::offer>> groups;  // each of one product in one market
  std::vector<reference::rate_row> rates;
};

scenario make(std::uint64_t seed, int requests, const options& wanted = {});
audit_scenario make_audit(std::uint64_t seed, int groups, const options& wanted = {});

}  // namespace generator
