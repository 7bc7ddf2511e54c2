// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "pricepoint/pricing/policy.hpp"
#include "pricepoint/reading.hpp"
#include "text/zones.hpp"

namespace pricepoint::policy_language {
namespace {

namespace fs = std::filesystem;

std::string number(std::uint64_t value, int bytes) {
  std::string made;
  for (int i = bytes - 1; i >= 0; --i) made.push_back(static_cast<char>(value >> (8 * i)));
  return made;
}

// A TZif file, part by part. As it is: +01:00 until 2026-06-01, then +02:00.
struct tzif {
  std::string magic = "TZif";
  char version = '2';
  std::string first_block = number(0, 4) + number(0, 2) + std::string("X\0", 2);  // one type, two letters
  std::uint64_t in_ut = 0, standard = 0, leaps = 0, letters = 2;
  std::vector<std::int64_t> moments = {1'780'272'000};
  std::string which = std::string(1, '\1');
  std::vector<std::int32_t> offsets = {3600, 7200};
  std::string footer = "\n<+02>-2\n";

  static std::string header(char version, std::initializer_list<std::uint64_t> counts) {
    std::string made = "TZif";
    made.push_back(version);
    made.append(15, '\0');
    for (const std::uint64_t one : counts) made += number(one, 4);
    return made;
  }
  std::string bytes() const {
    std::string made = header(version, {0, 0, 0, 0, 1, 2}) + first_block;
    made.replace(0, 4, magic);
    made += header(version, {in_ut, standard, leaps, moments.size(), offsets.size(), letters});
    for (const std::int64_t one : moments) made += number(static_cast<std::uint64_t>(one), 8);
    made += which;
    for (const std::int32_t one : offsets) made += number(static_cast<std::uint32_t>(one), 4) + number(0, 2);
    made += std::string(letters, '\0') + std::string(leaps * 12 + in_ut + standard, '\0');
    return made + footer;
  }
};

std::string why(const std::string& bytes) {
  const auto read = read_zone_file(bytes);
  const auto* const text = std::get_if<std::string>(&read);
  return text == nullptr ? std::string() : *text;
}

template <class Change>
std::string why_with(Change change) {
  tzif made;
  change(made);
  return why(made.bytes());
}

TEST(zone_file, its_changes_and_its_footer_count) {
  const auto zone = std::get<time_zone>(read_zone_file(tzif().bytes()));
  EXPECT_EQ(zone.offset_at(0), 3600);
  EXPECT_EQ(zone.offset_at(1'780'271'999), 3600);
  EXPECT_EQ(zone.offset_at(1'780'272'000), 7200);
  EXPECT_EQ(zone.offset_at(200'000'000'000), 7200);
  // Whatever follows the version of the format is read as 2 is.
  EXPECT_EQ(why_with([](tzif& one) { one.version = '4'; }), "");
  // Without a footer the last offset goes on; one beyond all years is no change that counts.
  EXPECT_EQ(why_with([](tzif& one) { one.footer = "\n\n"; }), "");
  EXPECT_EQ(why_with([](tzif& one) {
              one.moments = {1'780'272'000, INT64_MAX};
              one.which = std::string("\1\0", 2);
            }),
            "");
  EXPECT_EQ(why_with([](tzif& one) { one.moments = {INT64_MIN}; }), "");
}

TEST(zone_file, what_is_wrong_is_said) {
  EXPECT_EQ(why(""), "it is no TZif file");
  EXPECT_EQ(why("sku,channel\n"), "it is no TZif file");
  EXPECT_EQ(why_with([](tzif& one) { one.magic = "TZIF"; }), "it is no TZif file");
  EXPECT_EQ(why_with([](tzif& one) { one.version = '\0'; }),
            "it is a TZif file of version 1, which knows nothing after 2037");
  EXPECT_EQ(why_with([](tzif& one) { one.first_block.clear(); }), "it has no 64-bit block");
  EXPECT_EQ(why(tzif().bytes().substr(0, 50)), "it ends within its 32-bit block");
  EXPECT_EQ(why(tzif().bytes().substr(0, 100)), "it ends within its 64-bit block");
  EXPECT_EQ(why_with([](tzif& one) { one.leaps = 1; }), "it counts leap seconds, and policies do not");
  EXPECT_EQ(why_with([](tzif& one) {
              one.offsets.clear();
              one.moments.clear();
              one.which.clear();
            }),
            "it has no offset from UTC");
  EXPECT_EQ(why_with([](tzif& one) { one.offsets[1] = 93'601; }), "an offset from UTC is more than 26 hours");
  EXPECT_EQ(why_with([](tzif& one) { one.offsets[1] = INT32_MIN; }), "an offset from UTC is more than 26 hours");
  EXPECT_EQ(why_with([](tzif& one) { one.which = "\2"; }), "a change of the clocks has an offset that is not there");
  EXPECT_EQ(why_with([](tzif& one) {
              one.moments = {1000, 1000};
              one.which = std::string("\1\0", 2);
            }),
            "its changes of the clocks are not in order");
  EXPECT_EQ(why_with([](tzif& one) {
              one.moments = {1000, 1001};
              one.which = std::string("\0\1", 2);
              one.offsets = {0, 3600};
              one.footer = "\n<+01>-1\n";
            }),
            "");
  EXPECT_EQ(why_with([](tzif& one) {
              one.moments = {1000, 2000, 3000};
              one.which = std::string("\1\0\1", 3);
            }),
            "two changes of its clocks overlap");
  EXPECT_EQ(why_with([](tzif& one) { one.footer = "<+02>-2\n"; }), "its footer is not between two ends of a line");
  EXPECT_EQ(why_with([](tzif& one) { one.footer = "\n<+02>-2"; }), "its footer is not between two ends of a line");
  EXPECT_EQ(why_with([](tzif& one) { one.footer = "\n<+02>-2\n\n"; }), "its footer is not between two ends of a line");
  EXPECT_EQ(why_with([](tzif& one) { one.footer = "\n<+02>\n"; }),
            "its footer is no rule as POSIX writes it: \"<+02>\"");
  EXPECT_EQ(why_with([](tzif& one) { one.footer = "\n<+03>-3\n"; }),
            "its rule contradicts its last change of the clocks");
}

// [REL-25] Cut off at every byte, with every byte another one, and with counts that no file has room for.
TEST(zone_file, hostile_bytes_are_refused_or_read) {
  tzif made;
  made.moments = {86'400, 1'780'272'000};
  made.which = std::string("\0\1", 2);
  made.in_ut = made.standard = 2;
  const std::string whole = made.bytes();
  ASSERT_EQ(why(whole), "");
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_NE(why(whole.substr(0, size)), "") << size;
  std::mt19937_64 luck(7);  // NOLINT(cert-msc51-cpp): the same on every run
  const auto try_out = [](const std::string& bytes) {
    const auto read = read_zone_file(bytes);
    if (const auto* const zone = std::get_if<time_zone>(&read)) {
      for (const std::int64_t at : {std::int64_t{0}, std::int64_t{1'780'272'000}, std::int64_t{253'402'300'800}}) {
        EXPECT_LE(std::abs(zone->from_local(at) - at), 27 * 3600);
        EXPECT_LE(std::abs(zone->offset_at(at)), 27 * 3600);
      }
    }
  };
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int byte : {0, 1, 0x7F, 0x80, 0xFF}) {
      std::string bytes = whole;
      bytes[at] = static_cast<char>(byte);
      try_out(bytes);
    }
  }
  for (int i = 0; i < 20'000; ++i) {
    std::string bytes = whole;
    for (std::uint64_t changes = 1 + luck() % 6; changes > 0; --changes) {
      bytes[luck() % bytes.size()] = static_cast<char>(luck());
    }
    try_out(bytes);
  }
  for (const char* const name : {"Europe/Rome", "Asia/Gaza"}) EXPECT_TRUE(find_zone(name));
}

class zone_folder : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "pricepoint-zones-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    fs::create_directories(folder_ / "Europe");
    write("Europe/Rome", tzif().bytes());
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
  }
  std::string version() const { return zones_in(folder_.string()).value().version; }
  // The first message about a policy with that zone; its boundary where there is none.
  std::string read_with(const std::string& zone) const {
    const std::string text =
        R"({"pricepoint":1,"name":"n","markets":{"DE":{"tax":"19%"}},"channels":{"web":{"kind":"online"}},)"
        R"("periods":{"p":{"from":"2026-01-01","zone":")" +
        zone + R"("}},"rules":[{"id":"a","during":"p","discount":"8%"}]})";
    const auto read = parse_policy(text, "policy", {}, {}, zones_in(folder_.string()).value());
    if (!read) return read.error().diagnostics().front().message;
    return std::string(read->fingerprint());
  }
  std::string file(const std::string& name) const { return "\"" + (folder_ / name).string() + "\""; }

  fs::path folder_;
};

// [REL-25]
TEST_F(zone_folder, its_files_are_the_zones) {
  const std::string other =
      R"({"pricepoint":1,"name":"n","markets":{"DE":{"tax":"19%"}},"channels":{"web":{"kind":"online"}},)"
      R"("periods":{"p":{"from":"2025-12-31T23:00:00Z"}},)"
      R"("rules":[{"id":"a","during":"p","discount":"8%"}]})";
  // [FPR-4] The instants count, not where they come from.
  EXPECT_EQ(read_with("Europe/Rome"), parse_policy(other).value().fingerprint());
  EXPECT_EQ(read_with("Europe/Paris"), "the folder of time zones has no \"Europe/Paris\" (its data are unknown)");
  EXPECT_EQ(read_with("Europe"), "the folder of time zones has no \"Europe\" (its data are unknown)");
  write("secret", tzif().bytes());
  for (const std::string name : {"../Rome", "/etc/passwd", "secret", "Europe/../Europe/Rome", "Europe/./Rome"}) {
    EXPECT_EQ(read_with(name), "the folder of time zones has no \"" + name + "\" (its data are unknown)");
  }
  // Links between the zones of a folder are usual.
  fs::create_symlink("Rome", folder_ / "Europe" / "Vatican");
  EXPECT_EQ(read_with("Europe/Vatican"), read_with("Europe/Rome"));
}

// [REL-25]
TEST_F(zone_folder, what_cannot_be_read_is_named) {
  write("Europe/Bad", "no zone");
  EXPECT_EQ(read_with("Europe/Bad"),
            "the time zone file " + file("Europe/Bad") + " cannot be used: it is no TZif file");
  write("Europe/Huge", std::string(300'000, 'x'));
  EXPECT_EQ(read_with("Europe/Huge"),
            "the time zone file " + file("Europe/Huge") + " cannot be read: it has more than 262144 bytes");
  ASSERT_EQ(::mkfifo((folder_ / "Europe" / "Fifo").c_str(), 0600), 0);
  EXPECT_EQ(read_with("Europe/Fifo"),
            "the time zone file " + file("Europe/Fifo") + " cannot be read: it is not a regular file");
  fs::create_symlink("Loop", folder_ / "Europe" / "Loop");
  EXPECT_EQ(read_with("Europe/Loop"),
            "the time zone file " + file("Europe/Loop") + " cannot be read: Too many levels of symbolic links");
  EXPECT_FALSE(zones_in((folder_ / "none").string()));
  EXPECT_FALSE(zones_in(""));
  EXPECT_FALSE(zones_in(std::string("/\0x", 3)));
  const auto not_a_folder = zones_in((folder_ / "Europe" / "Rome").string());
  ASSERT_FALSE(not_a_folder);
  EXPECT_EQ(not_a_folder.error().diagnostics().front().code, "PP-F001");
  EXPECT_EQ(not_a_folder.error().diagnostics().front().message,
            "cannot read this folder of time zones: Not a directory");
}

TEST_F(zone_folder, its_version_is_in_one_of_two_files) {
  EXPECT_EQ(version(), "unknown");
  write("+VERSION", "2025a\n");
  EXPECT_EQ(version(), "2025a");
  write("tzdata.zi", "# version 2026b\n# comment\n");
  EXPECT_EQ(version(), "2026b");
  write("tzdata.zi", "# version " + std::string(40, '1'));
  EXPECT_EQ(version(), "2025a");
  write("+VERSION", "\x1b[31m");
  EXPECT_EQ(version(), "unknown");
}

// [FPR-4] The version of the data is known of a policy, and no part of its fingerprint.
TEST(zone_source, its_version_is_that_of_the_policy) {
  const std::string text =
      R"({"pricepoint":1,"name":"n","markets":{"DE":{"tax":"19%"}},"channels":{"web":{"kind":"online"}},)"
      R"("periods":{"p":{"from":"2026-01-01","zone":"Here"}},)"
      R"("rules":[{"id":"a","during":"p","discount":"8%"}]})";
  const auto read_with = [&](std::string version, std::int32_t offset) {
    tzif file;
    file.offsets = {offset, offset};
    file.footer = "\n\n";
    zone_source from;
    from.version = std::move(version);
    from.load = [bytes = file.bytes()](const std::string& name) -> result<std::optional<zone_data>> {
      return std::optional<zone_data>(zone_data{name, bytes});
    };
    return parse_policy(text, "policy", {}, {}, from).value();
  };
  EXPECT_EQ(read_with("2025a", 3600).zones_version(), "2025a");
  EXPECT_EQ(read_with("2026b", 3600).zones_version(), "2026b");
  EXPECT_EQ(read_with("2026b", 3600).fingerprint(), read_with("2025a", 3600).fingerprint());
  EXPECT_NE(read_with("2026b", 3600).fingerprint(), read_with("2026b", 7200).fingerprint());
  EXPECT_EQ(parse_policy(R"({"pricepoint":1,"markets":{"DE":{}},"channels":{"web":{"kind":"online"}},"rules":[]})")
                .value()
                .zones_version(),
            zones_version());
}

}  // namespace
}  // namespace pricepoint::policy_language
