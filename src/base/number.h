/* base/number.h: numbers as text, without a locale. */
#ifndef WH_BASE_NUMBER_H
#define WH_BASE_NUMBER_H

#include <wardheat/base.h>

/*
 * A decimal number: optional sign, digits, optional point and digits, optional exponent. Nothing else: no blanks, hex, nan,
 * inf, thousands separators, decimal comma. Correctly rounded. False leaves *ret as it was. Overflow (1e999) is false.
 */
bool wh_parse_double(struct wh_str text, double *ret);
bool wh_parse_int(struct wh_str text, int64_t *ret);
/* "fewer digits than a reader can hold": 4812 -> "4,812"; terminated; returns `out` (32 bytes are enough). */
const char *wh_format_count(uint64_t n, char *out, size_t size);

#endif
