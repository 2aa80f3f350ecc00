/* render/ward_back.c: the tables and lists of a ward sheet. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "render/ward_sheet.h"

#define COLUMN_GAP 5.0
#define ROW_PAD 2.4
#define MOST_COLUMNS 9

static void rule(const struct wh_ward_cell *cell, double y, double thick)
{
    const struct wh_sheet *const sheet = &cell->sheet;
    if (sheet->is_measuring) {
        return;
    }
    const double x = wh_sheet_x(sheet, sheet->left, sheet->wide);
    cairo_new_path(sheet->canvas->cr);
    cairo_move_to(sheet->canvas->cr, x, y);
    cairo_line_to(sheet->canvas->cr, x + sheet->wide, y);
    cairo_set_line_width(sheet->canvas->cr, thick);
    wh_canvas_colour(sheet->canvas,
                     cell->ward->layout->colour[thick > 0.7 ? WH_LAYOUT_INK : WH_LAYOUT_RULE], 1.0);
    cairo_stroke(sheet->canvas->cr);
}

/* Smaller where that keeps the cell on one line; words that wrap anyway stay as large as others. */
static struct wh_font font_of_cell(const struct wh_sheet *sheet, const struct wh_font *font,
                                   const char *words, double wide)
{
    const struct wh_font fitting =
        wh_text_shrink(sheet->canvas, font, words, wide, wh_text_least_pt(WH_TEXT_TABLE));
    double w, h;
    wh_text_measure(sheet->canvas, &fitting, words, 0, &w, &h);
    return w > wide && strchr(words, ' ') != NULL ? *font : fitting;
}

double wh_ward_row(const struct wh_ward_cell *cell, const struct wh_ward_column *column, size_t n,
                   const struct wh_buf *text, bool is_head, double y)
{
    const struct wh_sheet *const sheet = &cell->sheet;
    const struct wh_font font = wh_ward_font(cell, WH_LAYOUT_TABLE, is_head, WH_LAYOUT_INK);
    const double pad = ROW_PAD * sheet->scale, between = COLUMN_GAP * sheet->scale;
    double x = sheet->left, height = 0;
    wh_sheet_tag(sheet, "TR", "");
    for (size_t i = 0; i < n; i++) {
        /* Words after a number stand off from it. */
        const double indent =
            i > 0 && column[i].align == WH_ALIGN_LEFT && column[i - 1].align == WH_ALIGN_RIGHT
                ? between
                : 0;
        const double wide = column[i].share * sheet->wide - between - indent;
        const double at = column[i].align == WH_ALIGN_RIGHT ? x + wide : x + indent;
        const char *const words = wh_buf_view(&text[i]).len > 0 ? wh_buf_view(&text[i]).ptr : " ";
        const struct wh_font fitting = font_of_cell(sheet, &font, words, wide);
        wh_sheet_tag(sheet, is_head ? "TH" : "TD", "");
        height =
            fmax(height, wh_sheet_text(sheet, &fitting, words, at, y + pad, wide, column[i].align));
        wh_sheet_end_tag(sheet, is_head ? "TH" : "TD");
        sheet->canvas->has_failed |= text[i].failed;
        x += column[i].share * sheet->wide;
    }
    wh_sheet_end_tag(sheet, "TR");
    rule(cell, y + height + 2 * pad, is_head ? 0.9 : 0.4);
    return height + 2 * pad;
}

static void open_row(const struct wh_ward_cell *cell, struct wh_buf *text)
{
    for (size_t i = 0; i < MOST_COLUMNS; i++) {
        wh_buf_init(&text[i], cell->sheet.canvas->ctx);
    }
}

static void clear_row(struct wh_buf *text)
{
    for (size_t i = 0; i < MOST_COLUMNS; i++) {
        wh_buf_clear(&text[i]);
    }
}

static void close_row(struct wh_buf *text)
{
    for (size_t i = 0; i < MOST_COLUMNS; i++) {
        wh_buf_finish(&text[i]);
    }
}

static double head_row(const struct wh_ward_cell *cell, const struct wh_ward_column *column,
                       const char *const *key, size_t n, struct wh_buf *text, double y)
{
    clear_row(text);
    for (size_t i = 0; i < n; i++) {
        if (key[i][0] != '\0') {
            wh_say(&text[i], cell->sheet.lang, key[i]);
        }
    }
    return wh_ward_row(cell, column, n, text, true, y);
}

