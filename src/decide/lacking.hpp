// SPDX-License-Identifier: Apache-2.0
// Names what a request lacks for a rule. Only decisions without a price and explanations ask.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compile/machine.hpp"
#include "match/bound_request.hpp"

namespace pricepoint::engine {

class lacking_names {
 public:
  lacking_names(const machine& compiled, const bound_request& request) : machine_(compiled), request_(request) {}

  // Each adds to the names, some perhaps twice.
  void rule(const compiled_rule& of, std::vector<std::string>& names) const;
  void reference(std::vector<std::string>& names) const { picked({symbol::kind::reference, 0}, names); }
  void field(std::uint32_t slot, std::vector<std::string>& names) const;
  // Where the display contains the tax and nobody knows it.
  void tax(std::vector<std::string>& names) const;

 private:
  void picked(const symbol& from, std::vector<std::string>& names) const;
  void read(const formula& of, std::vector<std::string>& names) const;
  bool is_left_out(const formula& operand) const;

  const machine& machine_;
  const bound_request& request_;
};

}  // namespace pricepoint::engine
