// SPDX-License-Identifier: Apache-2.0
//
// The random generator: from one seed a valid policy, requests that come near its edges (or offers, whose prices do),
// and a table of currency rates. The same seed gives the same scenario on every machine and with every standard
// library. What a fuzzer has in place of a seed, bytes that it changes one by one, gives one too.
#pragma once

#include "reference.hpp"
#include "reference_audit.hpp"

#include <cstdint>
#include <string>
#include <string_view>
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

// What a scenario is drawn from. Bytes are choices one after the other, those of the policy apart from those of what is
// asked of it; where they end, numbers of the seed go on.
struct source {
  source(std::uint64_t from) : seed(from) {}  // NOLINT(google-explicit-constructor)
  source(std::string_view of_policy, std::string_view of_requests) : policy(of_policy), requests(of_requests) {}

  std::uint64_t seed = 0;
  std::string_view policy, requests;
};

scenario make(const source& from, int requests, const options& wanted = {});
audit_scenario make_audit(const source& from, int groups, const options& wanted = {});

}  // namespace generator
