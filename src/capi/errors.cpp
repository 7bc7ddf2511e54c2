// SPDX-License-Identifier: Apache-2.0
// Errors and texts of pricepoint.h. Codes: PP-A001 an argument cannot be, PP-A002 no memory, PP-A003 a mistake of this
// library, PP-A004 a text of a kind is no number. Tests: tests/capi.
#include "capi/border.hpp"
#include "pricepoint/market/table.hpp"
#include "pricepoint/version.hpp"

namespace pricepoint::capi {

namespace {

void render(pricepoint_error& made) {
  made.json = "[";
  for (const diagnostic& one : made.diagnostics) {
    made.text += to_string(one);
    if (made.json.size() > 1) made.json += ',';
    made.json += to_json(one);
  }
  made.json += ']';
}

std::vector<diagnostic> only(const char* code, const char* message, const char* hint) {
  std::vector<diagnostic> all(1);
  all[0].code = code;
  all[0].message = message;
  all[0].hint = hint;
  return all;
}

// Made when the library is loaded, since where there is no memory there is none for an error either.
pricepoint_error* make_no_memory() noexcept {
  try {
    static pricepoint_error made{only("PP-A002", "there is no memory for this", ""), {}, {}};
    render(made);
    return &made;
  } catch (...) {
    return nullptr;
  }
}
pricepoint_error* const no_memory = make_no_memory();

pricepoint_result fail_in_words(pricepoint_error** error, pricepoint_result code, const char* diagnostic_code,
                                const char* message, const char* hint) noexcept {
  if (error == nullptr) return code;
  try {
    return fail(error, code, only(diagnostic_code, message, hint));
  } catch (...) {
    *error = no_memory;
    return code;
  }
}

}  // namespace

pricepoint_result fail(pricepoint_error** error, pricepoint_result code, std::vector<diagnostic> why) {
  if (error == nullptr) return code;
  auto made = std::make_unique<pricepoint_error>();
  made->diagnostics = std::move(why);
  render(*made);
  *error = made.release();
  return code;
}

pricepoint_result fail_of_exception(pricepoint_error** error) noexcept {
  try {
    throw;
  } catch (const bad_argument& what) {
    return fail_in_words(error, PRICEPOINT_ERROR_ARGUMENT, "PP-A001", what.message, "");
  } catch (const std::bad_alloc&) {
    if (error != nullptr) *error = no_memory;
    return PRICEPOINT_ERROR_MEMORY;
  } catch (const std::exception& what) {
    return fail_in_words(error, PRICEPOINT_ERROR_INTERNAL, "PP-A003", what.what(), "please report it");
  } catch (...) {
    return fail_in_words(error, PRICEPOINT_ERROR_INTERNAL, "PP-A003", "an unknown exception", "please report it");
  }
}

}  // namespace pricepoint::capi

using namespace pricepoint;  // NOLINT(google-build-using-namespace): functions of C have no namespace to stand in

extern "C" {

const char* pricepoint_version(void) { return PRICEPOINT_VERSION; }

int32_t pricepoint_abi(void) { return PRICEPOINT_ABI; }

const char* pricepoint_tables_version(void) {
  try {
    return built_in_markets().version.c_str();
  } catch (...) {
    return "";
  }
}

const char* pricepoint_zones_version(void) { return zones_version().data(); }

void pricepoint_error_free(pricepoint_error* error) {
  if (error != capi::no_memory) delete error;
}

size_t pricepoint_error_count(const pricepoint_error* error) {
  return error == nullptr ? 0 : error->diagnostics.size();
}

pricepoint_result pricepoint_error_get(const pricepoint_error* error, size_t index, pricepoint_diagnostic* out) {
  return capi::guarded(nullptr, [&] {
    const auto& all = capi::needed(error).diagnostics;
    if (index >= all.size()) throw capi::bad_argument{"no such diagnostic"};
    const diagnostic& one = all[index];
    pricepoint_diagnostic made = PRICEPOINT_DIAGNOSTIC_INIT;
    made.code = capi::view_of(one.code);
    made.severity = static_cast<int32_t>(one.severity);
    made.message = capi::view_of(one.message);
    made.hint = capi::view_of(one.hint);
    made.file = capi::view_of(one.file);
    made.pointer = capi::view_of(one.pointer);
    made.offset = one.offset;
    made.line = one.line;
    made.column = one.column;
    made.excerpt = capi::view_of(one.excerpt);
    made.caret = one.caret;
    capi::give(out, made);
    return PRICEPOINT_OK;
  });
}

pricepoint_view pricepoint_error_text(const pricepoint_error* error) {
  return capi::view_of(error == nullptr ? std::string_view("") : std::string_view(error->text));
}

const char* pricepoint_error_text_z(const pricepoint_error* error) { return pricepoint_error_text(error).data; }

pricepoint_view pricepoint_error_json(const pricepoint_error* error) {
  return capi::view_of(error == nullptr ? std::string_view("[]") : std::string_view(error->json));
}

const char* pricepoint_error_json_z(const pricepoint_error* error) { return pricepoint_error_json(error).data; }

void pricepoint_text_free(pricepoint_text* text) { delete text; }

pricepoint_view pricepoint_text_get(const pricepoint_text* text) {
  return capi::view_of(text == nullptr ? std::string_view("") : std::string_view(text->text));
}

const char* pricepoint_text_get_z(const pricepoint_text* text) { return pricepoint_text_get(text).data; }

}  // extern "C"
