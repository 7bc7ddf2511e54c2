/* SPDX-License-Identifier: Apache-2.0 */
/* The C interface as a careful caller uses it: policies, prices, explanations, reports, slots, kinds. */
#include "check.h"

static const pricepoint_channel_price store_100[] = {{{"store", 5}, {PRICEPOINT_NUMBER_MINOR, 10000, {NULL, 0}}}};

static pricepoint_request asked(void) {
  pricepoint_request request = PRICEPOINT_REQUEST_INIT;
  request.sku = PRICEPOINT_TEXT("A1");
  request.channel = PRICEPOINT_TEXT("web");
  request.market = PRICEPOINT_TEXT("CN");
  request.prices = store_100;
  request.price_count = 1;
  request.cost = PRICEPOINT_DECIMAL("12.50");
  return request;
}

static void versions(void) {
  CHECK(strcmp(pricepoint_version(), PRICEPOINT_VERSION) == 0);
  CHECK(strlen(pricepoint_tables_version()) == 7);
  CHECK(strcmp(pricepoint_status_name(PRICEPOINT_CONFLICT), "conflict") == 0);
  CHECK(strcmp(pricepoint_status_name(6), "") == 0);
  CHECK(strcmp(pricepoint_status_name(-1), "") == 0);
}

static void prices(void) {
  pricepoint_policy* policy = policy_of(POLICY_OF("basics", "8%"));
  pricepoint_pricer* pricer = NULL;
  pricepoint_text* text = NULL;
  pricepoint_request request = asked();
  pricepoint_decision decision = PRICEPOINT_DECISION_INIT;
  pricepoint_error* error = NULL;
  pricepoint_attribute attributes[2] = {{{"tag", 3}, {NULL, 0}, {PRICEPOINT_NUMBER_MINOR, 250, {NULL, 0}}},
                                        {{"stock", 5}, {NULL, 0}, {PRICEPOINT_NUMBER_MINOR, 7, {NULL, 0}}}};
  CHECK(is_text(pricepoint_policy_name(policy), "basics"));
  CHECK(pricepoint_policy_fingerprint(policy).size == 36);
  CHECK(pricepoint_pricer_create(policy, NULL, &pricer, &error) == PRICEPOINT_OK);
  request.attributes = attributes;
  request.attribute_count = 2;
  CHECK(pricepoint_price(pricer, &request, &decision, &error) == PRICEPOINT_OK);
  CHECK(error == NULL);
  CHECK(decision.status == PRICEPOINT_PRICED);
  CHECK(decision.price == 9200 && decision.net == 8142 && decision.tax == 1058);
  CHECK(decision.was == PRICEPOINT_ABSENT && decision.saving == PRICEPOINT_ABSENT);
  CHECK(strcmp(decision.currency, "CNY") == 0 && decision.digits == 2);
  CHECK(is_text(decision.target, "92.000000"));
  CHECK(decision.discounts.count == 1 && is_text(decision.discounts.names[0], "off"));
  CHECK(decision.limited_by.count == 0 && decision.limited_by.names == NULL);
  CHECK(decision.credit_count == 0 && decision.credits == NULL);
  CHECK(decision.next_change_at_unix_ms == PRICEPOINT_ABSENT);

  request.cost = PRICEPOINT_MINOR(9500);
  CHECK(pricepoint_price(pricer, &request, &decision, &error) == PRICEPOINT_OK);
  CHECK(decision.limited_by.count == 1 && is_text(decision.limited_by.names[0], "earn"));
  CHECK(decision.price > 9200);

  /* A policy that goes before its pricer; the decision's views stay good. */
  pricepoint_policy_free(policy);
  CHECK(decision.policy.size == 36 && decision.policy.data[36] == '\0');

  request.cost = PRICEPOINT_DECIMAL("twelve");
  CHECK(pricepoint_price(pricer, &request, &decision, &error) == PRICEPOINT_OK);
  CHECK(decision.status == PRICEPOINT_INVALID && decision.price == PRICEPOINT_ABSENT);
  CHECK(decision.invalid.count == 1 && is_text(decision.invalid.names[0], "cost"));
  CHECK(pricepoint_explain(pricer, &request, PRICEPOINT_FORMAT_TEXT, &text, &error) == PRICEPOINT_OK);
  CHECK(contains(pricepoint_text_get(text), "cost"));
  pricepoint_text_free(text);

  pricepoint_request_init(&request);
  CHECK(pricepoint_price(pricer, &request, &decision, NULL) == PRICEPOINT_OK);
  CHECK(decision.status != PRICEPOINT_PRICED && decision.currency[0] == '\0' && decision.digits == 0);

  CHECK(
      pricepoint_price_json(
          pricer,
          PRICEPOINT_TEXT(
              "{\"sku\":\"A1\",\"channel\":\"web\",\"market\":\"CN\",\"prices\":{\"store\":100},\"cost\":1,\"x\":[1]}"),
          &text, &error) == PRICEPOINT_OK);
  CHECK(contains(pricepoint_text_get(text), "\"price\":\"92.00\""));
  CHECK(contains(pricepoint_text_get(text), "\"x\":[1]}\n"));
  pricepoint_text_free(text);
  CHECK(pricepoint_price_json(pricer, PRICEPOINT_TEXT("{\"sku\":\"A1\",\n\"cost\":\"1,5\"}"), &text, &error) ==
        PRICEPOINT_OK);
  CHECK(contains(pricepoint_text_get(text), "\"status\":\"invalid\",\"invalid\":[\"line 1, column cost: "));
  pricepoint_text_free(text);
  CHECK(pricepoint_price_json(pricer, PRICEPOINT_TEXT("[1]"), &text, &error) == PRICEPOINT_OK);
  CHECK(contains(pricepoint_text_get(text), "expected an object"));
  pricepoint_text_free(text);
  CHECK(pricepoint_price_json(pricer, PRICEPOINT_TEXT("{\"sku\":\"\xFF\"}"), &text, &error) == PRICEPOINT_OK);
  CHECK(contains(pricepoint_text_get(text), "not UTF-8"));
  pricepoint_text_free(text);
  CHECK(pricepoint_price_json(pricer, PRICEPOINT_TEXT(""), &text, &error) == PRICEPOINT_OK);
  CHECK(contains(pricepoint_text_get(text), "invalid"));
  pricepoint_text_free(text);
  CHECK(pricepoint_explain_json(pricer, PRICEPOINT_TEXT("{\"sku\":\"A1\",\"cost\":{}}"), PRICEPOINT_FORMAT_TEXT, &text,
                                &error) == PRICEPOINT_OK);
  CHECK(contains(pricepoint_text_get(text), "the row cannot be read"));
  pricepoint_text_free(text);
  request = asked();
  CHECK(pricepoint_explain(pricer, &request, PRICEPOINT_FORMAT_JSON, &text, &error) == PRICEPOINT_OK);
  CHECK(contains(pricepoint_text_get(text), "\"price\":\"92.00\"") && pricepoint_text_get(text).data[0] == '{');
  pricepoint_text_free(text);
  request.quantity = PRICEPOINT_DECIMAL("two");
  CHECK(pricepoint_explain(pricer, &request, PRICEPOINT_FORMAT_TEXT, &text, &error) == PRICEPOINT_OK);
  CHECK(contains(pricepoint_text_get(text), "quantity is a value that cannot be."));
  pricepoint_text_free(text);
  pricepoint_pricer_free(pricer);
}

