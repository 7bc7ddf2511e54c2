// SPDX-License-Identifier: Apache-2.0
//
// The entry points: one decision, and several channels of one product in the order in which they depend on each other.

#include "property/reference/evaluation.hpp"

#include <algorithm>

namespace reference {

decision decide(const policy& rules, const request& asked, const std::vector<rate_row>& rates, trace* watched,
                long long effort) {
  limit_effort(effort);
  return evaluation(rules.get(), asked, rates, {}, watched).decide();
}

std::vector<std::string> decision_order(const policy& rules, const std::vector<std::string>& channels) {
  const document& doc = rules.get();
  const auto directly = [&](const std::string& name) {
    std::set<std::string> result;
    const auto found = doc.channels.find(name);
    if (found == doc.channels.end()) return result;
    result.insert(found->second.reference.begin(), found->second.reference.end());
    if (found->second.lowest_traditional || found->second.highest_traditional) {
      for (const auto& [other, declared] : doc.channels) {
        if (declared.traditional && other != name) result.insert(other);
      }
    }
    return result;
  };
  // What a channel is priced against, directly or through others.
  const auto all_before = [&](const std::string& name) {
    std::set<std::string> result = directly(name);
    for (bool grown = true; grown;) {
      grown = false;
      for (const std::string& one : std::set<std::string>(result)) {
        for (const std::string& next : directly(one)) grown = result.insert(next).second || grown;
      }
    }
    return result;
  };
  std::set<std::string> waiting(channels.begin(), channels.end());
  std::vector<std::string> order;
  while (!waiting.empty()) {
    const auto ready = std::find_if(waiting.begin(), waiting.end(), [&](const std::string& name) {
      const auto before = all_before(name);
      return std::none_of(waiting.begin(), waiting.end(),
                          [&](const std::string& other) { return before.contains(other); });
    });
    if (ready == waiting.end()) fail("a circle of references");
    order.push_back(*ready);
    waiting.erase(ready);
  }
  return order;
}

std::vector<decision> decide_all(const policy& rules, const request& asked, const std::vector<std::string>& channels,
                                 const std::vector<rate_row>& rates, std::vector<trace>* watched, long long effort) {
  const document& doc = rules.get();
  std::vector<decision> result;
  carried_prices carried;
  for (const std::string& name : decision_order(rules, channels)) {
    request one = asked;
    one.fields["channel"] = name;
    one.fields.erase("current");
    if (const auto price = asked.fields.find("price." + name); price != asked.fields.end())
      one.fields["current"] = price->second;
    trace seen;
    limit_effort(effort);
    const decision d = evaluation(doc, one, rates, carried, &seen).decide();
    if (d.price_minor) {
      const market& m = doc.markets.at(asked.fields.at("market"));
      const bool gross = doc.channels.at(name).gross.value_or(m.gross);
      carried[name] = {
          rational(cpp_int(*d.price_minor), power_of_ten(static_cast<std::size_t>(m.decimals))), gross, {}};
    }
    result.push_back(d);
    if (watched) watched->push_back(seen);
  }
  return result;
}

}  // namespace reference
