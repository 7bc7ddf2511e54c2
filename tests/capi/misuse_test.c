/* SPDX-License-Identifier: Apache-2.0 */
/* The C interface as a careless caller uses it: what is NULL, too small, unknown or of another version is an error. */
#include <stdlib.h>

#include "check.h"

/* Each of these gives `result` an error that says something, and leaves `out` NULL. */
#define REFUSED(call)                                         \
  do {                                                        \
    error = NULL;                                             \
    CHECK((call) == PRICEPOINT_ERROR_ARGUMENT);               \
    CHECK(pricepoint_error_count(error) == 1);                \
    CHECK(contains(pricepoint_error_text(error), "PP-A001")); \
    pricepoint_error_free(error);                             \
  } while (0)

static void nulls(void) {
  pricepoint_error* error = NULL;
  pricepoint_policy* policy = policy_of(POLICY_OF("nulls", "1%"));
  pricepoint_policy* none = policy;
  pricepoint_slot* slot = NULL;
  pricepoint_pricer* pricer = NULL;
  pricepoint_kind* kind = NULL;
  pricepoint_rates* rates = NULL;
  pricepoint_text* text = NULL;
  pricepoint_request request = PRICEPOINT_REQUEST_INIT;
  pricepoint_decision decision = PRICEPOINT_DECISION_INIT;
  pricepoint_diagnostic diagnostic = PRICEPOINT_DIAGNOSTIC_INIT;
  pricepoint_quote quote;
  const pricepoint_view broken = {NULL, 3};
  const int64_t values[] = {1, 2};

  pricepoint_error_free(NULL);
  pricepoint_text_free(NULL);
  pricepoint_policy_free(NULL);
  pricepoint_rates_free(NULL);
  pricepoint_slot_free(NULL);
  pricepoint_pricer_free(NULL);
  pricepoint_kind_free(NULL);
  pricepoint_request_init_sized(NULL, sizeof request);
  CHECK(pricepoint_error_count(NULL) == 0);
  CHECK(is_text(pricepoint_error_text(NULL), ""));
  CHECK(is_text(pricepoint_error_json(NULL), "[]"));
  CHECK(pricepoint_error_get(NULL, 0, &diagnostic) == PRICEPOINT_ERROR_ARGUMENT);
  CHECK(is_text(pricepoint_text_get(NULL), ""));
  CHECK(is_text(pricepoint_policy_name(NULL), ""));
  CHECK(is_text(pricepoint_policy_fingerprint(NULL), ""));
  CHECK(pricepoint_policy_copy(NULL) == NULL);

  REFUSED(pricepoint_policy_from_text(PRICEPOINT_TEXT("{}"), NULL, NULL, &error));
  REFUSED(pricepoint_policy_from_text(broken, NULL, &none, &error));
  CHECK(none == NULL);
  REFUSED(pricepoint_policy_from_file(broken, NULL, &none, &error));
  REFUSED(pricepoint_policy_inputs(NULL, &text, &error));
  REFUSED(pricepoint_policy_inputs(policy, NULL, &error));
  REFUSED(pricepoint_policy_names(NULL, &text, &error));
  REFUSED(pricepoint_policy_names(policy, NULL, &error));
  REFUSED(pricepoint_policy_check(NULL, PRICEPOINT_ABSENT, &text, &error));
  REFUSED(pricepoint_markets(PRICEPOINT_TEXT("CN"), NULL, &error));
  REFUSED(pricepoint_schema(NULL, &error));
  REFUSED(pricepoint_rates_from_csv(broken, &rates, &error));
  REFUSED(pricepoint_rates_from_csv(PRICEPOINT_TEXT(""), NULL, &error));
  REFUSED(pricepoint_slot_create(NULL, &slot, &error));
  REFUSED(pricepoint_slot_create(policy, NULL, &error));
  REFUSED(pricepoint_slot_publish(NULL, policy, &error));
  CHECK(pricepoint_slot_create(policy, &slot, &error) == PRICEPOINT_OK);
  REFUSED(pricepoint_slot_publish(slot, NULL, &error));
  REFUSED(pricepoint_slot_get(NULL, &none, &error));
  REFUSED(pricepoint_slot_get(slot, NULL, &error));
  REFUSED(pricepoint_pricer_create(NULL, NULL, &pricer, &error));
  REFUSED(pricepoint_pricer_create(policy, NULL, NULL, &error));
  REFUSED(pricepoint_pricer_from_slot(NULL, NULL, &pricer, &error));
  CHECK(pricepoint_pricer_create(policy, NULL, &pricer, &error) == PRICEPOINT_OK);
  REFUSED(pricepoint_price(NULL, &request, &decision, &error));
  REFUSED(pricepoint_price(pricer, NULL, &decision, &error));
  REFUSED(pricepoint_price(pricer, &request, NULL, &error));
  REFUSED(pricepoint_price_json(NULL, PRICEPOINT_TEXT("{}"), &text, &error));
  REFUSED(pricepoint_price_json(pricer, broken, &text, &error));
  REFUSED(pricepoint_price_json(pricer, PRICEPOINT_TEXT("{}"), NULL, &error));
  REFUSED(pricepoint_explain(pricer, NULL, PRICEPOINT_FORMAT_TEXT, &text, &error));
  REFUSED(pricepoint_explain(pricer, &request, 7, &text, &error));
  REFUSED(pricepoint_explain_json(pricer, PRICEPOINT_TEXT("{}"), -1, &text, &error));
  REFUSED(pricepoint_kind_create(NULL, &request, NULL, 0, &kind, &error));
  REFUSED(pricepoint_kind_create(pricer, NULL, NULL, 0, &kind, &error));
  REFUSED(pricepoint_kind_create(pricer, &request, NULL, 1, &kind, &error));
  CHECK(pricepoint_kind_price(NULL, values, 1, &quote) == PRICEPOINT_ERROR_ARGUMENT);
  CHECK(quote.price == PRICEPOINT_ABSENT && quote.status == PRICEPOINT_INVALID && quote.limited_by.count == 0);
  CHECK(pricepoint_kind_create(pricer, &request, NULL, 0, &kind, &error) == PRICEPOINT_OK);
  CHECK(pricepoint_kind_price(kind, NULL, 0, &quote) == PRICEPOINT_OK);
  CHECK(pricepoint_kind_price(kind, NULL, 1, &quote) == PRICEPOINT_ERROR_ARGUMENT);
  CHECK(pricepoint_kind_price(kind, values, 1, &quote) == PRICEPOINT_ERROR_ARGUMENT);
  CHECK(pricepoint_kind_price(kind, NULL, 0, NULL) == PRICEPOINT_ERROR_ARGUMENT);

  /* No place for the error: the result says enough. */
  CHECK(pricepoint_price(pricer, NULL, &decision, NULL) == PRICEPOINT_ERROR_ARGUMENT);
  request.price_count = 2;
  REFUSED(pricepoint_price(pricer, &request, &decision, &error));
  pricepoint_request_init(&request);
  request.attribute_count = 1;
  REFUSED(pricepoint_price(pricer, &request, &decision, &error));
  pricepoint_request_init(&request);
  request.cost.kind = 9;
  REFUSED(pricepoint_price(pricer, &request, &decision, &error));
  pricepoint_request_init(&request);
  request.sku = broken;
  REFUSED(pricepoint_price(pricer, &request, &decision, &error));
  CHECK(decision.price == PRICEPOINT_ABSENT && decision.discounts.count == 0);

  pricepoint_kind_free(kind);
  pricepoint_pricer_free(pricer);
  pricepoint_slot_free(slot);
  pricepoint_policy_free(policy);
}

