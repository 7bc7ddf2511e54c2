/* SPDX-License-Identifier: Apache-2.0 */
/* Pricepoint in C99: the whole interface, and the contract.
 *
 *   pricepoint_policy* policy = NULL;
 *   pricepoint_error* error = NULL;
 *   if (pricepoint_policy_from_file(PRICEPOINT_TEXT("policy.json"), NULL, &policy, &error) != PRICEPOINT_OK) {
 *     pricepoint_view text = pricepoint_error_text(error);
 *     fprintf(stderr, "%.*s", (int)text.size, text.data);
 *   }
 *
 * Handles. Every `pricepoint_NAME*` is opaque and belongs to whoever got it from a function with an out parameter: free
 * it once with its `_free`, which accepts NULL. A policy may be freed while pricers made from it live on: they keep
 * what they need.
 *
 * Threads. Policies, rates and errors are immutable, slots are safe: all may be used by several threads at once.
 * Pricers, kinds, batches, auditors and streams are used by one thread at a time; any thread, not only the first.
 *
 * Texts in are a pointer and a length, UTF-8, need no terminating zero, and are copied where they are kept. NULL with
 * length 0 is an absent text. Texts out are views: each function says how long they live. They end with a zero byte
 * that `size` does not count. Languages that cannot pass or return a struct by value call the function whose name ends
 * in _z: there a text is a const char* that ends with a zero byte, and NULL is PRICEPOINT_ERROR_ARGUMENT.
 *
 * Zero is absent. A struct that starts with `struct_size` and is filled with zeros but for that is complete: every
 * option has its default, every field of a request is absent. So the zero values of Go, Rust, C# and Java, and `= {0}`,
 * are good requests; the initialiser macros give the same.
 *
 * Amounts are minor units (cents, yen, fils) in int64_t, or text as people write it ("29.80"); never double. Instants
 * are milliseconds since 1970-01-01T00:00:00Z, up to the year 9999. Rates are in units of 10^-8: 19% is 19000000.
 * PRICEPOINT_ABSENT stands for an amount or an instant that is not there in what functions give and in the values of
 * kinds.
 *
 * Errors. A function that can fail returns a pricepoint_result and, where the last parameter is a pricepoint_error**
 * that is not NULL, sets it to an error that the caller frees, or to NULL where all went well. On failure every other
 * out parameter is NULL or 0. A price that cannot be is no error: it is a decision with a status. NULL for a handle or
 * an out parameter that must not be NULL is PRICEPOINT_ERROR_ARGUMENT. Nothing is printed, nothing aborts, no C++
 * exception crosses this border.
 *
 * A value of a request that cannot be, such as a tax above 100,000% or an instant before 1970, is a decision of status
 * PRICEPOINT_INVALID that names the field. What no request can mean is PRICEPOINT_ERROR_ARGUMENT: an unknown enum value
 * or flag, `given` that is neither 0 nor 1, a count of things that are NULL or of more than 4,096, a text of a size
 * that no memory has.
 *
 * `struct_size` is what the caller was compiled with: sizeof the struct, or that number in another language. 0 is
 * PRICEPOINT_ERROR_ARGUMENT, and the error says what to set. Members are only ever added at the end of these structs;
 * the others never change. Numbers of the enums are pinned; more may come.
 */
#ifndef PRICEPOINT_H
#define PRICEPOINT_H

#include <stddef.h>
#include <stdint.h>

#include "pricepoint/version.hpp" /* the version, one source for C and C++ */

#if defined(_WIN32)
#define PRICEPOINT_API
#elif defined(PRICEPOINT_BUILDING)
#define PRICEPOINT_API __attribute__((visibility("default")))
#else
#define PRICEPOINT_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Basics */

#define PRICEPOINT_ABSENT INT64_MIN /* -9223372036854775808 */

/* A number that need not be there. */
typedef struct pricepoint_optional {
  int32_t given; /* 0: absent, whatever `value` is; 1: it is `value` */
  int64_t value;
} pricepoint_optional;

