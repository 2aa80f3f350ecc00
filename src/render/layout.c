/* render/layout.c: a layout's JSON, refused by name where it is not whole. */
#include "render/layout.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "render/canvas.h"
#include "render/style_json.h"

#define MOST_BYTES ((size_t)256 << 10)
#define MOST_CREST_BYTES (4u << 20)
#define PAPER_W 210.0
#define PAPER_H 297.0
#define LEAST_EDGE 5.0 /* that office printers leave white, mm */
#define LARGEST_PT 60.0

static const char *const ELEMENT[WH_N_ELEMENTS] = {
    "council", "period",  "title",    "line",    "map",      "legend", "north",
    "scale",   "locator", "hotspots", "ranked",  "services", "months", "channels",
    "done",    "owners",  "streets",  "notes",   "mapped",   "method", "data-through",
    "made",    "hidden",  "licences", "release", "page"};

/* Without these a page misleads, or nobody can say where its figures are from. */
static const enum wh_element NEEDED[] = {
    WH_ELEMENT_TITLE,   WH_ELEMENT_PERIOD,       WH_ELEMENT_MAP,     WH_ELEMENT_LEGEND,
    WH_ELEMENT_SCALE,   WH_ELEMENT_NORTH,        WH_ELEMENT_LOCATOR, WH_ELEMENT_MAPPED,
    WH_ELEMENT_METHOD,  WH_ELEMENT_DATA_THROUGH, WH_ELEMENT_MADE,    WH_ELEMENT_LICENCES,
    WH_ELEMENT_RELEASE, WH_ELEMENT_PAGE};

const char *wh_element_name(enum wh_element element)
{
    return ELEMENT[element];
}

static enum wh_status read_colours(const struct wh_json *at, struct wh_layout *ret,
                                   struct wh_error *err)
{
    static const char *const key[WH_LAYOUT_N_COLOURS] = {"ink",    "grey",   "rule", "tint",
                                                         "accent", "better", "worse"};
    enum wh_status status = wh_json_only(at, key, WH_LAYOUT_N_COLOURS, err);
    for (size_t i = 0; status == WH_OK && i < WH_LAYOUT_N_COLOURS; i++) {
        const struct wh_json member = wh_json_member(at, key[i]);
        status = wh_json_colour(&member, &ret->colour[i], err);
    }
    return status;
}

static enum wh_status read_sizes(const struct wh_json *at, struct wh_layout *ret,
                                 struct wh_error *err)
{
    static const char *const key[WH_LAYOUT_N_SIZES] = {"title", "line", "sentence", "table",
                                                       "small"};
    static const enum wh_text_role role[WH_LAYOUT_N_SIZES] = {
        WH_TEXT_SENTENCE, WH_TEXT_SENTENCE, WH_TEXT_SENTENCE, WH_TEXT_TABLE, WH_TEXT_SMALL};
    enum wh_status status = wh_json_only(at, key, WH_LAYOUT_N_SIZES, err);
    for (size_t i = 0; status == WH_OK && i < WH_LAYOUT_N_SIZES; i++) {
        const struct wh_json member = wh_json_member(at, key[i]);
        status = wh_json_number(&member, wh_text_least_pt(role[i]), LARGEST_PT, &ret->size[i], err);
    }
    return status;
}

/* [x, y, width, height] in millimetres, all of it on the paper. */
static enum wh_status read_frame(const struct wh_json *at, double least_w, double least_h,
                                 double ret[4], struct wh_error *err)
{
    if (!json_is_array(at->value) || json_array_size(at->value) != 4) {
        return wh_json_fail(at, err, "expected [x, y, width, height] in millimetres on A4");
    }
    for (size_t i = 0; i < 4; i++) {
        const struct wh_json element = wh_json_element(at, i);
        const double low = i < 2 ? LEAST_EDGE : i == 2 ? least_w : least_h;
        const double paper = i % 2 == 0 ? PAPER_W : PAPER_H;
        const double high = paper - LEAST_EDGE - (i < 2 ? 0 : ret[i - 2]);
        if (high < low) {
            return wh_json_fail(&element, err, "the frame does not fit on the paper");
        }
        const enum wh_status status = wh_json_number(&element, low, high, &ret[i], err);
        if (status != WH_OK) {
            return status;
        }
    }
    return WH_OK;
}

