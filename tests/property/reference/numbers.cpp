// SPDX-License-Identifier: Apache-2.0
//
// Numbers: as the language writes them, and how they are rounded.

#include "property/reference/numbers.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace reference {

[[noreturn]] void fail(const std::string& why) { throw std::runtime_error("reference: " + why); }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

cpp_int power_of_ten(std::size_t exponent) {
  cpp_int power = 1;
  for (std::size_t i = 0; i < exponent; ++i) power *= 10;
  return power;
}

cpp_int floor_of(const rational& value) {
  const cpp_int n = numerator(value);
  const cpp_int d = denominator(value);  // always above zero
  cpp_int quotient = n / d;              // towards zero
  if (n < 0 && quotient * d != n) --quotient;
  return quotient;
}

cpp_int ceiling_of(const rational& value) { return -floor_of(-value); }

cpp_int round_half_up(const rational& value) {
  if (value < 0) return -round_half_up(-value);
  return floor_of(value + rational(1, 2));
}

long long to_minor(const cpp_int& value) { return value.convert_to<long long>(); }

rational absolute(const rational& value) { return value < 0 ? rational(-value) : value; }

namespace {

std::optional<rational> parse_number(std::string_view text, std::size_t integer_digits, std::size_t fraction_digits) {
  bool negative = false;
  if (!text.empty() && text.front() == '-') {
    negative = true;
    text.remove_prefix(1);
  }
  cpp_int digits = 0;
  std::size_t before = 0;
  std::size_t after = 0;
  std::size_t i = 0;
  for (; i < text.size() && is_digit(text[i]); ++i, ++before) digits = digits * 10 + (text[i] - '0');
  if (i < text.size() && text[i] == '.') {
    ++i;
    for (; i < text.size() && is_digit(text[i]); ++i, ++after) digits = digits * 10 + (text[i] - '0');
    if (after == 0) return std::nullopt;
  }
  if (i != text.size() || before == 0 || before > integer_digits || after > fraction_digits) return std::nullopt;
  rational value(digits, power_of_ten(after));
  return negative ? rational(-value) : value;
}

}  // namespace

std::optional<rational> parse_decimal(std::string_view text) { return parse_number(text, 15, 9); }

std::optional<rational> parse_rate(std::string_view text) {
  if (text.empty() || text.back() != '%') return std::nullopt;
  text.remove_suffix(1);
  auto value = parse_number(text, 6, 6);
  if (value) *value /= 100;
  return value;
}

std::optional<int> currency_decimals(std::string_view code) {
  static constexpr std::array<std::string_view, 38> two = {
      "CNY", "EUR", "USD", "GBP", "CHF", "ILS", "AUD", "BRL", "CAD", "MXN", "INR", "PLN", "SEK",
      "NOK", "DKK", "CZK", "TRY", "ZAR", "HKD", "SGD", "TWD", "THB", "MYR", "NZD", "RUB", "SAR",
      "AED", "EGP", "HUF", "RON", "BGN", "UAH", "PHP", "IDR", "COP", "PEN", "NGN", "ARS"};
  static constexpr std::array<std::string_view, 4> none = {"JPY", "KRW", "VND", "CLP"};
  static constexpr std::array<std::string_view, 5> three = {"KWD", "BHD", "TND", "JOD", "OMR"};
  if (std::find(two.begin(), two.end(), code) != two.end()) return 2;
  if (std::find(none.begin(), none.end(), code) != none.end()) return 0;
  if (std::find(three.begin(), three.end(), code) != three.end()) return 3;
  return std::nullopt;
}

}  // namespace reference
