/* render/ward_sheet.c: themes merged into one sheet, and its rows over its pages. */
#include "render/ward_sheet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"

#define MM 2.834645669291339 /* points */
#define ROW_GAP 6.0
#define CELL_GAP 14.0
#define LEAST_BEGUN                                                                                \
    0.1 /* of a page: with less left, what goes on over pages begins on the next                   \
         */

/* ---- all themes' hot spots ---- */

/* One hot spot on its way into the order of a sheet. */
struct spot {
    const struct wh_theme_report *theme;
    const struct wh_hotspot *hotspot;
    size_t theme_idx;
    bool is_here;
};

/* Here before elsewhere, those that stand before those that are gone, then by number; themes as in
 * the config. Counts that are hidden are 0, and tell nothing. */
static int compare_spots(const void *left, const void *right)
{
    const struct spot *const a = left, *const b = right;
    const bool a_gone = a->hotspot->trend == WH_TREND_GONE,
               b_gone = b->hotspot->trend == WH_TREND_GONE;
    if (a->is_here != b->is_here) {
        return a->is_here ? -1 : 1;
    }
    if (a_gone != b_gone) {
        return a_gone ? 1 : -1;
    }
    if (a->hotspot->figures.count.n != b->hotspot->figures.count.n) {
        return a->hotspot->figures.count.n > b->hotspot->figures.count.n ? -1 : 1;
    }
    if (a->theme_idx != b->theme_idx) {
        return a->theme_idx < b->theme_idx ? -1 : 1;
    }
    return a->hotspot->rank < b->hotspot->rank ? -1 : a->hotspot->rank > b->hotspot->rank;
}

static size_t list_spots(const struct wh_report *report, int32_t ward_idx, struct spot *ret)
{
    size_t n = 0;
    for (size_t t = 0; t < report->n_themes; t++) {
        for (size_t i = 0; i < report->theme[t].n_hotspots; i++) {
            const struct wh_hotspot *const h = &report->theme[t].hotspot[i];
            ret[n++] =
                (struct spot){&report->theme[t], h, t, wh_hotspot_is_in(report, h, ward_idx)};
        }
    }
    if (n > 1) {
        qsort(ret, n, sizeof *ret, compare_spots);
    }
    return n;
}

static enum wh_status merge(struct wh_ward_sheet *ward, struct wh_error *err)
{
    struct wh_ctx *const ctx = ward->sheet.canvas->ctx;
    const struct wh_report *const report = ward->sheet.report;
    size_t n = 0;
    for (size_t t = 0; t < report->n_themes; t++) {
        n += report->theme[t].n_hotspots;
    }
    struct spot *const spot = wh_alloc_array(ctx, n, sizeof *spot);
    ward->merged = *report->overall;
    ward->merged.hotspot = wh_alloc_array(ctx, n, sizeof *ward->merged.hotspot);
    ward->theme_of = wh_alloc_array(ctx, n, sizeof *ward->theme_of);
    if (spot == NULL || ward->merged.hotspot == NULL || ward->theme_of == NULL) {
        wh_free(ctx, spot);
        return wh_fail_memory(ctx, err);
    }
    n = list_spots(report, ward->sheet.ward_idx, spot);
    for (size_t i = 0; i < n; i++) {
        ward->merged.hotspot[i] = *spot[i].hotspot;
        ward->merged.hotspot[i].rank = spot[i].is_here ? (uint32_t)i + 1 : 0;
        ward->theme_of[i] = spot[i].theme;
        ward->n_spots += spot[i].is_here;
    }
    ward->merged.n_hotspots = n;
    ward->sheet.theme = &ward->merged;
    wh_free(ctx, spot);
    return WH_OK;
}

/* ---- elements ---- */

static double draw_element(const struct wh_ward_cell *cell, enum wh_element element, double y,
                           size_t *from)
{
    static wh_element_fn *const DRAW[WH_ELEMENT_MAPPED] = {
        [WH_ELEMENT_COUNCIL] = wh_ward_council,   [WH_ELEMENT_PERIOD] = wh_ward_period,
        [WH_ELEMENT_TITLE] = wh_ward_title,       [WH_ELEMENT_LINE] = wh_ward_line,
        [WH_ELEMENT_LEGEND] = wh_ward_legend,     [WH_ELEMENT_NORTH] = wh_ward_north,
        [WH_ELEMENT_SCALE] = wh_ward_scale,       [WH_ELEMENT_LOCATOR] = wh_ward_locator,
        [WH_ELEMENT_HOTSPOTS] = wh_ward_hotspots, [WH_ELEMENT_RANKED] = wh_ward_ranked,
        [WH_ELEMENT_SERVICES] = wh_ward_services, [WH_ELEMENT_MONTHS] = wh_ward_months,
        [WH_ELEMENT_CHANNELS] = wh_ward_channels, [WH_ELEMENT_DONE] = wh_ward_done,
        [WH_ELEMENT_OWNERS] = wh_ward_owners,     [WH_ELEMENT_STREETS] = wh_ward_streets,
        [WH_ELEMENT_NOTES] = wh_ward_notes};
    return DRAW[element] != NULL ? DRAW[element](cell, y, from) : 0;
}