static void say_count_or_dash(struct wh_buf *buf, const struct wh_ward_cell *cell,
                              const struct wh_count *count)
{
    if (count->shown == WH_NOT_KNOWN) {
        wh_say(buf, cell->sheet.lang, "cell.none");
    } else if (count->shown == WH_FEW) {
        wh_say_with(buf, cell->sheet.lang, "cell.few",
                    wh_arg_count("limit", cell->sheet.report->hide_below));
    } else if (count->shown == WH_WITHHELD) {
        wh_say(buf, cell->sheet.lang, "cell.hidden");
    } else {
        wh_say_arg(buf, cell->sheet.lang, wh_arg_count("count", count->n));
    }
}

/* ---- hot spots, ranked ---- */

static void spot_row(const struct wh_ward_cell *cell, size_t idx, struct wh_buf *text)
{
    const struct wh_ward_sheet *const ward = cell->ward;
    const struct wh_language *const lang = cell->sheet.lang;
    const struct wh_hotspot *const h = &ward->merged.hotspot[idx];
    const struct wh_theme_report *const theme = ward->theme_of[idx];
    int64_t change = 0;
    clear_row(text);
    wh_say_arg(&text[0], lang, wh_arg_count("rank", h->rank));
    wh_say_place(&text[1], lang, h);
    wh_say_capital(&text[1], 0);
    for (size_t i = 0; h->n_parts > 1 && i < h->n_parts; i++) {
        if ((int32_t)h->part[i].ward == cell->sheet.ward_idx) {
            struct wh_buf count;
            wh_buf_init(&count, cell->sheet.canvas->ctx);
            say_count_or_dash(&count, cell, &h->part[i].figures.count);
            wh_buf_char(&text[1], ' ');
            wh_say_with(&text[1], lang, "table.in_this_ward",
                        wh_arg_text("count", wh_buf_view(&count).ptr));
            wh_buf_finish(&count);
        }
    }
    wh_buf_c(&text[2], theme->theme->title);
    say_count_or_dash(&text[3], cell, &h->figures.count);
    if (isnan(h->evidence.expected) || theme->base.kind == WH_BASE_NONE) {
        wh_say(&text[4], lang, "cell.none");
    } else {
        wh_say_arg(&text[4], lang, wh_arg_number("n", round(h->evidence.expected), 0));
    }
    if (wh_change(&h->figures, theme->previous_is_complete, &change)) {
        wh_say_arg(&text[5], lang, wh_arg_change("change", change));
    } else {
        wh_say(&text[5], lang, theme->previous_is_complete ? "cell.hidden" : "cell.none");
    }
    say_count_or_dash(&text[6], cell, &h->handling.open);
    if (isnan(h->handling.days_median) || h->handling.closed.n == 0) {
        wh_say(&text[7], lang, "cell.none");
    } else {
        wh_say_arg(&text[7], lang, wh_arg_number("days", h->handling.days_median, 0));
    }
    wh_say(&text[8], lang,
           h->trend == WH_TREND_GONE     ? "sure.gone"
           : h->firmness == WH_TENTATIVE ? "sure.tentative"
           : h->firmness == WH_FIRM      ? "sure.firm"
                                         : "cell.none");
}

/* Does the head over the counts fit on a line? In large print and some languages it needs more. */
static bool has_room_for_counts(const struct wh_ward_cell *cell, double share)
{
    const struct wh_font font = wh_ward_font(cell, WH_LAYOUT_TABLE, true, WH_LAYOUT_INK);
    struct wh_buf head;
    double w, h;
    wh_buf_init(&head, cell->sheet.canvas->ctx);
    wh_say(&head, cell->sheet.lang, "table.requests");
    wh_text_measure(cell->sheet.canvas, &font, wh_buf_view(&head).ptr, 0, &w, &h);
    wh_buf_finish(&head);
    return w < share * cell->sheet.wide - COLUMN_GAP * cell->sheet.scale;
}

