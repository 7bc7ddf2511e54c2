// SPDX-License-Identifier: Apache-2.0
// Batches and audits of pricepoint.h. Test: tests/arrow.
#include <algorithm>
#include <cerrno>
#include <deque>
#include <optional>

#include "arrow/reader.hpp"
#include "arrow/writer.hpp"
#include "capi/border.hpp"
#include "pricepoint/pricing/policy_slot.hpp"
#include "rows/finding_writer.hpp"

using namespace pricepoint;  // NOLINT(google-build-using-namespace): functions of C have no namespace to stand in

namespace pricepoint::arrow {

namespace {

integers meaning_of(const pricepoint_batch_options& given) {
  if (given.reserved != 0) throw capi::bad_argument{"a reserved member is not 0"};
  switch (given.integers) {
    case PRICEPOINT_INTEGERS_REFUSE:
      return integers::refused;
    case PRICEPOINT_INTEGERS_MINOR:
      return integers::minor;
    case PRICEPOINT_INTEGERS_UNITS:
      return integers::units;
    default:
      throw capi::bad_argument{"integers of an unknown meaning"};
  }
}

struct settings {
  explicit settings(const pricepoint_batch_options* from) {
    const pricepoint_batch_options given = capi::taken(from);
    if (given.threads > 1024 && given.threads != PRICEPOINT_ALL_THREADS) {
      throw capi::bad_argument{"threads is more than 1,024; PRICEPOINT_ALL_THREADS is as many as the machine has"};
    }
    // The library's own options say 0 for all.
    threads = given.threads == PRICEPOINT_ALL_THREADS ? 0 : std::max(given.threads, 1u);
    parts = given.parts == 0 ? part::all : given.parts;
    if ((parts & ~part::all) != 0) throw capi::bad_argument{"an unknown part"};
    if (given.rates != nullptr) rates = given.rates->rates;
    defaults.channel = capi::view(given.channel);
    defaults.market = capi::view(given.market);
    if (const auto at = capi::value_of(given.at_unix_ms)) {
      defaults.at_unix_ms = capi::instant_of(*at, "at_unix_ms is not within the years 1970 to 9999").unix_ms;
    }
    defaults.money = meaning_of(given);
  }
  // A saving is of a price.
  std::uint32_t computed() const noexcept { return (parts & part::was) != 0 ? parts | part::price : parts; }

  unsigned threads = 1;
  std::uint32_t parts = part::all;
  std::shared_ptr<const exchange_rates> rates;
  row_defaults defaults;
};

// An array of the caller's stream, released at the end.
struct owned_array {
  ArrowArray array{};
  owned_array() = default;
  owned_array(const owned_array&) = delete;
  owned_array& operator=(const owned_array&) = delete;
  ~owned_array() {
    if (array.release != nullptr) array.release(&array);
  }
};

struct owned_schema {
  ArrowSchema schema{};
  owned_schema() = default;
  owned_schema(const owned_schema&) = delete;
  owned_schema& operator=(const owned_schema&) = delete;
  ~owned_schema() {
    if (schema.release != nullptr) schema.release(&schema);
  }
};

template <class Struct>
Struct& live(Struct* given) {
  capi::needed(given, "an Arrow structure that must be given is NULL");
  if (given->release == nullptr) throw capi::bad_argument{"an Arrow structure was released already"};
  return *given;
}

// The caller's stream, moved here.
class input {
 public:
  explicit input(ArrowArrayStream& from) : stream_(from) { from.release = nullptr; }
  input(input&& other) noexcept : stream_(other.stream_) { other.stream_.release = nullptr; }
  input(const input&) = delete;
  input& operator=(const input&) = delete;
  input& operator=(input&&) = delete;
  ~input() {
    if (stream_.release != nullptr) stream_.release(&stream_);
  }

  result<void> schema(owned_schema& out) {
    if (stream_.get_schema == nullptr || stream_.get_next == nullptr)
      throw capi::bad_argument{"a stream has no functions"};
    if (stream_.get_schema(&stream_, &out.schema) == 0) return {};
    out.schema.release = nullptr;
    return failed();
  }
  // False at the end.
  result<bool> next(owned_array& out) {
    if (stream_.get_next(&stream_, &out.array) == 0) return out.array.release != nullptr;
    out.array.release = nullptr;
    return failed();
  }