typedef struct pricepoint_view {
  const char* data;
  size_t size;
} pricepoint_view;

/* A view of a string literal, and a number that is there: request.tax_e8 = PRICEPOINT_GIVEN(19000000). */
#ifdef __cplusplus
#define PRICEPOINT_TEXT(literal) (pricepoint_view{literal, sizeof(literal) - 1})
#define PRICEPOINT_GIVEN(number) (pricepoint_optional{1, (number)})
#else
#define PRICEPOINT_TEXT(literal) ((pricepoint_view){literal, sizeof(literal) - 1})
#define PRICEPOINT_GIVEN(number) ((pricepoint_optional){1, (number)})
#endif

typedef enum pricepoint_result {
  PRICEPOINT_OK = 0,
  PRICEPOINT_ERROR_ARGUMENT = 1, /* a NULL, an unknown enum value, a struct_size that is 0 or too small */
  PRICEPOINT_ERROR_POLICY = 2,   /* the text of a policy, of rates or of a request has errors */
  PRICEPOINT_ERROR_FILE = 3,     /* a file cannot be read */
  PRICEPOINT_ERROR_SCHEMA = 4,   /* Arrow columns of names or types that cannot be taken */
  PRICEPOINT_ERROR_STREAM = 5,   /* an input stream said that it failed */
  PRICEPOINT_ERROR_MEMORY = 10,  /* no memory; the handles that were given stay as they were */
  PRICEPOINT_ERROR_INTERNAL = 11 /* a mistake of this library; please report it */
} pricepoint_result;

/* The version of the library that runs, "1.2.3"; lives for ever. PRICEPOINT_VERSION is that of this header. */
PRICEPOINT_API const char* pricepoint_version(void);
/* PRICEPOINT_ABI of the library that runs. Programs of another one must not call it. */
PRICEPOINT_API int32_t pricepoint_abi(void);
/* The version of the built-in market tables, "2026.11"; lives for ever. */
PRICEPOINT_API const char* pricepoint_tables_version(void);
/* The version of IANA's time zone database that the library brings along, "2026f"; lives for ever. */
PRICEPOINT_API const char* pricepoint_zones_version(void);

/* ---- Errors */

typedef struct pricepoint_error pricepoint_error;

typedef enum pricepoint_severity {
  PRICEPOINT_SEVERITY_ERROR = 0,
  PRICEPOINT_SEVERITY_WARNING = 1,
  PRICEPOINT_SEVERITY_NOTE = 2
} pricepoint_severity;

/* One thing that is wrong. Members that do not apply are empty or 0. */
typedef struct pricepoint_diagnostic {
  size_t struct_size;
  pricepoint_view code; /* stable: "PP-P012" */
  int32_t severity;     /* pricepoint_severity */
  pricepoint_view message, hint, file;
  pricepoint_view pointer; /* JSON pointer */
  size_t offset;           /* byte offset into the text */
  size_t line, column;     /* 1-based; column in code points */
  pricepoint_view excerpt; /* the line, cut to a readable length */
  size_t caret;            /* code points before the caret in the excerpt */
} pricepoint_diagnostic;
#define PRICEPOINT_DIAGNOSTIC_INIT \
  { sizeof(pricepoint_diagnostic), {NULL, 0}, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0, 0, {NULL, 0}, 0 }

PRICEPOINT_API void pricepoint_error_free(pricepoint_error* error);
/* How many diagnostics; 0 for NULL. At least 1 for an error. */
PRICEPOINT_API size_t pricepoint_error_count(const pricepoint_error* error);
/* The views live as long as the error. PRICEPOINT_ERROR_ARGUMENT beyond the last. */
PRICEPOINT_API pricepoint_result pricepoint_error_get(const pricepoint_error* error, size_t index,
                                                      pricepoint_diagnostic* out);
