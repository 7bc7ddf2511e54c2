// SPDX-License-Identifier: Apache-2.0
#include "cli/files.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace pricepoint::cli {
namespace {

namespace fs = std::filesystem;

class cli_files : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "pricepoint.XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
  }
  void TearDown() override { fs::remove_all(directory_); }

  std::string path(const char* name) const { return (directory_ / name).string(); }
  static std::string content(const std::string& of) {
    std::ifstream in(of, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::ptrdiff_t file_count() const {
    return std::distance(fs::directory_iterator(directory_), fs::directory_iterator());
  }

  fs::path directory_;
};

TEST_F(cli_files, an_output_appears_only_when_it_is_complete) {
  const std::string name = path("out.csv");
  std::ofstream(name) << "before";
  {
    auto out = output_file::open(name);
    ASSERT_TRUE(out);
    EXPECT_TRUE(out->write("half"));
    EXPECT_EQ(content(name), "before");
  }
  EXPECT_EQ(content(name), "before");
  EXPECT_EQ(file_count(), 1) << "the temporary is gone";
  auto out = output_file::open(name);
  ASSERT_TRUE(out);
  EXPECT_TRUE(out->write("whole"));
  EXPECT_TRUE(out->commit());
  EXPECT_EQ(content(name), "whole");
  EXPECT_EQ(file_count(), 1);
}

TEST_F(cli_files, a_link_stays_and_a_mode_stays) {
  const std::string name = path("out.csv");
  std::ofstream(name) << "before";
  fs::permissions(name, fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
  fs::create_symlink(name, path("link.csv"));
  auto out = output_file::open(path("link.csv"));
  ASSERT_TRUE(out);
  EXPECT_TRUE(out->write("after") && out->commit());
  EXPECT_TRUE(fs::is_symlink(path("link.csv")));
  EXPECT_EQ(content(name), "after");
  EXPECT_EQ(fs::status(name).permissions(), fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read);
}

TEST_F(cli_files, a_signal_takes_both_outputs_away) {
  EXPECT_EXIT(
      {
        const auto one = output_file::open(path("one.csv"));
        const auto two = output_file::open(path("two.ndjson"));
        ::raise(one && two ? SIGTERM : SIGKILL);
      },
      testing::KilledBySignal(SIGTERM), "");
  EXPECT_EQ(file_count(), 0);
}

// [REL-51] Where one of several cannot have its name, none has; and while they are written only their owner reads them.
TEST_F(cli_files, several_get_their_names_together) {
  std::ofstream(path("one.csv")) << "as it was";
  auto one = output_file::open(path("one.csv"));
  auto two = output_file::open(path("two.csv"));
  auto three = output_file::open(path("three.csv"));
  ASSERT_TRUE(one && two && three);
  EXPECT_FALSE(one->is_same_file(*two));
  EXPECT_TRUE(output_file::open(path("./two.csv"))->is_same_file(*two));
  ASSERT_TRUE(one->write("1") && two->write("2") && three->write("3"));
  fs::create_directory(path("three.csv"));
  EXPECT_EQ(output_file::commit({&*one, &*two, nullptr, &*three}), &*three);
  EXPECT_EQ(content(path("one.csv")), "as it was");
  EXPECT_FALSE(fs::exists(path("two.csv")));
  fs::remove(path("three.csv"));
  fs::create_directory(path("two.csv"));
  EXPECT_EQ(output_file::commit({&*one, &*two, nullptr, &*three}), &*two);
  EXPECT_EQ(content(path("one.csv")), "as it was");
  fs::remove(path("two.csv"));
  EXPECT_EQ(output_file::commit({&*one, &*two, nullptr, &*three}), nullptr);
  EXPECT_EQ(content(path("one.csv")) + content(path("two.csv")) + content(path("three.csv")), "123");
  EXPECT_EQ(file_count(), 3);
}

TEST_F(cli_files, refusals) {
  EXPECT_EQ(output_file::open(directory_.string()).error().diagnostics()[0].code, "PP-F003");
  EXPECT_EQ(output_file::open(path("none/out.csv")).error().diagnostics()[0].code, "PP-F003");
  EXPECT_EQ(input_file::open(path("none.csv")).error().diagnostics()[0].code, "PP-F001");
  EXPECT_EQ(input_file::open(directory_.string()).error().diagnostics()[0].code, "PP-F001");
}

TEST_F(cli_files, reads_whole_files) {
  const std::string name = path("in.csv");
  const std::string text(200'000, 'x');
  std::ofstream(name) << text;
  EXPECT_EQ(*read_whole(name), text);
  EXPECT_EQ(input_file::open(name)->size(), text.size());
  // [REL-16] What is held in memory whole is bounded, also where it has no size and no end.
  EXPECT_EQ(max_whole_bytes, 1u << 30);
  EXPECT_EQ(*read_whole(name, 200'000), text);
  const auto larger = read_whole(name, 199'999);
  ASSERT_FALSE(larger);
  EXPECT_EQ(larger.error().diagnostics()[0].code, "PP-F004");
  EXPECT_EQ(larger.error().diagnostics()[0].message, "this file has more than 199999 bytes");
  EXPECT_EQ(read_whole("/dev/zero", 1u << 20).error().diagnostics()[0].code, "PP-F004");
}

TEST(cli_terminal_width, is_what_columns_says_where_it_is_a_number) {
  const char* const before = std::getenv("COLUMNS");
  const std::string kept = before == nullptr ? "" : before;
  ::setenv("COLUMNS", "77", 1);
  EXPECT_EQ(terminal_width(-1), 77u);
  // [REL-58] What is too wide for any terminal is not given the memory that it would take.
  for (const char* wide : {"10000", "10001", "99999999999", "18446744073709551615"}) {
    ::setenv("COLUMNS", wide, 1);
    EXPECT_EQ(terminal_width(-1), widest_terminal) << wide;
  }
  for (const char* none : {"", "0", "-5", "80x", "wide", "99999999999999999999"}) {
    ::setenv("COLUMNS", none, 1);
    EXPECT_EQ(terminal_width(-1), 120u) << none;  // -1 is no terminal either
  }
  ::unsetenv("COLUMNS");
  EXPECT_EQ(terminal_width(-1), 120u);
  if (before != nullptr) ::setenv("COLUMNS", kept.c_str(), 1);
}

TEST_F(cli_files, an_output_that_cannot_take_its_place_says_so) {
  const std::string name = path("out.csv");
  auto out = output_file::open(name);
  ASSERT_TRUE(out);
  ASSERT_TRUE(out->write("a"));
  fs::create_directory(name);  // somebody was faster
  EXPECT_FALSE(out->commit());
  EXPECT_EQ(out->failed().code, "PP-F003");
  EXPECT_EQ(out->failed().file, name);
  EXPECT_FALSE(out->closed_by_reader());
}

}  // namespace
}  // namespace pricepoint::cli
