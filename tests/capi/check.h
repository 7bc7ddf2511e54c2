/* SPDX-License-Identifier: Apache-2.0 */
/* What the programs in C need of a test: a check that counts, and the texts of the small policy that they share. */
#ifndef PRICEPOINT_TESTS_CAPI_CHECK_H
#define PRICEPOINT_TESTS_CAPI_CHECK_H

#include <pricepoint/pricepoint.h>
#include <stdio.h>
#include <string.h>

static int failures = 0;

#define CHECK(condition)                                                     \
  do {                                                                       \
    if (!(condition)) {                                                      \
      ++failures;                                                            \
      fprintf(stderr, "%s:%d: CHECK(%s)\n", __FILE__, __LINE__, #condition); \
    }                                                                        \
  } while (0)

/* A text, and that it ends with a zero byte. */
static inline int is_text(pricepoint_view view, const char* text) {
  return view.size == strlen(text) && strcmp(view.data, text) == 0;
}

static inline int contains(pricepoint_view view, const char* part) {
  return view.data != NULL && strstr(view.data, part) != NULL;
}

static inline pricepoint_view text_of(const char* text) {
  pricepoint_view view;
  view.data = text;
  view.size = strlen(text);
  return view;
}

#define POLICY_OF(name, off)                                                                                   \
  "{\"pricepoint\":1,\"name\":\"" name                                                                         \
  "\",\"markets\":{\"CN\":{\"currency\":\"CNY\",\"display\":\"gross\",\"tax\":\"13%\"}},"                      \
  "\"channels\":{\"store\":{\"kind\":\"traditional\"},\"web\":{\"kind\":\"online\",\"reference\":\"store\"}}," \
  "\"attributes\":{\"role\":[\"traffic\",\"profit\"],\"tag\":{\"money\":\"display\"},\"stock\":\"number\"},"   \
  "\"rules\":[{\"id\":\"off\",\"discount\":\"" off "\"},{\"id\":\"earn\",\"floor\":\"cost\"}]}"

static inline pricepoint_policy* policy_of(const char* text) {
  pricepoint_policy* made = NULL;
  pricepoint_error* error = NULL;
  CHECK(pricepoint_policy_from_text(text_of(text), NULL, &made, &error) == PRICEPOINT_OK);
  if (error != NULL) fputs(pricepoint_error_text(error).data, stderr);
  pricepoint_error_free(error);
  return made;
}

#endif