/* All diagnostics for people, with carets; lives as long as the error. Empty for NULL. */
PRICEPOINT_API pricepoint_view pricepoint_error_text(const pricepoint_error* error);
PRICEPOINT_API const char* pricepoint_error_text_z(const pricepoint_error* error);
/* All diagnostics as a JSON array; lives as long as the error. "[]" for NULL. */
PRICEPOINT_API pricepoint_view pricepoint_error_json(const pricepoint_error* error);
PRICEPOINT_API const char* pricepoint_error_json_z(const pricepoint_error* error);

/* ---- Texts that functions give */

typedef struct pricepoint_text pricepoint_text;
PRICEPOINT_API void pricepoint_text_free(pricepoint_text* text);
/* Lives as long as the text. Empty for NULL. */
PRICEPOINT_API pricepoint_view pricepoint_text_get(const pricepoint_text* text);
PRICEPOINT_API const char* pricepoint_text_get_z(const pricepoint_text* text);

/* ---- Policies */

typedef struct pricepoint_policy pricepoint_policy;

typedef struct pricepoint_policy_options {
  size_t struct_size;
  pricepoint_view file;      /* what diagnostics call the text; "policy" where empty. Of texts in memory */
  pricepoint_view directory; /* where rule tables and files of markets lie; texts in memory have none where empty */
  size_t max_bytes;          /* of the text; 0: the default, parse_limits of policy/source.hpp */
  pricepoint_view zones;     /* a folder of TZif files, such as /usr/share/zoneinfo; the library's own where empty */
  uint8_t no_tables;         /* not 0: a policy that names a rule table or a file of markets is an error */
} pricepoint_policy_options;
#define PRICEPOINT_POLICY_OPTIONS_INIT \
  { sizeof(pricepoint_policy_options), {NULL, 0}, {NULL, 0}, 0, {NULL, 0}, 0 }

/* Reads and compiles. PRICEPOINT_ERROR_POLICY comes with every diagnostic at once. `options` may be NULL. */
PRICEPOINT_API pricepoint_result pricepoint_policy_from_text(pricepoint_view text,
                                                             const pricepoint_policy_options* options,
                                                             pricepoint_policy** out, pricepoint_error** error);
PRICEPOINT_API pricepoint_result pricepoint_policy_from_text_z(const char* text,
                                                               const pricepoint_policy_options* options,
                                                               pricepoint_policy** out, pricepoint_error** error);
/* The same from a file, with its rule tables beside it. */
PRICEPOINT_API pricepoint_result pricepoint_policy_from_file(pricepoint_view path,
                                                             const pricepoint_policy_options* options,
                                                             pricepoint_policy** out, pricepoint_error** error);
PRICEPOINT_API pricepoint_result pricepoint_policy_from_file_z(const char* path,
                                                               const pricepoint_policy_options* options,
                                                               pricepoint_policy** out, pricepoint_error** error);
/* Another handle of the same policy. NULL for NULL, or where there is no memory. */
PRICEPOINT_API pricepoint_policy* pricepoint_policy_copy(const pricepoint_policy* policy);
PRICEPOINT_API void pricepoint_policy_free(pricepoint_policy* policy);
/* Both live as long as the handle; empty for NULL. */
PRICEPOINT_API pricepoint_view pricepoint_policy_name(const pricepoint_policy* policy);
PRICEPOINT_API const char* pricepoint_policy_name_z(const pricepoint_policy* policy);
PRICEPOINT_API pricepoint_view pricepoint_policy_fingerprint(const pricepoint_policy* policy);
PRICEPOINT_API const char* pricepoint_policy_fingerprint_z(const pricepoint_policy* policy);
/* What the policy needs of requests, as one JSON object: that of `pricepoint inputs --format json`, with a
 * newline. */
PRICEPOINT_API pricepoint_result pricepoint_policy_inputs(const pricepoint_policy* policy, pricepoint_text** out,
                                                          pricepoint_error** error);
/* The names that it declares for requests to use, as one JSON object with a newline:
 * {"channels":["store","web"],"markets":["DE"],"attributes":["role"]}. */
PRICEPOINT_API pricepoint_result pricepoint_policy_names(const pricepoint_policy* policy, pricepoint_text** out,
                                                         pricepoint_error** error);
