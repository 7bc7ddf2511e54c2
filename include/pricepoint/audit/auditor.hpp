// SPDX-License-Identifier: Apache-2.0
// Checks observed prices with the rules that price: which of them does an offer break, by how much, and what would mend
// it. One auditor per thread; reuse it, as a pricer.
//
//   pricepoint::auditor auditor{*policy};
//   std::vector<pricepoint::finding> findings;
//   auditor.audit(offers_of_one_product_in_one_market, findings);
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "pricepoint/detail/int128.hpp"
#include "pricepoint/money/amount.hpp"
#include "pricepoint/money/decimal.hpp"
#include "pricepoint/money/exact.hpp"
#include "pricepoint/pricing/columns.hpp"
#include "pricepoint/pricing/decision.hpp"
#include "pricepoint/pricing/exchange_rates.hpp"
#include "pricepoint/pricing/policy.hpp"
#include "pricepoint/pricing/pricer.hpp"
#include "pricepoint/pricing/request.hpp"

namespace pricepoint {

// ---- offers and findings: what an audit takes and what it says

// An observed price and the request that it answers. Text is borrowed, as in the request.
struct offer {
  pricepoint::request request{};
  std::optional<decimal> price{};         // displayed, in units of the market's currency
  std::string_view seller{};              // which store, which dealer; may be empty
  std::vector<std::string> unreadable{};  // fields whose source held no value: they are invalid
};

enum class finding_severity : std::uint8_t {
  breach,     // a required rule is broken, or the product is not sold here
  warning,    // a strong rule, a price that is no multiple of the unit, and what only audits look for
  notice,     // a medium or weak rule
  unchecked,  // something could not be checked
  invalid,    // the offer itself cannot be: nothing of it was checked
};

constexpr std::string_view to_string(finding_severity value) noexcept {
  constexpr std::string_view names[] = {"breach", "warning", "notice", "unchecked", "invalid"};
  return names[static_cast<std::size_t>(value)];
}

enum class remedy : std::uint8_t {
  none,
  reprice,   // ask `remedy_price`
  separate,  // no price satisfies all: sell a distinct product here, restrict the price to an audience, or credit
  complete,  // send the fields in `missing`
};

constexpr std::string_view to_string(remedy value) noexcept {
  constexpr std::string_view names[] = {"", "reprice", "separate", "complete"};
  return names[static_cast<std::size_t>(value)];
}

// One rule that one offer breaks, or what could not be checked. Names of rules and channels point into the policy,
// names of sellers into the offers.
struct finding {
  std::size_t offer = 0;      // index among the offers
  std::string_view rule{};    // its id; "unit"; empty where nothing could be checked
  std::string_view effect{};  // "gap", ...; "unit"; "unchecked"; "invalid": the offer itself cannot be
  finding_severity severity = finding_severity::breach;
  std::optional<pricepoint::currency> currency{};  // the market's
  std::optional<decimal> price{};                  // observed
  // What the rule allows, for bounds: the least rounded up, the largest rounded down to the minor unit. Neither where
  // no price satisfies the rule.
  std::optional<amount> min{}, max{};
  std::optional<decimal> excess{};               // how far the price is beyond them
  std::optional<std::int64_t> excess_rate_bp{};  // of that bound, in hundredths of a percent, half up
  std::string_view against{};                    // gaps, squeeze, leak, inverted: the channel; "list" for a list price
  std::string_view against_seller{};             // where that price was another offer's
  std::optional<amount> against_price{};         // on this offer's display, rounded half up
  pricepoint::remedy remedy = pricepoint::remedy::none;
  std::optional<amount> remedy_price{};           // reprice
  name_list conflict{};                           // separate: an irreducible set of required rules
  std::vector<std::string> missing{};             // unchecked and complete: fields; invalid: those that cannot be
  std::optional<decimal> credit{};                // separate, of a gap's lower end: per piece, to the partner
  std::optional<amount> headroom{};               // squeeze: what the dealer keeps beyond its margin, rounded down
  std::optional<std::int64_t> max_discount_bp{};  // squeeze: off the dealer's net price; rounded down
  std::string because{};                          // the rule's own sentence, or what is wrong with which value
  // Audits ahead in time: holds from here, and until there; nothing where that is not known.
  std::optional<instant> from{}, until{};