static enum wh_status read_cell(const struct wh_json *at, struct wh_layout_cell *ret,
                                struct wh_error *err)
{
    const struct wh_json show = wh_json_member(at, "show");
    const size_t n = json_array_size(show.value);
    if (!json_is_array(show.value) || n == 0 || n > WH_LAYOUT_SHOWN) {
        return wh_json_fail(&show, err, "expected a list of elements");
    }
    for (ret->n = 0; ret->n < n; ret->n++) {
        const struct wh_json element = wh_json_element(&show, ret->n);
        size_t which = 0;
        const enum wh_status status = wh_json_word(&element, ELEMENT, WH_N_ELEMENTS, &which, err);
        if (status != WH_OK) {
            return status;
        }
        ret->element[ret->n] = (enum wh_element)which;
    }
    return WH_OK;
}

/* {"show": [...]}, or {"cells": [{"width": 0.5, "show": [...]}, ...]}; "foot": true. */
static enum wh_status read_row(const struct wh_json *at, struct wh_layout_row *ret,
                               struct wh_error *err)
{
    static const char *const row_key[] = {"show", "cells", "foot"};
    static const char *const cell_key[] = {"width", "show"};
    const struct wh_json cells = wh_json_member(at, "cells"), foot = wh_json_member(at, "foot");
    enum wh_status status = wh_json_only(at, row_key, 3, err);
    double sum = 0;
    ret->is_foot = json_is_true(foot.value);
    if (status == WH_OK && foot.value != NULL && !json_is_boolean(foot.value)) {
        return wh_json_fail(&foot, err, "expected true or false");
    }
    if (status == WH_OK && cells.value == NULL) {
        ret->n_cells = 1;
        ret->cell[0].width = 1;
        return read_cell(at, &ret->cell[0], err);
    }
    if (status == WH_OK && (!json_is_array(cells.value) || json_array_size(cells.value) == 0 ||
                            json_array_size(cells.value) > WH_LAYOUT_CELLS)) {
        return wh_json_fail(&cells, err, "expected a list of one to four cells");
    }
    for (size_t i = 0; status == WH_OK && i < json_array_size(cells.value); i++) {
        const struct wh_json cell = wh_json_element(&cells, i),
                             width = wh_json_member(&cell, "width");
        status = wh_json_only(&cell, cell_key, 2, err);
        if (status == WH_OK) {
            status = wh_json_number(&width, 0.04, 1, &ret->cell[i].width, err);
        }
        if (status == WH_OK) {
            status = read_cell(&cell, &ret->cell[i], err);
        }
        sum += ret->cell[i].width;
        ret->n_cells = i + 1;
    }
    return status == WH_OK && sum > 1 + 1e-9
               ? wh_json_fail(&cells, err, "expected widths of 1 in all at most")
               : status;
}

static enum wh_status read_page(const struct wh_json *at, struct wh_layout_page *ret,
                                struct wh_error *err)
{
    static const char *const key[] = {"frame", "rows"};
    const struct wh_json frame = wh_json_member(at, "frame"), rows = wh_json_member(at, "rows");
    enum wh_status status = wh_json_only(at, key, 2, err);
    if (status == WH_OK) {
        status = read_frame(&frame, 120, 180, ret->frame_mm, err);
    }
    if (status == WH_OK && (!json_is_array(rows.value) || json_array_size(rows.value) == 0 ||
                            json_array_size(rows.value) > WH_LAYOUT_ROWS)) {
        return wh_json_fail(&rows, err, "expected a list of one to twenty rows");
    }
    for (size_t i = 0; status == WH_OK && i < json_array_size(rows.value); i++) {
        const struct wh_json row = wh_json_element(&rows, i);
        status = read_row(&row, &ret->row[i], err);
        ret->n_rows = i + 1;
    }
    return status;
}

