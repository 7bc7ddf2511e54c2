// SPDX-License-Identifier: Apache-2.0
#include "cli/record.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pricepoint::cli {
namespace {

namespace fs = std::filesystem;

// Shops show gross prices, the trade net ones.
constexpr std::string_view policy_text = R"({
  "pricepoint": 1,
  "markets": { "CN": { "currency": "CNY", "display": "gross", "tax": "13%" } },
  "channels": {
    "store": { "kind": "traditional" },
    "web": { "kind": "online", "reference": "store" },
    "trade": { "kind": "online", "reference": "web", "display": "net" }
  },
  "attributes": { "role": ["traffic", "profit"], "note": "text", "stock": "number", "wholesale": { "money": "net" } },
  "rules": [
    { "id": "traffic", "when": { "role": "traffic" }, "discount": "7%" },
    { "id": "keep", "when": { "channel": "web" }, "hold": "5%" },
    { "id": "earn", "floor": "cost * 105%" },
    { "id": "cap", "ceiling": "list", "skip_if_missing": true }
  ]
})";

class cli_record : public testing::Test {
 protected:
  static block block_of(std::string_view text) {
    block made;
    made.bytes.assign(text);
    return made;
  }

  // The record of rows of NDJSON, one line an entry. `rates` may be null.
  std::vector<std::string> record(const std::string& rows, const std::vector<std::string_view>& channels,
                                  const std::shared_ptr<const exchange_rates>& rates = {}) {
    const block in = block_of(rows);
    row_reader reader(fields_, nullptr, {channels.size() == 1 ? channels[0] : "", "CN", pricepoint::instant{1000}});
    row_decider decider(policy_, rates, nullptr, channels, telling::nothing);
    record_writer writer(policy_, "p.json", rates.get());
    std::vector<std::string> lines;
    row each;
    for (reader.start(in); reader.next(each);) {
      std::string text;
      writer.write(text, each, decider, decider.decide(each));
      for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = text.find('\n', begin) + 1;
        lines.push_back(text.substr(begin, end - begin));
        begin = end;
      }
    }
    return lines;
  }

  // Reads the first line of what stands in `text`; the block must outlive what is read.
  recorded_decision read(const std::string& text) {
    in_ = block_of(text);
    recorded_decision made;
    record_reader reader(recorded_fields_);
    reader.start(in_);
    EXPECT_TRUE(reader.next(made));
    return made;
  }
  std::string problem_of(const std::string& text) { return read(text).problem; }

  policy policy_ = *parse_policy(std::string(policy_text));
  field_table fields_{policy_};
  field_table recorded_fields_ = record_fields(policy_);
  block in_;
};

std::string without_end(const std::string& line) { return line.substr(0, line.find(",\"fingerprint\":")); }

TEST_F(cli_record, has_every_field_as_it_was_given) {
  const std::string request =
      R"("sku":"A\"1\n\\","category":"gifts/价","segment":"s","audience":"a","quantity":"1.50","channel":"web",)"
      R"("market":"CN","prices":{"store":"32.000000001","web":"30"},"list":"123456789012345.123456789","msrp":"40.0",)"
      R"("map":"3","current":"31.00","lowest_prior":"29","cost":"0.000000001","shipping":"0","currency":"CNY",)"
      R"("tax":"12.5%","fee":"0.000001%","current_since":"2026-01-01T00:00:00.250Z","units":"7","role":"profit",)"
      R"("note":"😀 \u0001","stock":"-0.5","wholesale":"9.88")";
  const auto lines = record("{" + request + ",\"at\":\"2026-06-01T08:00:00.007+08:00\"}\n", {"web"});
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].substr(0, request.size() + 13), "{\"request\":{" + request + "}");
  EXPECT_NE(lines[0].find("},\"at\":\"2026-06-01T00:00:00.007Z\",\"decision\":{\"currency\":\"CNY\",\"status\":"),
            std::string::npos)
      << lines[0];
  EXPECT_TRUE(lines[0].ends_with("},\"fingerprint\":\"" + std::string(policy_.fingerprint()) +
                                 "\",\"policy_file\":\"p.json\",\"version\":\"0.1.0\",\"zones\":\"" +
                                 std::string(zones_version()) + "\"}\n"))
      << lines[0];

  const recorded_decision back = read(lines[0]);
  EXPECT_EQ(back.problem, "");
  EXPECT_EQ(back.asked.request.sku, "A\"1\n\\");
  EXPECT_EQ(back.asked.request.list, *parse_decimal("123456789012345.123456789"));
  EXPECT_EQ(back.asked.request.prices.size(), 2u);
  EXPECT_EQ(back.asked.request.at, parse_instant("2026-06-01T00:00:00.007Z"));
  EXPECT_EQ(back.asked.request.attributes.size(), 4u);
  EXPECT_EQ(back.policy_file, "p.json");
  EXPECT_EQ(back.fingerprint, policy_.fingerprint());
  pricer again(policy_);
  std::string text;
  append_recorded_decision(text, again.price(back.asked.request));
  EXPECT_EQ(text, back.decision);
}

