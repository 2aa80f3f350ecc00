/* cli/serve_range.c: "bytes=a-b", "bytes=a-", "bytes=-n". */
#include "cli/serve_range.h"

#include <stdbool.h>

#include "base/str.h"

/* Digits only, saturating: a number past what a file can hold is past its end. */
static bool read_digits(struct wh_str text, uint64_t *ret)
{
    uint64_t value = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < '0' || text.ptr[i] > '9') {
            return false;
        }
        const unsigned digit = (unsigned)(text.ptr[i] - '0');
        value = value > (UINT64_MAX - digit) / 10 ? UINT64_MAX : value * 10 + digit;
    }
    *ret = value;
    return text.len > 0;
}

enum wh_range_kind wh_range_read(const char *header, uint64_t size, struct wh_range *ret)
{
    enum { PREFIX = 6 };
    const struct wh_str text = wh_str_c(header);
    if (text.len <= PREFIX || !wh_str_eq_fold(wh_str_slice(text, 0, PREFIX), wh_str_c("bytes="))) {
        return WH_RANGE_WHOLE;
    }
    const struct wh_str part = wh_str_trim(wh_str_slice(text, PREFIX, text.len));
    const size_t dash = wh_str_find(part, '-');
    if (dash == part.len) {
        return WH_RANGE_WHOLE;
    }
    const struct wh_str first = wh_str_slice(part, 0, dash);
    const struct wh_str last = wh_str_slice(part, dash + 1, part.len);
    uint64_t from = 0, to = UINT64_MAX;
    if (first.len == 0) { /* the last n bytes */
        if (!read_digits(last, &to)) {
            return WH_RANGE_WHOLE;
        }
        if (to == 0 || size == 0) {
            return WH_RANGE_NONE;
        }
        *ret = to < size ? (struct wh_range){size - to, to} : (struct wh_range){0, size};
        return WH_RANGE_PART;
    }
    if (!read_digits(first, &from) || (last.len > 0 && (!read_digits(last, &to) || to < from))) {
        return WH_RANGE_WHOLE;
    }
    if (from >= size) {
        return WH_RANGE_NONE;
    }
    *ret = (struct wh_range){from, (to < size ? to + 1 : size) - from};
    return WH_RANGE_PART;
}
