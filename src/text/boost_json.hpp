// SPDX-License-Identifier: Apache-2.0
// Boost.JSON's event parser as boost::pricepoint_json. Its compiled part is in boost_json.cpp, so no library of Boost
// is linked. The namespace is renamed because libpricepoint-cpp.a goes into programs that may use a Boost.JSON of
// another version: under its own name, the linker would give one of the two the other's functions.
#ifndef PRICEPOINT_TEXT_BOOST_JSON_HPP
#define PRICEPOINT_TEXT_BOOST_JSON_HPP

// Those of the standard library and of Boost that it includes keep their names: they come first.
#include <algorithm>
#include <boost/system/error_code.hpp>
#include <string>

#define json pricepoint_json
#include <boost/json/basic_parser_impl.hpp>
#undef json

#endif
