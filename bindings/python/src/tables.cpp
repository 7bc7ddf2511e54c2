// SPDX-License-Identifier: Apache-2.0
// Arrow in and out. A table's chunks are taken and decided here, without the interpreter's lock, and kept; every
// __arrow_c_stream__ of the result shares them, so that a result may be read as often as one likes.
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include "core.hpp"

namespace core {

PyTypeObject* table_base = nullptr;

namespace {

struct chunks {
  ArrowSchema schema{};
  std::vector<ArrowArray> arrays;

  chunks() = default;
  chunks(const chunks&) = delete;
  chunks& operator=(const chunks&) = delete;
  ~chunks() {
    for (ArrowArray& array : arrays) {
      if (array.release != nullptr) array.release(&array);
    }
    if (schema.release != nullptr) schema.release(&schema);
  }
};
using shared_chunks = std::shared_ptr<chunks>;

struct table_object {
  PyObject_HEAD shared_chunks* held;  // NULL never, but for a table that could not be made
};

// ---- Sharing: copies of the structs, at whose end a count goes down

template <class Struct>
struct shared_node {
  shared_chunks owner;
  std::vector<Struct> children;
  std::vector<Struct*> pointers;
  Struct dictionary{};
};

template <class Struct>
void release_node(Struct* self) {
  auto* node = static_cast<shared_node<Struct>*>(self->private_data);
  for (Struct& child : node->children) {
    if (child.release != nullptr) child.release(&child);
  }
  if (node->dictionary.release != nullptr) node->dictionary.release(&node->dictionary);
  self->release = nullptr;
  delete node;
}

template <class Struct>
Struct share(const Struct& from, const shared_chunks& owner) {
  auto node = std::make_unique<shared_node<Struct>>();
  node->owner = owner;
  const auto count = static_cast<std::size_t>(from.n_children);
  node->children.reserve(count);
  node->pointers.reserve(count);
  Struct made = from;
  made.release = nullptr;
  try {
    for (std::size_t i = 0; i < count; ++i) {
      node->children.push_back(share(*from.children[i], owner));
      node->pointers.push_back(&node->children.back());
    }
    if (from.dictionary != nullptr) {
      node->dictionary = share(*from.dictionary, owner);
      made.dictionary = &node->dictionary;
    }
  } catch (...) {
    for (Struct& child : node->children) child.release(&child);
    throw;
  }
  made.children = node->pointers.data();
  made.private_data = node.release();
  made.release = release_node<Struct>;
  return made;
}

// ---- The stream of a table

struct reading {
  shared_chunks from;
  std::size_t next = 0;
};

int reading_schema(ArrowArrayStream* self, ArrowSchema* out) {
  try {
    const auto* read = static_cast<reading*>(self->private_data);
    *out = share(read->from->schema, read->from);
    return 0;
  } catch (...) {
    return ENOMEM;
  }
}

int reading_next(ArrowArrayStream* self, ArrowArray* out) {
  try {
    auto* read = static_cast<reading*>(self->private_data);
    if (read->next == read->from->arrays.size()) {
      *out = ArrowArray{};
    } else {
      *out = share(read->from->arrays[read->next], read->from);
      ++read->next;
    }
    return 0;
  } catch (...) {
    return ENOMEM;
  }
}

const char* reading_error(ArrowArrayStream*) { return nullptr; }

void reading_release(ArrowArrayStream* self) {
  delete static_cast<reading*>(self->private_data);
  self->release = nullptr;
}

constexpr const char* stream_name = "arrow_array_stream";

void stream_capsule_end(PyObject* capsule) {
  auto* stream = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule, stream_name));
  if (stream == nullptr) {
    PyErr_Clear();
    return;
  }
  if (stream->release != nullptr) stream->release(stream);
  delete stream;
}

void schema_capsule_end(PyObject* capsule) {
  auto* schema = static_cast<ArrowSchema*>(PyCapsule_GetPointer(capsule, "arrow_schema"));
  if (schema == nullptr) {
    PyErr_Clear();
    return;
  }
  if (schema->release != nullptr) schema->release(schema);
  delete schema;
}

shared_chunks& held_by(PyObject* table) { return *reinterpret_cast<table_object*>(table)->held; }

