/* SPDX-License-Identifier: Apache-2.0 */
/* [REL-30] to [REL-35] Memory that has run out and stays out, for everything in the process: the C library's own calls,
 * new threads and the unwinding of exceptions too. no_memory_test.cpp lets only what C++ asks for fail.
 *
 * Each function is called with k allocations left, for k from 0 until it succeeds, in a process that has used it before
 * and in one that has not: PRICEPOINT_ERROR_MEMORY or a success, and afterwards, with memory, the right answer.
 * bindings/c/symbols.txt says which functions there are. */
#define _GNU_SOURCE
#include <errno.h>
#include <pricepoint/pricepoint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- malloc and its like of the whole process; glibc's own are called otherwise */

extern void* __libc_malloc(size_t size);
extern void* __libc_calloc(size_t count, size_t size);
extern void* __libc_realloc(void* memory, size_t size);
extern void* __libc_memalign(size_t alignment, size_t size);

static long left = -1; /* allocations; below 0: as many as there are */
static long denied = 0;

static int is_out(void) {
  long now = __atomic_load_n(&left, __ATOMIC_RELAXED);
  while (now > 0) {
    if (__atomic_compare_exchange_n(&left, &now, now - 1, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED)) return 0;
  }
  if (now < 0) return 0;
  __atomic_add_fetch(&denied, 1, __ATOMIC_RELAXED);
  errno = ENOMEM;
  return 1;
}

void* malloc(size_t size) { return is_out() ? NULL : __libc_malloc(size); }
void* calloc(size_t count, size_t size) { return is_out() ? NULL : __libc_calloc(count, size); }
void* realloc(void* memory, size_t size) { return is_out() ? NULL : __libc_realloc(memory, size); }
void* memalign(size_t alignment, size_t size) { return is_out() ? NULL : __libc_memalign(alignment, size); }
void* aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
int posix_memalign(void** out, size_t alignment, size_t size) {
  void* const made = memalign(alignment, size);
  if (made == NULL) return ENOMEM;
  *out = made;
  return 0;
}

/* ---- what is called */

static const char* const policy_text =
    "{\"pricepoint\":1,\"name\":\"out\",\"markets\":{\"DE\":{\"currency\":\"EUR\",\"display\":\"gross\",\"tax\":\"19%"
    "\"}},"
    "\"channels\":{\"store\":{\"kind\":\"traditional\"},\"web\":{\"kind\":\"online\",\"reference\":\"store\"}},"
    "\"attributes\":{\"role\":[\"a\",\"b\"]},\"periods\":{\"p\":{\"from\":\"2026-01-01\",\"zone\":\"Europe/Berlin\"}},"
    /* A check has findings about these. */
    "\"rules\":[{\"id\":\"off\",\"when\":{\"role\":\"a\"},\"during\":\"p\",\"discount\":\"8%\"},"
    "{\"id\":\"earn\",\"floor\":\"cost\"},{\"id\":\"nine\",\"endings\":[\".99\"]},"
    "{\"id\":\"no4\",\"avoid\":{\"digits\":\"4\"}},{\"id\":\"never\",\"price\":\"0.001\",\"when\":{\"sku\":\"N\"}},"
    "{\"id\":\"up\",\"floor\":\"20\",\"when\":{\"sku\":\"X\"}},{\"id\":\"down\",\"ceiling\":\"10\",\"when\":{\"sku\":"
    "\"X\"}}]}";
static const char* const line =
    "{\"sku\":\"A1\",\"channel\":\"web\",\"market\":\"DE\",\"role\":\"a\",\"prices\":{\"store\":\"100.00\"},"
    "\"cost\":\"95.00\",\"at\":\"2026-06-01T00:00:00Z\",\"more\":1}";
#define NOW 1780000000000
#define ROWS 20000

static const pricepoint_channel_price store = {{"store", 5}, {PRICEPOINT_NUMBER_MINOR, 10000, {NULL, 0}}};
static const pricepoint_attribute role = {{"role", 4}, {"a", 1}, {0, 0, {NULL, 0}}};
static pricepoint_request request;
static pricepoint_batch_options in_minor;
static pricepoint_batch_options in_threads;
static pricepoint_policy* policy = NULL;
static pricepoint_slot* slot = NULL;
static pricepoint_pricer* pricer = NULL;
static pricepoint_kind* kind = NULL;
static pricepoint_batch* batch = NULL;
static pricepoint_batch* threaded = NULL;

