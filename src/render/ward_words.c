/* render/ward_words.c: what a ward sheet says in sentences. */
#include <math.h>
#include <string.h>

#include "base/time.h"
#include "render/ward_sheet.h"

static const struct wh_figures *figures_of(const struct wh_ward_sheet *ward)
{
    return &ward->merged.ward[ward->sheet.ward_idx];
}

void wh_say_ward_count(struct wh_buf *buf, const struct wh_ward_sheet *ward,
                       const struct wh_count *count)
{
    if (count->shown == WH_WITHHELD) {
        wh_say(buf, ward->sheet.lang, "cell.hidden");
    } else {
        wh_say_count(buf, ward->sheet.lang, count, ward->sheet.report->hide_below);
    }
}

int wh_ward_verdict(const struct wh_ward_sheet *ward)
{
    const struct wh_figures *const f = figures_of(ward);
    int64_t change = 0;
    if (ward->merged.months.is_lagging ||
        !wh_change(f, ward->merged.previous_is_complete, &change)) {
        return 2;
    }
    if (!wh_is_beyond_chance(f->count.n, f->previous.n, ward->merged.change_z)) {
        return 0;
    }
    return change < 0 ? -1 : 1;
}

void wh_say_ward_lead(struct wh_buf *buf, const struct wh_ward_sheet *ward)
{
    static const char *const KEY[] = {"sheet.lead_better", "sheet.lead_same", "sheet.lead_worse"};
    const struct wh_figures *const f = figures_of(ward);
    const int verdict = wh_ward_verdict(ward);
    const struct wh_arg days = wh_arg_count("days", ward->merged.theme->window_days);
    if (verdict < 2) {
        wh_say_with(buf, ward->sheet.lang, KEY[verdict + 1], days);
        return;
    }
    struct wh_buf count;
    wh_buf_init(&count, buf->ctx);
    wh_say_ward_count(&count, ward, &f->count);
    if (f->count.shown == WH_SHOWN) {
        wh_say_with(buf, ward->sheet.lang, "sheet.lead_count", wh_arg_count("count", f->count.n),
                    days);
    } else {
        wh_say_with(buf, ward->sheet.lang, "sheet.lead_hidden",
                    wh_arg_text("count", wh_buf_view(&count).ptr), days);
    }
    buf->failed |= count.failed;
    wh_buf_finish(&count);
}

void wh_say_ward_detail(struct wh_buf *buf, const struct wh_ward_sheet *ward)
{
    static const char *const KEY[] = {"sheet.detail_better", "sheet.detail_same",
                                      "sheet.detail_worse"};
    const struct wh_figures *const f = figures_of(ward);
    const int verdict = wh_ward_verdict(ward);
    if (verdict < 2) {
        wh_say_with(buf, ward->sheet.lang, KEY[verdict + 1], wh_arg_count("count", f->count.n),
                    wh_arg_count("before", f->previous.n),
                    wh_arg_count("days", ward->merged.theme->window_days));
    } else if (ward->merged.months.is_lagging) {
        wh_say(buf, ward->sheet.lang, "sheet.detail_lagging");
    } else if (f->count.shown == WH_SHOWN && f->previous.shown == WH_FEW) {
        struct wh_buf few;
        wh_buf_init(&few, buf->ctx);
        wh_say_ward_count(&few, ward, &f->previous);
        wh_say_with(buf, ward->sheet.lang, "sheet.detail_few",
                    wh_arg_text("before", wh_buf_view(&few).ptr),
                    wh_arg_count("days", ward->merged.theme->window_days));
        wh_buf_finish(&few);
    } else {
        wh_say(buf, ward->sheet.lang,
               ward->merged.previous_is_complete ? "sheet.detail_hidden" : "sheet.detail_no_past");
    }
    wh_say_window(buf, ward->sheet.lang, ward->merged.theme);
    if (ward->n_spots == 0) {
        wh_buf_char(buf, ' ');
        wh_say(buf, ward->sheet.lang, "sheet.no_hotspots");
    }
}