/* Sentences from element `i` of the cell on, as one paragraph. */
static double draw_sentences(const struct wh_ward_cell *cell, const struct wh_layout_cell *layout,
                             size_t *i, double y)
{
    const struct wh_font font = wh_ward_font(cell, WH_LAYOUT_SMALL, false, WH_LAYOUT_GREY);
    struct wh_buf text;
    wh_buf_init(&text, cell->sheet.canvas->ctx);
    for (; *i < layout->n && layout->element[*i] >= WH_ELEMENT_MAPPED; ++*i) {
        const size_t len = wh_buf_view(&text).len;
        wh_buf_c(&text, len > 0 ? " " : "");
        const size_t said = wh_buf_view(&text).len;
        wh_ward_say(&text, cell->ward, layout->element[*i]);
        if (wh_buf_view(&text).len == said && said > len) { /* nothing to say here */
            text.len = len;
            text.ptr[len] = '\0';
        }
    }
    const double h = wh_ward_put(cell, "P", &font, &text, y);
    wh_buf_finish(&text);
    return h;
}

/* All of a cell but the map, whose place is left. `from` is of its last element. */
static double draw_cell(const struct wh_ward_cell *cell, const struct wh_layout_cell *layout,
                        double y, size_t *from, struct wh_error *err, enum wh_status *ret_status)
{
    const double top = y, gap = 0.7 * ROW_GAP * cell->sheet.scale;
    struct wh_ward_cell at = *cell;
    for (size_t i = 0; i < layout->n;) {
        const enum wh_element element = layout->element[i];
        double h;
        at.room = cell->room - (y - top);
        if (element >= WH_ELEMENT_MAPPED) {
            h = draw_sentences(&at, layout, &i, y);
        } else if (element == WH_ELEMENT_MAP) {
            h = cell->ward->map_h;
            if (!cell->sheet.is_measuring) {
                *ret_status = wh_ward_map(cell->ward, y, err);
            }
            i++;
        } else {
            size_t own = element == WH_ELEMENT_RANKED || element == WH_ELEMENT_STREETS ? *from : 0;
            h = draw_element(&at, element, y, &own);
            if (element == WH_ELEMENT_RANKED || element == WH_ELEMENT_STREETS) {
                *from = own;
            }
            i++;
        }
        y += h + (h > 0 && i < layout->n ? gap : 0);
    }
    return y - top;
}

static double draw_row(struct wh_ward_sheet *ward, const struct wh_sheet *sheet,
                       const struct wh_layout_row *row, double y, double room, size_t *from,
                       struct wh_error *err, enum wh_status *ret_status)
{
    const double gap = CELL_GAP * sheet->scale;
    double x = sheet->left, height = 0;
    for (size_t c = 0; c < row->n_cells; c++) {
        struct wh_ward_cell cell = {.ward = ward, .sheet = *sheet, .room = room};
        cell.sheet.left = x;
        cell.sheet.wide = row->cell[c].width * sheet->wide - (c + 1 < row->n_cells ? gap : 0);
        x += row->cell[c].width * sheet->wide;
        height = fmax(height, draw_cell(&cell, &row->cell[c], y, from, err, ret_status));
    }
    return height;
}

/* ---- pages ---- */

static void enter_page(struct wh_ward_sheet *ward, const struct wh_layout_page *page)
{
    struct wh_sheet *const sheet = &ward->sheet;
    const double mm = MM * (sheet->opt->paper == WH_PAPER_A3 ? sqrt(2) : 1);
    ward->page = page;
    sheet->left = page->frame_mm[0] * mm;
    sheet->top = page->frame_mm[1] * mm;
    sheet->wide = page->frame_mm[2] * mm;
    sheet->bottom = (page->frame_mm[1] + page->frame_mm[3]) * mm;
}