/* A table without memory of its own. */
static int64_t values[ROWS];
static const char* const letters = "A";
static int32_t ends[ROWS + 1];
static void nothing_schema(struct ArrowSchema* of) { of->release = NULL; }
static void nothing_array(struct ArrowArray* of) { of->release = NULL; }
static struct ArrowSchema columns[3], *column_of[3] = {&columns[0], &columns[1], &columns[2]}, schema;
static struct ArrowArray arrays[3], *array_of[3] = {&arrays[0], &arrays[1], &arrays[2]}, array;
static const void *number_buffers[2], *text_buffers[3], *no_buffers[1];

static void make_table(int64_t rows) {
  static const char* const names[] = {"price.store", "price", "sku"};
  int i;
  memset(columns, 0, sizeof columns), memset(arrays, 0, sizeof arrays);
  memset(&schema, 0, sizeof schema), memset(&array, 0, sizeof array);
  for (i = 0; i < ROWS; ++i) values[i] = 10000 + i;
  for (i = 0; i <= ROWS; ++i) ends[i] = 0;
  number_buffers[1] = values, text_buffers[1] = ends, text_buffers[2] = letters;
  for (i = 0; i < 3; ++i) {
    columns[i].name = names[i];
    columns[i].format = i == 2 ? "u" : "l";
    columns[i].flags = ARROW_FLAG_NULLABLE;
    columns[i].release = nothing_schema;
    arrays[i].length = rows;
    arrays[i].n_buffers = i == 2 ? 3 : 2;
    arrays[i].buffers = i == 2 ? text_buffers : number_buffers;
    arrays[i].release = nothing_array;
  }
  schema.format = "+s", schema.name = "", schema.n_children = 3, schema.children = column_of;
  schema.release = nothing_schema;
  array.length = rows, array.n_buffers = 1, array.n_children = 3, array.buffers = no_buffers;
  array.children = array_of, array.release = nothing_array;
}

static int stream_schema(struct ArrowArrayStream* self, struct ArrowSchema* out) {
  (void)self;
  *out = schema;
  return 0;
}
static int stream_next(struct ArrowArrayStream* self, struct ArrowArray* out) {
  if (self->private_data == NULL) {
    memset(out, 0, sizeof *out);
  } else {
    *out = array;
    self->private_data = NULL;
  }
  return 0;
}
static const char* stream_error(struct ArrowArrayStream* self) { return (void)self, NULL; }
static void stream_release(struct ArrowArrayStream* self) { self->release = NULL; }

static struct ArrowArrayStream input(void) {
  static int any;
  struct ArrowArrayStream made = {stream_schema, stream_next, stream_error, stream_release, NULL};
  made.private_data = &any;
  return made;
}

/* Reads a stream of ours to its end; rows, or -ENOMEM. */
static int64_t drain(struct ArrowArrayStream* from) {
  struct ArrowSchema type;
  int64_t rows = 0;
  int failed = from->get_schema(from, &type);
  if (failed == 0) type.release(&type);
  while (failed == 0) {
    struct ArrowArray next;
    failed = from->get_next(from, &next);
    if (failed != 0 || next.release == NULL) break;
    rows += next.length;
    next.release(&next);
  }
  from->release(from);
  return failed == 0 ? rows : -failed;
}

static int given_text(pricepoint_result got, pricepoint_text* text) {
  if ((got == PRICEPOINT_OK) != (text != NULL)) return -1;
  pricepoint_text_free(text);
  return got;
}

/* Each gives its result, or -1 for an answer that is wrong. */
#define TEXT_CALL(name, call)                 \
  static int name(pricepoint_error** error) { \
    pricepoint_text* out = NULL;              \
    const pricepoint_result got = call;       \
    return given_text(got, out);              \
  }
