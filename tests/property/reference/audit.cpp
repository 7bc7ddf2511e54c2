// SPDX-License-Identifier: Apache-2.0
//
// The audit of all offers of a product, and its findings in words.

#include "property/reference/inspection.hpp"

#include <tuple>
#include <utility>

namespace reference {

namespace {

/// What stands in for the prices that an offer's own row does not give: on each channel the lowest price for everybody
/// at the smallest quantity; of equal ones that of the first seller.
carried_prices observed_prices(const std::vector<observation>& all) {
  std::map<std::string, const observation*> best;
  const auto rank = [](const observation& one) { return std::tie(one.quantity, one.price, one.source->seller); };
  for (const observation& one : all) {
    if (!one.is_public()) continue;
    const observation*& here = best[one.channel];
    if (here == nullptr || rank(one) < rank(*here)) here = &one;
  }
  carried_prices result;
  for (const auto& [channel, one] : best) result[channel] = {one->price, one->gross, one->source->seller};
  return result;
}

}  // namespace

std::vector<finding> audit(const policy& rules, const std::vector<offer>& offers, const std::vector<rate_row>& rates,
                           long long effort) {
  const document& doc = rules.get();
  std::vector<observation> all;
  for (const offer& one : offers) {
    const inspection read(doc, one, rates, {});
    if (read.invalid().empty()) all.push_back(read.here());
  }
  const carried_prices observed = observed_prices(all);
  std::vector<finding> result;
  for (std::size_t i = 0; i < offers.size(); ++i) {
    carried_prices carried;
    for (const auto& [channel, price] : observed) {
      if (!offers[i].asked.fields.contains("price." + channel)) carried[channel] = price;
    }
    inspection looked_at(doc, offers[i], rates, carried);
    std::vector<finding> found;
    if (looked_at.invalid().empty()) {
      limit_effort(effort);
      found = looked_at.check(all, evaluation(doc, offers[i].asked, rates, carried, nullptr).decide());
    } else {
      finding one;
      one.effect = "invalid";
      one.severity = "invalid";
      one.missing = looked_at.invalid();
      found.push_back(one);
    }
    for (finding& one : found) {
      one.offer = i;
      result.push_back(std::move(one));
    }
  }
  return result;
}

std::string to_text(const finding& one) {
  std::string text = std::to_string(one.offer);
  const auto word = [&](const char* name, const std::string& value) {
    if (!value.empty()) text += std::string(*name ? " " : "") + name + " " + value;
  };
  const auto amount = [&](const char* name, const std::optional<long long>& value) {
    if (value) word(name, std::to_string(*value));
  };
  const auto exact = [&](const char* name, const std::optional<rational>& value) {
    if (value) word(name, value->str());
  };
  const auto list = [&](const char* name, const std::vector<std::string>& values) {
    std::string all;
    for (const std::string& value : values) all += (all.empty() ? "" : " ") + value;
    if (!all.empty()) word(name, "[" + all + "]");
  };
  word("", one.rule);
  if (one.effect != one.rule) word("", one.effect);
  if (one.severity != one.effect) word("", one.severity);
  word("against", one.against);
  word("of", one.against_seller);
  amount("at", one.against_price_minor);
  amount("min", one.min_minor);
  amount("max", one.max_minor);
  exact("excess", one.excess);
  if (one.excess_rate_bp) {
    const std::string digits = std::to_string(*one.excess_rate_bp % 100 + 100).substr(1);
    text += " (" + std::to_string(*one.excess_rate_bp / 100) + "." + digits + "%)";
  }
  exact("headroom", one.headroom);
  exact("max_discount", one.max_discount);
  word("", one.remedy);
  amount("to", one.remedy_price_minor);
  list("conflict", one.conflict);
  exact("credit", one.credit);
  list("missing", one.missing);
  return text;
}

}  // namespace reference
