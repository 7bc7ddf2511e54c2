// SPDX-License-Identifier: Apache-2.0
// Memory that runs out at every single allocation of every stage, for that one or for good: std::bad_alloc or a
// diagnostic, nothing is lost, and what was there before goes on with the right answers. The C interface has the same
// in tests/capi/no_memory_test.cpp.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "allocations.hpp"
#include "compile/machine.hpp"
#include "pricepoint/pricepoint.hpp"
#include "scarce.hpp"

namespace {

using namespace faults;
using namespace pricepoint::literals;

struct outcome {
  long allocations = 0;  // that had to succeed
  long failures = 0;
};

// Calls `attempt` again and again, each time with one allocation more before the one that fails, until none is left to
// fail. What it throws is std::bad_alloc; after every call as many allocations live as before. `for_good`: all later
// ones fail as well, in strides.
outcome run_out_once(const char* what, const std::function<void()>& attempt, bool for_good) {
  outcome made;
  stays_out = for_good;
  for (;; made.allocations += for_good ? 1 + made.allocations / 8 : 1) {
    const long before = live.load();
    denied = 0;
    until_failure = made.allocations;
    bool threw = false;
    try {
      attempt();
    } catch (const std::bad_alloc&) {
      threw = true;
    }
    until_failure = -1;
    const bool failed = denied != 0;
    EXPECT_EQ(live.load(), before) << what << " lost memory when allocation " << made.allocations << " failed";
    if (!failed) {
      EXPECT_FALSE(threw) << what << " threw though memory was there";
      return made;
    }
    ++made.failures;
    if (testing::Test::HasFailure() || made.allocations > 200'000) {
      ADD_FAILURE() << what << ", allocation " << made.allocations;
      return made;
    }
  }
}

outcome run_out(const char* what, const std::function<void()>& attempt) {
  run_out_once(what, attempt, true);
  return run_out_once(what, attempt, false);
}

// Nothing fails inside: for what happens before and after the call that is looked at.
template <class Work>
auto in_peace(const Work& work) {
  const long left = until_failure.exchange(-1);
  struct restore {
    long left;
    ~restore() { until_failure = left; }
  } after{left};
  return work();
}

// [REL-30] Cold: what a process does once and keeps (the market table, a zone's rules) fails too, and is made later.
// Each try is a process of its own, so that later ones go by strides.
void begin_without_memory(bool for_good) {
  int succeeded = 0;
  long allocations = 0;
  stays_out = for_good;
  for (; succeeded == 0 && allocations < 100'000; allocations += 1 + allocations / (for_good ? 3 : 10)) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      denied = 0;
      until_failure = allocations;
      bool read = false;
      try {
        read = static_cast<bool>(parse(true));
      } catch (const std::bad_alloc&) {
      } catch (...) {
        ::_exit(3);
      }
      until_failure = -1;
      const bool failed = denied != 0;
      if (read && !failed) ::_exit(0);
      const auto again = parse(true);
      if (!again) ::_exit(4);
      pricer with(*again);
      ::_exit(line(with.price(asked())) == answer_with_culture ? 1 : 5);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status)) << "signal " << WTERMSIG(status) << " at allocation " << allocations;
    ASSERT_LE(WEXITSTATUS(status), 1) << "at allocation " << allocations;
    succeeded += WEXITSTATUS(status) == 0 ? 1 : 0;
  }
  EXPECT_EQ(succeeded, 1);
  EXPECT_GT(allocations, 500);
}

TEST(no_memory, in_a_process_that_has_just_begun) {
  begin_without_memory(true);
  begin_without_memory(false);
}

// [REL-30] Reading and compiling a policy.
TEST(no_memory, reading_a_policy) {
  ASSERT_TRUE(parse(true));
  const outcome made = run_out("parse_policy", [] {
    const auto read = parse(true);
    if (read) return;
    ASSERT_EQ(read.error().diagnostics().size(), 1u);
    EXPECT_EQ(read.error().diagnostics()[0].code, "PP-J009");
  });
  EXPECT_GT(made.failures, 500);
  // With mistakes to tell: those, or that memory ran out.
  run_out("parse_policy of mistakes", [] {
    const auto read = pricepoint::parse_policy(R"({"pricepoint":1,"rules":[{"id":"a","flor":"cots"},{"id":"a"}]})");
    ASSERT_FALSE(read);
    for (const auto& one : read.error().diagnostics()) EXPECT_FALSE(one.code.empty());
  });
}