/* What is wrong with it though it reads well: NDJSON, a finding a line, and what was not searched because of a limit,
 * as `pricepoint check --format ndjson` has them; empty where there is nothing. `at_unix_ms`: what can still happen
 * from then on; 0 or PRICEPOINT_ABSENT: at any time. */
PRICEPOINT_API pricepoint_result pricepoint_policy_check(const pricepoint_policy* policy, int64_t at_unix_ms,
                                                         pricepoint_text** out, pricepoint_error** error);
/* The built-in market table, or one market of it (ISO 3166), as `pricepoint markets [CODE] --format json` has it.
 * PRICEPOINT_ERROR_ARGUMENT for an unknown code. */
PRICEPOINT_API pricepoint_result pricepoint_markets(pricepoint_view code, pricepoint_text** out,
                                                    pricepoint_error** error);
/* NULL is an absent code: the whole table. */
PRICEPOINT_API pricepoint_result pricepoint_markets_z(const char* code, pricepoint_text** out,
                                                      pricepoint_error** error);
/* The JSON Schema of a policy. */
PRICEPOINT_API pricepoint_result pricepoint_schema(pricepoint_text** out, pricepoint_error** error);

/* ---- Exchange rates */

typedef struct pricepoint_rates pricepoint_rates;
/* CSV with the columns from, to, rate, at. PRICEPOINT_ERROR_POLICY comes with every mistake at once. */
PRICEPOINT_API pricepoint_result pricepoint_rates_from_csv(pricepoint_view csv, pricepoint_rates** out,
                                                           pricepoint_error** error);
PRICEPOINT_API pricepoint_result pricepoint_rates_from_csv_z(const char* csv, pricepoint_rates** out,
                                                             pricepoint_error** error);
PRICEPOINT_API void pricepoint_rates_free(pricepoint_rates* rates);

/* ---- Slots: a policy that is replaced while others price with it */

typedef struct pricepoint_slot pricepoint_slot;
PRICEPOINT_API pricepoint_result pricepoint_slot_create(const pricepoint_policy* policy, pricepoint_slot** out,
                                                        pricepoint_error** error);
/* Publishes another policy. Pricers take it with their next call. Readers never wait; several writers may. */
PRICEPOINT_API pricepoint_result pricepoint_slot_publish(pricepoint_slot* slot, const pricepoint_policy* policy,
                                                         pricepoint_error** error);
/* The policy as it stands, as a handle of the caller's own. */
PRICEPOINT_API pricepoint_result pricepoint_slot_get(const pricepoint_slot* slot, pricepoint_policy** out,
                                                     pricepoint_error** error);
/* Pricers made from it may live on: they keep it. */
PRICEPOINT_API void pricepoint_slot_free(pricepoint_slot* slot);

/* ---- Requests. See docs/policy-reference.md for what the fields mean */

/* A number: absent, minor units, or text. Of quantities and number attributes `minor` is the whole number itself. */
typedef enum pricepoint_number_kind {
  PRICEPOINT_NUMBER_ABSENT = 0,
  PRICEPOINT_NUMBER_MINOR = 1,
  PRICEPOINT_NUMBER_TEXT = 2
} pricepoint_number_kind;
typedef struct pricepoint_number {
  int32_t kind; /* pricepoint_number_kind */
  int64_t minor;
  pricepoint_view text;
} pricepoint_number;
#ifdef __cplusplus
#define PRICEPOINT_MINOR(units) (pricepoint_number{PRICEPOINT_NUMBER_MINOR, (units), {NULL, 0}})
#define PRICEPOINT_DECIMAL(literal) (pricepoint_number{PRICEPOINT_NUMBER_TEXT, 0, PRICEPOINT_TEXT(literal)})
#else
#define PRICEPOINT_MINOR(units) ((pricepoint_number){PRICEPOINT_NUMBER_MINOR, (units), {NULL, 0}})
#define PRICEPOINT_DECIMAL(literal) ((pricepoint_number){PRICEPOINT_NUMBER_TEXT, 0, {literal, sizeof(literal) - 1}})
#endif

