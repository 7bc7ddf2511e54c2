// SPDX-License-Identifier: Apache-2.0
// What a new policy would change: two policies over the same requests, and the figures of what differs.
//
//   auto differs = std::make_shared<const policy_difference>(before, after);
//   comparer each(differs);                                       // one per thread
//   comparison figures(differs);                                  // one per thread; add them up at the end
//   for (const request& one : requests) figures.add(each.compare(&one, &one).front(), one.sku, 0);
//   show(figures.summary().changed);
//
// Changes are hundredths of a percent of the price before, rounded half up, before any figure is made of them: figures
// are exact and can be made again from two lists of prices. Memory depends on the policies, not on the number of rows.
#pragma once

#include <array>
#include <boost/container/small_vector.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/detail/int128.hpp"
#include "pricepoint/money/rate.hpp"
#include "pricepoint/pricing/decision.hpp"
#include "pricepoint/pricing/exchange_rates.hpp"
#include "pricepoint/pricing/policy.hpp"
#include "pricepoint/pricing/request.hpp"

namespace pricepoint {

// What two policies say differently: rules by what they mean, not by how they are written or called, and what stands
// outside of rules. Immutable; shared between threads.
class policy_difference {
 public:
  enum class kind : std::uint8_t {
    added,    // a rule of the policy after
    removed,  // a rule of the policy before
    changed,  // a rule of both
    setting,  // anything else: "policy.within", "policy.channels.web.fee"
    carried,  // the price of another channel of the same call: "price.web"
  };
  struct part {
    std::string name;
    policy_difference::kind kind = policy_difference::kind::changed;
  };

  // `together`: the channels that are decided in one call, if there are several. Costs about as much as parsing both.
  policy_difference(policy before, policy after, const std::vector<std::string_view>& together = {});
  ~policy_difference();
  policy_difference(const policy_difference&) = delete;
  policy_difference& operator=(const policy_difference&) = delete;

  const policy& before() const noexcept;
  const policy& after() const noexcept;
  // Sorted by name, each name and kind once: rules, then settings, then what may be carried.
  const std::vector<part>& parts() const noexcept;
  // Those that either declares, sorted.
  const std::vector<std::string>& markets() const noexcept;
  const std::vector<std::string>& channels() const noexcept;

  struct tables;  // for comparer and comparison
  const tables& look_up() const noexcept { return *tables_; }

 private:
  std::unique_ptr<const tables> tables_;
};

std::string_view to_string(policy_difference::kind value) noexcept;

// A change of more than this many hundredths of a percent is kept as this many: only from the smallest amounts to the
// largest it could be more.
inline constexpr std::int64_t max_change_hundredths = 1'000'000'000'000'000'000;

// (after - before) / before in hundredths of a percent, rounded half up. Requires before > 0.
std::int64_t change_hundredths(std::int64_t before_minor, std::int64_t after_minor) noexcept;

// One request on one channel under both policies. Views and pointers hold until the comparer's next call.
struct compared {
  std::string_view channel;
  const decision* before = nullptr;  // null where the request cannot be read for that policy: invalid
  const decision* after = nullptr;

  pricepoint::status status_before() const noexcept { return before == nullptr ? status::invalid : before->status(); }
  pricepoint::status status_after() const noexcept { return after == nullptr ? status::invalid : after->status(); }
  std::optional<amount> price_before() const noexcept { return before == nullptr ? std::nullopt : before->price(); }
  std::optional<amount> price_after() const noexcept { return after == nullptr ? std::nullopt : after->price(); }

  // Where it has a price: places in policy_difference::markets and ::channels.
  std::uint32_t market_index = 0, channel_index = 0;
  bool changed = false;  // another status, or another price
  // Where both have a price in the same currency and the prices differ.
  std::optional<std::int64_t> change;  // hundredths of a percent
  // Of a changed one: what differs between the policies and plays a part in it, as indices of policy_difference::parts,
  // sorted. Rules that are on in their policy; settings of its market and channel.
  boost::container::small_vector<std::uint32_t, 4> causes;

  std::optional<decimal> units;
  // What a piece leaves, in 10^-9 minor units: net - fee * price - credits - cost - shipping, with net and credits as
  // the decision says them. Where units are given and all of it is known.
  std::optional<detail::int128> margin_before_e9, margin_after_e9;
};

// Decides requests with both policies. One per thread; reuse it.
class comparer {
 public:
  explicit comparer(std::shared_ptr<const policy_difference> of,
                    const std::shared_ptr<const exchange_rates>& rates = {});
  ~comparer();
  comparer(comparer&&) noexcept;
  comparer& operator=(comparer&&) noexcept;

  // On the request's own channel. A request may be given as each policy reads it; null: it cannot be read for that
  // policy. Of two nulls nothing is decided and `channel` says where. The answers hold until the next call.
  const std::vector<compared>& compare(const request* before, const request* after, std::string_view channel = {});
  // On several channels, as pricer::price_all decides them, in the order of the policy after.
  const std::vector<compared>& compare_all(const request* before, const request* after,
                                           std::span<const std::string_view> channels);

 private:
  struct memory;
  std::unique_ptr<memory> memory_;
};

// When a comparison says no.
struct comparison_gates {
  std::optional<rate> max_change;   // no price may change by more, up or down; of the rounded change
  std::optional<rate> max_changed;  // no greater share of the rows may change; of the exact share
  bool no_new_conflicts = false;    // no row may become a conflict
};

// Changes counted by their size, so that percentiles are exact. Above max_counted they are counted together.
class change_histogram {
 public:
  static constexpr std::int64_t min_counted = -10'000;  // a price stays above zero
  static constexpr std::int64_t max_counted = 1'000'000;