TEST_F(cli_record, says_which_channels_one_call_decided) {
  const auto lines =
      record(R"({"sku":"A","current":"99","prices":{"store":"29.99","web":"29.50"},"cost":"1","role":"traffic"})"
             "\n",
             {"web", "trade"});
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_NE(
      lines[0].find(R"("channel":"web","market":"CN","prices":{"store":"29.99","web":"29.50"},"current":"29.50")"),
      std::string::npos)
      << "the channel's own price is the current one: " << lines[0];
  EXPECT_NE(lines[0].find(R"("channels":["web","trade"],"decision":)"), std::string::npos) << lines[0];
  EXPECT_NE(lines[1].find(R"("channel":"trade")"), std::string::npos);
  EXPECT_EQ(lines[1].find(R"("current")"), std::string::npos) << lines[1];
  EXPECT_NE(lines[1].find(R"("carried":{"web":"27.89"},)"), std::string::npos) << lines[1];

  // Each line alone gives its decision, though the price carried over is no whole number of minor units there.
  pricer again(policy_);
  std::vector<decision> decisions;
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const recorded_decision back = read(lines[i]);
    again.price_all(back.asked.request, back.channels, decisions, names);
    std::string text;
    append_recorded_decision(text, decisions[i]);
    EXPECT_EQ(names[i], back.asked.request.channel);
    EXPECT_EQ(text, back.decision);
  }

  const block in = block_of(lines[0] + lines[1]);
  record_reader reader(recorded_fields_);
  reader.start(in);
  recorded_decision first;
  recorded_decision second;
  ASSERT_TRUE(reader.next(first) && reader.next(second));
  EXPECT_TRUE(same_call(first, second));
  second.asked.request.cost = decimal(2);
  EXPECT_FALSE(same_call(first, second));
}

TEST_F(cli_record, has_the_rate_that_was_used) {
  const auto rates = std::make_shared<const exchange_rates>(
      std::vector<exchange_rate>{{*find_currency("EUR"), *find_currency("CNY"), *parse_decimal("7.123456789"), {500}},
                                 {*find_currency("EUR"), *find_currency("CNY"), *parse_decimal("8"), {2000}}});
  const std::string rows =
      "{\"prices\":{\"store\":\"3\"},\"cost\":\"1\",\"currency\":\"EUR\"}\n"
      "{\"prices\":{\"store\":\"3\"},\"cost\":\"1\",\"currency\":\"USD\"}\n"
      "{\"prices\":{\"store\":\"3\"},\"cost\":\"1\",\"currency\":\"CNY\"}\n";
  const auto lines = record(rows, {"web"}, rates);
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_NE(lines[0].find(R"("rates":[{"from":"EUR","to":"CNY","rate":"7.123456789","at":"1970-01-01T00:00:00.500Z"},)"
                          R"({"from":"EUR","to":"CNY","rate":"8","at":"1970-01-01T00:00:02Z"}],"decision":)"),
            std::string::npos)
      << lines[0];
  EXPECT_EQ(lines[1].find("\"rates\""), std::string::npos) << "there was none";
  EXPECT_EQ(lines[2].find("\"rates\""), std::string::npos) << "none was needed";

  const recorded_decision back = read(lines[0]);
  ASSERT_EQ(back.rates.size(), 2u) << "the next one says how long the answer holds";
  pricer again(policy_);
  again.use_rates(std::make_shared<const exchange_rates>(back.rates));
  std::string text;
  append_recorded_decision(text, again.price(back.asked.request));
  EXPECT_EQ(text, back.decision);
  again.use_rates(nullptr);
  EXPECT_EQ(again.price(back.asked.request).status(), status::incomplete);
}

