/* render/words.c: a report's figures and sentences in a language. */
#include "render/words.h"

#include <math.h>

#include "base/time.h"

void wh_say_count(struct wh_buf *buf, const struct wh_language *lang, const struct wh_count *count,
                  uint32_t hide_below)
{
    switch ((enum wh_shown)count->shown) {
    case WH_SHOWN:
        wh_say_arg(buf, lang, wh_arg_count("count", count->n));
        return;
    case WH_FEW:
        wh_say_with(buf, lang, "count.few", wh_arg_count("limit", hide_below));
        return;
    case WH_WITHHELD:
        wh_say(buf, lang, "count.not_shown");
        return;
    case WH_NOT_KNOWN:
    case WH_UNDEFINED:
        wh_say(buf, lang, "count.not_known");
        return;
    }
}

void wh_say_change(struct wh_buf *buf, const struct wh_language *lang,
                   const struct wh_figures *figures, bool previous_is_complete)
{
    int64_t change = 0;
    if (wh_change(figures, previous_is_complete, &change)) {
        wh_say_arg(buf, lang, wh_arg_change("change", change));
    } else {
        wh_say(buf, lang, previous_is_complete ? "count.not_shown" : "count.not_known");
    }
}

void wh_say_rate(struct wh_buf *buf, const struct wh_language *lang, double rate,
                 const struct wh_count *count)
{
    if (isnan(rate)) {
        wh_say(buf, lang, count->shown == WH_SHOWN ? "rate.undefined" : "count.not_shown");
    } else if (rate >= 99.95) {
        wh_say_arg(buf, lang, wh_arg_number("rate", round(rate), 0));
    } else { /* always with its tenths, so that a column of rates lines up */
        wh_say_arg(buf, lang, wh_arg_fixed("rate", round(rate * 10) / 10, 1));
    }
}

void wh_say_trend(struct wh_buf *buf, const struct wh_language *lang, enum wh_trend trend)
{
    wh_say_with(buf, lang, "hotspot.trend", wh_arg_text("trend", wh_trend_name(trend)));
}

/* Three significant digits; `value` is above 0. */
static struct wh_arg arg_break(const char *name, double value)
{
    return value >= 999.5 ? wh_arg_number(name, round(value), 0)
                          : wh_arg_number(name, value, 2 - (int)floor(log10(value)));
}

void wh_say_class(struct wh_buf *buf, const struct wh_language *lang,
                  const struct wh_legend *legend, uint32_t class_idx)
{
    const double *const at = legend->break_at;
    if (legend->n == 0 || class_idx > legend->n) {
        wh_say(buf, lang, "class.none");
    } else if (class_idx == 0) {
        wh_say_with(buf, lang, "class.under", arg_break("high", at[0]));
    } else if (class_idx == legend->n) {
        wh_say_with(buf, lang, "class.from", arg_break("low", at[legend->n - 1]));
    } else {
        wh_say_with(buf, lang, "class.between", arg_break("low", at[class_idx - 1]),
                    arg_break("high", at[class_idx]));
    }
}

void wh_say_unit(struct wh_buf *buf, const struct wh_language *lang,
                 const struct wh_theme_report *theme)
{
    wh_say_with(buf, lang, "unit.density", wh_arg_count("days", theme->theme->window_days));
}

void wh_say_place(struct wh_buf *buf, const struct wh_language *lang,
                  const struct wh_hotspot *hotspot)
{
    const struct wh_spot_place *const place = &hotspot->place;
    wh_say_with(buf, lang, "place", wh_arg_text("form", wh_place_form_name(place->form)),
                wh_arg_text("first", place->form == WH_PLACE_NAMED ? hotspot->name : place->first),
                wh_arg_text("second", place->second), wh_arg_count("number", place->number));
}

void wh_say_period(struct wh_buf *buf, const struct wh_language *lang,
                   const struct wh_period *period)
{
    struct wh_civil from, to;
    const struct wh_arg arg[] = {wh_arg_day("from", period->from_day),
                                 wh_arg_day("to", period->to_day - 1)};
    wh_civil_from_day(period->from_day, &from);
    wh_civil_from_day(period->to_day - 1, &to);
    const char *const key = period->to_day - period->from_day == 1 ? "period.day"
                            : from.year == to.year                 ? "period.same_year"
                                                                   : "period.years";
    wh_say_args(buf, lang, key, arg, 2);
}

void wh_say_hotspot_method(struct wh_buf *buf, const struct wh_language *lang,
                           const struct wh_theme_report *theme)
{
    const struct wh_base_note *const base = &theme->base;
    if (base->kind == WH_BASE_NONE) {
        wh_say_with(buf, lang, "method.densest",
                    wh_arg_number("share", 100 * theme->hotspot_share, 1));
        return;
    }
    wh_say_with(buf, lang, "method.base", wh_arg_number("ratio", base->ratio, 2),
                wh_arg_text("base", wh_base_name(base->kind)),
                wh_arg_number("rate", 100 * base->false_discovery, 1));
}

