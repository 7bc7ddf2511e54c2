// SPDX-License-Identifier: Apache-2.0
// A policy is replaced a thousand times while four threads price with it. No thread waits or stops, every price is that
// of the policy that the decision names, and whoever asks after the last replacement has an answer of the last policy.
#include <atomic>
#include <cstdio>
#include <map>
#include <pricepoint/pricepoint.hpp>
#include <pricepoint/pricing/policy_slot.hpp>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace pricepoint::literals;

// One policy for each season; they differ in one number.
pricepoint::policy season(const std::string& name, const std::string& discount) {
  return pricepoint::parse_policy(R"({
    "pricepoint": 1,
    "name": ")" + name + R"(",
    "markets": { "CN": { "currency": "CNY", "unit": "0.01", "display": "gross", "tax": "13%" } },
    "channels": { "store": { "kind": "traditional" }, "web": { "kind": "online", "reference": "store" } },
    "rules": [
      { "id": "discount", "discount": ")" +
                                  discount + R"(" },
      { "id": "endings", "endings": [".90", ".80"] }
    ]
  })")
      .value();
}

const pricepoint::request asked{
    .sku = "A1", .channel = "web", .market = "CN", .prices = {{"store", "32.00"_money}}, .shipping = "1"_money};

struct seen {
  std::size_t wrong = 0;          // prices that are not those of the policy that the decision names
  std::size_t backwards = 0;      // an older policy after a newer one
  std::int64_t last_minor = 0;    // of the answer after the last replacement
  std::uint64_t last_number = 0;  // of its policy
};

}  // namespace

int main() {
  const pricepoint::policy spring = season("spring", "8%");
  const pricepoint::policy summer = season("summer", "15%");

  // What each policy answers by itself, by its fingerprint.
  std::map<std::string, std::int64_t, std::less<>> right;
  for (const auto& policy : {spring, summer}) {
    const pricepoint::decision alone = pricepoint::pricer(policy).price(asked);
    right[std::string(alone.policy())] = alone.price()->minor;
    std::printf("%s: %s CNY\n", std::string(policy.name()).c_str(), to_string(*alone.price()).c_str());
  }

  pricepoint::policy_slot slot(spring);
  std::atomic<int> prices = 0;
  std::atomic<bool> done = false;
  std::vector<seen> results(4);
  std::vector<std::thread> threads;
  for (seen& mine : results) {
    threads.emplace_back([&slot, &prices, &done, &right, &mine] {
      pricepoint::slot_pricer pricer(slot);  // one per thread
      pricepoint::decision decision;
      for (bool last = false; !last;) {
        last = done;  // looked at before the price is asked for: then the policy is the last one
        const std::uint64_t before = pricer.number();
        pricer.price(asked, decision);
        ++prices;
        if (pricer.number() < before) ++mine.backwards;
        if (decision.price()->minor != right.find(decision.policy())->second) ++mine.wrong;
      }
      mine.last_minor = decision.price()->minor;
      mine.last_number = pricer.number();
    });
  }
  for (int i = 1; i <= 1000; ++i) {
    while (prices < 50 * i) std::this_thread::yield();  // so that the threads are at work all the while
    slot.publish(i % 2 == 0 ? summer : spring);
  }
  done = true;
  for (std::thread& thread : threads) thread.join();

  std::printf("%llu policies\n", static_cast<unsigned long long>(slot.published()));
  for (const seen& mine : results) {
    std::printf("a thread: %zu wrong, %zu backwards; in the end %lld with policy %llu\n", mine.wrong, mine.backwards,
                static_cast<long long>(mine.last_minor), static_cast<unsigned long long>(mine.last_number));
  }
}
