/* render/evidence_done.c: you said, we did: actions and notes, as many as fit. */
#include <math.h>
#include <stdio.h>

#include "base/number.h"
#include "base/time.h"
#include "render/evidence_internal.h"

static void say_when(struct wh_buf *buf, int64_t day, const char *text, const char *by)
{
    char words[40];
    if (day != WH_NO_DAY) {
        wh_buf_printf(buf, "%s: ", wh_format_day_words(day, words, sizeof words));
    }
    wh_text_clean(buf, wh_str_c(text));
    if (by != NULL) {
        wh_buf_c(buf, " (");
        wh_text_clean(buf, wh_str_c(by));
        wh_buf_char(buf, ')');
    }
}

static void say_action(struct wh_buf *buf, const struct wh_evidence_action *action)
{
    char before[32], after[32], number[2][32];
    say_when(buf, action->note->day, action->note->text, action->note->by);
    if (action->days <= 0) {
        wh_buf_c(buf, ". Too early to say what it did.");
        return;
    }
    wh_buf_printf(
        buf, ". Requests in the %d days before and after: %s and %s (elsewhere %s and %s): ",
        (int)action->days, wh_format_count((uint64_t)action->before, before, sizeof before),
        wh_format_count((uint64_t)action->after, after, sizeof after),
        wh_format_count((uint64_t)action->before_elsewhere, number[0], sizeof number[0]),
        wh_format_count((uint64_t)action->after_elsewhere, number[1], sizeof number[1]));
    wh_buf_c(buf, action->words);
    if (!isnan(action->ratio.value)) {
        wh_buf_c(buf, ", ");
        wh_evidence_interval(buf, &action->ratio, 2);
        wh_buf_c(buf, " times the change elsewhere");
    }
    wh_buf_char(buf, '.');
}

/* Actions come first where days are equal. */
static int64_t entry_day(const struct wh_evidence_record *record, size_t i)
{
    return i < record->n_actions ? record->action[i].note->day
                                 : record->note[i - record->n_actions]->day;
}

/* The i-th newest of actions and notes together. */
static void say_entry(struct wh_buf *buf, const struct wh_evidence_record *record, size_t wanted)
{
    const size_t n = record->n_actions + record->n_notes;
    for (size_t i = 0; i < n; i++) {
        const int64_t day = entry_day(record, i);
        size_t newer = 0;
        for (size_t j = 0; j < n; j++) {
            newer += entry_day(record, j) > day || (entry_day(record, j) == day && j < i);
        }
        if (newer == wanted && i < record->n_actions) {
            say_action(buf, &record->action[i]);
        } else if (newer == wanted) {
            const struct wh_spot_note *const note = record->note[i - record->n_actions];
            say_when(buf, note->day, note->text, note->by);
        }
    }
}

/* The height of all entries. */
static double measure_entries(const struct wh_evidence_page *dry, struct wh_span span, size_t n,
                              double gap)
{
    const struct wh_font font = wh_evidence_plain(dry);
    struct wh_buf text;
    double height = 0;
    wh_buf_init(&text, dry->sheet.canvas->ctx);
    for (size_t i = 0; i < n; i++) {
        wh_buf_clear(&text);
        say_entry(&text, dry->record, i);
        height += wh_evidence_text(dry, "P", &font, &text, span, 0) + gap;
    }
    wh_buf_finish(&text);
    return height;
}

double wh_evidence_done(const struct wh_evidence_page *page, double y, double room)
{
    const struct wh_span span = {page->sheet.left, page->sheet.wide};
    const struct wh_font font = wh_evidence_plain(page);
    const size_t n = page->record->n_actions + page->record->n_notes;
    const double top = y, gap = 2 * page->sheet.scale;
    struct wh_evidence_page dry = *page;
    struct wh_buf text;
    dry.sheet.is_measuring = true;
    wh_buf_init(&text, page->sheet.canvas->ctx);
    y += wh_evidence_heading(page, "What was done, and what was said", span, y);
    const double all = y - top + measure_entries(&dry, span, n, gap);
    /* Not all: a line says how many more there are. */
    const double most = all <= room + 0.1 ? room + 0.1 : room - 1.4 * font.size;
    if (n == 0) {
        wh_buf_c(&text, "No action or note is recorded for this place.");
        y += wh_evidence_text(page, "P", &font, &text, span, y);
    }
    for (size_t i = 0; i < n; i++) {
        wh_buf_clear(&text);
        say_entry(&text, page->record, i);
        if (y - top + wh_evidence_text(&dry, "P", &font, &text, span, 0) + gap > most) {
            wh_buf_clear(&text);
            wh_buf_printf(&text, "%zu earlier: see evidence/%s.json", n - i,
                          page->record->hotspot->id);
            y += wh_evidence_text(page, "P", &font, &text, span, y);
            break;
        }
        y += wh_evidence_text(page, "P", &font, &text, span, y) + gap;
    }
    wh_buf_finish(&text);
    return y - top;
}
