/* model/words.c: the words of data files: one way to say a count, a change, a period. Sentences and
 * printed pages speak through render/words.h, in English with the same words. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/str.h"
#include "base/time.h"
#include "model/report.h"

const char *wh_trend_name(enum wh_trend trend)
{
    switch (trend) {
    case WH_TREND_NEW:
        return "new";
    case WH_TREND_GROWING:
        return "growing";
    case WH_TREND_STEADY:
        return "steady";
    case WH_TREND_SHRINKING:
        return "shrinking";
    case WH_TREND_GONE:
        return "gone";
    case WH_TREND_UNKNOWN:
        return "unknown";
    }
    return "";
}

const char *wh_firmness_name(enum wh_firmness firmness)
{
    switch (firmness) {
    case WH_FIRMNESS_UNKNOWN:
        return NULL;
    case WH_FIRM:
        return "firm";
    case WH_TENTATIVE:
        return "tentative";
    }
    return NULL;
}

const char *wh_place_form_name(enum wh_place_form form)
{
    static const char *const NAME[] = {"named", "around", "around_two", "around_near", "near",
                                       "in",    "in_two", "in_numbered", "square"};
    return NAME[form];
}

const char *wh_trend_words(enum wh_trend trend)
{
    switch (trend) {
    case WH_TREND_STEADY:
        return "about the same";
    case WH_TREND_GONE:
        return "no longer a hot spot";
    case WH_TREND_UNKNOWN:
        return "change not known";
    case WH_TREND_NEW:
    case WH_TREND_GROWING:
    case WH_TREND_SHRINKING:
        return wh_trend_name(trend);
    }
    return "";
}

const char *wh_count_words(const struct wh_count *count, uint32_t hide_below, char *out,
                           size_t size)
{
    switch ((enum wh_shown)count->shown) {
    case WH_SHOWN:
        return wh_format_count(count->n, out, size);
    case WH_FEW:
        snprintf(out, size, "fewer than %u", hide_below);
        return out;
    case WH_WITHHELD:
        snprintf(out, size, "not shown");
        return out;
    case WH_NOT_KNOWN:
    case WH_UNDEFINED:
        snprintf(out, size, "not known");
        return out;
    }
    return out;
}

const char *wh_metric_words(enum wh_metric metric, const struct wh_metric_value *measure,
                            uint32_t hide_below, char *out, size_t size)
{
    const struct wh_metric_note *const note = wh_metric_note(metric);
    const struct wh_count hidden = {0, measure->shown};
    if (measure->shown == WH_UNDEFINED) {
        snprintf(out, size, "%s", note->undefined);
    } else if (measure->shown != WH_SHOWN) {
        wh_count_words(&hidden, hide_below, out, size);
    } else if (note->decimals == 0 && measure->value >= 0) {
        wh_format_count((uint64_t)llround(measure->value), out, size);
    } else {
        char digits[48];
        wh_format_decimal(fabs(wh_metric_published(metric, measure->value)), note->decimals, digits,
                          sizeof digits);
        snprintf(out, size, "%s%s", measure->value < 0 ? "\u2212" : "", digits);
    }
    return out;
}

bool wh_change(const struct wh_figures *figures, bool previous_is_complete, int64_t *ret)
{
    if (!previous_is_complete || figures->count.shown != WH_SHOWN ||
        figures->previous.shown != WH_SHOWN) {
        return false;
    }
    *ret = (int64_t)figures->count.n - (int64_t)figures->previous.n;
    return true;
}

const char *wh_change_words(const struct wh_figures *figures, bool previous_is_complete, char *out,
                            size_t size)
{
    int64_t change = 0;
    if (!wh_change(figures, previous_is_complete, &change)) {
        snprintf(out, size, "%s", previous_is_complete ? "not shown" : "not known");
        return out;
    }
    char digits[32];
    wh_format_count((uint64_t)(change < 0 ? -change : change), digits, sizeof digits);
    /* U+2212, the minus sign: a hyphen is lost beside a digit. */
    snprintf(out, size, "%s%s", change > 0 ? "+" : change < 0 ? "−" : "", digits);
    return out;
}

