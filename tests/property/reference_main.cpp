// SPDX-License-Identifier: Apache-2.0
//
// A small program around the reference evaluator:
//   reference_main POLICY.json EXPECTED.csv   compares status and price with the columns `status` and `expected`
//   reference_main random SEED N [PER]        decides N random requests (PER to a policy) and prints how often what
//                                             occurred
//   reference_main show SEED [PER]            prints one random scenario
//   reference_main audit SEED N [GROUPS]      audits N random groups of offers and counts what was found
//   reference_main show-audit SEED [GROUPS]   prints one random scenario of an audit
// PRICEPOINT_CULTURE=1 in the environment draws policies with culture and market tables, =0 without.

#include "generator.hpp"
#include "reference.hpp"
#include "reference_audit.hpp"
#include "seed.hpp"

#include <chrono>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string> split(const std::string& line, char separator) {
  std::vector<std::string> cells(1);
  for (const char c : line) {
    if (c == '\r') continue;
    if (c == separator) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return cells;
}

std::string with_decimals(long long minor, int decimals) {
  std::string digits = std::to_string(minor);
  const auto wanted = static_cast<std::size_t>(decimals);
  if (digits.size() < wanted + 1) digits.insert(0, wanted + 1 - digits.size(), '0');
  if (wanted > 0) digits.insert(digits.size() - wanted, ".");
  return digits;
}

int compare(const std::string& policy_path, const std::string& rows_path) {
  const reference::policy policy(read_file(policy_path), reference::with_built_in_markets());
  std::ifstream rows(rows_path);
  std::string line;
  std::getline(rows, line);
  const auto header = split(line, ',');
  int agree = 0;
  int all = 0;
  while (std::getline(rows, line)) {
    const auto cells = split(line, ',');
    reference::request asked;
    std::string status;
    std::string expected;
    for (std::size_t i = 0; i < cells.size() && i < header.size(); ++i) {
      if (header[i] == "status") {
        status = cells[i];
      } else if (header[i] == "expected") {
        expected = cells[i];
      } else if (!cells[i].empty()) {
        asked.fields[header[i]] = cells[i];
      }
    }
    const auto decided = reference::decide(policy, asked, {});
    const std::string price =
        decided.price_minor
            ? with_decimals(*decided.price_minor, reference::currency_decimals(decided.currency).value())
            : "";
    ++all;
    if (decided.status == status && price == expected) {
      ++agree;
    } else {
      std::printf("%s: expected %s %s, decided %s %s\n", cells[0].c_str(), status.c_str(), expected.c_str(),
                  decided.status.c_str(), price.c_str());
    }
  }
  std::printf("%d of %d agree\n", agree, all);
  return agree == all ? 0 : 1;
}

std::string percent(long long part, long long whole) {
  if (whole == 0) return "-";
  const long long tenths = 1000 * part / whole;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + "%";
}

