// SPDX-License-Identifier: Apache-2.0
// pricepoint._core: the module, policies and exchange rates. Requests are in request.cpp, decisions in decision.cpp,
// Arrow in tables.cpp.
#include "core.hpp"

#include <cstring>
#include <new>

namespace core {

registered python;
PyTypeObject* policy_type = nullptr;
PyTypeObject* rates_type = nullptr;

PyObject* text_of(pricepoint_view view) {
  return PyUnicode_DecodeUTF8(view.data == nullptr ? "" : view.data, static_cast<Py_ssize_t>(view.size), "replace");
}

bool view_of(PyObject* text, const char* what, pricepoint_view& out) {
  if (!PyUnicode_Check(text)) {
    ref type(PyObject_GetAttrString(reinterpret_cast<PyObject*>(Py_TYPE(text)), "__name__"));
    PyErr_Format(python.wrong_type, "%s is a %S; it must be a str", what, type.get());
    return false;
  }
  Py_ssize_t size = 0;
  out.data = PyUnicode_AsUTF8AndSize(text, &size);
  out.size = static_cast<size_t>(size);
  if (out.data != nullptr) return true;
  if (PyErr_ExceptionMatches(PyExc_UnicodeError) != 0) {
    PyErr_Clear();
    PyErr_Format(python.wrong_value, "%s is %A, which is not valid Unicode: there is an unpaired surrogate", what,
                 text);
  }
  return false;
}

bool optional_view_of(PyObject* text, const char* what, pricepoint_view& out) {
  out = {nullptr, 0};
  return text == Py_None || view_of(text, what, out);
}

PyObject* take_text(pricepoint_text* text) {
  PyObject* made = text_of(pricepoint_text_get(text));
  pricepoint_text_free(text);
  return made;
}

PyObject* fail(int result, pricepoint_error* error) {
  if (result == PRICEPOINT_ERROR_MEMORY) {
    pricepoint_error_free(error);
    return PyErr_NoMemory();
  }
  ref list(PyList_New(0));
  const size_t count = list ? pricepoint_error_count(error) : 0;
  for (size_t i = 0; i < count; ++i) {
    pricepoint_diagnostic one = PRICEPOINT_DIAGNOSTIC_INIT;
    if (pricepoint_error_get(error, i, &one) != PRICEPOINT_OK) break;
    ref item(Py_BuildValue("(NiNNNNnnnNn)", text_of(one.code), one.severity, text_of(one.message), text_of(one.hint),
                           text_of(one.file), text_of(one.pointer), static_cast<Py_ssize_t>(one.offset),
                           static_cast<Py_ssize_t>(one.line), static_cast<Py_ssize_t>(one.column), text_of(one.excerpt),
                           static_cast<Py_ssize_t>(one.caret)));
    if (!item || PyList_Append(list.get(), item.get()) != 0) break;
  }
  ref text(text_of(pricepoint_error_text(error)));
  pricepoint_error_free(error);
  if (PyErr_Occurred() != nullptr) return nullptr;
  ref nothing(PyObject_CallFunction(python.fail, "iOO", result, text.get(), list.get()));
  if (PyErr_Occurred() == nullptr) PyErr_SetString(PyExc_SystemError, "an error that raised nothing");
  return nullptr;
}

PyObject* fail(int result, const char* code, const char* text) {
  ref said(text_of({text, std::strlen(text)}));
  if (!said) return nullptr;
  ref nothing(PyObject_CallFunction(python.fail, "iO[(siOsssiiisi)]", result, said.get(), code, 0, said.get(), "", "",
                                    "", 0, 0, 0, "", 0));
  if (PyErr_Occurred() == nullptr) PyErr_SetString(PyExc_SystemError, "an error that raised nothing");
  return nullptr;
}

namespace {

bool ask_names(policy_object* policy) {
  if (policy->channels != nullptr) return true;
  ref made(PyObject_CallFunctionObjArgs(python.known, policy, nullptr));
  if (!made) return false;
  PyObject* channels = nullptr;
  PyObject* attributes = nullptr;
  if (PyArg_ParseTuple(made.get(), "OO", &channels, &attributes) == 0) return false;
  if (policy->channels != nullptr) return true;  // another thread was faster
  policy->attributes = ref::to(attributes).release();
  policy->channels = ref::to(channels).release();
  return true;
}

}  // namespace

bool is_channel(policy_object* policy, PyObject* name, const char* where) {
  bool is = false;
  if (!has_channel(policy, name, is)) return false;
  if (!is) {
    ref nothing(PyObject_CallFunction(python.unknown_channel, "OOs", reinterpret_cast<PyObject*>(policy), name, where));
  }
  return is;
}

bool has_channel(policy_object* policy, PyObject* name, bool& is) {
  if (!ask_names(policy)) return false;
  const int found = PySet_Contains(policy->channels, name);
  is = found == 1;
  return found >= 0;
}

bool is_attribute(policy_object* policy, PyObject* name, bool& is) {
  if (!ask_names(policy)) return false;
  const int found = PySet_Contains(policy->attributes, name);
  is = found == 1;
  return found >= 0;
}

pricepoint_rates* rates_of(PyObject* rates, bool& good) {
  if (rates == nullptr || rates == Py_None) return nullptr;
  if (!PyObject_TypeCheck(rates, rates_type)) {
    ref type(PyObject_GetAttrString(reinterpret_cast<PyObject*>(Py_TYPE(rates)), "__name__"));
    PyErr_Format(python.wrong_type, "rates is a %S; it must be a Rates", type.get());
    good = false;
    return nullptr;
  }
  return reinterpret_cast<rates_object*>(rates)->handle;
}

lent_pricer::lent_pricer(policy_object* policy, PyObject* rates) : policy_(policy) {
  if (policy->pricer != nullptr && policy->pricer_rates == rates) {
    pricer_ = std::exchange(policy->pricer, nullptr);
    rates_ = std::exchange(policy->pricer_rates, nullptr);
    return;
  }
  bool good = true;
  pricepoint_error* error = nullptr;
  const pricepoint_result result = pricepoint_pricer_create(policy->handle, rates_of(rates, good), &pricer_, &error);
  if (result != PRICEPOINT_OK) {
    fail(result, error);
    return;
  }
  rates_ = ref::to(rates).release();
}

lent_pricer::~lent_pricer() {
  if (pricer_ == nullptr) return;
  pricepoint_pricer_free(std::exchange(policy_->pricer, pricer_));
  Py_XDECREF(std::exchange(policy_->pricer_rates, rates_));
}

namespace {

// No exception may cross into the interpreter; the only one that our code has is that memory is out.
template <class Function>
PyObject* guarded(Function&& function) noexcept {
  try {
    return function();
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  } catch (...) {
    return fail(PRICEPOINT_ERROR_INTERNAL, "PP-A003", "an exception of C++ in pricepoint._core");
  }
}

policy_object* policy_of(PyObject* self) { return reinterpret_cast<policy_object*>(self); }

PyObject* not_like_this(PyTypeObject* type, PyObject*, PyObject*) {
  ref name(PyObject_GetAttrString(reinterpret_cast<PyObject*>(type), "__name__"));
  PyErr_Format(PyExc_TypeError, "%S is made by its class methods: %S.from_...", name.get(), name.get());
  return nullptr;
}

// ---- Policies

PyObject* policy_from(PyObject* type, pricepoint_policy* handle) {
  PyObject* made = allocate(reinterpret_cast<PyTypeObject*>(type));
  if (made == nullptr) {
    pricepoint_policy_free(handle);
    return nullptr;
  }
  policy_of(made)->handle = handle;
  return made;
}

PyObject* policy_from_text(PyObject* type, PyObject* arguments) {
  const char* text = nullptr;
  const char* file = nullptr;
  const char* directory = nullptr;
  const char* zones = nullptr;
  Py_ssize_t text_size = 0;
  Py_ssize_t file_size = 0;
  Py_ssize_t directory_size = 0;
  Py_ssize_t zones_size = 0;
  if (PyArg_ParseTuple(arguments, "s#s#z#z#", &text, &text_size, &file, &file_size, &directory, &directory_size, &zones,
                       &zones_size) == 0) {
    return nullptr;
  }
  pricepoint_policy_options options = PRICEPOINT_POLICY_OPTIONS_INIT;
  options.file = {file, static_cast<size_t>(file_size)};
  options.directory = {directory, static_cast<size_t>(directory_size)};
  options.zones = {zones, static_cast<size_t>(zones_size)};
  pricepoint_policy* handle = nullptr;
  pricepoint_error* error = nullptr;
  pricepoint_result result{};
  {
    unlocked others;
    result = pricepoint_policy_from_text({text, static_cast<size_t>(text_size)}, &options, &handle, &error);
  }
  return result == PRICEPOINT_OK ? policy_from(type, handle) : fail(result, error);
}

PyObject* policy_from_file(PyObject* type, PyObject* arguments) {
  PyObject* given = nullptr;
  const char* zones = nullptr;
  Py_ssize_t zones_size = 0;
  int tables = 1;
  pricepoint_view path;
  if (PyArg_ParseTuple(arguments, "Oz#p", &given, &zones, &zones_size, &tables) == 0) return nullptr;
  if (!view_of(given, "the path of a policy", path)) return nullptr;
  pricepoint_policy_options options = PRICEPOINT_POLICY_OPTIONS_INIT;
  options.zones = {zones, static_cast<size_t>(zones_size)};
  options.no_tables = tables == 0 ? 1 : 0;
  pricepoint_policy* handle = nullptr;
  pricepoint_error* error = nullptr;
  pricepoint_result result{};
  {
    unlocked others;
    result = pricepoint_policy_from_file(path, &options, &handle, &error);
  }
  return result == PRICEPOINT_OK ? policy_from(type, handle) : fail(result, error);
}

void policy_dealloc(PyObject* self) {
  policy_object* policy = policy_of(self);
  pricepoint_pricer_free(policy->pricer);
  pricepoint_policy_free(policy->handle);
  Py_XDECREF(policy->pricer_rates);
  Py_XDECREF(policy->channels);
  Py_XDECREF(policy->attributes);
  Py_XDECREF(policy->left_aside);
  free_object(self);
}

PyObject* policy_name(PyObject* self, void*) { return text_of(pricepoint_policy_name(policy_of(self)->handle)); }
PyObject* policy_fingerprint(PyObject* self, void*) {
  return text_of(pricepoint_policy_fingerprint(policy_of(self)->handle));
}

PyObject* policy_inputs(PyObject* self, PyObject*) {
  pricepoint_text* text = nullptr;
  pricepoint_error* error = nullptr;
  const pricepoint_result result = pricepoint_policy_inputs(policy_of(self)->handle, &text, &error);
  return result == PRICEPOINT_OK ? take_text(text) : fail(result, error);
}

PyObject* policy_names(PyObject* self, PyObject*) {
  pricepoint_text* text = nullptr;
  pricepoint_error* error = nullptr;
  const pricepoint_result result = pricepoint_policy_names(policy_of(self)->handle, &text, &error);
  return result == PRICEPOINT_OK ? take_text(text) : fail(result, error);
}

PyObject* policy_check(PyObject* self, PyObject* at) {
  int64_t at_unix_ms = 0;
  if (!instant_of(at, "at", at_unix_ms)) return nullptr;
  pricepoint_text* text = nullptr;
  pricepoint_error* error = nullptr;
  pricepoint_result result{};
  {
    unlocked others;
    result = pricepoint_policy_check(policy_of(self)->handle, at_unix_ms, &text, &error);
  }
  return result == PRICEPOINT_OK ? take_text(text) : fail(result, error);
}

bool no_positional(Py_ssize_t count) {
  if (count != 0)
    PyErr_SetString(python.wrong_type, "a request is given by keywords: price(sku=\"A1\", channel=\"web\")");
  return count == 0;
}

PyObject* policy_price(PyObject* self, PyObject* const* arguments, Py_ssize_t count, PyObject* names) {
  return guarded([&]() -> PyObject* {
    if (!no_positional(count)) return nullptr;
    ref values = keep_values(arguments, names);
    if (!values) return nullptr;
    policy_object* policy = policy_of(self);
    request asked;
    if (!asked.fill(policy, names, values.get(), false)) return nullptr;
    const lent_pricer pricer(policy, asked.rates());
    if (pricer.get() == nullptr) return nullptr;
    pricepoint_decision decision = PRICEPOINT_DECISION_INIT;
    pricepoint_error* error = nullptr;
    const pricepoint_result result = pricepoint_price(pricer.get(), asked.get(), &decision, &error);
    if (result != PRICEPOINT_OK) return fail(result, error);
    return make_decision(policy, asked.rates(), names, values.get(), decision);
  });
}

PyObject* policy_explain(PyObject* self, PyObject* const* arguments, Py_ssize_t count, PyObject* names) {
  return guarded([&]() -> PyObject* {
    if (!no_positional(count)) return nullptr;
    ref values = keep_values(arguments, names);
    if (!values) return nullptr;
    return explain(policy_of(self), names, values.get(), true, PRICEPOINT_FORMAT_TEXT);
  });
}

PyObject* price_json(PyObject* self, PyObject* argument) {
  pricepoint_view request;
  if (!view_of(argument, "a request in JSON", request)) return nullptr;
  const lent_pricer pricer(policy_of(self), nullptr);
  if (pricer.get() == nullptr) return nullptr;
  pricepoint_text* text = nullptr;
  pricepoint_error* error = nullptr;
  const pricepoint_result result = pricepoint_price_json(pricer.get(), request, &text, &error);
  return result == PRICEPOINT_OK ? take_text(text) : fail(result, error);
}

PyObject* explain_json(PyObject* self, PyObject* arguments) {
  const char* request = nullptr;
  Py_ssize_t size = 0;
  int format = 0;
  if (PyArg_ParseTuple(arguments, "s#i", &request, &size, &format) == 0) return nullptr;
  const lent_pricer pricer(policy_of(self), nullptr);
  if (pricer.get() == nullptr) return nullptr;
  pricepoint_text* text = nullptr;
  pricepoint_error* error = nullptr;
  const pricepoint_result result =
      pricepoint_explain_json(pricer.get(), {request, static_cast<size_t>(size)}, format, &text, &error);
  return result == PRICEPOINT_OK ? take_text(text) : fail(result, error);
}

const char price_doc[] =
    "price(**request)\n--\n\n"
    "Decides one request and returns a Decision.\n\n"
    "Text: sku, category, segment, audience, channel, market, currency (ISO 4217).\n"
    "Money: prices (a mapping of channels to amounts, or keywords named price.CHANNEL), list, msrp, map, current,\n"
    "lowest_prior, cost, shipping. A Decimal, a str (\"29.80\") or an int, which is whole units of the currency as\n"
    "Decimal(int) is; a float is a TypeError.\n"
    "Counts: quantity, units.\n"
    "Rates: tax, fee; \"19%\", \"0.19\" or Decimal(\"0.19\").\n"
    "Instants: at, current_since; a datetime with a zone, or text with an offset. Absent is absent: no clock is read.\n"
    "rates: a Rates, where amounts are in another currency than the market's.\n"
    "Other keywords are attributes that the policy declares; the mapping `attributes` may hold others too. None is\n"
    "absent everywhere.\n\n"
    "A price that cannot be is no exception: it is a decision with a status.\n"
    "Raises ArgumentTypeError and ArgumentError for values that are none of these, UnknownField for other keywords,\n"
    "UnknownChannel for a channel that the policy does not have: one error that names all of them.";
const char explain_doc[] =
    "explain(*, format='text', **request)\n--\n\n"
    "Why that price: sentences, or a JSON object with format=\"json\". The keywords are those of price().";

PyMethodDef policy_methods[] = {
    {"_from_text", policy_from_text, METH_VARARGS | METH_CLASS, nullptr},
    {"_from_file", policy_from_file, METH_VARARGS | METH_CLASS, nullptr},
    {"_inputs", policy_inputs, METH_NOARGS, nullptr},
    {"_names", policy_names, METH_NOARGS, nullptr},
    {"_check", policy_check, METH_O, nullptr},
    {"price", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(policy_price)), METH_FASTCALL | METH_KEYWORDS,
     price_doc},
    {"explain", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(policy_explain)),
     METH_FASTCALL | METH_KEYWORDS, explain_doc},
    {"_price_json", price_json, METH_O, nullptr},
    {"_explain_json", explain_json, METH_VARARGS, nullptr},
    {"_price_table", price_table, METH_VARARGS, nullptr},
    {"_audit_table", audit_table, METH_VARARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
PyGetSetDef policy_properties[] = {
    {"name", policy_name, nullptr, "The name that the policy gives itself.", nullptr},
    {"fingerprint", policy_fingerprint, nullptr, "Of what the policy means: \"pp1-...\", the same for the same policy.",
     nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};
PyType_Slot policy_slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(not_like_this)},
    {Py_tp_dealloc, reinterpret_cast<void*>(policy_dealloc)},
    {Py_tp_methods, policy_methods},
    {Py_tp_getset, policy_properties},
    {0, nullptr},
};
PyType_Spec policy_spec = {"pricepoint._core.Policy", sizeof(policy_object), 0,
                           Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, policy_slots};

// ---- Exchange rates

PyObject* rates_from_csv(PyObject* type, PyObject* argument) {
  pricepoint_view csv;
  if (!view_of(argument, "exchange rates", csv)) return nullptr;
  pricepoint_rates* handle = nullptr;
  pricepoint_error* error = nullptr;
  const pricepoint_result result = pricepoint_rates_from_csv(csv, &handle, &error);
  if (result != PRICEPOINT_OK)
    return fail(result == PRICEPOINT_ERROR_POLICY ? error_of_rates : static_cast<int>(result), error);
  PyObject* made = allocate(reinterpret_cast<PyTypeObject*>(type));
  if (made == nullptr) {
    pricepoint_rates_free(handle);
    return nullptr;
  }
  reinterpret_cast<rates_object*>(made)->handle = handle;
  return made;
}

void rates_dealloc(PyObject* self) {
  pricepoint_rates_free(reinterpret_cast<rates_object*>(self)->handle);
  free_object(self);
}

PyMethodDef rates_methods[] = {
    {"_from_csv", rates_from_csv, METH_O | METH_CLASS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
PyType_Slot rates_slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(not_like_this)},
    {Py_tp_dealloc, reinterpret_cast<void*>(rates_dealloc)},
    {Py_tp_methods, rates_methods},
    {0, nullptr},
};
PyType_Spec rates_spec = {"pricepoint._core.Rates", sizeof(rates_object), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
                          rates_slots};

// ---- The module

PyObject* module_register(PyObject*, PyObject* arguments) {
  PyObject* decision = nullptr;
  registered with;
  if (PyArg_ParseTuple(arguments, "OOOOOOOOOOOOOOOO", &with.decimal_type, &decision, &with.error, &with.wrong_type,
                       &with.wrong_value, &with.fail, &with.together, &with.plain, &with.instant, &with.rate,
                       &with.datetime, &with.known, &with.unknown_field, &with.unknown_channel, &with.left_aside,
                       &with.unknown_columns) == 0) {
    return nullptr;
  }
  if (python.fail != nullptr) {
    PyErr_SetString(PyExc_RuntimeError, "pricepoint._core is registered already");
    return nullptr;
  }
  if (!PyType_Check(decision) || PyType_IsSubtype(reinterpret_cast<PyTypeObject*>(decision), decision_base) == 0) {
    PyErr_SetString(PyExc_TypeError, "a subtype of Decision");
    return nullptr;
  }
  with.decision_type = reinterpret_cast<PyTypeObject*>(decision);
  python = with;
  for (PyObject* object : {with.decimal_type, decision, with.error, with.wrong_type, with.wrong_value, with.fail,
                           with.together, with.plain, with.instant, with.rate, with.datetime, with.known,
                           with.unknown_field, with.unknown_channel, with.left_aside, with.unknown_columns}) {
    Py_INCREF(object);
  }
  Py_RETURN_NONE;
}

PyObject* module_nothing(PyObject*, PyObject* const*, Py_ssize_t, PyObject*) { Py_RETURN_NONE; }

PyObject* module_version(PyObject*, PyObject*) { return PyUnicode_FromString(pricepoint_version()); }
PyObject* module_tables_version(PyObject*, PyObject*) { return PyUnicode_FromString(pricepoint_tables_version()); }
PyObject* module_zones_version(PyObject*, PyObject*) { return PyUnicode_FromString(pricepoint_zones_version()); }

PyObject* module_markets(PyObject*, PyObject* argument) {
  pricepoint_view code;
  if (!optional_view_of(argument, "the code of a market", code)) return nullptr;
  pricepoint_text* text = nullptr;
  pricepoint_error* error = nullptr;
  const pricepoint_result result = pricepoint_markets(code, &text, &error);
  return result == PRICEPOINT_OK ? take_text(text) : fail(result, error);
}

PyObject* module_schema(PyObject*, PyObject*) {
  pricepoint_text* text = nullptr;
  pricepoint_error* error = nullptr;
  const pricepoint_result result = pricepoint_schema(&text, &error);
  return result == PRICEPOINT_OK ? take_text(text) : fail(result, error);
}

PyMethodDef module_methods[] = {
    {"_register", module_register, METH_VARARGS, nullptr},
    {"nothing", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(module_nothing)),
     METH_FASTCALL | METH_KEYWORDS, "nothing(**anything)\n--\n\nAn empty call, to measure others against."},
    {"version", module_version, METH_NOARGS, nullptr},
    {"tables_version", module_tables_version, METH_NOARGS, nullptr},
    {"zones_version", module_zones_version, METH_NOARGS, nullptr},
    {"markets", module_markets, METH_O, nullptr},
    {"schema", module_schema, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
PyModuleDef module_definition = {
    PyModuleDef_HEAD_INIT, "pricepoint._core", nullptr, -1, module_methods, nullptr, nullptr, nullptr, nullptr};

}  // namespace
}  // namespace core

PyMODINIT_FUNC PyInit__core() {
  using namespace core;
  PyObject* module = PyModule_Create(&module_definition);
  if (module == nullptr) return nullptr;
  policy_type = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&policy_spec));
  rates_type = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&rates_spec));
  if (policy_type == nullptr || rates_type == nullptr || PyModule_AddType(module, policy_type) != 0 ||
      PyModule_AddType(module, rates_type) != 0 || !add_decision(module) || !add_table(module) || !intern_fields()) {
    Py_DECREF(module);
    return nullptr;
  }
  return module;
}
