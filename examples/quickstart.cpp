// SPDX-License-Identifier: Apache-2.0
// clang-format off
#include <cstdio>
#include <pricepoint/pricepoint.hpp>
using namespace pricepoint::literals;
int main() {
  pricepoint::pricer pricer{pricepoint::load_policy("examples/policies/worked-example.json").value()};
  const pricepoint::request asked{.sku = "A1", .channel = "web", .market = "CN", .prices = {{"store", "32.00"_money}},
                                  .cost = "12"_money, .shipping = "1"_money, .attributes = {{"role", "traffic"}}};
  std::fputs(pricepoint::explain(pricer, asked).text().c_str(), stdout);
}
