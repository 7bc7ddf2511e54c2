// SPDX-License-Identifier: Apache-2.0
// Explanations as JSON: the text of one as a whole, and the order of keys.
#include "explaining.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <string>
#include <vector>

namespace pricepoint {
namespace {

using namespace explaining;
using namespace literals;

std::vector<std::string> keys_of(const boost::json::object& object) {
  std::vector<std::string> keys;
  for (const auto& member : object) keys.emplace_back(member.key());
  return keys;
}

// [XPL-7, XPL-8, XPL-9, XPL-10, XPL-11]
TEST(explanation, json_as_a_whole) {
  pricer made = with(worked_example);
  std::string json = explain(made, chinese()).json();
  const std::string fingerprint(made.policy().fingerprint());
  json.replace(json.find(fingerprint), fingerprint.size(), "pp1-");
  EXPECT_EQ(
      json,
      R"({"sku":"A1","channel":"web","market":"CN","currency":"CNY","status":"priced","price":"29.80","net":"26.37","tax":"3.43","target":"29.440000","discounts":["traffic"],"policy":"pp1-","rules":[{"id":"traffic","effect":"discount","on":true},{"id":"gap","effect":"gap","on":true,"because":"a wider gap starts a quarrel"},{"id":"margin","effect":"margin","on":true},{"id":"endings","effect":"endings","on":true},{"id":"no-four","effect":"avoid","on":true},{"id":"eight","effect":"prefer","on":true}],"base":{"amount":"32.00","from":"price.store"},"discount_terms":[{"rule":"traffic","rate":"8%","off":"2.56","counts":true}],"bounds":[{"rule":"gap","strength":"required","asks":"1% to 10% below the price on store","min":"28.80","max":"31.68","binds":false,"kept":true},{"rule":"margin","strength":"required","asks":"a margin of at least 5%","min":"15.47","binds":false,"kept":true}],"shapes":[{"rule":"eight","strength":"weak","asks":"a price with the digit 8","kept":true,"has":true},{"rule":"endings","strength":"strong","asks":"a price ending in .90 or .80","kept":true,"has":true},{"rule":"no-four","strength":"strong","asks":"a price without the digit 4","kept":true,"has":true}],"nearest":"29.44","candidates":[{"price":"28.90","why":"it is farther from the target"},{"price":"29.44","rules":["endings","no-four"],"why":"it breaks endings and no-four, which 29.80 CNY keeps"},{"price":"29.79","rules":["endings"],"why":"it breaks endings, which 29.80 CNY keeps"},{"price":"29.81","rules":["endings"],"why":"it breaks endings, which 29.80 CNY keeps"},{"price":"30.80","why":"it is farther from the target"}]})");
}

TEST(explanation, json_has_its_keys_in_order) {
  request what = german_request();
  what.at = parse_instant("2026-11-05T12:00:00Z");
  what.current = "44.00"_money;
  what.lowest_prior = "43.00"_money;
  const std::string text =
      german(R"({ "id": "off", "discount": "2%" }, { "id": "cap", "ceiling": "41.00", "strength": "strong" },
      { "id": "nines", "endings": [".99"] }, { "id": "keep", "hold": "1%" }, { "id": "was", "was": "list", "skip_if_missing": true },
      { "id": "was-reference", "was": "reference" })");
  const boost::json::object made = boost::json::parse(told(text, what).json()).as_object();
  const std::vector<std::string> expected = {
      "sku",           "channel",        "market",    "at",     "currency", "status",      "price",  "net",
      "tax",           "target",         "discounts", "was",    "saving",   "saving_rate", "policy", "rules",
      "base",          "discount_terms", "bounds",    "shapes", "nearest",  "candidates",  "hold",   "former",
      "former_at_most"};
  EXPECT_EQ(keys_of(made), expected);
  EXPECT_EQ(keys_of(made.at("base").as_object()), (std::vector<std::string>{"amount", "from"}));
  EXPECT_EQ(keys_of(made.at("bounds").at(0).as_object()),
            (std::vector<std::string>{"rule", "strength", "asks", "max", "binds", "kept"}));
  EXPECT_EQ(keys_of(made.at("hold").as_object()), (std::vector<std::string>{"rule", "kept", "instead_of", "why"}));
}

// [XPL-7]
TEST(explanation, json_of_a_request_that_says_nothing) {
  const boost::json::object made = boost::json::parse(told(worked_example, {}).json()).as_object();
  EXPECT_EQ(keys_of(made), (std::vector<std::string>{"status", "missing", "policy"}));
}

}  // namespace
}  // namespace pricepoint
