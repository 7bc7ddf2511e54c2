// SPDX-License-Identifier: Apache-2.0
// The program, from CSV to CSV: a process of its own with two threads, so that starting it, reading the policy and the
// rows and writing the answers count. Before it is timed its answers are compared with the engine's row by row.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "by_engine.hpp"

namespace {

namespace fs = std::filesystem;

// A directory that goes with the process.
class scratch {
 public:
  scratch() {
    std::string name = (fs::temp_directory_path() / "pricepoint_bench_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) by_engine::give_up("cannot make a temporary directory");
    path_ = name;
  }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  ~scratch() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  std::string file(const char* name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

void write_items(const std::string& path) {
  const policy_a::columns& of = by_engine::rows();
  std::string text = "sku,channel,market,role,segment,price.store,cost,shipping,map\n";
  for (std::size_t i = 0; i < of.size(); ++i) {
    text += "P" + std::to_string(i) + ",";
    (text += policy_a::channel_names[of.channel[i]]) += ',';
    (text += policy_a::market_names[of.market[i]]) += ',';
    (text += policy_a::role_names[of.role[i]]) += ',';
    if (of.member[i] != 0) text += "member";
    for (const std::int64_t amount : {of.store[i], of.cost[i], of.shipping[i]})
      by_engine::append_amount(text += ',', amount, of.market[i]);
    text += ',';
    if (of.map[i] != 0) by_engine::append_amount(text, of.map[i], of.market[i]);
    text += '\n';
  }
  std::ofstream to(path, std::ios::binary);
  if (!to.write(text.data(), static_cast<std::streamsize>(text.size())).flush())
    by_engine::give_up("cannot write " + path);
}

void run(const std::string& items, const std::string& out) {
  const std::string policy = by_engine::policy_path();
  std::array<const char*, 14> words = {PRICEPOINT_CLI, "price", "--policy",  policy.c_str(), "--items",
                                       items.c_str(),  "--out", out.c_str(), "--format",     "csv",
                                       "--threads",    "2",     "--quiet",   nullptr};
  const pid_t child = ::fork();
  if (child == 0) {
    by_engine::use_all_cores();
    ::execv(words[0], const_cast<char* const*>(words.data()));
    ::_exit(127);
  }
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child) by_engine::give_up("cannot run the program");
  // 1 says that some rows have no price.
  if (!WIFEXITED(status) || WEXITSTATUS(status) > 1) by_engine::give_up("the program failed");
}

std::vector<std::string_view> cells(std::string_view line) {
  std::vector<std::string_view> made;
  for (std::size_t from = 0;;) {
    const std::size_t end = line.find(',', from);
    made.push_back(line.substr(from, end - from));
    if (end == std::string_view::npos) return made;
    from = end + 1;
  }
}

std::size_t position(const std::vector<std::string_view>& header, std::string_view name) {
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (header[i] == name) return i;
  }
  by_engine::give_up("the program's output has no column " + std::string(name));
}

void compare_all(const std::string& out) {
  std::ifstream from(out, std::ios::binary);
  std::string header, line, amount;
  std::getline(from, header);
  const std::vector<std::string_view> names = cells(header);
  const std::size_t status = position(names, "status"), price = position(names, "price");
  std::size_t i = 0;
  for (; std::getline(from, line); ++i) {
    const std::vector<std::string_view> said = cells(line);
    if (i >= by_engine::row_count || said.size() != names.size()) break;
    const policy_a::answer& expected = by_engine::expected().of[i];
    amount.clear();
    if (expected.price != 0) by_engine::append_amount(amount, expected.price, by_engine::rows().market[i]);
    const std::string_view name = expected.status == policy_a::status::priced        ? "priced"
                                  : expected.status == policy_a::status::compromised ? "compromised"
                                                                                     : "conflict";
    if (said[status] != name || said[price] != amount) break;
  }
  if (i != by_engine::row_count || !from.eof())
    by_engine::give_up("the program differs from the engine in row " + std::to_string(i));
}

void cli_csv(benchmark::State& state) {
  static const scratch in;
  static const std::string items = [] {
    std::string path = in.file("items.csv");
    const std::string out = in.file("prices.csv");
    write_items(path);
    run(path, out);
    compare_all(out);
    fs::remove(out);
    return path;
  }();
  for (auto _ : state) run(items, "/dev/null");
  state.SetItemsProcessed(static_cast<std::int64_t>(by_engine::row_count) * state.iterations());
}
BENCHMARK(cli_csv)->Name("cli_csv/policy_a")->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
