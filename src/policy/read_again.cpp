// SPDX-License-Identifier: Apache-2.0
// Entry: read_again. Test: tests/unit/policy/read_again_test.cpp and the property tests of decisions.
#include "policy/read_again.hpp"

#include <algorithm>
#include <stdexcept>

#include "policy/reader.hpp"

namespace pricepoint::policy_language {

namespace {

// Of a text without mistakes: limits were kept, and what it names is declared.
class second_reader final : public rule_reader {
 public:
  second_reader(const document& in, std::uint32_t first) : rule_reader(in.source, no_limits(), in), next_(first) {
    const auto named =
        std::partition_point(in.periods.begin(), in.periods.end(), [](const period& one) { return !one.name.empty(); });
    named_periods_ = static_cast<std::size_t>(named - in.periods.begin());
  }

  std::optional<rule> read(std::size_t offset) {
    if (source_->begin_of(offset) == 0) return read_rule(source_->value_at(offset));
    const auto row = row_at(offset);
    return row ? read_rule(*row) : std::nullopt;
  }

 private:
  static parse_limits no_limits() {
    parse_limits made;
    made.max_expression = made.max_expression_depth = made.max_patterns = SIZE_MAX;
    made.max_diagnostics = 1;
    return made;
  }

  // Its spans are in the document.
  std::optional<std::uint32_t> written_out(const json_node&) override { return next_++; }

  std::uint32_t next_;
};

}  // namespace

bool can_be_read_again(const rule& of) noexcept {
  return !of.of_market && !std::holds_alternative<effect::culture>(of.effect);
}

std::uint32_t first_written_out(const document& in, const rule& of) noexcept {
  for (const std::uint32_t one : of.during) {
    if (in.periods[one].name.empty()) return one;
  }
  return 0;
}

rule read_again(const document& in, std::size_t offset, std::uint32_t first) {
  auto made = second_reader(in, first).read(offset);
  if (!made) throw std::logic_error("a rule was read once, and cannot be read again");
  return std::move(*made);
}

}  // namespace pricepoint::policy_language