double wh_ward_ranked(const struct wh_ward_cell *cell, double y, size_t *from)
{
    static const struct wh_ward_column ROOMY[MOST_COLUMNS] = {
        {0.03, WH_ALIGN_RIGHT},  {0.175, WH_ALIGN_LEFT},  {0.15, WH_ALIGN_LEFT},
        {0.13, WH_ALIGN_RIGHT},  {0.105, WH_ALIGN_RIGHT}, {0.105, WH_ALIGN_RIGHT},
        {0.105, WH_ALIGN_RIGHT}, {0.095, WH_ALIGN_RIGHT}, {0.105, WH_ALIGN_LEFT}};
    static const struct wh_ward_column COLUMN[MOST_COLUMNS] = {
        {0.035, WH_ALIGN_RIGHT}, {0.25, WH_ALIGN_LEFT},   {0.165, WH_ALIGN_LEFT},
        {0.10, WH_ALIGN_RIGHT},  {0.085, WH_ALIGN_RIGHT}, {0.085, WH_ALIGN_RIGHT},
        {0.075, WH_ALIGN_RIGHT}, {0.09, WH_ALIGN_RIGHT},  {0.115, WH_ALIGN_LEFT}};
    static const char *const KEY[MOST_COLUMNS] = {"",
                                                  "table.place",
                                                  "sheet.service",
                                                  "table.requests",
                                                  "sheet.typical",
                                                  "table.change",
                                                  "sheet.open",
                                                  "sheet.days",
                                                  "sheet.sure"};
    const struct wh_ward_sheet *const ward = cell->ward;
    const struct wh_ward_column *const column =
        has_room_for_counts(cell, COLUMN[3].share) ? COLUMN : ROOMY;
    const double top = y;
    struct wh_buf text[MOST_COLUMNS];
    const size_t first = *from;
    *from = SIZE_MAX;
    y += wh_ward_heading(cell, "sheet.hotspots", y);
    if (ward->n_spots == 0) {
        const struct wh_font font = wh_ward_font(cell, WH_LAYOUT_TABLE, false, WH_LAYOUT_INK);
        struct wh_buf none;
        wh_buf_init(&none, cell->sheet.canvas->ctx);
        wh_say(&none, cell->sheet.lang, "sheet.no_hotspots");
        y += wh_ward_put(cell, "P", &font, &none, y);
        wh_buf_finish(&none);
        return y - top;
    }
    struct wh_ward_cell dry = *cell;
    dry.sheet.is_measuring = true;
    open_row(cell, text);
    wh_sheet_tag(&cell->sheet, "Table", "");
    y += head_row(cell, column, KEY, MOST_COLUMNS, text, y);
    for (size_t i = first; i < ward->n_spots; i++) {
        spot_row(cell, i, text);
        if (i > first &&
            y - top + wh_ward_row(&dry, column, MOST_COLUMNS, text, false, y) > cell->room) {
            *from = i;
            break;
        }
        y += wh_ward_row(cell, column, MOST_COLUMNS, text, false, y);
    }
    wh_sheet_end_tag(&cell->sheet, "Table");
    close_row(text);
    return y - top;
}

/* ---- services ---- */

/* Adds to a sum that is told only where all its parts are. */
static void add_count(struct wh_count *sum, const struct wh_count *part)
{
    if (sum->shown == WH_SHOWN && part->shown == WH_SHOWN) {
        sum->n += part->n;
        return;
    }
    const bool is_unknown = sum->shown == WH_NOT_KNOWN || part->shown == WH_NOT_KNOWN;
    *sum = (struct wh_count){0, is_unknown ? WH_NOT_KNOWN : WH_WITHHELD};
}

struct ways {
    struct wh_count received, closed, timed, in_time, open;
};

