// SPDX-License-Identifier: Apache-2.0
// ISO 4217 currencies and the number of decimals (minor unit) that each has.
//
//   constexpr auto yen = *pricepoint::find_currency("JPY");     // yen.digits() == 0
//
// Source: ISO 4217 list one, as published in 2025 (funds codes included, precious metals and test codes left out).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pricepoint {

namespace detail {

struct currency_entry {
  char code[4];
  std::uint8_t digits;
};

inline constexpr auto currency_table = std::to_array<currency_entry>({
    {"AED", 2}, {"AFN", 2}, {"ALL", 2}, {"AMD", 2}, {"ANG", 2}, {"AOA", 2}, {"ARS", 2}, {"AUD", 2}, {"AWG", 2},
    {"AZN", 2}, {"BAM", 2}, {"BBD", 2}, {"BDT", 2}, {"BGN", 2}, {"BHD", 3}, {"BIF", 0}, {"BMD", 2}, {"BND", 2},
    {"BOB", 2}, {"BOV", 2}, {"BRL", 2}, {"BSD", 2}, {"BTN", 2}, {"BWP", 2}, {"BYN", 2}, {"BZD", 2}, {"CAD", 2},
    {"CDF", 2}, {"CHE", 2}, {"CHF", 2}, {"CHW", 2}, {"CLF", 4}, {"CLP", 0}, {"CNY", 2}, {"COP", 2}, {"COU", 2},
    {"CRC", 2}, {"CUP", 2}, {"CVE", 2}, {"CZK", 2}, {"DJF", 0}, {"DKK", 2}, {"DOP", 2}, {"DZD", 2}, {"EGP", 2},
    {"ERN", 2}, {"ETB", 2}, {"EUR", 2}, {"FJD", 2}, {"FKP", 2}, {"GBP", 2}, {"GEL", 2}, {"GHS", 2}, {"GIP", 2},
    {"GMD", 2}, {"GNF", 0}, {"GTQ", 2}, {"GYD", 2}, {"HKD", 2}, {"HNL", 2}, {"HTG", 2}, {"HUF", 2}, {"IDR", 2},
    {"ILS", 2}, {"INR", 2}, {"IQD", 3}, {"IRR", 2}, {"ISK", 0}, {"JMD", 2}, {"JOD", 3}, {"JPY", 0}, {"KES", 2},
    {"KGS", 2}, {"KHR", 2}, {"KMF", 0}, {"KPW", 2}, {"KRW", 0}, {"KWD", 3}, {"KYD", 2}, {"KZT", 2}, {"LAK", 2},
    {"LBP", 2}, {"LKR", 2}, {"LRD", 2}, {"LSL", 2}, {"LYD", 3}, {"MAD", 2}, {"MDL", 2}, {"MGA", 2}, {"MKD", 2},
    {"MMK", 2}, {"MNT", 2}, {"MOP", 2}, {"MRU", 2}, {"MUR", 2}, {"MVR", 2}, {"MWK", 2}, {"MXN", 2}, {"MXV", 2},
    {"MYR", 2}, {"MZN", 2}, {"NAD", 2}, {"NGN", 2}, {"NIO", 2}, {"NOK", 2}, {"NPR", 2}, {"NZD", 2}, {"OMR", 3},
    {"PAB", 2}, {"PEN", 2}, {"PGK", 2}, {"PHP", 2}, {"PKR", 2}, {"PLN", 2}, {"PYG", 0}, {"QAR", 2}, {"RON", 2},
    {"RSD", 2}, {"RUB", 2}, {"RWF", 0}, {"SAR", 2}, {"SBD", 2}, {"SCR", 2}, {"SDG", 2}, {"SEK", 2}, {"SGD", 2},
    {"SHP", 2}, {"SLE", 2}, {"SOS", 2}, {"SRD", 2}, {"SSP", 2}, {"STN", 2}, {"SVC", 2}, {"SYP", 2}, {"SZL", 2},
    {"THB", 2}, {"TJS", 2}, {"TMT", 2}, {"TND", 3}, {"TOP", 2}, {"TRY", 2}, {"TTD", 2}, {"TWD", 2}, {"TZS", 2},
    {"UAH", 2}, {"UGX", 0}, {"USD", 2}, {"USN", 2}, {"UYI", 0}, {"UYU", 2}, {"UYW", 4}, {"UZS", 2}, {"VED", 2},
    {"VES", 2}, {"VND", 0}, {"VUV", 0}, {"WST", 2}, {"XAF", 0}, {"XCD", 2}, {"XCG", 2}, {"XOF", 0}, {"XPF", 0},
    {"YER", 2}, {"ZAR", 2}, {"ZMW", 2}, {"ZWG", 2},
});

}  // namespace detail

// A currency: one byte, cheap to copy and compare. Default-constructed it is the table's first; use find_currency.
class currency {
 public:
  constexpr currency() noexcept = default;
  // Requires index < count().
  static constexpr currency from_index(std::size_t index) noexcept {
    currency made;
    made.index_ = static_cast<std::uint8_t>(index);
    return made;
  }
  static constexpr std::size_t count() noexcept { return detail::currency_table.size(); }
  constexpr std::size_t index() const noexcept { return index_; }
  constexpr std::string_view code() const noexcept { return {detail::currency_table[index_].code, 3}; }
  // Decimals of an amount: 2 for CNY, 0 for JPY.
  constexpr int digits() const noexcept { return detail::currency_table[index_].digits; }
  friend constexpr auto operator<=>(const currency&, const currency&) noexcept = default;

 private:
  std::uint8_t index_ = 0;
};

// The currency of an alphabetic code in upper case; nothing where ISO 4217 has none.
constexpr std::optional<currency> find_currency(std::string_view code) noexcept {
  const auto& table = detail::currency_table;
  const auto found = std::lower_bound(table.begin(), table.end(), code,
                                      [](const detail::currency_entry& entry, std::string_view wanted) {
                                        return std::string_view(entry.code) < wanted;
                                      });
  if (found == table.end() || std::string_view(found->code) != code) return {};
  return currency::from_index(static_cast<std::size_t>(found - table.begin()));
}

}  // namespace pricepoint
