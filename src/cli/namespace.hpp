// SPDX-License-Identifier: Apache-2.0
// Rows are the library's, since bindings read and write them too; the program is all about them and says no prefix.
#pragma once

namespace pricepoint::rows {}

namespace pricepoint::cli {

using namespace rows;  // NOLINT(google-build-using-namespace)

}  // namespace pricepoint::cli
