// SPDX-License-Identifier: Apache-2.0
// Boost.JSON for the tests that read JSON, from its headers.
#include <boost/json/src.hpp>