static void policies(void) {
  pricepoint_policy_options options = PRICEPOINT_POLICY_OPTIONS_INIT;
  pricepoint_policy* policy = NULL;
  pricepoint_policy* copy = NULL;
  pricepoint_error* error = NULL;
  pricepoint_text* text = NULL;
  pricepoint_diagnostic one = PRICEPOINT_DIAGNOSTIC_INIT;

  options.file = PRICEPOINT_TEXT("mine.json");
  CHECK(pricepoint_policy_from_text(PRICEPOINT_TEXT("{\"pricepoint\":1,\n\"nmae\":3}"), &options, &policy, &error) ==
        PRICEPOINT_ERROR_POLICY);
  CHECK(policy == NULL);
  CHECK(pricepoint_error_count(error) >= 1);
  CHECK(pricepoint_error_get(error, 0, &one) == PRICEPOINT_OK);
  CHECK(is_text(one.file, "mine.json") && one.line >= 1 && one.severity == PRICEPOINT_SEVERITY_ERROR);
  CHECK(one.code.size == 7 && one.struct_size == sizeof one);
  CHECK(pricepoint_error_get(error, 1000, &one) == PRICEPOINT_ERROR_ARGUMENT);
  CHECK(contains(pricepoint_error_text(error), "mine.json:"));
  CHECK(pricepoint_error_json(error).data[0] == '[');
  pricepoint_error_free(error);

  options.max_bytes = 10;
  CHECK(pricepoint_policy_from_text(text_of(POLICY_OF("x", "1%")), &options, &policy, &error) ==
        PRICEPOINT_ERROR_POLICY);
  pricepoint_error_free(error);
  CHECK(pricepoint_policy_from_file(PRICEPOINT_TEXT("no/such/file.json"), NULL, &policy, &error) ==
        PRICEPOINT_ERROR_FILE);
  CHECK(pricepoint_error_get(error, 0, &one) == PRICEPOINT_OK && is_text(one.code, "PP-F001"));
  pricepoint_error_free(error);
  CHECK(pricepoint_policy_from_file(PRICEPOINT_TEXT("a\0b"), NULL, &policy, &error) == PRICEPOINT_ERROR_ARGUMENT);
  pricepoint_error_free(error);
  CHECK(pricepoint_policy_from_file(PRICEPOINT_TEXT("no/such/file.json"), NULL, &policy, NULL) ==
        PRICEPOINT_ERROR_FILE);

  CHECK(pricepoint_policy_from_file(PRICEPOINT_TEXT("tests/conformance/policy_a/policy.json"), NULL, &policy, &error) ==
        PRICEPOINT_OK);
  copy = pricepoint_policy_copy(policy);
  pricepoint_policy_free(policy);
  CHECK(pricepoint_policy_name(copy).size > 0);
  CHECK(pricepoint_policy_inputs(copy, &text, &error) == PRICEPOINT_OK);
  CHECK(contains(pricepoint_text_get(text), "\"channels\":[{"));
  pricepoint_text_free(text);
  CHECK(pricepoint_policy_names(copy, &text, &error) == PRICEPOINT_OK);
  CHECK(contains(pricepoint_text_get(text), "{\"channels\":[\"") &&
        contains(pricepoint_text_get(text), "],\"markets\":[\"CN\",") &&
        contains(pricepoint_text_get(text), "],\"attributes\":[\"role\"]}\n"));
  pricepoint_text_free(text);
  CHECK(pricepoint_policy_check(copy, PRICEPOINT_ABSENT, &text, &error) == PRICEPOINT_OK);
  pricepoint_text_free(text);
  pricepoint_policy_free(copy);
  policy = policy_of(
      "{\"pricepoint\":1,\"name\":\"k\",\"markets\":{\"CN\":{}},\"channels\":{\"web\":{\"kind\":\"online\"}},"
      "\"rules\":[{\"id\":\"up\",\"floor\":\"20\"},{\"id\":\"down\",\"ceiling\":\"10\"}]}");
  CHECK(pricepoint_policy_check(policy, 1790000000000, &text, &error) == PRICEPOINT_OK);
  CHECK(contains(pricepoint_text_get(text), "{\"code\":\"PP-K"));
  pricepoint_text_free(text);
  pricepoint_policy_free(policy);

  CHECK(pricepoint_markets(PRICEPOINT_TEXT("JP"), &text, &error) == PRICEPOINT_OK);
  CHECK(contains(pricepoint_text_get(text), "\"code\":\"JP\""));
  pricepoint_text_free(text);
  CHECK(pricepoint_markets(PRICEPOINT_TEXT(""), &text, &error) == PRICEPOINT_OK);
  CHECK(contains(pricepoint_text_get(text), "\"code\":\"CN\""));
  pricepoint_text_free(text);
  CHECK(pricepoint_markets(PRICEPOINT_TEXT("XX"), &text, &error) == PRICEPOINT_ERROR_ARGUMENT);
  CHECK(text == NULL);
  pricepoint_error_free(error);
  CHECK(pricepoint_schema(&text, &error) == PRICEPOINT_OK);
  CHECK(contains(pricepoint_text_get(text), "\"$schema\""));
  pricepoint_text_free(text);
}