int at_random(std::uint64_t seed, int wanted, int per_policy) {
  const auto start = std::chrono::steady_clock::now();
  std::map<std::string, int> statuses, notes, lists, effects;
  int decisions = 0;
  int undecided = 0;
  int several = 0;
  long long slowest_us = 0;
  std::uint64_t slowest_seed = 0;
  const auto count = [&](const reference::decision& d, const reference::trace& seen) {
    ++decisions;
    ++statuses[d.status];
    if (!seen.note.empty()) ++notes[d.status + ": " + seen.note];
    const auto list = [&](const char* name, bool filled) { lists[name] += filled ? 1 : 0; };
    list("discounts", !d.discounts.empty());
    list("limited_by", !d.limited_by.empty());
    list("relaxed", !d.relaxed.empty());
    list("conflict", !d.conflict.empty());
    list("conflict of three or more", d.conflict.size() > 2);
    list("missing", !d.missing.empty());
    list("invalid", !d.invalid.empty());
    list("advice", !d.advice.empty());
    std::set<std::string> own_codes;
    for (const auto& code : d.advice) {
      if (code == "unit-too-coarse" || code == "prior-price-missing") own_codes.insert("advice " + code);
      if (code.starts_with("old-price-of-")) own_codes.insert("advice old-price-of-...");
    }
    for (const auto& code : own_codes) ++lists[code];
    list("was without a rate", d.was_minor.has_value() && !d.saving_rate_percent);
    list("credits", !d.credits.empty());
    list("held", d.held);
    list("fallback_price", d.fallback_price_minor.has_value());
    list("net", d.net_minor.has_value());
    list("net stored", d.net_minor.has_value() && seen.stored_net);
    list("was", d.was_minor.has_value());
    list("next_change_at", d.next_change_at_unix_ms.has_value());
    std::set<std::string> on;
    for (const auto& [id, effect] : seen.on) on.insert(effect);
    for (const auto& effect : on) ++effects[effect];
  };
  for (std::uint64_t n = seed; decisions < wanted; ++n) {
    const auto scenario = generator::make(n, per_policy, testing_options());
    const auto before = std::chrono::steady_clock::now();
    try {
      const reference::policy policy(scenario.policy_json, scenario.beside);
      for (const auto& asked : scenario.requests) {
        try {
          reference::trace seen;
          const auto d = reference::decide(policy, asked, scenario.rates, &seen);
          count(d, seen);
        } catch (const reference::undecided&) {
          ++undecided;
          std::fprintf(stderr, "undecided: seed %llu\n", static_cast<unsigned long long>(n));
        }
      }
      for (std::size_t i = 0; i < scenario.requests.size(); i += 10) {
        try {
          std::vector<reference::trace> seen;
          const auto all =
              reference::decide_all(policy, scenario.requests[i], scenario.channels, scenario.rates, &seen);
          for (std::size_t k = 0; k < all.size(); ++k) count(all[k], seen[k]);
          several += static_cast<int>(all.size());
        } catch (const reference::undecided&) {
          ++undecided;
        }
      }
    } catch (const std::exception& e) {
      std::printf("seed %llu: %s\n%s\n", static_cast<unsigned long long>(n), e.what(), scenario.policy_json.c_str());
      return 1;
    }
    const auto took =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - before).count();
    if (took > 3'000'000)
      std::fprintf(stderr, "slow: seed %llu, %lld us\n", static_cast<unsigned long long>(n),
                   static_cast<long long>(took));
    if (took > slowest_us) {
      slowest_us = took;
      slowest_seed = n;
    }
  }
  const auto took =
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start).count();
  std::printf(
      "%d decisions (%d of them in calls for several channels), %d undecided, %lld ms; slowest scenario %llu: %lld "
      "us\n",
      decisions, several, undecided, static_cast<long long>(took), static_cast<unsigned long long>(slowest_seed),
      slowest_us);
  for (const auto* table : {&statuses, &notes, &lists, &effects}) {
    std::printf("\n");
    for (const auto& [name, times] : *table)
      std::printf("%-32s %8d  %s\n", name.c_str(), times, percent(times, decisions).c_str());
  }
  return 0;
}

void show(std::uint64_t seed, int requests) {
  const auto scenario = generator::make(seed, requests, testing_options());
  std::printf("%s\n", scenario.policy_json.c_str());
  for (const auto& [name, text] : scenario.beside.files) std::printf("%s:\n%s", name.c_str(), text.c_str());
  for (const auto& row : scenario.rates)
    std::printf("rate %s %s %s %s\n", row.from.c_str(), row.to.c_str(), row.rate.c_str(), row.at.c_str());
  const reference::policy policy(scenario.policy_json, scenario.beside);
  const auto words = [](const char* name, const std::vector<std::string>& list) {
    if (list.empty()) return;
    std::printf(" %s=", name);
    for (const auto& word : list) std::printf("%s,", word.c_str());
  };
  for (const auto& asked : scenario.requests) {
    for (const auto& [name, value] : asked.fields) std::printf("%s=%s ", name.c_str(), value.c_str());
    reference::decision d;
    try {
      d = reference::decide(policy, asked, scenario.rates);
    } catch (const reference::undecided&) {
      d.status = "undecided";
    }
    std::printf("\n  -> %s", d.status.c_str());
    if (d.price_minor) std::printf(" %lld", *d.price_minor);
    if (d.target) std::printf(" target=%s", d.target->str().c_str());
    words("discounts", d.discounts);
    words("limited_by", d.limited_by);
    words("relaxed", d.relaxed);
    words("conflict", d.conflict);
    words("missing", d.missing);
    words("invalid", d.invalid);
    words("advice", d.advice);
    std::printf("%s\n", d.held ? " held" : "");
  }
}