// [REL-31] Rules that are read again when a price needs them: the policy goes on to be used.
TEST(no_memory, reading_a_rule_again) {
  const auto read = [] {
    return pricepoint::parse_policy(policy_text(false), "scarce.json", {.max_resident_rules = 0}, table);
  };
  const auto total = read();
  ASSERT_TRUE(total);
  const std::uint32_t before = pricepoint::engine::machine_of(*total).rules_made();
  const outcome made = run_out("price", [&] {
    auto fresh = in_peace([&] { return std::make_unique<policy>(*read()); });
    EXPECT_EQ(pricepoint::engine::machine_of(*fresh).rules_made(), before);
    auto pricing = in_peace([&] { return std::make_unique<pricer>(*fresh); });
    const auto finish = [&] {
      in_peace([&] {
        EXPECT_EQ(line(pricing->price(asked())), answer);
        pricing.reset();
        fresh.reset();
      });
    };
    try {
      const decision first = pricing->price(asked());
    } catch (...) {
      finish();
      throw;
    }
    finish();
  });
  EXPECT_GT(made.failures, 100);
}

// [REL-31] Single prices: the pricer and the decision go on to be used.
TEST(no_memory, pricing) {
  const policy with = *parse();
  std::vector<std::pair<request, std::string>> cases;
  const auto add = [&](request what) {
    pricer free(with);
    cases.emplace_back(what, line(free.price(what)));
  };
  add(asked());
  request other = asked();
  other.cost = "29"_money;  // a conflict
  add(other);
  other = asked();
  other.channel = "members";
  other.prices.push_back({"web", "30.00"_money});
  other.at = *pricepoint::parse_instant("2026-11-05T00:00:00Z");
  add(other);
  other.prices.clear();  // incomplete
  add(other);
  other.market = "nowhere";  // invalid
  add(other);
  other = asked();
  other.sku = "A7";  // by hand
  add(other);
  other = asked();
  other.tax = "12.345678%"_rate;  // not the usual way
  other.cost = "999999999999.123456789"_money;
  add(other);
  for (const auto& [what, wanted] : cases) {
    const outcome made = run_out("price", [&, &what = what, &wanted = wanted] {
      auto pricing = in_peace([&] { return std::make_unique<pricer>(with); });
      auto out = in_peace([] { return std::make_unique<decision>(); });
      const auto finish = [&] {
        in_peace([&] {
          pricing->price(what, *out);
          EXPECT_EQ(line(*out), wanted);
          pricing.reset();
          out.reset();
        });
      };
      try {
        pricing->price(what, *out);
      } catch (...) {
        finish();
        throw;
      }
      finish();
    });
    EXPECT_GT(made.failures, 0) << wanted;
  }
  run_out("pricer", [&] { const pricer made(with); });
}

// [REL-31] Several channels, bound pricers, explanations.
TEST(no_memory, other_ways_to_price) {
  const policy with = *parse();
  pricer free(with);
  const request what = asked();
  ASSERT_EQ(line(free.price(what)), answer);
  const std::string text = explain(free, what).text();
  const std::string json = explain(free, what).json();
  const std::string over_time = timeline(free, what).text();
  const std::array<std::string_view, 2> channels = {"members", "web"};
  run_out("explain", [&] {
    pricer one(with);
    EXPECT_EQ(explain(one, what).text(), text);
    EXPECT_EQ(explain(one, what).json(), json);
  });
  run_out("timeline", [&] {
    pricer one(with);
    EXPECT_EQ(timeline(one, what).text(), over_time);
  });
  run_out("price_all", [&] {
    pricer one(with);
    std::vector<decision> out;
    std::vector<std::string_view> decided;
    one.price_all(what, channels, out, decided);
    EXPECT_EQ(decided.size(), 2u);
    EXPECT_EQ(out[0].price()->minor, answer_minor);
  });
  const std::array<std::string_view, 2> fields = {"price.store", "cost"};
  const std::array<std::int64_t, 2> values = {3200, 1200};
  run_out("bind", [&] {
    pricer one(with);
    auto bound = one.bind(what, fields);
    ASSERT_TRUE(bound);
    EXPECT_EQ(bound->price(values).price_minor, answer_minor);
    EXPECT_EQ(bound->price(values).price_minor, answer_minor);
  });
}