static void rates(void) {
  pricepoint_policy* policy = policy_of(POLICY_OF("rates", "0%"));
  pricepoint_rates* rates = NULL;
  pricepoint_pricer* pricer = NULL;
  pricepoint_error* error = NULL;
  pricepoint_request request = asked();
  pricepoint_decision decision = PRICEPOINT_DECISION_INIT;
  CHECK(pricepoint_rates_from_csv(PRICEPOINT_TEXT("from,to,rate,at\nEUR,CNY,no,2026-01-01T00:00:00Z\n"), &rates,
                                  &error) == PRICEPOINT_ERROR_POLICY);
  CHECK(rates == NULL && contains(pricepoint_error_text(error), "PP-R002"));
  pricepoint_error_free(error);
  CHECK(pricepoint_rates_from_csv(PRICEPOINT_TEXT("from,to,rate,at\nEUR,CNY,8,2026-01-01T00:00:00Z\n"), &rates,
                                  &error) == PRICEPOINT_OK);
  CHECK(pricepoint_pricer_create(policy, rates, &pricer, &error) == PRICEPOINT_OK);
  pricepoint_rates_free(rates);
  request.currency = PRICEPOINT_TEXT("EUR");
  request.at_unix_ms = PRICEPOINT_GIVEN(1790000000000);
  CHECK(pricepoint_price(pricer, &request, &decision, &error) == PRICEPOINT_OK);
  CHECK(decision.status == PRICEPOINT_PRICED && decision.price == 80000);
  pricepoint_pricer_free(pricer);
  pricepoint_policy_free(policy);
}

