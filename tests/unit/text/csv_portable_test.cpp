// SPDX-License-Identifier: Apache-2.0
// The tests of cells once more, over the source as it is compiled for machines without SSE2.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#undef __SSE2__
// NOLINTBEGIN(readability-identifier-naming,bugprone-suspicious-include): names of these sources, which have others
// here
#define pricepoint portable
#define cli_csv csv_portable
#include "text/blanks.cpp"
#include "text/csv.cpp"
#include "text/utf8.cpp"
#include "unit/text/csv_test.cpp"
// NOLINTEND(readability-identifier-naming,bugprone-suspicious-include)