// What schema is requested is a wish that the protocol allows to leave aside.
PyObject* table_stream(PyObject* self, PyObject*, PyObject*) {
  try {
    auto stream = std::make_unique<ArrowArrayStream>();
    auto read = std::make_unique<reading>(reading{held_by(self), 0});
    *stream = {reading_schema, reading_next, reading_error, reading_release, read.get()};
    PyObject* capsule = PyCapsule_New(stream.get(), stream_name, stream_capsule_end);
    if (capsule == nullptr) return nullptr;
    read.release();
    stream.release();
    return capsule;
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

PyObject* table_schema(PyObject* self, PyObject*) {
  try {
    auto schema = std::make_unique<ArrowSchema>(share(held_by(self)->schema, held_by(self)));
    PyObject* capsule = PyCapsule_New(schema.get(), "arrow_schema", schema_capsule_end);
    if (capsule == nullptr) {
      schema->release(schema.get());
      return nullptr;
    }
    schema.release();
    return capsule;
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

PyObject* table_rows(PyObject* self, void*) {
  long long rows = 0;
  for (const ArrowArray& array : held_by(self)->arrays) rows += array.length;
  return PyLong_FromLongLong(rows);
}

PyObject* table_columns(PyObject* self, void*) {
  const ArrowSchema& schema = held_by(self)->schema;
  ref made(PyTuple_New(static_cast<Py_ssize_t>(schema.n_children)));
  if (!made) return nullptr;
  for (int64_t i = 0; i < schema.n_children; ++i) {
    const char* name = schema.children[i]->name;
    PyObject* text = PyUnicode_FromString(name == nullptr ? "" : name);
    if (text == nullptr || PyTuple_SetItem(made.get(), static_cast<Py_ssize_t>(i), text) != 0) return nullptr;
  }
  return made.release();
}

PyObject* not_by_hand(PyTypeObject*, PyObject*, PyObject*) {
  PyErr_SetString(PyExc_TypeError, "a Table is what Policy.price_table() and Policy.audit_table() return");
  return nullptr;
}

void dealloc(PyObject* self) {
  delete reinterpret_cast<table_object*>(self)->held;
  free_object(self);
}

PyMethodDef methods[] = {
    {"__arrow_c_stream__", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(table_stream)),
     METH_VARARGS | METH_KEYWORDS,
     "__arrow_c_stream__(requested_schema=None)\n--\n\nThe rows as a stream of the Arrow C data interface, as often as "
     "one asks."},
    {"__arrow_c_schema__", table_schema, METH_NOARGS, "The columns and their types."},
    {nullptr, nullptr, 0, nullptr},
};
PyGetSetDef properties[] = {
    {"num_rows", table_rows, nullptr, "How many rows.", nullptr},
    {"column_names", table_columns, nullptr, "The names of the columns, in order.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};
PyType_Slot slots[] = {
    {Py_tp_new, reinterpret_cast<void*>(not_by_hand)},
    {Py_tp_dealloc, reinterpret_cast<void*>(dealloc)},
    {Py_tp_methods, methods},
    {Py_tp_getset, properties},
    {0, nullptr},
};
PyType_Spec spec = {"pricepoint._core.Table", sizeof(table_object), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};

PyObject* make_table(PyObject* type, shared_chunks held) {
  ref made(allocate(reinterpret_cast<PyTypeObject*>(type)));
  if (!made) return nullptr;
  reinterpret_cast<table_object*>(made.get())->held = new shared_chunks(std::move(held));
  return made.release();
}

// ---- Input

// Released without the lock: a stream's end may wait for a thread that wants it.
struct stream_holder {
  ArrowArrayStream stream{};
  ~stream_holder() {
    if (stream.release == nullptr) return;
    unlocked others;
    stream.release(&stream);
  }
};

// One array as a stream of one chunk.
struct single {
  ArrowSchema schema{};
  ArrowArray array{};
  ~single() {
    if (schema.release != nullptr) schema.release(&schema);
    if (array.release != nullptr) array.release(&array);
  }
};

int single_schema(ArrowArrayStream* self, ArrowSchema* out) {
  auto* one = static_cast<single*>(self->private_data);
  if (one->schema.release == nullptr) return EINVAL;  // it was asked for twice, which no consumer of ours does
  *out = std::exchange(one->schema, ArrowSchema{});
  return 0;
}

int single_next(ArrowArrayStream* self, ArrowArray* out) {
  *out = std::exchange(static_cast<single*>(self->private_data)->array, ArrowArray{});
  return 0;
}

void single_release(ArrowArrayStream* self) {
  delete static_cast<single*>(self->private_data);
  self->release = nullptr;
}

// Moves a struct out of a capsule, as the interface says.
template <class Struct>
bool take(PyObject* capsule, const char* name, Struct& out) {
  auto* from = static_cast<Struct*>(PyCapsule_GetPointer(capsule, name));
  if (from == nullptr) {
    PyErr_Clear();
    PyErr_Format(python.wrong_type, "%A is not an Arrow capsule called \"%s\"", capsule, name);
    return false;
  }
  if (from->release == nullptr) {
    PyErr_SetString(python.wrong_value, "this Arrow capsule was read already; ask the table for another one");
    return false;
  }
  out = std::exchange(*from, Struct{});
  return true;
}

bool take_input(PyObject* input, ArrowArrayStream& out) {
  if (!PyTuple_Check(input)) return take(input, stream_name, out);
  if (PyTuple_Size(input) != 2) {
    PyErr_SetString(python.wrong_type, "__arrow_c_array__ gives a schema and an array");
    return false;
  }
  auto one = std::make_unique<single>();
  if (!take(PyTuple_GetItem(input, 0), "arrow_schema", one->schema)) return false;
  if (!take(PyTuple_GetItem(input, 1), "arrow_array", one->array)) return false;
  out = {single_schema, single_next, reading_error, single_release, one.release()};
  return true;
}

// Channels of columns price.CHANNEL and of a struct `prices`, in order.
void price_columns_of(const ArrowSchema& table, std::vector<std::string>& out) {
  const auto name_of = [](const ArrowSchema* of) {
    return std::string_view(of == nullptr || of->name == nullptr ? "" : of->name);
  };
  for (int64_t i = 0; table.children != nullptr && i < table.n_children; ++i) {
    const ArrowSchema* child = table.children[i];
    const std::string_view name = name_of(child);
    if (name.starts_with("price.")) out.emplace_back(name.substr(6));
    if (name != "prices" || child->format == nullptr || std::string_view(child->format) != "+s") continue;
    for (int64_t k = 0; child->children != nullptr && k < child->n_children; ++k) {
      out.emplace_back(name_of(child->children[k]));
    }
  }
}

// A stream that notes the prices of its schema as it passes.
struct watched {
  ArrowArrayStream from{};
  std::vector<std::string>* prices;
};
watched& watched_by(ArrowArrayStream* self) { return *static_cast<watched*>(self->private_data); }

int watched_schema(ArrowArrayStream* self, ArrowSchema* out) {
  watched& by = watched_by(self);
  const int status = by.from.get_schema(&by.from, out);
  if (status != 0) return status;
  try {
    by.prices->clear();
    price_columns_of(*out, *by.prices);
    return 0;
  } catch (...) {
    if (out->release != nullptr) out->release(out);
    return ENOMEM;
  }
}
int watched_next(ArrowArrayStream* self, ArrowArray* out) {
  watched& by = watched_by(self);
  return by.from.get_next(&by.from, out);
}
const char* watched_error(ArrowArrayStream* self) {
  watched& by = watched_by(self);
  return by.from.get_last_error == nullptr ? nullptr : by.from.get_last_error(&by.from);
}
void watched_release(ArrowArrayStream* self) {
  const std::unique_ptr<watched> by(&watched_by(self));
  if (by->from.release != nullptr) by->from.release(&by->from);
  self->release = nullptr;
}

void watch(ArrowArrayStream& stream, std::vector<std::string>& prices) {
  if (stream.get_schema == nullptr || stream.get_next == nullptr) return;  // the library says so
  auto by = std::make_unique<watched>(watched{stream, &prices});
  stream = {watched_schema, watched_next, watched_error, watched_release, by.release()};
}

// Warns of channels that the policy does not have; false where that raised.
bool warn_of(policy_object* policy, const std::vector<std::string>& prices) {
  ref unknown(PyList_New(0));
  if (!unknown) return false;
  for (const std::string& one : prices) {
    ref name(text_of({one.data(), one.size()}));
    bool is = false;
    if (!name || !has_channel(policy, name.get(), is)) return false;
    if (!is && PyList_Append(unknown.get(), name.get()) != 0) return false;
  }
  if (PyList_Size(unknown.get()) == 0) return true;
  ref done(PyObject_CallFunctionObjArgs(python.unknown_columns, policy, unknown.get(), nullptr));
  return static_cast<bool>(done);
}

struct options_of_call {
  PyObject* type = nullptr;
  PyObject* input = nullptr;
  PyObject* rates = nullptr;
  pricepoint_batch_options options = PRICEPOINT_BATCH_OPTIONS_INIT;
  int64_t until_unix_ms = PRICEPOINT_ABSENT;
};

// (type to make, input, threads, parts, integers, rates, channel, market, at, until)
bool parse(policy_object* policy, PyObject* arguments, options_of_call& call) {
  unsigned int threads = 0;
  unsigned int parts = 0;
  unsigned int integers = 0;
  PyObject* channel = nullptr;
  PyObject* market = nullptr;
  PyObject* at = nullptr;
  PyObject* until = nullptr;
  if (PyArg_ParseTuple(arguments, "OOIIIOOOOO", &call.type, &call.input, &threads, &parts, &integers, &call.rates,
                       &channel, &market, &at, &until) == 0) {
    return false;
  }
  if (!PyType_Check(call.type) || PyType_IsSubtype(reinterpret_cast<PyTypeObject*>(call.type), table_base) == 0) {
    PyErr_SetString(PyExc_TypeError, "the type to make must be a Table");
    return false;
  }
  bool good = true;
  call.options.threads = threads == 0 ? PRICEPOINT_ALL_THREADS : threads;  // 0 is all in Python
  call.options.parts = parts;
  call.options.integers = integers;
  call.options.rates = rates_of(call.rates, good);
  return good && optional_view_of(channel, "channel", call.options.channel) &&
         (call.options.channel.size == 0 || is_channel(policy, channel, "channel")) &&
         optional_view_of(market, "market", call.options.market) &&
         optional_instant_of(at, "at", call.options.at_unix_ms) && instant_of(until, "until", call.until_unix_ms);
}

// Takes all of a stream; false with an exception where that fails.
bool drain(ArrowArrayStream& stream, chunks& into) {
  int status = 0;
  {
    unlocked others;
    status = stream.get_schema(&stream, &into.schema);
  }
  while (status == 0) {
    ArrowArray next{};
    {
      unlocked others;
      status = stream.get_next(&stream, &next);
    }
    if (status != 0 || next.release == nullptr) break;
    try {
      into.arrays.push_back(next);
    } catch (const std::bad_alloc&) {
      next.release(&next);
      throw;
    }
    if (PyErr_CheckSignals() != 0) return false;
  }
  if (status == 0) return true;
  if (PyErr_Occurred() != nullptr) return false;
  const char* said = stream.get_last_error == nullptr ? nullptr : stream.get_last_error(&stream);
  const std::string text = said != nullptr ? said : std::strerror(status);
  if (status == ENOMEM) {
    PyErr_NoMemory();
  } else if (status == EIO) {
    fail(PRICEPOINT_ERROR_STREAM, "PP-A014", text.c_str());
  } else {
    fail(PRICEPOINT_ERROR_SCHEMA, text.starts_with("the Arrow array cannot be read") ? "PP-A013" : "PP-A016",
         text.c_str());
  }
  return false;
}

struct batch_holder {
  pricepoint_batch* batch = nullptr;
  ~batch_holder() { pricepoint_batch_free(batch); }
};

}  // namespace

PyObject* price_table(PyObject* self, PyObject* arguments) try {
  auto* policy = reinterpret_cast<policy_object*>(self);
  options_of_call call;
  if (!parse(policy, arguments, call)) return nullptr;
  auto made = std::make_shared<chunks>();
  batch_holder batch;  // before `out`, which needs it until its end
  pricepoint_error* error = nullptr;
  pricepoint_result result = pricepoint_batch_create(policy->handle, &call.options, &batch.batch, &error);
  if (result != PRICEPOINT_OK) return fail(result, error);
  std::vector<std::string> prices;  // before the streams, which write to it
  stream_holder in;
  stream_holder out;
  if (!take_input(call.input, in.stream)) return nullptr;
  watch(in.stream, prices);
  {
    unlocked others;
    result = pricepoint_batch_stream(batch.batch, &in.stream, &out.stream, &error);
  }
  if (result != PRICEPOINT_OK) return fail(result, error);
  if (!warn_of(policy, prices) || !drain(out.stream, *made)) return nullptr;
  return make_table(call.type, std::move(made));
} catch (const std::bad_alloc&) {
  return PyErr_NoMemory();
}

PyObject* audit_table(PyObject* self, PyObject* arguments) try {
  auto* policy = reinterpret_cast<policy_object*>(self);
  options_of_call call;
  if (!parse(policy, arguments, call)) return nullptr;
  auto made = std::make_shared<chunks>();
  std::vector<std::string> prices;  // before the streams, which write to it
  stream_holder in;
  stream_holder out;
  if (!take_input(call.input, in.stream)) return nullptr;
  watch(in.stream, prices);
  pricepoint_text* summary = nullptr;
  pricepoint_error* error = nullptr;
  pricepoint_result result{};
  {
    unlocked others;
    result = pricepoint_audit_stream(policy->handle, &call.options, call.until_unix_ms, &in.stream, &out.stream,
                                     &summary, &error);
  }
  if (result != PRICEPOINT_OK) return fail(result, error);
  ref text(take_text(summary));
  if (!text || !warn_of(policy, prices) || !drain(out.stream, *made)) return nullptr;
  ref table(make_table(call.type, std::move(made)));
  if (!table) return nullptr;
  return Py_BuildValue("(OO)", table.get(), text.get());
} catch (const std::bad_alloc&) {
  return PyErr_NoMemory();
}

bool add_table(PyObject* module) {
  table_base = reinterpret_cast<PyTypeObject*>(PyType_FromSpec(&spec));
  return table_base != nullptr && PyModule_AddType(module, table_base) == 0;
}

}  // namespace core
