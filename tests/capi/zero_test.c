/* SPDX-License-Identifier: Apache-2.0 */
/* Structs that are zero but for struct_size, as Go, Rust, C# and Java make them; values at the ends of their ranges and
 * beyond; texts that end with a zero byte. */
#include <stddef.h>
#include <stdlib.h>

#include "check.h"

#define SIZED(type, name)        \
  type name;                     \
  memset(&name, 0, sizeof name); \
  name.struct_size = sizeof name

static void same(const void* zero, const void* made, size_t size, const char* member) {
  if (memcmp(zero, made, size) == 0) return;
  ++failures;
  fprintf(stderr, "the initialiser's %s is not zero\n", member);
}
#define SAME(member) same(&zero.member, &made.member, sizeof zero.member, #member)

/* [REL-36] Of two numbers and texts, the bytes that count: what lies between members may be anything. */
static void initialisers(void) {
  {
    SIZED(pricepoint_request, zero);
    pricepoint_request made = PRICEPOINT_REQUEST_INIT;
    pricepoint_number* const zeros[] = {&zero.quantity, &zero.units,        &zero.list, &zero.msrp,    &zero.map,
                                        &zero.current,  &zero.lowest_prior, &zero.cost, &zero.shipping};
    pricepoint_number* const mades[] = {&made.quantity, &made.units,        &made.list, &made.msrp,    &made.map,
                                        &made.current,  &made.lowest_prior, &made.cost, &made.shipping};
    size_t i;
    for (i = 0; i < sizeof zeros / sizeof *zeros; ++i) {
      CHECK(zeros[i]->kind == mades[i]->kind && zeros[i]->minor == mades[i]->minor);
      CHECK(memcmp(&zeros[i]->text, &mades[i]->text, sizeof zeros[i]->text) == 0);
    }
    SAME(struct_size), SAME(sku), SAME(category), SAME(segment), SAME(audience), SAME(channel), SAME(market);
    SAME(currency), SAME(at_unix_ms.given), SAME(at_unix_ms.value), SAME(current_since_unix_ms.given);
    SAME(current_since_unix_ms.value), SAME(tax_e8.given), SAME(tax_e8.value), SAME(fee_e8.given), SAME(fee_e8.value);
    SAME(prices), SAME(price_count), SAME(attributes), SAME(attribute_count);
    /* What is used again is all zeros, between its members too. */
    memset(&made, 0x5A, sizeof made);
    pricepoint_request_init(&made);
    CHECK(memcmp(&zero, &made, sizeof zero) == 0);
    memset(&made, 0x5A, sizeof made);
    pricepoint_request_init_sized(&made, sizeof made - 8);
    CHECK(made.struct_size == sizeof made - 8 && made.attributes == NULL && made.attribute_count != 0);
    pricepoint_request_init_sized(&made, 4); /* no struct is this small */
    CHECK(made.struct_size == sizeof made - 8);
  }
  {
    SIZED(pricepoint_decision, zero);
    pricepoint_decision made = PRICEPOINT_DECISION_INIT;
    SAME(struct_size), SAME(status), SAME(held), SAME(currency), SAME(digits), SAME(price), SAME(net), SAME(tax);
    SAME(was), SAME(saving), SAME(saving_rate_percent), SAME(fallback_price), SAME(next_change_at_unix_ms);
    SAME(target), SAME(discounts), SAME(limited_by), SAME(relaxed), SAME(conflict), SAME(missing), SAME(invalid);
    SAME(advice), SAME(credits), SAME(credit_count), SAME(policy);
  }
  {
    SIZED(pricepoint_diagnostic, zero);
    pricepoint_diagnostic made = PRICEPOINT_DIAGNOSTIC_INIT;
    SAME(struct_size), SAME(code), SAME(severity), SAME(message), SAME(hint), SAME(file), SAME(pointer), SAME(offset);
    SAME(line), SAME(column), SAME(excerpt), SAME(caret);
  }
  {
    SIZED(pricepoint_policy_options, zero);
    pricepoint_policy_options made = PRICEPOINT_POLICY_OPTIONS_INIT;
    SAME(struct_size), SAME(file), SAME(directory), SAME(max_bytes), SAME(zones), SAME(no_tables);
  }
  {
    SIZED(pricepoint_batch_options, zero);
    pricepoint_batch_options made = PRICEPOINT_BATCH_OPTIONS_INIT;
    SAME(struct_size), SAME(threads), SAME(parts), SAME(rates), SAME(channel), SAME(market), SAME(at_unix_ms.given);
    SAME(at_unix_ms.value), SAME(integers), SAME(reserved);
  }
}

