// SPDX-License-Identifier: Apache-2.0
// The record of a run: one line of NDJSON a decision, with all that it was made of, so that it can be made again.
//
//   {"request":{"sku":"A1","channel":"members","market":"CN","prices":{"store":"32.00"},"cost":"12.00"},
//    "at":"2026-06-01T00:00:00Z","channels":["web","members"],"carried":{"web":"32.00"},
//    "rates":[{"from":"EUR","to":"CNY","rate":"7.8","at":"2026-05-01T00:00:00Z"}],
//    "decision":{"currency":"CNY","status":"priced",...},"fingerprint":"pp1-...","policy_file":"p.json","version":"0.1.0",
//    "zones":"2026f"}
//
// Where one call decided several channels, the line says which, and replaying it decides them all again: the prices
// that were carried from one channel to the next are exact only there, since displays and currencies may differ.
// `carried` is for people. A row that could not be read has "unreadable" in place of request and at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/decider.hpp"
#include "cli/namespace.hpp"
#include "pricepoint/pricing/exchange_rates.hpp"
#include "pricepoint/pricing/policy.hpp"
#include "rows/fields.hpp"
#include "rows/rows.hpp"

namespace pricepoint::cli {

// How a record names the policy: relative to its own directory, so that both can move together; absolute where it is
// no file. Empty where there is no name: the policy came from standard input.
std::string policy_file_in(const std::string& record, const std::string& policy);
// The path of what a record names.
std::string policy_path_from(const std::string& record, std::string_view policy_file);

// Appends the decision's members as a JSON object without the fingerprint, which stands beside it in a record.
void append_recorded_decision(std::string& out, const decision& what);

// One per thread. The policy and the rates must outlive it; `rates` may be null.
class record_writer {
 public:
  record_writer(const policy& with, std::string_view policy_file, const exchange_rates* rates);

  // The lines of one row, one for each answer of the decider.
  void write(std::string& out, const row& from, const row_decider& decider,
             const std::vector<row_decider::answer>& answers);

 private:
  void decided(std::string& out, const request& asked, const std::vector<row_decider::answer>& answers,
               std::size_t which, const std::vector<std::string_view>* together);
  void unreadable(std::string& out, const row& from, std::string_view channel) const;
  void append_rate(std::string& out, const request& asked, const decision& made) const;

  const exchange_rates* rates_;
  std::string end_;  // what is the same on every line
  std::optional<instant> at_;
  std::string at_text_;
};

// A line of a record. Borrows from the block that it was read from.
struct recorded_decision {
  std::string problem;  // empty, or why the line is no record; then only `line` holds beside it
  std::uint64_t line = 0;
  bool unreadable = false;  // a row that was not decided: no request
  row asked;
  std::vector<std::string_view> channels;  // decided in one call; empty where it was the request's alone
  std::vector<exchange_rate> rates;
  std::string_view decision;  // a JSON object
  std::string_view fingerprint;
  std::string_view policy_file;  // may be empty
  std::string_view version;
  std::string_view zones;  // of the time zone data; empty in older records
  std::string scratch;
  std::string repaired;
};

// The first that the recorded decision says under "invalid", or nothing.
std::string first_invalid(const recorded_decision& of);

// Whether both lines belong to one call that decided several channels.
bool same_call(const recorded_decision& a, const recorded_decision& b);

// Reads the lines of one block after the other. One per thread.
class record_reader {
 public:
  explicit record_reader(const field_table& fields) : requests_(fields, nullptr, {}) {}

  void start(const block& from);
  bool next(recorded_decision& out);

 private:
  void read(std::string_view text, recorded_decision& out);
  void read_list(const json_member& from, recorded_decision& out) const;
  void read_rate(const json_member& from, recorded_decision& out) const;

  row_reader requests_;
  const char* at_ = nullptr;
  const char* end_ = nullptr;
  std::uint64_t line_ = 0;
  bool too_long_ = false;
  bool block_is_utf8_ = true;
};

// A record's fields: attributes are read as text whatever the policy makes of them now, so that the engine and not the
// reader says that a value cannot be.
field_table record_fields(const policy& with);

// A member by which two decisions differ. JSON text; empty where it is absent.
struct difference {
  std::string_view member;
  std::string_view was;
  std::string_view is;
};

// Compares two decisions as JSON objects by what they say, not by their blanks and escapes, and leaves the fingerprint
// aside. In the order of the output. Views are of the texts and of `scratch`.
std::vector<difference> differences(std::string_view was, std::string_view is, std::string& scratch);

// A value as a cell of CSV has it: texts without quotes, lists with blanks between, a credit as dealer:0.89.
std::string plain_value(std::string_view json);

}  // namespace pricepoint::cli
