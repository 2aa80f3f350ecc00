/* model/words.c: the words for people: one way to say a count, a change, a period, whatever output
 * it goes to. */
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

static void add_count(struct wh_buf *buf, const struct wh_count *count, uint32_t hide_below,
                      const char *one, const char *many)
{
    char words[64];
    wh_buf_printf(buf, "%s %s", wh_count_words(count, hide_below, words, sizeof words),
                  count->shown == WH_SHOWN && count->n == 1 ? one : many);
}

/* ", up from 71 in the 90 days before: more than chance explains." and its kin, after a count. */
static void add_comparison(struct wh_buf *buf, const struct wh_report *report,
                           const struct wh_theme_report *theme, const struct wh_figures *figures)
{
    int64_t change = 0;
    char before[64];
    if (!wh_change(figures, theme->previous_is_complete, &change)) {
        wh_buf_c(buf, ".");
        return;
    }
    wh_count_words(&figures->previous, report->hide_below, before, sizeof before);
    if (!wh_is_beyond_chance(figures->count.n, figures->previous.n, theme->change_z)) {
        wh_buf_printf(buf, ", about the same as in the %u days before (%s).",
                      theme->theme->window_days, before);
        return;
    }
    wh_buf_printf(buf,
                  ", %s from %s in the %u days before. A %s this large is unlikely to be chance.",
                  change > 0 ? "up" : "down", before, theme->theme->window_days,
                  change > 0 ? "rise" : "fall");
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

void wh_hotspot_method_words(struct wh_buf *buf, const struct wh_theme_report *theme)
{
    const struct wh_base_note *base = &theme->base;
    if (base->kind == WH_BASE_NONE) {
        wh_buf_c(buf, "Hot spots are the densest places, which together hold ");
        wh_buf_number(buf, 100 * theme->hotspot_share, 1);
        wh_buf_c(buf, " % of the requests; they are not compared with how many people live there.");
        return;
    }
    wh_buf_c(buf, "A hot spot is where there are at least ");
    wh_buf_number(buf, base->ratio, 2);
    wh_buf_printf(buf,
                  " times the requests that a typical area %s has, and where that is unlikely "
                  "to be chance (false-discovery rate ",
                  wh_base_words(base->kind));
    wh_buf_number(buf, 100 * base->false_discovery, 1);
    wh_buf_c(buf, " %).");
}

/* " (a typical area with as many addresses would have 6)": rounded as people round. */
static void add_expected(struct wh_buf *buf, const struct wh_theme_report *theme,
                         const struct wh_hotspot *hotspot)
{
    const double expected = hotspot->evidence.expected;
    if (theme->base.kind == WH_BASE_NONE || isnan(expected) ||
        hotspot->figures.count.shown != WH_SHOWN) {
        return;
    }
    wh_buf_printf(buf, " (a typical area %s would have ", wh_base_words(theme->base.kind));
    if (expected < 0.5) {
        wh_buf_c(buf, "none)");
    } else {
        wh_buf_printf(buf, "%.0f)", expected);
    }
}

void wh_ward_sentence(struct wh_buf *buf, const struct wh_report *report,
                      const struct wh_theme_report *theme, int32_t ward)
{
    const struct wh_figures *figures = ward < 0 ? &theme->total : &theme->ward[ward];
    if (figures->count.shown == WH_WITHHELD) {
        wh_buf_c(buf, "The number of requests is not shown, to protect small numbers elsewhere.");
        return;
    }
    if (figures->count.shown == WH_FEW) {
        wh_buf_printf(buf, "Fewer than %u requests.", report->hide_below);
        return;
    }
    add_count(buf, &figures->count, report->hide_below, "request", "requests");
    add_comparison(buf, report, theme, figures);
}

void wh_hotspot_sentence(struct wh_buf *buf, const struct wh_report *report,
                         const struct wh_theme_report *theme, const struct wh_hotspot *hotspot)
{
    const char *name = hotspot->name;
    if (name[0] >= 'a' && name[0] <= 'z') {
        wh_buf_char(buf, (char)(name[0] - 32));
        name++;
    }
    wh_buf_printf(buf, "%s: ", name);
    add_count(buf, &hotspot->figures.count, report->hide_below, "request", "requests");
    add_expected(buf, theme, hotspot);
    add_comparison(buf, report, theme, &hotspot->figures);
    if (hotspot->trend != WH_TREND_GONE && hotspot->since_day != WH_NO_DAY &&
        hotspot->since_day < theme->period.to_day) { /* longer than tonight */
        char day[40];
        wh_buf_printf(buf, " A hot spot since %s.",
                      wh_format_day_words(hotspot->since_day, day, sizeof day));
    }
    if (hotspot->trend == WH_TREND_GONE) {
        wh_buf_c(buf, " No longer a hot spot.");
    } else if (hotspot->trend == WH_TREND_NEW) {
        wh_buf_c(buf, " New.");
    }
    if (hotspot->firmness == WH_TENTATIVE) {
        wh_buf_c(buf,
                 " Tentative: requests without an exact address may have come from elsewhere.");
    }
}
