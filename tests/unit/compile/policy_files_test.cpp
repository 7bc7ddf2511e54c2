// SPDX-License-Identifier: Apache-2.0
#include "compile/policy_files.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "pricepoint/pricing/policy.hpp"

namespace pricepoint {
namespace {

namespace fs = std::filesystem;

constexpr const char* table = "id,when.sku,price\na,A1,19.99\n";

std::string policy_naming(const std::string& name) {
  return R"({"pricepoint":1,"markets":{"DE":{}},"channels":{"web":{"kind":"online"}},"rules":[{"table":")" + name +
         R"("}]})";
}

class policy_files : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "pricepoint.XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    directory_ = pattern;
    fs::create_directories(directory_ / "shop" / "below");
    write("shop/t.csv", table);
    write("shop/below/t.csv", table);
    write("outside.csv", "secret,of,others\n");
  }
  void TearDown() override { fs::remove_all(directory_); }

  std::string path(const std::string& name) const { return (directory_ / name).string(); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(path(name)) << text; }
  // The first message about a policy in shop/ that names this file; empty where it reads well.
  std::string refused(const std::string& name) const {
    write("shop/policy.json", policy_naming(name));
    const auto read = load_policy(path("shop/policy.json"));
    return read ? std::string() : read.error().diagnostics().front().message;
  }

  fs::path directory_;
};

// [TAB-8]
TEST_F(policy_files, lie_in_the_folder_or_below) {
  EXPECT_EQ(refused("t.csv"), "");
  EXPECT_EQ(refused("./t.csv"), "");
  EXPECT_EQ(refused("below/t.csv"), "");
  EXPECT_EQ(refused("below/./t.csv"), "");
  EXPECT_NE(refused("../outside.csv"), "");
  EXPECT_NE(refused("below/../t.csv"), "");
  EXPECT_NE(refused(path("shop/t.csv")), "");
  EXPECT_EQ(refused("none.csv"), R"(the table "none.csv": cannot read this file: No such file or directory)");
  EXPECT_EQ(refused("t.csv/t.csv"), R"(the table "t.csv/t.csv": cannot read this file: Not a directory)");
}

// [TAB-11] Neither a link to a file nor a folder that is one; and nothing of what they lead to is in the message.
TEST_F(policy_files, are_not_behind_links) {
  fs::create_symlink(path("outside.csv"), path("shop/link.csv"));
  fs::create_symlink("t.csv", path("shop/near.csv"));
  fs::create_symlink("nowhere", path("shop/dangling.csv"));
  fs::create_directory_symlink("below", path("shop/folder"));
  fs::create_directory_symlink("/", path("shop/below/root"));
  for (const char* name : {"link.csv", "near.csv", "dangling.csv", "folder/t.csv", "below/root/etc/passwd"}) {
    EXPECT_EQ(refused(name), std::string(R"(the table ")") + name +
                                 R"(": this is a link, and a policy's files are not looked for through links)");
  }
  const auto read = load_policy(path("shop/policy.json"));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().diagnostics().front().hint, "put the file itself there, in the policy's folder or below");
}

// [TAB-11] None of them is waited for, or opened.
TEST_F(policy_files, are_regular_files) {
  ASSERT_EQ(::mkfifo(path("shop/fifo.csv").c_str(), 0600), 0);
  fs::create_directory(path("shop/folder.csv"));
  const int number = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const std::string name = path("shop/socket.csv");
  ASSERT_LT(name.size(), sizeof address.sun_path);
  std::memcpy(address.sun_path, name.c_str(), name.size() + 1);
  ASSERT_EQ(::bind(number, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(refused("fifo.csv"), R"(the table "fifo.csv": this is not a regular file)");
  EXPECT_EQ(refused("socket.csv"), R"(the table "socket.csv": this is not a regular file)");
  EXPECT_EQ(refused("folder.csv"), R"(the table "folder.csv": this is a directory, not a file)");
  ::close(number);
}

// [TAB-8] Of a policy that is a link, in the folder of the file that it leads to: as Kubernetes shows a ConfigMap.
TEST_F(policy_files, of_a_linked_policy) {
  fs::create_directories(directory_ / "mounted" / "..2026");
  write("mounted/..2026/policy.json", policy_naming("t.csv"));
  write("mounted/..2026/t.csv", table);
  fs::create_directory_symlink("..2026", path("mounted/..data"));
  fs::create_symlink("..data/policy.json", path("mounted/policy.json"));
  fs::create_symlink("..data/t.csv", path("mounted/t.csv"));
  EXPECT_TRUE(load_policy(path("mounted/policy.json")));
  // Folders on the way to it may be links.
  fs::create_directory_symlink("mounted", path("current"));
  EXPECT_TRUE(load_policy(path("current/policy.json")));
}

// [TAB-8] A pipe or a descriptor has no folder; one can be given.
TEST_F(policy_files, of_a_policy_without_a_folder) {
  write("shop/policy.json", policy_naming("t.csv"));
  const int number = ::open(path("shop/policy.json").c_str(), O_RDONLY);
  const std::string by_number = "/dev/fd/" + std::to_string(number);
  const auto read = load_policy(by_number);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().diagnostics().front().message,
            R"(the table "t.csv" is not read: the policy comes without a folder)");
  EXPECT_TRUE(load_policy(by_number, {}, tables_beside(path("shop"))));
  EXPECT_TRUE(load_policy(by_number, {}, tables_beside(path("shop/"))));
  ::close(number);
}

// [TAB-12]
TEST_F(policy_files, may_be_turned_off) {
  policy_language::parse_limits limits;
  limits.allow_tables = false;
  write("shop/policy.json", policy_naming("t.csv"));
  write("shop/markets.json", R"({"pricepoint":1,"tables":{"markets":"m.json"},"markets":{"DE":{}},
    "channels":{"web":{"kind":"online"}},"rules":[]})");
  write("shop/plain.json", R"({"pricepoint":1,"markets":{"DE":{}},"channels":{"web":{"kind":"online"}},"rules":[]})");
  for (const char* name : {"shop/policy.json", "shop/markets.json"}) {
    const auto read = load_policy(path(name), limits);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().diagnostics().front().code, "PP-T003");
    EXPECT_NE(read.error().diagnostics().front().message.find("this policy may not name files"), std::string::npos);
  }
  EXPECT_TRUE(load_policy(path("shop/plain.json"), limits));
}

}  // namespace
}  // namespace pricepoint
