// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "pricepoint/result.hpp"

namespace pricepoint {
namespace {

diagnostic sample() {
  diagnostic one;
  one.code = "PP-P004";
  one.message = "unknown key \"wehn\"";
  one.hint = "did you mean \"when\"?";
  one.file = "policy.json";
  one.line = 3;
  one.column = 7;
  one.excerpt = "  { \"wehn\": {} }";
  one.caret = 4;
  return one;
}

TEST(diagnostic, is_written_with_its_place_and_a_caret) {
  EXPECT_EQ(to_string(sample()),
            "policy.json:3:7: error PP-P004: unknown key \"wehn\"\n"
            "    { \"wehn\": {} }\n"
            "      ^\n"
            "  hint: did you mean \"when\"?\n");
}

TEST(diagnostic, without_a_place_is_one_line) {
  diagnostic one;
  one.code = "PP-P008";
  one.severity = severity::warning;
  one.message = "and 3 more";
  EXPECT_EQ(to_string(one), "warning PP-P008: and 3 more\n");
  one.file = "f";
  EXPECT_EQ(to_string(one), "f: warning PP-P008: and 3 more\n");
}

TEST(diagnostic, is_json_without_what_does_not_apply) {
  diagnostic one = sample();
  one.severity = severity::warning;
  one.pointer = "/rules/0/wehn";
  one.offset = 41;
  EXPECT_EQ(
      to_json(one),
      R"({"code":"PP-P004","severity":"warning","message":"unknown key \"wehn\"","hint":"did you mean \"when\"?",)"
      R"("file":"policy.json","pointer":"/rules/0/wehn","offset":41,"line":3,"column":7,)"
      R"("excerpt":"  { \"wehn\": {} }","caret":4})");
  diagnostic bare;
  bare.code = "PP-C099";
  bare.message = "caf\xE9\n";
  EXPECT_EQ(to_json(bare), "{\"code\":\"PP-C099\",\"severity\":\"error\",\"message\":\"caf\xEF\xBF\xBD\\n\"}");
}

TEST(error, is_written_as_all_of_its_diagnostics) {
  const error both({sample(), sample()});
  EXPECT_EQ(both.to_string(), to_string(sample()) + to_string(sample()));
}

TEST(result, throws_only_when_asked_for_a_value_that_is_not_there) {
  const result<int> failed = error({sample()});
  try {
    static_cast<void>(failed.value());
    FAIL();
  } catch (const error_exception& thrown) {
    EXPECT_EQ(thrown.error().diagnostics().size(), 1u);
    EXPECT_EQ(std::string(thrown.what()), to_string(sample()));
  }
  for (const auto& one : failed.error().diagnostics()) EXPECT_EQ(one.code, "PP-P004");
}

}  // namespace
}  // namespace pricepoint