TEXT_CALL(call_inputs, pricepoint_policy_inputs(policy, &out, error))
TEXT_CALL(call_names, pricepoint_policy_names(policy, &out, error))
TEXT_CALL(call_check, pricepoint_policy_check(policy, 0, &out, error))
TEXT_CALL(call_check_later, pricepoint_policy_check(policy, NOW, &out, error))
TEXT_CALL(call_markets, pricepoint_markets(PRICEPOINT_TEXT("DE"), &out, error))
TEXT_CALL(call_markets_z, pricepoint_markets_z(NULL, &out, error))
TEXT_CALL(call_schema, pricepoint_schema(&out, error))
TEXT_CALL(call_price_json_z, pricepoint_price_json_z(pricer, line, &out, error))
TEXT_CALL(call_explain, pricepoint_explain(pricer, &request, PRICEPOINT_FORMAT_TEXT, &out, error))
TEXT_CALL(call_explain_as_json, pricepoint_explain(pricer, &request, PRICEPOINT_FORMAT_JSON, &out, error))
TEXT_CALL(call_explain_json_z, pricepoint_explain_json_z(pricer, line, PRICEPOINT_FORMAT_TEXT, &out, error))

static pricepoint_view view_of(const char* text) {
  pricepoint_view made;
  made.data = text, made.size = strlen(text);
  return made;
}
TEXT_CALL(call_price_json, pricepoint_price_json(pricer, view_of(line), &out, error))
TEXT_CALL(call_explain_json, pricepoint_explain_json(pricer, view_of(line), PRICEPOINT_FORMAT_JSON, &out, error))

#define HANDLE_CALL(name, type, call)                       \
  static int name(pricepoint_error** error) {               \
    pricepoint_##type* out = NULL;                          \
    const pricepoint_result got = call;                     \
    if ((got == PRICEPOINT_OK) != (out != NULL)) return -1; \
    pricepoint_##type##_free(out);                          \
    return got;                                             \
  }
HANDLE_CALL(call_from_text, policy, pricepoint_policy_from_text(view_of(policy_text), NULL, &out, error))
HANDLE_CALL(call_from_text_z, policy, pricepoint_policy_from_text_z(policy_text, NULL, &out, error))
HANDLE_CALL(call_from_file, policy,
            pricepoint_policy_from_file(PRICEPOINT_TEXT("examples/policies/worked-example.json"), NULL, &out, error))
HANDLE_CALL(call_from_file_z, policy,
            pricepoint_policy_from_file_z("examples/policies/worked-example.json", NULL, &out, error))
HANDLE_CALL(call_rates, rates,
            pricepoint_rates_from_csv(PRICEPOINT_TEXT("from,to,rate,at\nEUR,CNY,7.8,2026-01-01T00:00:00Z\n"), &out,
                                      error))
HANDLE_CALL(call_rates_z, rates,
            pricepoint_rates_from_csv_z("from,to,rate,at\nEUR,CNY,7.8,2026-01-01T00:00:00Z\n", &out, error))
HANDLE_CALL(call_slot, slot, pricepoint_slot_create(policy, &out, error))
HANDLE_CALL(call_slot_get, policy, pricepoint_slot_get(slot, &out, error))
HANDLE_CALL(call_pricer, pricer, pricepoint_pricer_create(policy, NULL, &out, error))
HANDLE_CALL(call_pricer_of_slot, pricer, pricepoint_pricer_from_slot(slot, NULL, &out, error))
HANDLE_CALL(call_batch, batch, pricepoint_batch_create(policy, &in_threads, &out, error))
HANDLE_CALL(call_batch_of_slot, batch, pricepoint_batch_from_slot(slot, &in_minor, &out, error))

static int call_kind(pricepoint_error** error) {
  const pricepoint_view fields[] = {{"price.store", 11}, {"cost", 4}};
  pricepoint_kind* out = NULL;
  const pricepoint_result got = pricepoint_kind_create(pricer, &request, fields, 2, &out, error);
  if ((got == PRICEPOINT_OK) != (out != NULL)) return -1;
  pricepoint_kind_free(out);
  return got;
}

static int call_copy(pricepoint_error** error) {
  pricepoint_policy* const out = pricepoint_policy_copy(policy);
  *error = NULL;
  pricepoint_policy_free(out);
  return out == NULL ? PRICEPOINT_ERROR_MEMORY : PRICEPOINT_OK;
}

static int call_publish(pricepoint_error** error) { return pricepoint_slot_publish(slot, policy, error); }

