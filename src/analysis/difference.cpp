// SPDX-License-Identifier: Apache-2.0
// Finds what two policies say differently. Rules are compared by their canonical form without the id, since a rule that
// only got another name plays no part in any change. Entry: policy_difference. Test:
// tests/unit/analysis/compare_test.cpp.
#include "analysis/difference.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <tuple>

#include "compile/fingerprint.hpp"
#include "compile/machine.hpp"
#include "compile/sha256.hpp"
#include "text/each_once.hpp"

namespace pricepoint {

namespace {

namespace language = policy_language;
using kind = policy_difference::kind;

constexpr std::size_t sides = 2;

std::optional<std::size_t> find_name(const std::vector<std::string>& names, std::string_view name) noexcept {
  const auto found = std::lower_bound(names.begin(), names.end(), name);
  if (found == names.end() || *found != name) return {};
  return static_cast<std::size_t>(found - names.begin());
}

template <class List>
std::vector<std::string> names_of_both(const List& before, const List& after) {
  std::vector<std::string> names;
  for (const auto* all : {&before, &after}) {
    for (const auto& one : *all) names.emplace_back(one.name);
  }
  detail::keep_each_once(names);
  return names;
}

// A hash of the canonical form and not the form itself, which is too long to keep for a million rules.
struct rule_entry {
  std::array<std::uint8_t, 32> meaning;
  std::string_view id;
  std::uint32_t index = 0;
  bool same = false;  // the other policy has it, too
};

// Where both have one that is `equal`, both are the same; each counts once. Both are sorted by what is compared.
template <class Key>
void match(std::vector<rule_entry>& before, std::vector<rule_entry>& after, const Key& key) {
  const auto less = [&](const rule_entry& a, const rule_entry& b) { return key(a) < key(b); };
  std::stable_sort(before.begin(), before.end(), less);
  std::stable_sort(after.begin(), after.end(), less);
  auto one = before.begin();
  auto other = after.begin();
  while (one != before.end() && other != after.end()) {
    if (one->same || less(*one, *other)) {
      ++one;
    } else if (other->same || less(*other, *one)) {
      ++other;
    } else {
      one->same = other->same = true;
      ++one;
      ++other;
    }
  }
}

template <class List>
const typename List::value_type* find_in(const List& all, std::string_view name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == name; });
  return found == all.end() ? nullptr : &*found;
}

class difference_finder {
 public:
  explicit difference_finder(policy_difference::tables& to)
      : to_(to), before_(engine::machine_of(to.policies[0])), after_(engine::machine_of(to.policies[1])) {}

  void run(const std::vector<std::string_view>& together) {
    to_.markets = names_of_both(before_.markets(), after_.markets());
    to_.channels = names_of_both(before_.channels(), after_.channels());
    to_.by_market.resize(to_.markets.size());
    to_.by_channel.resize(to_.channels.size());
    to_.carried.resize(to_.channels.size());
    for (std::size_t side = 0; side < sides; ++side) {
      for (const auto& one : machine(side).markets()) to_.market_of[side].push_back(number(to_.markets, one.name));
      for (const auto& one : machine(side).channels()) to_.channel_of[side].push_back(number(to_.channels, one.name));
    }
    // Causes are numbered at the end, when all are there to be sorted: until then by the order in which they were
    // found.
    rules();
    settings();
    if (together.size() > 1) carried(together);
    sort_parts();
  }

 private:
  using cause = policy_difference::tables::cause;
  static constexpr cause none = policy_difference::tables::none;

  static std::uint32_t number(const std::vector<std::string>& names, std::string_view name) {
    return static_cast<std::uint32_t>(*find_name(names, name));
  }
  cause add(std::string name, kind what) {
    const auto [place, fresh] = numbers_.try_emplace({what, name}, static_cast<cause>(to_.parts.size()));
    if (fresh) to_.parts.push_back({std::move(name), what});
    return place->second;
  }

  // ---- rules

  const engine::machine& machine(std::size_t side) const { return side == 0 ? before_ : after_; }

  std::vector<rule_entry> entries(std::size_t side) const {
    const engine::machine& of = machine(side);
    std::vector<rule_entry> all;
    for (const engine::compiled_rule& one : of.rules()) {
      all.push_back({detail::sha256(engine::canonical_rule(of.document(), *one.source)), one.id(), one.index});
    }
    return all;
  }