/* "14 requests about fly-tipping since 5 August, up from 6": within chance nothing is up or down.
 */
static void say_spot_count(struct wh_buf *buf, const struct wh_ward_sheet *ward, size_t idx)
{
    const struct wh_hotspot *const h = &ward->merged.hotspot[idx];
    const struct wh_theme_report *const theme = ward->theme_of[idx];
    const struct wh_language *const lang = ward->sheet.lang;
    struct wh_buf title, count;
    int64_t change = 0;
    wh_buf_init(&title, buf->ctx);
    wh_buf_init(&count, buf->ctx);
    wh_say_lower(&title, theme->theme->title);
    wh_say_ward_count(&count, ward, &h->figures.count);
    if (h->figures.count.shown == WH_WITHHELD) {
        wh_say_with(buf, lang, "spot.count_withheld", wh_arg_text("count", wh_buf_view(&count).ptr),
                    wh_arg_text("theme", wh_buf_view(&title).ptr),
                    wh_arg_day("from", theme->period.from_day));
    } else if (h->figures.count.shown == WH_SHOWN) {
        wh_say_with(buf, lang, "spot.count", wh_arg_count("count", h->figures.count.n),
                    wh_arg_text("theme", wh_buf_view(&title).ptr),
                    wh_arg_day("from", theme->period.from_day));
    } else {
        wh_say_with(buf, lang, "spot.count_hidden", wh_arg_text("count", wh_buf_view(&count).ptr),
                    wh_arg_text("theme", wh_buf_view(&title).ptr),
                    wh_arg_day("from", theme->period.from_day));
    }
    if (wh_change(&h->figures, theme->previous_is_complete, &change)) {
        const bool is_beyond =
            wh_is_beyond_chance(h->figures.count.n, h->figures.previous.n, theme->change_z);
        wh_say_with(buf, lang,
                    !is_beyond   ? "spot.same"
                    : change > 0 ? "spot.up"
                                 : "spot.down",
                    wh_arg_count("before", h->figures.previous.n));
    }
    buf->failed |= title.failed || count.failed;
    wh_buf_finish(&title);
    wh_buf_finish(&count);
}

/* What a typical area would have, and that chance does not explain the rest. */
static void say_typical(struct wh_buf *buf, const struct wh_ward_sheet *ward, size_t idx)
{
    const struct wh_hotspot *const h = &ward->merged.hotspot[idx];
    const struct wh_theme_report *const theme = ward->theme_of[idx];
    const double expected = h->evidence.expected;
    if (h->trend == WH_TREND_GONE) {
        return;
    }
    if (theme->base.kind == WH_BASE_NONE) {
        wh_say(buf, ward->sheet.lang, "spot.densest");
    } else if (isnan(expected) || h->figures.count.shown != WH_SHOWN) {
        wh_say(buf, ward->sheet.lang, "spot.beyond_chance");
    } else {
        wh_say_with(buf, ward->sheet.lang, "spot.typical",
                    wh_arg_text("base", wh_base_name(theme->base.kind)),
                    wh_arg_number("expected", expected < 0.5 ? 0 : round(expected), 0));
    }
}

static void say_handling(struct wh_buf *buf, const struct wh_ward_sheet *ward,
                         const struct wh_spot_handling *handling)
{
    const struct wh_language *const lang = ward->sheet.lang;
    if (handling->closed.shown != WH_SHOWN || handling->closed.n + handling->open.n == 0) {
        return;
    }
    wh_buf_char(buf, ' ');
    if (isnan(handling->days_median)) {
        wh_say_with(buf, lang, "spot.closed", wh_arg_count("closed", handling->closed.n));
    } else {
        wh_say_with(buf, lang, "spot.closed_days", wh_arg_count("closed", handling->closed.n),
                    wh_arg_number("days", handling->days_median, 0));
    }
    if (handling->open.n == 0 || handling->oldest_open_day == WH_NO_DAY) {
        wh_say_with(buf, lang, "spot.open", wh_arg_count("open", handling->open.n));
    } else {
        wh_say_with(buf, lang, handling->is_oldest_month ? "spot.open_month" : "spot.open_day",
                    wh_arg_count("open", handling->open.n),
                    wh_arg_day("oldest", handling->oldest_open_day));
    }
}

