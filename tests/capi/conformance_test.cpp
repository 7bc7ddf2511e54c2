// SPDX-License-Identifier: Apache-2.0
// The cases of tests/conformance through C++ and C: a request is the same whichever way it comes.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <cstring>
#include <deque>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "pricepoint/pricepoint.h"
#include "pricepoint/pricepoint.hpp"

namespace {

namespace json = boost::json;

std::string_view text_of(pricepoint_view view) {
  // Every text ends with a zero byte.
  EXPECT_TRUE(view.data == nullptr || view.data[view.size] == '\0');
  return {view.data, view.size};
}

// [REL-36] As its initialiser makes it, or of zeros but for its size, as languages with zero values do.
struct c_case {
  explicit c_case(bool zeros = false) {
    if (!zeros) return;
    std::memset(&request, 0, sizeof request);
    request.struct_size = sizeof request;
  }
  pricepoint_request request = PRICEPOINT_REQUEST_INIT;
  std::vector<pricepoint_channel_price> prices;
  std::vector<pricepoint_attribute> attributes;
};

// The request of JSON in both languages. The texts live in `texts`.
void read(const json::object& from, std::deque<std::string>& texts, pricepoint::request& cpp, c_case& c) {
  const auto keep = [&](const json::value& value) {
    texts.push_back(value.is_string() ? std::string(value.as_string()) : json::serialize(value));
    return std::string_view(texts.back());
  };
  const auto view = [](std::string_view text) { return pricepoint_view{text.data(), text.size()}; };
  const std::map<std::string_view,
                 std::pair<std::string_view pricepoint::request::*, pricepoint_view pricepoint_request::*>>
      words = {{"sku", {&pricepoint::request::sku, &pricepoint_request::sku}},
               {"category", {&pricepoint::request::category, &pricepoint_request::category}},
               {"segment", {&pricepoint::request::segment, &pricepoint_request::segment}},
               {"audience", {&pricepoint::request::audience, &pricepoint_request::audience}},
               {"channel", {&pricepoint::request::channel, &pricepoint_request::channel}},
               {"market", {&pricepoint::request::market, &pricepoint_request::market}},
               {"currency", {&pricepoint::request::currency, &pricepoint_request::currency}}};
  using money = std::optional<pricepoint::decimal> pricepoint::request::*;
  const std::map<std::string_view, std::pair<money, pricepoint_number pricepoint_request::*>> numbers = {
      {"quantity", {&pricepoint::request::quantity, &pricepoint_request::quantity}},
      {"units", {&pricepoint::request::units, &pricepoint_request::units}},
      {"list", {&pricepoint::request::list, &pricepoint_request::list}},
      {"msrp", {&pricepoint::request::msrp, &pricepoint_request::msrp}},
      {"map", {&pricepoint::request::map, &pricepoint_request::map}},
      {"current", {&pricepoint::request::current, &pricepoint_request::current}},
      {"lowest_prior", {&pricepoint::request::lowest_prior, &pricepoint_request::lowest_prior}},
      {"cost", {&pricepoint::request::cost, &pricepoint_request::cost}},
      {"shipping", {&pricepoint::request::shipping, &pricepoint_request::shipping}}};
  const auto number = [&](std::string_view text) { return pricepoint_number{PRICEPOINT_NUMBER_TEXT, 0, view(text)}; };
  for (const auto& member : from) {
    const std::string_view key = member.key();
    if (key == "prices") {
      for (const auto& price : member.value().as_object()) {
        texts.emplace_back(price.key());
        const std::string_view channel = texts.back();
        const std::string_view text = keep(price.value());
        cpp.prices.push_back({channel, *pricepoint::parse_decimal(text)});
        c.prices.push_back({view(channel), number(text)});
      }
      continue;
    }
    const std::string_view text = keep(member.value());
    if (const auto word = words.find(key); word != words.end()) {
      cpp.*word->second.first = text;
      c.request.*word->second.second = view(text);
    } else if (const auto found = numbers.find(key); found != numbers.end()) {
      cpp.*found->second.first = pricepoint::parse_decimal(text);
      c.request.*found->second.second = number(text);
    } else if (key == "at" || key == "current_since") {
      const auto when = pricepoint::parse_instant(text);
      (key == "at" ? cpp.at : cpp.current_since) = when;
      (key == "at" ? c.request.at_unix_ms : c.request.current_since_unix_ms) = PRICEPOINT_GIVEN(when->unix_ms);
    } else if (key == "tax" || key == "fee") {
      const auto rate = pricepoint::parse_rate(text);
      (key == "tax" ? cpp.tax : cpp.fee) = rate;
      (key == "tax" ? c.request.tax_e8 : c.request.fee_e8) = PRICEPOINT_GIVEN(rate->e8());
    } else {
      texts.emplace_back(key);
      cpp.attributes.push_back({texts.back(), text});
      c.attributes.push_back({view(texts.back()), view(text), PRICEPOINT_NUMBER_INIT});
    }
  }
  c.request.prices = c.prices.data();
  c.request.price_count = c.prices.size();
  c.request.attributes = c.attributes.data();
  c.request.attribute_count = c.attributes.size();
}

// The members of a decision that both languages give, as the program writes them.
json::object members_of(const pricepoint::decision& of) {
  std::string text = "{";
  pricepoint::append_json_members(text, of);
  return json::parse(text + "}").as_object();
}

json::object members_of(const pricepoint_decision& of) {
  json::object made;
  const auto money = [&](const char* key, std::int64_t minor) {
    if (minor == PRICEPOINT_ABSENT) return;
    made[key] = to_string(pricepoint::amount{minor, *pricepoint::find_currency(of.currency)});
  };
  const auto names = [&](const char* key, const pricepoint_names& list) {
    if (list.count == 0) return;
    json::array all;
    for (std::size_t i = 0; i < list.count; ++i) all.emplace_back(text_of(list.names[i]));
    made[key] = all;
  };
  if (of.currency[0] != '\0') made["currency"] = of.currency;
  made["status"] = pricepoint_status_name(of.status);
  money("price", of.price);
  money("net", of.net);
  money("tax", of.tax);
  if (of.target.size != 0) made["target"] = text_of(of.target);
  names("discounts", of.discounts);
  names("limited_by", of.limited_by);
  money("was", of.was);
  money("saving", of.saving);
  if (of.was != PRICEPOINT_ABSENT) made["saving_rate"] = std::to_string(of.saving_rate_percent) + "%";
  names("relaxed", of.relaxed);
  names("conflict", of.conflict);
  names("missing", of.missing);
  names("invalid", of.invalid);
  names("advice", of.advice);
  if (of.credit_count != 0) {
    json::array all;
    for (std::size_t i = 0; i < of.credit_count; ++i) {
      const auto due = pricepoint::amount{of.credits[i].minor, *pricepoint::find_currency(of.currency)};
      all.push_back(json::object{{"to", text_of(of.credits[i].to)}, {"amount", to_string(due)}});
    }
    made["credits"] = all;
  }
  if (of.held != 0) made["held"] = true;
  money("fallback_price", of.fallback_price);
  if (of.next_change_at_unix_ms != PRICEPOINT_ABSENT) {
    made["next_change_at"] = to_string(pricepoint::instant{of.next_change_at_unix_ms});
  }
  made["policy"] = text_of(of.policy);
  return made;
}

struct policies {
  explicit policies(const std::string& file) : cpp(pricepoint::load_policy(file).value()) {
    EXPECT_EQ(pricepoint_policy_from_file({file.data(), file.size()}, nullptr, &c, nullptr), PRICEPOINT_OK);
    EXPECT_EQ(pricepoint_pricer_create(c, nullptr, &pricer, nullptr), PRICEPOINT_OK);
    EXPECT_EQ(text_of(pricepoint_policy_fingerprint(c)), cpp.policy().fingerprint());
  }
  policies(const policies&) = delete;
  policies& operator=(const policies&) = delete;
  ~policies() {
    pricepoint_pricer_free(pricer);
    pricepoint_policy_free(c);
  }
  pricepoint::pricer cpp;
  pricepoint_policy* c = nullptr;
  pricepoint_pricer* pricer = nullptr;
};

std::string taken(pricepoint_text* text) {
  std::string made(text_of(pricepoint_text_get(text)));
  pricepoint_text_free(text);
  return made;
}

TEST(capi_conformance, cases_are_the_same_in_cpp_and_c) {
  std::ifstream in("tests/conformance/cases/cases.ndjson");
  std::map<std::string, std::unique_ptr<policies>> known;
  std::string line;
  int cases = 0;
  while (std::getline(in, line)) {
    SCOPED_TRACE("case " + std::to_string(++cases));
    const json::object one = json::parse(line).as_object();
    auto& with = known[std::string(one.at("policy").as_string())];
    if (!with) with = std::make_unique<policies>(std::string(one.at("policy").as_string()));
    std::deque<std::string> texts;
    pricepoint::request cpp;
    c_case c;
    read(one.at("request").as_object(), texts, cpp, c);
    json::object expected = one.at("decision").as_object();
    const std::string explanation(one.at("explanation").as_string());

    const std::string request = json::serialize(one.at("request"));
    pricepoint_text* text = nullptr;
    ASSERT_EQ(pricepoint_price_json(with->pricer, {request.data(), request.size()}, &text, nullptr), PRICEPOINT_OK);
    EXPECT_EQ(json::parse(taken(text)).as_object(), expected);
    ASSERT_EQ(
        pricepoint_explain_json(with->pricer, {request.data(), request.size()}, PRICEPOINT_FORMAT_TEXT, &text, nullptr),
        PRICEPOINT_OK);
    EXPECT_EQ(taken(text), explanation);

    for (const char* key : {"sku", "channel", "market"}) expected.erase(key);
    for (const auto& member : one.at("request").as_object()) {
      // What the policy does not know is carried through to lines of JSON alone.
      const auto carried = expected.find(member.key());
      if (carried != expected.end() && member.key() != "currency") expected.erase(carried);
    }
    EXPECT_EQ(members_of(with->cpp.price(cpp)), expected);
    EXPECT_EQ(explain(with->cpp, cpp).text(), explanation);
    c_case zeros(true);
    pricepoint::request same;
    read(one.at("request").as_object(), texts, same, zeros);
    for (const c_case* form : {&c, &zeros}) {
      pricepoint_decision decision;
      std::memset(&decision, 0, sizeof decision);
      decision.struct_size = sizeof decision;
      ASSERT_EQ(pricepoint_price(with->pricer, &form->request, &decision, nullptr), PRICEPOINT_OK);
      EXPECT_EQ(members_of(decision), expected);
      ASSERT_EQ(pricepoint_explain(with->pricer, &form->request, PRICEPOINT_FORMAT_TEXT, &text, nullptr),
                PRICEPOINT_OK);
      EXPECT_EQ(taken(text), explanation);
    }
  }
  EXPECT_GE(cases, 50);
}

// The thousand requests of policy_a, through both.
TEST(capi_conformance, policy_a_is_the_same_in_cpp_and_c) {
  policies with("tests/conformance/policy_a/policy.json");
  std::ifstream in("tests/conformance/policy_a/expected.csv");
  const auto cells_of = [](const std::string& line) {
    std::vector<std::string> cells(1);
    for (const char c : line) {
      if (c == ',') {
        cells.emplace_back();
      } else if (c != '\r') {
        cells.back().push_back(c);
      }
    }
    return cells;
  };
  std::string line;
  ASSERT_TRUE(std::getline(in, line));
  const std::vector<std::string> names = cells_of(line);
  int rows = 0;
  while (std::getline(in, line)) {
    ++rows;
    const std::vector<std::string> cells = cells_of(line);
    json::object asked;
    json::object prices;
    std::string status;
    std::string price;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == "status") {
        status = cells[i];
      } else if (names[i] == "expected") {
        price = cells[i];
      } else if (cells[i].empty()) {
        continue;
      } else if (names[i].starts_with("price.")) {
        prices[names[i].substr(6)] = cells[i];
      } else {
        asked[names[i]] = cells[i];
      }
    }
    asked["prices"] = prices;
    std::deque<std::string> texts;
    pricepoint::request cpp;
    c_case c;
    read(asked, texts, cpp, c);
    pricepoint_decision decision = PRICEPOINT_DECISION_INIT;
    ASSERT_EQ(pricepoint_price(with.pricer, &c.request, &decision, nullptr), PRICEPOINT_OK);
    const json::object got = members_of(decision);
    EXPECT_EQ(got, members_of(with.cpp.price(cpp)));
    EXPECT_EQ(got.at("status").as_string(), status) << line;
    EXPECT_EQ(got.contains("price") ? std::string(got.at("price").as_string()) : std::string(), price) << line;
  }
  EXPECT_EQ(rows, 1000);
}

}  // namespace