static struct ways ways_of(const struct wh_theme_report *theme, int32_t ward)
{
    struct ways ways = {.received = theme->ward[ward].count};
    if (theme->n_levels == 0) {
        ways.closed.shown = ways.timed.shown = ways.in_time.shown = ways.open.shown = WH_NOT_KNOWN;
        return ways;
    }
    const struct wh_count *const count = theme->level[0].tally[ward].count;
    add_count(&ways.in_time, &count[WH_IN_CLOSED_IN_TIME]);
    add_count(&ways.timed, &count[WH_IN_CLOSED_IN_TIME]);
    add_count(&ways.timed, &count[WH_IN_CLOSED_LATE]);
    add_count(&ways.timed, &count[WH_IN_OVERDUE]);
    add_count(&ways.closed, &count[WH_IN_CLOSED_IN_TIME]);
    add_count(&ways.closed, &count[WH_IN_CLOSED_LATE]);
    add_count(&ways.closed, &count[WH_IN_CLOSED_UNTIMED]);
    add_count(&ways.open, &count[WH_IN_OPEN_IN_TIME]);
    add_count(&ways.open, &count[WH_IN_OVERDUE]);
    add_count(&ways.open, &count[WH_IN_OPEN_UNTIMED]);
    return ways;
}

static void say_ways(const struct wh_ward_cell *cell, const struct ways *ways, struct wh_buf *text)
{
    const struct wh_language *const lang = cell->sheet.lang;
    say_count_or_dash(&text[1], cell, &ways->received);
    say_count_or_dash(&text[3], cell, &ways->closed);
    say_count_or_dash(&text[5], cell, &ways->open);
    if (ways->timed.shown == WH_SHOWN && ways->in_time.shown == WH_SHOWN && ways->timed.n > 0) {
        wh_say_with(&text[4], lang, "cell.percent",
                    wh_arg_number("share", round(100.0 * ways->in_time.n / ways->timed.n), 0));
    } else {
        wh_say(&text[4], lang,
               ways->timed.shown == WH_SHOWN || ways->timed.shown == WH_NOT_KNOWN ? "cell.none"
                                                                                  : "cell.hidden");
    }
}

static void say_change(const struct wh_ward_cell *cell, const struct wh_theme_report *theme,
                       const struct wh_figures *figures, struct wh_buf *buf)
{
    int64_t change = 0;
    if (wh_change(figures, theme->previous_is_complete, &change)) {
        wh_say_arg(buf, cell->sheet.lang, wh_arg_change("change", change));
    } else {
        wh_say(buf, cell->sheet.lang, theme->previous_is_complete ? "cell.hidden" : "cell.none");
    }
}

static void say_days(const struct wh_ward_cell *cell, const struct wh_theme_report *theme,
                     struct wh_buf *buf)
{
    const struct wh_tally *const tally =
        theme->n_levels > 0 ? &theme->level[0].tally[cell->sheet.ward_idx] : NULL;
    if (tally == NULL || tally->days_shown != WH_SHOWN || isnan(tally->days_median)) {
        wh_say(buf, cell->sheet.lang,
               tally != NULL && tally->days_shown == WH_WITHHELD ? "cell.hidden" : "cell.none");
    } else {
        wh_say_arg(buf, cell->sheet.lang, wh_arg_number("days", tally->days_median, 0));
    }
}