/* Rows of the foot, or the others. Heights add up with gaps; `skip_map` leaves the map out. */
static double measure_rows(struct wh_ward_sheet *ward, bool are_feet)
{
    struct wh_sheet dry = ward->sheet;
    double h = 0;
    dry.is_measuring = true;
    for (size_t r = 0; r < ward->page->n_rows; r++) {
        if (ward->page->row[r].is_foot == are_feet) {
            size_t from = 0;
            enum wh_status status = WH_OK;
            h += draw_row(ward, &dry, &ward->page->row[r], 0, HUGE_VAL, &from, NULL, &status) +
                 ROW_GAP * dry.scale;
        }
    }
    return h;
}

/* Above a page's rows: the band of the officers' edition. */
static double draw_band(const struct wh_sheet *sheet)
{
    const double h = wh_sheet_band(sheet, sheet->top);
    return h > 0 ? h + 3 * sheet->scale : 0;
}

/* As many sentences as leave the map its least height; the map takes what is left. */
static void plan_front(struct wh_ward_sheet *ward)
{
    struct wh_sheet *const sheet = &ward->sheet;
    enter_page(ward, &ward->layout->front);
    const double height = sheet->bottom - sheet->top, least = ward->layout->least_map * height;
    struct wh_sheet dry = *sheet;
    dry.is_measuring = true;
    ward->n_sentences = ward->layout->most_sentences < ward->n_spots ? ward->layout->most_sentences
                                                                     : (uint32_t)ward->n_spots;
    for (;; ward->n_sentences--) {
        ward->map_h = 0;
        ward->map_h = height - draw_band(&dry) - measure_rows(ward, false) -
                      measure_rows(ward, true) + ROW_GAP * sheet->scale;
        if (ward->map_h >= least || ward->n_sentences == 0) {
            break;
        }
    }
}

/* Small print and page number at the frame's end. */
static double draw_feet(struct wh_ward_sheet *ward, const struct wh_sheet *sheet,
                        struct wh_error *err, enum wh_status *ret_status)
{
    const double h = measure_rows(ward, true);
    double y = sheet->bottom - h + ROW_GAP * sheet->scale;
    for (size_t r = 0; r < ward->page->n_rows; r++) {
        if (ward->page->row[r].is_foot) {
            size_t from = 0;
            y += draw_row(ward, sheet, &ward->page->row[r], y, HUGE_VAL, &from, err, ret_status) +
                 ROW_GAP * sheet->scale;
        }
    }
    return h;
}

static void draw_crest(const struct wh_ward_sheet *ward)
{
    const struct wh_layout *const layout = ward->layout;
    const struct wh_sheet *const sheet = &ward->sheet;
    const double mm = MM * (sheet->opt->paper == WH_PAPER_A3 ? sqrt(2) : 1);
    cairo_surface_t *const image =
        layout->crest[0] == '\0' ? NULL : cairo_image_surface_create_from_png(layout->crest);
    if (image == NULL || cairo_surface_status(image) != CAIRO_STATUS_SUCCESS) {
        cairo_surface_destroy(image);
        return;
    }
    const double w = cairo_image_surface_get_width(image),
                 h = cairo_image_surface_get_height(image);
    const double scale = fmin(layout->crest_mm[2] * mm / w, layout->crest_mm[3] * mm / h);
    cairo_t *const cr = sheet->canvas->cr;
    cairo_save(cr);
    cairo_translate(cr, layout->crest_mm[0] * mm, layout->crest_mm[1] * mm);
    cairo_scale(cr, scale, scale);
    cairo_set_source_surface(cr, image, 0, 0);
    cairo_paint(cr);
    cairo_restore(cr);
    cairo_surface_destroy(image);
}

static enum wh_status draw_front(struct wh_ward_sheet *ward, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    enter_page(ward, &ward->layout->front);
    const struct wh_sheet *const sheet = &ward->sheet;
    double y = sheet->top + draw_band(sheet);
    draw_crest(ward);
    for (size_t r = 0; r < ward->page->n_rows && status == WH_OK; r++) {
        size_t from = 0;
        if (!ward->page->row[r].is_foot) {
            y += draw_row(ward, sheet, &ward->page->row[r], y, HUGE_VAL, &from, err, &status) +
                 ROW_GAP * sheet->scale;
        }
    }
    draw_feet(ward, sheet, err, &status);
    return status;
}

/* Where a page of figures begins: the row, and what of it has been told. */
struct place {
    size_t row, from;
};

