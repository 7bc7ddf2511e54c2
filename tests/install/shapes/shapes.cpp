// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <pricepoint/money/amount.hpp>
#include <pricepoint/shape/automaton.hpp>
#include <pricepoint/shape/search.hpp>
#include <vector>

int main() {
  const auto yuan = pricepoint::find_currency("CNY");
  // Ends in .90 or .80 and has no 4.
  const std::vector<pricepoint::shape::any_shape> shapes{
      pricepoint::shape::endings{{".90", ".80"}},
      pricepoint::shape::avoid{{.digits = 1u << 4, .sequences = {}, .amounts = {}}},
  };
  const auto allowed = pricepoint::shape::automaton::build(shapes, yuan->digits());
  if (!allowed) return 1;
  for (const int minor : {2944, 4100, 40000}) {
    const pricepoint::amount below{pricepoint::shape::at_or_below(*allowed, minor), *yuan};
    const pricepoint::amount above{pricepoint::shape::at_or_above(*allowed, minor), *yuan};
    std::printf("%d: %s or %s\n", minor, to_string(below).c_str(), to_string(above).c_str());
  }
}
