/* disclose/disclose.c: the officer's report copied, its small counts hidden, each theme and period
 * as one table of wards by hot spots. */
#include <math.h>
#include <string.h>
#include <wardheat/disclose.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "disclose/table.h"
#include "model/report.h"

static struct wh_count *pick(struct wh_figures *figures, bool is_previous)
{
    return is_previous ? &figures->previous : &figures->count;
}

/*
 * Rows are wards, columns the hot spots and, last, the rest of each ward, which is never printed
 * but follows from what is. Where a ward has no part of a hot spot everybody can see so. Hot spots
 * of one theme never overlap, so the rows add up.
 */
static enum wh_status fill_table(struct wh_ctx *ctx, struct wh_theme_report *theme, size_t n_wards,
                                 bool is_previous, struct wh_table *ret, struct wh_error *err)
{
    const size_t n_cols = theme->n_hotspots + 1, rest = theme->n_hotspots;
    enum wh_status status = wh_table_init(ctx, ret, n_wards, n_cols, err);
    if (status != WH_OK) {
        return status;
    }
    for (size_t row = 0; row < n_wards; row++) {
        memset(&ret->rule[row * (n_cols + 1)], WH_CELL_STRUCTURAL, theme->n_hotspots);
        ret->rule[row * (n_cols + 1) + rest] = WH_CELL_UNPUBLISHED;
        wh_table_at(ret, row, n_cols)->n = pick(&theme->ward[row], is_previous)->n;
        wh_table_at(ret, row, rest)->n = pick(&theme->ward[row], is_previous)->n;
    }
    ret->rule[n_wards * (n_cols + 1) + rest] = WH_CELL_UNPUBLISHED;
    for (size_t col = 0; col < theme->n_hotspots; col++) {
        struct wh_hotspot *hotspot = &theme->hotspot[col];
        for (size_t i = 0; i < hotspot->n_parts; i++) {
            const size_t row = hotspot->part[i].ward;
            const uint32_t n = pick(&hotspot->part[i].figures, is_previous)->n;
            ret->rule[row * (n_cols + 1) + col] = WH_CELL_PUBLISHED;
            wh_table_at(ret, row, col)->n = n;
            wh_table_at(ret, n_wards, col)->n += n;
            wh_table_at(ret, row, rest)->n -= n;
        }
        if (wh_table_at(ret, n_wards, col)->n != pick(&hotspot->figures, is_previous)->n) {
            return wh_fail(err, WH_ERR_INTERNAL, "the parts of hot spot %s do not add up",
                           hotspot->id);
        }
    }
    for (size_t row = 0; row < n_wards; row++) {
        wh_table_at(ret, n_wards, rest)->n += wh_table_at(ret, row, rest)->n;
        wh_table_at(ret, n_wards, n_cols)->n += wh_table_at(ret, row, n_cols)->n;
    }
    return WH_OK;
}

static void hide(struct wh_count *count, const struct wh_count *decided,
                 struct wh_disclose_stats *stats)
{
    count->shown = decided->shown;
    stats->counts++;
    stats->hidden_small += decided->shown == WH_FEW;
    stats->hidden_secondary += decided->shown == WH_WITHHELD;
    if (decided->shown != WH_SHOWN) {
        count->n = 0; /* erased, so that no writer can print it */
    }
}

static void apply_table(const struct wh_table *table, struct wh_theme_report *theme, size_t n_wards,
                        bool is_previous, struct wh_disclose_stats *stats)
{
    const size_t n_cols = theme->n_hotspots + 1;
    for (size_t row = 0; row < n_wards; row++) {
        hide(pick(&theme->ward[row], is_previous), wh_table_at(table, row, n_cols), stats);
    }
    hide(pick(&theme->total, is_previous), wh_table_at(table, n_wards, n_cols), stats);
    for (size_t col = 0; col < theme->n_hotspots; col++) {
        struct wh_hotspot *hotspot = &theme->hotspot[col];
        hide(pick(&hotspot->figures, is_previous), wh_table_at(table, n_wards, col), stats);
        for (size_t i = 0; i < hotspot->n_parts; i++) {
            hide(pick(&hotspot->part[i].figures, is_previous),
                 wh_table_at(table, hotspot->part[i].ward, col), stats);
        }
    }
}

