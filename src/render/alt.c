/* render/alt.c: map and legend in words: the numbers, ranks and names of the table. */
#include "render/sheet.h"

static void say_hotspot(struct wh_buf *buf, const struct wh_language *lang,
                        const struct wh_report *report, const struct wh_theme_report *theme,
                        const struct wh_hotspot *h)
{
    struct wh_buf place, count, change, trend;
    wh_buf_init(&place, buf->ctx);
    wh_buf_init(&count, buf->ctx);
    wh_buf_init(&change, buf->ctx);
    wh_buf_init(&trend, buf->ctx);
    wh_say_place(&place, lang, h);
    wh_say_count(&count, lang, &h->figures.count, report->hide_below);
    wh_say_change(&change, lang, &h->figures, theme->previous_is_complete);
    wh_say_trend(&trend, lang, h->trend);
    wh_buf_char(buf, ' ');
    wh_say_with(buf, lang, "alt.hotspot", wh_arg_count("rank", h->rank),
                wh_arg_text("place", wh_buf_view(&place).ptr),
                wh_arg_text("count", wh_buf_view(&count).ptr),
                wh_arg_text("change", wh_buf_view(&change).ptr),
                wh_arg_text("trend", wh_buf_view(&trend).ptr));
    buf->failed |= place.failed || count.failed || change.failed || trend.failed;
    wh_buf_finish(&place);
    wh_buf_finish(&count);
    wh_buf_finish(&change);
    wh_buf_finish(&trend);
}

static void say_map(struct wh_buf *buf, const struct wh_language *lang,
                    const struct wh_report *report, const struct wh_theme_report *theme,
                    int32_t ward_idx)
{
    struct wh_buf title, period, unit;
    wh_buf_init(&title, buf->ctx);
    wh_buf_init(&period, buf->ctx);
    wh_buf_init(&unit, buf->ctx);
    wh_sheet_title(&title, lang, report, theme, ward_idx);
    wh_say_period(&period, lang, &theme->period);
    wh_say_unit(&unit, lang, theme);
    wh_say_with(buf, lang, "alt.map", wh_arg_text("title", wh_buf_view(&title).ptr),
                wh_arg_text("period", wh_buf_view(&period).ptr),
                wh_arg_text("unit", wh_buf_view(&unit).ptr));
    buf->failed |= title.failed || period.failed || unit.failed;
    wh_buf_finish(&title);
    wh_buf_finish(&period);
    wh_buf_finish(&unit);
}

void wh_map_alt_text(struct wh_buf *buf, const struct wh_language *lang,
                     const struct wh_report *report, size_t theme_idx, int32_t ward_idx)
{
    const struct wh_theme_report *const theme = &report->theme[theme_idx];
    size_t n = 0;
    say_map(buf, lang, report, theme, ward_idx);
    wh_buf_char(buf, ' ');
    wh_say_ward(buf, lang, report, theme, ward_idx);
    for (size_t i = 0; i < theme->n_hotspots; i++) {
        if (wh_hotspot_is_in(report, &theme->hotspot[i], ward_idx)) {
            if (n++ == 0) {
                wh_buf_char(buf, ' ');
                wh_say(buf, lang, "alt.hotspots");
            }
            say_hotspot(buf, lang, report, theme, &theme->hotspot[i]);
        }
    }
    if (n == 0) {
        wh_buf_char(buf, ' ');
        wh_say(buf, lang, ward_idx < 0 ? "alt.no_hotspots" : "alt.no_hotspots_ward");
    }
}

void wh_legend_alt_text(struct wh_buf *buf, const struct wh_language *lang,
                        const struct wh_theme_report *theme)
{
    struct wh_buf unit, classes, note;
    wh_buf_init(&unit, buf->ctx);
    wh_buf_init(&classes, buf->ctx);
    wh_buf_init(&note, buf->ctx);
    wh_say_unit(&unit, lang, theme);
    for (uint32_t i = 0; i <= theme->legend.n; i++) {
        if (i > 0) {
            wh_say(&classes, lang, "list.comma");
        }
        wh_say_class(&classes, lang, &theme->legend, i);
    }
    wh_say(&note, lang, "legend.counts");
    wh_say_with(buf, lang, "alt.legend", wh_arg_text("unit", wh_buf_view(&unit).ptr),
                wh_arg_text("classes", wh_buf_view(&classes).ptr),
                wh_arg_text("note", wh_buf_view(&note).ptr));
    buf->failed |= unit.failed || classes.failed || note.failed;
    wh_buf_finish(&unit);
    wh_buf_finish(&classes);
    wh_buf_finish(&note);
}
