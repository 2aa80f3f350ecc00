/* render/sheet_pages.c: how the blocks of a sheet share its pages: the map takes what is left. */
#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/error.h"
#include "render/sheet.h"

/* Of the height between the margins: the table goes on to another page before the map gets less. */
#define LEAST_MAP_WARD 0.40
#define LEAST_MAP_OVERVIEW 0.33
#define LARGE_MAP_OVERVIEW 0.42
#define LEAST_MAP_CROWDED 0.30
#define LEAST_MAP_AT_ALL 0.2 /* before that sentences go, for the table tells the same */
#define ROOM_ROUND_AREA 1.12

enum wh_status wh_sheet_rows(const struct wh_sheet *sheet, struct wh_rows *ret,
                             struct wh_error *err)
{
    const struct wh_theme_report *const theme = sheet->theme;
    const size_t room = sheet->ward_idx < 0 ? sheet->report->wards->n : theme->n_hotspots;
    struct wh_rows rows = {.idx = wh_alloc_array(sheet->canvas->ctx, room, sizeof *rows.idx)};
    if (rows.idx == NULL) {
        return wh_fail_memory(sheet->canvas->ctx, err);
    }
    if (sheet->ward_idx < 0) {
        rows.n = room;
        wh_theme_rank_wards(theme, sheet->report->wards->n, rows.idx);
    }
    for (uint32_t i = 0; sheet->ward_idx >= 0 && i < room; i++) {
        if (wh_hotspot_is_in(sheet->report, &theme->hotspot[i], sheet->ward_idx)) {
            rows.idx[rows.n++] = i;
        }
    }
    *ret = rows;
    return WH_OK;
}

void wh_rows_finish(struct wh_ctx *ctx, struct wh_rows *rows)
{
    wh_free(ctx, rows->idx);
    *rows = (struct wh_rows){0};
}

static double draw_table(const struct wh_sheet *sheet, const struct wh_rows *rows, size_t from,
                         size_t to, double y)
{
    return sheet->ward_idx < 0 ? wh_sheet_ward_table(sheet, rows, from, to, y)
                               : wh_sheet_hotspot_table(sheet, rows, from, to, y);
}

/* Sentences of the hot spots: the ward's, or the largest of the whole area. */
static double draw_hotspots(const struct wh_sheet *sheet, const struct wh_rows *rows, double y)
{
    if (sheet->ward_idx >= 0) {
        return wh_sheet_hotspots(sheet, rows, y);
    }
    uint32_t first[3] = {0, 1, 2};
    const struct wh_rows top = {.n = sheet->theme->n_hotspots < 3 ? sheet->theme->n_hotspots : 3,
                                .idx = first};
    return wh_sheet_hotspots(sheet, &top, y);
}

static double draw_more(const struct wh_sheet *sheet, size_t n, double y)
{
    const struct wh_font font = wh_sheet_font(sheet, WH_TEXT_TABLE, 10, false, WH_INK);
    struct wh_buf text;
    const double gap = 3 * sheet->scale;
    wh_buf_init(&text, sheet->canvas->ctx);
    wh_say_with(&text, sheet->lang, "table.more", wh_arg_count("count", n),
                wh_arg_count("page", sheet->page + 1));
    const double height = wh_sheet_text(sheet, &font, wh_buf_view(&text).ptr, sheet->left, y + gap,
                                        sheet->wide, WH_ALIGN_LEFT);
    sheet->canvas->has_failed |= text.failed;
    wh_buf_finish(&text);
    return gap + height;
}

