// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <pricepoint/pricepoint.hpp>

using namespace pricepoint::literals;

int main(int argc, char** argv) {
  const auto policy = pricepoint::load_policy(argc > 1 ? argv[1] : "policy.json");
  if (!policy) {
    std::fputs(policy.error().to_string().c_str(), stderr);
    return 1;
  }
  pricepoint::pricer pricer(*policy);  // one per thread
  const pricepoint::request asked{.sku = "A1",
                                  .channel = "web",
                                  .market = "CN",
                                  .prices = {{"store", "32.00"_money}},
                                  .cost = "12"_money,
                                  .shipping = "1"_money,
                                  .attributes = {{"role", "traffic"}}};
  const pricepoint::decision decision = pricer.price(asked);
  if (const auto price = decision.price()) {
    std::printf("%s %s\n", to_string(*price).c_str(), price->currency.code().data());
  } else {
    std::puts(to_string(decision.status()).data());
  }
}
