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

bool convert(PyObject* function, PyObject* value, converted& last, int64_t& out) {
  if (value == Py_None) {
    out = PRICEPOINT_ABSENT;
    return true;
  }
  if (value != last.from) {
    ref result(PyObject_CallFunctionObjArgs(function, value, nullptr));
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

bool instant_of(PyObject* value, int64_t& out) { return convert(python.instant, value, last_instant, out); }

bool request::number_of(PyObject* value, const char* before, const char* name, number kind, pricepoint_number& out) {
  if (value == Py_None) {
    out = {PRICEPOINT_NUMBER_ABSENT, 0, {nullptr, 0}};
    return true;
  }
  ref text;
  if (PyUnicode_Check(value)) {
    text = ref::to(value);
  } else if (PyBool_Check(value)) {
    PyErr_Format(PyExc_TypeError, "%s%s is a bool, not a number", before, name);
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
        PyExc_TypeError,
        "%s%s is a float, and binary floating point cannot hold most amounts (0.1 is none of them); give a str "
        "or a Decimal made from one: Decimal(\"12.90\")",
        before, name);
    return false;
  } else if (PyIndex_Check(value)) {
    ref whole(PyNumber_Index(value));
    if (!whole) return false;
    if (kind != number::money) {
      int overflow = 0;
      const long long minor = PyLong_AsLongLongAndOverflow(whole.get(), &overflow);
      if (minor == -1 && overflow == 0 && PyErr_Occurred() != nullptr) return false;
      if (overflow == 0 && minor != PRICEPOINT_ABSENT) {
        out = {PRICEPOINT_NUMBER_MINOR, minor, {nullptr, 0}};
        return true;
      }
    }
    // As text, an int is in whole units of the currency, as Decimal(int) is.
    text = ref(PyObject_Str(whole.get()));
  } else {
    ref type(PyObject_GetAttrString(reinterpret_cast<PyObject*>(Py_TYPE(value)), "__name__"));
    PyErr_Format(PyExc_TypeError, "%s%s is a %S; it must be a Decimal, a str or an int", before, name, type.get());
    return false;
  }
  if (!text) return false;
  out.kind = PRICEPOINT_NUMBER_TEXT;
  out.minor = 0;
  if (!view_of(text.get(), name, out.text)) return false;
  kept_.push_back(text.release());
  return true;
}

bool request::price(pricepoint_view channel, PyObject* value) {
  if (value == Py_None) return true;
  pricepoint_channel_price price{channel, {}};
  if (!number_of(value, "price.", channel.data, number::money, price.price)) return false;
  prices_.push_back(price);
  return true;
}

bool request::prices(PyObject* mapping) {
  if (mapping == Py_None) return true;
  if (!PyDict_Check(mapping)) {
    PyErr_SetString(PyExc_TypeError, "prices must be a mapping of channels to amounts: prices={\"store\": \"32.00\"}");
    return false;
  }
  PyObject* key = nullptr;
  PyObject* value = nullptr;
  Py_ssize_t place = 0;
  while (PyDict_Next(mapping, &place, &key, &value) != 0) {
    pricepoint_view channel;
    if (!view_of(key, "a channel of prices", channel)) return false;
    if (!price(channel, value)) return false;
  }
  return true;
}

bool request::attribute(policy_object* policy, PyObject* name, PyObject* value, bool keyword) {
  pricepoint_attribute made{};
  if (!view_of(name, "the name of an attribute", made.name)) return false;
  if (keyword) {
    const int known = policy->names == nullptr ? 0 : PySet_Contains(policy->names, name);
    if (known < 0) return false;
    if (known == 0) {
      ref good(PyObject_CallFunctionObjArgs(python.check_name, policy, name, nullptr));
      if (!good) return false;
      if (policy->names == nullptr) policy->names = PySet_New(nullptr);
      if (policy->names == nullptr || PySet_Add(policy->names, name) != 0) return false;
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
    PyErr_SetString(PyExc_TypeError,
                    "attributes must be a mapping of names to values: attributes={\"role\": \"traffic\"}");
    return false;
  }
  PyObject* key = nullptr;
  PyObject* value = nullptr;
  Py_ssize_t place = 0;
  while (PyDict_Next(mapping, &place, &key, &value) != 0) {
    if (!attribute(policy, key, value, false)) return false;
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
    if (spelled.starts_with("price.")) return price({text.data + 6, text.size - 6}, value);
    return attribute(policy, name, value, true);
  }
  switch (entry->kind) {
    case what::text:
      return optional_view_of(value, entry->name, at<pricepoint_view>(request_, entry->offset));
    case what::money:
      return number_of(value, "", entry->name, number::money, at<pricepoint_number>(request_, entry->offset));
    case what::count:
      return number_of(value, "", entry->name, number::count, at<pricepoint_number>(request_, entry->offset));
    case what::instant:
      return instant_of(value, at<int64_t>(request_, entry->offset));
    case what::rate:
      return convert(python.rate, value, last_rate, at<int64_t>(request_, entry->offset));
    case what::prices:
      return prices(value);
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
        PyErr_SetString(PyExc_ValueError, "format must be \"text\" or \"json\"");
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
    if (!field(policy, PyTuple_GetItem(names, i), PyTuple_GetItem(values, i), with_format)) return false;
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