 private:
  error failed() {
    const char* why = stream_.get_last_error == nullptr ? nullptr : stream_.get_last_error(&stream_);
    return error(
        {wrong("PP-A014", std::string("the input stream failed: ") + (why == nullptr ? "no reason given" : why))});
  }
  ArrowArrayStream stream_;
};

// The output stream of a batch.
struct priced_stream {
  input in;
  reader read;
  std::shared_ptr<batch_pricer> pricer;
  std::uint32_t parts;
  std::uint32_t computed;
  decision_columns out;
  std::vector<std::int16_t> digits;
  std::string message;
};

int say(std::string& message, const char* why) noexcept {
  try {
    message = why;
    return EINVAL;
  } catch (...) {
    return ENOMEM;
  }
}

template <class Work>
int answer(std::string& message, Work&& work) noexcept {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    message.clear();
    return ENOMEM;
  } catch (const too_large& why) {
    return say(message, why.message);
  } catch (const std::exception& why) {
    return say(message, why.what());
  } catch (...) {
    return say(message, "an unknown exception");
  }
}

int priced_schema(ArrowArrayStream* self, ArrowSchema* out) {
  auto& of = *static_cast<priced_stream*>(self->private_data);
  return answer(of.message, [&] {
    decision_columns none;
    none.policy = of.pricer->policy().fingerprint();
    export_schema(table_of(none, of.parts, {}), *out);
    return 0;
  });
}

int priced_next(ArrowArrayStream* self, ArrowArray* out) {
  auto& of = *static_cast<priced_stream*>(self->private_data);
  return answer(of.message, [&] {
    owned_array array;
    const auto more = of.in.next(array);
    if (!more) {
      of.message = more.error().diagnostics()[0].message;
      return EIO;
    }
    *out = {};
    if (!*more) return 0;
    if (const auto fits = of.read.read(array.array); !fits) {
      of.message = fits.error().diagnostics()[0].message;
      return EINVAL;
    }
    const request_columns& asked = of.read.columns().requests;
    of.pricer->price(asked, of.out, of.computed);
    currency_digits(asked, of.pricer->policy(), of.digits);
    export_array(table_of(of.out, of.parts, of.digits), *out);
    return 0;
  });
}

template <class State>
const char* last_error(ArrowArrayStream* self) {
  const std::string& message = static_cast<State*>(self->private_data)->message;
  return message.empty() ? nullptr : message.c_str();
}

template <class State>
void release_stream(ArrowArrayStream* self) {
  delete static_cast<State*>(self->private_data);
  self->release = nullptr;
}

// Findings, given once.
struct found_stream {
  node table;
  bool given = false;
  std::string message;
};

int found_schema(ArrowArrayStream* self, ArrowSchema* out) {
  auto& of = *static_cast<found_stream*>(self->private_data);
  return answer(of.message, [&] {
    export_schema(of.table, *out);
    return 0;
  });
}

int found_next(ArrowArrayStream* self, ArrowArray* out) {
  auto& of = *static_cast<found_stream*>(self->private_data);
  return answer(of.message, [&] {
    *out = {};
    if (of.given) return 0;
    // The schema may still be asked for.
    node rows;
    rows.length = of.table.length;
    rows.buffers = of.table.buffers;
    rows.children.reserve(of.table.children.size());
    for (node& child : of.table.children) {
      node kept;
      kept.name = child.name;
      kept.format = child.format;
      kept.nullable = child.nullable;
      for (const node& below : child.children) {
        node item;
        item.name = below.name;
        item.format = below.format;
        kept.children.push_back(std::move(item));
      }
      if (child.dictionary) {
        kept.dictionary = std::make_unique<node>();
        kept.dictionary->format = child.dictionary->format;
      }
      rows.children.push_back(std::move(child));
      child = std::move(kept);
    }
    of.given = true;
    export_array(std::move(rows), *out);
    return 0;
  });
}

// Runs the work of one function, as capi::guarded.
template <class Work>
pricepoint_result guarded(pricepoint_error** error, Work&& work) noexcept {
  return capi::guarded(error, [&]() -> pricepoint_result {
    try {
      return work();
    } catch (const too_large& why) {
      return capi::fail(error, PRICEPOINT_ERROR_SCHEMA, pricepoint::error({wrong("PP-A016", why.message)}));
    }
  });
}

pricepoint_result code_of(const error& why) {
  return why.diagnostics()[0].code == "PP-A014" ? PRICEPOINT_ERROR_STREAM : PRICEPOINT_ERROR_SCHEMA;
}

template <class State>
void give_stream(std::unique_ptr<State> state, ArrowArrayStream* out, int (*schema)(ArrowArrayStream*, ArrowSchema*),
                 int (*next)(ArrowArrayStream*, ArrowArray*)) {
  out->get_schema = schema;
  out->get_next = next;
  out->get_last_error = last_error<State>;
  out->release = release_stream<State>;
  out->private_data = state.release();
}

}  // namespace

}  // namespace pricepoint::arrow

