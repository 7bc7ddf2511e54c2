/* SPDX-License-Identifier: Apache-2.0 */
/* clang-format off */
#include <pricepoint/pricepoint.h>
#include <stdio.h>

static int failed(pricepoint_error* error) {
  fputs(pricepoint_error_text(error).data, stderr);
  pricepoint_error_free(error);
  return 1;
}

int main(void) {
  pricepoint_policy* policy = NULL;
  pricepoint_pricer* pricer = NULL;
  pricepoint_text* why = NULL;
  pricepoint_error* error = NULL;
  const pricepoint_channel_price prices[] = {{PRICEPOINT_TEXT("store"), PRICEPOINT_DECIMAL("32.00")}};
  const pricepoint_attribute attributes[] = {{PRICEPOINT_TEXT("role"), PRICEPOINT_TEXT("traffic"), PRICEPOINT_NUMBER_INIT}};
  pricepoint_request request = PRICEPOINT_REQUEST_INIT;
  pricepoint_decision decision = PRICEPOINT_DECISION_INIT;

  if (pricepoint_policy_from_file(PRICEPOINT_TEXT("examples/policies/worked-example.json"), NULL, &policy, &error)) return failed(error);
  if (pricepoint_pricer_create(policy, NULL, &pricer, &error)) return failed(error);
  request.sku = PRICEPOINT_TEXT("A1"), request.channel = PRICEPOINT_TEXT("web"), request.market = PRICEPOINT_TEXT("CN");
  request.prices = prices, request.price_count = 1, request.attributes = attributes, request.attribute_count = 1;
  request.cost = PRICEPOINT_MINOR(1200), request.shipping = PRICEPOINT_MINOR(100);

  if (pricepoint_price(pricer, &request, &decision, &error)) return failed(error);
  printf("%s: %ld of %s, %d digits\n", pricepoint_status_name(decision.status), (long)decision.price, decision.currency, (int)decision.digits);
  if (pricepoint_explain(pricer, &request, PRICEPOINT_FORMAT_TEXT, &why, &error)) return failed(error);
  fputs(pricepoint_text_get(why).data, stdout);

  pricepoint_text_free(why);
  pricepoint_pricer_free(pricer);
  pricepoint_policy_free(policy);
  return 0;
}