  friend bool operator==(const finding&, const finding&) = default;
};

// ---- figures: how channels stand to each other, minimum advertised prices, dispersion, and who breaks what
//
// Rates are whole hundredths of a percent, rounded half up: 1250 is 12.50%. Each gap, depth and range is rounded so
// before means and medians are taken of it, and these are rounded again; a median of an even count is the mean of the
// middle two. Summaries of parts of the offers can be added; the parts must not share a product and market.

namespace detail {

// An exact sum of products of whole numbers and fractions. It takes 128 bits, and more only where these do not suffice.
class exact_sum {
 public:
  void add_product(const fraction& a, const fraction& b);
  void add(const exact_sum& other);
  // This sum divided by another, in ten-thousandths, rounded half up. Nothing where the other is not above zero, or the
  // share does not fit. Requires that this one is not below zero.
  std::optional<std::int64_t> share_e4(const exact_sum& whole) const;

 private:
  struct large;
  void add_large(const large& more);
  int128 fast_ = 0;
  std::shared_ptr<const large> rest_;  // shared by copies and never changed
};

}  // namespace detail

// Whole numbers counted by value: exact figures in memory that does not grow with the number of values.
class tally_of_rates {
 public:
  tally_of_rates() noexcept;
  tally_of_rates(const tally_of_rates& other);
  tally_of_rates(tally_of_rates&& other) noexcept;
  tally_of_rates& operator=(tally_of_rates other) noexcept;
  ~tally_of_rates();

  void add(std::int64_t value_bp, std::uint64_t times = 1);
  void add(const tally_of_rates& other);

  std::uint64_t count() const noexcept { return count_; }
  std::optional<std::int64_t> mean_bp() const;
  std::optional<std::int64_t> median_bp() const;
  std::optional<std::int64_t> largest_bp() const;
  std::uint64_t within(std::int64_t size_bp) const;  // -size <= value <= size

 private:
  struct counts;
  std::unique_ptr<counts> counts_;  // null until something is counted
  std::uint64_t count_ = 0;
  detail::int128 sum_ = 0;
};

// How an online channel stands to a traditional one over the same products. Every offer on the online channel counts
// for which the other's price is known, in its own row or among the offers. Prices on two displays are compared as the
// gross one shows them, and not at all without the tax.
struct channel_pair {
  std::uint64_t compared = 0, identical = 0, lower = 0, higher = 0;
  std::uint64_t in_breach = 0;  // of the compared offers: those with a breach of any rule
  tally_of_rates gaps;          // (r - p) / r
  // Over offers with `units`: 100 * sum of units * p over sum of units * r.
  detail::exact_sum weighted_price, weighted_reference;
  std::uint64_t weighted = 0;
  std::optional<std::int64_t> price_index_bp() const;  // 10000: as dear as the other

  void add(const channel_pair& other);
};

// Offers that have a minimum advertised price, `map`, whether a rule asks for it or not.
struct map_figures {
  std::uint64_t offers = 0;
  tally_of_rates depths;  // (map - p) / map of those below it
  std::uint64_t violations() const noexcept { return depths.count(); }

  void add(const map_figures& other);
};

struct finding_counts {
  std::uint64_t breaches = 0, warnings = 0, notices = 0, unchecked = 0, invalid = 0;

  std::uint64_t all() const noexcept { return breaches + warnings + notices + unchecked + invalid; }
  void add(finding_severity severity) noexcept;
  void add(const finding_counts& other) noexcept;
};

struct seller_figures {
  std::uint64_t offers = 0, in_breach = 0;
  finding_counts findings;
  map_figures map;
  std::uint64_t read() const noexcept { return offers - findings.invalid; }

