// SPDX-License-Identifier: Apache-2.0
//
// The entry points: a scenario is a policy, the rates of its currencies, and what is asked of it, in this order.

#include "property/generator.hpp"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <algorithm>
#include <set>

#include "property/generator/periods.hpp"
#include "property/generator/policy_writer.hpp"
#include "property/generator/request_writer.hpp"

namespace generator {

namespace {

std::vector<reference::rate_row> draw_rates(chance& luck, const policy_writer& policy) {
  std::vector<reference::rate_row> rows;
  const std::vector<std::string> all = {"EUR", "USD", "CNY", "JPY", "KWD", "CHF"};
  for (const std::string& from : all) {
    for (const drawn_market& m : policy.markets) {
      if (from == m.currency || luck.percent(8)) continue;
      const bool seen = std::any_of(rows.begin(), rows.end(),
                                    [&](const auto& row) { return row.from == from && row.to == m.currency; });
      if (seen) continue;
      // The first rate may lie after a request; the later ones are some percent higher or lower.
      std::set<long long> times = {
          absl::ToUnixMillis(absl::FromCivil(absl::CivilSecond(policy.year - 1, 12, 1), absl::UTCTimeZone()))};
      if (luck.percent(10)) times.clear();
      for (long long i = luck.below(4); i > 0 || times.empty(); --i) {
        if (!policy.boundaries_unix_ms.empty() && luck.percent(40)) {
          const long long boundary = luck.pick(policy.boundaries_unix_ms);
          times.insert(boundary + luck.between(-1, 1));
        } else {
          times.insert(absl::ToUnixMillis(absl::FromCivil(absl::CivilSecond(policy.year, 1, 1), absl::UTCTimeZone())) +
                       luck.below(360) * 86'400'000);
        }
      }
      for (const long long time : times) {
        const micro rate = worth(m.currency) * 1000 / worth(from) * 1000 / 100 * luck.between(98, 102);
        rows.push_back({from, m.currency, amount_text(rate, 6, luck.percent(50)), instant_text(time, luck)});
      }
    }
  }
  luck.shuffle(rows);
  return rows;
}

}  // namespace

scenario make(const source& from, int requests, const options& wanted) {
  chance luck(from.seed * 0xD1342543DE82EF95ULL + 1);
  luck.read(from.policy);
  policy_writer policy(luck, wanted);
  scenario result;
  result.policy_json = policy.write();
  result.beside = reference::with_built_in_markets(policy.files);  // also for what the law says of former prices
  luck.read(from.requests);
  result.rates = draw_rates(luck, policy);
  request_writer writer(luck, policy);
  for (int i = 0; i < requests; ++i) result.requests.push_back(writer.write());
  result.channels = luck.some(policy.channels, policy.channels.size());
  return result;
}

audit_scenario make_audit(const source& from, int groups, const options& wanted) {
  chance luck(from.seed * 0xD1342543DE82EF95ULL + 2);
  luck.read(from.policy);
  options with_audit = wanted;
  with_audit.audit = true;
  policy_writer policy(luck, with_audit);
  audit_scenario result;
  result.policy_json = policy.write();
  result.beside = reference::with_built_in_markets(policy.files);  // also for what the law says of resellers
  luck.read(from.requests);
  result.rates = draw_rates(luck, policy);
  const reference::policy read(result.policy_json, result.beside);
  request_writer writer(luck, policy);
  for (int i = 0; i < groups; ++i) result.groups.push_back(writer.write_offers(read, result.rates));
  return result;
}

}  // namespace generator