double wh_ward_services(const struct wh_ward_cell *cell, double y, size_t *from)
{
    enum { N = 7 };
    static const struct wh_ward_column COLUMN[N] = {{0.27, WH_ALIGN_LEFT},  {0.15, WH_ALIGN_RIGHT},
                                                    {0.11, WH_ALIGN_RIGHT}, {0.11, WH_ALIGN_RIGHT},
                                                    {0.13, WH_ALIGN_RIGHT}, {0.12, WH_ALIGN_RIGHT},
                                                    {0.11, WH_ALIGN_RIGHT}};
    static const char *const KEY[N] = {"sheet.service", "sheet.received", "table.change",
                                       "sheet.closed",  "sheet.in_time",  "sheet.still_open",
                                       "sheet.days"};
    (void)from;
    const struct wh_report *const report = cell->sheet.report;
    const int32_t ward = cell->sheet.ward_idx;
    const double top = y;
    struct ways all = {.received = cell->ward->merged.ward[ward].count};
    struct wh_buf text[MOST_COLUMNS];
    open_row(cell, text);
    y += wh_ward_heading(cell, "sheet.services", y);
    wh_sheet_tag(&cell->sheet, "Table", "");
    y += head_row(cell, COLUMN, KEY, N, text, y);
    for (size_t t = 0; t < report->n_themes; t++) {
        const struct wh_theme_report *const theme = &report->theme[t];
        const struct ways ways = ways_of(theme, ward);
        clear_row(text);
        wh_buf_c(&text[0], theme->theme->title);
        if (theme->theme->window_days != cell->ward->merged.theme->window_days) {
            wh_buf_char(&text[0], ' ');
            wh_say_with(&text[0], cell->sheet.lang, "sheet.in_days",
                        wh_arg_count("days", theme->theme->window_days));
        }
        say_ways(cell, &ways, text);
        say_change(cell, theme, &theme->ward[ward], &text[2]);
        say_days(cell, theme, &text[6]);
        y += wh_ward_row(cell, COLUMN, N, text, false, y);
        add_count(&all.closed, &ways.closed);
        add_count(&all.open, &ways.open);
        add_count(&all.timed, &ways.timed);
        add_count(&all.in_time, &ways.in_time);
    }
    if (!report->themes_are_apart) { /* what they share would count twice */
        all.closed = all.open = all.timed = all.in_time = (struct wh_count){0, WH_NOT_KNOWN};
    }
    clear_row(text);
    wh_say(&text[0], cell->sheet.lang, "sheet.all_services");
    say_ways(cell, &all, text);
    say_change(cell, &cell->ward->merged, &cell->ward->merged.ward[ward], &text[2]);
    y += report->n_themes > 1 ? wh_ward_row(cell, COLUMN, N, text, false, y) : 0;
    wh_sheet_end_tag(&cell->sheet, "Table");
    close_row(text);
    return y - top;
}

/* ---- how people told us ---- */

/* The theme's channels; NULL: none are known. */
static const struct wh_split *channels_of(const struct wh_theme_report *theme)
{
    for (size_t b = 0; theme->n_levels > 0 && b < theme->level[0].n_breakdowns; b++) {
        if (strcmp(theme->level[0].breakdown[b].id, "channel") == 0) {
            return &theme->level[0].breakdown[b];
        }
    }
    return NULL;
}

/* A channel's requests in the ward over all themes. */
static struct wh_count count_channel(const struct wh_ward_cell *cell, const char *channel)
{
    const struct wh_report *const report = cell->sheet.report;
    struct wh_count sum = {0};
    for (size_t t = 0; t < report->n_themes; t++) {
        const struct wh_split *const split = channels_of(&report->theme[t]);
        for (size_t v = 0; split != NULL && v < split->n_values; v++) {
            if (strcmp(split->value[v], channel) == 0) {
                add_count(&sum, &split->count[(size_t)cell->sheet.ward_idx * split->n_values + v]);
            }
        }
        if (split == NULL && report->theme[t].ward[cell->sheet.ward_idx].count.n > 0) {
            sum = (struct wh_count){0, WH_WITHHELD};
        }
    }
    return sum;
}

/* "" is not said, and comes last. */
static int compare_names(const char *a, const char *b)
{
    const bool a_is_said = a[0] != '\0', b_is_said = b[0] != '\0';
    return a_is_said != b_is_said ? (a_is_said ? -1 : 1) : strcmp(a, b);
}

/* The next name after `last` (NULL: the first) of all themes' channels; NULL: no more. */
static const char *next_channel(const struct wh_report *report, const char *last)
{
    const char *next = NULL;
    for (size_t t = 0; t < report->n_themes; t++) {
        const struct wh_split *const split = channels_of(&report->theme[t]);
        for (size_t v = 0; split != NULL && v < split->n_values; v++) {
            const char *const name = split->value[v];
            if ((last == NULL || compare_names(name, last) > 0) &&
                (next == NULL || compare_names(name, next) < 0)) {
                next = name;
            }
        }
    }
    return next;
}

/* Rows of nothing but "hidden" tell nobody anything. */
static bool are_channels_hidden(const struct wh_ward_cell *cell)
{
    const struct wh_report *const report = cell->sheet.report;
    for (const char *name = next_channel(report, NULL); name != NULL;
         name = next_channel(report, name)) {
        const struct wh_count count = count_channel(cell, name);
        if (count.shown != WH_WITHHELD && (count.shown != WH_SHOWN || count.n > 0)) {
            return false;
        }
    }
    return true;
}

