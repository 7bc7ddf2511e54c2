// SPDX-License-Identifier: Apache-2.0
// Sorts a list and keeps each of its values once.
#pragma once

#include <algorithm>

namespace pricepoint::detail {

template <class List>
void keep_each_once(List& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace pricepoint::detail
