// SPDX-License-Identifier: Apache-2.0
// The border between C and C++: what every function of pricepoint.h does alike.
//
//   pricepoint_result pricepoint_policy_from_text(..., pricepoint_policy** out, pricepoint_error** error) {
//     return capi::guarded(error, [&] {
//       auto& made = capi::out(out);                    // NULL is an argument error; else *out = nullptr
//       ...
//       if (!read) return capi::fail(error, PRICEPOINT_ERROR_POLICY, read.error());
//       made = new pricepoint_policy{*read};
//       return PRICEPOINT_OK;
//     });
//   }
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "capi/handles.hpp"
#include "pricepoint/instant.hpp"

namespace pricepoint::capi {

// Ends the call with PRICEPOINT_ERROR_ARGUMENT.
struct bad_argument {
  const char* message;
};

inline std::string_view view(pricepoint_view text) {
  if (text.data == nullptr && text.size != 0) throw bad_argument{"a text is NULL, but its size is not 0"};
  if (text.size > PTRDIFF_MAX) throw bad_argument{"a text's size is larger than memory can be: was it negative?"};
  return {text.data, text.size};
}

// What a row may have of columns: more of something is a count that was never set.
inline constexpr std::size_t most_counted = 4096;

inline void check_count(const void* first, std::size_t count, const char* is_null, const char* too_many) {
  if (first == nullptr && count != 0) throw bad_argument{is_null};
  if (count > most_counted) throw bad_argument{too_many};
}

inline std::optional<std::int64_t> value_of(const pricepoint_optional& number) {
  if (number.given == 0) return {};
  if (number.given != 1) throw bad_argument{"given is neither 0, which is absent, nor 1"};
  return number.value;
}

// An instant that is not of a request. Where it is a parameter, 0 is absent too: 1970 is not a time to ask about.
inline instant instant_of(std::int64_t unix_ms, const char* out_of_range) {
  const instant made{unix_ms};
  if (made < first_instant || made > last_instant) throw bad_argument{out_of_range};
  return made;
}
inline std::optional<instant> instant_or_none(std::int64_t unix_ms, const char* out_of_range) {
  if (unix_ms == 0 || unix_ms == PRICEPOINT_ABSENT) return {};
  return instant_of(unix_ms, out_of_range);
}

// `text` must end with a zero byte, as std::string and literals do.
inline pricepoint_view view_of(std::string_view text) noexcept { return {text.data(), text.size()}; }

template <class T>
T& needed(T* handle, const char* message = "a handle that must be given is NULL") {
  if (handle == nullptr) throw bad_argument{message};
  return *handle;
}

// The place to put a handle at, empty until then.
template <class T>
T*& out(T** place) {
  needed(place, "an out parameter that must be given is NULL");
  *place = nullptr;
  return *place;
}

// What a struct with `struct_size` measured in the first version that had it. Whoever adds a member to one writes the
// old size down here.
template <class Struct>
inline constexpr std::size_t first_size = sizeof(Struct);
template <>
inline constexpr std::size_t first_size<pricepoint_policy_options> = offsetof(pricepoint_policy_options, zones);
template <>
inline constexpr std::size_t first_size<pricepoint_batch_options> = offsetof(pricepoint_batch_options, integers);

// What to do about a struct_size of 0, which a struct that is all zeros has.
template <class Struct>
inline constexpr const char* without_size = nullptr;
template <>
inline constexpr const char* without_size<pricepoint_diagnostic> =
    "struct_size is 0: set it to sizeof(pricepoint_diagnostic)";
template <>
inline constexpr const char* without_size<pricepoint_policy_options> =
    "struct_size is 0: set it to sizeof(pricepoint_policy_options)";
template <>
inline constexpr const char* without_size<pricepoint_request> =
    "struct_size is 0: set it to sizeof(pricepoint_request)";
template <>
inline constexpr const char* without_size<pricepoint_decision> =
    "struct_size is 0: set it to sizeof(pricepoint_decision)";
template <>
inline constexpr const char* without_size<pricepoint_batch_options> =
    "struct_size is 0: set it to sizeof(pricepoint_batch_options)";

template <class Struct>
std::size_t size_of(const Struct* given) {
  std::size_t size = 0;
  std::memcpy(&size, given, sizeof size);
  if (size == 0) throw bad_argument{without_size<Struct>};
  if (size < first_size<Struct>)
    throw bad_argument{"struct_size is smaller than any version of the struct: set it to the size of the struct"};
  return size;
}

// A struct of the caller's, which may be of an older or newer header than this library's: members that it does not have
// are zero, which is absent, and members that this library does not know are left aside. So is all of NULL.
template <class Struct>
Struct taken(const Struct* from) {
  Struct made{};
  if (from == nullptr) return made;
  const std::size_t size = size_of(from);
  std::memcpy(&made, from, size < sizeof made ? size : sizeof made);
  return made;
}

// The same outward: fills in what the caller has room for, and leaves struct_size as it was.
template <class Struct>
void give(Struct* to, Struct made) {
  const std::size_t size = size_of(&needed(to, "an out parameter that must be given is NULL"));
  std::memcpy(&made, &size, sizeof size);
  std::memcpy(static_cast<void*>(to), &made, size < sizeof made ? size : sizeof made);
}

// Sets *error, where asked for, and gives `code`. Not for PRICEPOINT_OK.
pricepoint_result fail(pricepoint_error** error, pricepoint_result code, std::vector<diagnostic> why);
inline pricepoint_result fail(pricepoint_error** error, pricepoint_result code, pricepoint::error why) {
  return fail(error, code, std::move(why).diagnostics());
}
// Of the exception that is being handled; throws nothing.
pricepoint_result fail_of_exception(pricepoint_error** error) noexcept;

// Runs the work of one function and keeps every exception on this side.
template <class Work>
pricepoint_result guarded(pricepoint_error** error, Work&& work) noexcept {
  if (error != nullptr) *error = nullptr;
  try {
    return std::forward<Work>(work)();
  } catch (...) {
    return fail_of_exception(error);
  }
}

// What functions that end in _z do: the work of the others with a text that ends with a zero byte.
template <class Out, class Work>
pricepoint_result with_text(const char* text, Out** out_parameter, pricepoint_error** error, Work&& work) noexcept {
  if (text != nullptr) return std::forward<Work>(work)(view_of(text));
  return guarded(error, [&]() -> pricepoint_result {
    out(out_parameter);
    throw bad_argument{"a text that must be given is NULL"};
  });
}

}  // namespace pricepoint::capi
