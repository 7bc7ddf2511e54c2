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
  CHECK(newer_request.known.at_unix_ms == PRICEPOINT_ABSENT);
  newer_request.known.market = PRICEPOINT_TEXT("CN");
  CHECK(pricepoint_price(pricer, &newer_request.known, &newer.known, &error) == PRICEPOINT_OK);
  CHECK(newer.more == 77 && newer.known.struct_size == sizeof newer && strcmp(newer.known.currency, "CNY") == 0);
  pricepoint_pricer_free(pricer);
  pricepoint_policy_free(policy);
}

int main(void) {
  nulls();
  sizes();
  return failures == 0 ? 0 : 1;
}