static const char* const shop =
    "{\"pricepoint\":1,\"name\":\"zero\","
    "\"markets\":{\"CN\":{\"currency\":\"CNY\",\"display\":\"gross\",\"tax\":\"13%\"},"
    "\"DE\":{\"currency\":\"EUR\",\"unit\":\"0.01\",\"display\":\"gross\",\"tax\":\"19%\",\"net\":\"stored\"},"
    "\"US\":{\"currency\":\"USD\",\"display\":\"net\"}},"
    "\"channels\":{\"store\":{\"kind\":\"traditional\"},\"web\":{\"kind\":\"online\",\"reference\":\"store\"}},"
    "\"attributes\":{\"stock\":\"number\"},"
    "\"periods\":{\"then\":{\"from\":\"1970-01-01T00:00:00Z\",\"until\":\"1970-01-02T00:00:00Z\"}},"
    "\"rules\":[{\"id\":\"off\",\"when\":{\"market\":\"US\"},\"during\":\"then\",\"discount\":\"50%\"}]}";

static pricepoint_request asked(const char* market) {
  static const pricepoint_channel_price store = {{"store", 5}, {PRICEPOINT_NUMBER_MINOR, 5000, {NULL, 0}}};
  SIZED(pricepoint_request, request);
  request.channel = PRICEPOINT_TEXT("web");
  request.market = text_of(market);
  request.prices = &store;
  request.price_count = 1;
  return request;
}

/* Says "priced 5000", or the names of what is invalid. */
static const char* answer(pricepoint_pricer* pricer, const pricepoint_request* request) {
  static char text[200];
  pricepoint_error* error = NULL;
  size_t i;
  SIZED(pricepoint_decision, decision);
  if (pricepoint_price(pricer, request, &decision, &error) != PRICEPOINT_OK) {
    snprintf(text, sizeof text, "%s", pricepoint_error_text(error).data);
    pricepoint_error_free(error);
    CHECK(decision.status == PRICEPOINT_INVALID && decision.price == PRICEPOINT_ABSENT);
    return text;
  }
  snprintf(text, sizeof text, "%s", pricepoint_status_name(decision.status));
  if (decision.price != PRICEPOINT_ABSENT) {
    snprintf(text + strlen(text), sizeof text - strlen(text), " %ld", (long)decision.price);
  }
  for (i = 0; i < decision.invalid.count; ++i) {
    snprintf(text + strlen(text), sizeof text - strlen(text), " %s", decision.invalid.names[i].data);
  }
  return text;
}

#define ANSWER(request, expected)                                                   \
  do {                                                                              \
    const char* const got = answer(pricer, &(request));                             \
    if (strcmp(got, expected) != 0) fprintf(stderr, "%s, not %s\n", got, expected); \
    CHECK(strcmp(got, expected) == 0);                                              \
  } while (0)

/* [REL-37] [REQ-12] [REQ-13] [REQ-14] [REQ-19] A zero is absent unless it is said to be given, and each number has two
 * ends. */