int audit_at_random(std::uint64_t seed, int wanted, int per_policy) {
  const auto start = std::chrono::steady_clock::now();
  std::map<std::string, int> counted;
  int groups = 0;
  int offers = 0;
  int undecided = 0;
  while (groups + undecided < wanted) {
    const auto scenario = generator::make_audit(seed++, per_policy, testing_options());
    const reference::policy policy(scenario.policy_json, scenario.beside);
    for (const auto& group : scenario.groups) {
      std::vector<reference::finding> found;
      try {
        found = reference::audit(policy, group, scenario.rates, 3'000'000);
      } catch (const reference::undecided&) {
        ++undecided;
        continue;
      }
      ++groups;
      offers += static_cast<int>(group.size());
      std::set<std::size_t> with_finding;
      for (const auto& one : found) {
        with_finding.insert(one.offer);
        ++counted[one.effect + " " + one.severity];
        ++counted["remedy " + one.remedy];
        const auto count = [&](const char* name, bool given) { counted[name] += given ? 1 : 0; };
        count("min", one.min_minor.has_value());
        count("max", one.max_minor.has_value());
        count("excess_rate", one.excess_rate_bp.has_value());
        count("against", !one.against.empty());
        count("against list", one.against == "list");
        count("against_seller", !one.against_seller.empty());
        count("credit", one.credit.has_value());
        count("max_discount", one.max_discount.has_value());
        if (one.effect == "unchecked" || one.effect == "invalid") {
          for (const auto& name : one.missing) ++counted[one.effect + ": " + name];
        }
      }
      counted["offers without finding"] += static_cast<int>(group.size() - with_finding.size());
    }
  }
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  std::printf("%d groups, %d offers, %d groups undecided, %lld ms\n", groups, offers, undecided,
              static_cast<long long>(took.count()));
  for (const auto& [name, count] : counted) std::printf("%8d %s\n", count, name.c_str());
  return 0;
}

void show_audit(std::uint64_t seed, int groups) {
  const auto scenario = generator::make_audit(seed, groups, testing_options());
  std::printf("%s\n", scenario.policy_json.c_str());
  for (const auto& [name, text] : scenario.beside.files) std::printf("%s:\n%s", name.c_str(), text.c_str());
  for (const auto& row : scenario.rates)
    std::printf("rate %s,%s,%s,%s\n", row.from.c_str(), row.to.c_str(), row.rate.c_str(), row.at.c_str());
  const reference::policy policy(scenario.policy_json, scenario.beside);
  for (const auto& group : scenario.groups) {
    std::printf("group\n");
    for (const auto& one : group) {
      std::printf("  price=%s seller=%s", one.price.c_str(), one.seller.c_str());
      for (const auto& [name, value] : one.asked.fields) std::printf(" %s=%s", name.c_str(), value.c_str());
      std::printf("\n");
    }
    try {
      for (const auto& one : reference::audit(policy, group, scenario.rates))
        std::printf("  -> %s\n", reference::to_text(one).c_str());
    } catch (const reference::undecided&) {
      std::printf("  -> undecided\n");
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() >= 3 && arguments[0] == "random") {
      return at_random(std::stoull(arguments[1]), std::stoi(arguments[2]),
                       arguments.size() > 3 ? std::stoi(arguments[3]) : 50);
    }
    if (arguments.size() >= 2 && arguments[0] == "show") {
      show(std::stoull(arguments[1]), arguments.size() > 2 ? std::stoi(arguments[2]) : 10);
      return 0;
    }
    if (arguments.size() >= 3 && arguments[0] == "audit") {
      return audit_at_random(std::stoull(arguments[1]), std::stoi(arguments[2]),
                             arguments.size() > 3 ? std::stoi(arguments[3]) : 10);
    }
    if (arguments.size() >= 2 && arguments[0] == "show-audit") {
      show_audit(std::stoull(arguments[1]), arguments.size() > 2 ? std::stoi(arguments[2]) : 5);
      return 0;
    }
    if (arguments.size() == 2) return compare(arguments[0], arguments[1]);
    std::fprintf(stderr,
                 "usage: reference_main POLICY.json EXPECTED.csv | random SEED N [PER] | show SEED [PER] | audit SEED "
                 "N [GROUPS] | show-audit SEED [GROUPS]\n");
    return 2;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 2;
  }
}