/* Structs of an older header are refused where no version was that small; those of a newer one are taken as far as they
 * are known, and what lies behind is not touched. */
static void sizes(void) {
  pricepoint_error* error = NULL;
  pricepoint_policy* policy = policy_of(POLICY_OF("sizes", "1%"));
  pricepoint_policy* none = NULL;
  pricepoint_pricer* pricer = NULL;
  pricepoint_policy_options options = PRICEPOINT_POLICY_OPTIONS_INIT;
  pricepoint_request request = PRICEPOINT_REQUEST_INIT;
  struct {
    pricepoint_decision known;
    int64_t more;
  } newer = {PRICEPOINT_DECISION_INIT, 77};
  struct {
    pricepoint_request known;
    int64_t more;
  } newer_request = {PRICEPOINT_REQUEST_INIT, 78};
  CHECK(pricepoint_pricer_create(policy, NULL, &pricer, &error) == PRICEPOINT_OK);
  options.struct_size = 8;
  REFUSED(pricepoint_policy_from_text(PRICEPOINT_TEXT("{}"), &options, &none, &error));
  options.struct_size = 0;
  REFUSED(pricepoint_policy_from_file(PRICEPOINT_TEXT("x"), &options, &none, &error));
  request.struct_size = sizeof request - 1;
  REFUSED(pricepoint_price(pricer, &request, &newer.known, &error));
  newer.known.struct_size = 16;
  REFUSED(pricepoint_price(pricer, &newer_request.known, &newer.known, &error));
  newer.known.struct_size = sizeof newer;
  pricepoint_request_init_sized(&newer_request.known, sizeof newer_request);
  CHECK(newer_request.known.struct_size == sizeof newer_request && newer_request.more == 0);
  CHECK(newer_request.known.at_unix_ms.given == 0 && newer_request.known.sku.data == NULL);
  newer_request.known.market = PRICEPOINT_TEXT("CN");
  CHECK(pricepoint_price(pricer, &newer_request.known, &newer.known, &error) == PRICEPOINT_OK);
  CHECK(newer.more == 77 && newer.known.struct_size == sizeof newer && strcmp(newer.known.currency, "CNY") == 0);
  pricepoint_pricer_free(pricer);
  pricepoint_policy_free(policy);
}

