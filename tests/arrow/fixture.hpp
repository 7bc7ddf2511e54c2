// SPDX-License-Identifier: Apache-2.0
// The fixture of all tests of columns: a policy, a batch of it, and the answer to an array that goes through the batch,
// one line of text per row. Whatever was handed out must have been released when a test ends. The contract of each
// function, by examples, is in tests/capi/arrow_test.cpp.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arrays.hpp"
#include "pricepoint/pricepoint.h"

namespace arrays {

using lines = std::vector<std::string>;
template <class T>
using maybe = std::vector<std::optional<T>>;

inline constexpr std::string_view rules = R"({"pricepoint":1,"name":"columns","markets":{
    "CN":{"currency":"CNY","display":"gross","tax":"13%"},"JP":{"currency":"JPY","display":"gross","tax":"10%"},
    "US":{"currency":"USD","display":"net"}},
  "channels":{"store":{"kind":"traditional"},"web":{"kind":"online","reference":"store"},
    "mall":{"kind":"online","reference":"store","fee":"5%"}},
  "attributes":{"role":["traffic","profit"],"stock":"number","colour":"text","whole":{"money":"net"}},
  "periods":{"eleven":{"from":"2026-11-01","until":"2026-11-11","zone":"Asia/Shanghai"}},
  "rules":[{"id":"off","when":{"role":"profit"},"discount":"12.5%"},
    {"id":"many","when":{"quantity":{"from":3}},"discount":"20%"},
    {"id":"late","during":"eleven","discount":"5%"},
    {"id":"full","when":{"stock":{"from":100}},"discount":"3%"},
    {"id":"red","when":{"colour":"red"},"advise":"show-it"},
    {"id":"earn","floor":"cost"},{"id":"near","ceiling":"price.store","skip_if_missing":true},
    {"id":"pay","credit":{"to":"store","rate":"2%"}},
    {"id":"nine","when":{"role":"traffic"},"endings":["9"],"strength":"strong"}]})";

inline constexpr pricepoint_batch_options in_minor_units = {
    sizeof(pricepoint_batch_options), 0, 0, nullptr, {nullptr, 0}, {nullptr, 0}, PRICEPOINT_OPTIONAL_INIT,
    PRICEPOINT_INTEGERS_MINOR,        0};

inline pricepoint_view view(std::string_view text) { return {text.data(), text.size()}; }
class arrow : public ::testing::Test {
 protected:
  void SetUp() override {
    pricepoint_error* error = nullptr;
    const auto read = pricepoint_policy_from_text(view(rules), nullptr, &policy_, &error);
    const std::string why = error == nullptr ? "" : pricepoint_error_text(error).data;
    pricepoint_error_free(error);
    ASSERT_EQ(read, PRICEPOINT_OK) << why;
    use({});
  }
  void TearDown() override {
    pricepoint_batch_free(batch_);
    pricepoint_policy_free(policy_);
    EXPECT_EQ(handed_out, 0) << "released once each";
  }
  struct how {
    std::string_view channel = {}, market = {};
    std::int64_t at = PRICEPOINT_ABSENT;
    std::uint32_t parts = 0, threads = 1;
    pricepoint_integers integers = PRICEPOINT_INTEGERS_MINOR;
  };
  void use(const how& with) {
    pricepoint_batch_options options = PRICEPOINT_BATCH_OPTIONS_INIT;
    options.channel = view(with.channel);
    options.market = view(with.market);
    options.at_unix_ms.given = with.at == PRICEPOINT_ABSENT ? 0 : 1;
    options.at_unix_ms.value = with.at;
    options.parts = with.parts;
    options.integers = static_cast<std::uint32_t>(with.integers);
    options.threads = with.threads;
    pricepoint_batch_free(batch_);
    ASSERT_EQ(pricepoint_batch_create(policy_, &options, &batch_, nullptr), PRICEPOINT_OK);
  }

  // A line a row; or the error's text alone.
  lines decide(const column& of) {
    ArrowSchema schema = schema_of(of);
    ArrowArray array = array_of(of);
    ArrowSchema out_schema;
    ArrowArray out;
    pricepoint_error* error = nullptr;
    const auto result = pricepoint_batch_array(batch_, &schema, &array, &out_schema, &out, &error);
    schema.release(&schema);
    if (array.release != nullptr) array.release(&array);
    lines made;
    if (result != PRICEPOINT_OK) {
      EXPECT_EQ(out_schema.release, nullptr);
      EXPECT_EQ(out.release, nullptr);
      made.emplace_back(pricepoint_error_text(error).data);
      pricepoint_error_free(error);
      return made;
    }
    for (std::size_t row = 0; row < static_cast<std::size_t>(out.length); ++row) {
      made.push_back(row_of(out_schema, out, row));
    }
    out_schema.release(&out_schema);
    out.release(&out);
    return made;
  }
  // Prices alone, in units.
  lines prices(const column& of, std::string_view market = "CN", std::string_view channel = "web") {
    use({.channel = channel, .market = market, .at = 0, .parts = PRICEPOINT_PART_PRICE});
    lines made = decide(of);
    for (std::string& one : made) {
      if (one.starts_with("status=priced price=")) one = one.substr(20);
    }
    return made;
  }
  void expect_refused(const column& of, std::string_view part) {
    const lines got = decide(of);
    ASSERT_EQ(got.size(), 1u);
    EXPECT_NE(got[0].find(part), std::string::npos) << got[0];
  }

  pricepoint_policy* policy_ = nullptr;
  pricepoint_batch* batch_ = nullptr;
};

}  // namespace arrays
