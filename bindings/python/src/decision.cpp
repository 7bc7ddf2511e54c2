// SPDX-License-Identifier: Apache-2.0
// A decision as Python holds it: numbers as the library gives them, made into Decimals when somebody asks.
#include <array>
#include <cstring>
#include <string>

#include "core.hpp"

namespace core {

PyTypeObject* decision_base = nullptr;

namespace {

constexpr std::size_t lists = 7;  // discounts, limited_by, relaxed, conflict, missing, invalid, advice

struct decision_object {
  PyObject_HEAD policy_object* policy;
  PyObject* rates;    // or NULL
  PyObject* names;    // of the request; NULL for none
  PyObject* values;   // of the request
  PyObject* target;   // a str, or NULL
  PyObject* credits;  // a tuple of (to, minor), or NULL
  std::array<PyObject*, lists> named;
  int32_t status, held, digits, saving_rate_percent;
  int64_t price, net, tax, was, saving, fallback_price, next_change_at_unix_ms;
  char currency[4];
};

decision_object* of(PyObject* self) { return reinterpret_cast<decision_object*>(self); }

// "29.80"
PyObject* amount_of(int64_t minor, int32_t digits) {
  if (minor == PRICEPOINT_ABSENT) Py_RETURN_NONE;
  std::array<char, 48> text{};
  char* at = text.data() + text.size();
  const bool negative = minor < 0;
  auto rest = negative ? 0 - static_cast<uint64_t>(minor) : static_cast<uint64_t>(minor);
  for (int32_t written = 0; rest != 0 || written <= digits; ++written) {
    if (digits > 0 && written == digits) *--at = '.';
    *--at = static_cast<char>('0' + rest % 10);
    rest /= 10;
  }
  if (negative) *--at = '-';
  return PyObject_CallFunction(python.decimal_type, "s#", at, static_cast<Py_ssize_t>(text.data() + text.size() - at));
}

PyObject* names_of(const pricepoint_names& names) {
  ref made(PyTuple_New(static_cast<Py_ssize_t>(names.count)));
  if (!made) return nullptr;
  for (size_t i = 0; i < names.count; ++i) {
    PyObject* name = text_of(names.names[i]);
    if (name == nullptr || PyTuple_SetItem(made.get(), static_cast<Py_ssize_t>(i), name) != 0) return nullptr;
  }
  return made.release();
}

PyObject* credits_of(const pricepoint_decision& decision) {
  ref made(PyTuple_New(static_cast<Py_ssize_t>(decision.credit_count)));
  if (!made) return nullptr;
  for (size_t i = 0; i < decision.credit_count; ++i) {
    const pricepoint_credit& one = decision.credits[i];
    PyObject* item = Py_BuildValue("(NL)", text_of(one.to), static_cast<long long>(one.minor));
    if (item == nullptr || PyTuple_SetItem(made.get(), static_cast<Py_ssize_t>(i), item) != 0) return nullptr;
  }
  return made.release();
}

void dealloc(PyObject* self) {
  decision_object* decision = of(self);
  Py_XDECREF(reinterpret_cast<PyObject*>(decision->policy));
  Py_XDECREF(decision->rates);
  Py_XDECREF(decision->names);
  Py_XDECREF(decision->values);
  Py_XDECREF(decision->target);
  Py_XDECREF(decision->credits);
  for (PyObject* list : decision->named) Py_XDECREF(list);
  free_object(self);
}

PyObject* not_by_hand(PyTypeObject*, PyObject*, PyObject*) {
  PyErr_SetString(PyExc_TypeError, "a Decision is what Policy.price() returns");
  return nullptr;
}

// ---- Properties

template <int64_t decision_object::*Member>
PyObject* amount(PyObject* self, void*) {
  return amount_of(of(self)->*Member, of(self)->digits);
}

template <std::size_t Index>
PyObject* list(PyObject* self, void*) {
  return ref::to(of(self)->named[Index]).release();
}

PyObject* status(PyObject* self, void*) {
  static std::array<PyObject*, 16> made{};  // interned, so that a comparison with a literal is one of addresses
  const int32_t status = of(self)->status;
  if (status < 0 || static_cast<std::size_t>(status) >= made.size()) {
    return PyUnicode_FromString(pricepoint_status_name(status));
  }
  PyObject*& name = made[static_cast<std::size_t>(status)];
  if (name == nullptr) name = PyUnicode_InternFromString(pricepoint_status_name(status));
  return ref::to(name).release();
}

PyObject* target(PyObject* self, void*) {
  if (of(self)->target == nullptr) Py_RETURN_NONE;
  return PyObject_CallFunctionObjArgs(python.decimal_type, of(self)->target, nullptr);
}

PyObject* saving_rate(PyObject* self, void*) {
  if (of(self)->saving_rate_percent == 0) Py_RETURN_NONE;
  return PyLong_FromLong(of(self)->saving_rate_percent);
}

PyObject* held(PyObject* self, void*) { return PyBool_FromLong(of(self)->held); }

PyObject* credits(PyObject* self, void*) {
  ref made(PyDict_New());
  if (!made) return nullptr;
  PyObject* all = of(self)->credits;
  const Py_ssize_t count = all == nullptr ? 0 : PyTuple_Size(all);
  for (Py_ssize_t i = 0; i < count; ++i) {
    PyObject* one = PyTuple_GetItem(all, i);
    ref money(amount_of(PyLong_AsLongLong(PyTuple_GetItem(one, 1)), of(self)->digits));
    if (!money || PyDict_SetItem(made.get(), PyTuple_GetItem(one, 0), money.get()) != 0) return nullptr;
  }
  return made.release();
}

PyObject* next_change_at(PyObject* self, void*) {
  if (of(self)->next_change_at_unix_ms == PRICEPOINT_ABSENT) Py_RETURN_NONE;
  return PyObject_CallFunction(python.datetime, "L", static_cast<long long>(of(self)->next_change_at_unix_ms));
}

PyObject* currency(PyObject* self, void*) {
  if (of(self)->currency[0] == '\0') Py_RETURN_NONE;
  return PyUnicode_FromString(of(self)->currency);
}

PyObject* policy(PyObject* self, void*) { return text_of(pricepoint_policy_fingerprint(of(self)->policy->handle)); }

PyObject* explain_decision(PyObject* self, PyObject* argument) {
  const long format = PyLong_AsLong(argument);
  if (format == -1 && PyErr_Occurred() != nullptr) return nullptr;
  try {
    return explain(of(self)->policy, of(self)->names, of(self)->values, false, static_cast<int32_t>(format));
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

PyMethodDef methods[] = {
    {"_explain", explain_decision, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
PyGetSetDef properties[] = {
    {"status", status, nullptr,
     "\"priced\", \"compromised\", \"withheld\", \"incomplete\", \"invalid\" or \"conflict\".", nullptr},
    {"price", amount<&decision_object::price>, nullptr, "The price as it is displayed, with the currency's decimals.",
     nullptr},
    {"net", amount<&decision_object::net>, nullptr, "The price without tax.", nullptr},
    {"tax", amount<&decision_object::tax>, nullptr, "The tax in it.", nullptr},
    {"target", target, nullptr, "What was aimed at, with four decimals more than the currency has.", nullptr},
    {"was", amount<&decision_object::was>, nullptr, "The former price to announce.", nullptr},
    {"saving", amount<&decision_object::saving>, nullptr, "The former price less the price.", nullptr},
    {"saving_rate", saving_rate, nullptr, "That in whole percent of the former price, rounded down.", nullptr},
    {"discounts", list<0>, nullptr, "The discount rules that count.", nullptr},
    {"limited_by", list<1>, nullptr, "The required bounds that the target breaks.", nullptr},
    {"relaxed", list<2>, nullptr, "The soft rules that the price breaks.", nullptr},
    {"conflict", list<3>, nullptr, "The required rules that no price satisfies together.", nullptr},
    {"missing", list<4>, nullptr, "The fields to send.", nullptr},
    {"invalid", list<5>, nullptr, "The fields whose values cannot be.", nullptr},
    {"advice", list<6>, nullptr, "What the policy has to say beside the price.", nullptr},
    {"credits", credits, nullptr, "What partners are owed per piece, by name.", nullptr},
    {"held", held, nullptr, "Whether the current price was kept because the change is too small.", nullptr},
    {"fallback_price", amount<&decision_object::fallback_price>, nullptr,
     "What may be shown where no price can be found.", nullptr},
    {"next_change_at", next_change_at, nullptr, "When a period next begins or ends that may change it; in UTC.",
     nullptr},
    {"currency", currency, nullptr, "ISO 4217; None where the market is not known.", nullptr},
    {"policy", policy, nullptr, "The fingerprint of the policy that decided.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};
PyType_Slot slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(not_by_hand)},
    {Py_tp_dealloc, reinterpret_cast<void*>(dealloc)},
    {Py_tp_methods, methods},
    {Py_tp_getset, properties},
    {0, nullptr},
};
PyType_Spec spec = {"pricepoint._core.Decision", sizeof(decision_object), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
                    slots};

}  // namespace

PyObject* make_decision(policy_object* policy, PyObject* rates, PyObject* names, PyObject* values,
                        const pricepoint_decision& from) {
  static const auto allocate_decision = reinterpret_cast<allocfunc>(PyType_GetSlot(python.decision_type, Py_tp_alloc));
  ref made(allocate_decision(python.decision_type, 0));
  if (!made) return nullptr;
  decision_object* decision = of(made.get());
  const std::array<const pricepoint_names*, lists> all = {
      &from.discounts, &from.limited_by, &from.relaxed, &from.conflict, &from.missing, &from.invalid, &from.advice};
  for (std::size_t i = 0; i < lists; ++i) {
    decision->named[i] = names_of(*all[i]);
    if (decision->named[i] == nullptr) return nullptr;
  }
  if (from.target.size != 0) {
    decision->target = text_of(from.target);
    if (decision->target == nullptr) return nullptr;
  }
  if (from.credit_count != 0) {
    decision->credits = credits_of(from);
    if (decision->credits == nullptr) return nullptr;
  }
  decision->policy = policy;
  Py_INCREF(reinterpret_cast<PyObject*>(policy));
  decision->rates = ref::to(rates).release();
  decision->names = ref::to(names).release();
  decision->values = ref::to(values).release();
  decision->status = from.status;
  decision->held = from.held;
  decision->digits = from.digits;
  decision->saving_rate_percent = from.saving_rate_percent;
  decision->price = from.price;
  decision->net = from.net;
  decision->tax = from.tax;
  decision->was = from.was;
  decision->saving = from.saving;
  decision->fallback_price = from.fallback_price;
  decision->next_change_at_unix_ms = from.next_change_at_unix_ms;
  std::memcpy(decision->currency, from.currency, sizeof decision->currency);
  return made.release();
}

PyObject* explain(policy_object* policy, PyObject* names, PyObject* values, bool with_format, int32_t format) {
  request asked;
  if (!asked.fill(policy, names, values, with_format)) return nullptr;
  const lent_pricer pricer(policy, asked.rates());
  if (pricer.get() == nullptr) return nullptr;
  pricepoint_text* text = nullptr;
  pricepoint_error* error = nullptr;
  const pricepoint_result result =
      pricepoint_explain(pricer.get(), asked.get(), with_format ? asked.format() : format, &text, &error);
  return result == PRICEPOINT_OK ? take_text(text) : fail(result, error);
}

bool add_decision(PyObject* module) {
  decision_base = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
  return decision_base != nullptr && PyModule_AddType(module, decision_base) == 0;
}

}  // namespace core