static void ranges(void) {
  pricepoint_policy* policy = policy_of(shop);
  pricepoint_pricer* pricer = NULL;
  pricepoint_request request = asked("CN");
  size_t i;
  SIZED(pricepoint_decision, decision);
  static const struct {
    size_t member;
    const char* name;
    int64_t least, most;
    const char* market;
    const char* absent;
    const char* at_least;
  } numbers[] = {
      {offsetof(pricepoint_request, tax_e8), "tax", 0, 100000000000, "CN", "priced 5000", "priced 5000"},
      {offsetof(pricepoint_request, fee_e8), "fee", 0, 100000000, "CN", "priced 5000", "priced 5000"},
      {offsetof(pricepoint_request, at_unix_ms), "at", 0, 253402300799999, "US", "incomplete", "priced 2500"},
      {offsetof(pricepoint_request, current_since_unix_ms), "current_since", 0, 253402300799999, "CN", "priced 5000",
       "priced 5000"}};
  static const struct {
    size_t member;
    const char* name;
    int64_t least, most;
  } counts[] = {{offsetof(pricepoint_request, quantity), "quantity", 1, 999999999999999},
                {offsetof(pricepoint_request, units), "units", 0, 999999999999999},
                {offsetof(pricepoint_request, cost), "cost", 0, 1000000000000000},
                {offsetof(pricepoint_request, list), "list", 1, 1000000000000000},
                {offsetof(pricepoint_request, current), "current", 1, 1000000000000000}};
  CHECK(pricepoint_pricer_create(policy, NULL, &pricer, NULL) == PRICEPOINT_OK);
  ANSWER(request, "priced 5000");
  CHECK(pricepoint_price(pricer, &request, &decision, NULL) == PRICEPOINT_OK);
  CHECK(decision.net == 4425 && decision.tax == 575); /* the market's 13%, not 0% */
  CHECK(decision.next_change_at_unix_ms == PRICEPOINT_ABSENT);
  for (i = 0; i < sizeof numbers / sizeof *numbers; ++i) {
    char refused[100];
    pricepoint_optional* member;
    snprintf(refused, sizeof refused, "invalid %s", numbers[i].name);
    request = asked(numbers[i].market);
    member = (pricepoint_optional*)((char*)&request + numbers[i].member);
    member->value = 77; /* not given: whatever it is */
    ANSWER(request, numbers[i].absent);
    *member = PRICEPOINT_GIVEN(numbers[i].least);
    ANSWER(request, numbers[i].at_least);
    member->value = numbers[i].most;
    ANSWER(request, "priced 5000");
    member->value = numbers[i].least - 1;
    ANSWER(request, refused);
    member->value = numbers[i].most + 1;
    ANSWER(request, refused);
    member->value = INT64_MAX;
    ANSWER(request, refused);
    member->value = INT64_MIN;
    ANSWER(request, refused);
    member->given = 2;
    ANSWER(request, "error PP-A001: given is neither 0, which is absent, nor 1\n");
  }
  for (i = 0; i < sizeof counts / sizeof *counts; ++i) {
    char refused[100];
    pricepoint_number* member;
    snprintf(refused, sizeof refused, "invalid %s", counts[i].name);
    request = asked("CN");
    member = (pricepoint_number*)((char*)&request + counts[i].member);
    *member = PRICEPOINT_MINOR(counts[i].least);
    ANSWER(request, "priced 5000");
    member->minor = counts[i].most;
    ANSWER(request, "priced 5000");
    member->minor = counts[i].least - 1;
    ANSWER(request, refused);
    member->minor = counts[i].most + 1;
    ANSWER(request, refused);
    member->minor = INT64_MAX;
    ANSWER(request, refused);
    member->minor = INT64_MIN + 1;
    ANSWER(request, refused);
    member->minor = PRICEPOINT_ABSENT;
    ANSWER(request, "priced 5000");
    member->kind = 3;
    ANSWER(request, "error PP-A001: a number of an unknown kind\n");
  }
  /* As text the same ends hold, and the same names. */
  request = asked("CN");
  request.quantity = PRICEPOINT_DECIMAL("999999999999999");
  ANSWER(request, "priced 5000");
  request.quantity = PRICEPOINT_DECIMAL("1000000000000000");
  ANSWER(request, "invalid quantity");
  {
    pricepoint_attribute stock = {{"stock", 5}, {NULL, 0}, {PRICEPOINT_NUMBER_MINOR, 999999999999999, {NULL, 0}}};
    request = asked("CN");
    request.attributes = &stock;
    request.attribute_count = 1;
    ANSWER(request, "priced 5000");
    stock.number.minor = -999999999999999;
    ANSWER(request, "priced 5000");
    stock.number.minor = 1000000000000000;
    ANSWER(request, "invalid stock");
    stock.number.minor = INT64_MIN + 1;
    ANSWER(request, "invalid stock");
  }
  /* The largest tax of the largest amount is still a number. */
  {
    pricepoint_channel_price store = {{"store", 5}, {PRICEPOINT_NUMBER_MINOR, 1000000000000000, {NULL, 0}}};
    request = asked("US");
    request.at_unix_ms = PRICEPOINT_GIVEN(1790000000000);
    request.prices = &store;
    request.tax_e8 = PRICEPOINT_GIVEN(100000000000);
    CHECK(pricepoint_price(pricer, &request, &decision, NULL) == PRICEPOINT_OK);
    CHECK(decision.price == 1000000000000000 && decision.net == decision.price && decision.tax == 1000000000000000000);
  }
  /* A shop that keeps net prices: 1 + tax no longer fitted 64 bits, and a wrong price came out. */
  request = asked("DE");
  request.tax_e8 = PRICEPOINT_GIVEN(19000000);
  ANSWER(request, "priced 5000");
  request.tax_e8 = PRICEPOINT_GIVEN(100000000000); /* 1,001 times a cent is the least */
  ANSWER(request, "priced 5005");
  request.tax_e8 = PRICEPOINT_GIVEN(INT64_MAX);
  ANSWER(request, "invalid tax");
  request.tax_e8 = PRICEPOINT_GIVEN(INT64_MAX - 1);
  ANSWER(request, "invalid tax");
  pricepoint_pricer_free(pricer);
  pricepoint_policy_free(policy);
}