  void add(std::int64_t hundredths);
  void add(const change_histogram& other);

  std::uint64_t count() const noexcept { return count_; }
  // Rounded half up; nothing where there are none. Exact for all sizes.
  std::optional<std::int64_t> mean() const noexcept;
  // By nearest rank: the smallest change that at least this percentage of all changes do not exceed. 0 < percent <=
  // 100. max_counted stands for anything from there on.
  std::optional<std::int64_t> percentile(unsigned percent) const noexcept;

 private:
  std::vector<std::uint64_t> counts_;  // from min_counted, as far as there was one
  std::uint64_t count_ = 0;
  detail::int128 sum_ = 0;
};

// An exact sum that says when it cannot be held.
class exact_sum {
 public:
  // value * factor; both of any size.
  void add_product(detail::int128 value, detail::int128 factor) noexcept;
  void add(const exact_sum& other) noexcept;
  // Divided by 10^shift and rounded half up; nothing where the sum went beyond 127 bits. shift <= 18.
  std::optional<detail::int128> rounded(int shift) const noexcept;

 private:
  detail::int128 value_ = 0;
  bool beyond_ = false;
};

// The figures of a comparison, to be shown.
struct comparison_summary {
  struct extreme {
    std::string sku, channel, market;
    amount before, after;
    std::int64_t change = 0;  // hundredths of a percent
    std::uint64_t place = 0;
  };
  struct transition {
    status before = status::priced, after = status::priced;
    std::uint64_t rows = 0;
  };
  struct effect {
    std::string market, channel;
    pricepoint::currency currency;
    std::uint64_t rows = 0;
    std::optional<detail::int128> before_minor, after_minor;  // nothing where they cannot be held
  };
  struct ending {
    std::string market;
    pricepoint::currency currency;
    std::string text;  // ".90": the decimals; "8.00": no decimals, after the last digit; "80": the last two digits
    std::uint64_t before = 0, after = 0;
  };
  struct cause {
    std::string name;
    policy_difference::kind kind = policy_difference::kind::changed;
    std::uint64_t rows = 0;
  };
  struct gate {
    std::string name;           // "max-change"
    std::optional<rate> limit;  // nothing for no-new-conflicts
    std::uint64_t rows = 0;     // that change by more; that change; that become a conflict
    bool exceeded = false;
  };

  std::uint64_t rows = 0;      // decisions compared
  std::uint64_t changed = 0;   // another status or price: of these
  std::uint64_t repriced = 0;  //   two prices in one currency
  std::uint64_t up = 0, down = 0;
  std::uint64_t gained = 0;  //   a price only after
  std::uint64_t lost = 0;    //   a price only before
  std::uint64_t new_conflicts = 0;
  std::optional<std::int64_t> mean, p5, p50, p95;   // of those repriced, in hundredths of a percent
  std::optional<extreme> largest_up, largest_down;  // of equal ones the first
  std::vector<transition> transitions;              // by status before, then after
  std::vector<effect> revenue, margin;              // by market, then channel
  std::vector<ending> endings;                      // by market and currency; the most frequent after first
  std::vector<cause> causes;                        // the most frequent first
  std::vector<gate> gates;                          // that were asked for

  bool exceeded() const noexcept;
  // changed / rows in hundredths of a percent, rounded half up; 0 of none.
  std::int64_t changed_share() const noexcept;
};

// Adds compared decisions up. Not shared between threads: each has its own, and `add` joins them in any order.
class comparison {
 public:
  explicit comparison(std::shared_ptr<const policy_difference> of, const comparison_gates& gates = {});

  // `place` orders rows: of equal extremes the one of the lowest place is shown.
  void add(const compared& one, std::string_view sku, std::uint64_t place);
  void add(const comparison& other);

  comparison_summary summary() const;
  std::uint64_t rows() const noexcept { return rows_; }

 private:
  using extreme = comparison_summary::extreme;
  struct money_effect {
    pricepoint::currency currency;
    std::uint64_t revenue_rows = 0, margin_rows = 0;
    std::array<exact_sum, 2> revenue, margin;  // before and after
  };
  struct ending_counts {
    pricepoint::currency currency;
    std::vector<std::uint64_t> counts;
  };

  void add_change(const compared& one, std::string_view sku, std::uint64_t place);
  void add_effect(const compared& one, const amount& before, const amount& after);
  void add_ending(const amount& price, std::size_t market, std::size_t side);

  std::shared_ptr<const policy_difference> of_;
  comparison_gates gates_;
  std::uint64_t rows_ = 0, changed_ = 0, repriced_ = 0, up_ = 0, down_ = 0, gained_ = 0, lost_ = 0;
  std::uint64_t beyond_max_change_ = 0;
  std::array<std::array<std::uint64_t, 6>, 6> transitions_{};
  change_histogram changes_;
  std::optional<extreme> largest_up_, largest_down_;
  std::vector<std::vector<money_effect>> effects_;     // by market; by channel, where there is any
  std::vector<std::array<ending_counts, 2>> endings_;  // by market; before and after
  std::vector<std::uint64_t> causes_;                  // by index of policy_difference::parts
};

}  // namespace pricepoint