void wh_say_owner(struct wh_buf *buf, const char *owner)
{
    for (const char *at = owner; *at != '\0'; at++) {
        const bool is_in_number = *at == ' ' && at > owner && at[-1] >= '0' && at[-1] <= '9' &&
                                  at[1] >= '0' && at[1] <= '9';
        if (is_in_number) {
            wh_buf_c(buf, "\u00a0");
        } else {
            wh_buf_char(buf, *at);
        }
    }
}

void wh_say_spot(struct wh_buf *buf, const struct wh_ward_sheet *ward, size_t idx)
{
    const struct wh_hotspot *const h = &ward->merged.hotspot[idx];
    const struct wh_theme *const theme = ward->theme_of[idx]->theme;
    const struct wh_language *const lang = ward->sheet.lang;
    struct wh_buf place;
    wh_buf_init(&place, buf->ctx);
    wh_say_place(&place, lang, h);
    wh_say_capital(&place, 0);
    wh_say_with(buf, lang, "spot.place", wh_arg_text("place", wh_buf_view(&place).ptr));
    wh_buf_char(buf, ' ');
    say_spot_count(buf, ward, idx);
    say_typical(buf, ward, idx);
    wh_say(buf, lang, "spot.stop");
    say_handling(buf, ward, &h->handling);
    if (h->trend == WH_TREND_GONE) {
        wh_buf_char(buf, ' ');
        wh_say(buf, lang, "hotspot.gone");
    } else if (h->firmness == WH_TENTATIVE) {
        wh_buf_char(buf, ' ');
        wh_say(buf, lang, "spot.tentative");
    }
    if (theme->owner != NULL && theme->owner[0] != '\0') {
        wh_buf_char(buf, ' ');
        wh_say_owner(buf, theme->owner);
        wh_buf_char(buf, '.');
    }
    buf->failed |= place.failed;
    wh_buf_finish(&place);
}

void wh_say_ward_alt(struct wh_buf *buf, const struct wh_ward_sheet *ward)
{
    const struct wh_language *const lang = ward->sheet.lang;
    struct wh_buf title, period, unit;
    wh_buf_init(&title, buf->ctx);
    wh_buf_init(&period, buf->ctx);
    wh_buf_init(&unit, buf->ctx);
    wh_say_ward_name(&title, lang, ward->sheet.report->wards->name[ward->sheet.ward_idx]);
    wh_say_period(&period, lang, &ward->merged.period);
    wh_say_unit(&unit, lang, &ward->merged);
    wh_say_with(buf, lang, "alt.map", wh_arg_text("title", wh_buf_view(&title).ptr),
                wh_arg_text("period", wh_buf_view(&period).ptr),
                wh_arg_text("unit", wh_buf_view(&unit).ptr));
    wh_buf_char(buf, ' ');
    wh_say_ward_lead(buf, ward);
    wh_buf_c(buf, ". ");
    wh_say_ward_detail(buf, ward);
    if (ward->n_spots > 0) {
        wh_buf_char(buf, ' ');
        wh_say(buf, lang, "alt.hotspots");
    }
    for (size_t i = 0; i < ward->n_spots; i++) {
        wh_buf_char(buf, ' ');
        wh_say_arg(buf, lang, wh_arg_count("rank", ward->merged.hotspot[i].rank));
        wh_buf_c(buf, ": ");
        wh_say_spot(buf, ward, i);
    }
    buf->failed |= title.failed || period.failed || unit.failed;
    wh_buf_finish(&title);
    wh_buf_finish(&period);
    wh_buf_finish(&unit);
}