static void slots(void) {
  pricepoint_policy* one = policy_of(POLICY_OF("one", "10%"));
  pricepoint_policy* two = policy_of(POLICY_OF("two", "20%"));
  pricepoint_policy* now = NULL;
  pricepoint_slot* slot = NULL;
  pricepoint_pricer* pricer = NULL;
  pricepoint_kind* kind = NULL;
  pricepoint_text* text = NULL;
  pricepoint_error* error = NULL;
  pricepoint_request request = asked();
  pricepoint_decision decision = PRICEPOINT_DECISION_INIT;
  pricepoint_quote quote;
  const pricepoint_view fields[] = {PRICEPOINT_TEXT("price.store"), PRICEPOINT_TEXT("cost")};
  const int64_t values[] = {10000, 1200};
  const int64_t dear[] = {10000, 9800};
  CHECK(pricepoint_slot_create(one, &slot, &error) == PRICEPOINT_OK);
  CHECK(pricepoint_pricer_from_slot(slot, NULL, &pricer, &error) == PRICEPOINT_OK);
  CHECK(pricepoint_kind_create(pricer, &request, fields, 2, &kind, &error) == PRICEPOINT_OK);
  CHECK(pricepoint_price(pricer, &request, &decision, &error) == PRICEPOINT_OK && decision.price == 9000);
  CHECK(pricepoint_kind_price(kind, values, 2, &quote) == PRICEPOINT_OK && quote.price == 9000);
  CHECK(pricepoint_slot_publish(slot, two, &error) == PRICEPOINT_OK);
  CHECK(pricepoint_slot_get(slot, &now, &error) == PRICEPOINT_OK);
  CHECK(is_text(pricepoint_policy_name(now), "two"));
  pricepoint_policy_free(now);
  CHECK(pricepoint_kind_price(kind, values, 2, &quote) == PRICEPOINT_OK && quote.price == 8000);
  CHECK(quote.status == PRICEPOINT_PRICED && quote.limited_by.count == 0);
  CHECK(pricepoint_price_json(
            pricer, PRICEPOINT_TEXT("{\"channel\":\"web\",\"market\":\"CN\",\"prices\":{\"store\":100},\"cost\":1}"),
            &text, &error) == PRICEPOINT_OK);
  CHECK(contains(pricepoint_text_get(text), "\"price\":\"80.00\""));
  pricepoint_text_free(text);
  /* Everything goes before the kind. */
  pricepoint_slot_free(slot);
  pricepoint_policy_free(two);
  pricepoint_policy_free(one);
  pricepoint_pricer_free(pricer);
  CHECK(pricepoint_kind_price(kind, dear, 2, &quote) == PRICEPOINT_OK);
  CHECK(quote.price > 9800 && quote.limited_by.count == 1 && is_text(quote.limited_by.names[0], "earn"));
  CHECK(pricepoint_kind_price(kind, values, 1, &quote) == PRICEPOINT_OK && quote.status == PRICEPOINT_INCOMPLETE);
  CHECK(quote.price == PRICEPOINT_ABSENT);
  pricepoint_kind_free(kind);
}

static void kinds_refuse(void) {
  pricepoint_policy* policy = policy_of(POLICY_OF("kinds", "10%"));
  pricepoint_pricer* pricer = NULL;
  pricepoint_kind* kind = NULL;
  pricepoint_error* error = NULL;
  pricepoint_request request = asked();
  const pricepoint_view fields[] = {PRICEPOINT_TEXT("price.nowhere")};
  CHECK(pricepoint_pricer_create(policy, NULL, &pricer, &error) == PRICEPOINT_OK);
  CHECK(pricepoint_kind_create(pricer, &request, fields, 1, &kind, &error) == PRICEPOINT_ERROR_POLICY);
  CHECK(kind == NULL && contains(pricepoint_error_text(error), "PP-B001"));
  pricepoint_error_free(error);
  request.cost = PRICEPOINT_DECIMAL("1,5");
  CHECK(pricepoint_kind_create(pricer, &request, NULL, 0, &kind, &error) == PRICEPOINT_ERROR_POLICY);
  CHECK(contains(pricepoint_error_text(error), "PP-A004: cost"));
  pricepoint_error_free(error);
  pricepoint_pricer_free(pricer);
  pricepoint_policy_free(policy);
}

int main(void) {
  versions();
  prices();
  policies();
  rates();
  slots();
  kinds_refuse();
  return failures == 0 ? 0 : 1;
}
