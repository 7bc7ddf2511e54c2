// SPDX-License-Identifier: Apache-2.0
// Prices requests with a policy. One pricer per thread; reuse it: it keeps the plans that it has made, and using it
// never changes an answer.
//
//   pricepoint::pricer pricer{*policy};
//   pricepoint::decision decision = pricer.price(request);
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/engine/decision.hpp"
#include "pricepoint/engine/exchange_rates.hpp"
#include "pricepoint/engine/policy.hpp"
#include "pricepoint/engine/prior.hpp"
#include "pricepoint/engine/request.hpp"
#include "pricepoint/result.hpp"

namespace pricepoint {

class bound_pricer;
class explanation;

namespace engine {
class workspace;
class linear_memory;
class block_memory;
}  // namespace engine

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

  // This pricer for one kind of request: see engine/bound_pricer.hpp. `kind` holds what stays the same, `fields` names
  // the money that every call gives. An unknown name, or one that stands twice, is the error PP-B001.
  result<bound_pricer> bind(const request& kind, std::span<const std::string_view> fields);

  // Decides one product on several channels, in the order of their references; each price stands in for
  // `price.<channel>` in those that follow. `what.channel` and `what.current` are ignored: `current` is each channel's
  // own price of the request. `out` has one decision a channel, in the order in which they were decided; `decided`
  // their names. With `priors`, each channel's `lowest_prior` comes from there.
  void price_all(const request& what, std::span<const std::string_view> channels, std::vector<decision>& out,
                 std::vector<std::string_view>& decided, const prior_source& priors = {});

  // Why that price: the same evaluation, listened to. See explain/explanation.hpp.
  pricepoint::explanation explain(const request& what);
  pricepoint::explanation explain(const request& what, std::span<const std::string> unreadable);
  // Explanations of what price_all decides, in its order.
  std::vector<pricepoint::explanation> explain_all(const request& what, std::span<const std::string_view> channels,
                                                   const prior_source& priors = {});

  // Every change of this price from the request's `at` on, each with the rules whose period causes it: a thousand
  // changes at most. The text has a sentence for each; the JSON is `sku`, `channel`, `market` and `timeline`, a list of
  // decisions with `from` and `causes`. Without `at` only what is missing is said.
  pricepoint::explanation timeline(const request& what);
  // The same for what price_all decides, in its order: prices of other channels change in step.
  std::vector<pricepoint::explanation> timeline_all(const request& what, std::span<const std::string_view> channels);

  // The policy of the next decision.
  const pricepoint::policy& policy() const noexcept { return policy_; }
  const pricer_stats& stats() const noexcept;

 private:
  friend class bound_pricer;
  friend class column_pricer;

  pricepoint::policy policy_;
  std::unique_ptr<engine::workspace> workspace_;
  std::unique_ptr<engine::linear_memory> linear_;
  std::unique_ptr<engine::block_memory> blocks_;  // made by the first batch
};

}  // namespace pricepoint