static void say_licences(struct wh_buf *buf, const struct wh_report *report)
{
    for (size_t i = 0; i < report->n_licences; i++) {
        const size_t len = strlen(report->licence[i]);
        const bool has_stop = len > 0 && strchr(".!?", report->licence[i][len - 1]) != NULL;
        wh_buf_printf(buf, "%s%s%s", i == 0 ? "" : " ", report->licence[i], has_stop ? "" : ".");
    }
}

/* Each way of finding hot spots once. */
static void say_methods(struct wh_buf *buf, const struct wh_ward_sheet *ward)
{
    const struct wh_report *const report = ward->sheet.report;
    wh_say_density_method(buf, ward->sheet.lang, &ward->merged);
    for (size_t t = 0; t < report->n_themes; t++) {
        bool is_said = false;
        for (size_t other = 0; other < t; other++) {
            is_said |= report->theme[other].base.kind == report->theme[t].base.kind;
        }
        if (!is_said) {
            wh_buf_char(buf, ' ');
            wh_say_hotspot_method(buf, ward->sheet.lang, &report->theme[t]);
        }
    }
    wh_buf_char(buf, ' ');
    wh_say(buf, ward->sheet.lang, "sheet.reports_note");
}

/* "Page 1 of 2." on one line: its spaces are U+00A0. */
static void say_page(struct wh_buf *buf, const struct wh_sheet *sheet)
{
    struct wh_buf said;
    wh_buf_init(&said, buf->ctx);
    wh_say_with(&said, sheet->lang, "sheet.page", wh_arg_count("page", sheet->page),
                wh_arg_count("pages", sheet->n_pages));
    for (const char *at = wh_buf_view(&said).ptr; at != NULL && *at != '\0'; at++) {
        if (*at == ' ') {
            wh_buf_c(buf, "\u00a0");
        } else {
            wh_buf_char(buf, *at);
        }
    }
    buf->failed |= said.failed;
    wh_buf_finish(&said);
}

void wh_ward_say(struct wh_buf *buf, const struct wh_ward_sheet *ward, enum wh_element element)
{
    const struct wh_sheet *const sheet = &ward->sheet;
    const struct wh_report *const report = sheet->report;
    switch ((int)element) { /* those that are sentences */
    case WH_ELEMENT_MAPPED:
        if (report->n_received > 0) {
            wh_say_with(buf, sheet->lang, "sheet.mapped", wh_arg_count("placed", report->n_placed),
                        wh_arg_count("received", report->n_received),
                        wh_arg_number("share",
                                      100.0 * (double)report->n_placed / (double)report->n_received,
                                      1));
        }
        break;
    case WH_ELEMENT_METHOD:
        say_methods(buf, ward);
        break;
    case WH_ELEMENT_DATA_THROUGH:
        wh_say_with(buf, sheet->lang, "sheet.data_through",
                    wh_arg_day("through", report->data_through_day));
        break;
    case WH_ELEMENT_MADE:
        wh_say_with(buf, sheet->lang, "sheet.made", wh_arg_day("made", report->as_of_day));
        if (report->datum_note != NULL) {
            wh_buf_char(buf, ' ');
            wh_say_with(buf, sheet->lang, "note.datum", wh_arg_text("note", report->datum_note));
        }
        break;
    case WH_ELEMENT_HIDDEN:
        if (report->edition == WH_EDITION_PUBLIC) {
            wh_say_with(buf, sheet->lang, "note.hidden", wh_arg_count("limit", report->hide_below));
        }
        break;
    case WH_ELEMENT_LICENCES:
        say_licences(buf, report);
        break;
    case WH_ELEMENT_RELEASE:
        wh_say_with(buf, sheet->lang, "note.release", wh_arg_text("release", report->release_id));
        wh_buf_char(buf, '.');
        break;
    case WH_ELEMENT_PAGE:
        say_page(buf, sheet);
        break;
    default:
        break;
    }
}