/* The error of a call that is refused says `part`. */
#define REFUSED(call, part)                              \
  do {                                                   \
    error = NULL;                                        \
    CHECK((call) == PRICEPOINT_ERROR_ARGUMENT);          \
    CHECK(contains(pricepoint_error_text(error), part)); \
    CHECK(contains(pricepoint_error_json(error), part)); \
    pricepoint_error_free(error);                        \
  } while (0)

/* [REL-36] [REL-37] A struct that is zero altogether is refused with what to set; counts and sizes that were never set,
 * too. */
static void sizes_and_counts(void) {
  pricepoint_policy* policy = policy_of(shop);
  pricepoint_policy* none = NULL;
  pricepoint_pricer* pricer = NULL;
  pricepoint_kind* kind = NULL;
  pricepoint_batch* batch = NULL;
  pricepoint_text* text = NULL;
  pricepoint_error* error = NULL;
  pricepoint_error* other = NULL;
  pricepoint_request request = asked("CN");
  pricepoint_view endless = {"x", (size_t)-1};
  SIZED(pricepoint_decision, decision);
  SIZED(pricepoint_policy_options, options);
  SIZED(pricepoint_batch_options, how);
  SIZED(pricepoint_diagnostic, diagnostic);
  CHECK(pricepoint_pricer_create(policy, NULL, &pricer, NULL) == PRICEPOINT_OK);

  request.struct_size = 0;
  REFUSED(pricepoint_price(pricer, &request, &decision, &error), "set it to sizeof(pricepoint_request)");
  request.struct_size = sizeof request;
  decision.struct_size = 0;
  REFUSED(pricepoint_price(pricer, &request, &decision, &error), "set it to sizeof(pricepoint_decision)");
  decision.struct_size = sizeof decision;
  options.struct_size = 0;
  REFUSED(pricepoint_policy_from_text(text_of(shop), &options, &none, &error),
          "set it to sizeof(pricepoint_policy_options)");
  how.struct_size = 0;
  REFUSED(pricepoint_batch_create(policy, &how, &batch, &error), "set it to sizeof(pricepoint_batch_options)");
  how.struct_size = sizeof how;
  options.struct_size = sizeof options;
  CHECK(pricepoint_policy_from_text(PRICEPOINT_TEXT("{}"), &options, &none, &other) == PRICEPOINT_ERROR_POLICY);
  CHECK(pricepoint_error_get(other, 0, &diagnostic) == PRICEPOINT_OK && is_text(diagnostic.file, "policy"));
  diagnostic.struct_size = 0;
  CHECK(pricepoint_error_get(other, 0, &diagnostic) == PRICEPOINT_ERROR_ARGUMENT);
  pricepoint_error_free(other);

  /* Zero options are the default ones: one thread, all parts. */
  CHECK(pricepoint_batch_create(policy, &how, &batch, &error) == PRICEPOINT_OK);
  pricepoint_batch_free(batch);
  how.threads = PRICEPOINT_ALL_THREADS;
  CHECK(pricepoint_batch_create(policy, &how, &batch, &error) == PRICEPOINT_OK);
  pricepoint_batch_free(batch);
  how.threads = 1024;
  how.parts = 2047;
  CHECK(pricepoint_batch_create(policy, &how, &batch, &error) == PRICEPOINT_OK);
  pricepoint_batch_free(batch);
  how.threads = 1025;
  REFUSED(pricepoint_batch_create(policy, &how, &batch, &error), "PRICEPOINT_ALL_THREADS");
  how.threads = PRICEPOINT_ALL_THREADS - 1;
  REFUSED(pricepoint_batch_create(policy, &how, &batch, &error), "PRICEPOINT_ALL_THREADS");
  how.threads = 0;
  how.parts = 2048;
  REFUSED(pricepoint_batch_create(policy, &how, &batch, &error), "an unknown part");
  how.parts = 0;
  how.at_unix_ms = PRICEPOINT_GIVEN(-1);
  REFUSED(pricepoint_batch_create(policy, &how, &batch, &error), "at_unix_ms is not within the years 1970 to 9999");
  how.at_unix_ms = PRICEPOINT_GIVEN(253402300800000);
  REFUSED(pricepoint_batch_create(policy, &how, &batch, &error), "at_unix_ms is not within the years 1970 to 9999");
  how.at_unix_ms.given = -1;
  REFUSED(pricepoint_batch_create(policy, &how, &batch, &error), "neither 0, which is absent, nor 1");

  /* 0 and PRICEPOINT_ABSENT are both no time. */
  {
    pricepoint_text* same = NULL;
    CHECK(pricepoint_policy_check(policy, 0, &text, &error) == PRICEPOINT_OK);
    CHECK(pricepoint_policy_check(policy, PRICEPOINT_ABSENT, &same, &error) == PRICEPOINT_OK);
    CHECK(is_text(pricepoint_text_get(text), pricepoint_text_get(same).data));
    pricepoint_text_free(same);
    CHECK(pricepoint_policy_check(policy, 1790000000000, &same, &error) == PRICEPOINT_OK);
    CHECK(!is_text(pricepoint_text_get(text), pricepoint_text_get(same).data));
    pricepoint_text_free(same);
    pricepoint_text_free(text);
  }
  REFUSED(pricepoint_policy_check(policy, -1, &text, &error), "at_unix_ms is not within the years 1970 to 9999");
  REFUSED(pricepoint_policy_check(policy, INT64_MAX, &text, &error), "at_unix_ms is not within");

  request.price_count = 4097;
  REFUSED(pricepoint_price(pricer, &request, &decision, &error), "price_count is more than 4,096");
  request.price_count = (size_t)-1;
  REFUSED(pricepoint_explain(pricer, &request, 0, &text, &error), "price_count is more than 4,096");
  request.prices = NULL;
  request.price_count = 1;
  REFUSED(pricepoint_price(pricer, &request, &decision, &error), "prices are NULL, but price_count is not 0");
  request = asked("CN");
  request.attribute_count = 1;
  REFUSED(pricepoint_price(pricer, &request, &decision, &error), "attributes are NULL, but attribute_count is not 0");
  request = asked("CN");
  REFUSED(pricepoint_kind_create(pricer, &request, &endless, (size_t)-1, &kind, &error), "field_count is more than");
  REFUSED(pricepoint_kind_create(pricer, &request, NULL, 1, &kind, &error), "fields are NULL");
  request.sku = endless;
  REFUSED(pricepoint_price(pricer, &request, &decision, &error), "a text's size is larger than memory can be");
  REFUSED(pricepoint_price_json(pricer, endless, &text, &error), "a text's size is larger than memory can be");
  REFUSED(pricepoint_policy_from_text(endless, NULL, &none, &error), "a text's size is larger than memory can be");
  REFUSED(pricepoint_markets(endless, &text, &error), "a text's size is larger than memory can be");
  {
    /* 4,096 are taken, those that the policy does not know among them. */
    size_t i;
    pricepoint_channel_price* many = malloc(4096 * sizeof *many);
    request = asked("CN");
    for (i = 0; i < 4096; ++i) {
      many[i].channel = i == 4095 ? PRICEPOINT_TEXT("store") : PRICEPOINT_TEXT("nowhere");
      many[i].price = PRICEPOINT_MINOR(5000);
    }
    request.prices = many;
    request.price_count = 4096;
    ANSWER(request, "priced 5000");
    free(many);
  }
  pricepoint_pricer_free(pricer);
  pricepoint_policy_free(policy);
}

