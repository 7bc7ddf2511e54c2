// SPDX-License-Identifier: Apache-2.0
// Exchange rates from CSV with the columns from, to, rate and at.
#pragma once

#include <memory>
#include <string>

#include "pricepoint/pricing/exchange_rates.hpp"
#include "pricepoint/result.hpp"

namespace pricepoint::rows {

// Errors, all at once: PP-R001 a column lacks or stands twice, PP-R002 a cell cannot be read, PP-R003 a row cannot be
// read, PP-R004 how many more there are. Other columns are left aside.
result<std::shared_ptr<const exchange_rates>> parse_rates(std::string text, const std::string& file);

}  // namespace pricepoint::rows