// [REL-32] Columns, in one thread and in several: the same vectors are used again afterwards.
TEST(no_memory, columns) {
  const policy with = *parse();
  constexpr std::size_t rows = 40;
  std::vector<std::string_view> skus, markets, roles;
  std::vector<std::int64_t> store, cost;
  for (std::size_t i = 0; i < rows; ++i) {
    skus.emplace_back(i % 9 == 0 ? "A7" : "A1");
    markets.emplace_back(i % 2 == 0 ? "CN" : "DE");
    roles.emplace_back(i % 3 == 0 ? "traffic" : "volume");
    store.push_back(3000 + static_cast<std::int64_t>(i) * 37);
    cost.push_back(i % 7 == 0 ? 2900 : 1200);
  }
  pricepoint::request_columns asking{
      .rows = rows, .sku = skus, .channel = pricepoint::text_column::all("web"), .market = markets};
  asking.at_unix_ms = pricepoint::number_column::all(1'780'000'000'000);
  asking.prices = {{"store", store}};
  asking.cost = cost;
  asking.attributes = {{"role", roles, {}}};
  const auto told = [](const pricepoint::decision_columns& of) {
    std::string text;
    for (std::size_t row = 0; row < of.size(); ++row) {
      text += std::to_string(of.price_minor[row]);
      for (const std::uint32_t set : {of.limited_by[row], of.relaxed[row], of.conflict[row], of.missing[row]}) {
        for (const std::string_view one : of.sets[set]) text.append(" ").append(one);
        text += '|';
      }
      text += '\n';
    }
    return text;
  };
  pricer free(with);
  pricepoint::decision_columns first;
  pricepoint::price_columns(free, asking, first);
  const std::string wanted = told(first);
  const outcome made = run_out("price_columns", [&] {
    auto pricing = in_peace([&] { return std::make_unique<pricer>(with); });
    auto out = in_peace([] { return std::make_unique<pricepoint::decision_columns>(); });
    const auto finish = [&] {
      in_peace([&] {
        pricepoint::price_columns(*pricing, asking, *out);
        EXPECT_EQ(told(*out), wanted);
        pricing.reset();
        out.reset();
      });
    };
    try {
      pricepoint::price_columns(*pricing, asking, *out);
    } catch (...) {
      finish();
      throw;
    }
    finish();
  });
  EXPECT_GT(made.failures, 100);
}

// [REL-32] Several threads: what fails in one of them reaches the caller, and the others end.
TEST(no_memory, threads_of_a_batch) {
  const policy with = *parse();
  constexpr std::size_t rows = 9000;
  std::vector<std::int64_t> store;
  for (std::size_t i = 0; i < rows; ++i) store.push_back(3000 + static_cast<std::int64_t>(i));
  pricepoint::request_columns asking{.rows = rows,
                                     .sku = pricepoint::text_column::all("A1"),
                                     .channel = pricepoint::text_column::all("web"),
                                     .market = pricepoint::text_column::all("CN")};
  asking.at_unix_ms = pricepoint::number_column::all(1'780'000'000'000);
  asking.prices = {{"store", store}};
  asking.cost = pricepoint::number_column::all(1200);
  asking.shipping = pricepoint::number_column::all(100);
  pricepoint::batch_pricer free(with, {.threads = 2});
  pricepoint::decision_columns wanted;
  free.price(asking, wanted, pricepoint::part::price);
  // A stride, since each try prices all rows; the threads take turns in who meets the failure.
  for (const bool for_good : {true, false}) {
    bool enough = false;
    stays_out = for_good;
    for (long allocations = 0; !enough && allocations < 100'000; allocations += 1 + allocations / (for_good ? 8 : 40)) {
      pricepoint::batch_pricer pricing(with, {.threads = 2});
      pricepoint::decision_columns out;
      denied = 0;
      until_failure = allocations;
      bool threw = false;
      try {
        pricing.price(asking, out, pricepoint::part::price);
      } catch (const std::bad_alloc&) {
        threw = true;
      }
      until_failure = -1;
      if (threw) pricing.price(asking, out, pricepoint::part::price);
      ASSERT_EQ(out.price_minor, wanted.price_minor) << allocations;
      enough = denied == 0;
    }
    EXPECT_TRUE(enough);
  }
}

