/* base/number.c: numbers as text, whatever the locale. */
#include "base/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 767 significant digits decide any double; one more stands for all that follow. */
enum { MOST_DIGITS = 768, FAST_DIGITS = 19, EXACT_POWER = 22 };

/* A number taken apart: value = digits * 10^exponent. */
struct decimal {
    bool is_negative;
    size_t n_digits; /* significant, leading zeros dropped */
    int64_t exponent;
    uint64_t mantissa; /* of the first FAST_DIGITS */
    bool is_cut;       /* digits other than 0 were left out */
    char digits[MOST_DIGITS + 1];
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static void push_digit(struct decimal *dec, char c, bool is_fraction)
{
    if (is_fraction) {
        dec->exponent--;
    }
    if (dec->n_digits == 0 && c == '0') {
        return;
    }
    if (dec->n_digits == MOST_DIGITS) {
        dec->exponent++;
        dec->is_cut = dec->is_cut || c != '0';
        return;
    }
    if (dec->n_digits < FAST_DIGITS) {
        dec->mantissa = dec->mantissa * 10 + (uint64_t)(c - '0');
    }
    dec->digits[dec->n_digits++] = c;
}

/* The exponent after 'e'; far beyond any double it stays put, so that no count of digits overflows.
 */
static bool read_exponent(const char *p, const char *end, struct decimal *dec)
{
    const int64_t enough = INT64_C(1) << 60;
    bool is_negative = false;
    if (p < end && (*p == '+' || *p == '-')) {
        is_negative = *p++ == '-';
    }
    if (p == end) {
        return false;
    }
    int64_t value = 0;
    for (; p < end; p++) {
        if (!is_digit(*p)) {
            return false;
        }
        value = value < enough / 10 ? value * 10 + (*p - '0') : enough;
    }
    dec->exponent += is_negative ? -value : value;
    return true;
}

static bool read_decimal(struct wh_str text, struct decimal *dec)
{
    const char *p = text.ptr, *end = text.ptr + text.len;
    if (p < end && (*p == '+' || *p == '-')) {
        dec->is_negative = *p++ == '-';
    }
    const char *const start = p;
    for (; p < end && is_digit(*p); p++) {
        push_digit(dec, *p, false);
    }
    bool has_digits = p > start;
    if (p < end && *p == '.') {
        const char *const point = p++;
        for (; p < end && is_digit(*p); p++) {
            push_digit(dec, *p, true);
        }
        has_digits = p > point + 1;
    }
    if (!has_digits) {
        return false;
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        return read_exponent(p + 1, end, dec);
    }
    return p == end;
}

/* Exact when both factors are doubles: then one operation rounds once (Clinger 1990, "How to read
 * floating point numbers"). */
static bool convert_fast(const struct decimal *dec, double *ret)
{
    static const double power[EXACT_POWER + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (dec->n_digits > FAST_DIGITS || dec->mantissa > (UINT64_C(1) << 53) ||
        dec->exponent > EXACT_POWER || dec->exponent < -EXACT_POWER) {
        return false;
    }
    const double m = (double)dec->mantissa;
    *ret = dec->exponent < 0 ? m / power[-dec->exponent] : m * power[dec->exponent];
    return true;
}

/* Without a decimal point there is nothing in the text that strtod() would ask a locale about. */
static bool convert_slow(struct decimal *dec, double *ret)
{
    char text[MOST_DIGITS + 16];
    size_t n = dec->n_digits;
    memcpy(text, dec->digits, n);
    int64_t exponent = dec->exponent;
    if (dec->is_cut) { /* a last 1 rounds as all the digits left out would */
        text[n++] = '1';
        exponent--;
    }
    exponent = exponent > 9999 ? 9999 : exponent < -9999 ? -9999 : exponent;
    snprintf(text + n, sizeof text - n, "e%d", (int)exponent);
    *ret = strtod(text, NULL);
    return isfinite(*ret);
}

bool wh_parse_double(struct wh_str text, double *ret)
{
    struct decimal dec;
    memset(&dec, 0, offsetof(struct decimal, digits));
    double value = 0;
    if (text.len == 0 || !read_decimal(text, &dec)) {
        return false;
    }
    if (dec.n_digits > 0 && !convert_fast(&dec, &value) && !convert_slow(&dec, &value)) {
        return false;
    }
    *ret = dec.is_negative ? -value : value;
    return true;
}

bool wh_parse_int(struct wh_str text, int64_t *ret)
{
    size_t i = 0;
    const bool is_negative = text.len > 0 && text.ptr[0] == '-';
    if (text.len > 0 && (text.ptr[0] == '-' || text.ptr[0] == '+')) {
        i = 1;
    }
    if (i == text.len) {
        return false;
    }
    int64_t value = 0; /* kept negative: INT64_MIN has no positive twin */
    for (; i < text.len; i++) {
        if (!is_digit(text.ptr[i]) || __builtin_mul_overflow(value, 10, &value) ||
            __builtin_sub_overflow(value, text.ptr[i] - '0', &value)) {
            return false;
        }
    }
    if (!is_negative && value == INT64_MIN) {
        return false;
    }
    *ret = is_negative ? value : -value;
    return true;
}

const char *wh_format_decimal(double value, int decimals, char *out, size_t size)
{
    enum { MOST_DECIMALS = 17 };
    if (!isfinite(value)) {
        snprintf(out, size, "null");
        return out;
    }
    decimals = decimals < 0 ? 0 : decimals > MOST_DECIMALS ? MOST_DECIMALS : decimals;
    char text[400];
    const int len = snprintf(text, sizeof text, "%.*f", decimals, value);
    /* The host program may have set a locale: whatever stands between the digits is the point. */
    const char *whole = text[0] == '-' ? text + 1 : text;
    const size_t n_whole = strspn(whole, "0123456789");
    const char *fraction = text + len - decimals;
    size_t n_fraction = (size_t)decimals;
    while (n_fraction > 0 && fraction[n_fraction - 1] == '0') {
        n_fraction--;
    }
    const bool is_zero = n_fraction == 0 && n_whole == 1 && whole[0] == '0';
    snprintf(out, size, "%s%.*s%s%.*s", text[0] == '-' && !is_zero ? "-" : "", (int)n_whole, whole,
             n_fraction > 0 ? "." : "", (int)n_fraction, fraction);
    return out;
}

const char *wh_format_count(uint64_t n, char *out, size_t size)
{
    char digits[24], text[32];
    const int len = snprintf(digits, sizeof digits, "%" PRIu64, n);
    size_t used = 0;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) {
            text[used++] = ',';
        }
        text[used++] = digits[i];
    }
    text[used] = '\0';
    snprintf(out, size, "%s", text);
    return out;
}
