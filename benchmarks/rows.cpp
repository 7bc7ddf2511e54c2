// SPDX-License-Identifier: Apache-2.0
// Writes the rows of the benchmarks with the engine's answers, for contestants that are programs of their own.
//
//   pricepoint_bench_rows COUNT FILE
//
// CSV with a header; amounts are minor units, the target hundredths of them. An absent map is 0, and so is the price of
// a conflict. `limited_by` is the rules that the target breaks, joined by a space.
#include <charconv>
#include <cstdio>
#include <cstring>
#include <string>

#include "by_engine.hpp"

namespace {

std::string_view name_of(policy_a::status value) {
  return value == policy_a::status::priced        ? "priced"
         : value == policy_a::status::compromised ? "compromised"
                                                  : "conflict";
}

void append_line(std::string& to, const policy_a::columns& rows, const by_engine::answers& by, std::size_t i) {
  const policy_a::answer& answer = by.of[i];
  const auto cell = [&to](std::string_view text) { (to += text) += ','; };
  cell(policy_a::market_names[rows.market[i]]);
  cell(policy_a::channel_names[rows.channel[i]]);
  cell(policy_a::role_names[rows.role[i]]);
  cell(rows.member[i] != 0 ? "member" : "");
  for (const std::int64_t amount : {rows.store[i], rows.cost[i], rows.shipping[i], rows.map[i]})
    cell(std::to_string(amount));
  cell(std::to_string(by.targets_e2[i]));
  cell(name_of(answer.status));
  cell(std::to_string(answer.price));
  // Sorted by bytes, as the engine says them.
  to += answer.limited_by_earn ? answer.limited_by_map ? "earn map" : "earn" : answer.limited_by_map ? "map" : "";
  to += '\n';
}

}  // namespace

int main(int count, char** arguments) {
  std::size_t wanted = 0;
  if (count == 3) {
    const char* const end = arguments[1] + std::strlen(arguments[1]);
    if (std::from_chars(arguments[1], end, wanted).ptr != end) wanted = 0;
  }
  if (wanted == 0) by_engine::give_up("usage: pricepoint_bench_rows COUNT FILE");
  const policy_a::columns rows = policy_a::make_rows(wanted, by_engine::seed);
  const by_engine::answers by = by_engine::price(rows);
  std::string text = "market,channel,role,segment,store,cost,shipping,map,target_e2,status,price,limited_by\n";
  for (std::size_t i = 0; i < rows.size(); ++i) append_line(text, rows, by, i);
  std::FILE* const to = std::fopen(arguments[2], "wb");
  if (to == nullptr) by_engine::give_up(std::string("cannot write ") + arguments[2]);
  const bool whole = std::fwrite(text.data(), 1, text.size(), to) == text.size();
  if (std::fclose(to) != 0 || !whole) by_engine::give_up(std::string("cannot write ") + arguments[2]);
}
