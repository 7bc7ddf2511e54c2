// SPDX-License-Identifier: Apache-2.0
// [REL-71] Any text as a money expression, evaluated.
//
// Promised: what is no expression is diagnostics inside the policy's text; what is one has, compiled, the value that
// its tree has in rationals: as a base it gives the target, as a required floor the least price, and where a field is
// missing it is absent. Never a crash, whatever the size of its numbers.
//
// Input: two bytes that say which fields the request has, one that says how large they are, then the expression.
#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <optional>
#include <string>
#include <vector>

#include "fuzz/decided.hpp"
#include "fuzz/diagnostics.hpp"
#include "fuzz/fuzz.hpp"
#include "pricepoint/pricing/pricer.hpp"

namespace {

using boost::multiprecision::cpp_int;
using boost::multiprecision::cpp_rational;
using fuzz::expect;
using pricepoint::decimal;

cpp_rational value_of(const decimal& of) {
  cpp_int power = 1;
  for (int i = 0; i < of.scale(); ++i) power *= 10;
  return {cpp_int(of.coefficient()), power};
}

cpp_int rounded_up(const cpp_rational& value) {
  const cpp_int n = numerator(value);
  const cpp_int d = denominator(value);
  cpp_int whole = n / d;
  if (whole * d < n) ++whole;
  return whole;
}

// ---- what an expression is worth, read once more from its text, which is one

const cpp_rational target_of_floors = 100;

class worth {
 public:
  worth(std::string_view text, const pricepoint::request& asked) : text_(text), asked_(asked) {}

  // In units of the currency; nothing where a field is absent.
  std::optional<cpp_rational> get() {
    const auto all = sum();
    skip();
    expect(at_ == text_.size(), "an expression that goes on");
    return all;
  }

 private:
  using value = std::optional<cpp_rational>;

  void skip() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
  }
  bool take(char c) {
    skip();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  value sum() {
    value left = product();
    while (true) {
      const bool plus = take('+');
      if (!plus && !take('-')) return left;
      const value right = product();
      left = left && right ? value(plus ? cpp_rational(*left + *right) : cpp_rational(*left - *right)) : value();
    }
  }
  value product() {
    value left = unary();
    while (true) {
      const bool times = take('*');
      if (!times && !take('/')) return left;
      const value right = unary();
      left = left && right ? value(times ? cpp_rational(*left * *right) : cpp_rational(*left / *right)) : value();
    }
  }
  value unary() {
    if (!take('-')) return part();
    value of = unary();
    if (of) *of = -*of;
    return of;
  }
  value part() {
    if (take('(')) {
      value of = sum();
      expect(take(')'), "a parenthesis that is not closed");
      return of;
    }
    skip();
    const std::size_t begin = at_;
    const auto goes_on = [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '_' || c == '.';
    };
    while (at_ < text_.size() && goes_on(text_[at_])) ++at_;
    const std::string_view word = text_.substr(begin, at_ - begin);
    expect(!word.empty(), "an expression with a part that is none");
    if (word[0] >= '0' && word[0] <= '9') {
      const auto number = pricepoint::parse_decimal(word);
      expect(number.has_value(), "a number that is none");
      return take('%') ? value(value_of(*number) / 100) : value(value_of(*number));
    }
    if (word == "min" || word == "max") return best(word == "min");
    const value of = field(word);
    left_out_ = take('?') && !of;
    return of;
  }
  value best(bool least) {
    expect(take('('), "min or max without arguments");
    value found;
    bool absent = false;
    do {
      left_out_ = false;
      const value next = sum();
      if (!next && !left_out_) absent = true;
      if (next && (!found || (least ? *next < *found : *next > *found))) found = next;
    } while (take(','));
    expect(take(')'), "arguments that do not end");
    left_out_ = false;
    return absent ? value() : found;
  }

  static value given(const std::optional<decimal>& from) { return from ? value(value_of(*from)) : value(); }
  // Displayed prices have 13% of tax in them.
  static value gross(value net) { return net ? value(*net * cpp_rational(113, 100)) : value(); }
  value price_on(std::string_view channel) const {
    for (const auto& one : asked_.prices) {
      if (one.channel == channel) return value_of(one.price);
    }
    return {};
  }
  value attribute(std::string_view name) const {
    for (const auto& one : asked_.attributes) {
      if (one.name == name) return given(one.value.number());
    }
    return {};
  }
  value field(std::string_view name) const {
    if (name == "list") return given(asked_.list);
    if (name == "msrp") return given(asked_.msrp);
    if (name == "map") return given(asked_.map);
    if (name == "current") return given(asked_.current);
    if (name == "lowest_prior") return given(asked_.lowest_prior);
    if (name == "cost") return gross(given(asked_.cost));
    if (name == "shipping") return gross(given(asked_.shipping));
    if (name == "reference" || name == "price.store") return price_on("store");
    if (name == "price.web") return price_on("web");
    if (name == "target") return target_of_floors;
    if (name == "wholesale") return gross(attribute(name));
    if (name == "street") return attribute(name);
    fuzz::fail("a name that no expression knows");
  }

  std::string_view text_;
  const pricepoint::request& asked_;
  std::size_t at_ = 0;
  bool left_out_ = false;  // of the argument that was just read
};

std::string escaped(std::string_view text) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20) {
      out += std::string("\\u00") + digits[byte >> 4] + digits[byte & 15];
    } else {
      out += c;
    }
  }
  return out;
}

