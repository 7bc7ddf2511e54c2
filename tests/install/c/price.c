/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <pricepoint/pricepoint.h>
#include <stdio.h>
#include <string.h>

static int failed(pricepoint_error* error) {
  fputs(pricepoint_error_text(error).data, stderr);
  pricepoint_error_free(error);
  return 1;
}

int main(int argc, char** argv) {
  const char* name = argc > 1 ? argv[1] : "policy.json";
  pricepoint_view path = {NULL, 0};
  pricepoint_policy* policy = NULL;
  pricepoint_pricer* pricer = NULL;
  pricepoint_error* error = NULL;
  pricepoint_request asked = PRICEPOINT_REQUEST_INIT;
  pricepoint_decision decision = PRICEPOINT_DECISION_INIT;
  pricepoint_channel_price store = {PRICEPOINT_TEXT("store"), PRICEPOINT_DECIMAL("32.00")};
  pricepoint_attribute role = {PRICEPOINT_TEXT("role"), PRICEPOINT_TEXT("traffic"), PRICEPOINT_NUMBER_INIT};

  path.data = name;
  path.size = strlen(name);
  if (pricepoint_policy_from_file(path, NULL, &policy, &error) != PRICEPOINT_OK) return failed(error);
  if (pricepoint_pricer_create(policy, NULL, &pricer, &error) != PRICEPOINT_OK) return failed(error);
  pricepoint_policy_free(policy); /* the pricer keeps what it needs */

  asked.sku = PRICEPOINT_TEXT("A1");
  asked.channel = PRICEPOINT_TEXT("web");
  asked.market = PRICEPOINT_TEXT("CN");
  asked.cost = PRICEPOINT_MINOR(1200); /* fen: 12.00 CNY */
  asked.shipping = PRICEPOINT_MINOR(100);
  asked.prices = &store;
  asked.price_count = 1;
  asked.attributes = &role;
  asked.attribute_count = 1;
  if (pricepoint_price(pricer, &asked, &decision, &error) != PRICEPOINT_OK) return failed(error);
  if (decision.price != PRICEPOINT_ABSENT) {
    printf("%" PRId64 " fen, policy %.*s\n", decision.price, (int)decision.policy.size, decision.policy.data);
  } else {
    puts(pricepoint_status_name(decision.status));
  }
  pricepoint_pricer_free(pricer);
  return 0;
}
