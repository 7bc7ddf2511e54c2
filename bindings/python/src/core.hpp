// SPDX-License-Identifier: Apache-2.0
// What the files of the extension module share. The module is written against Python's limited API of 3.11, so that one
// build serves every later CPython, and against pricepoint.h alone.
//
// All of this runs with the interpreter's lock held, but for stretches inside `unlocked`. Still, any allocation may run
// the garbage collector, that any finaliser, and that may let another thread price: see lent_pricer.
#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <memory_resource>
#include <string_view>
#include <utility>
#include <vector>

#include "pricepoint/pricepoint.h"

namespace core {

// A reference that is owned.
class ref {
 public:
  ref() noexcept = default;
  explicit ref(PyObject* owned) noexcept : object_(owned) {}
  ref(ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  ref& operator=(ref&& other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ref(const ref&) = delete;
  ref& operator=(const ref&) = delete;
  ~ref() { Py_XDECREF(object_); }

  static ref to(PyObject* borrowed) noexcept {
    Py_XINCREF(borrowed);
    return ref(borrowed);
  }
  PyObject* get() const noexcept { return object_; }
  PyObject* release() noexcept { return std::exchange(object_, nullptr); }
  explicit operator bool() const noexcept { return object_ != nullptr; }

 private:
  PyObject* object_ = nullptr;
};

// Gives the interpreter's lock away for as long as it lives.
class unlocked {
 public:
  unlocked() noexcept : state_(PyEval_SaveThread()) {}
  ~unlocked() { PyEval_RestoreThread(state_); }
  unlocked(const unlocked&) = delete;
  unlocked& operator=(const unlocked&) = delete;

 private:
  PyThreadState* state_;
};

// What pricepoint/__init__.py hands over when it is imported: types to make and questions that Python answers better.
struct registered {
  PyObject* decimal_type = nullptr;
  PyTypeObject* decision_type = nullptr;
  PyObject* error = nullptr;            // the type of all that the package raises
  PyObject* wrong_type = nullptr;       // ... for a value of a type that cannot be taken
  PyObject* wrong_value = nullptr;      // ... for a value that cannot be
  PyObject* fail = nullptr;             // (result, text, diagnostics): raises
  PyObject* together = nullptr;         // (errors): raises one of them all
  PyObject* plain = nullptr;            // (Decimal, name) -> its digits without an exponent; raises for NaN
  PyObject* instant = nullptr;          // (datetime or str, name) -> milliseconds
  PyObject* rate = nullptr;             // (Decimal, str or int, name) -> units of 10^-8
  PyObject* datetime = nullptr;         // milliseconds -> datetime in UTC
  PyObject* known = nullptr;            // (policy) -> sets of its channels and its attributes
  PyObject* unknown_field = nullptr;    // (policy, keyword): raises
  PyObject* unknown_channel = nullptr;  // (policy, channel, where): raises
  PyObject* left_aside = nullptr;       // (policy, attribute): warns where it is nearly a name that is known
  PyObject* unknown_columns = nullptr;  // (policy, channels): warns
};
extern registered python;

struct rates_object {
  PyObject_HEAD pricepoint_rates* handle;
};
struct policy_object {
  PyObject_HEAD pricepoint_policy* handle;
  pricepoint_pricer* pricer;  // made by the first price
  PyObject* pricer_rates;     // that it was made with, or NULL
  PyObject* channels;         // sets of what it declares, made when they are first asked for, or NULL
  PyObject* attributes;
  PyObject* left_aside;  // attributes that it does not declare, looked at once
};

extern PyTypeObject* policy_type;
extern PyTypeObject* rates_type;
extern PyTypeObject* decision_base;
extern PyTypeObject* table_base;

PyObject* text_of(pricepoint_view view);  // a str
// A view of a str, which must live on; false with an exception where it is none.
bool view_of(PyObject* text, const char* what, pricepoint_view& out);
bool optional_view_of(PyObject* text, const char* what, pricepoint_view& out);  // None is absent
// Raises what `result` says and frees the error; NULL for callers to return.
PyObject* fail(int result, pricepoint_error* error);
// The same with one diagnostic, of a code and a text.
PyObject* fail(int result, const char* code, const char* text);
// A result that pricepoint.h does not tell apart.
inline constexpr int error_of_rates = 102;
// Raises where it is none.
bool is_channel(policy_object* policy, PyObject* name, const char* where);
// These raise only where they cannot know.
bool has_channel(policy_object* policy, PyObject* name, bool& is);
bool is_attribute(policy_object* policy, PyObject* name, bool& is);
PyObject* take_text(pricepoint_text* text);  // a str; frees the text
// Milliseconds, PRICEPOINT_ABSENT for None.
bool instant_of(PyObject* value, const char* name, int64_t& out);
bool optional_instant_of(PyObject* value, const char* name, pricepoint_optional& out);
pricepoint_rates* rates_of(PyObject* rates, bool& good);  // NULL for None

// A request made of keywords. The texts are those of `values`, and of what `kept` holds.
class request {
 public:
  request() : pool_(buffer_, sizeof buffer_), prices_(&pool_), attributes_(&pool_), kept_(&pool_) {}
  ~request() {
    for (PyObject* object : kept_) Py_DECREF(object);
  }
  request(const request&) = delete;
  request& operator=(const request&) = delete;

  bool fill(policy_object* policy, PyObject* names, PyObject* values, bool with_format);
  const pricepoint_request* get() const noexcept { return &request_; }
  PyObject* rates() const noexcept { return rates_; }  // borrowed, or NULL
  int32_t format() const noexcept { return format_; }

 private:
  enum class number { money, count, attribute };
  bool go_on();
  bool number_of(PyObject* value, const char* before, const char* name, number kind, pricepoint_number& out);
  bool price(policy_object* policy, PyObject* channel, const char* where, PyObject* value);
  bool prices(policy_object* policy, PyObject* mapping);
  bool attribute(policy_object* policy, PyObject* name, PyObject* value, bool keyword);
  bool attributes(policy_object* policy, PyObject* mapping);
  bool field(policy_object* policy, PyObject* name, PyObject* value, bool with_format);

  std::byte buffer_[1024];
  std::pmr::monotonic_buffer_resource pool_;
  std::pmr::vector<pricepoint_channel_price> prices_;
  std::pmr::vector<pricepoint_attribute> attributes_;
  std::pmr::vector<PyObject*> kept_;
  pricepoint_request request_;
  PyObject* rates_ = nullptr;
  ref wrong_;  // a list of errors, or nothing
  int32_t format_ = PRICEPOINT_FORMAT_TEXT;
};

bool intern_fields();

// A policy's pricer, taken from it for one call, so that nobody else uses it meanwhile; a second one, made for another
// call that comes in between, is thrown away in the end.
class lent_pricer {
 public:
  lent_pricer(policy_object* policy, PyObject* rates);
  ~lent_pricer();
  lent_pricer(const lent_pricer&) = delete;
  lent_pricer& operator=(const lent_pricer&) = delete;
  pricepoint_pricer* get() const noexcept { return pricer_; }  // NULL with an exception where there is none

 private:
  policy_object* policy_;
  pricepoint_pricer* pricer_ = nullptr;
  PyObject* rates_ = nullptr;
};

// Owned copies of the values of keywords, mappings among them copied.
ref keep_values(PyObject* const* values, PyObject* names);

PyObject* make_decision(policy_object* policy, PyObject* rates, PyObject* names, PyObject* values,
                        const pricepoint_decision& decision);
PyObject* explain(policy_object* policy, PyObject* names, PyObject* values, bool with_format, int32_t format);

PyObject* price_table(PyObject* self, PyObject* arguments);
PyObject* audit_table(PyObject* self, PyObject* arguments);

bool add_decision(PyObject* module);
bool add_table(PyObject* module);

// What every dealloc of a heap type ends with.
inline void free_object(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  reinterpret_cast<freefunc>(PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}
inline PyObject* allocate(PyTypeObject* type) {
  return reinterpret_cast<allocfunc>(PyType_GetSlot(type, Py_tp_alloc))(type, 0);
}

}  // namespace core
