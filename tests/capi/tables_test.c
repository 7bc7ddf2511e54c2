/* SPDX-License-Identifier: Apache-2.0 */
/* Policies that name files: where they may be, and that none is allowed. */
#include "check.h"

static const char policy_text[] =
    "{\"pricepoint\":1,\"markets\":{\"DE\":{}},\"channels\":{\"web\":{\"kind\":\"online\"}},"
    "\"rules\":[{\"table\":\"overrides.csv\"}]}";

/* [TAB-8] A text has no folder unless one is given. [TAB-12] Not even a folder helps where no file is allowed. */
static void tables_of_a_text(void) {
  pricepoint_policy* policy = NULL;
  pricepoint_error* error = NULL;
  pricepoint_policy_options options = PRICEPOINT_POLICY_OPTIONS_INIT;
  CHECK(pricepoint_policy_from_text(text_of(policy_text), &options, &policy, &error) == PRICEPOINT_ERROR_POLICY);
  CHECK(contains(pricepoint_error_text(error), "PP-T003"));
  CHECK(contains(pricepoint_error_text(error), "comes without a folder"));
  pricepoint_error_free(error);
  options.directory = text_of("tests/conformance/policy_a");
  options.no_tables = 1;
  CHECK(pricepoint_policy_from_text(text_of(policy_text), &options, &policy, &error) == PRICEPOINT_ERROR_POLICY);
  CHECK(contains(pricepoint_error_text(error), "may not name files"));
  CHECK(policy == NULL);
  pricepoint_error_free(error);
}

/* [TAB-12] */
static void tables_of_a_file(void) {
  static const char path[] = "capi_tables_test.json";
  pricepoint_policy* policy = NULL;
  pricepoint_error* error = NULL;
  pricepoint_policy_options options = PRICEPOINT_POLICY_OPTIONS_INIT;
  FILE* file = fopen(path, "wb");
  CHECK(file != NULL);
  if (file == NULL) return;
  CHECK(fputs(policy_text, file) >= 0);
  CHECK(fclose(file) == 0);
  CHECK(pricepoint_policy_from_file(text_of(path), &options, &policy, &error) == PRICEPOINT_ERROR_POLICY);
  CHECK(contains(pricepoint_error_text(error), "No such file"));
  pricepoint_error_free(error);
  options.no_tables = 1;
  CHECK(pricepoint_policy_from_file(text_of(path), &options, &policy, &error) == PRICEPOINT_ERROR_POLICY);
  CHECK(contains(pricepoint_error_text(error), "may not name files"));
  pricepoint_error_free(error);
  remove(path);
}

int main(void) {
  tables_of_a_text();
  tables_of_a_file();
  return failures == 0 ? 0 : 1;
}
