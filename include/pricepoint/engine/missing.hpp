// SPDX-License-Identifier: Apache-2.0
// The fields that a request lacks, by the names that its sender knows.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "pricepoint/engine/values.hpp"

namespace pricepoint::engine {

// Each function appends to `names`, unsorted and perhaps one name more than once.
class missing_names : public request_view {
 public:
  using request_view::request_view;
  void rule(const compiled_rule& of, std::vector<std::string>& names) const;
  void reference(std::vector<std::string>& names) const;
  // `gross_up`: its value is needed on the display of the channel.
  void field(std::uint32_t slot, bool gross_up, std::vector<std::string>& names) const;

 private:
  std::string rate() const;
  void traditional(std::vector<std::string>& names) const;
  void expression(const program& code, std::vector<std::string>& names) const;
};

}  // namespace pricepoint::engine