TEST_F(cli_record, keeps_what_was_not_decided_and_what_has_no_price) {
  const auto lines = record(
      "{\"sku\":\"A\\\"\",\"cost\":\"x\"}\n{\"sku\":\"B\",\"prices\":{\"store\":\"3\"}}\n"
      "{\"sku\":\"C\",\"list\":\"1\",\"cost\":\"2\",\"prices\":{\"store\":\"3\"}}\n"
      "{\"sku\":\"D\",\"prices\":{\"store\":\"30\"},\"cost\":\"1\",\"current\":\"29.50\"}\n",
      {"web"});
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(without_end(lines[0]),
            R"({"unreadable":{"line":1,"sku":"A\"","channel":"web","market":"CN"},"decision":{"status":"invalid",)"
            R"("invalid":["line 1, column cost: \"x\" is not an amount of money"]})");
  const recorded_decision back = read(lines[0]);
  EXPECT_EQ(back.problem, "");
  EXPECT_TRUE(back.unreadable);
  EXPECT_NE(lines[1].find(R"("status":"incomplete")"), std::string::npos) << lines[1];
  EXPECT_NE(lines[2].find(R"("conflict":["cap","earn"]})"), std::string::npos) << lines[2];
  EXPECT_NE(lines[3].find(R"("held":true})"), std::string::npos) << lines[3];
}

TEST_F(cli_record, instants_at_the_ends_of_time) {
  for (const char* const at : {"1970-01-01T00:00:00+23:59", "9999-12-31T23:59:59.999-23:59"}) {
    const auto lines = record(std::string("{\"sku\":\"A\",\"at\":\"") + at + "\"}\n", {"web"});
    EXPECT_EQ(read(lines[0]).asked.request.at, parse_instant(at)) << lines[0];
  }
}

TEST_F(cli_record, a_line_that_is_no_record_says_why) {
  const std::string end = R"("decision":{},"fingerprint":"f","version":"v")";
  EXPECT_EQ(problem_of("{\"request\":{},\"at\":\"2026-06-01T00:00:00Z\"," + end + "}\n"), "");
  EXPECT_EQ(problem_of(" { \"version\" : \"v\", \"x\":[1], \"fingerprint\":\"f\", \"decision\" : { } , "
                       "\"at\":\"2026-06-01T00:00:00Z\", \"request\":{}}\r\n"),
            "");
  EXPECT_EQ(problem_of("{\"at\":\"2026-06-01T00:00:00Z\"," + end + "}\n"), "\"request\" is missing");
  EXPECT_EQ(problem_of("{\"request\":{}," + end + "}\n"), "\"at\" is missing");
  EXPECT_EQ(problem_of("{\"request\":{},\"at\":\"today\"," + end + "}\n"), "\"at\" is not an instant with its offset");
  EXPECT_EQ(problem_of("{\"request\":1,\"at\":\"2026-06-01T00:00:00Z\"," + end + "}\n"), "\"request\" is no object");
  EXPECT_EQ(problem_of("{\"unreadable\":{},\"decision\":1,\"fingerprint\":\"f\",\"version\":\"v\"}\n"),
            "\"decision\" is no object");
  EXPECT_EQ(problem_of("{\"unreadable\":{},\"decision\":{},\"fingerprint\":1,\"version\":\"v\"}\n"),
            "\"fingerprint\" is no text");
  EXPECT_EQ(problem_of("{\"request\":{\"cost\":\"1e3\"},\"at\":\"2026-06-01T00:00:00Z\"," + end + "}\n"),
            "\"request\" column cost: \"1e3\" has an exponent; exact numbers have none");
  EXPECT_EQ(problem_of("{\"request\":{},\"request\":{},\"at\":\"2026-06-01T00:00:00Z\"," + end + "}\n"),
            "\"request\" stands twice");
  EXPECT_EQ(problem_of("{\"request\":{},\"at\":\"2026-06-01T00:00:00Z\",\"channels\":\"web\"," + end + "}\n"),
            "\"channels\" is no list of names");
  EXPECT_EQ(problem_of("{\"request\":{},\"at\":\"2026-06-01T00:00:00Z\",\"rates\":[{\"from\":\"EUR\"}]," + end + "}\n"),
            "\"rates\": \"{\"from\":\"EUR\"}\" is no rate with from, to, rate and at");
  EXPECT_EQ(problem_of("{\"request\":\n"), "column 13: expected a value");
  EXPECT_EQ(problem_of("{\"request\":\"\xFF\"}\n"), "it is not UTF-8");
}