/* A pricer that has not priced yet, and one that has. */
static int fresh = 0;
static int call_price(pricepoint_error** error) {
  pricepoint_decision decision;
  pricepoint_result got;
  memset(&decision, 0, sizeof decision);
  decision.struct_size = sizeof decision;
  got = pricepoint_price(pricer, &request, &decision, error);
  if (got != PRICEPOINT_OK) return decision.price == PRICEPOINT_ABSENT ? (int)got : -1;
  return decision.price == 11399 && decision.limited_by.count == 1 ? PRICEPOINT_OK : -1;
}

static int call_kind_price(pricepoint_error** error) {
  static const int64_t minor[] = {10000, 9500};
  pricepoint_quote quote;
  const pricepoint_result got = pricepoint_kind_price(kind, minor, 2, &quote);
  *error = NULL;
  if (got != PRICEPOINT_OK) return quote.price == PRICEPOINT_ABSENT ? (int)got : -1;
  return quote.price == 11399 ? PRICEPOINT_OK : -1;
}

static int price_rows(pricepoint_batch* with, pricepoint_error** error) {
  struct ArrowSchema type;
  struct ArrowArray out;
  const pricepoint_result got = pricepoint_batch_array(with, &schema, &array, &type, &out, error);
  if (got != PRICEPOINT_OK) return type.release == NULL && out.release == NULL ? (int)got : -1;
  if (out.length != array.length) return -1;
  type.release(&type);
  out.release(&out);
  return got;
}
static int call_array(pricepoint_error** error) { return price_rows(batch, error); }
static int call_threads(pricepoint_error** error) { return price_rows(threaded, error); }

static int call_stream(pricepoint_error** error) {
  struct ArrowArrayStream in = input(), out;
  const pricepoint_result got = pricepoint_batch_stream(batch, &in, &out, error);
  int64_t rows;
  if (in.release != NULL) return -1;
  if (got != PRICEPOINT_OK) return got;
  rows = drain(&out);
  if (rows == -ENOMEM) return PRICEPOINT_ERROR_MEMORY;
  return rows == array.length ? PRICEPOINT_OK : -1;
}

static int audit_until(int64_t until, pricepoint_error** error) {
  struct ArrowArrayStream in = input(), out;
  pricepoint_text* summary = NULL;
  const pricepoint_result got = pricepoint_audit_stream(policy, &in_minor, until, &in, &out, &summary, error);
  int64_t rows;
  if (in.release != NULL) return -1;
  if (given_text(got, summary) != PRICEPOINT_OK) return got == PRICEPOINT_OK ? -1 : (int)got;
  rows = drain(&out);
  if (rows == -ENOMEM) return PRICEPOINT_ERROR_MEMORY;
  return rows >= 0 ? PRICEPOINT_OK : -1;
}

static int call_audit(pricepoint_error** error) { return audit_until(0, error); }
static int call_audit_ahead(pricepoint_error** error) { return audit_until(NOW + 86400000, error); }

static const struct {
  const char* name;
  int (*call)(pricepoint_error** error);
  int rows; /* of the table */
} calls[] = {{"pricepoint_policy_from_text", call_from_text, 0},
             {"pricepoint_policy_from_text_z", call_from_text_z, 0},
             {"pricepoint_policy_from_file", call_from_file, 0},
             {"pricepoint_policy_from_file_z", call_from_file_z, 0},
             {"pricepoint_policy_copy", call_copy, 0},
             {"pricepoint_policy_inputs", call_inputs, 0},
             {"pricepoint_policy_names", call_names, 0},
             {"pricepoint_policy_check", call_check, 0},
             {"pricepoint_policy_check", call_check_later, 0},
             {"pricepoint_markets", call_markets, 0},
             {"pricepoint_markets_z", call_markets_z, 0},
             {"pricepoint_schema", call_schema, 0},
             {"pricepoint_rates_from_csv", call_rates, 0},
             {"pricepoint_rates_from_csv_z", call_rates_z, 0},
             {"pricepoint_slot_create", call_slot, 0},
             {"pricepoint_slot_publish", call_publish, 0},
             {"pricepoint_slot_get", call_slot_get, 0},
             {"pricepoint_pricer_create", call_pricer, 0},
             {"pricepoint_pricer_from_slot", call_pricer_of_slot, 0},
             {"pricepoint_price", call_price, 0},
             {"pricepoint_price_json", call_price_json, 0},
             {"pricepoint_price_json_z", call_price_json_z, 0},
             {"pricepoint_explain", call_explain, 0},
             {"pricepoint_explain", call_explain_as_json, 0},
             {"pricepoint_explain_json", call_explain_json, 0},
             {"pricepoint_explain_json_z", call_explain_json_z, 0},
             {"pricepoint_kind_create", call_kind, 0},
             {"pricepoint_kind_price", call_kind_price, 0},
             {"pricepoint_batch_create", call_batch, 0},
             {"pricepoint_batch_from_slot", call_batch_of_slot, 0},
             {"pricepoint_batch_array", call_array, 20},
             {"pricepoint_batch_array", call_threads, ROWS},
             {"pricepoint_batch_stream", call_stream, 20},
             {"pricepoint_audit_stream", call_audit, 20},
             {"pricepoint_audit_stream", call_audit_ahead, 20}};