double wh_ward_channels(const struct wh_ward_cell *cell, double y, size_t *from)
{
    enum { N = 2 };
    static const struct wh_ward_column COLUMN[N] = {{0.66, WH_ALIGN_LEFT}, {0.34, WH_ALIGN_RIGHT}};
    static const char *const KEY[N] = {"sheet.channel", "table.requests"};
    (void)from;
    const struct wh_report *const report = cell->sheet.report;
    const double top = y;
    struct wh_buf text[MOST_COLUMNS];
    const char *name = next_channel(report, NULL);
    if (name == NULL || !report->themes_are_apart) {
        return 0;
    }
    open_row(cell, text);
    y += wh_ward_heading(cell, "sheet.channels", y);
    if (are_channels_hidden(cell)) {
        const struct wh_font font = wh_ward_font(cell, WH_LAYOUT_TABLE, false, WH_LAYOUT_INK);
        wh_say(&text[0], cell->sheet.lang, "channels.hidden");
        y += wh_ward_put(cell, "P", &font, &text[0], y);
        close_row(text);
        return y - top;
    }
    wh_sheet_tag(&cell->sheet, "Table", "");
    y += head_row(cell, COLUMN, KEY, N, text, y);
    for (; name != NULL; name = next_channel(report, name)) {
        const struct wh_count count = count_channel(cell, name);
        if (count.shown == WH_SHOWN && count.n == 0) {
            continue;
        }
        clear_row(text);
        if (name[0] == '\0') {
            wh_say(&text[0], cell->sheet.lang, "sheet.channel_unknown");
        } else {
            wh_buf_c(&text[0], name);
        }
        wh_say_capital(&text[0], 0);
        say_count_or_dash(&text[1], cell, &count);
        y += wh_ward_row(cell, COLUMN, N, text, false, y);
    }
    wh_sheet_end_tag(&cell->sheet, "Table");
    close_row(text);
    return y - top;
}

/* ---- what was done, who, streets, notes ---- */

static void say_action(struct wh_buf *buf, const struct wh_ward_cell *cell,
                       const struct wh_hotspot *h, const struct wh_spot_action *action)
{
    static const char *const EFFECT[] = {[WH_CHANGE_UNKNOWN] = "unknown",
                                         [WH_CHANGE_BETTER] = "better",
                                         [WH_CHANGE_WORSE] = "worse",
                                         [WH_CHANGE_UNCLEAR] = "unclear"};
    const struct wh_language *const lang = cell->sheet.lang;
    wh_say_with(buf, lang, "done.action", wh_arg_day("day", action->day),
                wh_arg_text("action", action->text), wh_arg_count("rank", h->rank));
    if (action->days == 0) {
        return;
    }
    wh_buf_char(buf, ' ');
    if (action->before.shown == WH_SHOWN && action->after.shown == WH_SHOWN) {
        wh_say_with(buf, lang, "done.counts", wh_arg_count("days", action->days),
                    wh_arg_count("before", action->before.n),
                    wh_arg_count("after", action->after.n));
        wh_buf_char(buf, ' ');
    }
    wh_say_with(buf, lang, "done.effect", wh_arg_text("effect", EFFECT[action->effect]));
}

double wh_ward_done(const struct wh_ward_cell *cell, double y, size_t *from)
{
    (void)from;
    const struct wh_ward_sheet *const ward = cell->ward;
    const struct wh_font font = wh_ward_font(cell, WH_LAYOUT_TABLE, false, WH_LAYOUT_INK);
    const double top = y;
    size_t n = 0;
    struct wh_buf text;
    wh_buf_init(&text, cell->sheet.canvas->ctx);
    for (size_t i = 0; i < ward->n_spots; i++) {
        const struct wh_hotspot *const h = &ward->merged.hotspot[i];
        for (size_t a = 0; a < h->n_actions; a++) {
            y += n++ == 0 ? wh_ward_heading(cell, "sheet.done", y) : 0;
            wh_buf_clear(&text);
            say_action(&text, cell, h, &h->action[a]);
            y += wh_ward_put(cell, "P", &font, &text, y) + 2 * cell->sheet.scale;
        }
    }
    if (n == 0) {
        y += wh_ward_heading(cell, "sheet.done", y);
        wh_say(&text, cell->sheet.lang, "done.none");
        y += wh_ward_put(cell, "P", &font, &text, y);
    }
    wh_buf_finish(&text);
    return y - top;
}

