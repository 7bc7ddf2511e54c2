// SPDX-License-Identifier: Apache-2.0
// Keywords become a request. Known names are interned, as those that stand in a program are, so that most are found by
// their address.
#include <cstddef>
#include <cstring>

#include "core.hpp"

namespace core {
namespace {

enum class what { text, money, count, instant, rate, prices, attributes, rates, format };

struct field_entry {
  const char* name;
  what kind;
  std::size_t offset;
  PyObject* interned;
};

#define FIELD(name, kind) \
  { #name, what::kind, offsetof(pricepoint_request, name), nullptr }
field_entry fields[] = {
    FIELD(sku, text),
    FIELD(channel, text),
    FIELD(market, text),
    {"prices", what::prices, 0, nullptr},
    FIELD(cost, money),
    FIELD(list, money),
    FIELD(shipping, money),
    {"at", what::instant, offsetof(pricepoint_request, at_unix_ms), nullptr},
    FIELD(category, text),
    FIELD(segment, text),
    FIELD(audience, text),
    FIELD(currency, text),
    FIELD(msrp, money),
    FIELD(map, money),
    FIELD(current, money),
    FIELD(lowest_prior, money),
    FIELD(quantity, count),
    FIELD(units, count),
    {"tax", what::rate, offsetof(pricepoint_request, tax_e8), nullptr},
    {"fee", what::rate, offsetof(pricepoint_request, fee_e8), nullptr},
    {"current_since", what::instant, offsetof(pricepoint_request, current_since_unix_ms), nullptr},
    {"attributes", what::attributes, 0, nullptr},
    {"rates", what::rates, 0, nullptr},
    {"format", what::format, 0, nullptr},
};
#undef FIELD

const field_entry* find(PyObject* name, std::string_view text) {
  for (const field_entry& entry : fields) {
    if (entry.interned == name) return &entry;
  }
  for (const field_entry& entry : fields) {
    if (text == entry.name) return &entry;
  }
  return nullptr;
}

// The last instant or rate that was converted: a program that prices a catalogue gives the same object every time.
struct converted {
  PyObject* from = nullptr;
  int64_t to = 0;
};
converted last_instant;
converted last_rate;

bool convert(PyObject* function, PyObject* value, const char* name, converted& last, int64_t& out) {
  if (value == Py_None) {
    out = PRICEPOINT_ABSENT;
    return true;
  }
  if (value != last.from) {
    ref result(PyObject_CallFunction(function, "Os", value, name));
    if (!result) return false;
    const int64_t number = PyLong_AsLongLong(result.get());
    if (number == -1 && PyErr_Occurred() != nullptr) return false;
    PyObject* before = last.from;
    Py_INCREF(value);
    last = {value, number};
    out = number;
    Py_XDECREF(before);
    return true;
  }
  out = last.to;
  return true;
}

pricepoint_optional given(int64_t number) {
  return number == PRICEPOINT_ABSENT ? pricepoint_optional{} : PRICEPOINT_GIVEN(number);
}

template <class Member>
Member& at(pricepoint_request& request, std::size_t offset) {
  return *reinterpret_cast<Member*>(reinterpret_cast<char*>(&request) + offset);
}

}  // namespace

bool intern_fields() {
  for (field_entry& entry : fields) {
    entry.interned = PyUnicode_InternFromString(entry.name);
    if (entry.interned == nullptr) return false;
  }
  return true;
}

bool instant_of(PyObject* value, const char* name, int64_t& out) {
  return convert(python.instant, value, name, last_instant, out);
}

bool optional_instant_of(PyObject* value, const char* name, pricepoint_optional& out) {
  int64_t unix_ms = 0;
  if (!instant_of(value, name, unix_ms)) return false;
  out = given(unix_ms);
  return true;
}

// After a value that cannot be taken: its error is put aside, so that the others are looked at too. False where what
// was raised is no error of ours.
bool request::go_on() {
  if (PyErr_ExceptionMatches(python.error) == 0) return false;
  PyObject* type = nullptr;
  PyObject* value = nullptr;
  PyObject* trace = nullptr;
  PyErr_Fetch(&type, &value, &trace);
  PyErr_NormalizeException(&type, &value, &trace);
  const ref owned_type(type);
  const ref owned(value);
  const ref owned_trace(trace);
  if (!wrong_) wrong_ = ref(PyList_New(0));
  return wrong_ && value != nullptr && PyList_Append(wrong_.get(), value) == 0;
}

bool request::number_of(PyObject* value, const char* before, const char* name, number kind, pricepoint_number& out) {
  if (value == Py_None) {
    out = {PRICEPOINT_NUMBER_ABSENT, 0, {nullptr, 0}};
    return true;
  }
  ref text;
  if (PyUnicode_Check(value)) {
    text = ref::to(value);
  } else if (PyBool_Check(value)) {
    PyErr_Format(python.wrong_type, "%s%s is a bool, not a number", before, name);
    return false;
  } else if (reinterpret_cast<PyObject*>(Py_TYPE(value)) == python.decimal_type ||
             PyObject_IsInstance(value, python.decimal_type) == 1) {
    text = ref(PyObject_Str(value));
    if (!text) return false;
    pricepoint_view view;
    if (!view_of(text.get(), name, view)) return false;
    if (std::string_view(view.data, view.size).find_first_not_of("0123456789.-") != std::string_view::npos) {
      text = ref(PyObject_CallFunction(python.plain, "Os", value, name));
      if (!text) return false;
    }
  } else if (PyFloat_Check(value)) {
    PyErr_Format(
        python.wrong_type,
        "%s%s is a float, and binary floating point cannot hold most amounts (0.1 is none of them); give a str "
        "or a Decimal made from one: Decimal(\"12.90\")",
        before, name);
    return false;
  } else if (PyIndex_Check(value)) {
    ref whole(PyNumber_Index(value));
    if (!whole) return false;
    if (kind == number::count) {
      int overflow = 0;
      const long long minor = PyLong_AsLongLongAndOverflow(whole.get(), &overflow);
      if (minor == -1 && overflow == 0 && PyErr_Occurred() != nullptr) return false;
      if (overflow == 0 && minor != PRICEPOINT_ABSENT) {
        out = {PRICEPOINT_NUMBER_MINOR, minor, {nullptr, 0}};
        return true;
      }
    }
    // As text, an int is in whole units of the currency, as Decimal(int) is; also in an attribute that is money.
    text = ref(PyObject_Str(whole.get()));
    if (!text && PyErr_ExceptionMatches(PyExc_ValueError) != 0) {  // Python writes no more than 4300 digits
      PyErr_Clear();
      PyErr_Format(python.wrong_value, "%s%s is an int of thousands of digits", before, name);
    }
  } else {
    ref type(PyObject_GetAttrString(reinterpret_cast<PyObject*>(Py_TYPE(value)), "__name__"));
    PyErr_Format(python.wrong_type, "%s%s is a %S; it must be a Decimal, a str or an int", before, name, type.get());
    return false;
  }
  if (!text) return false;
  out.kind = PRICEPOINT_NUMBER_TEXT;
  out.minor = 0;
  if (!view_of(text.get(), name, out.text)) return false;
  kept_.push_back(text.release());
  return true;
}

// Of a channel that is not absent: a name that the policy does not know would be ignored.
bool request::price(policy_object* policy, PyObject* channel, const char* where, PyObject* value) {
  pricepoint_channel_price price{};
  if (!view_of(channel, "a channel of prices", price.channel) || !is_channel(policy, channel, where)) return false;
  if (value == Py_None) return true;
  if (!number_of(value, "price.", price.channel.data, number::money, price.price)) return false;
  prices_.push_back(price);
  return true;
}

bool request::prices(policy_object* policy, PyObject* mapping) {
  if (mapping == Py_None) return true;
  if (!PyDict_Check(mapping)) {
    PyErr_SetString(python.wrong_type,
                    "prices must be a mapping of channels to amounts: prices={\"store\": \"32.00\"}");
    return false;
  }
  PyObject* key = nullptr;
  PyObject* value = nullptr;
  Py_ssize_t place = 0;
  while (PyDict_Next(mapping, &place, &key, &value) != 0) {
    if (!price(policy, key, "prices", value) && !go_on()) return false;
  }
  return true;
}

bool request::attribute(policy_object* policy, PyObject* name, PyObject* value, bool keyword) {
  pricepoint_attribute made{};
  if (!view_of(name, "the name of an attribute", made.name)) return false;
  bool is_known = false;
  if (!is_attribute(policy, name, is_known)) return false;
  if (!is_known && keyword) {
    ref nothing(PyObject_CallFunctionObjArgs(python.unknown_field, policy, name, nullptr));
    return false;
  }
  if (!is_known) {
    const int seen = policy->left_aside == nullptr ? 0 : PySet_Contains(policy->left_aside, name);
    if (seen < 0) return false;
    if (seen == 0) {
      ref warned(PyObject_CallFunctionObjArgs(python.left_aside, policy, name, nullptr));
      if (!warned) return false;
      if (policy->left_aside == nullptr) policy->left_aside = PySet_New(nullptr);
      if (policy->left_aside == nullptr || PySet_Add(policy->left_aside, name) != 0) return false;
    }
  }
  if (value == Py_None) return true;
  if (PyUnicode_Check(value)) {
    if (!view_of(value, "an attribute", made.text)) return false;
    if (made.text.size == 0) return true;
  } else if (!number_of(value, "", made.name.data, number::attribute, made.number)) {
    return false;
  }
  attributes_.push_back(made);
  return true;
}

bool request::attributes(policy_object* policy, PyObject* mapping) {
  if (mapping == Py_None) return true;
  if (!PyDict_Check(mapping)) {
    PyErr_SetString(python.wrong_type,
                    "attributes must be a mapping of names to values: attributes={\"role\": \"traffic\"}");
    return false;
  }
  PyObject* key = nullptr;
  PyObject* value = nullptr;
  Py_ssize_t place = 0;
  while (PyDict_Next(mapping, &place, &key, &value) != 0) {
    if (!attribute(policy, key, value, false) && !go_on()) return false;
  }
  return true;
}

bool request::field(policy_object* policy, PyObject* name, PyObject* value, bool with_format) {
  pricepoint_view text;
  if (!view_of(name, "a keyword", text)) return false;
  const std::string_view spelled(text.data, text.size);
  const field_entry* entry = find(name, spelled);
  if (entry != nullptr && entry->kind == what::format && !with_format) entry = nullptr;
  if (entry == nullptr) {
    if (spelled.starts_with("price.")) {
      PyObject* channel = PyUnicode_DecodeUTF8(text.data + 6, static_cast<Py_ssize_t>(text.size - 6), nullptr);
      if (channel == nullptr) return false;
      kept_.push_back(channel);  // the request looks at its text
      return price(policy, channel, text.data, value);
    }
    return attribute(policy, name, value, true);
  }
  switch (entry->kind) {
    case what::text:
      return optional_view_of(value, entry->name, at<pricepoint_view>(request_, entry->offset)) &&
             (entry->offset != offsetof(pricepoint_request, channel) || request_.channel.size == 0 ||
              is_channel(policy, value, "channel"));
    case what::money:
      return number_of(value, "", entry->name, number::money, at<pricepoint_number>(request_, entry->offset));
    case what::count:
      return number_of(value, "", entry->name, number::count, at<pricepoint_number>(request_, entry->offset));
    case what::instant:
      return optional_instant_of(value, entry->name, at<pricepoint_optional>(request_, entry->offset));
    case what::rate: {
      int64_t e8 = 0;
      const bool good = convert(python.rate, value, entry->name, last_rate, e8);
      if (good) at<pricepoint_optional>(request_, entry->offset) = given(e8);
      return good;
    }
    case what::prices:
      return prices(policy, value);
    case what::attributes:
      return attributes(policy, value);
    case what::rates: {
      bool good = true;
      rates_of(value, good);
      rates_ = value == Py_None ? nullptr : value;
      return good;
    }
    case what::format: {
      pricepoint_view format;
      if (!view_of(value, "format", format)) return false;
      const std::string_view asked(format.data, format.size);
      if (asked != "text" && asked != "json") {
        PyErr_Format(python.wrong_value, "format is %R; it must be \"text\" or \"json\"", value);
        return false;
      }
      format_ = asked == "json" ? PRICEPOINT_FORMAT_JSON : PRICEPOINT_FORMAT_TEXT;
      return true;
    }
  }
  return false;
}

bool request::fill(policy_object* policy, PyObject* names, PyObject* values, bool with_format) {
  pricepoint_request_init(&request_);
  const Py_ssize_t count = names == nullptr ? 0 : PyTuple_Size(names);
  prices_.reserve(4);
  attributes_.reserve(4);
  kept_.reserve(8);
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (!field(policy, PyTuple_GetItem(names, i), PyTuple_GetItem(values, i), with_format) && !go_on()) return false;
  }
  if (wrong_) {
    ref nothing(PyObject_CallFunctionObjArgs(python.together, wrong_.get(), nullptr));
    return false;
  }
  request_.prices = prices_.data();
  request_.price_count = prices_.size();
  request_.attributes = attributes_.data();
  request_.attribute_count = attributes_.size();
  return true;
}

ref keep_values(PyObject* const* values, PyObject* names) {
  const Py_ssize_t count = names == nullptr ? 0 : PyTuple_Size(names);
  ref kept(PyTuple_New(count));
  if (!kept) return kept;
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* value = values[i];
    if (PyDict_Check(value)) {
      value = PyDict_Copy(value);
    } else if (PyMapping_Check(value) != 0 && !PyUnicode_Check(value) && PyObject_HasAttrString(value, "keys") != 0) {
      ref copy(PyDict_New());
      if (!copy || PyDict_Update(copy.get(), value) != 0) return ref();
      value = copy.release();
    } else {
      Py_INCREF(value);
    }
    if (value == nullptr || PyTuple_SetItem(kept.get(), i, value) != 0) return ref();
  }
  return kept;
}

}  // namespace core
