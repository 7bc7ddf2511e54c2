// SPDX-License-Identifier: Apache-2.0
#include "cli/comparison_writer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "pricepoint/result.hpp"
#include "unit/decide/deciding.hpp"

namespace pricepoint::cli {
namespace {

// What is in the summary's CSV under that part and name, without the empty cells at its end.
std::string line_of(const std::string& text, const std::string& start) {
  const std::size_t at = text.find("\n" + start);
  if (at == std::string::npos) return {};
  std::string line = text.substr(at + 1, text.find('\n', at + 1) - at - 1);
  line.erase(line.find_last_not_of(',') + 1);
  return line;
}

class comparison_writer : public testing::Test {
 protected:
  std::shared_ptr<const policy_difference> differs_ =
      std::make_shared<const policy_difference>(deciding::policy_of(R"({"id": "cut", "discount": "8%"})"),
                                                deciding::policy_of(R"({"id": "cut", "discount": "10%"})"));
  comparison_summary figures_;
};

TEST_F(comparison_writer, of_nothing_there_are_counts_and_no_percentages) {
  const std::string csv = summary_rows(figures_, *differs_, output_format::csv);
  EXPECT_EQ(line_of(csv, "rows,compared"), "rows,compared,,,,,,,,,,,0");
  EXPECT_EQ(line_of(csv, "rows,changed"), "rows,changed,,,,,,,,,,0.00%,0");
  EXPECT_EQ(csv.find("\nchange,"), std::string::npos);
  EXPECT_EQ(summary_report(figures_), "0 rows compared, 0 changed (0.00%)\n");
}

TEST_F(comparison_writer, every_row_has_as_many_cells_as_the_header) {
  const currency cny = *find_currency("CNY");
  figures_.rows = 1'234;
  figures_.mean = figures_.p5 = figures_.p50 = figures_.p95 = -5;
  figures_.largest_up = comparison_summary::extreme{"a\"b", "web", "CN", {100, cny}, {200, cny}, 10'000, 0};
  figures_.transitions.push_back({status::priced, status::conflict, 1});
  figures_.revenue.push_back({"CN", "web", cny, 1, 10, 20});
  figures_.endings.push_back({"CN", cny, ".90", 1, 2});
  figures_.causes.push_back({"cut", policy_difference::kind::changed, 1});
  figures_.gates.push_back({"max-change", parse_rate("20%"), 1, true});
  const std::string csv = summary_rows(figures_, *differs_, output_format::csv);
  std::size_t begin = 0;
  for (std::size_t end = csv.find('\n'); end != std::string::npos; begin = end + 1, end = csv.find('\n', begin)) {
    const std::string line = csv.substr(begin, end - begin);
    EXPECT_EQ(std::count(line.begin(), line.end(), ','), 16) << line;
  }
  EXPECT_EQ(line_of(csv, "change,largest_up"), "change,largest_up,,\"a\"\"b\",web,CN,CNY,1.00,2.00,1.00,100.00%");
  EXPECT_EQ(line_of(csv, "gate"), "gate,max-change,,,,,,,,,,,1,,,20%,true");
}

TEST_F(comparison_writer, a_sum_beyond_what_is_held_is_left_out) {
  const currency cny = *find_currency("CNY");
  figures_.revenue.push_back({"CN", "web", cny, 2, {}, 20});
  figures_.margin.push_back({"CN", "web", cny, 2, -50, 25});
  const std::string csv = summary_rows(figures_, *differs_, output_format::csv);
  EXPECT_EQ(line_of(csv, "revenue"), "revenue,,,,web,CN,CNY,,,,,,2");
  EXPECT_EQ(line_of(csv, "margin"), "margin,,,,web,CN,CNY,-0.50,0.25,0.75,150.00%,,2")
      << "of the size of what was lost";
  EXPECT_NE(summary_report(figures_).find("CN web ? to ? CNY"), std::string::npos);
}

TEST_F(comparison_writer, gates_in_one_line_each) {
  const currency cny = *find_currency("CNY");
  figures_.rows = 2'000;
  figures_.changed = 1'000;
  figures_.largest_up = comparison_summary::extreme{"A", "web", "CN", {100, cny}, {110, cny}, 1'000, 0};
  figures_.largest_down = comparison_summary::extreme{"B", "web", "CN", {100, cny}, {89, cny}, -1'100, 0};
  figures_.gates = {{"max-change", parse_rate("5%"), 1'000, true},
                    {"max-changed", parse_rate("49.5%"), 1'000, true},
                    {"no-new-conflicts", {}, 0, false}};
  const auto told = exceeded_gates(figures_);
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(
      to_string(told[0]),
      "error PP-G001: --max-change 5%: 1,000 prices change by more, the most by -11.00%: B on web in CN, 1.00 to 0.89 "
      "CNY\n");
  EXPECT_EQ(to_string(told[1]), "error PP-G002: --max-changed 49.5%: 1,000 of 2,000 rows changed, 50.00%\n");
}

}  // namespace
}  // namespace pricepoint::cli
