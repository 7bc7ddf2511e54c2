// SPDX-License-Identifier: Apache-2.0
// Time zones through the C interface: the library's own, or those of a folder.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>

#include "pricepoint/pricepoint.h"

namespace {

namespace fs = std::filesystem;

constexpr std::string_view policy_text =
    R"({"pricepoint":1,"name":"z","markets":{"DE":{"tax":"19%"}},"channels":{"web":{"kind":"online"}},)"
    R"("periods":{"p":{"from":"2026-01-01","zone":"Europe/Rome"}},"rules":[{"id":"a","during":"p","discount":"8%"}]})";

std::string text_of(pricepoint_view view) { return std::string(view.data, view.size); }

// With one offset for ever: 9 hours east.
std::string zone_file() {
  const auto number = [](std::uint32_t value) {
    std::string made;
    for (int shift = 24; shift >= 0; shift -= 8) made.push_back(static_cast<char>(value >> shift));
    return made;
  };
  const std::string block = "TZif2" + std::string(15, '\0') + std::string(16, '\0') + number(1) + number(4) +
                            number(9 * 3600) + std::string(2, '\0') + "JST" + std::string(1, '\0');
  return block + block + "\nJST-9\n";
}

class capi_zones : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "pricepoint-capi-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    fs::create_directory(folder_ / "Europe");
    write("Europe/Rome", zone_file());
    write("tzdata.zi", "# version 2025a\n");
    write("policy.json", std::string(policy_text));
  }
  void TearDown() override { fs::remove_all(folder_); }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
  }

  // "fingerprint inputs", or "code message" of what is wrong.
  static std::string read(const pricepoint_policy_options* options, const std::string& path = {}) {
    pricepoint_policy* policy = nullptr;
    pricepoint_error* error = nullptr;
    const pricepoint_view text = {policy_text.data(), policy_text.size()};
    last_result = path.empty() ? pricepoint_policy_from_text(text, options, &policy, &error)
                               : pricepoint_policy_from_file({path.data(), path.size()}, options, &policy, &error);
    std::string said;
    if (last_result == PRICEPOINT_OK) {
      pricepoint_text* inputs = nullptr;
      EXPECT_EQ(pricepoint_policy_inputs(policy, &inputs, nullptr), PRICEPOINT_OK);
      const std::string json = text_of(pricepoint_text_get(inputs));
      const std::size_t at = json.find("\"zones\"");
      said = text_of(pricepoint_policy_fingerprint(policy)) + " " + json.substr(at, json.find(',', at) - at);
      pricepoint_text_free(inputs);
    } else {
      pricepoint_diagnostic one = PRICEPOINT_DIAGNOSTIC_INIT;
      EXPECT_EQ(pricepoint_error_get(error, 0, &one), PRICEPOINT_OK);
      said = text_of(one.code) + " " + text_of(one.message);
    }
    pricepoint_error_free(error);
    pricepoint_policy_free(policy);
    return said;
  }

  static inline pricepoint_result last_result = PRICEPOINT_OK;
  fs::path folder_;
};

TEST_F(capi_zones, come_from_the_library_or_from_a_folder) {
  const std::string own = read(nullptr);
  EXPECT_NE(own.find(std::string("\"zones\":\"") + pricepoint_zones_version() + "\""), std::string::npos) << own;
  pricepoint_policy_options options = PRICEPOINT_POLICY_OPTIONS_INIT;
  EXPECT_EQ(read(&options), own);
  const std::string folder = folder_.string();
  options.zones = {folder.data(), folder.size()};
  const std::string other = read(&options);
  EXPECT_NE(other.find("\"zones\":\"2025a\""), std::string::npos) << other;
  EXPECT_NE(other.substr(0, 36), own.substr(0, 36));
  EXPECT_EQ(read(&options, folder + "/policy.json"), other);
  // A caller that was built before the member was there.
  options.struct_size = offsetof(pricepoint_policy_options, zones);
  EXPECT_EQ(read(&options), own);
}

TEST_F(capi_zones, mistakes_name_the_file) {
  pricepoint_policy_options options = PRICEPOINT_POLICY_OPTIONS_INIT;
  options.zones = PRICEPOINT_TEXT("/no/such/folder");
  EXPECT_EQ(read(&options), "PP-F001 cannot read this folder of time zones: No such file or directory");
  EXPECT_EQ(last_result, PRICEPOINT_ERROR_FILE);
  EXPECT_EQ(read(&options, (folder_ / "policy.json").string()),
            "PP-F001 cannot read this folder of time zones: No such file or directory");
  const std::string folder = folder_.string();
  options.zones = {folder.data(), folder.size()};
  write("Europe/Rome", zone_file().substr(0, 60));
  EXPECT_EQ(read(&options),
            "PP-P045 the time zone file \"" + folder + "/Europe/Rome\" cannot be used: it has no 64-bit block");
  EXPECT_EQ(last_result, PRICEPOINT_ERROR_POLICY);
  options.zones = {"/usr\0", 5};
  EXPECT_EQ(read(&options), "PP-A001 a folder of time zones with a zero byte");
  EXPECT_EQ(last_result, PRICEPOINT_ERROR_ARGUMENT);
}

}  // namespace