/* How many rows from `from` on fit into `room`, counting the line that says that more follow. */
static size_t rows_that_fit(const struct wh_sheet *dry, const struct wh_rows *rows, size_t from,
                            double room)
{
    if (draw_table(dry, rows, from, rows->n, 0) <= room) {
        return rows->n;
    }
    const double more = draw_more(dry, 1, 0);
    size_t low = from, high = rows->n;
    while (high - low > 1) { /* heights rise with each row */
        const size_t middle = (low + high) / 2;
        if (draw_table(dry, rows, from, middle, 0) + more <= room) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

static double later_room(const struct wh_sheet *dry)
{
    const double gap = WH_GAP * dry->scale;
    return dry->bottom - dry->top - wh_sheet_head_continued(dry, 0) - wh_sheet_foot(dry, 0) -
           2 * gap;
}

/* The first page, crowded or not; the map gets the rest of the height. */
static struct wh_sheet_plan plan_first(const struct wh_sheet *dry, const struct wh_rows *rows)
{
    struct wh_sheet_plan plan = {.is_crowded = dry->is_crowded, .n_pages = 1};
    const struct wh_view any = wh_view_make(0, 0, 100, 100, 0, 0, 1, 0.75);
    const double gap = WH_GAP * dry->scale, height = dry->bottom - dry->top;
    /* An overview that takes a second page anyway gives the first one to the map. */
    const double share = dry->ward_idx < 0
                             ? dry->is_crowded ? LARGE_MAP_OVERVIEW : LEAST_MAP_OVERVIEW
                         : dry->is_crowded ? LEAST_MAP_CROWDED
                                           : LEAST_MAP_WARD;
    const double least = height * share;
    const double fixed = wh_sheet_head(dry, 0) + wh_sheet_strip(dry, &any, 0) +
                         wh_sheet_figures(dry, 0) + draw_hotspots(dry, rows, 0) +
                         wh_sheet_foot(dry, 0) + 6 * gap;
    const double room = height - fixed - least;
    plan.n_first = rows->n > 0 && room > 0 ? rows_that_fit(dry, rows, 0, room) : 0;
    double table_h = draw_table(dry, rows, 0, plan.n_first, 0);
    if (plan.n_first < rows->n) {
        table_h += draw_more(dry, 1, 0);
    }
    plan.map_h = height - fixed - table_h;
    if (dry->ward_idx < 0) { /* beyond the area there is nothing to see */
        double box[4];
        wh_shape_box(dry->report->area, box);
        const double needed = dry->wide * (box[3] - box[1]) / fmax(box[2] - box[0], 1);
        plan.map_h = fmin(plan.map_h, fmax(LEAST_MAP_OVERVIEW * height, ROOM_ROUND_AREA * needed));
    }
    return plan;
}

struct wh_sheet_plan wh_sheet_make_plan(const struct wh_sheet *sheet, const struct wh_rows *rows)
{
    struct wh_sheet dry = *sheet;
    dry.is_measuring = true;
    struct wh_sheet_plan plan = plan_first(&dry, rows);
    if (plan.n_first < rows->n) {
        dry.is_crowded = true;
        plan = plan_first(&dry, rows);
    }
    while (plan.map_h < LEAST_MAP_AT_ALL * (dry.bottom - dry.top) && dry.n_sentences > 1) {
        dry.n_sentences--;
        plan = plan_first(&dry, rows);
    }
    plan.n_sentences = dry.n_sentences;
    for (size_t at = plan.n_first; at < rows->n; plan.n_pages++) {
        const size_t to = rows_that_fit(&dry, rows, at, later_room(&dry));
        at = to > at ? to : at + 1;
    }
    return plan;
}

/* The map as a figure that is described in words for those who cannot see it. */
static enum wh_status draw_map(const struct wh_sheet *sheet, double y, double map_h,
                               struct wh_view *ret_view, struct wh_error *err)
{
    const struct wh_map_spec spec = {.report = sheet->report,
                                     .theme = sheet->theme,
                                     .ward_idx = sheet->ward_idx,
                                     .basemap = sheet->opt->basemap,
                                     .style = sheet->opt->style,
                                     .x = sheet->left,
                                     .y = y,
                                     .w = sheet->wide,
                                     .h = map_h,
                                     .px = 0.75,
                                     .scale = sheet->scale,
                                     .is_paper = true};
    struct wh_buf alt;
    wh_buf_init(&alt, sheet->canvas->ctx);
    wh_map_alt_text(&alt, sheet->lang, sheet->report, sheet->theme_idx, sheet->ward_idx);
    *ret_view = wh_map_view(&spec);
    wh_sheet_tag(sheet, "Figure", wh_buf_view(&alt).ptr);
    enum wh_status status = wh_map_draw(sheet->canvas, &spec, ret_view, err);
    wh_sheet_end_tag(sheet, "Figure");
    if (status == WH_OK) {
        status = wh_buf_ok(&alt, err);
    }
    wh_buf_finish(&alt);
    return status;
}

static void draw_foot(const struct wh_sheet *sheet)
{
    struct wh_sheet dry = *sheet;
    dry.is_measuring = true;
    wh_sheet_foot(sheet, sheet->bottom - wh_sheet_foot(&dry, 0));
}

static enum wh_status draw_first(const struct wh_sheet *sheet, const struct wh_rows *rows,
                                 const struct wh_sheet_plan *plan, struct wh_error *err)
{
    const double gap = WH_GAP * sheet->scale;
    struct wh_view view;
    double y = sheet->top;
    y += wh_sheet_head(sheet, y) + gap;
    const enum wh_status status = draw_map(sheet, y, plan->map_h, &view, err);
    if (status != WH_OK) {
        return status;
    }
    y += plan->map_h + 0.8 * gap;
    y += wh_sheet_strip(sheet, &view, y) + gap;
    y += wh_sheet_figures(sheet, y) + gap;
    y += draw_hotspots(sheet, rows, y) + 0.8 * gap;
    y += draw_table(sheet, rows, 0, plan->n_first, y);
    if (plan->n_first < rows->n) {
        draw_more(sheet, rows->n - plan->n_first, y);
    }
    draw_foot(sheet);
    return WH_OK;
}

static size_t draw_later(const struct wh_sheet *sheet, const struct wh_rows *rows, size_t from)
{
    struct wh_sheet dry = *sheet;
    dry.is_measuring = true;
    size_t to = rows_that_fit(&dry, rows, from, later_room(&dry));
    to = to > from ? to : from + 1;
    double y = sheet->top;
    y += wh_sheet_head_continued(sheet, y) + WH_GAP * sheet->scale;
    y += draw_table(sheet, rows, from, to, y);
    if (to < rows->n) {
        draw_more(sheet, rows->n - to, y);
    }
    draw_foot(sheet);
    return to;
}

enum wh_status wh_sheet_draw(struct wh_sheet *sheet, const struct wh_rows *rows,
                             const struct wh_sheet_plan *plan, struct wh_error *err)
{
    sheet->is_crowded = plan->is_crowded;
    sheet->n_sentences = plan->n_sentences;
    wh_sheet_tag(sheet, "Sect", "");
    enum wh_status status = draw_first(sheet, rows, plan, err);
    size_t at = plan->n_first;
    while (status == WH_OK && at < rows->n) {
        wh_canvas_next_page(sheet->canvas);
        sheet->page++;
        at = draw_later(sheet, rows, at);
    }
    wh_sheet_end_tag(sheet, "Sect");
    return status;
}