typedef struct pricepoint_channel_price {
  pricepoint_view channel;
  pricepoint_number price;
} pricepoint_channel_price;
/* `text` where it is not empty, else `number`. */
typedef struct pricepoint_attribute {
  pricepoint_view name;
  pricepoint_view text;
  pricepoint_number number;
} pricepoint_attribute;

typedef struct pricepoint_request {
  size_t struct_size;
  pricepoint_view sku, category, segment, audience, channel, market;
  pricepoint_view currency; /* of the money fields, where not the market's */
  pricepoint_optional at_unix_ms, current_since_unix_ms;
  pricepoint_number quantity, units;
  pricepoint_number list, msrp, map, current, lowest_prior, cost, shipping;
  pricepoint_optional tax_e8, fee_e8; /* 0% to 100,000% and 0% to 100% */
  const pricepoint_channel_price* prices;
  size_t price_count;
  const pricepoint_attribute* attributes;
  size_t attribute_count;
} pricepoint_request;
/* Everything absent. */
#define PRICEPOINT_OPTIONAL_INIT \
  { 0, 0 }
#define PRICEPOINT_NUMBER_INIT               \
  {                                          \
    PRICEPOINT_NUMBER_ABSENT, 0, { NULL, 0 } \
  }
#define PRICEPOINT_REQUEST_INIT                                                                              \
  {                                                                                                          \
    sizeof(pricepoint_request), {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, \
        PRICEPOINT_OPTIONAL_INIT, PRICEPOINT_OPTIONAL_INIT, PRICEPOINT_NUMBER_INIT, PRICEPOINT_NUMBER_INIT,  \
        PRICEPOINT_NUMBER_INIT, PRICEPOINT_NUMBER_INIT, PRICEPOINT_NUMBER_INIT, PRICEPOINT_NUMBER_INIT,      \
        PRICEPOINT_NUMBER_INIT, PRICEPOINT_NUMBER_INIT, PRICEPOINT_NUMBER_INIT, PRICEPOINT_OPTIONAL_INIT,    \
        PRICEPOINT_OPTIONAL_INIT, NULL, 0, NULL, 0                                                           \
  }
/* The same for a struct of `struct_size` bytes: the size that the caller was compiled with, since the library's own may
 * be another. It fills them with zeros and sets the first member, as a caller may do without it. */
PRICEPOINT_API void pricepoint_request_init_sized(pricepoint_request* request, size_t struct_size);
/* The same for a struct that is used again. */
static inline void pricepoint_request_init(pricepoint_request* request) {
  pricepoint_request_init_sized(request, sizeof(pricepoint_request));
}

/* ---- One price at a time */

typedef struct pricepoint_pricer pricepoint_pricer;

typedef enum pricepoint_status {
  PRICEPOINT_PRICED = 0,
  PRICEPOINT_COMPROMISED = 1,
  PRICEPOINT_WITHHELD = 2,
  PRICEPOINT_INCOMPLETE = 3,
  PRICEPOINT_INVALID = 4,
  PRICEPOINT_CONFLICT = 5
} pricepoint_status;
/* "priced", ...; lives for ever. Empty for an unknown value. */
PRICEPOINT_API const char* pricepoint_status_name(int32_t status);

typedef struct pricepoint_names {
  const pricepoint_view* names;
  size_t count;
} pricepoint_names;

typedef struct pricepoint_credit {
  pricepoint_view to;
  int64_t minor;
} pricepoint_credit;

/* Amounts are minor units of `currency`, PRICEPOINT_ABSENT where they do not apply. A call that fails leaves
 * PRICEPOINT_INVALID without a price, unless struct_size is what was wrong: then nothing is written. */
typedef struct pricepoint_decision {
  size_t struct_size;
  int32_t status;              /* pricepoint_status */
  int32_t held;                /* 1: the current price was kept */
  char currency[4];            /* ISO 4217 and a zero; empty where the market is not known */
  int32_t digits;              /* decimals of the currency */
  int64_t price, net, tax;     /* minor units */
  int64_t was, saving;         /* the former price to announce */
  int32_t saving_rate_percent; /* of it, rounded down; 0: it is not announced */
  int64_t fallback_price;
  int64_t next_change_at_unix_ms;
  pricepoint_view target; /* decimal text with four decimals more than the currency has; empty where there is none */
  pricepoint_names discounts, limited_by, relaxed, conflict, missing, invalid, advice;
  const pricepoint_credit* credits;
  size_t credit_count;
  pricepoint_view policy; /* fingerprint */
} pricepoint_decision;
#define PRICEPOINT_DECISION_INIT                                                                                 \
  {                                                                                                              \
    sizeof(pricepoint_decision), 0, 0, {0, 0, 0, 0}, 0, 0, 0, 0, 0, 0, 0, 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, \
        {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}, NULL, 0, {                                        \
      NULL, 0                                                                                                    \
    }                                                                                                            \
  }

/* `rates` may be NULL. */
PRICEPOINT_API pricepoint_result pricepoint_pricer_create(const pricepoint_policy* policy,
                                                          const pricepoint_rates* rates, pricepoint_pricer** out,
                                                          pricepoint_error** error);
/* Takes the slot's policy as it stands at each call. */
PRICEPOINT_API pricepoint_result pricepoint_pricer_from_slot(const pricepoint_slot* slot, const pricepoint_rates* rates,
                                                             pricepoint_pricer** out, pricepoint_error** error);
PRICEPOINT_API void pricepoint_pricer_free(pricepoint_pricer* pricer);

/* Decides. A text that is no number is an `invalid` field. All that `out` points to lives until the next call with this
 * pricer or one of its kinds, or its end. */
PRICEPOINT_API pricepoint_result pricepoint_price(pricepoint_pricer* pricer, const pricepoint_request* request,
                                                  pricepoint_decision* out, pricepoint_error** error);
/* A request as one JSON object, as a line of NDJSON for `pricepoint price`; the decision as such a line of its output.
 * With a text that is no such object the decision is `invalid` and says why, as on the command line. There is no clock
 * here: a request without `at` has none. */
PRICEPOINT_API pricepoint_result pricepoint_price_json(pricepoint_pricer* pricer, pricepoint_view request,
                                                       pricepoint_text** out, pricepoint_error** error);

PRICEPOINT_API pricepoint_result pricepoint_price_json_z(pricepoint_pricer* pricer, const char* request,
                                                         pricepoint_text** out, pricepoint_error** error);

typedef enum pricepoint_format { PRICEPOINT_FORMAT_TEXT = 0, PRICEPOINT_FORMAT_JSON = 1 } pricepoint_format;
/* Why that price: sentences, or a JSON object with a newline. */
PRICEPOINT_API pricepoint_result pricepoint_explain(pricepoint_pricer* pricer, const pricepoint_request* request,
                                                    int32_t format, pricepoint_text** out, pricepoint_error** error);
PRICEPOINT_API pricepoint_result pricepoint_explain_json(pricepoint_pricer* pricer, pricepoint_view request,
                                                         int32_t format, pricepoint_text** out,
                                                         pricepoint_error** error);

PRICEPOINT_API pricepoint_result pricepoint_explain_json_z(pricepoint_pricer* pricer, const char* request,
                                                           int32_t format, pricepoint_text** out,
                                                           pricepoint_error** error);

/* ---- Kinds: what stays the same is given once, calls give money alone */

typedef struct pricepoint_kind pricepoint_kind;

typedef struct pricepoint_quote {
  int32_t status;
  int64_t price; /* minor units of the market's currency */
  pricepoint_names limited_by, relaxed;
} pricepoint_quote;

/* `fields` names the money that every call gives: "price.store", "cost", "list", ... Made from a pricer of a slot it
 * follows the slot. It keeps the pricer's memory, so use both from one thread at a time; freeing the pricer first is
 * allowed. PRICEPOINT_ERROR_POLICY: an unknown name (PP-B001), or a text of `same` that is no number (PP-A004). */
PRICEPOINT_API pricepoint_result pricepoint_kind_create(pricepoint_pricer* pricer, const pricepoint_request* same,
                                                        const pricepoint_view* fields, size_t field_count,
                                                        pricepoint_kind** out, pricepoint_error** error);
PRICEPOINT_API void pricepoint_kind_free(pricepoint_kind* kind);
/* One value a field, minor units of the request's currency or PRICEPOINT_ABSENT; fields beyond `count` are absent, and
 * more values than fields are PRICEPOINT_ERROR_ARGUMENT. All that `out` points to lives until the kind's next call; of
 * a slot, until the next call with its pricer or any kind of it, since that may move on to another policy. Of a slot:
 * PRICEPOINT_ERROR_POLICY where the policy as it stands does not know a field, until one does again. */
PRICEPOINT_API pricepoint_result pricepoint_kind_price(pricepoint_kind* kind, const int64_t* minor, size_t count,
                                                       pricepoint_quote* out);

/* ---- Batches: Arrow in, Arrow out (the C data and C stream interfaces, version 1) */

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema* out);
  int (*get_next)(struct ArrowArrayStream*, struct ArrowArray* out);
  const char* (*get_last_error)(struct ArrowArrayStream*);
  void (*release)(struct ArrowArrayStream*);
  void* private_data;
};

