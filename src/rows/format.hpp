// SPDX-License-Identifier: Apache-2.0
// What rows are written in.
#pragma once

namespace pricepoint::rows {

enum class row_format : unsigned char { csv, ndjson };
enum class output_format : unsigned char { table, csv, ndjson, text, json };

}  // namespace pricepoint::rows
