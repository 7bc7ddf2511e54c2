// SPDX-License-Identifier: Apache-2.0
// Memory that runs out at every single allocation of every stage: std::bad_alloc or a diagnostic, nothing is lost, and
// what was there before goes on with the right answers. The C interface has the same in tests/capi/no_memory_test.cpp.
// At the end: a price takes no memory at all once its kind is known.
#include <gtest/gtest.h>
#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <map>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "pricepoint/engine/machine.hpp"
#include "pricepoint/pricepoint.hpp"

namespace {

// Allocations until one fails, in whatever thread; below zero: none does.
std::atomic<long> until_failure{-1};
std::atomic<long> live{0};
std::atomic<long> taken{0};
std::atomic<long> live_bytes{0};

bool fails_now() {
  long left = until_failure.load(std::memory_order_relaxed);
  while (left >= 0) {
    if (until_failure.compare_exchange_weak(left, left - 1)) return left == 0;
  }
  return false;
}

void* allocate(std::size_t size, std::size_t alignment) {
  if (fails_now()) throw std::bad_alloc();
  void* const made =
      alignment == 0
          ? std::malloc(size == 0 ? 1 : size)
          : std::aligned_alloc(alignment, (std::max<std::size_t>(size, 1) + alignment - 1) / alignment * alignment);
  if (made == nullptr) throw std::bad_alloc();
  live.fetch_add(1, std::memory_order_relaxed);
  taken.fetch_add(1, std::memory_order_relaxed);
  live_bytes.fetch_add(static_cast<long>(::malloc_usable_size(made)), std::memory_order_relaxed);
  return made;
}

void release(void* memory) noexcept {
  if (memory == nullptr) return;
  live.fetch_sub(1, std::memory_order_relaxed);
  live_bytes.fetch_sub(static_cast<long>(::malloc_usable_size(memory)), std::memory_order_relaxed);
  std::free(memory);
}

}  // namespace

