// SPDX-License-Identifier: Apache-2.0
// Binds requests: words to codes, fields to exact values. Values that cannot be are found here.
#pragma once

#include <array>
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "match/bound_request.hpp"
#include "match/known_words.hpp"
#include "pricepoint/pricing/exchange_rates.hpp"
#include "pricepoint/pricing/request.hpp"

namespace pricepoint::engine {

// Where names were found in a table, by their place in the request: rows of one source name the same things in the same
// order, so that one comparison replaces a look-up. A hint that does not fit costs that comparison and changes nothing.
class name_hints {
 public:
  template <class Table, class Find>
  std::optional<std::uint32_t> find(std::size_t place, std::string_view name, const Table& table, const Find& find) {
    if (place >= last_.size()) return find();
    const std::uint32_t hint = last_[place];
    if (hint < table.size() && is_same_text(table[hint].name, name)) return hint;
    const std::optional<std::uint32_t> found = find();
    if (found) last_[place] = *found;
    return found;
  }

 private:
  std::array<std::uint32_t, 16> last_{};
};

class binder {
 public:
  binder(const machine& compiled, std::shared_ptr<const exchange_rates> rates);
  // Bound to the same request, with nothing remembered.
  binder(const binder& other);
  binder& operator=(const binder&) = delete;

  const machine& compiled() const noexcept { return machine_; }
  const exchange_rates* rates() const noexcept { return rates_.get(); }
  // Nothing that is remembered depends on rates.
  void use_rates(std::shared_ptr<const exchange_rates> rates) noexcept { rates_ = std::move(rates); }

  // Fills `bound`, `invalid` and `missing` (channel, market). Only where both stay empty can the request be decided.
  void bind(const request& what);
  // More names for `invalid`, after bind.
  void also_invalid(std::span<const std::string> names);
  bound_request& bound() noexcept { return bound_; }
  const bound_request& bound() const noexcept { return bound_; }
  // Goes on with a request that was bound here before and can be decided.
  void exchange_bound(bound_request& with) noexcept {
    std::swap(bound_, with);
    invalid_.clear();
    missing_.clear();
  }
  const std::vector<std::string>& invalid() const noexcept { return invalid_; }  // sorted, each once
  const std::vector<std::string>& missing() const noexcept { return missing_; }

  // A price decided or observed on another channel, to be put into the bound request.
  struct decided_price {
    std::uint32_t channel = 0;
    fraction minor{0, 1};  // |numerator| <= 10^24
    bool gross = true;
  };
  void set_decided(std::span<const decided_price> decided);
  // When a rate next changes what the fields of the bound request come to, if that is known.
  std::optional<instant> next_rate_at() const noexcept;

 private:
  struct tax_terms {
    std::optional<fraction> tax;
    fraction gross_factor{1, 1};
  };
  // What a request became, but for its numbers and its time. Only of those that could be decided, with the tax, the fee
  // and the currency of their channel and market.
  struct known_request {
    static constexpr std::size_t most_named = 8;  // prices, attributes
    word_list words;
    std::uint32_t market = 0, channel = 0;
    std::uint32_t first_code = 0;                         // of known_codes_, as many as the key has parts
    std::array<std::uint32_t, most_named> price_slots{};  // none: the policy has no such channel
    std::array<std::uint32_t, most_named> numbers{};      // attributes in the policy; none: it is a word, or unknown
  };
  static constexpr std::uint32_t none = 0xFFFFFFFF;
  static constexpr std::size_t most_known = 512;  // then all are forgotten

  bool list_words(const request& what);
  void bind_known(const known_request& as, const request& what);
  void bind_new(const request& what);
  void remember(std::size_t place, const request& what);
  void bind_times(const request& what) {
    bound_.at.reset();
    bound_.current_since.reset();
    if (what.at || what.current_since) bind_given_times(what);
  }
  void bind_given_times(const request& what);
  void bind_money(const request& what);
  void bind_number(std::uint32_t attribute, const attribute_value& given);
  void settle_invalid();
  void settle_display(const market_terms& in, const channel_terms& on);
  void settle_shipping();
  void apply(const tax_terms& from);
  void set_field(std::uint32_t slot, const decimal& value);
  void set_number(std::size_t key, const decimal& value);
  void convert_fields();
  void bind_codes(const request& what);
  static tax_terms terms(std::optional<rate> tax, bool market_gross);

  const machine& machine_;
  // By market and channel: what requests take unless they say otherwise.
  std::vector<tax_terms> market_terms_;
  std::vector<fraction> channel_fees_;
  name_hints market_hint_, channel_hint_, price_hints_, attribute_hints_;
  std::shared_ptr<const exchange_rates> rates_;
  bound_request bound_;
  std::vector<std::string> invalid_, missing_;
  word_list words_;  // of the request that is being bound
  std::vector<known_request> known_;
  std::vector<std::uint32_t> known_codes_;
  std::array<std::uint16_t, 2 * most_known> known_places_{};  // by the hash of their words, counted from 1; 0: free
  boost::container::small_vector<std::string_view request::*, 4> word_members_;  // that the key has a part of
  std::vector<std::uint32_t> number_keys_;                                       // parts of the key that are numbers
};

}  // namespace pricepoint::engine
