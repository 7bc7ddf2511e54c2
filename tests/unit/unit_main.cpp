// SPDX-License-Identifier: Apache-2.0
//
// The main of the unit tests. It takes its locale from the environment, as a host program may: run under one with a
// decimal comma, the same tests must pass, since nothing in Pricepoint may read or write a number by the locale.
#include <gtest/gtest.h>

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <locale>

int main(int argc, char** argv) {
  const bool found = std::setlocale(LC_ALL, "") != nullptr;
  if (std::getenv("PRICEPOINT_EXPECT_COMMA") != nullptr &&
      (!found || std::strcmp(std::localeconv()->decimal_point, ",") != 0)) {
    std::fputs("the environment's locale has no decimal comma or is not installed: run ./dev setup\n", stderr);
    return EXIT_FAILURE;
  }
  if (found) {
    std::locale::global(std::locale(""));
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
