// SPDX-License-Identifier: Apache-2.0
#include "pricepoint/explain/explanation.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

namespace pricepoint {

namespace engine {

// Decisions are made by evaluations alone; this one evaluates nothing.
struct made_up;
template <>
class evaluation<made_up, made_up> {
 public:
  static decision priced(currency unit, std::int64_t price) {
    decision made;
    made.status_ = status::priced;
    made.currency_ = unit;
    made.price_minor_ = price;
    return made;
  }
  static decision full() {
    decision made = priced(*find_currency("CNY"), 2980);
    made.status_ = status::compromised;
    made.net_minor_ = 2637;
    made.tax_minor_ = 343;
    made.target_ = decimal::from_parts(29'440'000, 6);
    made.discounts_ = {"traffic"};
    made.limited_by_ = {"earn", "near-the-stores"};
    made.was_minor_ = 3200;
    made.saving_rate_percent_ = 6;
    made.relaxed_ = {"culture/prefer"};
    made.conflict_ = {"a", "b"};
    made.missing_ = {"cost", "tax"};
    made.invalid_ = {"fee"};
    made.advice_ = {"offer-store-appointment"};
    made.credits_ = {{"dealer", {89, *find_currency("CNY")}}, {"store", {5, *find_currency("CNY")}}};
    made.held_ = true;
    made.fallback_minor_ = 5;
    made.next_change_at_ = parse_instant("2026-11-11T00:00:00+08:00");
    made.policy_ = "pp1-0123";
    return made;
  }
  static decision withheld() {
    decision made;
    made.status_ = status::withheld;
    made.advice_ = {"store-only"};
    return made;
  }
  static decision with_target(decimal target) {
    decision made = priced(*find_currency("JPY"), 1);
    made.target_ = target;
    return made;
  }
};

}  // namespace engine

namespace {

using maker = engine::evaluation<engine::made_up, engine::made_up>;

std::string members(const decision& what) {
  std::string out;
  append_json_members(out, what);
  return out;
}

TEST(render, every_member_in_its_fixed_order) {
  EXPECT_EQ(
      members(maker::full()),
      R"("currency":"CNY","status":"compromised","price":"29.80","net":"26.37","tax":"3.43","target":"29.440000",)"
      R"("discounts":["traffic"],"limited_by":["earn","near-the-stores"],"was":"32.00","saving":"2.20",)"
      R"("saving_rate":"6%","relaxed":["culture/prefer"],"conflict":["a","b"],"missing":["cost","tax"],)"
      R"("invalid":["fee"],"advice":["offer-store-appointment"],)"
      R"("credits":[{"to":"dealer","amount":"0.89"},{"to":"store","amount":"0.05"}],"held":true,)"
      R"("fallback_price":"0.05","next_change_at":"2026-11-10T16:00:00Z","policy":"pp1-0123")");
}

TEST(render, what_does_not_apply_is_left_out) {
  EXPECT_EQ(members(maker::withheld()), R"("status":"withheld","advice":["store-only"])");
}

TEST(render, money_has_the_decimals_of_its_currency) {
  EXPECT_EQ(members(maker::priced(*find_currency("JPY"), 1980)),
            R"("currency":"JPY","status":"priced","price":"1980")");
  EXPECT_EQ(members(maker::priced(*find_currency("KWD"), 7)), R"("currency":"KWD","status":"priced","price":"0.007")");
  EXPECT_EQ(members(maker::priced(*find_currency("EUR"), 1'000'000'000'000'000)),
            R"("currency":"EUR","status":"priced","price":"10000000000000.00")");
}

TEST(render, the_target_has_four_decimals_more_even_where_it_was_given_with_fewer) {
  EXPECT_EQ(members(maker::with_target(5)), R"("currency":"JPY","status":"priced","price":"1","target":"5.0000")");
  EXPECT_EQ(members(maker::with_target(decimal::from_parts(9'999'999'999'999'999'999u, 4))),
            R"("currency":"JPY","status":"priced","price":"1","target":"999999999999999.9999")");
}

std::string quoted(std::string_view text) {
  std::string out = "x";
  append_json_string(out, text);
  return out;
}

TEST(render, strings_are_escaped_as_json_asks) {
  EXPECT_EQ(quoted(""), "x\"\"");
  EXPECT_EQ(quoted("plain \xE4\xBB\xB7/\x7F"), "x\"plain \xE4\xBB\xB7/\x7F\"");
  EXPECT_EQ(quoted("\"\\\b\f\n\r\t"), R"(x"\"\\\b\f\n\r\t")");
  EXPECT_EQ(quoted(std::string_view("a\0b\x1F", 4)), R"(x"a\u0000b\u001f")");
}

}  // namespace
}  // namespace pricepoint
