// SPDX-License-Identifier: Apache-2.0
// LuaJIT, embedded: peers/luajit/policy_a.lua called for each row, with a table of named fields and with bare numbers,
// and once over the columns. Its answers are compared with the engine's on all rows before anything is timed.
#include <benchmark/benchmark.h>

#include <cstddef>
#include <lua.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "by_engine.hpp"

namespace {

// Declared in the script too.
struct lua_answer {
  std::int64_t price;
  std::uint8_t status, limited_by_map, limited_by_earn;
};
static_assert(sizeof(lua_answer) == 16 && offsetof(lua_answer, status) == 8 &&
              offsetof(lua_answer, limited_by_earn) == 10);
static_assert(static_cast<int>(policy_a::status::conflict) == 0 && static_cast<int>(policy_a::status::priced) == 2);

class script {
 public:
  script() : state_(luaL_newstate()) {
    if (!state_) by_engine::give_up("LuaJIT cannot start");
    luaL_openlibs(state_.get());
    const std::string path = std::string(PRICEPOINT_SOURCE_DIR) + "/benchmarks/peers/luajit/policy_a.lua";
    if (luaL_loadfile(state_.get(), path.c_str()) != 0) fail();
    call(0, 3);                           // leaves `one` at 1, `batch` at 2 and `of_request` at 3
    lua_createtable(state_.get(), 0, 7);  // at 4: the request, filled anew for each row
  }

  policy_a::answer one(const policy_a::columns& of, std::size_t i) {
    lua_State* const to = state_.get();
    lua_pushvalue(to, 1);
    lua_pushinteger(to, of.market[i]);
    lua_pushinteger(to, of.role[i]);
    lua_pushinteger(to, of.member[i]);
    lua_pushinteger(to, of.store[i]);
    lua_pushinteger(to, of.cost[i]);
    lua_pushinteger(to, of.shipping[i]);
    lua_pushinteger(to, of.map[i]);
    call(7, 4);
    return take();
  }

  policy_a::answer of_request(const policy_a::columns& of, std::size_t i) {
    lua_State* const to = state_.get();
    const auto text = [&](const char* name, std::string_view value) {
      lua_pushlstring(to, value.data(), value.size());
      lua_setfield(to, 4, name);
    };
    const auto number = [&](const char* name, std::int64_t value) {
      lua_pushinteger(to, value);
      lua_setfield(to, 4, name);
    };
    text("market", policy_a::market_names[of.market[i]]);
    text("role", policy_a::role_names[of.role[i]]);
    text("segment", of.member[i] != 0 ? "member" : "guest");
    number("store", of.store[i]);
    number("cost", of.cost[i]);
    number("shipping", of.shipping[i]);
    number("map", of.map[i]);
    lua_pushvalue(to, 3);
    lua_pushvalue(to, 4);
    call(1, 4);
    return take();
  }

  void batch(const policy_a::columns& of, std::vector<lua_answer>& out) {
    lua_State* const to = state_.get();
    lua_pushvalue(to, 2);
    lua_pushinteger(to, static_cast<lua_Integer>(out.size()));
    push(of.market);
    push(of.role);
    push(of.member);
    push(of.store);
    push(of.cost);
    push(of.shipping);
    push(of.map);
    lua_pushlightuserdata(to, out.data());
    call(9, 0);
  }

 private:
  struct close {
    void operator()(lua_State* what) const { lua_close(what); }
  };

  template <class Number>
  void push(const std::vector<Number>& column) {
    static_assert(std::is_same_v<Number, std::uint8_t> || std::is_same_v<Number, std::int64_t>);
    // The script reads only.
    lua_pushlightuserdata(state_.get(), const_cast<Number*>(column.data()));
  }

  policy_a::answer take() {
    lua_State* const from = state_.get();
    policy_a::answer made;
    made.price = lua_tointeger(from, -4);
    made.status = static_cast<policy_a::status>(lua_tointeger(from, -3));
    made.limited_by_map = lua_toboolean(from, -2) != 0;
    made.limited_by_earn = lua_toboolean(from, -1) != 0;
    lua_pop(from, 4);
    return made;
  }

  void call(int arguments, int results) {
    if (lua_pcall(state_.get(), arguments, results, 0) != 0) fail();
  }
  [[noreturn]] void fail() { by_engine::give_up(std::string("LuaJIT: ") + lua_tostring(state_.get(), -1)); }

  std::unique_ptr<lua_State, close> state_;
};

policy_a::answer answer_of(const lua_answer& from) {
  return {from.price, static_cast<policy_a::status>(from.status), from.limited_by_map != 0, from.limited_by_earn != 0};
}

void compare_all() {
  static const bool done = [] {
    const policy_a::columns& rows = by_engine::rows();
    const std::vector<policy_a::answer>& expected = by_engine::expected().of;
    script by;
    std::vector<lua_answer> out(rows.size());
    by.batch(rows, out);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (answer_of(out[i]) != expected[i] || by.one(rows, i) != expected[i] || by.of_request(rows, i) != expected[i])
        by_engine::give_up("LuaJIT differs from the engine in row " + std::to_string(i));
    }
    return true;
  }();
  benchmark::DoNotOptimize(done);
}

void luajit_one(benchmark::State& state) {
  compare_all();
  const policy_a::columns& rows = by_engine::rows();
  script by;
  for (auto _ : state) {
    for (std::size_t i = 0; i < rows.size(); ++i) benchmark::DoNotOptimize(by.one(rows, i));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(rows.size()) * state.iterations());
}
BENCHMARK(luajit_one)->Name("luajit_one/policy_a")->Unit(benchmark::kMillisecond);

void luajit_request(benchmark::State& state) {
  compare_all();
  const policy_a::columns& rows = by_engine::rows();
  script by;
  for (auto _ : state) {
    for (std::size_t i = 0; i < rows.size(); ++i) benchmark::DoNotOptimize(by.of_request(rows, i));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(rows.size()) * state.iterations());
}
BENCHMARK(luajit_request)->Name("luajit_request/policy_a")->Unit(benchmark::kMillisecond);

void luajit_arrays(benchmark::State& state) {
  compare_all();
  const policy_a::columns& rows = by_engine::rows();
  script by;
  std::vector<lua_answer> out(rows.size());
  for (auto _ : state) {
    by.batch(rows, out);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(rows.size()) * state.iterations());
}
BENCHMARK(luajit_arrays)->Name("luajit_arrays/policy_a")->Unit(benchmark::kMillisecond);

// Into the report, with the machine.
const bool named = [] {
  benchmark::AddCustomContext("luajit", LUAJIT_VERSION);
  return true;
}();

}  // namespace
