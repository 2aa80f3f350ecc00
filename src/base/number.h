/* base/number.h: numbers as text, without a locale. */
#ifndef WH_BASE_NUMBER_H
#define WH_BASE_NUMBER_H

#include <wardheat/base.h>

/*
 * A decimal number: optional sign, digits, optional point and digits, optional exponent. Nothing else: no blanks, hex, nan,
 * inf, thousands separators, decimal comma. Correctly rounded. False leaves *ret as it was. Overflow (1e999) is false.
 */
bool wh_parse_double(struct wh_str text, double *ret);
/* Optional sign and digits, nothing else; false (and *ret as it was) when it does not fit. */
bool wh_parse_int(struct wh_str text, int64_t *ret);
/* "fewer digits than a reader can hold": 4812 -> "4,812"; terminated; returns `out` (32 bytes are enough). */
const char *wh_format_count(uint64_t n, char *out, size_t size);
/*
 * At most `decimals` (0 to 17) digits after the point, trailing zeros dropped, never "-0"; a point in every locale; "null"
 * when not finite. Terminated; returns `out` (32 bytes are enough below 1e10).
 */
const char *wh_format_decimal(double value, int decimals, char *out, size_t size);

#endif