static const char* const shop =
    "{\"pricepoint\":1,\"markets\":{\"CN\":{\"currency\":\"CNY\",\"display\":\"gross\",\"tax\":\"13%\"}},"
    "\"channels\":{\"store\":{\"kind\":\"traditional\"},\"web\":{\"kind\":\"online\",\"reference\":\"store\"}},"
    "\"attributes\":{\"tag\":{\"money\":\"display\"},\"stock\":\"number\"},"
    "\"rules\":[{\"id\":\"full\",\"when\":{\"stock\":{\"from\":100}},\"advise\":\"full\"},"
    "{\"id\":\"tagged\",\"floor\":\"tag\",\"skip_if_missing\":true},"
    "{\"id\":\"pay\",\"credit\":{\"to\":\"store\",\"rate\":\"2%\"}},{\"id\":\"keep\",\"hold\":\"50%\"}]}";

/* Numbers in each of their forms, and texts that are none. */
static void numbers(void) {
  pricepoint_error* error = NULL;
  pricepoint_policy* policy = policy_of(shop);
  pricepoint_pricer* pricer = NULL;
  pricepoint_kind* kind = NULL;
  pricepoint_text* text = NULL;
  pricepoint_request request = PRICEPOINT_REQUEST_INIT;
  pricepoint_decision decision = PRICEPOINT_DECISION_INIT;
  pricepoint_channel_price price = {{NULL, 0}, PRICEPOINT_NUMBER_INIT};
  pricepoint_attribute attributes[3] = {{{NULL, 0}, {NULL, 0}, PRICEPOINT_NUMBER_INIT},
                                        {{NULL, 0}, {NULL, 0}, PRICEPOINT_NUMBER_INIT},
                                        {{NULL, 0}, {NULL, 0}, PRICEPOINT_NUMBER_INIT}};
  CHECK(pricepoint_pricer_create(policy, NULL, &pricer, &error) == PRICEPOINT_OK);
  price.channel = PRICEPOINT_TEXT("store");
  price.price = PRICEPOINT_MINOR(3009);
  attributes[0].name = PRICEPOINT_TEXT("tag");
  attributes[0].number = PRICEPOINT_MINOR(4000);
  attributes[1].name = PRICEPOINT_TEXT("stock");
  attributes[1].number = PRICEPOINT_DECIMAL("100");
  attributes[2].name = PRICEPOINT_TEXT("nobody_declares_it");
  attributes[2].number = PRICEPOINT_MINOR(1);
  request.market = PRICEPOINT_TEXT("CN");
  request.channel = PRICEPOINT_TEXT("web");
  request.tax_e8 = PRICEPOINT_GIVEN(0);
  request.list = PRICEPOINT_MINOR(PRICEPOINT_ABSENT);
  request.quantity.kind = PRICEPOINT_NUMBER_TEXT; /* an empty text is absent */
  request.prices = &price;
  request.price_count = 1;
  request.attributes = attributes;
  request.attribute_count = 3;
  CHECK(pricepoint_price(pricer, &request, &decision, &error) == PRICEPOINT_OK);
  CHECK(decision.status == PRICEPOINT_PRICED && decision.price == 4000 && decision.held == 0);
  CHECK(decision.net == 4000 && decision.tax == 0);
  CHECK(decision.advice.count == 1 && is_text(decision.advice.names[0], "full"));
  CHECK(decision.credit_count == 1 && is_text(decision.credits[0].to, "store") && decision.credits[0].minor == 80);
  attributes[1].number = PRICEPOINT_MINOR(99); /* a whole number, not minor units */
  request.current = PRICEPOINT_MINOR(4100);
  CHECK(pricepoint_price(pricer, &request, &decision, &error) == PRICEPOINT_OK);
  CHECK(decision.price == 4100 && decision.held == 1 && decision.advice.count == 0);
  attributes[0].number = PRICEPOINT_MINOR(PRICEPOINT_ABSENT);
  request.current.kind = PRICEPOINT_NUMBER_ABSENT;
  CHECK(pricepoint_price(pricer, &request, &decision, &error) == PRICEPOINT_OK);
  CHECK(decision.price == 3009);

  price.price = PRICEPOINT_DECIMAL("30,09");
  request.list = PRICEPOINT_DECIMAL("x");
  CHECK(pricepoint_price(pricer, &request, &decision, &error) == PRICEPOINT_OK);
  CHECK(decision.status == PRICEPOINT_INVALID && decision.invalid.count == 2);
  CHECK(is_text(decision.invalid.names[0], "list") && is_text(decision.invalid.names[1], "price.store"));
  CHECK(pricepoint_kind_create(pricer, &request, NULL, 0, &kind, &error) == PRICEPOINT_ERROR_POLICY);
  CHECK(contains(pricepoint_error_text(error), "PP-A004") && kind == NULL);
  CHECK(contains(pricepoint_error_text(error), "list, price.store: no number"));
  pricepoint_error_free(error);

  /* A text that is no request is a decision all the same, in the form that was asked for. */
  CHECK(pricepoint_explain_json(pricer, PRICEPOINT_TEXT("[]"), PRICEPOINT_FORMAT_JSON, &text, &error) == PRICEPOINT_OK);
  CHECK(contains(pricepoint_text_get(text), "\"status\":\"invalid\""));
  pricepoint_text_free(text);
  CHECK(pricepoint_explain_json(pricer, PRICEPOINT_TEXT("[]"), PRICEPOINT_FORMAT_TEXT, &text, &error) == PRICEPOINT_OK);
  CHECK(!contains(pricepoint_text_get(text), "\"status\"") && pricepoint_text_get(text).size > 0);
  pricepoint_text_free(text);
  pricepoint_pricer_free(pricer);
  pricepoint_policy_free(policy);
}

