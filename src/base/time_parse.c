/* base/time_parse.c: dates as people and systems write them, by a declared format only. */
#include <string.h>

#include "base/str.h"
#include "base/time.h"

/* What is read so far; `p` moves on. */
struct cursor {
    const char *p, *end;
    struct wh_civil civil;
    bool is_afternoon, has_half, has_hour12;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Between `least` and `most` digits, as many as there are. */
static bool read_digits(struct cursor *at, int least, int most, unsigned *ret)
{
    unsigned value = 0;
    int n = 0;
    while (n < most && at->p < at->end && *at->p >= '0' && *at->p <= '9') {
        value = value * 10 + (unsigned)(*at->p++ - '0');
        n++;
    }
    *ret = value;
    return n >= least;
}

static bool read_byte(struct cursor *at, unsigned least, unsigned most, uint8_t *ret)
{
    unsigned value = 0;
    if (!read_digits(at, 1, 2, &value) || value < least || value > most) {
        return false;
    }
    *ret = (uint8_t)value;
    return true;
}

static bool read_word(struct cursor *at, const char *word)
{
    const struct wh_str left = {at->p, (size_t)(at->end - at->p)};
    const size_t len = strlen(word);
    if (left.len < len || !wh_str_eq_fold(wh_str_slice(left, 0, len), wh_str_c(word))) {
        return false;
    }
    at->p += len;
    return true;
}

/* The full English name, or its first three letters (and "Sept"). */
static bool read_month_name(struct cursor *at)
{
    static const char *const full[12] = {"january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december"};
    for (unsigned i = 0; i < 12; i++) {
        const char abbreviation[4] = {full[i][0], full[i][1], full[i][2], '\0'};
        if (read_word(at, full[i]) || (i == 8 && read_word(at, "sept")) ||
            read_word(at, abbreviation)) {
            at->civil.month = (uint8_t)(i + 1);
            return true;
        }
    }
    return false;
}

/* Z, +hh, +hhmm or +hh:mm. */
static bool read_offset(struct cursor *at)
{
    at->civil.has_offset = true;
    at->civil.offset_s = 0;
    if (read_word(at, "Z")) {
        return true;
    }
    if (at->p == at->end || (*at->p != '+' && *at->p != '-')) {
        return false;
    }
    const int sign = *at->p++ == '-' ? -1 : 1;
    unsigned hours = 0, minutes = 0;
    if (!read_digits(at, 2, 2, &hours) || hours > 23) {
        return false;
    }
    const bool has_colon = at->p < at->end && *at->p == ':';
    if (has_colon) {
        at->p++;
    }
    const bool has_minutes = at->p < at->end && *at->p >= '0' && *at->p <= '9';
    if ((has_colon || has_minutes) && (!read_digits(at, 2, 2, &minutes) || minutes > 59)) {
        return false;
    }
    at->civil.offset_s = sign * (int32_t)(hours * 3600 + minutes * 60);
    return true;
}

static bool read_fraction(struct cursor *at)
{
    unsigned ignored = 0;
    return read_digits(at, 1, 9, &ignored);
}

static bool read_year(struct cursor *at, int digits)
{
    unsigned year = 0;
    if (!read_digits(at, digits, digits, &year)) {
        return false;
    }
    if (digits == 2) { /* as POSIX strptime(): 69 to 99 are the last century's */
        year += year < 69 ? 2000 : 1900;
    }
    at->civil.year = (int32_t)year;
    return true;
}

static bool read_half(struct cursor *at)
{
    at->has_half = true;
    at->is_afternoon = read_word(at, "PM");
    return at->is_afternoon || read_word(at, "AM");
}

static bool read_field(struct cursor *at, char field)
{
    struct wh_civil *civil = &at->civil;
    switch (field) {
    case 'd':
        return read_byte(at, 1, 31, &civil->day);
    case 'm':
        return read_byte(at, 1, 12, &civil->month);
    case 'b':
    case 'B':
        return read_month_name(at);
    case 'Y':
        return read_year(at, 4);
    case 'y':
        return read_year(at, 2);
    case 'H':
        civil->has_time = true;
        return read_byte(at, 0, 23, &civil->hour);
    case 'I':
        civil->has_time = at->has_hour12 = true;
        return read_byte(at, 1, 12, &civil->hour);
    case 'M':
        return read_byte(at, 0, 59, &civil->minute);
    case 'S':
        return read_byte(at, 0, 59, &civil->second);
    case 'f':
        return read_fraction(at);
    case 'p':
        return read_half(at);
    case 'z':
        return read_offset(at);
    case '%':
        return read_word(at, "%");
    default:
        return false;
    }
}

static bool read_blanks(struct cursor *at)
{
    const char *const start = at->p;
    while (at->p < at->end && is_blank(*at->p)) {
        at->p++;
    }
    return at->p > start;
}

static bool read_format(struct cursor *at, const char *format)
{
    for (const char *f = format; *f != '\0'; f++) {
        bool is_read = false;
        if (*f == '%') {
            f++;
            is_read = *f != '\0' && read_field(at, *f);
        } else if (is_blank(*f)) {
            while (is_blank(f[1])) {
                f++;
            }
            is_read = read_blanks(at);
        } else {
            is_read = at->p < at->end && *at->p == *f;
            at->p += is_read ? 1 : 0;
        }
        if (!is_read) {
            return false;
        }
    }
    if (at->has_hour12) {
        at->civil.hour = (uint8_t)(at->civil.hour % 12 + (at->is_afternoon ? 12 : 0));
    }
    return true;
}

static bool read_two(struct cursor *at, char before, unsigned most, uint8_t *ret)
{
    unsigned value = 0;
    if (at->p == at->end || *at->p != before) {
        return false;
    }
    at->p++;
    if (!read_digits(at, 2, 2, &value) || value > most) {
        return false;
    }
    *ret = (uint8_t)value;
    return true;
}

/* 2026-11-03, 2026-11-03T01:02, 2026-11-03 01:02:03.5+01:00; unlike by format, two digits are two.
 */
static bool read_iso(struct cursor *at)
{
    struct wh_civil *civil = &at->civil;
    if (!read_year(at, 4) || !read_two(at, '-', 12, &civil->month) ||
        !read_two(at, '-', 31, &civil->day)) {
        return false;
    }
    if (at->p == at->end) {
        return true;
    }
    civil->has_time = true;
    const char separator = *at->p;
    if ((separator != 'T' && separator != 't' && separator != ' ') ||
        !read_two(at, separator, 23, &civil->hour) || !read_two(at, ':', 59, &civil->minute)) {
        return false;
    }
    if (at->p < at->end && *at->p == ':') {
        if (!read_two(at, ':', 59, &civil->second)) {
            return false;
        }
        if (at->p < at->end && (*at->p == '.' || *at->p == ',')) {
            at->p++;
            if (!read_fraction(at)) {
                return false;
            }
        }
    }
    return at->p == at->end || read_offset(at);
}

bool wh_time_parse(const char *format, struct wh_str text, struct wh_civil *ret)
{
    if (text.len == 0) {
        return false;
    }
    struct cursor at = {.p = text.ptr, .end = text.ptr + text.len};
    at.civil.month = 1;
    at.civil.day = 1;
    const bool is_iso = strcmp(format, "iso") == 0;
    const bool is_read = is_iso ? read_iso(&at) : read_format(&at, format);
    if (!is_read || at.p != at.end || !wh_civil_is_valid(&at.civil)) {
        return false;
    }
    *ret = at.civil;
    return true;
}

bool wh_time_format_is_valid(const char *format)
{
    if (strcmp(format, "iso") == 0) {
        return true;
    }
    bool seen[128] = {false};
    for (const char *f = format; *f != '\0'; f++) {
        if (*f != '%') {
            continue;
        }
        f++;
        if (*f == '\0' || strchr("dmYyHIMSpbBzf%", *f) == NULL) {
            return false;
        }
        seen[(unsigned char)*f] = true;
    }
    const bool has_year = seen['Y'] || seen['y'];
    const bool has_month = seen['m'] || seen['b'] || seen['B'];
    const bool has_hour = seen['H'] || seen['I'];
    return has_year && has_month && seen['I'] == seen['p'] && (has_hour || !seen['M']) &&
           (seen['M'] || !seen['S']);
}