#endif

/* Columns are those of CSV input: sku, channel, market, price.store, cost, at, ... and declared attributes. Types:
 *   text        utf8, large utf8, views, their dictionaries (any integer index); integers of article numbers
 *   money       decimal128, or text as people write it, or integers if the option `integers` says in which units
 *   quantity, units, number attributes   integers, decimal128, text
 *   instants    timestamp with a zone (any unit), int64 milliseconds, or text with an offset
 *   tax, fee    decimal128 (0.19), or text ("19%" or "0.19"); 1 and more without a percent sign is invalid
 * A column of floating point in the place of money is PRICEPOINT_ERROR_SCHEMA; so are integers unless the
 * options say in which units they are, a column twice and a timestamp without a zone. `prices` and `attributes` may
 * also come as structs of such columns, or as maps: from text to money, from text to text. Nulls are absent, as are
 * codes beyond a dictionary's words, and PRICEPOINT_ABSENT among integers. A value that no amount can have makes its
 * row invalid. Columns that nothing knows are left aside; the options give channel, market and at to rows that have
 * none. What a producer says is checked but for the lengths of buffers, which the interface does not tell.
 *
 * Output columns: status, price, net, tax, target, discounts, limited_by, was, saving, saving_rate, relaxed, conflict,
 * missing, invalid, advice, credits, held, fallback_price, next_change_at, currency, policy. Money is
 * decimal128(38, 4), the target decimal128(38, 8), names are lists of utf8, status, currency and policy are
 * dictionaries. Rows and their order are those of the input; an array that would need more than 2 GB for a column of
 * text or names is PRICEPOINT_ERROR_SCHEMA. */