double wh_ward_owners(const struct wh_ward_cell *cell, double y, size_t *from)
{
    (void)from;
    const struct wh_report *const report = cell->sheet.report;
    const struct wh_font font = wh_ward_font(cell, WH_LAYOUT_TABLE, false, WH_LAYOUT_INK);
    const double top = y;
    size_t n = 0;
    struct wh_buf text, owner;
    wh_buf_init(&text, cell->sheet.canvas->ctx);
    wh_buf_init(&owner, cell->sheet.canvas->ctx);
    for (size_t t = 0; t < report->n_themes; t++) {
        const struct wh_theme *const theme = report->theme[t].theme;
        if (theme->owner != NULL && theme->owner[0] != '\0') {
            y += n++ == 0 ? wh_ward_heading(cell, "sheet.owners", y) : 0;
            wh_buf_clear(&text);
            wh_buf_clear(&owner);
            wh_say_owner(&owner, theme->owner);
            wh_say_with(&text, cell->sheet.lang, "sheet.owner", wh_arg_text("theme", theme->title),
                        wh_arg_text("owner", wh_buf_view(&owner).ptr));
            y += wh_ward_put(cell, "P", &font, &text, y) + cell->sheet.scale;
        }
    }
    cell->sheet.canvas->has_failed |= owner.failed;
    wh_buf_finish(&text);
    wh_buf_finish(&owner);
    return y - top;
}

static void say_street(struct wh_buf *buf, const struct wh_street_entry *street)
{
    wh_buf_c(buf, street->name);
    for (uint32_t i = 0; i < street->n_squares; i++) {
        /* U+00A0: the square stays on the line of its street. */
        wh_buf_printf(buf, "%s%c%u", i == 0 ? "\u00a0" : "\u2013",
                      (char)('A' + street->square[i] % 26), street->square[i] / 26 + 1U);
    }
}

double wh_ward_streets(const struct wh_ward_cell *cell, double y, size_t *from)
{
    const struct wh_ward_sheet *const ward = cell->ward;
    struct wh_font font = wh_ward_font(cell, WH_LAYOUT_SMALL, false, WH_LAYOUT_INK);
    const double top = y;
    struct wh_buf text;
    size_t i = *from;
    *from = SIZE_MAX;
    if (ward->n_streets == 0) {
        return 0;
    }
    font.size *= 1.06;
    wh_buf_init(&text, cell->sheet.canvas->ctx);
    y += wh_ward_heading(cell, i == 0 ? "sheet.streets" : "sheet.streets_continued", y);
    const size_t first = i;
    size_t fitting_len = 0, fitting_end = first;
    for (; i < ward->n_streets && !text.failed; i++) {
        double w, h;
        wh_buf_c(&text, i == first ? "" : " \u00b7 ");
        say_street(&text, &ward->street[i]);
        if (i % 8 == 7 || i + 1 == ward->n_streets) { /* measuring each would cost its square */
            wh_text_measure(cell->sheet.canvas, &font, wh_buf_view(&text).ptr, cell->sheet.wide, &w,
                            &h);
            if (y - top + h > cell->room && fitting_end > first) {
                *from = fitting_end;
                text.len = fitting_len;
                text.ptr[fitting_len] = '\0';
                break;
            }
            fitting_end = i + 1;
            fitting_len = wh_buf_view(&text).len;
        }
    }
    y += wh_ward_put(cell, "P", &font, &text, y);
    wh_buf_finish(&text);
    return y - top;
}

/* What is left of the page, ruled; nothing where that is little. */
double wh_ward_notes(const struct wh_ward_cell *cell, double y, size_t *from)
{
    (void)from;
    const struct wh_sheet *const sheet = &cell->sheet;
    const double least = 44 * sheet->scale, line = 21 * sheet->scale;
    if (!isfinite(cell->room) || cell->room < least) {
        return 0;
    }
    const double h = cell->room, heading = wh_ward_heading(cell, "sheet.notes", y);
    for (double at = y + heading + line; at <= y + h + 0.1; at += line) {
        rule(cell, at, 0.4);
    }
    return h;
}
