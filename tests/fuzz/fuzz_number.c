/* Any bytes as a number and as a postcode. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/str.h"
#include "fuzz/fuzz.h"
#include "model/postcode.h"

/* The grammar of base/number.h, spelt out. */
static bool is_decimal(const char *text)
{
    const char *const digits = "0123456789";
    text += *text == '+' || *text == '-';
    const size_t whole = strspn(text, digits);
    text += whole;
    if (*text == '.') {
        const size_t fraction = strspn(++text, digits);
        if (fraction == 0) {
            return false;
        }
        text += fraction;
    } else if (whole == 0) {
        return false;
    }
    if (*text == 'e' || *text == 'E') {
        text++;
        text += *text == '+' || *text == '-';
        if (strspn(text, digits) == 0) {
            return false;
        }
        text += strspn(text, digits);
    }
    return *text == '\0';
}

static void check_number(struct wh_str text, const char *terminated)
{
    double value = 0;
    int64_t whole = 0;
    const bool is_read = wh_parse_double(text, &value);
    const double expected = strtod(terminated, NULL);
    FUZZ_PROMISE(is_read ==
                 (strlen(terminated) == text.len && is_decimal(terminated) && isfinite(expected)));
    FUZZ_PROMISE(!is_read || memcmp(&value, &expected, sizeof value) == 0);
    if (wh_parse_int(text, &whole)) {
        FUZZ_PROMISE(whole == strtoll(terminated, NULL, 10));
        FUZZ_PROMISE(is_read);
    }
    char out[400];
    double back = 0;
    if (is_read && fabs(value) < 1e15) {
        FUZZ_PROMISE(
            wh_parse_double(wh_str_c(wh_format_decimal(value, 6, out, sizeof out)), &back));
        FUZZ_PROMISE(fabs(back - value) <= 0.50001e-6 + fabs(value) * 1e-15);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *copy = malloc(size + 1);
    FUZZ_PROMISE(copy != NULL);
    memcpy(copy, data, size);
    copy[size] = '\0';
    const struct wh_str text = {(const char *)data, size};
    check_number(text, copy);
    char postcode[9], again[9];
    if (wh_postcode_normalise(text, postcode)) {
        FUZZ_PROMISE(wh_postcode_normalise(wh_str_c(postcode), again) &&
                     strcmp(postcode, again) == 0);
    }
    free(copy);
    return 0;
}