typedef struct pricepoint_batch pricepoint_batch;

/* As many threads as the machine has. */
#define PRICEPOINT_ALL_THREADS UINT32_MAX /* 4294967295 */

typedef struct pricepoint_batch_options {
  size_t struct_size;
  uint32_t threads; /* 0: one; at most 1,024, or PRICEPOINT_ALL_THREADS */
  uint32_t parts;   /* 0: all; else bits of pricepoint_part */
  const pricepoint_rates* rates;
  pricepoint_view channel, market; /* of rows that have none */
  pricepoint_optional at_unix_ms;  /* of rows that have none */
  uint32_t integers;               /* pricepoint_integers: of money in columns of integers */
  uint32_t reserved;               /* 0 */
} pricepoint_batch_options;
#define PRICEPOINT_BATCH_OPTIONS_INIT                                                             \
  {                                                                                               \
    sizeof(pricepoint_batch_options), 0, 0, NULL, {NULL, 0}, {NULL, 0}, PRICEPOINT_OPTIONAL_INIT, \
        PRICEPOINT_INTEGERS_REFUSE, 0                                                             \
  }

/* The units of money in columns of integers, where 50 cents and 50 dollars look alike. */
typedef enum pricepoint_integers {
  PRICEPOINT_INTEGERS_REFUSE = 0, /* PRICEPOINT_ERROR_SCHEMA (PP-A017) */
  PRICEPOINT_INTEGERS_MINOR = 1,  /* 50 is 0.50 where the row's currency has cents */
  PRICEPOINT_INTEGERS_UNITS = 2   /* 50 is 50.00 */
} pricepoint_integers;