static void hide_rates(struct wh_figures *figures)
{
    if (figures->count.shown != WH_SHOWN) {
        figures->per_km2 = (double)NAN;
        figures->per_1000 = (double)NAN;
    }
}

static void finish_hotspot(struct wh_ctx *ctx, struct wh_hotspot *hotspot)
{
    for (size_t i = 0; i < hotspot->n_parts; i++) {
        wh_shape_finish(ctx, &hotspot->part[i].shape);
    }
    wh_shape_finish(ctx, &hotspot->shape);
}

/* The outline of a hot spot says that it has many requests: one whose number is hidden goes. A gone
 * one rests on the period before. */
static bool may_stay(const struct wh_hotspot *hotspot)
{
    return hotspot->trend == WH_TREND_GONE ? hotspot->figures.previous.shown == WH_SHOWN
                                           : hotspot->figures.count.shown == WH_SHOWN;
}

/* What is said of growth rests on both counts; where one is hidden nothing is said but that it is
 * there. */
static void settle_hotspots(struct wh_ctx *ctx, struct wh_theme_report *theme)
{
    size_t kept = 0;
    for (size_t i = 0; i < theme->n_hotspots; i++) {
        struct wh_hotspot *hotspot = &theme->hotspot[i];
        if (!may_stay(hotspot)) {
            finish_hotspot(ctx, hotspot);
            continue;
        }
        hide_rates(&hotspot->figures);
        for (size_t j = 0; j < hotspot->n_parts; j++) {
            hide_rates(&hotspot->part[j].figures);
        }
        const struct wh_hotspot moved = *hotspot;
        theme->hotspot[kept] = moved;
        theme->hotspot[kept].rank = (uint32_t)kept + 1;
        kept++;
    }
    theme->n_hotspots = kept;
}

static enum wh_status protect_theme(struct wh_ctx *ctx, struct wh_theme_report *theme,
                                    size_t n_wards, uint32_t k, struct wh_disclose_stats *stats,
                                    struct wh_error *err)
{
    struct wh_table table[2] = {{0}, {0}};
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < 2; i++) {
        status = fill_table(ctx, theme, n_wards, i == 1, &table[i], err);
        if (status == WH_OK) {
            status = wh_table_protect(ctx, &table[i], k, err);
        }
    }
    for (size_t i = 0; i < 2; i++) {
        if (status == WH_OK) {
            apply_table(&table[i], theme, n_wards, i == 1, stats);
        }
        wh_table_finish(ctx, &table[i]);
    }
    for (size_t i = 0; status == WH_OK && i < n_wards; i++) {
        hide_rates(&theme->ward[i]);
    }
    hide_rates(&theme->total);
    settle_hotspots(ctx, theme);
    return status;
}

/* Text and plain arrays into the copy's own arena. NULL stays NULL. */
static const char *copy_text(struct wh_arena *arena, const char *text, bool *is_ok)
{
    if (text == NULL) {
        return NULL;
    }
    const char *copy = wh_arena_c(arena, wh_str_c(text));
    *is_ok = *is_ok && copy != NULL;
    return copy;
}

static void *copy_array(struct wh_arena *arena, const void *from, size_t n, size_t size,
                        bool *is_ok)
{
    void *copy = wh_arena_alloc(arena, n + 1, size);
    *is_ok = *is_ok && copy != NULL;
    if (copy != NULL && n > 0) {
        memcpy(copy, from, n * size);
    }
    return copy;
}

static enum wh_status copy_hotspot(struct wh_ctx *ctx, struct wh_arena *arena,
                                   const struct wh_hotspot *from, struct wh_hotspot *ret,
                                   struct wh_error *err)
{
    bool is_ok = true;
    *ret = *from;
    ret->shape = (struct wh_shape){0};
    ret->n_parts = 0;
    ret->id = copy_text(arena, from->id, &is_ok);
    ret->name = copy_text(arena, from->name, &is_ok);
    ret->part = copy_array(arena, from->part, from->n_parts, sizeof *from->part, &is_ok);
    if (!is_ok) {
        return wh_fail_memory(ctx, err);
    }
    enum wh_status status = wh_shape_copy(ctx, &from->shape, &ret->shape, err);
    for (size_t i = 0; status == WH_OK && i < from->n_parts; i++) {
        ret->part[i].shape = (struct wh_shape){0};
        ret->n_parts = i + 1;
        status = wh_shape_copy(ctx, &from->part[i].shape, &ret->part[i].shape, err);
    }
    return status;
}

