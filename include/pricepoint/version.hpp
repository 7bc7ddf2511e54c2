// SPDX-License-Identifier: Apache-2.0
//
// The version of the library, and its only source: CMake reads these numbers, everything else reads CMake or
// this header. The first part is plain preprocessor, so that C may include it too.
#ifndef PRICEPOINT_VERSION_HPP
#define PRICEPOINT_VERSION_HPP

#define PRICEPOINT_VERSION_MAJOR 0
#define PRICEPOINT_VERSION_MINOR 1
#define PRICEPOINT_VERSION_PATCH 0

// The number of the C interface's ABI, that of libpricepoint.so.0: raised when a program that was built before would
// break, and only then. It says nothing of C++.
#define PRICEPOINT_ABI 0

#define PRICEPOINT_DETAIL_QUOTE_(x) #x
#define PRICEPOINT_DETAIL_QUOTE(x) PRICEPOINT_DETAIL_QUOTE_(x)

// "0.1.0"
#define PRICEPOINT_VERSION                          \
  PRICEPOINT_DETAIL_QUOTE(PRICEPOINT_VERSION_MAJOR) \
  "." PRICEPOINT_DETAIL_QUOTE(PRICEPOINT_VERSION_MINOR) "." PRICEPOINT_DETAIL_QUOTE(PRICEPOINT_VERSION_PATCH)

#ifdef __cplusplus
#include <string_view>

namespace pricepoint {

inline constexpr int version_major = PRICEPOINT_VERSION_MAJOR;
inline constexpr int version_minor = PRICEPOINT_VERSION_MINOR;
inline constexpr int version_patch = PRICEPOINT_VERSION_PATCH;
inline constexpr std::string_view version = PRICEPOINT_VERSION;

}  // namespace pricepoint
#endif

#endif
