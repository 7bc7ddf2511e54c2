// SPDX-License-Identifier: Apache-2.0
//
// Requests and offers: times at the boundaries of periods, money near the level of the rules, attributes, mistakes.

#include "property/generator/request_writer.hpp"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <set>

#include "property/generator/periods.hpp"

namespace generator {

reference::request request_writer::write() {
  draw();
  if (luck_.percent(4)) spoil();
  return request_;
}

std::vector<reference::offer> request_writer::write_offers(const reference::policy& policy,
                                                           const std::vector<reference::rate_row>& rates) {
  draw();
  reference::request common = request_;
  common.fields["market"] = market_.name;
  if (!common.fields.contains("sku")) common.fields["sku"] = "S1";
  if (luck_.percent(8)) common.fields.erase("at");
  const int erased = luck_.percent(50) ? 85 : 15;
  std::vector<reference::offer> offers;
  for (long long i = luck_.between(1, 8); i > 0; --i) offers.push_back(draw_offer(common, erased));
  move_to_edges(offers, policy, rates);
  for (long long i = luck_.below(3); i > 0; --i) {
    const std::string price = luck_.pick(offers).price;
    some_of(offers).price = price;
  }
  if (luck_.percent(15)) some_of(offers).price = draw_bad_price();
  return offers;
}

void request_writer::draw() {
  request_ = {};
  auto& fields = request_.fields;
  market_ = luck_.pick(policy_.markets);
  at_unix_ms_ = some_time();
  if (!luck_.percent(1)) fields["market"] = market_.name;
  if (!luck_.percent(1)) fields["channel"] = luck_.pick(policy_.channels);
  if (!luck_.percent(5)) fields["at"] = instant_text(at_unix_ms_, luck_);
  draw_attributes();
  draw_money();
  if (policy_.halves && luck_.percent(75)) move_to_halves();
}

void request_writer::move_to_halves() {
  auto& fields = request_.fields;
  fields.erase("currency");
  micro minor = one_unit;
  for (int i = 0; i < decimals_of(market_.currency); ++i) minor /= 10;
  const micro step = luck_.percent(70) ? market_.unit : minor;
  // With nothing, a half, a tenth or a twentieth taken off.
  const auto odd = [&](micro of) { return (price_ / of / 2 * 2 + 1) * of; };
  static const std::vector<micro> between_shapes = {400'000, 490'000, 500'000, 240'000, 740'000, 450'000,
                                                    950'000, 250'000, 750'000, 850'000, 895'000};
  micro amount = 0;
  switch (luck_.below(7)) {
    case 0:
    case 1:
      amount = odd(step / 2);
      break;
    case 2:
      amount = odd(step);
      break;
    case 3:
      amount = odd(step * 5);
      break;
    case 4:
      amount = odd(step * 10);
      break;
    default:
      amount = price_ / one_unit * one_unit + luck_.pick(between_shapes);
  }
  for (auto& [name, value] : fields) {
    const bool is_reference = name == "list" || name == "vip_price" || name.starts_with("price.");
    if (is_reference && luck_.percent(80)) value = amount_text(amount, 6, true);
  }
  if (!policy_.base_of_cost) return;
  static const std::vector<micro> of_net = {500'000, 20'000, 100'000, 2'000'000, 12'500, 1'000};
  const micro net = luck_.pick(of_net);
  for (const char* name : {"cost", "wholesale"}) {
    if (fields.contains(name)) fields[name] = amount_text((price_ * 3 / 4 / net / 2 * 2 + 1) * net, 6, true);
  }
}

reference::offer& request_writer::some_of(std::vector<reference::offer>& offers) {
  return offers[static_cast<std::size_t>(luck_.below(static_cast<long long>(offers.size())))];
}

std::string request_writer::draw_bad_price() {
  return luck_.word({"0", "0.00", "", "-5", "much", "0.000000001", "0.001", "1000000000000000", "100000000000000.01",
                     "10000000000000.01", "1,5"});
}

reference::offer request_writer::draw_offer(const reference::request& common, int erased) {
  request_ = common;
  auto& fields = request_.fields;
  fields["channel"] = luck_.pick(policy_.channels);
  if (luck_.percent(2)) fields["channel"] = "nowhere";
  if (luck_.percent(1)) fields.erase("channel");
  if (luck_.percent(1)) fields.erase("market");
  if (luck_.percent(6)) fields.erase("at");
  for (const char* name : {"audience", "segment", "quantity"}) fields.erase(name);
  if (luck_.percent(45)) {
    const long long form = luck_.below(5);
    if (form < 3) fields["segment"] = luck_.word({"member", "student", "vip", "other"});
    if (form > 1) fields["audience"] = luck_.word({"newsletter", "staff"});
  }
  if (luck_.percent(35)) fields["quantity"] = luck_.word({"1", "1.0", "2", "3", "0.5", "10"});
  for (auto field = fields.begin(); field != fields.end();) {
    const bool is_price = field->first.starts_with("price.");
    const bool is_money = is_price || field->first == "list" || field->first == "cost" || field->first == "map" ||
                          field->first == "shipping" || field->first == "current" || field->first == "wholesale" ||
                          field->first == "handling";
    field = is_money && luck_.percent(is_price ? erased : 4) ? fields.erase(field) : std::next(field);
  }
  if (luck_.percent(3)) fields["tax"] = luck_.word({"0%", "19%", "8.1%", "25%"});
  if (luck_.percent(2)) fields.erase("tax");
  if (luck_.percent(4)) spoil();

  reference::offer made;
  made.asked = request_;
  micro price = luck_.percent(20) ? price_ : scaled(price_, luck_.between(8'300, 11'500));
  const int decimals = decimals_of(market_.currency);
  const bool finer = luck_.percent(6);
  micro minor = one_unit;
  for (int i = 0; i < decimals; ++i) minor /= 10;
  price = std::max(price, minor);
  made.price = amount_text(price, finer ? 6 : decimals, luck_.percent(15));
  if (luck_.percent(70)) made.seller = luck_.word({"north", "South", "a-shop"});
  return made;
}

void request_writer::move_to_edges(std::vector<reference::offer>& offers, const reference::policy& policy,
                                   const std::vector<reference::rate_row>& rates) {
  std::vector<reference::finding> found;
  try {
    found = reference::audit(policy, offers, rates, 300'000);
  } catch (const reference::undecided&) {
    return;
  }
  std::set<std::size_t> moved;
  for (const reference::finding& one : found) {
    std::vector<long long> edges;
    for (const auto& edge :
         {one.remedy_price_minor, one.remedy_price_minor, one.min_minor, one.max_minor, one.against_price_minor}) {
      if (edge) edges.push_back(*edge);
    }
    if (edges.empty() || moved.contains(one.offer) || !luck_.percent(45)) continue;
    moved.insert(one.offer);
    long long minor = luck_.pick(edges);
    if (luck_.percent(35)) minor += luck_.percent(50) ? 1 : -1;
    if (minor <= 0) continue;
    std::string digits = std::to_string(minor);
    const auto decimals = static_cast<std::size_t>(decimals_of(market_.currency));
    if (decimals > 0) {
      if (digits.size() <= decimals) digits.insert(0, decimals + 1 - digits.size(), '0');
      digits.insert(digits.size() - decimals, ".");
    }
    offers[one.offer].price = digits;
  }
}

long long request_writer::some_time() {
  if (!policy_.boundaries_unix_ms.empty() && luck_.percent(70)) {
    const long long boundary = luck_.pick(policy_.boundaries_unix_ms);
    switch (luck_.below(8)) {
      case 0:
        return boundary;
      case 1:
        return boundary - 1;
      case 2:
        return boundary + 1;
      case 3:
        return boundary + 3'600'000;
      case 4:
        return boundary - 3'600'000;
      case 5:
        return boundary + 3'599'999;
      default:
        return boundary + luck_.between(-20LL * 86'400'000, 20LL * 86'400'000);
    }
  }
  const long long start =
      absl::ToUnixMillis(absl::FromCivil(absl::CivilSecond(policy_.year, 1, 1), absl::UTCTimeZone()));
  return start + luck_.below(365LL * 86'400) * 1000;
}

void request_writer::draw_attributes() {
  auto& fields = request_.fields;
  const auto often = [&](int percent, const char* name, const std::string& value) {
    if (luck_.percent(percent)) fields[name] = value;
  };
  often(95, "sku", luck_.word({"S1", "S2", "S3", "S4", "S5", "S6", "S7"}));
  often(70, "category",
        luck_.word({"food", "food/tea", "food/tea/green", "foodstuff", "home", "home/lamp/desk", "toys"}));
  often(40, "segment", luck_.word({"member", "student", "vip", "other"}));
  often(25, "audience", luck_.word({"newsletter", "staff"}));
  often(40, "quantity", luck_.word({"1", "2", "3", "3.0", "6", "0.5", "10", "5"}));
  if (policy_.has_role) often(85, "role", luck_.word({"traffic", "volume", "profit"}));
  if (policy_.has_tier) often(70, "tier", luck_.word({"gold", "Gold", "silver", "bronze"}));
  if (policy_.has_stock) often(75, "stock", luck_.word({"0", "7", "10", "10.0", "25", "-3", "30.5"}));
  often(10, "units", luck_.word({"0", "12", "3.5"}));
  if (luck_.percent(10)) fields["colour"] = "unknown to all";
}

void request_writer::draw_money() {
  auto& fields = request_.fields;
  // The level of the prices in the market's currency: mostly small, often at or next to a cut.
  micro level = luck_.between(150, 7000) * 10'000;
  if (luck_.percent(25)) level = luck_.between(20, 900) * 10'000;
  const bool at_cut = luck_.percent(18);
  if (at_cut) level = luck_.pick(policy_.cuts);
  if (luck_.percent(4)) level *= luck_.percent(80) ? 8 : 40;
  bool huge = false;
  if (policy_.tight && luck_.percent(40)) {
    huge = true;
    for (long long i = luck_.between(1, 8); i > 0; --i) level *= 10;
  }
  micro price = at_level(level, market_.currency);
  const int decimals = decimals_of(market_.currency);
  if (at_cut && luck_.percent(50)) {
    micro minor = one_unit;
    for (int i = 0; i < decimals; ++i) minor /= 10;
    price += luck_.between(-1, 1) * minor;
  }
  const auto bands = policy_.bands.find(market_.name);
  if (bands != policy_.bands.end() && !bands->second.empty() && !huge && luck_.percent(25)) {
    // At or next to where a band of the culture begins or ends; what is too far up costs too much time.
    micro minor = one_unit;
    for (int i = 0; i < decimals; ++i) minor /= 10;
    const micro end = luck_.pick(bands->second);
    if (end / minor <= 100'000)
      price = std::max(
          minor, luck_.percent(50) ? end + luck_.between(-2, 2) * minor : scaled(end, luck_.between(9'500, 11'500)));
  }
  price_ = price;
  // Often a request is in another currency.
  std::string currency = market_.currency;
  if (!huge && luck_.percent(20)) {
    static const std::vector<std::string> all = {"EUR", "USD", "CNY", "JPY", "KWD", "CHF"};
    currency = luck_.pick(all);
    price = price / worth(market_.currency) * worth(currency) +
            price % worth(market_.currency) * worth(currency) / worth(market_.currency);
    if (price < 1'000) price = 1'000;
  }
  if (currency != market_.currency || luck_.percent(5)) fields["currency"] = currency;
  const int shown = decimals_of(currency);
  const int digits = luck_.percent(6) ? std::min(6, shown + 2) : shown;
  micro least = one_unit;
  for (int i = 0; i < digits; ++i) least /= 10;

  const auto displayed = [&](int percent, const std::string& name, long long low, long long high) {
    if (!luck_.percent(percent)) return;
    micro amount = luck_.percent(30) ? price : scaled(price, luck_.between(low, high));
    amount = std::max(amount, least);
    fields[name] = amount_text(amount, digits, luck_.percent(10));
  };
  const auto net = [&](int percent, const std::string& name, long long low, long long high) {
    if (!luck_.percent(percent)) return;
    const auto rate = reference::parse_rate(market_.tax).value() * 10'000;
    const long long taxed =
        market_.gross
            ? 10'000 + static_cast<long long>(boost::multiprecision::cpp_int(numerator(rate) / denominator(rate)))
            : 10'000;
    const micro amount = scaled(price, luck_.between(low, high)) / taxed * 10'000;
    fields[name] = amount_text(amount, digits, luck_.percent(10));
  };
  for (const std::string& channel : policy_.channels) displayed(97, "price." + channel, 9'300, 10'800);
  displayed(97, "list", 9'900, 11'800);
  displayed(88, "msrp", 10'000, 12'500);
  displayed(72, "map", 7'500, 9'900);
  displayed(78, "current", 8'800, 10'300);
  displayed(policy_.wanted.culture ? 60 : 30, "lowest_prior", 8'000, 10'000);
  net(96, "cost", 4'500, 8'600);
  net(90, "shipping", 0, 400);
  if (policy_.has_wholesale) net(93, "wholesale", 5'000, 8'500);
  if (policy_.has_vip) displayed(93, "vip_price", 8'500, 9'900);
  if (policy_.has_handling) net(90, "handling", 200, 2'500);
  if (luck_.percent(market_.gross && !market_.taxed ? (policy_.mixed_displays ? 55 : 75) : 8))
    fields["tax"] = luck_.percent(60) ? market_.tax : luck_.word({"0%", "19%", "8.1%", "20%", "25%", "100%"});
  if (luck_.percent(8)) fields["fee"] = luck_.word({"0%", "3%", "7.5%", "15%"});
  if (luck_.percent(65)) {
    // Next to the request's own time, or next to a boundary before or after it.
    const long long days = luck_.between(0, 3);
    const long long since = luck_.percent(60) ? at_unix_ms_ - days * luck_.between(0, 86'400'000) : some_time();
    fields["current_since"] = instant_text(since, luck_);
  }
  if (policy_.tight && currency == market_.currency && luck_.percent(4)) {
    // The greatest amounts that there are.
    static const std::map<int, std::vector<std::string>> greatest = {
        {0, {"999999999999999", "999999999999990"}},
        {2, {"10000000000000.00", "9999999999999.99", "9999999999998.05", "10000000000000"}},
        {3, {"1000000000000.000", "999999999999.999", "1000000000000", "999999999999.5"}}};
    const std::string text = luck_.pick(greatest.at(decimals));
    for (auto& [name, value] : fields) {
      if (name == "list" || name.starts_with("price.")) value = text;
    }
  }
}

void request_writer::spoil() {
  auto& fields = request_.fields;
  for (long long i = luck_.between(1, 2); i > 0; --i) {
    switch (luck_.below(14)) {
      case 0:
        fields["list"] = "0";
        break;
      case 1:
        fields["price." + luck_.pick(policy_.channels)] = luck_.word({"0.00", "-1"});
        break;
      case 2:
        fields["cost"] = "-0.01";
        break;
      case 3:
        fields["tax"] = "-1%";
        break;
      case 4:
        fields["fee"] = luck_.word({"-5%", "101%"});
        break;
      case 5:
        fields["quantity"] = luck_.word({"0", "-2"});
        break;
      case 6:
        fields["units"] = "-1";
        break;
      case 7:
        fields["channel"] = "nowhere";
        break;
      case 8:
        fields["market"] = "ZZ";
        break;
      case 9:
        fields["currency"] = "ZZZ";
        break;
      case 10:
        if (policy_.has_role) fields["role"] = "unheard-of";
        break;
      case 11:
        if (policy_.has_stock) fields["stock"] = "many";
        break;
      case 12:
        if (fields.contains("market") && !fields.contains("currency")) {
          // One more than 10^15 minor units, or exactly as much.
          static const std::map<int, std::string> greatest = {
              {0, "1000000000000000"}, {2, "10000000000000"}, {3, "1000000000000"}};
          std::string text = greatest.at(decimals_of(market_.currency));
          if (text.size() > 15) text = "999999999999999";
          // What no expression asks for, so that nobody has to count up to there.
          if (luck_.percent(50) && text[0] != '9') text.back() = '1';
          fields["lowest_prior"] = text;
        }
        break;
      default:
        if (policy_.has_wholesale) fields["wholesale"] = "-3";
        if (policy_.has_vip) fields["vip_price"] = "0";
    }
  }
}

}  // namespace generator