/* One page of figures, drawn or measured. Returns where the next begins. */
static struct place draw_figures(struct wh_ward_sheet *ward, const struct wh_sheet *sheet,
                                 struct place at, struct wh_error *err, enum wh_status *ret_status)
{
    struct wh_sheet dry = *sheet;
    dry.is_measuring = true;
    const double end = sheet->bottom - measure_rows(ward, true);
    double y = sheet->top + draw_band(sheet);
    if (at.row > 0 || at.from > 0) {
        y += wh_ward_continued(&(struct wh_ward_cell){.ward = ward, .sheet = *sheet}, y);
    }
    const double top = y;
    for (; at.row < ward->page->n_rows && *ret_status == WH_OK; at.row++, at.from = 0) {
        const struct wh_layout_row *const row = &ward->page->row[at.row];
        if (row->is_foot) {
            continue;
        }
        size_t from = at.from;
        const double needed = draw_row(ward, &dry, row, y, end - y, &from, err, ret_status);
        if (y > top && needed > 0 &&
            (y + needed > end + 0.5 ||
             (from != 0 && from != SIZE_MAX && end - y < LEAST_BEGUN * (end - top)))) {
            return at; /* all of it on the next page */
        }
        from = at.from;
        y += draw_row(ward, sheet, row, y, end - y, &from, err, ret_status) +
             (needed > 0 ? 1.6 * ROW_GAP * sheet->scale : 0);
        if (from != 0 && from != SIZE_MAX) {
            at.from = from;
            return at;
        }
    }
    return at;
}

static uint32_t count_backs(struct wh_ward_sheet *ward)
{
    struct wh_sheet dry;
    enum wh_status status = WH_OK;
    struct place at = {0};
    uint32_t n = 0;
    enter_page(ward, &ward->layout->back);
    dry = ward->sheet;
    dry.is_measuring = true;
    while (at.row < ward->page->n_rows && n < 100) {
        at = draw_figures(ward, &dry, at, NULL, &status);
        n++;
    }
    return n;
}

enum wh_status wh_ward_sheet_open(struct wh_ward_sheet *ward, struct wh_canvas *canvas,
                                  const struct wh_report *report, uint32_t ward_idx,
                                  const struct wh_page_options *opt, struct wh_error *err)
{
    *ward = (struct wh_ward_sheet){
        .sheet = wh_sheet_make(canvas, report, WH_ALL_THEMES, (int32_t)ward_idx, opt),
        .layout = opt->layout};
    ward->view = wh_view_make(0, 0, 100, 100, 0, 0, 1, 0.75);
    enum wh_status status = merge(ward, err);
    /* How many pages there are is not known yet: two digits keep the room for all numbers. */
    ward->sheet.page = ward->sheet.n_pages = 88;
    if (status == WH_OK) {
        plan_front(ward);
        ward->sheet.is_measuring = true; /* the view, for the squares that streets lie in */
        status = wh_ward_map(ward, 0, err);
        ward->sheet.is_measuring = false;
    }
    if (status == WH_OK) {
        status = wh_street_index(canvas->ctx, opt->basemap, &report->wards->shape[ward_idx],
                                 &ward->view, &ward->squares, &ward->street, &ward->n_streets, err);
    }
    if (status == WH_OK) {
        ward->n_streets = ward->layout->has_grid ? ward->n_streets : 0;
        ward->sheet.n_pages = 1 + count_backs(ward);
        ward->sheet.page = 1;
    } else {
        wh_ward_sheet_finish(ward);
    }
    return status;
}

void wh_ward_sheet_finish(struct wh_ward_sheet *ward)
{
    struct wh_ctx *const ctx = ward->sheet.canvas->ctx;
    wh_free(ctx, ward->merged.hotspot);
    wh_free(ctx, ward->theme_of);
    wh_free(ctx, ward->street);
    ward->merged.hotspot = NULL;
    ward->theme_of = NULL;
    ward->street = NULL;
}

enum wh_status wh_ward_sheet_draw(struct wh_ward_sheet *ward, struct wh_error *err)
{
    struct place at = {0};
    wh_sheet_tag(&ward->sheet, "Sect", "");
    enum wh_status status = draw_front(ward, err);
    enter_page(ward, &ward->layout->back);
    for (uint32_t page = 2; page <= ward->sheet.n_pages && status == WH_OK; page++) {
        wh_canvas_next_page(ward->sheet.canvas);
        ward->sheet.page = page;
        at = draw_figures(ward, &ward->sheet, at, err, &status);
        draw_feet(ward, &ward->sheet, err, &status);
    }
    wh_sheet_end_tag(&ward->sheet, "Sect");
    return status;
}
