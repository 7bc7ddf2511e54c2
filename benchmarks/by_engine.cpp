// SPDX-License-Identifier: Apache-2.0
// Entries: those of by_engine.hpp.
#include "by_engine.hpp"

#include <sched.h>

#include <cstdio>
#include <cstdlib>
#include <optional>

namespace by_engine {

using namespace pricepoint;

namespace {

decimal amount_of(std::int64_t minor, std::uint8_t in) {
  return decimal::from_parts(minor, policy_a::scale_of(in) == 1 ? 0 : 2);
}

policy_a::answer answer_of(const decision& from) {
  policy_a::answer made;
  made.price = from.price() ? from.price()->minor : 0;
  made.status = from.status() == status::priced        ? policy_a::status::priced
                : from.status() == status::compromised ? policy_a::status::compromised
                                                       : policy_a::status::conflict;
  for (const std::string_view id : from.limited_by()) {
    made.limited_by_map = made.limited_by_map || id == "map";
    made.limited_by_earn = made.limited_by_earn || id == "earn";
  }
  return made;
}

// Discounts of whole percents leave hundredths of the minor unit and nothing smaller.
std::int64_t in_hundredths(const decimal& target, std::uint8_t in) {
  const int digits = policy_a::scale_of(in) == 1 ? 2 : 4;
  const detail::int128 scaled = target.coefficient() * detail::powers_of_ten[static_cast<std::size_t>(digits)];
  const detail::int128 unit = detail::powers_of_ten[static_cast<std::size_t>(target.scale())];
  if (scaled % unit != 0) give_up("a target is no whole number of hundredths");
  return static_cast<std::int64_t>(scaled / unit);
}

}  // namespace

void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(2);
}

std::string policy_path() { return std::string(PRICEPOINT_SOURCE_DIR) + "/tests/conformance/policy_a/policy.json"; }

const pricepoint::policy& policy() {
  static const pricepoint::policy made = [] {
    auto read = load_policy(policy_path());
    if (!read) give_up(read.error().to_string());
    return *read;
  }();
  return made;
}

const policy_a::columns& rows() {
  static const policy_a::columns made = policy_a::make_rows(row_count, seed);
  return made;
}

void fill(request& to, const policy_a::columns& of, std::size_t i) {
  const std::uint8_t in = of.market[i];
  to.channel = policy_a::channel_names[of.channel[i]];
  to.market = policy_a::market_names[in];
  to.segment = of.member[i] != 0 ? std::string_view("member") : std::string_view();
  to.prices.assign(1, {"store", amount_of(of.store[i], in)});
  to.cost = amount_of(of.cost[i], in);
  to.shipping = amount_of(of.shipping[i], in);
  to.map = of.map[i] != 0 ? std::optional<decimal>(amount_of(of.map[i], in)) : std::nullopt;
  to.attributes.assign(1, {"role", policy_a::role_names[of.role[i]]});
}

answers price(const policy_a::columns& rows) {
  pricer one(policy());
  answers made;
  request asked;
  decision decided;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    fill(asked, rows, i);
    one.price(asked, decided);
    if (!decided.target()) give_up("row " + std::to_string(i) + " has no target");
    made.of.push_back(answer_of(decided));
    made.targets_e2.push_back(in_hundredths(*decided.target(), rows.market[i]));
  }
  return made;
}

const answers& expected() {
  static const answers made = price(rows());
  return made;
}

void use_all_cores() {
  cpu_set_t all;
  CPU_ZERO(&all);
  for (int core = 0; core < CPU_SETSIZE; ++core) CPU_SET(core, &all);
  ::sched_setaffinity(0, sizeof all, &all);
}

void append_amount(std::string& to, std::int64_t minor, std::uint8_t market) {
  if (policy_a::scale_of(market) == 1) {
    to += std::to_string(minor);
    return;
  }
  to += std::to_string(minor / 100);
  to += '.';
  to += static_cast<char>('0' + minor % 100 / 10);
  to += static_cast<char>('0' + minor % 10);
}

}  // namespace by_engine
