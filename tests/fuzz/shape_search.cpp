// SPDX-License-Identifier: Apache-2.0
// [REL-75] The nearest price that looks right, held against shapes that are looked for in the written amount one by
// one.
//
// Promised: an amount is in the automaton just where every shape holds for it as text; the nearest amount at or below
// and at or above is the one that looking at every amount gives, also where only gross amounts of whole net ones are
// possible; the table of nearest amounts says what the walk over the digits says.
//
// Every amount is looked at within a window, so a nearest amount that is farther away is only known to be allowed, and
// some amounts between are tried. Not tried: automata of more than 4,096 states, taxes of more than two decimals.
//
// Input: decimals, unit, shapes, then places.
#include <algorithm>
#include <string>
#include <vector>

#include "fuzz/fuzz.hpp"
#include "pricepoint/detail/int128.hpp"
#include "pricepoint/shape/automaton.hpp"
#include "pricepoint/shape/search.hpp"
#include "shape/nearest_table.hpp"

namespace {

using fuzz::expect;
using pricepoint::max_amount_minor;
using pricepoint::detail::int128;
namespace shape = pricepoint::shape;

constexpr std::size_t max_states = 4096;
constexpr std::int64_t window = 300;

std::string digits_of(fuzz::input& in, std::size_t at_most) {
  std::string text(static_cast<std::size_t>(in.between(1, static_cast<std::int64_t>(at_most))), '0');
  for (char& c : text) c = static_cast<char>('0' + in.below(10));
  return text;
}

// ---- shapes by looking at text

struct written {
  std::string whole, rest;
};

written write(std::int64_t minor, int decimals) {
  std::string text = std::to_string(minor);
  const auto wanted = static_cast<std::size_t>(decimals) + 1;
  if (text.size() < wanted) text.insert(0, wanted - text.size(), '0');
  return {text.substr(0, text.size() - static_cast<std::size_t>(decimals)),
          text.substr(text.size() - static_cast<std::size_t>(decimals))};
}

bool ends_in(const std::string& text, const std::string& pattern) {
  if (pattern.size() > text.size()) return false;
  return std::equal(pattern.rbegin(), pattern.rend(), text.rbegin(), [](char p, char c) { return p == '?' || p == c; });
}

bool has_ending(const written& of, const std::string& ending) {
  const std::size_t point = ending.find('.');
  if (point == std::string::npos) {
    return of.rest.find_first_not_of('0') == std::string::npos && ends_in(of.whole, ending);
  }
  std::string rest = ending.substr(point + 1);
  if (rest.size() > of.rest.size()) return false;
  rest.append(of.rest.size() - rest.size(), '0');
  const std::string before = ending.substr(0, point);
  return ends_in(of.rest, rest) && ends_in(of.whole, before);
}

bool occurs(const shape::numbers& what, const written& of) {
  if (std::find(what.amounts.begin(), what.amounts.end(), of.whole) != what.amounts.end()) return true;
  const auto has = [&](char c) { return (what.digits >> (c - '0') & 1) != 0; };
  if (what.in == shape::scope::last) {
    const std::string all = of.whole + of.rest;
    const std::size_t last = all.find_last_not_of('0');
    return last != std::string::npos && has(all[last]);
  }
  std::vector<std::string> parts;
  if (what.in != shape::scope::fraction) parts.push_back(of.whole);
  if (what.in != shape::scope::integer) parts.push_back(of.rest);
  for (const std::string& part : parts) {
    if (std::any_of(part.begin(), part.end(), has)) return true;
    for (const std::string& sequence : what.sequences) {
      if (part.find(sequence) != std::string::npos) return true;
    }
  }
  return false;
}

bool holds(const shape::any_shape& one, std::int64_t minor, int decimals) {
  const written of = write(minor, decimals);
  if (const auto* endings = std::get_if<shape::endings>(&one)) {
    return std::any_of(endings->patterns.begin(), endings->patterns.end(),
                       [&](const std::string& ending) { return has_ending(of, ending); });
  }
  if (const auto* multiple = std::get_if<shape::multiple_of>(&one)) {
    // minor / 10^decimals = k * coefficient / 10^scale
    const int scale = multiple->step.scale();
    int128 left = minor;
    int128 right = multiple->step.coefficient();
    for (int i = 0; i < scale; ++i) left *= 10;
    for (int i = 0; i < decimals; ++i) right *= 10;
    return left % right == 0;
  }
  if (const auto* avoided = std::get_if<shape::avoid>(&one)) return !occurs(avoided->what, of);
  const auto& entries = std::get<shape::prefer>(one).any_of;
  return std::any_of(entries.begin(), entries.end(), [&](const shape::numbers& what) { return occurs(what, of); });
}

// ---- drawn

shape::numbers draw_numbers(fuzz::input& in) {
  shape::numbers made;
  made.in = in.pick({shape::scope::any, shape::scope::integer, shape::scope::fraction, shape::scope::last});
  for (std::uint64_t i = in.below(4); i > 0; --i)
    made.digits = static_cast<std::uint16_t>(made.digits | 1u << in.below(10));
  if (made.in != shape::scope::last) {
    for (std::uint64_t i = in.below(3); i > 0; --i) made.sequences.push_back(digits_of(in, 4));
  }
  for (std::uint64_t i = in.below(3); i > 0; --i) made.amounts.push_back(std::to_string(in.below(1'000'000)));
  return made;
}

shape::any_shape draw(fuzz::input& in) {
  switch (in.below(4)) {
    case 0: {
      shape::endings made;
      for (std::uint64_t i = in.between(1, 4); i > 0; --i) {
        std::string ending = digits_of(in, 4);
        for (char& c : ending) {
          if (in.one_in(4)) c = '?';
        }
        if (in.flag()) ending.insert(in.below(ending.size()), 1, '.');
        made.patterns.push_back(ending);
      }
      return made;
    }
    case 1: {
      const auto scale = static_cast<int>(in.below(5));
      const std::int64_t power = pricepoint::detail::powers_of_ten[in.below(13)];
      return shape::multiple_of{pricepoint::decimal::from_parts(in.pick<std::int64_t>({1, 2, 5, 25}) * power, scale)};
    }
    case 2:
      return shape::avoid{draw_numbers(in)};
    default: {
      shape::prefer made;
      for (std::uint64_t i = in.between(1, 3); i > 0; --i) made.any_of.push_back(draw_numbers(in));
      return made;
    }
  }
}

// Amounts of every length, small ones and the largest among them.
std::int64_t draw_place(fuzz::input& in) {
  const std::int64_t power = pricepoint::detail::powers_of_ten[in.below(17)];
  const auto off = static_cast<std::int64_t>(in.below(4000)) - 2000;
  const std::int64_t place =
      in.flag() ? power + off : static_cast<std::int64_t>(in.bits(8) % (static_cast<std::uint64_t>(power) + 1));
  return std::clamp<std::int64_t>(place, -10, max_amount_minor + 10);
}

// Some net amount gives it: n * factor rounded half up.
bool is_gross_of_some_net(std::int64_t minor, std::int64_t factor_e4) {
  const int128 near = static_cast<int128>(minor) * 10'000 / factor_e4;
  for (int128 net = near > 2 ? near - 2 : 0; net <= near + 2; ++net) {
    if ((2 * net * factor_e4 + 10'000) / 20'000 == minor) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input in(data, size);
  const auto decimals = static_cast<int>(in.below(5));
  const auto unit = in.pick<std::int64_t>({1, 1, 5, 10, 25, 50, 100, 3});
  std::vector<shape::any_shape> shapes;
  for (std::uint64_t i = in.below(4); i > 0; --i) shapes.push_back(draw(in));
  const bool with_table = in.one_in(4);
  const auto tax_e4 = in.flag() ? static_cast<std::int64_t>(in.below(3000)) : 0;

  const auto built = shape::automaton::build(shapes, decimals, unit, max_states);
  if (!built) return 0;
  const shape::automaton& allowed = *built;
  const auto table = with_table ? shape::nearest_table::build(allowed) : nullptr;
  const shape::stored_net net = tax_e4 == 0
                                    ? shape::stored_net()
                                    : shape::stored_net(pricepoint::detail::fraction::reduced(10'000 + tax_e4, 10'000));
  const auto looks_right = [&](std::int64_t minor) {
    return minor % unit == 0 && std::all_of(shapes.begin(), shapes.end(),
                                            [&](const shape::any_shape& one) { return holds(one, minor, decimals); });
  };
  const auto is_possible = [&](std::int64_t minor) {
    return looks_right(minor) && (tax_e4 == 0 || is_gross_of_some_net(minor, 10'000 + tax_e4));
  };

  for (std::uint64_t left = in.between(1, 3); left > 0; --left) {
    const std::int64_t place = draw_place(in);
    fuzz::sprinkle tries(static_cast<std::uint64_t>(place));
    const std::int64_t low = std::max<std::int64_t>(1, place - window);
    const std::int64_t high = std::min(max_amount_minor, place + window);
    std::int64_t below = 0;
    std::int64_t above = 0;
    std::int64_t possible_below = 0;
    std::int64_t possible_above = 0;
    for (std::int64_t minor = low; minor <= high; ++minor) {
      const bool right = looks_right(minor);
      expect(shape::contains(allowed, minor) == right, "whether an amount is allowed");
      if (!right) continue;
      const bool possible = tax_e4 == 0 || is_gross_of_some_net(minor, 10'000 + tax_e4);
      expect(net.possible(minor) == possible, "whether an amount is possible");
      if (minor <= place) {
        below = minor;
        if (possible) possible_below = minor;
      }
      if (minor >= place && above == 0) above = minor;
      if (minor >= place && possible && possible_above == 0) possible_above = minor;
    }
    // `seen`: the nearest within the window, or 0.
    const auto hold = [&](std::int64_t found, std::int64_t seen, bool down, const auto& good, const char* what) {
      if (seen != 0) {
        expect(found == seen, what);
      } else if (found == 0) {
        const std::int64_t end = down ? low : high;
        for (int i = 0; i < 20; ++i) {
          const std::int64_t span = down ? end - 1 : max_amount_minor - end;
          if (span <= 0) break;
          const auto off = static_cast<std::int64_t>(tries.next() % static_cast<std::uint64_t>(span)) + 1;
          expect(!good(down ? end - off : end + off), what);
        }
      } else {
        expect(good(found) && (down ? found < low : found > high && found <= max_amount_minor), what);
        for (int i = 0; i < 20; ++i) {
          const std::int64_t span = down ? low - found - 1 : found - high - 1;
          if (span <= 0) break;
          const auto off = static_cast<std::int64_t>(tries.next() % static_cast<std::uint64_t>(span)) + 1;
          expect(!good(down ? found + off : found - off), what);
        }
      }
    };
    const std::int64_t found_below = shape::at_or_below(allowed, place);
    const std::int64_t found_above = shape::at_or_above(allowed, place);
    hold(found_below, below, true, looks_right, "the nearest amount at or below");
    hold(found_above, above, false, looks_right, "the nearest amount at or above");
    if (table) {
      expect(table->at_or_below(place) == found_below, "the table's nearest amount at or below");
      expect(table->at_or_above(place) == found_above, "the table's nearest amount at or above");
      for (std::int64_t minor = low; minor <= high; minor += 7) {
        expect(table->at_or_below(minor) == shape::at_or_below(allowed, minor), "a table's amount below");
        expect(table->at_or_above(minor) == shape::at_or_above(allowed, minor), "a table's amount above");
      }
      // Where the table goes from one prefix to another.
      for (int i = 0; i < 100; ++i) {
        const auto edge = static_cast<std::int64_t>(tries.next() % 10'010) * shape::nearest_table::suffixes;
        for (const std::int64_t minor : {edge - 1, edge, edge + 1}) {
          expect(table->at_or_below(minor) == shape::at_or_below(allowed, minor), "a table's amount below an edge");
          expect(table->at_or_above(minor) == shape::at_or_above(allowed, minor), "a table's amount above an edge");
        }
      }
    }
    if (tax_e4 != 0 && shape::detail::remainder_search::feasible(allowed, net) &&
        static_cast<std::size_t>(net.period()) * allowed.size() < (1u << 22)) {
      hold(shape::at_or_below(allowed, net, place), possible_below, true, is_possible, "the nearest possible below");
      hold(shape::at_or_above(allowed, net, place), possible_above, false, is_possible, "the nearest possible above");
    }
  }
  return 0;
}
