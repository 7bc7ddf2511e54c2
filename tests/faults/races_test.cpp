// SPDX-License-Identifier: Apache-2.0
// Policies swapped under many threads in every way that a program can hold them. Each answer must be the whole answer
// of one policy that was published. A fixed number of rounds; or, with PRICEPOINT_RACE_SECONDS, as long as that says.
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "compile/machine.hpp"
#include "pricepoint/pricepoint.hpp"

namespace {

using namespace pricepoint::literals;
using pricepoint::decision;
using pricepoint::policy;
using pricepoint::policy_slot;
using pricepoint::request;
using pricepoint::slot_pricer;

// Policies that differ in all that a decision says: another discount, ending, floor, advice and credit each.
// Their rules are read from the text when the first price needs them.
policy numbered(int n) {
  const std::string number = std::to_string(n);
  const std::string text = R"({"pricepoint":1,"name":"p)" + number + R"(",
    "markets":{"CN":{"tax":")" +
                           number + R"(%"},"DE":{"tax":"19%"}},
    "channels":{"store":{"kind":"traditional"},"web":{"kind":"online","reference":"store"}},
    "attributes":{"role":["traffic","volume"]},
    "rules":[{"id":"off)" + number +
                           R"(","discount":")" + number + R"(%"},
             {"id":"extra)" +
                           number + R"(","when":{"role":"traffic"},"discount":"1%","group":"g"},
             {"id":"end)" + number +
                           R"(","endings":[".)" + number + R"("]},
             {"id":"earn)" +
                           number + R"(","floor":"cost * 1)" + number + R"(%"},
             {"id":"say)" + number +
                           R"(","advise":"advice-)" + number + R"("},
             {"id":"owe)" + number +
                           R"(","credit":{"to":"store","rate":")" + number + R"(%"}}]})";
  auto made = pricepoint::parse_policy(text, "p" + number, {.max_resident_rules = 0});
  if (!made) throw std::runtime_error(made.error().to_string());
  return *made;
}

std::vector<request> requests() {
  std::vector<request> all;
  for (const std::string_view market : {"CN", "DE"}) {
    for (const std::string_view role : {"traffic", "volume"}) {
      for (const auto store : {"32.00"_money, "48.50"_money, "7.10"_money}) {
        all.push_back({.sku = "A1",
                       .channel = "web",
                       .market = market,
                       .prices = {{"store", store}},
                       .cost = "12"_money,
                       .attributes = {{"role", role}}});
      }
    }
  }
  all.push_back({.channel = "web", .market = "CN"});  // incomplete
  return all;
}

std::string told(const decision& of) {
  std::string text(to_string(of.status()));
  if (of.price()) text += " " + to_string(*of.price());
  if (of.net()) text += " " + to_string(*of.net());
  for (const auto& names : {of.discounts(), of.limited_by(), of.relaxed(), of.conflict(), of.advice()}) {
    text += " |";
    for (const std::string_view one : names) text.append(" ").append(one);
  }
  for (const auto& one : of.credits()) text.append(" ").append(one.to).append(to_string(one.due));
  return text;
}

constexpr int policies = 7;

// What every policy says of every request, by fingerprint.
struct known_answers {
  std::vector<policy> all;
  std::vector<request> asked = requests();
  std::map<std::string, std::vector<std::string>, std::less<>> by_policy;

  known_answers() {
    for (int n = 10; n < 10 + policies; ++n) {
      all.push_back(numbered(n));
      pricepoint::pricer alone(numbered(n));
      std::vector<std::string>& said = by_policy[std::string(all.back().fingerprint())];
      for (const request& one : asked) said.push_back(told(alone.price(one)));
    }
  }
  bool is_whole(const decision& of, std::size_t request) const {
    const auto found = by_policy.find(of.policy());
    return found != by_policy.end() && found->second[request] == told(of);
  }
};

// A number of rounds, or a time.
class patience {
 public:
  explicit patience(int rounds) : left_(rounds) {
    if (const char* const seconds = std::getenv("PRICEPOINT_RACE_SECONDS"); seconds != nullptr) {
      for (const char* c = seconds; *c >= '0' && *c <= '9'; ++c) seconds_ = 10 * seconds_ + (*c - '0');
    }
    end_ = std::chrono::steady_clock::now() + std::chrono::seconds(seconds_);
  }
  bool take() {
    if (seconds_ > 0) return std::chrono::steady_clock::now() < end_;
    return left_.fetch_sub(1) > 0;
  }
  bool over() const { return seconds_ > 0 ? std::chrono::steady_clock::now() >= end_ : left_.load() <= 0; }

 private:
  std::atomic<int> left_;
  int seconds_ = 0;
  std::chrono::steady_clock::time_point end_;
};

// [REL-42] Rules that nobody has asked for yet, asked for by many at the same time.
TEST(races, rules_are_read_once_for_all) {
  constexpr int count = 400;
  std::string text = R"({"pricepoint":1,"markets":{"CN":{"tax":"13%"}},"channels":{"web":{"kind":"online"}},"rules":[)";
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    text += (i == 0 ? R"({"id":"r)" : R"(,{"id":"r)") + number + R"(","when":{"sku":"A)" + number + R"("},"price":")" +
            number + R"(.5"})";
  }
  text += "]}";
  for (int round = 0; round < 5; ++round) {
    const auto read = pricepoint::parse_policy(text, "many", {.max_resident_rules = 0});
    ASSERT_TRUE(read) << read.error().to_string();
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&] {
        pricepoint::pricer pricer(*read);
        for (int i = 0; i < count; ++i) {
          const std::string sku = "A" + std::to_string(i);
          const decision made = pricer.price({.sku = sku, .channel = "web", .market = "CN", .list = "9"_money});
          if (!made.price() || to_string(*made.price()) != std::to_string(i) + ".50") ++wrong;
        }
      });
    }
    for (std::thread& one : threads) one.join();
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(pricepoint::engine::machine_of(*read).rules_made(), static_cast<std::uint32_t>(count));
  }
}