#define CALLS (sizeof calls / sizeof *calls)

/* Those that ask for no memory. */
static const char* const others[] = {"pricepoint_abi",
                                     "pricepoint_version",
                                     "pricepoint_tables_version",
                                     "pricepoint_zones_version",
                                     "pricepoint_status_name",
                                     "pricepoint_request_init_sized",
                                     "pricepoint_error_count",
                                     "pricepoint_error_get",
                                     "pricepoint_error_text",
                                     "pricepoint_error_text_z",
                                     "pricepoint_error_json",
                                     "pricepoint_error_json_z",
                                     "pricepoint_text_get",
                                     "pricepoint_text_get_z",
                                     "pricepoint_policy_name",
                                     "pricepoint_policy_name_z",
                                     "pricepoint_policy_fingerprint",
                                     "pricepoint_policy_fingerprint_z"};

static int failures = 0;

static int fail(const char* name, long k, const char* what, int got) {
  ++failures;
  fprintf(stderr, "%s, %ld allocations: %s (%d)\n", name, k, what, got);
  return 0;
}

/* One call with k allocations left; 1 where it had all it asked for. */
static int one_call(size_t i, long k) {
  pricepoint_error* error = NULL;
  int got;
  __atomic_store_n(&denied, 0, __ATOMIC_RELAXED);
  __atomic_store_n(&left, k, __ATOMIC_RELAXED);
  got = calls[i].call(&error);
  /* What needs no memory works without. */
  if (error != NULL &&
      (strstr(pricepoint_error_text_z(error), "PP-A002") == NULL || pricepoint_error_count(error) != 1 ||
       pricepoint_policy_name_z(policy)[0] == '\0' || pricepoint_tables_version()[0] == '\0')) {
    got = -2;
  }
  pricepoint_error_free(error);
  __atomic_store_n(&left, -1, __ATOMIC_RELAXED);
  if (got != PRICEPOINT_OK && got != PRICEPOINT_ERROR_MEMORY) return fail(calls[i].name, k, "a wrong result", got);
  if (got != PRICEPOINT_OK && denied == 0) return fail(calls[i].name, k, "fails though there is memory", got);
  return denied == 0;
}

static int works(size_t i) {
  pricepoint_error* error = NULL;
  const int got = calls[i].call(&error);
  pricepoint_error_free(error);
  return got == PRICEPOINT_OK;
}

static void renew(void) {
  const pricepoint_view fields[] = {{"price.store", 11}, {"cost", 4}};
  pricepoint_kind_free(kind), pricepoint_pricer_free(pricer), pricepoint_batch_free(batch);
  pricepoint_batch_free(threaded);
  if (pricepoint_pricer_create(policy, NULL, &pricer, NULL) != PRICEPOINT_OK ||
      pricepoint_kind_create(pricer, &request, fields, 2, &kind, NULL) != PRICEPOINT_OK ||
      pricepoint_batch_create(policy, &in_minor, &batch, NULL) != PRICEPOINT_OK ||
      pricepoint_batch_create(policy, &in_threads, &threaded, NULL) != PRICEPOINT_OK) {
    fail("handles", 0, "cannot be made", 0);
    exit(1);
  }
}