static size_t count_element(const struct wh_layout_page *page, enum wh_element element)
{
    size_t n = 0;
    for (size_t r = 0; r < page->n_rows; r++) {
        for (size_t c = 0; c < page->row[r].n_cells; c++) {
            for (size_t i = 0; i < page->row[r].cell[c].n; i++) {
                n += page->row[r].cell[c].element[i] == element;
            }
        }
    }
    return n;
}

static enum wh_status check_elements(const struct wh_json *root, const struct wh_layout *layout,
                                     struct wh_error *err)
{
    for (size_t i = 0; i < sizeof NEEDED / sizeof *NEEDED; i++) {
        if (count_element(&layout->front, NEEDED[i]) + count_element(&layout->back, NEEDED[i]) ==
            0) {
            return wh_fail_at(
                err, WH_ERR_CONFIG, root->file, 0, 0,
                "front.rows: no row shows \"%s\", nor of back.rows: every sheet has it",
                ELEMENT[NEEDED[i]]);
        }
    }
    const struct wh_json front = wh_json_member(root, "front"), back = wh_json_member(root, "back");
    if (count_element(&layout->front, WH_ELEMENT_MAP) != 1) {
        return wh_json_fail(&front, err, "expected the map here, once");
    }
    /* What explains the map belongs beside it: a scale overleaf cannot be laid on it. */
    static const enum wh_element BESIDE[] = {WH_ELEMENT_LEGEND, WH_ELEMENT_SCALE, WH_ELEMENT_NORTH,
                                             WH_ELEMENT_TITLE};
    for (size_t i = 0; i < sizeof BESIDE / sizeof *BESIDE; i++) {
        if (count_element(&layout->front, BESIDE[i]) == 0) {
            return wh_fail_at(err, WH_ERR_CONFIG, root->file, 0, 0,
                              "front.rows: no row shows \"%s\": it belongs beside the map",
                              ELEMENT[BESIDE[i]]);
        }
    }
    if (count_element(&layout->back, WH_ELEMENT_MAP) > 0 ||
        count_element(&layout->back, WH_ELEMENT_HOTSPOTS) > 0) {
        return wh_json_fail(&back, err, "expected map and hotspots on the front only");
    }
    return WH_OK;
}

static enum wh_status read_crest(const struct wh_json *at, struct wh_layout *ret,
                                 struct wh_error *err)
{
    static const char *const key[] = {"image", "frame"};
    const struct wh_json image = wh_json_member(at, "image"), frame = wh_json_member(at, "frame");
    const char *path = NULL;
    enum wh_status status = wh_json_only(at, key, 2, err);
    if (status == WH_OK) {
        status = wh_json_text(&image, 200, &path, err);
    }
    if (status == WH_OK) {
        status = read_frame(&frame, 5, 5, ret->crest_mm, err);
    }
    if (status == WH_OK) {
        const char *const slash = path[0] == '/' ? NULL : strrchr(at->file, '/');
        snprintf(ret->crest, sizeof ret->crest, "%.*s%s",
                 slash == NULL ? 0 : (int)(slash + 1 - at->file), at->file, path);
    }
    return status;
}

