/* render/alt.c: map and legend in words: the numbers, ranks and names of the table. */
#include "render/sheet.h"

static void add_hotspot(struct wh_buf *buf, const struct wh_report *report,
                        const struct wh_theme_report *theme, const struct wh_hotspot *h)
{
    char count[64], change[64];
    wh_buf_printf(buf, " %u: %s, %s requests, change %s, %s.", h->rank, h->name,
                  wh_count_words(&h->figures.count, report->hide_below, count, sizeof count),
                  wh_change_words(&h->figures, theme->previous_is_complete, change, sizeof change),
                  wh_trend_words(h->trend));
}

void wh_map_alt_text(struct wh_buf *buf, const struct wh_report *report, size_t theme_idx,
                     int32_t ward_idx)
{
    const struct wh_theme_report *const theme = &report->theme[theme_idx];
    char period[96];
    size_t n = 0;
    wh_buf_c(buf, "Map. ");
    wh_sheet_title(buf, report, theme, ward_idx);
    wh_buf_printf(buf, ", %s, in %s. ", wh_period_words(&theme->period, period, sizeof period),
                  theme->legend.unit);
    wh_ward_sentence(buf, report, theme, ward_idx);
    for (size_t i = 0; i < theme->n_hotspots; i++) {
        if (wh_hotspot_is_in(report, &theme->hotspot[i], ward_idx)) {
            wh_buf_c(buf, n++ == 0 ? " Hot spots:" : "");
            add_hotspot(buf, report, theme, &theme->hotspot[i]);
        }
    }
    if (n == 0) {
        wh_buf_c(buf, ward_idx < 0 ? " No hot spots." : " No hot spots in this ward.");
    }
}

void wh_legend_alt_text(struct wh_buf *buf, const struct wh_legend *legend, const char *note)
{
    wh_buf_printf(buf, "Legend, light to dark, in %s:", legend->unit);
    for (uint32_t i = 0; i <= legend->n; i++) {
        char words[96];
        wh_buf_printf(buf, "%s %s", i == 0 ? "" : ",",
                      wh_class_words(legend, i, words, sizeof words));
    }
    wh_buf_printf(buf, ". %s Scale bar, north arrow and the ward's place in the area.", note);
}
