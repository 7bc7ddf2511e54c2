// SPDX-License-Identifier: Apache-2.0
// Why a value that can be read is refused all the same: a channel that the policy does not declare, a quantity of zero.
// A decision names the field (`invalid`); here is what people are told.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rows/rows.hpp"

namespace pricepoint::rows {

struct refused_value {
  std::string column;
  std::string why;  // "\"Store\" is unknown; did you mean \"store\"?"
};

// Of the values that the row could be read to. Nothing where its reader knows no policy.
std::vector<refused_value> refused_values(const row& of);

// Of one name of a decision's `invalid`: "column channel: \"Store\" is unknown; ...". Empty where it is no value of the
// row, as `base`.
std::string invalid_text_of(const row& of, std::string_view name);
// What stands for `names`, the `invalid` of a decision or finding: "line 2, column channel: \"Store\" is unknown;
// ...", sorted; of a name that is no value of the row, base for one, the name.
std::vector<std::string> invalid_texts(const row& of, std::span<const std::string> names);
// In one cell: texts with "; " between them, names alone with a blank.
std::string invalid_text(const row& of, std::span<const std::string> names);

// A hint for what is no currency of ISO 4217: "did you mean EUR?".
std::string near_currency(std::string_view name);

}  // namespace pricepoint::rows
