// SPDX-License-Identifier: Apache-2.0
// A policy that is replaced while others price with it.
//
//   pricepoint::policy_slot slot(*pricepoint::load_policy("policy.json"));
//   pricepoint::slot_pricer pricer(slot);                    // one per thread
//   auto decision = pricer.price(request);                   // with the policy as it stands
//   slot.publish(*pricepoint::load_policy("policy.json"));   // any thread, at any time
//
// Every call prices with one policy from beginning to end; the next call that begins after `publish` has returned, in
// whatever thread, prices with the new one or one newer still.
//
// Readers take no lock and wait for nobody: where nothing was published since, taking the policy is a read of one
// pointer. Else a reader marks the version that it is about to use and looks whether that is still the newest; it looks
// again only if another one was published within those few instructions. Writers take turns, and the latest stands.
//
// A superseded policy goes when the last reader has left it and something else is published, or with the slot: a slot
// holds the newest policy and at most one more for each of its readers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "pricepoint/pricing/bound_pricer.hpp"
#include "pricepoint/pricing/decision.hpp"
#include "pricepoint/pricing/policy.hpp"
#include "pricepoint/pricing/pricer.hpp"

namespace pricepoint {

namespace engine {
struct slot_state;
struct slot_mark;
struct slot_version;
}  // namespace engine

// Used by any number of threads at once. Copies are the same slot, and readers keep it: it may go before they do.
class policy_slot {
 public:
  explicit policy_slot(policy first);

  void publish(policy next);
  // The same after `warm` was called with the new policy, in this thread and before anybody else sees it: to price what
  // is usual with it, to compare, to log. What it throws is thrown here, and nothing is published.
  void publish(policy next, const std::function<void(const policy&)>& warm);
  // The same with requests that are priced.
  void publish(policy next, std::span<const request> samples);

  // The policy as it stands.
  policy get() const;
  // How many were published, the first one counted in.
  std::uint64_t published() const;

  // One thread's view of the slot. Making one takes no lock either.
  class reader {
   public:
    explicit reader(const policy_slot& of);
    reader(reader&& other) noexcept;
    reader& operator=(reader&& other) noexcept;
    ~reader();

    // Moves on to the policy as it stands; whether it is another one than before.
    bool refresh() noexcept;
    // That of the last refresh, or of the beginning; it stays until the next one.
    const pricepoint::policy& policy() const noexcept;
    // Of that policy: 1 for the slot's first, 2 for the next.
    std::uint64_t number() const noexcept;

   private:
    void leave() noexcept;

    std::shared_ptr<engine::slot_state> slot_;
    engine::slot_mark* mark_ = nullptr;
    const engine::slot_version* version_ = nullptr;
  };

 private:
  std::shared_ptr<engine::slot_state> state_;
};

class slot_bound_pricer;

// A pricer that takes the slot's policy as it stands at the beginning of each call. One per thread. What it gives
// refers to that policy and holds until the next call with it or with what it bound. The first call after a policy was
// published makes a new pricer, and what that had learned of kinds of request is learned anew.
class slot_pricer {
 public:
  explicit slot_pricer(const policy_slot& slot, std::shared_ptr<const exchange_rates> rates = {},
                       const pricer_limits& limits = {});

  decision price(const request& what) { return take().price(what); }
  void price(const request& what, decision& out) { take().price(what, out); }

  // The pricer of the policy as it stands, for a whole batch with one policy; it holds until the next call.
  pricer& take();
  // That of the last call.
  const pricepoint::policy& policy() const noexcept { return made_->with.policy(); }
  std::uint64_t number() const noexcept { return made_->number; }

  // This pricer for one kind of request: as pricer::bind, of the policy as it stands.
  result<slot_bound_pricer> bind(const request& kind, std::span<const std::string_view> fields);

 private:
  friend class slot_bound_pricer;
  struct made {
    pricer with;
    std::uint64_t number;  // of its policy
  };

  policy_slot::reader reader_;
  std::shared_ptr<const exchange_rates> rates_;
  pricer_limits limits_;
  std::unique_ptr<made> made_;  // stays where it is, since bound pricers point at it
};

// A bound pricer that follows the slot. It belongs to its slot_pricer, as a bound_pricer to its pricer; that must not
// be moved.
class slot_bound_pricer {
 public:
  // As bound_pricer::price. PP-B001 where the policy as it stands does not know a field that was bound; with a policy
  // that knows it, prices come again.
  result<quote> price(std::span<const std::int64_t> minor);
  // Binds anew if another policy was published; `bound` is then of the policy as it stands.
  result<void> follow() {
    owner_->take();
    return number_ == owner_->number() ? result<void>() : bind_again();
  }
  bound_pricer& bound() noexcept { return bound_; }

 private:
  friend class slot_pricer;
  slot_bound_pricer(slot_pricer& owner, bound_pricer bound);
  result<void> bind_again();

  slot_pricer* owner_;
  bound_pricer bound_;
  std::uint64_t number_;
};

}  // namespace pricepoint