  void rules() {
    std::array<std::vector<rule_entry>, sides> all = {entries(0), entries(1)};
    match(all[0], all[1], [](const rule_entry& one) { return std::tie(one.meaning, one.id); });
    // Some of the others only got another name. They are in the order of their ids, so that the same ones match every
    // time.
    std::array<std::vector<rule_entry>, sides> others;
    for (std::size_t side = 0; side < sides; ++side) {
      to_.rules[side].assign(all[side].size(), none);
      for (const rule_entry& one : all[side]) {
        if (!one.same) others[side].push_back(one);
      }
      std::sort(others[side].begin(), others[side].end(), [](const rule_entry& a, const rule_entry& b) {
        return std::tie(a.id, a.index) < std::tie(b.id, b.index);
      });
    }
    match(others[0], others[1], [](const rule_entry& one) { return std::tie(one.meaning); });
    std::array<std::vector<std::string_view>, sides> ids = {ids_of(0), ids_of(1)};
    for (std::size_t side = 0; side < sides; ++side) {
      for (const rule_entry& one : others[side]) {
        if (one.same) continue;
        const std::vector<std::string_view>& there = ids[1 - side];
        const bool in_both = std::binary_search(there.begin(), there.end(), one.id);
        to_.rules[side][one.index] = add(std::string(one.id), in_both     ? kind::changed
                                                              : side == 0 ? kind::removed
                                                                          : kind::added);
      }
    }
  }

  std::vector<std::string_view> ids_of(std::size_t side) const {
    std::vector<std::string_view> ids;
    for (const engine::compiled_rule& one : machine(side).rules()) ids.push_back(one.id());
    std::sort(ids.begin(), ids.end());
    return ids;
  }

  // ---- what is set outside of rules

  cause setting(const std::string& name) { return add("policy." + name, kind::setting); }

  void settings() {
    if (before_.falls_back_to() != after_.falls_back_to()) setting("fallback");
    if (before_.discounts_compound() != after_.discounts_compound()) to_.discounts = setting("discounts");
    for (std::size_t i = 0; i < std::size(before_.document().within_by_strength); ++i) {
      const language::within& was = before_.document().within_by_strength[i];
      const language::within& is = after_.document().within_by_strength[i];
      if (was.rates != is.rates || was.amounts != is.amounts) to_.within = setting("within");
    }
    if (order_of_bases(0) != order_of_bases(1)) to_.anywhere.push_back(setting("base"));
    for (std::size_t i = 0; i < to_.markets.size(); ++i) market(i);
    for (std::size_t i = 0; i < to_.channels.size(); ++i) channel(i);
    attributes();
  }

  // The ids of the base rules that both have, in order, since the first that is on counts.
  std::vector<std::string_view> order_of_bases(std::size_t side) const {
    const auto is_base = [](const engine::compiled_rule& one) { return one.effect == engine::effect_kind::base; };
    std::vector<std::string_view> there;
    for (const engine::compiled_rule& one : machine(1 - side).rules()) {
      if (is_base(one)) there.push_back(one.id());
    }
    std::sort(there.begin(), there.end());
    std::vector<std::string_view> ids;
    for (const engine::compiled_rule& one : machine(side).rules()) {
      if (is_base(one) && std::binary_search(there.begin(), there.end(), one.id())) ids.push_back(one.id());
    }
    return ids;
  }

  static bool same_law(const engine::market_terms& a, const engine::market_terms& b) {
    const former_price_rule* one = a.former_price;
    const former_price_rule* other = b.former_price;
    if (one == nullptr || other == nullptr) return one == other;
    return *one == *other;
  }

  void market(std::size_t index) {
    const std::string& name = to_.markets[index];
    const engine::market_terms* const was = find_in(before_.markets(), name);
    const engine::market_terms* const is = find_in(after_.markets(), name);
    std::vector<cause>& causes = to_.by_market[index];
    if (was == nullptr || is == nullptr) {
      causes.push_back(setting("markets." + name));
      return;
    }
    const auto compare = [&](const char* what, bool same) {
      if (!same) causes.push_back(setting("markets." + name + "." + what));
    };
    compare("currency", was->currency == is->currency);
    compare("unit", was->currency != is->currency || was->unit_minor == is->unit_minor);
    compare("display", was->gross == is->gross);
    compare("tax", was->tax == is->tax);
    compare("net", was->net_stored == is->net_stored);
    // It decides which former price may be announced with a price.
    if (!same_law(*was, *is)) setting("markets." + name + ".former_price");
  }

  // Fields by name, since the two policies number them differently. Which stores there are is no part of a channel.
  bool same_reference(const engine::price_pick& before, const engine::price_pick& after) const {
    if (before.how != after.how) return false;
    using pick = enum engine::price_pick::kind;
    if (before.how == pick::lowest || before.how == pick::highest) return true;
    return std::equal(before.slots.begin(), before.slots.end(), after.slots.begin(), after.slots.end(),
                      [&](std::uint32_t a, std::uint32_t b) { return before_.slot_name(a) == after_.slot_name(b); });
  }