static enum wh_status copy_theme(struct wh_ctx *ctx, const struct wh_report *from, size_t idx,
                                 struct wh_report *ret, struct wh_error *err)
{
    bool is_ok = true;
    const struct wh_theme_report *source = &from->theme[idx];
    struct wh_theme_report *theme = &ret->theme[idx];
    *theme = *source;
    theme->surface.class_of = NULL;
    theme->n_hotspots = 0;
    theme->hotspot = wh_arena_alloc(&ret->arena, source->n_hotspots + 1, sizeof *theme->hotspot);
    theme->bandwidth_why = copy_text(&ret->arena, source->bandwidth_why, &is_ok);
    theme->ward =
        copy_array(&ret->arena, source->ward, from->wards->n, sizeof *source->ward, &is_ok);
    if (!is_ok || theme->hotspot == NULL) {
        return wh_fail_memory(ctx, err);
    }
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < source->n_hotspots; i++) {
        theme->n_hotspots = i + 1;
        status = copy_hotspot(ctx, &ret->arena, &source->hotspot[i], &theme->hotspot[i], err);
    }
    return status;
}

static enum wh_status copy_body(struct wh_ctx *ctx, const struct wh_report *from,
                                struct wh_report *ret, struct wh_error *err)
{
    bool is_ok = true;
    *ret = *from;
    ret->edition = WH_EDITION_PUBLIC;
    ret->theme = NULL;
    wh_arena_init(&ret->arena, ctx);
    struct wh_arena *arena = &ret->arena;
    ret->title = copy_text(arena, from->title, &is_ok);
    ret->release_id = copy_text(arena, from->release_id, &is_ok);
    ret->datum_note = copy_text(arena, from->datum_note, &is_ok);
    ret->source = copy_array(arena, from->source, from->n_sources, sizeof *from->source, &is_ok);
    ret->licence =
        copy_array(arena, from->licence, from->n_licences, sizeof *from->licence, &is_ok);
    for (size_t i = 0; is_ok && i < from->n_licences; i++) {
        ret->licence[i] = copy_text(arena, from->licence[i], &is_ok);
    }
    ret->theme = wh_arena_alloc(arena, from->n_themes + 1, sizeof *ret->theme);
    if (!is_ok || ret->theme == NULL) {
        return wh_fail_memory(ctx, err);
    }
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < from->n_themes; i++) {
        status = copy_theme(ctx, from, i, ret, err);
    }
    return status;
}

enum wh_status wh_disclose(struct wh_ctx *ctx, const struct wh_officer_report *officer,
                           const struct wh_disclose_options *opt, struct wh_public_report *ret,
                           struct wh_disclose_stats *ret_stats, struct wh_error *err)
{
    struct wh_public_report report = {0};
    struct wh_disclose_stats stats = {0};
    enum wh_status status = copy_body(ctx, &officer->body, &report.body, err);
    for (size_t i = 0; status == WH_OK && i < report.body.n_themes; i++) {
        struct wh_theme_report *theme = &report.body.theme[i];
        uint64_t blank = 0;
        status = wh_disclose_surface(ctx, &officer->density[i], officer->support[i],
                                     opt->hide_below, &theme->legend, &theme->surface, &blank, err);
        stats.cells_blank += blank;
        if (status == WH_OK) {
            status = protect_theme(ctx, theme, report.body.wards->n, opt->hide_below, &stats, err);
        }
    }
    if (status != WH_OK) {
        wh_public_report_finish(ctx, &report);
        return status;
    }
    report.body.hide_below = opt->hide_below;
    *ret = report;
    *ret_stats = stats;
    return WH_OK;
}

enum wh_status wh_disclose_audit(struct wh_ctx *ctx, const struct wh_count *count, size_t n_rows,
                                 size_t n_cols, uint32_t k, uint64_t *ret_exposed,
                                 struct wh_error *err)
{
    struct wh_table table = {0};
    enum wh_status status = wh_table_init(ctx, &table, n_rows, n_cols, err);
    if (status == WH_OK) {
        memcpy(table.count, count, (n_rows + 1) * (n_cols + 1) * sizeof *count);
        status = wh_table_audit(ctx, &table, k, ret_exposed, err);
    }
    wh_table_finish(ctx, &table);
    return status;
}
