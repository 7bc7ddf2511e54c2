// SPDX-License-Identifier: Apache-2.0
// A policy that is replaced under its readers, by hazard pointers: each reader says in a mark of its own which version
// it uses, and a writer frees the versions that no mark names. A mark names its version for as long as the reader has
// it, so that one compare of pointers tells whether anything changed: a version in use cannot come again at the same
// address. std::atomic<std::shared_ptr> would be shorter, but that of libstdc++ spins while another thread copies.
// Covered by tests/unit/decide/policy_slot_test.cpp.
#include "pricepoint/pricing/policy_slot.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <utility>
#include <vector>

namespace pricepoint {

namespace engine {

struct slot_version {
  pricepoint::policy policy;
  std::uint64_t number;
};

// Lines of their own: a reader writes its mark where others read theirs.
struct alignas(64) slot_mark {
  std::atomic<const slot_version*> used{nullptr};
  std::atomic<bool> taken{true};
  slot_mark* next = nullptr;
};

struct slot_state {
  std::atomic<const slot_version*> current;
  std::atomic<slot_mark*> marks{nullptr};  // only ever grows; marks of readers that went are taken again
  std::mutex writers;                      // of all that follows
  std::vector<std::unique_ptr<const slot_version>> superseded;

  explicit slot_state(pricepoint::policy first) : current(new slot_version{std::move(first), 1}) {}
  slot_state(const slot_state&) = delete;
  slot_state& operator=(const slot_state&) = delete;
  ~slot_state() {
    delete current.load();
    for (slot_mark* one = marks.load(); one != nullptr;) delete std::exchange(one, one->next);
  }

  slot_mark* take_mark() {
    for (slot_mark* one = marks.load(); one != nullptr; one = one->next) {
      bool taken = false;
      if (one->taken.compare_exchange_strong(taken, true)) return one;
    }
    auto* const made = new slot_mark;
    made->next = marks.load();
    while (!marks.compare_exchange_weak(made->next, made)) {
    }
    return made;
  }

  // The newest version, which stays until the mark names another. Sequential consistency throughout: either the writer
  // that supersedes it sees the mark, or the second look here sees what the writer put in its place.
  const slot_version* mark_newest(slot_mark& with) noexcept {
    const slot_version* seen = current.load();
    for (;;) {
      with.used.store(seen);
      const slot_version* const again = current.load();
      if (again == seen) return seen;
      seen = again;
    }
  }

  void publish(pricepoint::policy next) {
    auto made = std::make_unique<slot_version>(slot_version{std::move(next), 0});
    std::vector<std::unique_ptr<const slot_version>> gone;  // freed after the lock
    const std::lock_guard lock(writers);
    // All memory before the first change.
    superseded.reserve(superseded.size() + 1);
    gone.reserve(superseded.size() + 1);
    std::vector<const slot_version*> used;
    std::size_t readers = 0;
    for (const slot_mark* one = marks.load(); one != nullptr; one = one->next) ++readers;
    used.reserve(2 * readers + 16);
    const slot_version* const before = current.load();
    made->number = before->number + 1;
    current.store(made.release());
    superseded.emplace_back(before);
    for (const slot_mark* one = marks.load(); one != nullptr; one = one->next) {
      // More readers than there is room for came just now; the next writer frees.
      if (used.size() == used.capacity()) return;
      if (const slot_version* const version = one->used.load()) used.push_back(version);
    }
    std::sort(used.begin(), used.end(), std::less<>());
    const auto kept = std::partition(superseded.begin(), superseded.end(), [&](const auto& one) {
      return std::binary_search(used.begin(), used.end(), one.get(), std::less<>());
    });
    std::move(kept, superseded.end(), std::back_inserter(gone));
    superseded.erase(kept, superseded.end());
  }
};

}  // namespace engine

policy_slot::policy_slot(policy first) : state_(std::make_shared<engine::slot_state>(std::move(first))) {}

void policy_slot::publish(policy next) { state_->publish(std::move(next)); }

void policy_slot::publish(policy next, const std::function<void(const policy&)>& warm) {
  if (warm) warm(next);
  publish(std::move(next));
}

void policy_slot::publish(policy next, std::span<const request> samples) {
  pricer trial(next);
  decision made;
  for (const request& one : samples) trial.price(one, made);
  publish(std::move(next));
}

policy policy_slot::get() const { return reader(*this).policy(); }

std::uint64_t policy_slot::published() const { return reader(*this).number(); }

policy_slot::reader::reader(const policy_slot& of) : slot_(of.state_), mark_(slot_->take_mark()) {
  version_ = slot_->mark_newest(*mark_);
}

policy_slot::reader::reader(reader&& other) noexcept
    : slot_(std::move(other.slot_)),
      mark_(std::exchange(other.mark_, nullptr)),
      version_(std::exchange(other.version_, nullptr)) {}

policy_slot::reader& policy_slot::reader::operator=(reader&& other) noexcept {
  if (this == &other) return *this;
  leave();
  slot_ = std::move(other.slot_);
  mark_ = std::exchange(other.mark_, nullptr);
  version_ = std::exchange(other.version_, nullptr);
  return *this;
}

policy_slot::reader::~reader() { leave(); }

void policy_slot::reader::leave() noexcept {
  if (mark_ == nullptr) return;
  mark_->used.store(nullptr);
  mark_->taken.store(false);
  mark_ = nullptr;
}

bool policy_slot::reader::refresh() noexcept {
  if (slot_->current.load(std::memory_order_acquire) == version_) return false;
  version_ = slot_->mark_newest(*mark_);
  return true;
}

const policy& policy_slot::reader::policy() const noexcept { return version_->policy; }

std::uint64_t policy_slot::reader::number() const noexcept { return version_->number; }

slot_pricer::slot_pricer(const policy_slot& slot, std::shared_ptr<const exchange_rates> rates,
                         const pricer_limits& limits)
    : reader_(slot), rates_(std::move(rates)), limits_(limits) {
  made_ = std::make_unique<made>(made{pricer(reader_.policy(), rates_, limits_), reader_.number()});
}

pricer& slot_pricer::take() {
  reader_.refresh();
  // Not what refresh said: making the last one may have failed for want of memory.
  if (made_->number != reader_.number()) {
    made_->with = pricer(reader_.policy(), rates_, limits_);
    made_->number = reader_.number();
  }
  return made_->with;
}

result<slot_bound_pricer> slot_pricer::bind(const request& kind, std::span<const std::string_view> fields) {
  auto bound = take().bind(kind, fields);
  if (!bound) return bound.error();
  return slot_bound_pricer(*this, std::move(*bound));
}

slot_bound_pricer::slot_bound_pricer(slot_pricer& owner, bound_pricer bound)
    : owner_(&owner), bound_(std::move(bound)), number_(owner.number()) {}

result<void> slot_bound_pricer::bind_again() {
  auto again = bound_.bind_again(owner_->made_->with);
  if (!again) return again.error();
  bound_ = std::move(*again);
  number_ = owner_->number();
  return {};
}

result<quote> slot_bound_pricer::price(std::span<const std::int64_t> minor) {
  if (const auto bound = follow(); !bound) return bound.error();
  return bound_.price(minor);
}

}  // namespace pricepoint
