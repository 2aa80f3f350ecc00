/* render/message_icu.c: a language's numbers, dates and plurals, from ICU's data (CLDR). */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/uloc.h>
#include <unicode/ustring.h>

#include "base/error.h"
#include "base/number.h"
#include "render/message_internal.h"

#define SECONDS_A_DAY 86400.0
#define MOST_UNITS 128 /* of UTF-16, of a number or a date */

struct wh_date_style {
    char text[32];       /* "::yMMMMd", "d MMMM" */
    UDateFormat *format; /* only ever cloned: formatting changes it */
};

static const char LONG_DAY[] = "::yMMMMd";

static enum wh_status icu_failed(const struct wh_language *lang, UErrorCode code,
                                 struct wh_error *err)
{
    return wh_fail(err, code == U_MEMORY_ALLOCATION_ERROR ? WH_ERR_LIMIT : WH_ERR_CONFIG,
                   "ICU cannot write the numbers and dates of \"%s\": %s", lang->locale,
                   u_errorName(code));
}

static void add_units(struct wh_buf *buf, const UChar *units, int32_t n)
{
    char text[3 * MOST_UNITS + 1];
    int32_t len = 0;
    UErrorCode code = U_ZERO_ERROR;
    u_strToUTF8WithSub(text, (int32_t)sizeof text, &len, units, n, 0xfffd, NULL, &code);
    if (U_SUCCESS(code) && len > 0) {
        wh_buf_add(buf, text, (size_t)len);
    }
}

/* A formatter with exactly so many decimals. */
static UNumberFormatter *open_number(const struct wh_language *lang, int decimals, UErrorCode *code)
{
    char skeleton[32];
    UChar units[32];
    snprintf(skeleton, sizeof skeleton, decimals == 0 ? "precision-integer" : ".%.*s", decimals,
             "000000000");
    u_uastrcpy(units, skeleton);
    return unumf_openForSkeletonAndLocale(units, -1, lang->locale, code);
}

enum wh_status wh_language_open_icu(struct wh_language *lang, struct wh_error *err)
{
    UErrorCode code = U_ZERO_ERROR;
    uint32_t first;
    lang->plural = uplrules_open(lang->locale, &code);
    for (int i = 0; i <= WH_MAX_DECIMALS && U_SUCCESS(code); i++) {
        lang->number[i] = open_number(lang, i, &code);
    }
    if (U_FAILURE(code)) {
        return icu_failed(lang, code, err);
    }
    lang->date_style = wh_arena_alloc(&lang->arena, WH_MAX_DATE_STYLES, sizeof *lang->date_style);
    if (lang->date_style == NULL) {
        return wh_fail_memory(lang->arena.ctx, err);
    }
    lang->is_rtl = uloc_isRightToLeft(lang->locale) != 0;
    return wh_language_date_style(lang, wh_str_c(LONG_DAY), &first, err);
}

void wh_language_close_icu(struct wh_language *lang)
{
    for (size_t i = 0; i < lang->n_date_styles; i++) {
        udat_close(lang->date_style[i].format);
    }
    for (int i = 0; i <= WH_MAX_DECIMALS; i++) {
        unumf_close(lang->number[i]);
    }
    uplrules_close(lang->plural);
}

/* "::" and fields, which the language puts in order, or a pattern of fields. */
static UDateFormat *open_date(const struct wh_language *lang, const char *style, UErrorCode *code)
{
    UChar fields[32], pattern[MOST_UNITS];
    static const UChar UTC[] = {'E', 't', 'c', '/', 'U', 'T', 'C', 0};
    int32_t len;
    if (style[0] != ':') {
        u_uastrcpy(pattern, style);
        len = u_strlen(pattern);
    } else {
        u_uastrcpy(fields, style + 2);
        UDateTimePatternGenerator *const generator = udatpg_open(lang->locale, code);
        len = udatpg_getBestPattern(generator, fields, -1, pattern, MOST_UNITS, code);
        udatpg_close(generator);
    }
    return U_FAILURE(*code)
               ? NULL
               : udat_open(UDAT_PATTERN, UDAT_PATTERN, lang->locale, UTC, -1, pattern, len, code);
}

/* Letters of the fields that a day has, and in a pattern blanks, commas, points, slashes. */
static bool is_date_style(struct wh_str style)
{
    const bool is_skeleton = wh_str_has_prefix(style, "::");
    for (size_t at = is_skeleton ? 2 : 0; at < style.len; at++) {
        if (strchr(is_skeleton ? "yMdE" : "yMdE ,./-", style.ptr[at]) == NULL) {
            return false;
        }
    }
    return style.len > (is_skeleton ? 2 : 0) && style.len <= 20;
}