  void channel(std::size_t index) {
    const std::string& name = to_.channels[index];
    const engine::channel_terms* const was = find_in(before_.channels(), name);
    const engine::channel_terms* const is = find_in(after_.channels(), name);
    std::vector<cause>& causes = to_.by_channel[index];
    // Whether a channel is a traditional one matters to other channels too.
    if (was == nullptr || is == nullptr) {
      const bool traditional = (was == nullptr ? is : was)->traditional;
      (traditional ? to_.anywhere : causes).push_back(setting("channels." + name));
      return;
    }
    if (was->traditional != is->traditional) to_.anywhere.push_back(setting("channels." + name + ".kind"));
    if (was->reseller != is->reseller) setting("channels." + name + ".owner");
    const auto compare = [&](const char* what, bool same) {
      if (!same) causes.push_back(setting("channels." + name + "." + what));
    };
    compare("reference", same_reference(was->reference, is->reference));
    compare("fee", was->fee == is->fee);
    compare("display", was->gross == is->gross);
  }

  void attributes() {
    for (const std::string& name : names_of_both(before_.attributes(), after_.attributes())) {
      const engine::attribute_terms* const was = find_in(before_.attributes(), name);
      const engine::attribute_terms* const is = find_in(after_.attributes(), name);
      const bool in_both = was != nullptr && is != nullptr;
      if (in_both && was->what == is->what && *was->words == *is->words) continue;
      to_.attributes.push_back(
          {name, setting("attributes." + name), {was != nullptr, is != nullptr}, in_both && was->what != is->what});
    }
  }

  // ---- prices of other channels

  void carried(const std::vector<std::string_view>& together) {
    for (std::size_t side = 0; side < sides; ++side) {
      for (const policy_inputs::channel& one : to_.policies[side].inputs().channels) {
        if (std::find(together.begin(), together.end(), one.name) == together.end()) continue;
        auto& reads = to_.carried[number(to_.channels, one.name)];
        for (const std::string_view other : together) {
          const std::string name = "price." + std::string(other);
          const bool read = other != one.name && std::any_of(one.fields.begin(), one.fields.end(),
                                                             [&](const auto& field) { return field.name == name; });
          const auto known = [&](const auto& pair) { return pair.first == other; };
          if (read && std::none_of(reads.begin(), reads.end(), known)) {
            reads.emplace_back(std::string(other), add(name, kind::carried));
          }
        }
      }
    }
  }

  // ---- numbers

  void sort_parts() {
    std::vector<cause> order(to_.parts.size());
    for (cause i = 0; i < order.size(); ++i) order[i] = i;
    const auto key = [&](cause one) {
      const policy_difference::part& of = to_.parts[one];
      const int group = of.kind == kind::carried ? 2 : of.kind == kind::setting ? 1 : 0;
      return std::tuple<int, const std::string&, kind>(group, of.name, of.kind);
    };
    std::sort(order.begin(), order.end(), [&](cause a, cause b) { return key(a) < key(b); });
    std::vector<cause> renumbered(order.size());
    std::vector<policy_difference::part> sorted;
    for (cause i = 0; i < order.size(); ++i) {
      renumbered[order[i]] = i;
      sorted.push_back(std::move(to_.parts[order[i]]));
    }
    to_.parts = std::move(sorted);
    const auto renumber = [&](cause& one) {
      if (one != none) one = renumbered[one];
    };
    for (auto& side : to_.rules) std::for_each(side.begin(), side.end(), renumber);
    std::for_each(to_.anywhere.begin(), to_.anywhere.end(), renumber);
    renumber(to_.discounts);
    renumber(to_.within);
    for (auto* const lists : {&to_.by_market, &to_.by_channel}) {
      for (auto& causes : *lists) std::for_each(causes.begin(), causes.end(), renumber);
    }
    for (auto& one : to_.attributes) renumber(one.made);
    for (auto& pairs : to_.carried) {
      for (auto& pair : pairs) renumber(pair.second);
    }
  }

  policy_difference::tables& to_;
  const engine::machine& before_;
  const engine::machine& after_;
  std::map<std::pair<kind, std::string>, cause> numbers_;
};

}  // namespace

std::optional<std::size_t> policy_difference::tables::find_market(std::string_view name) const noexcept {
  return find_name(markets, name);
}
std::optional<std::size_t> policy_difference::tables::find_channel(std::string_view name) const noexcept {
  return find_name(channels, name);
}

policy_difference::policy_difference(policy before, policy after, const std::vector<std::string_view>& together) {
  auto made = std::make_unique<tables>(std::move(before), std::move(after));
  difference_finder(*made).run(together);
  tables_ = std::move(made);
}
policy_difference::~policy_difference() = default;

const policy& policy_difference::before() const noexcept { return tables_->policies[0]; }
const policy& policy_difference::after() const noexcept { return tables_->policies[1]; }
const std::vector<policy_difference::part>& policy_difference::parts() const noexcept { return tables_->parts; }
const std::vector<std::string>& policy_difference::markets() const noexcept { return tables_->markets; }
const std::vector<std::string>& policy_difference::channels() const noexcept { return tables_->channels; }

}  // namespace pricepoint