/* ", up from 71 in the 90 days before. ..." and its kin, after a count. */
static void say_comparison(struct wh_buf *buf, const struct wh_language *lang,
                           const struct wh_theme_report *theme, const struct wh_figures *figures)
{
    int64_t change = 0;
    if (!wh_change(figures, theme->previous_is_complete, &change)) {
        wh_say(buf, lang, "comparison.none");
        return;
    }
    const bool is_same =
        !wh_is_beyond_chance(figures->count.n, figures->previous.n, theme->change_z);
    wh_say_with(buf, lang,
                is_same      ? "comparison.same"
                : change > 0 ? "comparison.up"
                             : "comparison.down",
                wh_arg_count("before", figures->previous.n),
                wh_arg_count("days", theme->theme->window_days));
}

void wh_say_window(struct wh_buf *buf, const struct wh_language *lang, const struct wh_theme *theme)
{
    if (theme->window_is_lengthened) {
        wh_buf_char(buf, ' ');
        wh_say_with(buf, lang, theme->n_any > 0 ? "window.lengthened_any" : "window.lengthened",
                    wh_arg_count("days", theme->window_days));
    }
}

static void say_ward_count(struct wh_buf *buf, const struct wh_language *lang,
                           const struct wh_report *report, const struct wh_theme_report *theme,
                           int32_t ward)
{
    const struct wh_figures *const figures = ward < 0 ? &theme->total : &theme->ward[ward];
    switch ((enum wh_shown)figures->count.shown) {
    case WH_SHOWN:
        wh_say_with(buf, lang, "ward.count", wh_arg_count("count", figures->count.n));
        say_comparison(buf, lang, theme, figures);
        return;
    case WH_FEW:
        wh_say_with(buf, lang, "ward.few", wh_arg_count("limit", report->hide_below));
        return;
    case WH_WITHHELD:
    case WH_NOT_KNOWN:
    case WH_UNDEFINED:
        wh_say(buf, lang, "ward.not_shown");
        return;
    }
}

void wh_say_ward(struct wh_buf *buf, const struct wh_language *lang, const struct wh_report *report,
                 const struct wh_theme_report *theme, int32_t ward)
{
    say_ward_count(buf, lang, report, theme, ward);
    wh_say_window(buf, lang, theme->theme);
}

/* "96 requests (a typical area with as many addresses would have 60)": rounded as people round. */
static void say_hotspot_count(struct wh_buf *buf, const struct wh_language *lang,
                              const struct wh_report *report, const struct wh_theme_report *theme,
                              const struct wh_hotspot *hotspot)
{
    const struct wh_count *const count = &hotspot->figures.count;
    const double expected = hotspot->evidence.expected;
    if (count->shown != WH_SHOWN) {
        struct wh_buf words;
        wh_buf_init(&words, buf->ctx);
        wh_say_count(&words, lang, count, report->hide_below);
        wh_say_with(buf, lang, "hotspot.count_hidden",
                    wh_arg_text("count", wh_buf_view(&words).ptr));
        buf->failed |= words.failed;
        wh_buf_finish(&words);
    } else if (theme->base.kind == WH_BASE_NONE || isnan(expected)) {
        wh_say_with(buf, lang, "ward.count", wh_arg_count("count", count->n));
    } else {
        wh_say_with(buf, lang, "hotspot.count_expected", wh_arg_count("count", count->n),
                    wh_arg_text("base", wh_base_name(theme->base.kind)),
                    wh_arg_number("expected", rint(expected), 0));
    }
}

void wh_say_hotspot(struct wh_buf *buf, const struct wh_language *lang,
                    const struct wh_report *report, const struct wh_theme_report *theme,
                    const struct wh_hotspot *hotspot)
{
    struct wh_buf place, what;
    wh_buf_init(&place, buf->ctx);
    wh_buf_init(&what, buf->ctx);
    wh_say_place(&place, lang, hotspot);
    wh_say_capital(&place, 0);
    say_hotspot_count(&what, lang, report, theme, hotspot);
    say_comparison(&what, lang, theme, &hotspot->figures);
    wh_say_with(buf, lang, "hotspot.sentence", wh_arg_text("place", wh_buf_view(&place).ptr),
                wh_arg_text("what", wh_buf_view(&what).ptr));
    if (hotspot->trend != WH_TREND_GONE && hotspot->since_day != WH_NO_DAY &&
        hotspot->since_day < theme->period.to_day) { /* longer than tonight */
        wh_buf_char(buf, ' ');
        wh_say_with(buf, lang, "hotspot.since", wh_arg_day("day", hotspot->since_day));
    }
    if (hotspot->trend == WH_TREND_GONE || hotspot->trend == WH_TREND_NEW) {
        wh_buf_char(buf, ' ');
        wh_say(buf, lang, hotspot->trend == WH_TREND_GONE ? "hotspot.gone" : "hotspot.new");
    }
    if (hotspot->firmness == WH_TENTATIVE) {
        wh_buf_char(buf, ' ');
        wh_say(buf, lang, "hotspot.tentative");
    }
    buf->failed |= place.failed || what.failed;
    wh_buf_finish(&place);
    wh_buf_finish(&what);
}
