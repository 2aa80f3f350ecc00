/* model/postcode.c: British postcodes: an outward part of one of six shapes, a blank, and digit
 * letter letter. */
#include "model/postcode.h"

#include <string.h>

#include "base/str.h"

enum { MOST_CHARACTERS = 7, INWARD = 3 };

static const char *const outward_shapes[] = {"A9", "A99", "AA9", "A9A", "AA99", "AA9A"};

static bool is_letter(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Upper case without blanks, hyphens and points; 0 when anything else is in it or it is too long.
 */
static size_t squeeze(struct wh_str text, char out[MOST_CHARACTERS])
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == ' ' || c == '\t' || c == '-' || c == '.') {
            continue;
        }
        c = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
        if ((!is_letter(c) && !is_digit(c)) || n == MOST_CHARACTERS) {
            return 0;
        }
        out[n++] = c;
    }
    return n;
}

static bool has_digit(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (is_digit(text[i])) {
            return true;
        }
    }
    return false;
}

/* What may have been meant by `c` where the shape wants a letter ('A') or a digit ('9'); 0:
 * nothing. */
static char meant(char c, char wanted)
{
    if (wanted == 'A') {
        return is_letter(c) ? c : c == '0' ? 'O' : c == '1' ? 'I' : '\0';
    }
    return is_digit(c) ? c : c == 'O' ? '0' : c == 'I' ? '1' : '\0';
}

/* Fits `text` to a shape; *ret_repairs counts the characters that had to change. */
static bool fit(const char *text, size_t n, const char *shape, char *out, unsigned *ret_repairs)
{
    unsigned repairs = 0;
    for (size_t i = 0; i < n; i++) {
        out[i] = meant(text[i], shape[i]);
        if (out[i] == '\0') {
            return false;
        }
        repairs += out[i] != text[i];
    }
    *ret_repairs = repairs;
    return true;
}

/* The outward part as it stands if it has a shape, else the only shape that it can be repaired to.
 */
static bool fit_outward(const char *text, size_t n, char out[4])
{
    size_t n_found = 0;
    for (size_t i = 0; i < sizeof outward_shapes / sizeof outward_shapes[0]; i++) {
        char candidate[4];
        unsigned repairs = 0;
        if (strlen(outward_shapes[i]) != n ||
            !fit(text, n, outward_shapes[i], candidate, &repairs)) {
            continue;
        }
        n_found++;
        memcpy(out, candidate, n);
        if (repairs == 0) {
            return true;
        }
    }
    return n_found == 1;
}

bool wh_postcode_normalise(struct wh_str text, char ret[9])
{
    char all[MOST_CHARACTERS], outward[4];
    const size_t n = squeeze(text, all);
    if (n < 5 || !has_digit(all, n)) {
        return false;
    }
    /* The inward part: a digit and two letters. No letter is repaired there: O and I are not used.
     */
    const size_t n_outward = n - INWARD;
    const char *inward = all + n_outward;
    const char digit = meant(inward[0], '9');
    if (digit == '\0' || !is_letter(inward[1]) || !is_letter(inward[2]) ||
        !fit_outward(all, n_outward, outward)) {
        return false;
    }
    memcpy(ret, outward, n_outward);
    ret[n_outward] = ' ';
    ret[n_outward + 1] = digit;
    memcpy(ret + n_outward + 2, inward + 1, INWARD - 1);
    ret[n + 1] = '\0';
    return true;
}