/* A kind of a slot whose policy does not know its field, until one does again. */
static void kinds_of_slots(void) {
  pricepoint_error* error = NULL;
  pricepoint_policy* policy = policy_of(shop);
  pricepoint_policy* other =
      policy_of("{\"pricepoint\":1,\"markets\":{\"CN\":{}},\"channels\":{\"web\":{\"kind\":\"online\"}},\"rules\":[]}");
  pricepoint_slot* slot = NULL;
  pricepoint_pricer* pricer = NULL;
  pricepoint_kind* kind = NULL;
  pricepoint_text* text = NULL;
  pricepoint_request request = PRICEPOINT_REQUEST_INIT;
  pricepoint_quote quote;
  pricepoint_view field = PRICEPOINT_TEXT("price.store");
  const int64_t store = 3009;
  CHECK(pricepoint_slot_create(policy, &slot, &error) == PRICEPOINT_OK);
  CHECK(pricepoint_pricer_from_slot(slot, NULL, &pricer, &error) == PRICEPOINT_OK);
  request.market = PRICEPOINT_TEXT("CN");
  request.channel = PRICEPOINT_TEXT("web");
  CHECK(pricepoint_kind_create(pricer, &request, &field, 1, &kind, &error) == PRICEPOINT_OK);
  CHECK(pricepoint_kind_price(kind, &store, 1, &quote) == PRICEPOINT_OK && quote.price == 3009);
  CHECK(pricepoint_price_json(pricer, PRICEPOINT_TEXT("{\"channel\":\"store\"}"), &text, &error) == PRICEPOINT_OK);
  pricepoint_text_free(text);
  CHECK(pricepoint_slot_publish(slot, other, &error) == PRICEPOINT_OK);
  CHECK(pricepoint_kind_price(kind, &store, 1, &quote) == PRICEPOINT_ERROR_POLICY);
  CHECK(quote.status == PRICEPOINT_INVALID && quote.price == PRICEPOINT_ABSENT);
  CHECK(pricepoint_price_json(pricer, PRICEPOINT_TEXT("{\"channel\":\"store\",\"market\":\"CN\"}"), &text, &error) ==
        PRICEPOINT_OK);
  CHECK(contains(pricepoint_text_get(text), "\"invalid\":[\"channel\"]"));
  pricepoint_text_free(text);
  CHECK(pricepoint_slot_publish(slot, policy, &error) == PRICEPOINT_OK);
  CHECK(pricepoint_kind_price(kind, &store, 1, &quote) == PRICEPOINT_OK && quote.price == 3009);
  pricepoint_kind_free(kind);
  field = PRICEPOINT_TEXT("price.moon");
  CHECK(pricepoint_kind_create(pricer, &request, &field, 1, &kind, &error) == PRICEPOINT_ERROR_POLICY);
  CHECK(contains(pricepoint_error_text(error), "PP-B001") && kind == NULL);
  pricepoint_error_free(error);
  pricepoint_pricer_free(pricer);
  pricepoint_slot_free(slot);
  pricepoint_policy_free(other);
  pricepoint_policy_free(policy);
}

int main(void) {
  nulls();
  sizes();
  numbers();
  kinds_of_slots();
  return failures == 0 ? 0 : 1;
}
