/*
 * render/words.h: a report's figures and sentences in a language, for printed pages and what is
 * said of them. Each adds to `buf`; the same figure reads the same in a sentence, a table and the
 * alt text.
 */
#ifndef WH_RENDER_WORDS_H
#define WH_RENDER_WORDS_H

#include "model/report.h"
#include "render/message.h"

/* "4,812"; "fewer than 5"; "not shown"; "not known". */
void wh_say_count(struct wh_buf *buf, const struct wh_language *lang, const struct wh_count *count,
                  uint32_t hide_below);
/* "+12", "−3", "0", or "not shown" / "not known"; previous_is_complete as in the theme report. */
void wh_say_change(struct wh_buf *buf, const struct wh_language *lang,
                   const struct wh_figures *figures, bool previous_is_complete);
/* "41.3", or "not shown" when NaN and the count is hidden, or "n/a". */
void wh_say_rate(struct wh_buf *buf, const struct wh_language *lang, double rate,
                 const struct wh_count *count);
/* "new", "growing", "about the same", "shrinking", "no longer a hot spot", "change not known". */
void wh_say_trend(struct wh_buf *buf, const struct wh_language *lang, enum wh_trend trend);
/* "under 80", "80 to 160", "480 and more" of class 0..n; "no requests" of any other. */
void wh_say_class(struct wh_buf *buf, const struct wh_language *lang,
                  const struct wh_legend *legend, uint32_t class_idx);
/* "requests per km² in 90 days": of the theme's classes. */
void wh_say_unit(struct wh_buf *buf, const struct wh_language *lang,
                 const struct wh_theme_report *theme);
/* "around Mill Lane and High Street" */
void wh_say_place(struct wh_buf *buf, const struct wh_language *lang,
                  const struct wh_hotspot *hotspot);
/* "5 August to 2 November 2026": the last day is the period's last whole day. */
void wh_say_period(struct wh_buf *buf, const struct wh_language *lang,
                   const struct wh_period *period);
/* "A hot spot is where ...": one sentence on how the theme's hot spots were found. */
void wh_say_hotspot_method(struct wh_buf *buf, const struct wh_language *lang,
                           const struct wh_theme_report *theme);
/* The large sentence about a theme, in a ward (ward >= 0) or everywhere (-1): "491 requests, down
 * from 584 in the 90 days before. ..." */
void wh_say_ward(struct wh_buf *buf, const struct wh_language *lang, const struct wh_report *report,
                 const struct wh_theme_report *theme, int32_t ward);
/* " Over 365 days, since ...": nothing where the period is as long as it is always. */
void wh_say_window(struct wh_buf *buf, const struct wh_language *lang,
                   const struct wh_theme *theme);
/* "Around Mill Lane: 96 requests, up from 71 ..." */
void wh_say_hotspot(struct wh_buf *buf, const struct wh_language *lang,
                    const struct wh_report *report, const struct wh_theme_report *theme,
                    const struct wh_hotspot *hotspot);

#endif