struct pricepoint_batch {
  explicit pricepoint_batch(arrow::settings with) : how(std::move(with)) {}

  // The pricers of the policy as it stands.
  const std::shared_ptr<batch_pricer>& take() {
    if (follows) follows->refresh();
    const std::uint64_t wanted = follows ? follows->number() : 1;
    if (!pricer || made_for != wanted) {
      pricer = std::make_shared<batch_pricer>(follows ? follows->policy() : *fixed,
                                              batch_options{how.threads, how.rates, {}});
      made_for = wanted;
    }
    return pricer;
  }

  arrow::settings how;
  std::optional<pricepoint::policy> fixed;
  std::optional<policy_slot::reader> follows;
  std::shared_ptr<batch_pricer> pricer;
  std::uint64_t made_for = 0;
  decision_columns out;
  std::vector<std::int16_t> digits;
};

pricepoint_result pricepoint_batch_create(const pricepoint_policy* policy, const pricepoint_batch_options* options,
                                          pricepoint_batch** out, pricepoint_error** error) {
  return capi::guarded(error, [&] {
    auto& made = capi::out(out);
    const auto& of = capi::needed(policy);
    auto batch = std::make_unique<pricepoint_batch>(arrow::settings(options));
    batch->fixed = of.policy;
    batch->take();
    made = batch.release();
    return PRICEPOINT_OK;
  });
}

pricepoint_result pricepoint_batch_from_slot(const pricepoint_slot* slot, const pricepoint_batch_options* options,
                                             pricepoint_batch** out, pricepoint_error** error) {
  return capi::guarded(error, [&] {
    auto& made = capi::out(out);
    const auto& of = capi::needed(slot);
    auto batch = std::make_unique<pricepoint_batch>(arrow::settings(options));
    batch->follows.emplace(of.slot);
    batch->take();
    made = batch.release();
    return PRICEPOINT_OK;
  });
}

void pricepoint_batch_free(pricepoint_batch* batch) { delete batch; }

pricepoint_result pricepoint_batch_array(pricepoint_batch* batch, const struct ArrowSchema* schema,
                                         const struct ArrowArray* array, struct ArrowSchema* out_schema,
                                         struct ArrowArray* out_array, pricepoint_error** error) {
  return arrow::guarded(error, [&]() -> pricepoint_result {
    auto& made_schema = capi::needed(out_schema);
    auto& made_array = capi::needed(out_array);
    made_schema = {};
    made_array = {};
    auto& of = capi::needed(batch);
    const auto& from = arrow::live(array);
    const std::shared_ptr<batch_pricer> pricer = of.take();
    auto read = arrow::reader::open(arrow::live(schema), pricer->policy(), false, of.how.defaults);
    if (!read) return capi::fail(error, PRICEPOINT_ERROR_SCHEMA, read.error());
    if (const auto fits = read->read(from); !fits) return capi::fail(error, PRICEPOINT_ERROR_SCHEMA, fits.error());
    const request_columns& asked = read->columns().requests;
    pricer->price(asked, of.out, of.how.computed());
    arrow::currency_digits(asked, pricer->policy(), of.digits);
    arrow::node table = arrow::table_of(of.out, of.how.parts, of.digits);
    arrow::owned_schema made;
    arrow::export_schema(table, made.schema);
    arrow::export_array(std::move(table), made_array);
    made_schema = made.schema;
    made.schema.release = nullptr;
    return PRICEPOINT_OK;
  });
}

