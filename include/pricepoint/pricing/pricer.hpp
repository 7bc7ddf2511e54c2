// SPDX-License-Identifier: Apache-2.0
// Prices requests with a policy. One pricer per thread; reuse it: it keeps the plans that it has made, and using it
// never changes an answer.
//
//   pricepoint::pricer pricer{*policy};
//   pricepoint::decision decision = pricer.price(request);
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/pricing/decision.hpp"
#include "pricepoint/pricing/exchange_rates.hpp"
#include "pricepoint/pricing/policy.hpp"
#include "pricepoint/pricing/request.hpp"
#include "pricepoint/result.hpp"

namespace pricepoint {

class bound_pricer;

namespace engine {
class workspace;
class integer_memory;
class block_memory;
struct parts_of;  // for the library itself
}  // namespace engine

// What a price on this channel may be compared with, in the market's currency; nothing where that is not known or not
// lawful. Without a price: where the price stays as it was last.
using prior_source =
    std::function<std::optional<decimal>(std::string_view channel, const std::optional<amount>& price)>;

struct pricer_limits {
  std::size_t max_cells = 1u << 17;  // kinds of request remembered at once; more are forgotten and made again
  std::size_t max_automaton_states = 1u << 20;  // of one combination of shapes
  // Of all combinations that one decision looks at, or that one plan needs before its first decision. It counts what an
  // automaton took to make, whether it was made now or before: an answer depends on no other.
  std::size_t max_decision_states = 1u << 22;
};

struct pricer_stats {
  std::uint64_t decisions = 0;
  std::uint64_t cells_made = 0;  // kinds of request seen for the first time
  std::uint64_t plans_made = 0;
  std::uint64_t automata_made = 0;
  std::uint64_t automaton_states = 0;  // that these took
  std::uint64_t big_evaluations = 0;   // decisions whose numbers needed the big tier
  std::uint64_t linear = 0;            // decisions by 64-bit integers alone
  std::uint64_t in_blocks = 0;         // of these, by loops over columns
};

class pricer {
 public:
  // `rates` convert requests in another currency than the market's; they are shared and must not change.
  explicit pricer(pricepoint::policy policy, std::shared_ptr<const exchange_rates> rates = {},
                  const pricer_limits& limits = {});
  ~pricer();
  pricer(pricer&&) noexcept;
  pricer& operator=(pricer&&) noexcept;

  // Converts with these from the next request on. For one who decides again what was decided with other rates.
  void use_rates(std::shared_ptr<const exchange_rates> rates);

  // Never fails: what cannot be priced has a status that says why.
  decision price(const request& what);
  // The same into a decision that is used again; allocates nothing once this kind of request is known.
  void price(const request& what, decision& out);
  // For a request whose source had fields that are no values: with any, the decision is `invalid` and names them too.
  void price(const request& what, decision& out, std::span<const std::string> unreadable);

  // This pricer for one kind of request: see pricing/bound_pricer.hpp. `kind` holds what stays the same, `fields` names
  // the money that every call gives. An unknown name, or one that stands twice, is the error PP-B001.
  result<bound_pricer> bind(const request& kind, std::span<const std::string_view> fields);

  // Decides one product on several channels, each after those whose price it reads; each price stands in for
  // `price.<channel>` in those that follow. `what.channel` and `what.current` are ignored: `current` is each channel's
  // own price of the request. `out` has one decision a channel, in the order in which they were decided; `decided`
  // their names. With `priors`, each channel's `lowest_prior` comes from there.
  void price_all(const request& what, std::span<const std::string_view> channels, std::vector<decision>& out,
                 std::vector<std::string_view>& decided, const prior_source& priors = {});

  // The policy of the next decision.
  const pricepoint::policy& policy() const noexcept { return policy_; }
  const pricer_stats& stats() const noexcept;

 private:
  friend class bound_pricer;
  friend class column_pricer;
  friend struct engine::parts_of;

  pricepoint::policy policy_;
  std::unique_ptr<engine::workspace> workspace_;
  std::unique_ptr<engine::integer_memory> linear_;
  std::shared_ptr<engine::block_memory> blocks_;  // made by the first batch
};

}  // namespace pricepoint
