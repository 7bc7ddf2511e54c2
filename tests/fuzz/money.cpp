// SPDX-License-Identifier: Apache-2.0
// [REL-76] Numbers as text, exact arithmetic and rounding, held against Boost's integers and rationals without a limit.
//
// Promised: a text is a decimal or a rate just where the language says so, and is written back as the same number;
// every operation of both tiers of exact numbers gives what rationals give, or, of the fast one, says that the result
// does not fit 64 bits in lowest terms; quotients are rounded as their direction says. Instants that can be read are
// written back as the same instant.
//
// Input: operations one after the other, each a byte and its operands.
#include <boost/multiprecision/cpp_int.hpp>
#include <optional>
#include <string>
#include <vector>

#include "decide/exact_arithmetic.hpp"
#include "fuzz/fuzz.hpp"
#include "money/big_exact.hpp"
#include "money/divisor.hpp"
#include "pricepoint/analysis/compare.hpp"
#include "pricepoint/money/amount.hpp"
#include "pricepoint/money/exact.hpp"
#include "pricepoint/pricing/request.hpp"

namespace {

using boost::multiprecision::cpp_int;
using boost::multiprecision::cpp_rational;
using fuzz::expect;
using pricepoint::decimal;
using pricepoint::rate;
using pricepoint::rounding;
using pricepoint::detail::big_exact;
using pricepoint::detail::fast_exact;
using pricepoint::detail::fraction;
using pricepoint::detail::int128;
using pricepoint::detail::uint128;

cpp_rational value_of(const fraction& of) { return {cpp_int(of.numerator), cpp_int(of.denominator)}; }

cpp_int power_of_ten(int exponent) {
  cpp_int power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

cpp_rational value_of(const decimal& of) { return {cpp_int(of.coefficient()), power_of_ten(of.scale())}; }

// ---- text, read the slow way

struct read_number {
  cpp_rational value;
  int decimals = 0;
};

std::optional<read_number> slow_number(std::string_view text, std::size_t most_integer, std::size_t most_decimals) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view rest = point == text.npos ? std::string_view() : text.substr(point + 1);
  const auto are_digits = [](std::string_view of) { return of.find_first_not_of("0123456789") == of.npos; };
  if (whole.empty() || whole.size() > most_integer || rest.size() > most_decimals) return {};
  if (point != text.npos && rest.empty()) return {};
  if (!are_digits(whole) || !are_digits(rest)) return {};
  cpp_int digits = 0;
  for (const char c : std::string(whole) + std::string(rest)) digits = digits * 10 + (c - '0');
  const auto decimals = static_cast<int>(rest.size());
  return read_number{cpp_rational(negative ? cpp_int(-digits) : digits, power_of_ten(decimals)), decimals};
}

// Letters of numbers mostly, so that most texts nearly are one.
std::string number_text(fuzz::input& in) {
  std::string text = in.text(30);
  if (in.flag()) return text;
  static constexpr std::string_view letters = "0123456789.-%0019.";
  for (char& c : text) c = letters[static_cast<unsigned char>(c) % letters.size()];
  return text;
}

void read_decimal(fuzz::input& in) {
  const std::string text = number_text(in);
  const auto wanted = slow_number(text, 15, 9);
  const auto found = pricepoint::parse_decimal(text);
  expect(wanted.has_value() == found.has_value(), "whether a text is a decimal");
  if (!found) return;
  expect(value_of(*found) == wanted->value, "the value of a decimal");
  expect(found->scale() == wanted->decimals, "the decimals of a decimal");
  expect(found->sign() == wanted->value.sign(), "the sign of a decimal");
  const auto again = pricepoint::parse_decimal(to_string(*found));
  expect(again && *again == *found && again->scale() == found->scale(), "a decimal written and read again");
  for (int digits = 0; digits <= 4; ++digits) {
    expect(value_of(fraction::minor_units(*found, digits)) == wanted->value * power_of_ten(digits), "minor units");
  }
}

void read_rate(fuzz::input& in) {
  std::string text = number_text(in);
  if (in.flag()) text += '%';
  auto wanted = text.ends_with('%') ? slow_number(std::string_view(text).substr(0, text.size() - 1), 6, 6)
                                    : std::optional<read_number>();
  const auto found = pricepoint::parse_rate(text);
  expect(wanted.has_value() == found.has_value(), "whether a text is a rate");
  if (!found) return;
  expect(cpp_rational(found->e8(), 100'000'000) == wanted->value / 100, "the value of a rate");
  expect(value_of(fraction::of(*found)) == wanted->value / 100, "a rate as a fraction");
  const auto again = pricepoint::parse_rate(to_string(*found));
  expect(again == found, "a rate written and read again");
}

void read_instant(fuzz::input& in) {
  std::string text = in.text(40);
  if (in.flag()) {
    static constexpr std::string_view letters = "0123456789-:.TZ+ 2";
    for (char& c : text) c = letters[static_cast<unsigned char>(c) % letters.size()];
  }
  const auto found = pricepoint::parse_instant(text);
  if (!found) return;
  expect(pricepoint::parse_instant(to_string(*found)) == found, "an instant written and read again");
}

decimal any_decimal(fuzz::input& in) {
  const auto scale = static_cast<int>(in.below(10));
  const int128 bound = static_cast<int128>(pricepoint::detail::powers_of_ten[15]) *
                       pricepoint::detail::powers_of_ten[static_cast<std::size_t>(scale)];
  uint128 size = in.bits(static_cast<int>(in.below(9)));
  if (in.flag()) size = size << 64 | in.bits(8);
  const auto coefficient = static_cast<int128>(size % static_cast<uint128>(bound));
  return decimal::from_parts(in.flag() ? -coefficient : coefficient, scale);
}

void compare_decimals(fuzz::input& in) {
  const decimal a = any_decimal(in);
  const decimal b = any_decimal(in);
  expect(((a <=> b) < 0) == (value_of(a) < value_of(b)), "the order of decimals");
  expect((a == b) == (value_of(a) == value_of(b)), "decimals that are equal");
  expect(value_of(-a) == -value_of(a), "a decimal with its sign turned");
}

// ---- quotients

uint128 wide(fuzz::input& in) {
  const auto bytes = static_cast<int>(in.below(17));
  if (bytes <= 8) return in.bits(bytes);
  const uint128 high = in.bits(bytes - 8);
  return high << 64 | in.bits(8);
}

// At most 126 bits and a sign.
int128 numerator_of(fuzz::input& in) {
  const auto size = static_cast<int128>(wide(in) >> 2);
  return in.flag() ? -size : size;
}

int128 denominator_of(fuzz::input& in) { return static_cast<int128>(wide(in) >> 2) + 1; }

cpp_int rounded(const cpp_rational& value, rounding mode) {
  const cpp_int n = numerator(value);
  const cpp_int d = denominator(value);
  cpp_int down = n / d;
  if (down * d > n) --down;
  if (down * d == n || mode == rounding::down) return down;
  if (mode == rounding::up) return down + 1;
  const cpp_int twice = 2 * (n - down * d);
  if (twice == d) return n < 0 ? down : cpp_int(down + 1);  // away from zero
  return twice > d ? cpp_int(down + 1) : down;
}

constexpr rounding directions[] = {rounding::half_up, rounding::down, rounding::up};

void divide(fuzz::input& in) {
  const int128 n = numerator_of(in);
  const int128 d = denominator_of(in);
  for (const rounding mode : directions) {
    expect(cpp_int(pricepoint::detail::divide(n, d, mode)) == rounded(cpp_rational(cpp_int(n), cpp_int(d)), mode),
           "a quotient rounded");
  }
  const fraction lowest = fraction::reduced(n, d);
  const cpp_rational same{cpp_int(n), cpp_int(d)};
  expect(cpp_int(lowest.numerator) == numerator(same) && cpp_int(lowest.denominator) == denominator(same),
         "a fraction in lowest terms");
  const fraction other{numerator_of(in), denominator_of(in)};
  const fraction one{n, d};
  expect(((one <=> other) < 0) == (value_of(one) < value_of(other)), "the order of fractions");
  expect((one == other) == (value_of(one) == value_of(other)), "fractions that are equal");
  const uint128 a = wide(in);
  const uint128 b = wide(in);
  expect(cpp_int(pricepoint::detail::gcd(a, b)) == gcd(cpp_int(a), cpp_int(b)), "the greatest common divisor");
}

void divide_by_the_same(fuzz::input& in) {
  const auto d = static_cast<std::int64_t>(in.bits(static_cast<int>(in.below(9))) >> 2) + 1;
  if (d >= std::int64_t{1} << 62) return;
  const pricepoint::detail::divisor by(d);
  for (int i = 0; i < 4; ++i) {
    const auto n = static_cast<std::int64_t>(in.bits(static_cast<int>(in.below(9))) >> 1);
    expect(by.down(n) == n / d, "a division by a number that stays");
    if (n <= INT64_MAX - d) expect(by.up(n) == n / d + (n % d != 0 ? 1 : 0), "such a division, rounded up");
  }
}

// ---- both tiers

struct both {
  fast_exact fast;
  big_exact big;
  cpp_rational value;
};

bool fits(const cpp_rational& value) { return abs(numerator(value)) <= INT64_MAX && denominator(value) <= INT64_MAX; }

void hold(const both& one) {
  expect(value_of(one.fast.lowest()) == one.value, "a fast number");
  expect(one.fast.sign() == one.value.sign() && one.big.sign() == one.value.sign(), "a sign");
  const auto again = one.big.to_fraction();
  expect(again && value_of(*again) == one.value, "a big number");
}

void compute(fuzz::input& in) {
  std::vector<both> stack;
  for (std::uint64_t left = in.below(40); left > 0; --left) {
    const std::uint64_t operation = in.below(stack.size() < 2 ? 2 : 8);
    if (operation < 2 || stack.size() < 2) {
      fraction of{numerator_of(in), denominator_of(in)};
      // Small ones mostly, so that more than one operation fits.
      if (operation == 0) of = {in.between(-100'000, 100'000), in.between(1, 1000)};
      const cpp_rational value = value_of(of);
      try {
        stack.push_back({fast_exact(of), big_exact(of), value});
        expect(fits(value), "a number that does not fit was taken");
        hold(stack.back());
      } catch (const pricepoint::detail::exact_overflow&) {
        expect(!fits(value), "a number that fits was turned down");
      }
      continue;
    }
    const both b = stack.back();
    stack.pop_back();
    const both a = stack.back();
    stack.pop_back();
    expect(((a.fast <=> b.fast) < 0) == (a.value < b.value) && ((a.big <=> b.big) < 0) == (a.value < b.value),
           "the order of numbers");
    expect((a.fast == b.fast) == (a.value == b.value) && (a.big == b.big) == (a.value == b.value), "equal numbers");
    const std::int64_t limit = in.between(1, 4'000'000'000'000'000);
    for (const rounding mode : directions) {
      cpp_int wanted = rounded(a.value, mode);
      if (wanted > limit) wanted = limit;
      if (wanted < -limit) wanted = -limit;
      expect(wanted == a.fast.rounded(mode, limit) && wanted == a.big.rounded(mode, limit), "a number rounded");
    }
    if (abs(a.value) < 1'000'000'000'000'000) {
      const auto unit = pricepoint::currency::from_index(in.below(pricepoint::currency::count()));
      const cpp_int wanted = rounded(a.value * 10'000, rounding::half_up);
      try {
        expect(wanted == cpp_int(pricepoint::engine::shown(a.fast, unit).coefficient()),
               "a fast number as it is shown");
      } catch (const pricepoint::detail::exact_overflow&) {
      }
      expect(wanted == cpp_int(pricepoint::engine::shown(a.big, unit).coefficient()), "a big number as it is shown");
    }
    if (operation == 5 && b.value == 0) continue;
    const auto apply = [&]<class Number>(const Number& x, const Number& y) -> Number {
      if (operation == 2) return x + y;
      if (operation == 3) return x - y;
      if (operation == 4) return x * y;
      return operation == 5 ? Number(x / y) : Number(-x);
    };
    const cpp_rational wanted = apply(a.value, b.value);
    const auto big = apply(a.big, b.big);
    if (const auto as_fraction = big.to_fraction()) expect(value_of(*as_fraction) == wanted, "a result of big numbers");
    try {
      stack.push_back({apply(a.fast, b.fast), big, wanted});
      hold(stack.back());
    } catch (const pricepoint::detail::exact_overflow&) {
      expect(!fits(wanted), "a result that fits was turned down");
    }
  }
}

void change(fuzz::input& in) {
  const auto amount = [&] {
    return static_cast<std::int64_t>(in.bits(static_cast<int>(in.below(8))) % 1'000'000'000'000'000);
  };
  const std::int64_t before = amount() + 1;
  const std::int64_t after = amount() + 1;
  cpp_int wanted = rounded(cpp_rational(cpp_int(after) - before, before) * 10'000, rounding::half_up);
  if (wanted > pricepoint::max_change_hundredths) wanted = pricepoint::max_change_hundredths;
  expect(wanted == pricepoint::change_hundredths(before, after), "a change in hundredths of a percent");
}

void write_amount(fuzz::input& in) {
  const auto minor = static_cast<std::int64_t>(in.bits(static_cast<int>(in.below(9))));
  const pricepoint::amount one{minor, pricepoint::currency::from_index(in.below(pricepoint::currency::count()))};
  const int digits = one.currency.digits();
  const auto read = slow_number(to_string(one), 20, 4);
  expect(read && read->decimals == digits && read->value * power_of_ten(digits) == minor, "an amount as text");
  expect(pricepoint::find_currency(one.currency.code()) == one.currency, "a currency by its code");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input in(data, size);
  while (!in.empty()) {
    switch (in.below(9)) {
      case 0:
        read_decimal(in);
        break;
      case 1:
        read_rate(in);
        break;
      case 2:
        read_instant(in);
        break;
      case 3:
        compare_decimals(in);
        break;
      case 4:
        divide(in);
        break;
      case 5:
        divide_by_the_same(in);
        break;
      case 6:
        compute(in);
        break;
      case 7:
        change(in);
        break;
      default:
        write_amount(in);
    }
  }
  return 0;
}