pricepoint_result pricepoint_batch_stream(pricepoint_batch* batch, struct ArrowArrayStream* in,
                                          struct ArrowArrayStream* out, pricepoint_error** error) {
  return arrow::guarded(error, [&]() -> pricepoint_result {
    arrow::input from(arrow::live(in));
    auto& made = capi::needed(out);
    made = {};
    auto& of = capi::needed(batch);
    const std::shared_ptr<batch_pricer> pricer = of.take();
    arrow::owned_schema schema;
    if (const auto got = from.schema(schema); !got) return capi::fail(error, PRICEPOINT_ERROR_STREAM, got.error());
    auto read = arrow::reader::open(schema.schema, pricer->policy(), false, of.how.defaults);
    if (!read) return capi::fail(error, PRICEPOINT_ERROR_SCHEMA, read.error());
    auto state = std::make_unique<arrow::priced_stream>(
        arrow::priced_stream{std::move(from), std::move(*read), pricer, of.how.parts, of.how.computed(), {}, {}, {}});
    arrow::give_stream(std::move(state), &made, arrow::priced_schema, arrow::priced_next);
    return PRICEPOINT_OK;
  });
}

pricepoint_result pricepoint_audit_stream(const pricepoint_policy* policy, const pricepoint_batch_options* options,
                                          int64_t until_unix_ms, struct ArrowArrayStream* in,
                                          struct ArrowArrayStream* out, pricepoint_text** summary,
                                          pricepoint_error** error) {
  return arrow::guarded(error, [&]() -> pricepoint_result {
    arrow::input from(arrow::live(in));
    if (summary != nullptr) *summary = nullptr;
    auto& made = capi::needed(out);
    made = {};
    const auto& of = capi::needed(policy).policy;
    const arrow::settings how(options);
    const auto until = capi::instant_or_none(until_unix_ms, "until_unix_ms is not within the years 1970 to 9999");
    arrow::owned_schema schema;
    if (const auto got = from.schema(schema); !got) return capi::fail(error, PRICEPOINT_ERROR_STREAM, got.error());
    // One reader a chunk: each keeps what its columns look at until the audit is done.
    std::deque<arrow::owned_array> arrays;
    std::deque<arrow::reader> readers;
    std::vector<offer_columns> chunks;
    while (true) {
      auto read = arrow::reader::open(schema.schema, of, true, how.defaults);
      if (!read) return capi::fail(error, PRICEPOINT_ERROR_SCHEMA, read.error());
      const auto more = from.next(arrays.emplace_back());
      if (!more) return capi::fail(error, arrow::code_of(more.error()), more.error());
      if (!*more) break;
      arrow::reader& kept = readers.emplace_back(std::move(*read));
      if (const auto fits = kept.read(arrays.back().array); !fits) {
        return capi::fail(error, PRICEPOINT_ERROR_SCHEMA, fits.error());
      }
      chunks.push_back(kept.columns());
    }
    auditor checks(of, how.rates);
    const finding_columns found = audit_pieces(checks, chunks, until);
    auto state = std::make_unique<arrow::found_stream>(
        arrow::found_stream{arrow::table_of(found, chunks, of, until.has_value()), false, {}});
    std::unique_ptr<pricepoint_text> figures;
    if (summary != nullptr) {
      figures = std::make_unique<pricepoint_text>();
      rows::append_summary(figures->text, checks.summary(), rows::output_format::ndjson, 0);
    }
    arrow::give_stream(std::move(state), &made, arrow::found_schema, arrow::found_next);
    if (summary != nullptr) *summary = figures.release();
    return PRICEPOINT_OK;
  });
}