/* Both forms of a function give the same. */
static void texts_with_an_end(void) {
  static const char* const line = "{\"channel\":\"web\",\"market\":\"CN\",\"prices\":{\"store\":50}}";
  static const char* const file = "examples/policies/worked-example.json";
  pricepoint_policy* policy = NULL;
  pricepoint_policy* none = NULL;
  pricepoint_pricer* pricer = NULL;
  pricepoint_rates* rates = NULL;
  pricepoint_text* one = NULL;
  pricepoint_text* other = NULL;
  pricepoint_error* error = NULL;
  CHECK(pricepoint_abi() == PRICEPOINT_ABI);
  CHECK(pricepoint_policy_from_text_z(shop, NULL, &policy, &error) == PRICEPOINT_OK && error == NULL);
  CHECK(strcmp(pricepoint_policy_name_z(policy), "zero") == 0);
  CHECK(is_text(pricepoint_policy_fingerprint(policy), pricepoint_policy_fingerprint_z(policy)));
  CHECK(pricepoint_policy_from_file_z(file, NULL, &none, &error) == PRICEPOINT_OK);
  pricepoint_policy_free(none);
  CHECK(pricepoint_pricer_create(policy, NULL, &pricer, &error) == PRICEPOINT_OK);

#define SAME_TEXTS(by_view, by_end)                                         \
  do {                                                                      \
    CHECK((by_view) == PRICEPOINT_OK && (by_end) == PRICEPOINT_OK);         \
    CHECK(is_text(pricepoint_text_get(one), pricepoint_text_get_z(other))); \
    CHECK(pricepoint_text_get(one).size > 0);                               \
    pricepoint_text_free(one);                                              \
    pricepoint_text_free(other);                                            \
  } while (0)
  SAME_TEXTS(pricepoint_price_json(pricer, text_of(line), &one, &error),
             pricepoint_price_json_z(pricer, line, &other, &error));
  SAME_TEXTS(pricepoint_explain_json(pricer, text_of(line), PRICEPOINT_FORMAT_JSON, &one, &error),
             pricepoint_explain_json_z(pricer, line, PRICEPOINT_FORMAT_JSON, &other, &error));
  SAME_TEXTS(pricepoint_markets(text_of("JP"), &one, &error), pricepoint_markets_z("JP", &other, &error));
  SAME_TEXTS(pricepoint_markets(text_of(""), &one, &error), pricepoint_markets_z(NULL, &other, &error));
  CHECK(pricepoint_rates_from_csv_z("from,to,rate,at\n", &rates, &error) == PRICEPOINT_OK);
  pricepoint_rates_free(rates);

  CHECK(pricepoint_policy_from_text_z("{", NULL, &none, &error) == PRICEPOINT_ERROR_POLICY && none == NULL);
  CHECK(is_text(pricepoint_error_text(error), pricepoint_error_text_z(error)));
  CHECK(is_text(pricepoint_error_json(error), pricepoint_error_json_z(error)));
  CHECK(strlen(pricepoint_error_text_z(error)) > 0 && pricepoint_error_json_z(error)[0] == '[');
  pricepoint_error_free(error);
  CHECK(strcmp(pricepoint_error_text_z(NULL), "") == 0 && strcmp(pricepoint_error_json_z(NULL), "[]") == 0);
  CHECK(strcmp(pricepoint_text_get_z(NULL), "") == 0 && strcmp(pricepoint_policy_name_z(NULL), "") == 0);
  CHECK(strcmp(pricepoint_policy_fingerprint_z(NULL), "") == 0);

  none = policy, one = other = (pricepoint_text*)&error, rates = (pricepoint_rates*)&error;
  REFUSED(pricepoint_policy_from_text_z(NULL, NULL, &none, &error), "a text that must be given is NULL");
  CHECK(none == NULL);
  none = policy;
  REFUSED(pricepoint_policy_from_file_z(NULL, NULL, &none, &error), "a text that must be given is NULL");
  CHECK(none == NULL);
  REFUSED(pricepoint_price_json_z(pricer, NULL, &one, &error), "a text that must be given is NULL");
  REFUSED(pricepoint_explain_json_z(pricer, NULL, 0, &other, &error), "a text that must be given is NULL");
  REFUSED(pricepoint_rates_from_csv_z(NULL, &rates, &error), "a text that must be given is NULL");
  CHECK(one == NULL && other == NULL && rates == NULL);
  REFUSED(pricepoint_policy_from_text_z(NULL, NULL, NULL, &error), "an out parameter that must be given is NULL");
  REFUSED(pricepoint_markets_z("XX", &one, &error), "no market of this code");
  pricepoint_pricer_free(pricer);
  pricepoint_policy_free(policy);
}

int main(void) {
  initialisers();
  ranges();
  sizes_and_counts();
  texts_with_an_end();
  return failures == 0 ? 0 : 1;
}
