// SPDX-License-Identifier: Apache-2.0
//
// The reference evaluator: the policy language once more, written from its specification alone, so that the engine can
// be compared with something that shares no code and no idea with it. It is slow and obvious: every candidate amount is
// looked at one by one, and every rule is evaluated on it as the specification words it. Its parts are in reference/.
//
// Left out on purpose: rule tables. The policy is assumed to be valid; what is not understood throws
// std::runtime_error. The audit is in reference_audit.hpp.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>

#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reference {

using rational = boost::multiprecision::cpp_rational;

/// One request; the keys are the names of CSV columns ("sku", "price.store", "role", ...), an absent key is an absent
/// field.
struct request {
  std::map<std::string, std::string> fields;
};

/// One row of the table of currency rates: one unit of `from` is `rate` units of `to` since `at`.
struct rate_row {
  std::string from;
  std::string to;
  std::string rate;
  std::string at;
};

struct decision {
  std::string status;
  std::string currency;  // the market's; empty where the market is not known
  std::optional<long long> price_minor;
  std::optional<rational> target;  // in units of the currency, exact
  std::vector<std::string> discounts, limited_by, relaxed, conflict, missing, invalid, advice;
  bool held = false;
  std::optional<long long> fallback_price_minor, net_minor, tax_minor, was_minor, saving_minor;
  std::optional<long long> saving_rate_percent;            // not where it would be 0%
  std::vector<std::pair<std::string, long long>> credits;  // (channel, minor units), by channel
  std::optional<long long> next_change_at_unix_ms;
};

/// What a decision looked at, for statistics over random scenarios; nothing of it is part of the decision.
struct trace {
  std::vector<std::pair<std::string, std::string>> on;  // (rule, effect), in the order of the document
  std::string note;                                     // which status of its name it was, where there are several
  std::string channel;
  bool stored_net = false;
  bool gross = false;
};

/// Thrown where the effort is used up, or emptiness beyond the enumeration limit could not be proved (see
/// reference/search_limit.cpp).
class undecided : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct document;

/// What a policy is read with beside its own text.
struct surroundings {
  std::string built_in_markets;              // the text of the built-in market table; empty: no market is listed
  std::map<std::string, std::string> files;  // by name: a shop's own market tables
};

/// The table that the library has built in, where the sources have one.
surroundings with_built_in_markets(std::map<std::string, std::string> files = {});

/// What is needed to write policies about the markets of a table.
struct listed_market {
  std::string currency;  // empty where the table gives none
  bool gross = true;
  bool has_window = false;
  std::vector<std::string> culture;  // ids of entries
  std::set<rational> bands;          // where they begin and end, in the currency
};
std::map<std::string, listed_market> listed_markets(std::string_view table);
std::string version_of_markets(std::string_view table);

class policy {
 public:
  explicit policy(std::string_view json_text, const surroundings& beside = {});
  const document& get() const { return *document_; }

 private:
  std::shared_ptr<const document> document_;
};

/// `effort`: amounts looked at before it gives up (`undecided`).
decision decide(const policy& rules, const request& asked, const std::vector<rate_row>& rates, trace* watched = nullptr,
                long long effort = std::numeric_limits<long long>::max());

/// The order in which several channels of one product are decided.
std::vector<std::string> decision_order(const policy& rules, const request& asked,
                                        const std::vector<std::string>& channels, const std::vector<rate_row>& rates);

/// Decides one product on several channels; the answers stand in the order of `decision_order`. The field `channel` of
/// the request is not looked at.
std::vector<decision> decide_all(const policy& rules, const request& asked, const std::vector<std::string>& channels,
                                 const std::vector<rate_row>& rates, std::vector<trace>* watched = nullptr,
                                 long long effort = std::numeric_limits<long long>::max());

/// "2026-11-01T00:00:00.000+08:00" in milliseconds since 1970; nothing where the text is no instant with its offset.
std::optional<long long> parse_instant(std::string_view text);
/// "-12.50" exactly; nothing where the text is no decimal number of the language.
std::optional<rational> parse_decimal(std::string_view text);
/// "-12.5%" as -1/8; nothing where the text is no rate of the language.
std::optional<rational> parse_rate(std::string_view text);
/// The decimals of an ISO 4217 currency; nothing where the code is not known here.
std::optional<int> currency_decimals(std::string_view code);

}  // namespace reference