// [REL-40] [REL-41] Three writers; readers that stay, that come and go, that bind, that price columns, that explain;
// and slots that go while their readers price.
TEST(races, every_answer_is_that_of_one_policy) {
  const known_answers known;
  std::mutex place;
  auto shared = std::make_shared<policy_slot>(known.all[0]);  // the slot as it stands: it is replaced too
  const auto slot_now = [&] {
    const std::lock_guard lock(place);
    return shared;
  };
  patience rounds(1500);
  std::atomic<int> torn{0};
  std::atomic<std::uint64_t> answers{0};
  std::vector<std::thread> threads;
  for (std::size_t writer = 0; writer < 3; ++writer) {
    threads.emplace_back([&, writer] {
      for (std::size_t i = writer; rounds.take(); ++i) {
        const auto slot = slot_now();
        const policy& next = known.all[i % known.all.size()];
        if (i % 5 == 0) {
          slot->publish(next, std::span<const request>(known.asked));
        } else {
          slot->publish(next);
        }
        if (i % 64 == 0 && writer == 0) {
          auto fresh = std::make_shared<policy_slot>(next);
          const std::lock_guard lock(place);
          shared = std::move(fresh);
        }
        if (i % 3 == 0) std::this_thread::yield();
      }
    });
  }
  const auto check = [&](const decision& of, std::size_t which) {
    if (!known.is_whole(of, which)) ++torn;
    ++answers;
  };
  // Stays with one slot for a while, with one pricer.
  for (int reader = 0; reader < 2; ++reader) {
    threads.emplace_back([&] {
      do {
        slot_pricer pricer(*slot_now());
        decision out;
        for (std::size_t i = 0; i < 400 && !rounds.over(); ++i) {
          pricer.price(known.asked[i % known.asked.size()], out);
          check(out, i % known.asked.size());
        }
      } while (!rounds.over());
    });
  }
  // Comes and goes: pricers are destroyed while policies are swapped.
  threads.emplace_back([&] {
    for (std::size_t i = 0; !rounds.over(); ++i) {
      auto pricer = std::make_unique<slot_pricer>(*slot_now());
      check(pricer->price(known.asked[i % known.asked.size()]), i % known.asked.size());
      const policy kept = slot_now()->get();
      pricepoint::pricer alone(kept);
      pricer.reset();
      check(alone.price(known.asked[i % known.asked.size()]), i % known.asked.size());
    }
  });
  // Binds: the bound pricer follows.
  threads.emplace_back([&] {
    const std::array<std::string_view, 2> fields = {"price.store", "cost"};
    const std::array<std::int64_t, 2> values = {3200, 1200};
    while (!rounds.over()) {
      slot_pricer pricer(*slot_now());
      auto bound = pricer.bind(known.asked[0], fields);
      if (!bound) {
        ++torn;
        continue;
      }
      decision out;
      for (int i = 0; i < 100 && !rounds.over(); ++i) {
        if (!bound->follow()) ++torn;
        bound->bound().price(values, out);
        check(out, 0);
      }
    }
  });
  // Columns: a batch is priced with one policy from its first row to its last.
  threads.emplace_back([&] {
    constexpr std::size_t rows = 64;
    const std::vector<std::int64_t> store(rows, 3200);
    pricepoint::request_columns asking{.rows = rows,
                                       .sku = pricepoint::text_column::all("A1"),
                                       .channel = pricepoint::text_column::all("web"),
                                       .market = pricepoint::text_column::all("CN")};
    asking.prices = {{"store", store}};
    asking.cost = pricepoint::number_column::all(1200);
    const std::array<std::string_view, 1> role = {"traffic"};
    const std::vector<std::int32_t> codes(rows, 0);
    asking.attributes = {{"role", pricepoint::text_column(codes, role), {}}};
    pricepoint::decision_columns out;
    while (!rounds.over()) {
      slot_pricer slot(*slot_now());
      pricepoint::pricer& one = slot.take();
      pricepoint::price_columns(one, asking, out);
      const decision alone = one.price(known.asked[0]);
      check(alone, 0);
      if (out.policy != alone.policy()) ++torn;
      for (const std::int64_t price : out.price_minor) {
        if (price != alone.price()->minor) ++torn;
      }
    }
  });
  // Explains and audits with a policy taken from the slot.
  threads.emplace_back([&] {
    while (!rounds.over()) {
      slot_pricer pricer(*slot_now());
      const std::string text = explain(pricer, known.asked[0]).text();
      const std::size_t at = text.find("off");
      const std::string number = at == std::string::npos ? "?" : text.substr(at + 3, 2);
      for (int n = 10; n < 10 + policies; ++n) {
        if (std::to_string(n) != number && text.find("off" + std::to_string(n)) != std::string::npos) ++torn;
      }
      if (number == "?") ++torn;
      pricepoint::auditor auditor(slot_now()->get());
      std::vector<pricepoint::offer> offers(1);
      offers[0].request = known.asked[0];
      offers[0].price = pricepoint::parse_decimal("1.00");
      std::vector<pricepoint::finding> found;
      auditor.audit(offers, found);
      const std::string suffix(auditor.policy().name().substr(1));
      for (const pricepoint::finding& one : found) {
        if (!one.rule.empty() && !one.rule.ends_with(suffix)) ++torn;
      }
      ++answers;
    }
  });
  for (std::thread& one : threads) one.join();
  EXPECT_EQ(torn.load(), 0);
  EXPECT_GT(answers.load(), 100u);
}

}  // namespace