std::string around(const std::string& rules) {
  return R"({"pricepoint":1,"markets":{"CN":{"tax":"13%"}},)"
         R"("channels":{"store":{"kind":"traditional"},"web":{"kind":"online","reference":"store"}},)"
         R"("attributes":{"wholesale":{"money":"net"},"street":{"money":"display"}},"rules":[)" +
         rules + "]}";
}

std::optional<pricepoint::policy> read(const std::string& text) {
  pricepoint::policy_language::parse_limits limits;
  limits.max_expression = 200;
  auto made = pricepoint::parse_policy(text, "p.json", limits);
  if (made) return std::move(*made);
  fuzz::hold_diagnostics(made.error(), {{"p.json", text}});
  return {};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input in(data, size);
  const auto absent = static_cast<unsigned>(in.bits(2));
  const auto large = static_cast<unsigned>(in.byte());
  const std::string_view written = in.rest();
  const std::string text = escaped(written);

  pricepoint::request asked{.sku = "A1", .channel = "web", .market = "CN"};
  const auto given = [&](unsigned bit, const char* usual, const char* larger) -> std::optional<decimal> {
    if ((absent >> bit & 1) != 0) return {};
    return pricepoint::parse_decimal((large >> bit % 8 & 1) != 0 ? larger : usual);
  };
  asked.list = given(0, "49.95", "9999999999999.99");
  asked.msrp = given(1, "60", "0.01");
  asked.map = given(2, "44.444", "123456789.123456789");
  asked.current = given(3, "47.77", "9999999999.999999999");
  asked.lowest_prior = given(4, "46.1", "0.000000001");
  asked.cost = given(5, "20.505", "9999999999999.123456789");
  asked.shipping = given(6, "0", "1.000000001");
  if (const auto price = given(7, "48.90", "9876543210123.456789012")) asked.prices.push_back({"store", *price});
  if (const auto price = given(8, "45", "7.777777777")) asked.prices.push_back({"web", *price});
  if (const auto value = given(9, "18.75", "3.333333333")) asked.attributes.push_back({"wholesale", *value});
  if (const auto value = given(10, "50.01", "1111111111111.111111111")) asked.attributes.push_back({"street", *value});

  const cpp_int most = pricepoint::max_amount_minor;
  if (const auto policy = read(around(R"({"id":"b","base":")" + text + "\"}"))) {
    const auto value = worth(written, asked).get();
    pricepoint::pricer pricer(*policy);
    const auto made = pricer.price(asked);
    fuzz::hold_decision(made);
    fuzz::hold_explanation(explain(pricer, asked));
    using pricepoint::status;
    if (!value) {
      expect(made.status() == status::incomplete, "a base that is absent");
    } else if (*value <= 0) {
      expect(made.status() == status::invalid && made.invalid()[0] == "base", "a base that is not above zero");
    } else if (*value * 100 <= most) {
      const cpp_rational doubled = *value * 2'000'000 + 1;
      const cpp_int shown = numerator(doubled) / (2 * denominator(doubled));
      expect(made.target() && cpp_int(made.target()->coefficient()) == shown, "the target of a base");
      expect(made.status() == status::priced, "a base without a price");
    }
  }
  if (const auto policy = read(around(R"({"id":"b","base":"100"},{"id":"f","floor":")" + text + "\"}"))) {
    const auto value = worth(written, asked).get();
    pricepoint::pricer pricer(*policy);
    const auto made = pricer.price(asked);
    fuzz::hold_decision(made);
    fuzz::hold_explanation(explain(pricer, asked));
    using pricepoint::status;
    if (!value) {
      expect(made.status() == status::incomplete, "a floor that is absent");
    } else {
      const cpp_int least = rounded_up(*value * 100);
      if (least > most) {
        expect(made.status() == status::conflict, "a floor above every price");
      } else {
        const cpp_int wanted = least > 10'000 ? least : cpp_int(10'000);
        expect(made.price() && made.price()->minor == wanted, "the price at a floor");
      }
    }
  }
  return 0;
}
