// SPDX-License-Identifier: Apache-2.0
// The compiled part of Boost.JSON, from its headers: see boost_json.hpp.
#define json pricepoint_json
#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#endif
#include <boost/json/src.hpp>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif
#undef json
#include <boost/version.hpp>

static_assert(BOOST_VERSION >= 108100, "Pricepoint needs Boost 1.81 or later");