/* Output columns beside status. */
typedef enum pricepoint_part {
  PRICEPOINT_PART_PRICE = 1,
  PRICEPOINT_PART_LIMITED_BY = 2,
  PRICEPOINT_PART_RELAXED = 4,
  PRICEPOINT_PART_NET = 8, /* net, tax */
  PRICEPOINT_PART_TARGET = 16,
  PRICEPOINT_PART_DISCOUNTS = 32,
  PRICEPOINT_PART_WAS = 64,      /* was, saving, saving_rate */
  PRICEPOINT_PART_REASONS = 128, /* conflict, missing, invalid */
  PRICEPOINT_PART_ADVICE = 256,
  PRICEPOINT_PART_CREDITS = 512,
  PRICEPOINT_PART_REST = 1024 /* held, fallback_price, next_change_at, currency, policy */
} pricepoint_part;

/* `options` may be NULL. */
PRICEPOINT_API pricepoint_result pricepoint_batch_create(const pricepoint_policy* policy,
                                                         const pricepoint_batch_options* options,
                                                         pricepoint_batch** out, pricepoint_error** error);
/* Takes the slot's policy once for each array or stream. */
PRICEPOINT_API pricepoint_result pricepoint_batch_from_slot(const pricepoint_slot* slot,
                                                            const pricepoint_batch_options* options,
                                                            pricepoint_batch** out, pricepoint_error** error);
PRICEPOINT_API void pricepoint_batch_free(pricepoint_batch* batch);
/* Decides the rows of one struct array. The input stays the caller's; the output is moved to the caller, who releases
 * it. */
PRICEPOINT_API pricepoint_result pricepoint_batch_array(pricepoint_batch* batch, const struct ArrowSchema* schema,
                                                        const struct ArrowArray* array, struct ArrowSchema* out_schema,
                                                        struct ArrowArray* out_array, pricepoint_error** error);
/* The same for a stream: `in` is moved (its release becomes NULL), also on failure. Chunks are decided when they are
 * asked for; the batch must live until `out` is released. */
PRICEPOINT_API pricepoint_result pricepoint_batch_stream(pricepoint_batch* batch, struct ArrowArrayStream* in,
                                                         struct ArrowArrayStream* out, pricepoint_error** error);

/* Audits offers: the columns above, and seller and price (the observed one). The whole input is taken before the first
 * finding is given; findings are sorted as offers were. Columns out: row (int64, of the input), sku, channel, market,
 * seller, rule, effect, severity, price, min, max, excess, excess_rate, against, against_seller, against_price, remedy,
 * remedy_price, conflict, missing, credit, because, headroom, max_discount, and quantity, segment, audience and at
 * where the input has them. `until_unix_ms`: ahead in time, then with from and until before these; 0 or
 * PRICEPOINT_ABSENT: not. `summary`, where not NULL, gets NDJSON, as the command line writes it: "offers" are all,
 * "invalid" those of them that could not be read or cannot be, and shares are of the others. */
PRICEPOINT_API pricepoint_result pricepoint_audit_stream(const pricepoint_policy* policy,
                                                         const pricepoint_batch_options* options, int64_t until_unix_ms,
                                                         struct ArrowArrayStream* in, struct ArrowArrayStream* out,
                                                         pricepoint_text** summary, pricepoint_error** error);

#ifdef __cplusplus
}
#endif

#endif