static enum wh_status read_root(const struct wh_json *root, struct wh_layout *ret,
                                struct wh_error *err)
{
    static const char *const key[] = {"name",     "colours", "sizes", "sentences", "least-map",
                                      "map-grid", "crest",   "front", "back"};
    const struct wh_json colours = wh_json_member(root, "colours"),
                         sizes = wh_json_member(root, "sizes"),
                         sentences = wh_json_member(root, "sentences"),
                         least_map = wh_json_member(root, "least-map"),
                         grid = wh_json_member(root, "map-grid"),
                         crest = wh_json_member(root, "crest"),
                         front = wh_json_member(root, "front"), back = wh_json_member(root, "back");
    double most = 4;
    *ret = (struct wh_layout){.least_map = 0.45, .has_grid = true};
    enum wh_status status = wh_json_only(root, key, sizeof key / sizeof *key, err);
    status = status == WH_OK ? read_colours(&colours, ret, err) : status;
    status = status == WH_OK ? read_sizes(&sizes, ret, err) : status;
    if (status == WH_OK && sentences.value != NULL) {
        status = wh_json_number(&sentences, 0, 12, &most, err);
    }
    if (status == WH_OK && least_map.value != NULL) {
        status = wh_json_number(&least_map, 0.25, 0.7, &ret->least_map, err);
    }
    if (status == WH_OK && grid.value != NULL) {
        ret->has_grid = json_is_true(grid.value);
        status = json_is_boolean(grid.value) ? WH_OK
                                             : wh_json_fail(&grid, err, "expected true or false");
    }
    if (status == WH_OK && crest.value != NULL) {
        status = read_crest(&crest, ret, err);
    }
    ret->most_sentences = (uint32_t)most;
    status = status == WH_OK ? read_page(&front, &ret->front, err) : status;
    status = status == WH_OK ? read_page(&back, &ret->back, err) : status;
    return status == WH_OK ? check_elements(root, ret, err) : status;
}

enum wh_status wh_layout_parse(const char *file, const struct wh_buf *text, struct wh_layout *ret,
                               struct wh_error *err)
{
    struct wh_json root;
    enum wh_status status = wh_json_parse(file, text, &root, err);
    if (status == WH_OK) {
        status = read_root(&root, ret, err);
        json_decref(root.value);
    }
    return status;
}

/* A sheet without the crest that was asked for would be found out on paper. */
static enum wh_status check_crest(struct wh_ctx *ctx, const char *file, const char *crest,
                                  struct wh_error *err)
{
    static const char SIGNATURE[] = {'\x89', 'P', 'N', 'G', '\r', '\n', '\x1a', '\n'};
    struct wh_buf image;
    wh_buf_init(&image, ctx);
    const enum wh_status status = wh_io_read_all(ctx, crest, MOST_CREST_BYTES, &image, err);
    const bool is_png = status == WH_OK && wh_buf_view(&image).len > sizeof SIGNATURE &&
                        memcmp(image.ptr, SIGNATURE, sizeof SIGNATURE) == 0;
    wh_buf_finish(&image);
    return is_png
               ? WH_OK
               : wh_fail_at(err, WH_ERR_CONFIG, file, 0, 0,
                            "crest.image: %s cannot be read, or is no PNG of at most 4 MB", crest);
}

static bool ends_in_json(const char *name)
{
    const size_t len = strlen(name);
    return len > 5 && strcmp(name + len - 5, ".json") == 0;
}

enum wh_status wh_layout_load(struct wh_ctx *ctx, const char *styles_dir, const char *name,
                              struct wh_layout **ret, struct wh_error *err)
{
    const bool is_file = ends_in_json(name);
    struct wh_buf path, text;
    wh_buf_init(&path, ctx);
    wh_buf_init(&text, ctx);
    if (is_file) {
        wh_buf_c(&path, name);
    } else {
        wh_buf_printf(&path, "%s/print/%s.json", styles_dir, name);
    }
    struct wh_layout *const layout = wh_alloc(ctx, sizeof *layout);
    enum wh_status status = layout == NULL ? wh_fail_memory(ctx, err) : wh_buf_ok(&path, err);
    if (status == WH_OK) {
        status = wh_io_read_all(ctx, path.ptr, MOST_BYTES, &text, err);
        status = status == WH_ERR_INPUT ? err->status = WH_ERR_CONFIG : status;
    }
    if (status == WH_OK) {
        status = wh_layout_parse(path.ptr, &text, layout, err);
    }
    if (status == WH_OK && layout->crest[0] != '\0') {
        status = check_crest(ctx, path.ptr, layout->crest, err);
    }
    wh_buf_finish(&path);
    wh_buf_finish(&text);
    if (status != WH_OK) {
        wh_free(ctx, layout);
        return status;
    }
    *ret = layout;
    return WH_OK;
}

void wh_layout_destroy(struct wh_ctx *ctx, struct wh_layout *layout)
{
    wh_free(ctx, layout);
}