TEST(cli_record_differences, by_what_is_said) {
  std::string scratch;
  const auto of = [&scratch](std::string_view was, std::string_view is) {
    std::string text;
    for (const difference& one : differences(was, is, scratch)) {
      text.append(one.member).append(" ").append(one.was).append(" -> ").append(one.is).append("; ");
    }
    return text;
  };
  EXPECT_EQ(
      of(R"({ "status" : "pr\u0069ced", "discounts": ["a" , "b"] })", R"({"discounts":["a","b"],"status":"priced"})"),
      "");
  EXPECT_EQ(of(R"({"price":"1","policy":"x"})", R"({"price":"1","policy":"y"})"), "") << "the fingerprint stands aside";
  EXPECT_EQ(of(R"({"relaxed":["r"],"price":"1.0","later":1})", R"({"status":"invalid","price":"1.00"})"),
            "status  -> \"invalid\"; price \"1.0\" -> \"1.00\"; relaxed [\"r\"] -> ; later 1 -> ; ");
  EXPECT_EQ(of(R"({"credits":[{"to":"a","amount":"1"}]})", R"({"credits":[{"to":"a","amount":"2"}]})"),
            "credits [{\"to\":\"a\",\"amount\":\"1\"}] -> [{\"to\":\"a\",\"amount\":\"2\"}]; ");
}

TEST(cli_record_differences, as_cells) {
  EXPECT_EQ(plain_value(""), "");
  EXPECT_EQ(plain_value("\"a \\\"b\\\"\""), "a \"b\"");
  EXPECT_EQ(plain_value("true"), "true");
  EXPECT_EQ(plain_value("[\"a\",\"b\"]"), "a b");
  EXPECT_EQ(plain_value("[{\"to\":\"dealer\",\"amount\":\"0.89\"},{\"to\":\"b\",\"amount\":\"1\"}]"),
            "dealer:0.89 b:1");
}

TEST(cli_record_paths, the_policy_is_named_from_where_the_record_stands) {
  std::string pattern = (fs::temp_directory_path() / "pricepoint.XXXXXX").string();
  ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
  const fs::path directory = fs::canonical(pattern);
  fs::create_directories(directory / "records");
  fs::create_directories(directory / "policies");
  const std::string policy = (directory / "policies" / "p.json").string();
  const std::string record = (directory / "records" / "r.ndjson").string();
  std::ofstream(policy) << "{}";
  EXPECT_EQ(policy_file_in(record, policy), "../policies/p.json");
  EXPECT_EQ(policy_file_in((directory / "policies" / "r").string(), policy), "p.json");
  EXPECT_EQ(policy_file_in("-", policy), policy) << "standard output stands nowhere";
  EXPECT_EQ(policy_file_in("/dev/null", policy), policy);
  EXPECT_EQ(policy_file_in(record, "-"), "");
  EXPECT_EQ(fs::weakly_canonical(policy_path_from(record, "../policies/p.json")), policy);
  EXPECT_EQ(policy_path_from(record, policy), policy);
  EXPECT_EQ(policy_path_from("-", "p.json"), "p.json");
  // A record that is reached over a link stands where it really is.
  fs::create_directory_symlink(directory / "records", directory / "link");
  EXPECT_EQ(policy_file_in((directory / "link" / "r.ndjson").string(), policy), "../policies/p.json");
  fs::remove_all(directory);
}

}  // namespace
}  // namespace pricepoint::cli
