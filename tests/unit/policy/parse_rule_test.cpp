// SPDX-License-Identifier: Apache-2.0
// Rules: conditions, effects and what may not stand together.
#include <gtest/gtest.h>

#include "policy_text.hpp"

namespace pricepoint::policy_language {
namespace {

using testing::around;
using testing::lines;

// Mistakes of rules that stand in line 2, without their line.
std::vector<std::string> wrong(std::string_view rules) {
  auto found = testing::mistakes_of(around(rules));
  for (auto& one : found) {
    EXPECT_EQ(one.substr(8, 2), "2:") << one;
    one = one.substr(0, 8) + one.substr(10);
  }
  return found;
}

std::vector<std::string> when(std::string_view conditions) {
  return wrong("{\"id\":\"r\",\"floor\":1,\"when\":" + std::string(conditions) + "}");
}

std::vector<std::string> effect_of(std::string_view effect) {
  return wrong("{\"id\":\"r\"," + std::string(effect) + "}");
}

TEST(rule, ids) {
  // [RUL-1]
  EXPECT_EQ(wrong(R"({"id":"A-1_b.c","floor":1})"), lines({}));
  EXPECT_EQ(wrong(R"({"floor":1})"), lines({"PP-P005 1 /rules/0"}));
  EXPECT_EQ(wrong(R"({"id":"a b","floor":1},{"id":"","floor":1},{"id":7,"floor":1})"),
            lines({"PP-P010 7 /rules/0/id", "PP-P009 30 /rules/1/id", "PP-P003 50 /rules/2/id"}));
  EXPECT_EQ(wrong(R"({"id":"a","floor":1},{"id":"b","floor":1},{"id":"a","floor":1},{"id":"a","floor":1})"),
            lines({"PP-P012 49 /rules/2/id", "PP-P012 70 /rules/3/id"}));
}

TEST(rule, has_exactly_one_effect) {
  // [RUL-2]
  EXPECT_EQ(wrong(R"({"id":"a"})"), lines({"PP-P050 7 /rules/0/id"}));
  EXPECT_EQ(wrong(R"({"id":"a","floor":1,"ceiling":2})"), lines({"PP-P051 21 /rules/0/ceiling"}));
  EXPECT_EQ(testing::first_message(around(R"({"id":"a","floor":1,"ceiling":2,"hold":"1%"})")),
            "a rule has exactly one effect, not \"floor\", \"ceiling\" and \"hold\"");
  EXPECT_EQ(wrong(R"({"id":"a","flor":1})"), lines({"PP-P004 11 /rules/0/flor"}));
  EXPECT_EQ(wrong(R"({"id":"a","colour":1})"), lines({"PP-P050 7 /rules/0/id", "PP-P004 11 /rules/0/colour"}));
  EXPECT_EQ(wrong("5"), lines({"PP-P003 1 /rules/0"}));
}

TEST(rule, effects_of_audits) {
  EXPECT_EQ(effect_of(R"("squeeze":{})"), lines({"PP-P005 21 /rules/0/squeeze", "PP-P005 21 /rules/0/squeeze",
                                                 "PP-P005 21 /rules/0/squeeze", "PP-P005 21 /rules/0/squeeze"}));
  EXPECT_EQ(effect_of(R"("leak":{})"), lines({"PP-P005 18 /rules/0/leak"}));
  EXPECT_EQ(effect_of(R"("leak":{"from":"vip"})"), lines({}));
  EXPECT_EQ(effect_of(R"("leak":{"from":"vip"},"strength":"weak")"), lines({"PP-P052 33 /rules/0/strength"}));
  EXPECT_EQ(effect_of(R"("inverted":{})"), lines({"PP-P005 22 /rules/0/inverted"}));
  EXPECT_EQ(effect_of(R"("floor":1,"without":["x"])"), lines({"PP-P052 31 /rules/0/without"}));
}

TEST(rule, strength_is_for_bounds_and_shapes) {
  // [RUL-7]
  EXPECT_EQ(effect_of(R"("discount":"1%","strength":"weak")"), lines({"PP-P052 27 /rules/0/strength"}));
  EXPECT_EQ(effect_of(R"("advise":"a","strength":"required")"), lines({"PP-P052 24 /rules/0/strength"}));
  EXPECT_EQ(effect_of(R"("price":1,"strength":"required")"), lines({}));
  EXPECT_EQ(effect_of(R"("price":1,"strength":"strong")"), lines({"PP-P053 32 /rules/0/strength"}));
  EXPECT_EQ(effect_of(R"("floor":1,"strength":"hard")"), lines({"PP-P006 32 /rules/0/strength"}));
  EXPECT_EQ(effect_of(R"("floor":1,"skip_if_missing":"yes","because":1)"),
            lines({"PP-P003 39 /rules/0/skip_if_missing", "PP-P003 55 /rules/0/because"}));
}

TEST(condition, objects_and_lists_must_not_be_empty) {
  // [CON-10]
  EXPECT_EQ(when("{}"), lines({"PP-P009 28 /rules/0/when"}));
  EXPECT_EQ(when(R"({"sku":[]})"), lines({"PP-P009 35 /rules/0/when/sku"}));
  EXPECT_EQ(when(R"({"sku":""})"), lines({"PP-P009 35 /rules/0/when/sku"}));
  EXPECT_EQ(when(R"({"stock":{}})"), lines({"PP-P073 37 /rules/0/when/stock"}));
  EXPECT_EQ(when("[]"), lines({"PP-P003 28 /rules/0/when"}));
  EXPECT_EQ(effect_of(R"("floor":1,"except":[])"), lines({"PP-P009 30 /rules/0/except"}));
  EXPECT_EQ(effect_of(R"("floor":1,"except":[{}])"), lines({"PP-P009 31 /rules/0/except/0"}));
  EXPECT_EQ(effect_of(R"("floor":1,"except":{"sku":"a"})"), lines({}));
  EXPECT_EQ(effect_of(R"("floor":1,"during":[])"), lines({"PP-P009 30 /rules/0/during"}));
}

TEST(condition, names_must_be_declared) {
  // [CON-2]
  EXPECT_EQ(when(R"({"rol":"traffic"})"), lines({"PP-P015 29 /rules/0/when/rol"}));
  EXPECT_EQ(when(R"({"role":["trafic","profit","x"]})"),
            lines({"PP-P065 37 /rules/0/when/role/0", "PP-P065 55 /rules/0/when/role/2"}));
  EXPECT_EQ(when(R"({"channel":"stroe"})"), lines({"PP-P013 39 /rules/0/when/channel"}));
  EXPECT_EQ(when(R"({"market":["CN","US"]})"), lines({"PP-P014 44 /rules/0/when/market/1"}));
  EXPECT_EQ(when(R"({"period":"easter"})"), lines({"PP-P016 38 /rules/0/when/period"}));
  EXPECT_EQ(when(R"({"brand":["A","B","A"],"sku":"1","category":"a/b","audience":"x","segment":["y"]})"), lines({}));
  EXPECT_EQ(testing::first_message(around(R"({"id":"r","floor":1,"when":{"rol":"x"}})")),
            "no attribute \"rol\" is declared; the nearest known is \"role\"");
}

TEST(condition, values_fit_their_attribute) {
  // [CON-4]
  EXPECT_EQ(when(R"({"sku":5,"brand":true})"),
            lines({"PP-P003 35 /rules/0/when/sku", "PP-P003 45 /rules/0/when/brand"}));
  EXPECT_EQ(when(R"({"brand":{"from":1},"role":{"below":"x"}})"),
            lines({"PP-P060 37 /rules/0/when/brand", "PP-P060 55 /rules/0/when/role"}));
  EXPECT_EQ(when(R"({"stock":"many","quantity":[1,"2.5",1e3]})"),
            lines({"PP-P020 37 /rules/0/when/stock", "PP-J007 64 /rules/0/when/quantity/2"}));
  EXPECT_EQ(when(R"({"stock":{"from":5,"below":5}})"), lines({"PP-P061 55 /rules/0/when/stock/below"}));
  EXPECT_EQ(when(R"({"stock":{"from":-5,"below":"0.5"},"quantity":{"from":2}})"), lines({}));
  EXPECT_EQ(when(R"({"stock":{"form":5,"below":7}})"), lines({"PP-P004 38 /rules/0/when/stock/form"}));
  EXPECT_EQ(when(R"({"cost":5,"wholesale":5,"price.web":1})"),
            lines({"PP-P064 29 /rules/0/when/cost", "PP-P064 38 /rules/0/when/wholesale",
                   "PP-P064 52 /rules/0/when/price.web"}));
}

TEST(condition, target_takes_a_range) {
  EXPECT_EQ(when(R"({"target":"5"})"), lines({"PP-P062 38 /rules/0/when/target"}));
  EXPECT_EQ(when(R"({"target":["5"]})"), lines({"PP-P062 38 /rules/0/when/target"}));
  EXPECT_EQ(when(R"({"target":{"from":{"CNY":"5","JPY":"1"},"below":{"JPY":"1"}}})"),
            lines({"PP-P061 76 /rules/0/when/target/below"}));
  EXPECT_EQ(when(R"({"target":{"from":"5","below":{"JPY":"1","CNY":"5"}}})"),
            lines({"PP-P061 58 /rules/0/when/target/below"}));
  EXPECT_EQ(when(R"({"target":{"from":"5","below":{"JPY":"1","CNY":"9"}}})"), lines({}));
  EXPECT_EQ(when(R"({"target":{"from":"5%"}})"), lines({"PP-P026 46 /rules/0/when/target/from"}));
  // [CON-11]
  EXPECT_EQ(effect_of(R"("base":"list","when":{"target":{"from":1}})"), lines({"PP-P063 33 /rules/0/when/target"}));
  EXPECT_EQ(effect_of(R"("discount":"1%","except":[{"target":{"from":1}}])"),
            lines({"PP-P063 38 /rules/0/except/0/target"}));
}

TEST(rule, during) {
  // [RUL-5]
  EXPECT_EQ(effect_of(R"("floor":1,"during":"xmass")"), lines({"PP-P016 30 /rules/0/during"}));
  EXPECT_EQ(effect_of(R"("floor":1,"during":["xmas",{"from":"2026-01-01"},7])"),
            lines({"PP-P041 46 /rules/0/during/1/from", "PP-P003 60 /rules/0/during/2"}));
  EXPECT_EQ(effect_of(R"("floor":1,"during":5)"), lines({"PP-P003 30 /rules/0/during"}));
  EXPECT_EQ(effect_of(R"("floor":1,"during":[{"from":"2026-01-01T00:00Z"},{"until":"2026-02-01T00:00Z"}])"), lines({}));
}

TEST(effects, discount) {
  // [DSC-1] [DSC-9] [DSC-10]
  EXPECT_EQ(effect_of(R"("discount":"100%")"), lines({}));
  EXPECT_EQ(effect_of(R"("discount":"100.01%")"), lines({"PP-P072 22 /rules/0/discount"}));
  EXPECT_EQ(effect_of(R"("discount":"-5%","group":"g")"), lines({}));
  EXPECT_EQ(effect_of(R"("discount":"5%","group":"g","exclusive":true)"), lines({"PP-P070 35 /rules/0/group"}));
  EXPECT_EQ(effect_of(R"("discount":"5%","group":"g","exclusive":false)"), lines({}));
  EXPECT_EQ(effect_of(R"("discount":"-5%","exclusive":true)"), lines({"PP-P071 22 /rules/0/discount"}));
  EXPECT_EQ(effect_of(R"("discount":{"CNY":-1},"exclusive":true)"), lines({"PP-P071 22 /rules/0/discount"}));
  EXPECT_EQ(effect_of(R"("discount":"5%","group":"")"), lines({"PP-P009 35 /rules/0/group"}));
  EXPECT_EQ(effect_of(R"("floor":1,"group":"g","exclusive":true)"),
            lines({"PP-P052 29 /rules/0/group", "PP-P052 45 /rules/0/exclusive"}));
}

TEST(effects, gap_and_margin) {
  // [BND-3] [BND-4] [BND-5] [BND-12]
  EXPECT_EQ(effect_of(R"("gap":{"to":"web"})"), lines({"PP-P073 17 /rules/0/gap"}));
  EXPECT_EQ(effect_of(R"("gap":{"min":"1%"})"), lines({"PP-P005 17 /rules/0/gap"}));
  EXPECT_EQ(effect_of(R"("gap":{"to":"wbe","min":"5%","max":"1%"})"),
            lines({"PP-P013 23 /rules/0/gap/to", "PP-P074 46 /rules/0/gap/max"}));
  EXPECT_EQ(effect_of(R"("gap":{"to":"web","min":{"CNY":5},"max":4})"), lines({"PP-P074 51 /rules/0/gap/max"}));
  EXPECT_EQ(effect_of(R"("gap":{"to":"web","min":"5%","max":4})"), lines({}));
  EXPECT_EQ(effect_of(R"("gap":"5%")"), lines({"PP-P003 17 /rules/0/gap"}));
  EXPECT_EQ(effect_of(R"("gap":{"to":"online","min":"1%"})"), lines({}));
  EXPECT_EQ(effect_of(R"("gap":{"to":["web","store"],"min":"1%"})"), lines({}));
  EXPECT_EQ(effect_of(R"("gap":{"to":["web","stor","online"],"min":"1%"})"),
            lines({"PP-P013 30 /rules/0/gap/to/1", "PP-P013 37 /rules/0/gap/to/2"}));
  EXPECT_EQ(effect_of(R"("gap":{"to":[],"min":"1%"})"), lines({"PP-P009 23 /rules/0/gap/to"}));
  EXPECT_EQ(effect_of(R"("margin":{})"), lines({"PP-P073 20 /rules/0/margin"}));
  EXPECT_EQ(effect_of(R"("margin":{"min":"5%","max":"4%"})"), lines({"PP-P074 38 /rules/0/margin/max"}));
  EXPECT_EQ(effect_of(R"("margin":{"mim":"5%"})"), lines({"PP-P004 21 /rules/0/margin/mim"}));
  EXPECT_EQ(effect_of(R"("margin":0.05)"), lines({"PP-P023 20 /rules/0/margin"}));
}

TEST(effects, endings) {
  // [SHP-2] [SHP-17]
  EXPECT_EQ(effect_of(R"("endings":[".99","9.90","?","8?",".?9","000009","9."])"), lines({}));
  EXPECT_EQ(effect_of(R"("endings":".99")"), lines({"PP-P003 21 /rules/0/endings"}));
  EXPECT_EQ(effect_of(R"("endings":[])"), lines({"PP-P009 21 /rules/0/endings"}));
  EXPECT_EQ(effect_of(R"("endings":["",".","9.9.9","1 9",9])"),
            lines({"PP-P080 23 /rules/0/endings/0", "PP-P080 26 /rules/0/endings/1", "PP-P080 33 /rules/0/endings/2",
                   "PP-P080 39 /rules/0/endings/3", "PP-P003 43 /rules/0/endings/4"}));
  EXPECT_EQ(effect_of(R"("endings":["1234567890123456","123456789012345",".1234567890"])"),
            lines({"PP-P080 23 /rules/0/endings/0", "PP-P080 60 /rules/0/endings/2"}));
  // An ending that no market can show never occurs; it is a mistake only where all of the list are such. [SHP-5]
  EXPECT_EQ(effect_of(R"("endings":[".990",".99"])"), lines({}));
}

TEST(effects, endings_that_no_market_can_show) {
  // [SHP-18]
  const auto found = [](std::string_view rule) {
    const std::string text =
        R"({"pricepoint":1,"markets":{"DE":{"currency":"EUR","display":"gross"},"JP":{"currency":"JPY","display":"gross"}},"rules":[{"id":"r",)" +
        std::string(rule) + "}]}";
    std::vector<std::string> codes;
    for (auto& one : testing::mistakes_of(text)) codes.push_back(one.substr(0, 7));
    return codes;
  };
  EXPECT_EQ(found(R"("endings":[".99"])"), lines({}));
  EXPECT_EQ(found(R"("endings":[".999"])"), lines({"PP-P081"}));
  EXPECT_EQ(found(R"("endings":[".999","9"])"), lines({}));
  EXPECT_EQ(found(R"("endings":[".99","0.00"],"when":{"market":"JP"})"), lines({"PP-P081"}));
  EXPECT_EQ(found(R"("endings":["9."],"when":{"market":"JP"})"), lines({}));
  EXPECT_EQ(found(R"("endings":[".99"],"when":{"market":["DE","JP"]})"), lines({}));
  EXPECT_EQ(found(R"("endings":[".99"],"except":{"market":"DE"})"), lines({"PP-P081"}));
  EXPECT_EQ(found(R"("endings":[".99"],"except":{"market":"DE","sku":"A"})"), lines({}));
  EXPECT_EQ(found(R"("endings":[".999"],"when":{"market":"DE"},"except":{"market":"DE"})"), lines({}));
}

TEST(effects, multiple_of) {
  // [SHP-7]
  for (const char* good :
       {"1", "2", "5", "10", "25", "250", "0.05", "0.25", "2.50", "0.000000002", "500000000000000"}) {
    EXPECT_EQ(effect_of(std::string("\"multiple_of\":\"") + good + "\""), lines({})) << good;
  }
  for (const char* bad : {"0", "-5", "3", "4", "15", "1.5", "0.75", "125", "0.00"}) {
    EXPECT_EQ(effect_of(std::string("\"multiple_of\":\"") + bad + "\""), lines({"PP-P082 25 /rules/0/multiple_of"}))
        << bad;
  }
}

TEST(effects, avoid_and_prefer) {
  // [SHP-10] [SHP-11] [SHP-17]
  EXPECT_EQ(effect_of(R"("avoid":{})"), lines({"PP-P009 19 /rules/0/avoid"}));
  EXPECT_EQ(effect_of(R"("avoid":{"in":"last"})"), lines({"PP-P009 19 /rules/0/avoid"}));
  EXPECT_EQ(effect_of(R"("avoid":{"digits":""})"), lines({"PP-P009 29 /rules/0/avoid/digits"}));
  EXPECT_EQ(effect_of(R"("avoid":{"digits":"4x"})"), lines({"PP-P083 31 /rules/0/avoid/digits"}));
  EXPECT_EQ(effect_of(R"("avoid":{"digits":4})"), lines({"PP-P003 29 /rules/0/avoid/digits"}));
  EXPECT_EQ(effect_of(R"("avoid":{"digit":"4"})"),
            lines({"PP-P009 19 /rules/0/avoid", "PP-P004 20 /rules/0/avoid/digit"}));
  EXPECT_EQ(effect_of(R"("avoid":{"digits":"4","in":"first"})"), lines({"PP-P006 38 /rules/0/avoid/in"}));
  EXPECT_EQ(effect_of(R"("prefer":{"sequences":["88"],"in":"last"})"),
            lines({"PP-P084 21 /rules/0/prefer/sequences"}));  // [SHP-15]
  EXPECT_EQ(effect_of(R"("prefer":{"amounts":["88","0"],"digits":"8","in":"last"})"), lines({}));
  EXPECT_EQ(effect_of(R"("prefer":{"sequences":["", "8.8"],"amounts":["08",88]})"),
            lines({"PP-P083 34 /rules/0/prefer/sequences/0", "PP-P083 38 /rules/0/prefer/sequences/1",
                   "PP-P083 56 /rules/0/prefer/amounts/0", "PP-P003 61 /rules/0/prefer/amounts/1"}));
  EXPECT_EQ(effect_of(R"("prefer":{"sequences":[]})"), lines({"PP-P009 33 /rules/0/prefer/sequences"}));
}

TEST(effects, others) {
  // [CRD-1] [HLD-1] [ADV-1] [ADV-2] [WAS-1]
  EXPECT_EQ(effect_of(R"("credit":{"to":"stroe","rate":"101%"})"),
            lines({"PP-P013 26 /rules/0/credit/to", "PP-P024 41 /rules/0/credit/rate"}));
  EXPECT_EQ(effect_of(R"("credit":{})"), lines({"PP-P005 20 /rules/0/credit", "PP-P005 20 /rules/0/credit"}));
  EXPECT_EQ(effect_of(R"("hold":"-1%")"), lines({"PP-P024 18 /rules/0/hold"}));
  EXPECT_EQ(effect_of(R"("advise":"")"), lines({"PP-P009 20 /rules/0/advise"}));
  EXPECT_EQ(effect_of(R"("withhold":"web only")"), lines({"PP-P085 26 /rules/0/withhold"}));
  EXPECT_EQ(effect_of(R"("was":["list"])"), lines({"PP-P003 17 /rules/0/was"}));
}

// Of effects that are objects: another type, a key that is near one, and one that is near none.
TEST(rule, says_what_is_wrong_inside_an_effect) {
  const struct {
    const char* effect;
    const char* said;
  } all[] = {
      {R"("credit":7)", "expected an object for \"credit\", with to and rate, found a number"},
      {R"("credit":{"to":"store","rate":"2%","why":1})", "unknown key \"why\" in a credit"},
      {R"("squeeze":"store")", "expected an object for \"squeeze\", with dealer, wholesale, cost and margin"},
      {R"("squeeze":{"dealer":"store","wholesale":"wholesale","cost":"cost","margin":"5%","x":1})",
       "unknown key \"x\" in a squeeze"},
      {R"("squeeze":{"dealer":"moon","wholesale":"wholesale","cost":"cost","margin":"5%"})", "no channel \"moon\""},
      {R"("squeeze":{"dealer":"store","wholesale":"wholesale","cost":"cost","margin":"100%"})", "\"margin\""},
      {R"("squeeze":{"dealer":"store","wholesale":"street","cost":"cost","margin":"5%"})",
       "\"wholesale\": \"street\" is no net money field"},
      {R"("squeeze":{"dealer":"store","wholesale":"whole","cost":"cost","margin":"5%"})",
       "\"wholesale\": no net money field \"whole\" is known"},
      {R"("squeeze":{"dealer":"store","wholesale":7,"cost":"cost","margin":"5%"})",
       "expected a text for \"wholesale\""},
      {R"("leak":"vip")", "expected an object for \"leak\", with from"},
      {R"("leak":{"from":7})", "expected a text for \"from\""},
      {R"("leak":{"from":"vip","to":1})", "unknown key \"to\" in a leak"},
      {R"("inverted":"web")", "expected an object for \"inverted\", with to"},
      {R"("inverted":{"to":"moon"})", "no channel \"moon\""},
      {R"("inverted":{"to":"web","from":1})", "unknown key \"from\" in an inverted"},
      {R"("margin":{"minn":"5%"})", "unknown key \"minn\" in a margin"},
      {R"("margin":{"colour":"5%"})", "unknown key \"colour\" in a margin"},
      {R"("gap":{"too":"reference","max":"5%"})", "unknown key \"too\" in a gap"},
      {R"("gap":{"to":"reference","maxx":"5%"})", "unknown key \"maxx\" in a gap"},
      {R"("gap":{"to":"reference","colour":"5%"})", "a gap needs \"min\" or \"max\""},
  };
  for (const auto& one : all) {
    const auto read = parse(around("{\"id\":\"r\"," + std::string(one.effect) + "}"), "p.json");
    ASSERT_FALSE(read) << one.effect;
    EXPECT_NE(read.error().to_string().find(one.said), std::string::npos) << one.effect << "\n"
                                                                          << read.error().to_string();
  }
  // A key that is near one is taken for it, so that the end it stands for is not missed as well.
  EXPECT_EQ(when(R"({"target":{"fromm":1}})").size(), 1u);
  EXPECT_EQ(when(R"({"target":{"colour":1}})").size(), 2u);
  EXPECT_EQ(effect_of(R"("margin":{"minn":"5%"})").size(), 1u);
  EXPECT_EQ(effect_of(R"("margin":{"colour":"5%"})").size(), 2u);
  EXPECT_EQ(effect_of(R"("squeeze":{"dealer":"store","wholesale":"wholesale","cost":"cost","margin":"5%","x-why":1})"),
            lines({}));
  EXPECT_EQ(effect_of(R"("leak":{"from":"vip","x-why":1})"), lines({}));
  EXPECT_EQ(effect_of(R"("inverted":{"to":"web","x-why":1})"), lines({}));
  EXPECT_EQ(effect_of(R"("credit":{"to":"store","rate":"2%","x-why":1})"), lines({}));
}

TEST(rule, limits) {
  parse_limits limits;
  limits.max_rules = 2;
  EXPECT_EQ(testing::mistakes_of(R"({"pricepoint":1,"rules":[{},{},{}]})", limits), lines({"PP-P018 1:25 /rules"}));
  limits = {};
  limits.max_patterns = 2;
  EXPECT_EQ(testing::mistakes_of(around(R"({"id":"a","endings":["1","2","3"]})"), limits),
            lines({"PP-P018 2:21 /rules/0/endings"}));
  EXPECT_EQ(testing::mistakes_of(around(R"({"id":"a","avoid":{"amounts":["1","2","3"]}})"), limits),
            lines({"PP-P018 2:30 /rules/0/avoid/amounts"}));
}

}  // namespace
}  // namespace pricepoint::policy_language