// [REL-33] Audits of single products and of columns.
TEST(no_memory, audits) {
  const policy with = *parse();
  std::vector<pricepoint::offer> offers(3);
  const std::array<std::string_view, 3> channels = {"web", "store", "members"};
  const std::array<std::string_view, 3> prices = {"20.00", "32.00", "31.00"};
  for (std::size_t i = 0; i < offers.size(); ++i) {
    offers[i].request.sku = "A1";
    offers[i].request.market = "CN";
    offers[i].request.channel = channels[i];
    offers[i].request.at = *pricepoint::parse_instant("2026-06-01T00:00:00Z");
    offers[i].request.cost = "12"_money;
    offers[i].seller = channels[i];
    offers[i].price = pricepoint::parse_decimal(prices[i]);
  }
  const auto told = [](const std::vector<pricepoint::finding>& all) {
    std::string text;
    for (const pricepoint::finding& one : all) {
      text += std::to_string(one.offer) + " " + std::string(one.rule) + " " + std::string(one.effect) + "\n";
    }
    return text;
  };
  std::vector<pricepoint::finding> found;
  pricepoint::auditor free(with);
  free.audit(offers, found);
  const std::string wanted = told(found);
  ASSERT_NE(wanted.find("near"), std::string::npos) << wanted;
  const outcome made = run_out("audit", [&] {
    auto auditing = in_peace([&] { return std::make_unique<pricepoint::auditor>(with); });
    const auto finish = [&] {
      in_peace([&] {
        std::vector<pricepoint::finding> again;
        auditing->audit(offers, again);
        EXPECT_EQ(told(again), wanted);
        auditing.reset();
      });
    };
    try {
      std::vector<pricepoint::finding> out;
      auditing->audit(offers, out);
      EXPECT_EQ(told(out), wanted);
    } catch (...) {
      finish();
      throw;
    }
    finish();
  });
  EXPECT_GT(made.failures, 100);

  const std::array<std::string_view, 3> skus = {"A1", "A1", "A1"};
  const std::array<std::int64_t, 3> minor = {2000, 3200, 3100};
  pricepoint::offer_columns columns{
      .requests = {.rows = 3, .sku = skus, .channel = channels, .market = pricepoint::text_column::all("CN")},
      .seller = channels,
      .price = minor};
  columns.requests.at_unix_ms = pricepoint::number_column::all(1'780'000'000'000);
  columns.requests.cost = pricepoint::number_column::all(1200);
  run_out("audit_columns", [&] {
    pricepoint::auditor one(with);
    EXPECT_EQ(pricepoint::audit_columns(one, columns).size(), found.size());
  });
}

// [REL-34] A slot: what could not be published is not, and readers go on.
TEST(no_memory, slots) {
  const policy with = *pricepoint::parse_policy(R"({"pricepoint":1,"markets":{"CN":{"tax":"13%"}},
    "channels":{"store":{"kind":"traditional"},"web":{"kind":"online","reference":"store"}},
    "attributes":{"role":["traffic"]},"rules":[{"id":"off","discount":"8%"}]})");
  const std::array<request, 1> samples = {asked()};
  run_out("policy_slot", [&] {
    pricepoint::policy_slot slot(with);
    pricepoint::slot_pricer one(slot);
    EXPECT_EQ(one.price(asked()).price()->minor, 2944);
    try {
      slot.publish(with, samples);
    } catch (...) {
      in_peace([&] {
        EXPECT_EQ(slot.published(), 1u);
        EXPECT_EQ(one.price(asked()).price()->minor, 2944);
      });
      throw;
    }
    EXPECT_EQ(slot.published(), 2u);
    EXPECT_EQ(one.price(asked()).price()->minor, 2944);
  });
}

}  // namespace
