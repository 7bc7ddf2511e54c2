// SPDX-License-Identifier: Apache-2.0
// How machinery fails: `result<T>` holds a T or an `error` with every diagnostic that was found.
// A price that cannot be is no error: it is a decision with a status (pricing/decision.hpp).
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace pricepoint {

// A note is no mistake: something worth knowing.
enum class severity : std::uint8_t { error, warning, note };
constexpr const char* to_string(severity value) noexcept {
  return value == severity::error ? "error" : value == severity::warning ? "warning" : "note";
}

// One thing that is wrong with a text: where, what, and what to do.
struct diagnostic {
  std::string code;  // stable, "PP-P012"; never renumbered
  pricepoint::severity severity = pricepoint::severity::error;
  std::string message;     // what is wrong, and what was expected
  std::string hint;        // what to do; may be empty
  std::string file;        // name of the text, as the caller gave it
  std::string pointer;     // JSON pointer into a policy; empty elsewhere
  std::size_t offset = 0;  // byte offset into the text
  std::size_t line = 0;    // 1-based; 0: no place in a text
  std::size_t column = 0;  // 1-based, in code points
  std::string excerpt;     // the line, cut to a readable length
  std::size_t caret = 0;   // code points before the caret in `excerpt`
};

// "file:line:column: error PP-P012: message", the excerpt with its caret, and the hint; ends with a newline.
std::string to_string(const diagnostic& one);

// The same for programs: one JSON object without newlines, with the keys code, severity, message, hint, file, pointer,
// offset, line, column, excerpt and caret. What does not apply is absent. Bytes that are no UTF-8 become U+FFFD.
std::string to_json(const diagnostic& one);

class error {
 public:
  error() = default;
  explicit error(std::vector<diagnostic> diagnostics) : diagnostics_(std::move(diagnostics)) {}
  const std::vector<diagnostic>& diagnostics() const& noexcept { return diagnostics_; }
  // result<T>::error() gives a copy, so a loop over `read.error().diagnostics()` must own what it goes through.
  std::vector<diagnostic> diagnostics() && noexcept { return std::move(diagnostics_); }
  std::string to_string() const;

 private:
  std::vector<diagnostic> diagnostics_;
};

// Thrown by result<T>::value() on an error, and only there: the library itself never throws at its callers.
class error_exception : public std::runtime_error {
 public:
  explicit error_exception(pricepoint::error what) : std::runtime_error(what.to_string()), error_(std::move(what)) {}
  const pricepoint::error& error() const noexcept { return error_; }

 private:
  pricepoint::error error_;
};

[[noreturn]] inline void throw_exception_from_error(const error& what, const boost::source_location&) {
#ifdef __cpp_exceptions
  throw error_exception(what);
#else
  static_cast<void>(what);
  std::terminate();  // programs without exceptions ask has_value() first
#endif
}

template <class T>
using result = boost::system::result<T, error>;

}  // namespace pricepoint