  void add(const seller_figures& other);
};

// `offers` are all, `findings.invalid` those among them that could not be read or cannot be, one finding each. Shares
// are of the others.
struct audit_summary {
  std::uint64_t products = 0;  // products in a market of which an offer was read
  std::uint64_t offers = 0, in_breach = 0;
  finding_counts findings;
  std::uint64_t read() const noexcept { return offers - findings.invalid; }
  std::map<std::tuple<std::string, std::string, std::string>, channel_pair> pairs;  // market, online, traditional
  std::map<std::pair<std::string, std::string>, map_figures> map;                   // market, channel
  // By market: (highest - lowest) / lowest of the public offers of a product, where there are two or more.
  std::map<std::string, tally_of_rates> dispersion;
  std::map<std::string, finding_counts> rules;
  std::map<std::string, seller_figures> sellers;  // the empty name: offers without one

  // Rows that hold offers but cannot be read as one, which no auditor ever saw.
  void add_unreadable(std::uint64_t rows) noexcept;
  void add(const audit_summary& other);
};

// part / whole in hundredths of a percent, half up; nothing where whole is 0.
std::optional<std::int64_t> share_bp(std::uint64_t part, std::uint64_t whole) noexcept;

// "12.50%", "-0.05%".
std::string percent_text(std::int64_t value_bp);

// ---- the auditor

class auditor {
 public:
  // `rates` convert the money fields of offers in another currency than the market's.
  explicit auditor(pricepoint::policy policy, std::shared_ptr<const exchange_rates> rates = {},
                   const pricer_limits& limits = {});
  ~auditor();
  auditor(auditor&&) noexcept;
  auditor& operator=(auditor&&) noexcept;

  // The offers of one product in one market, in any order and of any number of channels and sellers; a channel's price
  // that an offer does not give is taken from the others. Findings are appended, by offer, then by rule and by the
  // channel against which; their `offer` is an index into `offers`. Never fails: what cannot be checked is a finding.
  // Cost: about that of pricing them; twice that where something is broken.
  void audit(std::span<const offer> offers, std::vector<finding>& out);

  // The same at every instant, from each offer's own `at` until the given one, at which a period begins or ends: each
  // finding says from when to when it holds. An offer without `at` is looked at once.
  void audit_until(instant until, std::span<const offer> offers, std::vector<finding>& out);

  // Figures over all that was audited so far; of audits ahead in time, over the offers as they are at their own `at`.
  const audit_summary& summary() const noexcept;
  void clear_summary();

  const pricepoint::policy& policy() const noexcept;
  const pricer_stats& stats() const noexcept;

 private:
  class work;
  std::unique_ptr<work> work_;
};

// ---- over columns

// Offers are requests with a seller and the observed price: in the market's currency, units being its minor units. The
// sellers' texts must live as long as the findings are used.
struct offer_columns {
  request_columns requests;
  text_column seller{};
  number_column price{};
};

// Findings by row, those of one row in the auditor's order. Every vector has one entry a finding; `absent_value` where
// a number does not apply. Members are those of `finding`.
struct finding_columns {
  std::vector<std::size_t> row;
  std::vector<std::string_view> rule, effect, against, against_seller;
  std::vector<finding_severity> severity;
  std::vector<std::optional<decimal>> price;  // observed, in units of the market's currency
  std::vector<std::int64_t> min_minor, max_minor, excess_rate_bp, against_price_minor;
  std::vector<std::optional<decimal>> excess, credit;  // exact: the price may have more digits than the currency
  std::vector<pricepoint::remedy> remedy;
  std::vector<std::int64_t> remedy_price_minor, headroom_minor, max_discount_bp;
  std::vector<name_list> conflict;
  std::vector<std::vector<std::string>> missing;
  std::vector<std::string> because;
  std::vector<std::int64_t> from_unix_ms, until_unix_ms;

  std::size_t size() const noexcept { return row.size(); }
};

// Audits rows in any order: those of one sku and market are looked at together. With `until`, ahead in time as
// auditor::audit_until. A column whose length is not `rows` is taken as far as it goes, and absent beyond. Cost: that
// of the audit and of sorting the rows' numbers.
finding_columns audit_columns(auditor& with, const offer_columns& offers, std::optional<instant> until = {});
// The same of offers in several pieces, whose rows are counted on.
finding_columns audit_pieces(auditor& with, std::span<const offer_columns> offers, std::optional<instant> until = {});

}  // namespace pricepoint