const char *wh_rate_words(double rate, const struct wh_count *count, char *out, size_t size)
{
    if (isnan(rate)) {
        snprintf(out, size, "%s", count->shown == WH_SHOWN ? "n/a" : "not shown");
    } else if (rate >= 99.95) {
        wh_format_count((uint64_t)llround(rate), out, size);
    } else { /* always with its tenths, so that a column of rates lines up; in no locale a comma */
        const long long tenths = llround(rate * 10);
        snprintf(out, size, "%lld.%lld", tenths / 10, tenths % 10);
    }
    return out;
}

/* Three significant digits; `value` is above 0. */
static void format_break(double value, char *out, size_t size)
{
    if (value >= 999.5) {
        wh_format_count((uint64_t)llround(value), out, size);
    } else {
        wh_format_decimal(value, 2 - (int)floor(log10(value)), out, size);
    }
}

const char *wh_class_words(const struct wh_legend *legend, uint32_t class_idx, char *out,
                           size_t size)
{
    char low[32], high[32];
    if (legend->n == 0 || class_idx > legend->n) {
        snprintf(out, size, "no requests");
    } else if (class_idx == 0) {
        format_break(legend->break_at[0], high, sizeof high);
        snprintf(out, size, "under %s", high);
    } else if (class_idx == legend->n) {
        format_break(legend->break_at[legend->n - 1], low, sizeof low);
        snprintf(out, size, "%s and more", low);
    } else {
        format_break(legend->break_at[class_idx - 1], low, sizeof low);
        format_break(legend->break_at[class_idx], high, sizeof high);
        snprintf(out, size, "%s to %s", low, high);
    }
    return out;
}

const char *wh_period_words(const struct wh_period *period, char *out, size_t size)
{
    char first[32], last[32];
    struct wh_civil from, to;
    wh_civil_from_day(period->from_day, &from);
    wh_civil_from_day(period->to_day - 1, &to);
    wh_format_day_words(period->from_day, first, sizeof first);
    wh_format_day_words(period->to_day - 1, last, sizeof last);
    if (period->to_day - period->from_day == 1) {
        snprintf(out, size, "%s", last);
        return out;
    }
    if (from.year == to.year) {
        *strrchr(first, ' ') = '\0'; /* the year is said once */
    }
    snprintf(out, size, "%s to %s", first, last);
    return out;
}

const char *wh_kernel_words(const char *name, char *out, size_t size)
{
    /* Kernels that are named after people. */
    static const char *const person[][2] = {{"epanechnikov", "an Epanechnikov"},
                                            {"gaussian", "a Gaussian"}};
    for (size_t i = 0; i < sizeof person / sizeof *person; i++) {
        if (strcmp(name, person[i][0]) == 0) {
            snprintf(out, size, "%s kernel", person[i][1]);
            return out;
        }
    }
    snprintf(out, size, "a %s kernel", name);
    return out;
}

const char *wh_slug(struct wh_str text, char *out, size_t size)
{
    const size_t most = size < 65 ? size - 1 : 64;
    size_t n = 0;
    for (size_t i = 0; i < text.len && n < most; i++) {
        const char c = text.ptr[i];
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            out[n++] = c;
        } else if (c >= 'A' && c <= 'Z') {
            out[n++] = (char)(c + 32);
        } else if (n > 0 && out[n - 1] != '-') {
            out[n++] = '-';
        }
    }
    while (n > 0 && out[n - 1] == '-') {
        n--;
    }
    out[n] = '\0';
    if (n == 0) {
        snprintf(out, size, "x");
    }
    return out;
}

const char *wh_base_words(enum wh_base base)
{
    switch (base) {
    case WH_BASE_NONE:
        return "";
    case WH_BASE_AREA:
        return "of this size";
    case WH_BASE_POPULATION:
        return "with as many residents";
    case WH_BASE_HOUSEHOLDS:
        return "with as many homes";
    case WH_BASE_ADDRESSES:
        return "with as many addresses";
    case WH_BASE_ALL_REQUESTS:
        return "with as many requests of every kind";
    }
    return "";
}

const char *wh_base_name(enum wh_base base)
{
    switch (base) {
    case WH_BASE_NONE:
        return "none";
    case WH_BASE_AREA:
        return "area";
    case WH_BASE_POPULATION:
        return "population";
    case WH_BASE_HOUSEHOLDS:
        return "households";
    case WH_BASE_ADDRESSES:
        return "addresses";
    case WH_BASE_ALL_REQUESTS:
        return "all-requests";
    }
    return "none";
}