// Not inlined, since g++ then takes malloc and delete for a mismatched pair.
[[gnu::noinline]] void* operator new(std::size_t size) { return allocate(size, 0); }
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  return allocate(size, static_cast<std::size_t>(alignment));
}
// As the standard library has it, but not the thread sanitizer.
[[gnu::noinline]] void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return allocate(size, 0);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { release(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { release(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept { release(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { release(memory); }

namespace {

using namespace pricepoint::literals;
using pricepoint::decision;
using pricepoint::policy;
using pricepoint::pricer;
using pricepoint::request;

// Of everything some: tables, periods with a zone, expressions, culture, soft shapes that contradict each other.
// Culture is left out where prices are made: its automata alone are ten thousand allocations.
std::string policy_text(bool culture) {
  std::string text = R"x({"pricepoint":1,"name":"scarce",
  "markets":{"CN":{"tax":"13%"},"DE":{"tax":"19%"}},
  "channels":{"store":{"kind":"traditional"},"dealer":{"kind":"traditional","owner":"reseller"},
              "web":{"kind":"online","reference":"store"},"members":{"kind":"online","reference":"web"}},
  "attributes":{"role":["traffic","volume"],"stock":"number","wholesale":{"money":"net"}},
  "periods":{"eleven":{"from":"2026-11-01","until":"2026-11-11","zone":"Asia/Shanghai"}},
  "rules":[{"id":"off","when":{"role":"traffic"},"discount":"8%"},
           {"id":"more","during":"eleven","discount":"15%","group":"sale"},
           {"id":"near","when":{"channel":"web"},"except":{"period":"eleven"},"gap":{"to":"traditional","max":"10%"}},
           {"id":"earn","floor":"max(cost * 105%, map?)"},{"id":"margin","margin":"5%"},
           {"id":"nine","endings":[".99"]},{"id":"eight","prefer":{"digits":"8"}},{"id":"five","endings":[".95"]},
           CULTURE{"table":"more.csv"}]})x";
  constexpr std::string_view place = "CULTURE";
  return text.replace(text.find(place), place.size(), culture ? R"({"id":"culture","culture":"all"},)" : "");
}

pricepoint::result<pricepoint::policy_language::loaded_table> table(const std::string& name, std::size_t) {
  return pricepoint::policy_language::loaded_table{name, "id,when.sku,price\nhand,\"A7,A8\",19.99\n"};
}

pricepoint::result<policy> parse(bool culture = false) {
  return pricepoint::parse_policy(policy_text(culture), "scarce.json", {}, table);
}

request asked() {
  return {.sku = "A1",
          .channel = "web",
          .market = "CN",
          .at = *pricepoint::parse_instant("2026-06-01T00:00:00Z"),
          .prices = {{"store", "32.00"_money}},
          .cost = "12"_money,
          .shipping = "1"_money,
          .attributes = {{"role", "traffic"}}};
}

std::string line(const decision& of) {
  std::string text(to_string(of.status()));
  if (of.price()) text += " " + to_string(*of.price());
  for (const auto& names : {of.limited_by(), of.relaxed(), of.conflict()}) {
    text += " |";
    for (const std::string_view one : names) text.append(" ").append(one);
  }
  return text;
}

// What the policies above say of that request.
constexpr std::string_view answer = "compromised 28.99 | | five |";
constexpr std::string_view answer_with_culture = "compromised 28.99 | | five |";
constexpr std::int64_t answer_minor = 2899;

struct outcome {
  long allocations = 0;  // that had to succeed
  long failures = 0;
};

// Calls `attempt` again and again, each time with one allocation more before the one that fails, until none is left to
// fail. What it throws is std::bad_alloc; after every call as many allocations live as before.
outcome run_out(const char* what, const std::function<void()>& attempt) {
  outcome made;
  for (;; ++made.allocations) {
    const long before = live.load();
    until_failure = made.allocations;
    bool threw = false;
    try {
      attempt();
    } catch (const std::bad_alloc&) {
      threw = true;
    }
    const bool failed = until_failure.exchange(-1) < 0;
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
TEST(no_memory, in_a_process_that_has_just_begun) {
  int succeeded = 0;
  long allocations = 0;
  for (; succeeded == 0 && allocations < 100'000; allocations += 1 + allocations / 10) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      until_failure = allocations;
      bool read = false;
      try {
        read = static_cast<bool>(parse(true));
      } catch (const std::bad_alloc&) {
      } catch (...) {
        ::_exit(3);
      }
      const bool failed = until_failure.exchange(-1) < 0;
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
    return pricepoint::parse_policy(policy_text(false), "scarce.json", {.rules_at_hand = 0}, table);
  };
  const auto total = read();
  ASSERT_TRUE(total);
  const std::uint32_t before = total->machine().rules_made();
  const outcome made = run_out("price", [&] {
    auto fresh = in_peace([&] { return std::make_unique<policy>(*read()); });
    EXPECT_EQ(fresh->machine().rules_made(), before);
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
  const std::string text = free.explain(what).text();
  const std::string json = free.explain(what).json();
  const std::string timeline = free.timeline(what).text();
  const std::array<std::string_view, 2> channels = {"members", "web"};
  run_out("explain", [&] {
    pricer one(with);
    EXPECT_EQ(one.explain(what).text(), text);
    EXPECT_EQ(one.explain(what).json(), json);
  });
  run_out("timeline", [&] {
    pricer one(with);
    EXPECT_EQ(one.timeline(what).text(), timeline);
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
  for (long allocations = 0; allocations < 100'000; allocations += 1 + allocations / 40) {
    pricepoint::batch_pricer pricing(with, {.threads = 2});
    pricepoint::decision_columns out;
    until_failure = allocations;
    bool threw = false;
    try {
      pricing.price(asking, out, pricepoint::part::price);
    } catch (const std::bad_alloc&) {
      threw = true;
    }
    const bool failed = until_failure.exchange(-1) < 0;
    if (threw) pricing.price(asking, out, pricepoint::part::price);
    ASSERT_EQ(out.price_minor, wanted.price_minor) << allocations;
    if (!failed) return;
  }
  FAIL() << "never enough";
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

// ---- none once a kind is known

pricepoint::result<policy> parse_many() {
  return pricepoint::parse_policy(R"x({"pricepoint":1,"within":"10%",
  "markets":{"CN":{"tax":"13%"},"DE":{"tax":"19%"}},
  "channels":{"store":{"kind":"traditional"},"web":{"kind":"online","reference":"store"},"app":{"kind":"online"}},
  "attributes":{"role":["traffic","volume"]},
  "periods":{"eleven":{"from":"2026-11-01","until":"2026-11-11","zone":"Asia/Shanghai"}},
  "rules":[{"id":"off","when":{"role":"traffic"},"discount":"8%"},{"id":"more","during":"eleven","discount":"15%"},
           {"id":"earn","floor":"cost * 105% + shipping"},{"id":"store","ceiling":"price.store","skip_if_missing":true},
           {"id":"margin","margin":"5%","strength":"strong"},{"id":"nine","endings":[".99",".49"]},
           {"id":"eight","prefer":{"digits":"8"}},{"id":"with-a-name-that-is-quite-long","floor":"max(map?, 1)"}]})x",
                                  "many.json", {}, nullptr);
}

// Requests of many kinds: every role, channel, market and day, with prices around the bounds.
std::vector<request> many_requests() {
  std::vector<request> made;
  for (int i = 0; i < 600; ++i) {
    request one = asked();
    one.channel = i % 4 == 0 ? "app" : "web";
    one.market = i % 3 == 0 ? "DE" : "CN";
    one.at = *pricepoint::parse_instant(i % 5 == 0 ? "2026-11-05T00:00:00Z" : "2026-06-01T00:00:00Z");
    one.attributes = {{"role", i % 2 == 0 ? "traffic" : "volume"}};
    one.prices = {{"store", pricepoint::decimal::from_parts(2000 + 37 * i, 2)}};
    one.list = pricepoint::decimal::from_parts(2100 + 35 * i, 2);
    one.map = pricepoint::decimal::from_parts(1800 + 30 * i, 2);
    one.cost = pricepoint::decimal::from_parts((i % 7 == 0 ? 2200 : i % 7 == 1 ? 1700 : 900) + 30 * i, 2);
    if (i % 11 == 0) one.cost.reset();
    made.push_back(one);
  }
  return made;
}

// [REL-23] What a policy of very many rules takes, and what a price adds to it.
TEST(memory, of_very_many_rules_is_little_each) {
  constexpr int count = 20'000;
  std::string text = R"({"pricepoint":1,"markets":{"CN":{"tax":"13%"}},"channels":{"web":{"kind":"online"}},"rules":[)";
  std::string rows = "id,when.sku,floor\n";
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    text += R"({"id":"r)" + number + R"(","when":{"sku":"A)" + number + R"("},"discount":"5%"},)";
    rows += "t" + number + ",A" + number + "," + number + ".5\n";
  }
  text += R"({"table":"rows.csv"}]})";
  const long before = live_bytes;
  auto read = pricepoint::parse_policy(
      std::string(text), "many.json", {},
      [&](const std::string& name, std::size_t) -> pricepoint::result<pricepoint::policy_language::loaded_table> {
        return pricepoint::policy_language::loaded_table{name, rows};
      });
  ASSERT_TRUE(read) << read.error().to_string();
  EXPECT_LT(live_bytes - before, 300L * 2 * count);
  EXPECT_EQ(read->machine().rules_made(), 0u);
  pricer with(*read);
  const request one{.sku = "A700", .channel = "web", .market = "CN", .list = "1000"_money};
  EXPECT_EQ(line(with.price(one)), "priced 950.00 | | |");
  request other = one;
  other.sku = "A17000";
  EXPECT_EQ(line(with.price(other)), "priced 17000.50 | t17000 | |");
  EXPECT_EQ(read->machine().rules_made(), 4u);
  // Those of a small policy are there at once.
  EXPECT_EQ(parse()->machine().rules_made(), parse()->machine().rule_count());
}

TEST(memory, is_not_taken_by_prices_of_known_kinds) {
  const auto read = parse_many();
  ASSERT_TRUE(read) << read.error().to_string();
  pricer with(*read);
  const std::vector<request> all = many_requests();
  decision made;
  for (int warm = 0; warm < 2; ++warm) {
    for (const request& one : all) with.price(one, made);
  }
  std::map<pricepoint::status, long> most, count;
  for (const request& one : all) {
    const long before = taken;
    with.price(one, made);
    const long used = taken - before;  // before the maps below take some
    most[made.status()] = std::max(most[made.status()], used);
    ++count[made.status()];
  }
  for (const pricepoint::status one : {pricepoint::status::priced, pricepoint::status::compromised}) {
    EXPECT_GT(count[one], 0) << to_string(one);
    EXPECT_EQ(most[one], 0) << to_string(one);
  }
  // Where there is no price they take some, to name what lacks or what contradicts what.
  for (const pricepoint::status one : {pricepoint::status::incomplete, pricepoint::status::conflict}) {
    EXPECT_GT(count[one], 0) << to_string(one);
    EXPECT_LT(most[one], 20) << to_string(one);
  }
}

TEST(memory, is_not_taken_by_bound_prices) {
  pricer with(*parse());
  const std::string_view fields[] = {"price.store", "cost"};
  auto kind = with.bind(asked(), fields);
  ASSERT_TRUE(kind);
  const auto run = [&] {
    std::int64_t sum = 0;
    for (std::int64_t i = 1; i < 4000; ++i) {
      const std::int64_t money[] = {i, i % 5 == 0 ? i * 2 : i / 2 + 1};
      sum += kind->price(money).price_minor & 0xFFFF;
    }
    return sum;
  };
  const std::int64_t first = run();
  const long before = taken;
  const std::int64_t second = run();
  EXPECT_EQ(taken - before, 0);
  EXPECT_EQ(first, second);
}

TEST(memory, is_not_taken_by_columns_priced_again) {
  pricer with(*parse());
  constexpr std::size_t rows = 3000;
  std::vector<std::int64_t> store, cost;
  std::vector<std::int32_t> role;
  for (std::size_t i = 0; i < rows; ++i) {
    store.push_back(static_cast<std::int64_t>(1500 + i * 7));
    cost.push_back(static_cast<std::int64_t>(500 + i * 2));
    role.push_back(static_cast<std::int32_t>(i % 2));
  }
  constexpr std::string_view roles[] = {"traffic", "volume"};
  pricepoint::request_columns asked_of{.rows = rows};
  asked_of.channel = pricepoint::text_column::all("web");
  asked_of.market = pricepoint::text_column::all("CN");
  asked_of.attributes.push_back({"role", pricepoint::text_column(role, roles)});
  asked_of.prices.push_back({"store", store});
  asked_of.cost = cost;
  asked_of.shipping = cost;
  pricepoint::decision_columns out;
  for (int warm = 0; warm < 2; ++warm) price_columns(with, asked_of, out, pricepoint::part::quote);
  const long before = taken;
  price_columns(with, asked_of, out, pricepoint::part::quote);
  // A batch takes some of its own, however many rows it has.
  EXPECT_LT(taken - before, 40);
}

}  // namespace
