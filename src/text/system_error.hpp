// SPDX-License-Identifier: Apache-2.0
// What an error number of the system means, in English whatever the locale: messages are the same bytes everywhere.
#pragma once

#include <cstring>
#include <string>

namespace pricepoint::detail {

// strerror and std::generic_category().message() speak the language of the process.
inline std::string system_error_text(int number) {
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 32)
  if (const char* const text = ::strerrordesc_np(number); text != nullptr) return text;
  return "Unknown error " + std::to_string(number);
#else
  return std::strerror(number);
#endif
}

}  // namespace pricepoint::detail
