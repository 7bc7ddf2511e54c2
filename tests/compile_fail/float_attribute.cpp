// expect: use of deleted function|call to deleted|deleted function|deleted
// SPDX-License-Identifier: Apache-2.0
#include "pricepoint/pricing/request.hpp"

pricepoint::attribute_value weight = 1.5F;
