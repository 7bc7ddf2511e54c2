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
#include <string>
#include <string_view>
#include <utility>

#include "capi/handles.hpp"

namespace pricepoint::capi {

// Ends the call with PRICEPOINT_ERROR_ARGUMENT.
struct bad_argument {
  const char* message;
};

inline std::string_view view(pricepoint_view text) {
  if (text.data == nullptr && text.size != 0) throw bad_argument{"a text is NULL, but its size is not 0"};
  return {text.data, text.size};
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
inline constexpr std::size_t first_size<pricepoint_batch_options> = offsetof(pricepoint_batch_options, integers);

// A struct of the caller's, which may be of an older or newer header than this library's: members that it does not have
// keep the values of `initial`, members that this library does not know are left aside. NULL is `initial`.
template <class Struct>
Struct taken(const Struct* from, const Struct& initial) {
  Struct made = initial;
  if (from == nullptr) return made;
  std::size_t size = 0;
  std::memcpy(&size, from, sizeof size);
  if (size < first_size<Struct>)
    throw bad_argument{"struct_size is smaller than any version of the struct: use its initialiser"};
  std::memcpy(&made, from, size < sizeof made ? size : sizeof made);
  return made;
}

// The same outward: fills in what the caller has room for, and leaves struct_size as it was.
template <class Struct>
void give(Struct* to, Struct made) {
  std::size_t size = 0;
  std::memcpy(&size, &needed(to, "an out parameter that must be given is NULL"), sizeof size);
  if (size < first_size<Struct>)
    throw bad_argument{"struct_size is smaller than any version of the struct: use its initialiser"};
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

}  // namespace pricepoint::capi
