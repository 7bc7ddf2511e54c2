// SPDX-License-Identifier: Apache-2.0
#include "cli/options.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace pricepoint::cli {
namespace {

using words = std::vector<std::string_view>;

options parsed(const words& arguments) {
  const auto made = parse_options(arguments);
  if (!made) ADD_FAILURE() << made.error().to_string();
  return made ? *made : options{};
}

// "PP-C005 PP-C008", in the order reported.
std::string codes(const words& arguments) {
  const auto made = parse_options(arguments);
  std::string text;
  if (made) return text;
  for (const diagnostic& one : made.error().diagnostics()) text.append(text.empty() ? "" : " ").append(one.code);
  return text;
}

std::string message(const words& arguments) {
  const auto made = parse_options(arguments);
  return made ? std::string() : made.error().to_string();
}

TEST(cli_options, reads_flags_in_both_forms) {
  const options made = parsed({"price", "--policy", "p.json", "--items=i.csv", "--channel", "web,members",
                               "--market=CN", "--at", "2026-11-11T00:00:00Z", "--threads=3", "--format", "ndjson",
                               "--explain", "--quiet", "--out=o.ndjson", "--rates", "-"});
  EXPECT_EQ(made.command, command::price);
  EXPECT_EQ(made.policy, "p.json");
  EXPECT_EQ(made.items, "i.csv");
  EXPECT_EQ(made.channels, (std::vector<std::string>{"web", "members"}));
  EXPECT_EQ(made.market, "CN");
  EXPECT_EQ(made.at, parse_instant("2026-11-11T00:00:00Z"));
  EXPECT_EQ(made.threads, 3u);
  EXPECT_EQ(made.format, output_format::ndjson);
  EXPECT_TRUE(made.explain);
  EXPECT_TRUE(made.quiet);
  EXPECT_EQ(made.out, "o.ndjson");
  EXPECT_EQ(made.rates, "-");
}

TEST(cli_options, the_name_of_the_items_says_their_format) {
  EXPECT_EQ(parsed({"price", "--policy", "p", "--items", "i.CSV"}).input, row_format::csv);
  EXPECT_EQ(parsed({"price", "--policy", "p", "--items", "i.ndjson"}).input, row_format::ndjson);
  EXPECT_EQ(parsed({"price", "--policy", "p", "--items", "i.jsonl"}).input, row_format::ndjson);
  EXPECT_EQ(parsed({"price", "--policy", "p", "--items", "-"}).input, row_format::csv);
  EXPECT_EQ(parsed({"price", "--policy", "p", "--items", "i.txt", "--input-format", "ndjson"}).input,
            row_format::ndjson);
  EXPECT_EQ(parsed({"price", "--policy", "p", "--items", "i.csv", "--input-format", "ndjson"}).input,
            row_format::ndjson);
  EXPECT_EQ(codes({"price", "--policy", "p", "--items", "i.txt"}), "PP-C008");
}

TEST(cli_options, help_and_version) {
  EXPECT_EQ(parsed({"--help"}).command, command::help);
  EXPECT_EQ(parsed({"--version"}).command, command::version);
  const options about = parsed({"explain", "--help"});
  EXPECT_EQ(about.command, command::help);
  EXPECT_EQ(about.help_about, "explain");
}

TEST(cli_options, commands) {
  EXPECT_EQ(codes({}), "PP-C001");
  EXPECT_EQ(codes({"--policy", "p"}), "PP-C001");
  EXPECT_EQ(codes({"prise"}), "PP-C002");
  EXPECT_NE(message({"prise"}).find("did you mean price?"), std::string::npos);
}

TEST(cli_options, the_share_of_rows_that_may_be_unreadable) {
  EXPECT_EQ(parsed({"price", "--policy", "p", "--items", "i.csv"}).max_unread.e8(), 0);
  EXPECT_EQ(parsed({"price", "--policy", "p", "--items", "i.csv", "--max-unread", "0.5%"}).max_unread.e8(), 500'000);
  EXPECT_EQ(parsed({"audit", "--policy", "p", "--offers", "i.csv", "--max-unread=100%"}).max_unread.e8(), 100'000'000);
  for (const char* const bad : {"5", "-1%", "101%", "0.123456789%", "x"}) {
    EXPECT_EQ(codes({"price", "--policy", "p", "--items", "i.csv", "--max-unread", bad}), "PP-C006") << bad;
  }
  EXPECT_EQ(codes({"explain", "--policy", "p", "--items", "i.csv", "--sku", "A", "--max-unread", "1%"}), "PP-C004");
}

TEST(cli_options, compare_takes_two_policies_and_gates) {
  const options made = parsed({"compare", "--before", "p", "--after", "q", "--items", "i.csv", "--max-change", "20%",
                               "--max-changed=10.5%", "--no-new-conflicts", "--summary", "s.csv", "--channel", "a,b"});
  EXPECT_EQ(made.command, command::compare);
  EXPECT_EQ(made.before, "p");
  EXPECT_EQ(made.after, "q");
  EXPECT_EQ(made.summary, "s.csv");
  EXPECT_EQ(made.gates.max_change, parse_rate("20%"));
  EXPECT_EQ(made.gates.max_changed, parse_rate("10.5%"));
  EXPECT_TRUE(made.gates.no_new_conflicts);
  EXPECT_EQ(codes({"compare"}), "PP-C008 PP-C008 PP-C008");
  const auto with = [](words more) {
    words all = {"compare", "--before", "p", "--after", "q", "--items", "i.csv"};
    all.insert(all.end(), more.begin(), more.end());
    return codes(all);
  };
  EXPECT_EQ(with({"--max-change", "20"}), "PP-C006");
  EXPECT_EQ(with({"--max-changed", "-1%"}), "PP-C006");
  EXPECT_EQ(with({"--policy", "p"}), "PP-C004");
  EXPECT_EQ(with({"--record", "r"}), "PP-C004");
  EXPECT_EQ(with({"--summary", "-"}), "PP-C009");
  EXPECT_EQ(with({"--summary", "-", "--out", "o"}), "");
  EXPECT_EQ(with({"--summary", "o", "--out", "o"}), "PP-C009");
  EXPECT_EQ(codes({"compare", "--before", "-", "--after", "-", "--items", "i.csv"}), "PP-C009");
  EXPECT_EQ(codes({"price", "--policy", "p", "--items", "i.csv", "--max-change", "20%"}), "PP-C004");
}

TEST(cli_options, markets_takes_codes) {
  const options all = parsed({"markets"});
  EXPECT_EQ(all.command, command::markets);
  EXPECT_TRUE(all.codes.empty());
  EXPECT_EQ(parsed({"markets", "CN", "JP", "--format", "json"}).codes, (std::vector<std::string>{"CN", "JP"}));
  EXPECT_EQ(parsed({"markets", "--policy", "p.json"}).policy, "p.json");
  EXPECT_EQ(parsed({"markets", "--help"}).help_about, "markets");
  EXPECT_EQ(codes({"markets", "CN", "--items", "i.csv"}), "PP-C004");
  EXPECT_EQ(codes({"markets", "--format", "csv"}), "PP-C006");
}

TEST(cli_options, schema_takes_a_place_to_write_to) {
  EXPECT_EQ(parsed({"schema"}).command, command::schema);
  EXPECT_EQ(parsed({"schema", "--out", "s.json"}).out, "s.json");
  EXPECT_EQ(parsed({"schema", "--help"}).help_about, "schema");
  EXPECT_EQ(parsed({"help", "schema"}).help_about, "schema");
  EXPECT_EQ(codes({"schema", "--policy", "p"}), "PP-C004") << "a flag of price";
  EXPECT_EQ(codes({"schema", "s.json"}), "PP-C010");
  EXPECT_NE(message({"shcema"}).find("did you mean schema?"), std::string::npos);
}

TEST(cli_options, every_mistake_at_once) {
  EXPECT_EQ(codes({"price"}), "PP-C008 PP-C008");
  EXPECT_EQ(codes({"explain"}), "PP-C008 PP-C008 PP-C008");
  EXPECT_EQ(codes({"price", "--polcy", "p", "--items", "i.csv", "--threads", "0", "--at", "today", "x"}),
            "PP-C004 PP-C006 PP-C006 PP-C010");
  EXPECT_NE(message({"price", "--polcy", "p"}).find("did you mean --policy?"), std::string::npos);
}

TEST(cli_options, values) {
  const auto with = [](words more) {
    words all = {"price", "--policy", "p", "--items", "i.csv"};
    all.insert(all.end(), more.begin(), more.end());
    return codes(all);
  };
  EXPECT_EQ(with({}), "");
  EXPECT_EQ(with({"--out"}), "PP-C005");
  EXPECT_EQ(with({"--out", "--quiet"}), "PP-C005");
  EXPECT_EQ(with({"--quiet=yes"}), "PP-C006");
  EXPECT_EQ(with({"--market="}), "PP-C006");
  EXPECT_EQ(with({"--channel", "web,,app"}), "PP-C006");
  EXPECT_EQ(with({"--channel", "web,"}), "PP-C006");
  EXPECT_EQ(with({"--channel", "web", "--channel", "app"}), "PP-C007");
  EXPECT_EQ(with({"--format", "xml"}), "PP-C006");
  EXPECT_EQ(with({"--format", "text"}), "PP-C006") << "text is a format of explain";
  EXPECT_EQ(parsed({"price", "--policy", "p", "--items", "i.csv", "--format", "json"}).format, output_format::ndjson);
  EXPECT_EQ(with({"--explain"}), "PP-C009");
  EXPECT_EQ(with({"--explain", "--format", "csv"}), "PP-C009");
  EXPECT_EQ(with({"--explain", "--format", "ndjson"}), "");
  EXPECT_EQ(with({"--offers", "o.csv"}), "PP-C004") << "a flag of audit";
  EXPECT_EQ(with({"--record", "r.ndjson"}), "");
  EXPECT_EQ(with({"--record", "-"}), "PP-C009") << "beside the answers";
  EXPECT_EQ(with({"--record", "-", "--out", "o.csv"}), "");
  EXPECT_EQ(with({"--record", "o.csv", "--out", "o.csv"}), "PP-C009");
  EXPECT_EQ(with({"--sku", "A"}), "PP-C004") << "a flag of explain";
  EXPECT_EQ(with({"--threads", "1025"}), "PP-C006");
  EXPECT_EQ(with({"--threads", "2x"}), "PP-C006");
  EXPECT_EQ(codes({"price", "--policy", "-", "--items", "-"}), "PP-C009");
  EXPECT_EQ(codes({"explain", "--policy", "p", "--items", "-", "--sku", "A", "--format", "table"}), "PP-C006");
}

TEST(cli_options, replay) {
  const options made = parsed({"replay", "--record", "r.ndjson", "--policy=p.json", "--threads", "2", "--format",
                               "ndjson", "--out", "o", "--quiet"});
  EXPECT_EQ(made.command, command::replay);
  EXPECT_EQ(made.record, "r.ndjson");
  EXPECT_EQ(made.policy, "p.json");
  EXPECT_EQ(codes({"replay"}), "PP-C008");
  EXPECT_EQ(codes({"replay", "--record", "-"}), "");
  EXPECT_EQ(codes({"replay", "--record", "-", "--policy", "-"}), "PP-C009");
  EXPECT_EQ(codes({"replay", "--record", "r", "--out", "r"}), "PP-C009") << "it is read, not written";
  EXPECT_EQ(codes({"replay", "--record", "r", "--format", "text"}), "PP-C006");
  EXPECT_EQ(codes({"replay", "--record", "r", "--items", "i.csv", "--at", "2026-06-01T00:00:00Z"}), "PP-C004 PP-C004");
}

// What stands alone, a format of another command, and --channel of an audit: each command says what is its own.
TEST(cli_options, every_command_speaks_of_itself) {
  const struct {
    words arguments;
    const char* said;
  } all[] = {
      {{"price", "i.csv"}, "pricepoint price --policy P --items F"},
      {{"schema", "i.csv"}, "pricepoint schema --out F"},
      {{"markets", "-"}, "pricepoint markets CN"},
      {{"replay", "i.csv"}, "pricepoint replay --record F"},
      {{"inputs", "p.json"}, "pricepoint inputs --policy P"},
      {{"check", "p.json"}, "pricepoint check --policy P"},
      {{"compare", "p.json"}, "pricepoint compare --before P --after P --items F"},
      {{"audit", "-"}, "pricepoint audit --policy P --offers F"},
      {{"price", "--format", "xml"}, "is no format of pricepoint price: table, csv, ndjson or json"},
      {{"explain", "--format", "csv"}, "is no format of pricepoint explain: text or json"},
      {{"replay", "--format", "text"}, "is no format of pricepoint replay"},
      {{"compare", "--format", "text"}, "is no format of pricepoint compare"},
      {{"markets", "--format", "csv"}, "is no format of pricepoint markets"},
      {{"audit", "--format", "text"}, "is no format of pricepoint audit"},
      {{"check", "--format", "csv"}, "is no format of pricepoint check"},
      {{"inputs", "--format", "csv"}, "is no format of pricepoint inputs"},
      {{"audit", "--policy", "p", "--offers", "o", "--channel", "web,store"}, "an offer stands on one channel"},
  };
  for (const auto& one : all) {
    const std::string got = message(one.arguments);
    EXPECT_NE(got.find(one.said), std::string::npos) << one.said << "\n" << got;
  }
}

}  // namespace
}  // namespace pricepoint::cli