enum wh_status wh_language_date_style(struct wh_language *lang, struct wh_str text, uint32_t *ret,
                                      struct wh_error *err)
{
    uint32_t i = 0;
    UErrorCode code = U_ZERO_ERROR;
    while (i < lang->n_date_styles && !wh_str_eq_c(text, lang->date_style[i].text)) {
        i++;
    }
    if (i < lang->n_date_styles) {
        *ret = i;
        return WH_OK;
    }
    if (i == WH_MAX_DATE_STYLES || !is_date_style(text)) {
        return wh_fail(err, WH_ERR_CONFIG, "expected the fields of a date");
    }
    struct wh_date_style *const style = &lang->date_style[i];
    memcpy(style->text, text.ptr, text.len);
    style->text[text.len] = '\0';
    style->format = open_date(lang, style->text, &code);
    if (U_FAILURE(code)) {
        return icu_failed(lang, code, err);
    }
    lang->n_date_styles++;
    *ret = i;
    return WH_OK;
}

bool wh_language_has_category(const struct wh_language *lang, struct wh_str word)
{
    const char *category;
    for (size_t i = 0; (category = wh_language_category(i)) != NULL; i++) {
        if (wh_str_eq_c(word, category)) {
            return wh_language_uses_category(lang, category);
        }
    }
    return false;
}

bool wh_language_uses_category(const struct wh_language *lang, const char *category)
{
    UErrorCode code = U_ZERO_ERROR;
    bool is_used = false;
    int32_t len;
    UEnumeration *const words = uplrules_getKeywords(lang->plural, &code);
    for (const char *word;
         !is_used && U_SUCCESS(code) && (word = uenum_next(words, &len, &code)) != NULL;) {
        is_used = strcmp(word, category) == 0;
    }
    uenum_close(words);
    return is_used;
}

const char *wh_language_category(size_t idx)
{
    /* All that CLDR has. */
    static const char *const CATEGORY[] = {"zero", "one", "two", "few", "many", "other"};
    return idx < sizeof CATEGORY / sizeof *CATEGORY ? CATEGORY[idx] : NULL;
}

/* Digits as all our outputs round them; returns how many decimals. */
static int arg_digits(const struct wh_arg *arg, char out[64])
{
    const double size = fabs(arg->number);
    wh_format_decimal(size, arg->decimals, out, 64);
    const char *const point = strchr(out, '.');
    const int decimals = point != NULL ? (int)strlen(point + 1) : 0;
    return arg->is_fixed && arg->decimals > decimals ? arg->decimals : decimals;
}

/* The number as ICU writes it, without its sign. Caller closes what it returns; NULL: failed. */
static UFormattedNumber *format_number(const struct wh_language *lang, const struct wh_arg *arg)
{
    char digits[64];
    UErrorCode code = U_ZERO_ERROR;
    const int decimals = arg_digits(arg, digits);
    if (!isfinite(arg->number) || decimals > WH_MAX_DECIMALS) {
        return NULL;
    }
    UFormattedNumber *const ret = unumf_openResult(&code);
    unumf_formatDecimal(lang->number[decimals], digits, -1, ret, &code);
    if (U_FAILURE(code)) {
        unumf_closeResult(ret);
        return NULL;
    }
    return ret;
}

void wh_language_plural(const struct wh_language *lang, const struct wh_arg *arg, char ret[24])
{
    UChar word[24];
    UErrorCode code = U_ZERO_ERROR;
    UFormattedNumber *const number = format_number(lang, arg);
    snprintf(ret, 24, "other");
    if (number != NULL) {
        const int32_t len = uplrules_selectFormatted(lang->plural, number, word, 23, &code);
        if (U_SUCCESS(code) && len < 23) {
            u_austrncpy(ret, word, len);
            ret[len] = '\0';
        }
        unumf_closeResult(number);
    }
}

static const char *sign_of(const struct wh_arg *arg)
{
    /* U+2212, the minus sign: a hyphen is lost beside a digit. */
    return arg->number < 0 ? "\u2212" : arg->is_signed && arg->number > 0 ? "+" : "";
}

void wh_language_say_number(struct wh_buf *buf, const struct wh_language *lang,
                            const struct wh_arg *arg)
{
    UChar units[MOST_UNITS];
    UErrorCode code = U_ZERO_ERROR;
    const char *const sign = sign_of(arg);
    const bool is_apart = lang->is_rtl && sign[0] != '\0'; /* else the sign goes to the far side */
    UFormattedNumber *const number = format_number(lang, arg);
    const int32_t len = number != NULL ? unumf_resultToString(number, units, MOST_UNITS, &code) : 0;
    wh_buf_c(buf, is_apart ? WH_ISOLATE : "");
    wh_buf_c(buf, sign);
    if (number != NULL && U_SUCCESS(code)) {
        add_units(buf, units, len);
    } else {
        char digits[64];
        arg_digits(arg, digits);
        wh_buf_c(buf, digits);
    }
    wh_buf_c(buf, is_apart ? WH_END_ISOLATE : "");
    unumf_closeResult(number);
}

void wh_language_say_day(struct wh_buf *buf, const struct wh_language *lang, uint32_t date_style,
                         int64_t day)
{
    UChar units[MOST_UNITS];
    UErrorCode code = U_ZERO_ERROR;
    UDateFormat *const format = udat_clone(lang->date_style[date_style].format, &code);
    const int32_t len =
        udat_format(format, (double)day * SECONDS_A_DAY * 1000, units, MOST_UNITS, NULL, &code);
    if (U_SUCCESS(code)) {
        add_units(buf, units, len);
    }
    udat_close(format);
}