static void begin(void) {
  memset(&request, 0, sizeof request), memset(&in_minor, 0, sizeof in_minor);
  request.struct_size = sizeof request;
  request.sku = PRICEPOINT_TEXT("A1"), request.channel = PRICEPOINT_TEXT("web"), request.market = PRICEPOINT_TEXT("DE");
  request.prices = &store, request.price_count = 1, request.attributes = &role, request.attribute_count = 1;
  request.cost = PRICEPOINT_MINOR(9500), request.at_unix_ms = PRICEPOINT_GIVEN(NOW);
  in_minor.struct_size = sizeof in_minor, in_minor.integers = PRICEPOINT_INTEGERS_MINOR;
  in_minor.channel = PRICEPOINT_TEXT("web"), in_minor.market = PRICEPOINT_TEXT("DE");
  in_minor.at_unix_ms = PRICEPOINT_GIVEN(NOW);
  in_threads = in_minor, in_threads.threads = 3;
}

static void make_handles(void) {
  if (pricepoint_policy_from_text_z(policy_text, NULL, &policy, NULL) != PRICEPOINT_OK ||
      pricepoint_slot_create(policy, &slot, NULL) != PRICEPOINT_OK) {
    fail("handles", 0, "cannot be made", 0);
    exit(1);
  }
  renew();
}

/* Of each number of allocations at first, then in strides. */
static long after(long k) { return k + 1 + k / 8; }

/* A process of its own for each try: the library has done nothing before. */
static void cold(void) {
  long k;
  int status = 1;
  for (k = 0; k < 1000000; k = after(k)) {
    const pid_t child = fork();
    if (child == 0) {
      pricepoint_error* error = NULL;
      pricepoint_result got;
      left = k;
      got = pricepoint_policy_from_text_z(policy_text, NULL, &policy, &error);
      if (got == PRICEPOINT_OK) {
        pricepoint_text* out = NULL;
        got = pricepoint_policy_check(policy, 0, &out, &error);
        pricepoint_text_free(out);
      }
      pricepoint_error_free(error);
      left = -1;
      pricepoint_policy_free(policy);
      policy = NULL;
      if (got != PRICEPOINT_OK && got != PRICEPOINT_ERROR_MEMORY) _exit(3);
      make_handles();
      _exit(call_price(&error) != PRICEPOINT_OK || !works(7) ? 4 : denied == 0 ? 0 : 1);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) > 1) {
      fail("in a new process", k, "ends badly", status);
      return;
    }
    if (WEXITSTATUS(status) == 0) return;
  }
  fail("in a new process", k, "is never enough", 0);
}

/* Every function of the library is here, or asks for no memory. */
static void all_are_here(void) {
  char name[200];
  size_t length;
  FILE* const from = fopen("bindings/c/symbols.txt", "r");
  if (from == NULL) {
    fail("bindings/c/symbols.txt", 0, "cannot be read", errno);
    return;
  }
  while (fgets(name, sizeof name, from) != NULL) {
    size_t i;
    int found = 0;
    length = strcspn(name, "\n");
    name[length] = '\0';
    if (strncmp(name, "pricepoint_", 11) != 0) continue;
    if (length > 5 && strcmp(name + length - 5, "_free") == 0) continue;
    for (i = 0; i < CALLS; ++i) found |= strcmp(name, calls[i].name) == 0;
    for (i = 0; i < sizeof others / sizeof *others; ++i) found |= strcmp(name, others[i]) == 0;
    if (!found) fail(name, 0, "is not tried", 0);
  }
  fclose(from);
}

int main(void) {
  size_t i;
  begin();
  all_are_here();
  cold();
  make_handles();
  for (i = 0; i < CALLS; ++i) {
    long k;
    int enough = 0;
    make_table(calls[i].rows == 0 ? 1 : calls[i].rows);
    for (fresh = 0; fresh < 2; ++fresh) {
      for (k = 0, enough = 0; !enough && k < 1000000; k = after(k)) {
        if (fresh) renew();
        enough = one_call(i, k);
        if (!works(i)) fail(calls[i].name, k, "does not work afterwards", 0);
        if (failures > 0) return 1;
      }
      if (!enough) fail(calls[i].name, k, "is never enough", 0);
    }
  }
  pricepoint_kind_free(kind), pricepoint_pricer_free(pricer), pricepoint_batch_free(batch);
  pricepoint_batch_free(threaded), pricepoint_slot_free(slot), pricepoint_policy_free(policy);
  printf("%d calls\n", (int)CALLS);
  return failures == 0 ? 0 : 1;
}
