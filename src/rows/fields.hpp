// SPDX-License-Identifier: Apache-2.0
// The fields of a request by name, and how the text of a cell becomes a field's value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pricepoint/audit/auditor.hpp"
#include "pricepoint/pricing/policy.hpp"
#include "pricepoint/pricing/request.hpp"
#include "rows/read_decimal.hpp"

namespace pricepoint::rows {

enum class field_kind : std::uint8_t {
  unknown,  // carried through
  sku,
  category,
  segment,
  audience,
  quantity,
  channel,
  market,
  at,
  list,
  msrp,
  map,
  current,
  lowest_prior,
  cost,
  shipping,
  currency,
  tax,
  fee,
  current_since,
  units,
  observed,   // the price of an offer
  seller,     // of an offer
  price,      // on the channel of the field's name
  attribute,  // of the field's name
};

struct field {
  field_kind kind = field_kind::unknown;
  std::string_view request::*word = nullptr;          // where it is a text of the request
  std::optional<decimal> request::*number = nullptr;  // where it is money or another number of the request
  policy::attribute_info::kind attribute = policy::attribute_info::kind::text;
  std::string_view name;             // of the channel or attribute; lives as long as the field_table
  bool declared = false;             // seller: an attribute too
  bool is_read = true;               // false: no rule asks for it, and it tells no rows apart
  bool is_number() const noexcept {  // of an attribute
    return attribute != policy::attribute_info::kind::text && attribute != policy::attribute_info::kind::words;
  }
  std::uint32_t index = 0;  // among the names of the table; of an unknown one no meaning
};

// What rows are.
enum class row_kind : std::uint8_t { requests, offers };

// The names that a policy's rows may use. Names are found without case, unless two differ by nothing else. Immutable;
// shared between threads.
class field_table {
 public:
  // With what the policy knows of values, too.
  explicit field_table(const policy& policy, row_kind rows = row_kind::requests);
  field_table(const std::vector<std::string_view>& channels, const std::vector<policy::attribute_info>& attributes,
              row_kind rows = row_kind::requests);

  field find(std::string_view name) const;           // "price.store" is a price
  field find_price(std::string_view channel) const;  // unknown where the policy does not declare it
  std::string_view nearest_to(std::string_view name) const;
  row_kind rows() const noexcept { return rows_; }

  std::size_t size() const noexcept { return all_names_.size(); }
  const std::string& name(std::size_t index) const { return all_names_[index]; }
  // Null where the table was made of names alone.
  const policy* known_policy() const noexcept { return policy_ ? &*policy_ : nullptr; }

  // What there is to say of a name that is no field: PP-I015 that it is the price of a channel that the policy has not,
  // PP-I004 that it is nearly a field's, or looks like one; nothing of any other.
  struct doubt {
    const char* code = "";
    std::string why;  // "is no field and is carried through"
    std::string hint;
  };
  std::optional<doubt> doubt_about(std::string_view name) const;

 private:
  field find_exactly(std::string_view name) const;
  field numbered(field what, std::string_view canonical) const;

  std::optional<policy> policy_;
  std::vector<std::string> channels_;
  std::vector<std::string> attribute_names_;
  std::vector<policy::attribute_info::kind> attribute_kinds_;
  std::vector<std::string> all_names_;    // each once
  std::vector<std::string> lower_names_;  // the same in lower case
  std::vector<bool> is_read_;             // by name
  row_kind rows_;
};

// For what is neither a word nor a number that can be read.
const char* set_other_field(offer& to, const field& what, std::string_view text);

// Whether it is a number of the request and the text, as it stands, a decimal.
inline bool set_number(offer& to, const field& what, std::string_view text) {
  if (what.number != nullptr) return read_decimal(text, to.request.*what.number);
  if (what.kind != field_kind::price) return false;
  std::optional<decimal> price;
  if (!read_decimal(text, price)) return false;
  to.request.prices.push_back({what.name, *price});
  return true;
}

// Puts the text into the request, or beside it; gives why it cannot be read, or null. The text must outlive the offer.
inline const char* set_field(offer& to, const field& what, std::string_view text) {
  if (what.word != nullptr) {
    to.request.*what.word = text;
    return nullptr;
  }
  if (set_number(to, what, text)) return nullptr;
  return set_other_field(to, what, text);
}

// The request as if new, with its memory kept.
void clear_request(request& what);

}  // namespace pricepoint::rows
