// SPDX-License-Identifier: Apache-2.0
// Reads a request with a Boost.JSON of its own and prices it.
#include <boost/json/src.hpp>
#include <cstdio>
#include <pricepoint/pricepoint.hpp>
#include <string>

int main(int, char** argv) {
  const boost::json::value asked = boost::json::parse(R"({"store": "32.00", "role": "traffic", "weight": 0.25})");
  const auto text = [&](const char* name) { return std::string(asked.at(name).as_string().c_str()); };
  const auto policy = pricepoint::load_policy(argv[1]);
  if (!policy) return 1;
  pricepoint::pricer pricer(*policy);
  const pricepoint::request request{.sku = "A1",
                                    .channel = "web",
                                    .market = "CN",
                                    .prices = {{"store", *pricepoint::parse_decimal(text("store"))}},
                                    .cost = *pricepoint::parse_decimal("12"),
                                    .shipping = *pricepoint::parse_decimal("1"),
                                    .attributes = {{"role", text("role")}}};
  const pricepoint::decision decision = pricer.price(request);
  const auto price = decision.price();
  if (!price || asked.at("weight").as_double() != 0.25) return 1;
  std::printf("%s %s\n", to_string(*price).c_str(), price->currency.code().data());
}
