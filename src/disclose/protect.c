/* disclose/protect.c: which counts of a report are hidden, and what goes with them. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "disclose/disclose_internal.h"

static struct wh_count *pick(struct wh_figures *figures, bool is_previous)
{
    return is_previous ? &figures->previous : &figures->count;
}

struct wh_count *wh_slice_ward(const struct wh_slice *slice, size_t ward)
{
    return wh_table_at(&slice->table, ward, slice->table.n_cols);
}

/* ---- from the report into tables ---- */

/* The parts of one hot spot, taken off the rests of their wards. Where a ward has no part everybody
 * can see so. */
static enum wh_status fill_hotspot(struct wh_hotspot *hotspot, size_t col, bool is_previous,
                                   struct wh_table *table, struct wh_error *err)
{
    const size_t n_wards = table->n_rows, rest = table->n_cols - 1;
    for (size_t i = 0; i < hotspot->n_parts; i++) {
        const size_t row = hotspot->part[i].ward;
        const uint32_t n = pick(&hotspot->part[i].figures, is_previous)->n;
        if (n > wh_table_at(table, row, rest)->n) {
            return wh_fail(err, WH_ERR_INTERNAL, "hot spots hold more requests than their ward");
        }
        table->rule[row * (table->n_cols + 1) + col] = WH_CELL_PUBLISHED;
        wh_table_at(table, row, col)->n = n;
        wh_table_at(table, row, rest)->n -= n;
        wh_table_at(table, n_wards, col)->n += n;
        wh_table_at(table, n_wards, rest)->n -= n;
    }
    return wh_table_at(table, n_wards, col)->n == pick(&hotspot->figures, is_previous)->n
               ? WH_OK
               : wh_fail(err, WH_ERR_INTERNAL, "the parts of hot spot %s do not add up",
                         hotspot->id);
}

/* Hot spots of one theme and period never overlap, so the rows add up. `n_hotspots` 0: wards and
 * their total alone. */
static enum wh_status fill_table(struct wh_ctx *ctx, struct wh_theme_report *theme, size_t n_wards,
                                 size_t n_hotspots, bool is_previous, struct wh_table *ret,
                                 struct wh_error *err)
{
    const size_t n_cols = n_hotspots + 1, rest = n_hotspots;
    enum wh_status status = wh_table_init(ctx, ret, n_wards, n_cols, err);
    if (status != WH_OK) {
        return status;
    }
    for (size_t row = 0; row < n_wards; row++) {
        const uint32_t n = pick(&theme->ward[row], is_previous)->n;
        memset(&ret->rule[row * (n_cols + 1)], WH_CELL_STRUCTURAL, n_hotspots);
        ret->rule[row * (n_cols + 1) + rest] = WH_CELL_UNPUBLISHED;
        wh_table_at(ret, row, n_cols)->n = n;
        wh_table_at(ret, row, rest)->n = n;
        wh_table_at(ret, n_wards, n_cols)->n += n;
        wh_table_at(ret, n_wards, rest)->n += n;
    }
    ret->rule[n_wards * (n_cols + 1) + rest] = WH_CELL_UNPUBLISHED;
    for (size_t col = 0; status == WH_OK && col < n_hotspots; col++) {
        status = fill_hotspot(&theme->hotspot[col], col, is_previous, ret, err);
    }
    return status;
}

/*
 * The margins are settled first and without hot spots, whose outlines change from release to
 * release: so two releases that show the same wards in the same period hide the same ones, and
 * cannot be laid side by side.
 */
static enum wh_status fill_slice(struct wh_ctx *ctx, struct wh_theme_report *theme, size_t n_wards,
                                 bool is_previous, uint32_t k, struct wh_slice *ret,
                                 struct wh_error *err)
{
    struct wh_table margins = {0};
    *ret = (struct wh_slice){.theme = theme->theme,
                             .period = is_previous ? theme->previous : theme->period,
                             .n_wards = n_wards};
    enum wh_status status = fill_table(ctx, theme, n_wards, 0, is_previous, &margins, err);
    if (status == WH_OK) {
        status = wh_table_protect(ctx, &margins, k, err);
    }
    if (status == WH_OK) {
        status = fill_table(ctx, theme, n_wards, theme->n_hotspots, is_previous, &ret->table, err);
    }
    for (size_t row = 0; status == WH_OK && row <= n_wards; row++) {
        wh_slice_ward(ret, row)->shown = wh_table_at(&margins, row, 1)->shown;
    }
    wh_table_finish(ctx, &margins);
    return status;
}

static size_t count_hidden(const struct wh_slice *slice, size_t n)
{
    size_t hidden = 0;
    for (size_t i = 0; i < n; i++) {
        const struct wh_table *table = &slice[i].table;
        for (size_t cell = 0; cell < (table->n_rows + 1) * (table->n_cols + 1); cell++) {
            hidden += table->count[cell].shown;
        }
    }
    return hidden;
}

/* Each table by itself, and tables against each other, until nothing more needs to be hidden.
 * Nothing is ever shown again, so this ends. */
static enum wh_status settle_slices(struct wh_ctx *ctx, struct wh_slice *slice, size_t n,
                                    uint32_t k, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t before = SIZE_MAX; status == WH_OK && before != count_hidden(slice, n);) {
        before = count_hidden(slice, n);
        for (size_t i = 0; status == WH_OK && i < n; i++) {
            status = wh_table_protect(ctx, &slice[i].table, k, err);
        }
        if (status == WH_OK) {
            status = wh_nested_protect(ctx, slice, n, k, err);
        }
    }
    return status;
}

/* ---- hot spots that cannot be told of ---- */

/*
 * The outline of a hot spot says that it has many requests: one whose number is hidden goes. A gone
 * one rests on the period before, and says that today's number is far below: that must be so for
 * each number that "fewer than k" leaves open.
 */
static bool may_stay(const struct wh_theme_report *theme, enum wh_trend trend,
                     const struct wh_count *now, const struct wh_count *before, uint32_t k)
{
    if (trend != WH_TREND_GONE) {
        return now->shown == WH_SHOWN;
    }
    return before->shown == WH_SHOWN &&
           (now->shown == WH_SHOWN ||
            (now->shown == WH_FEW && wh_is_beyond_chance(k - 1, before->n, theme->change_z)));
}

/* Takes hot spots out that may not stay, as the tables have it. Returns how many. */
static size_t drop_hotspots(struct wh_ctx *ctx, struct wh_theme_report *theme,
                            const struct wh_slice slice[2], uint32_t k)
{
    size_t kept = 0;
    for (size_t i = 0; i < theme->n_hotspots; i++) {
        struct wh_hotspot *hotspot = &theme->hotspot[i];
        const struct wh_count *now = wh_table_at(&slice[0].table, slice[0].n_wards, i);
        const struct wh_count *before = wh_table_at(&slice[1].table, slice[1].n_wards, i);
        if (!may_stay(theme, hotspot->trend, now, before, k)) {
            wh_hotspot_finish(ctx, hotspot);
            continue;
        }
        const struct wh_hotspot moved = *hotspot;
        theme->hotspot[kept] = moved;
        theme->hotspot[kept].rank = (uint32_t)kept + 1;
        kept++;
    }
    const size_t dropped = theme->n_hotspots - kept;
    theme->n_hotspots = kept;
    return dropped;
}

/* ---- from the tables into the report ---- */

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

static void apply_slice(const struct wh_slice *slice, struct wh_theme_report *theme,
                        bool is_previous, struct wh_disclose_stats *stats)
{
    const size_t n_wards = slice->n_wards;
    for (size_t row = 0; row < n_wards; row++) {
        hide(pick(&theme->ward[row], is_previous), wh_slice_ward(slice, row), stats);
    }
    hide(pick(&theme->total, is_previous), wh_slice_ward(slice, n_wards), stats);
    for (size_t col = 0; col < theme->n_hotspots; col++) {
        struct wh_hotspot *hotspot = &theme->hotspot[col];
        hide(pick(&hotspot->figures, is_previous), wh_table_at(&slice->table, n_wards, col), stats);
        for (size_t i = 0; i < hotspot->n_parts; i++) {
            hide(pick(&hotspot->part[i].figures, is_previous),
                 wh_table_at(&slice->table, hotspot->part[i].ward, col), stats);
        }
    }
}

/* A rate times its area or people is the count. */
static void hide_rates(struct wh_figures *figures)
{
    if (figures->count.shown != WH_SHOWN) {
        figures->per_km2 = (double)NAN;
        figures->per_1000 = (double)NAN;
    }
}

/* As in the officer's report, but hidden parts come last, by ward: their order would rank their
 * counts. */
static int compare_parts(const void *left, const void *right)
{
    const struct wh_hotspot_part *a = left, *b = right;
    const bool a_hidden = a->figures.count.shown != WH_SHOWN;
    const bool b_hidden = b->figures.count.shown != WH_SHOWN;
    if (a_hidden != b_hidden) {
        return a_hidden ? 1 : -1;
    }
    if (a->figures.count.n != b->figures.count.n) { /* hidden ones are all 0 */
        return a->figures.count.n > b->figures.count.n ? -1 : 1;
    }
    return a->ward < b->ward ? -1 : a->ward > b->ward;
}

/*
 * A trend was found from both counts. Where the one before is hidden it is said only when each
 * number that "fewer than k" leaves open gives the same: then it follows from what is printed.
 */
static enum wh_trend public_trend(const struct wh_theme_report *theme,
                                  const struct wh_hotspot *hotspot, uint32_t k)
{
    const struct wh_figures *figures = &hotspot->figures;
    if (figures->previous.shown == WH_SHOWN || hotspot->trend == WH_TREND_UNKNOWN) {
        return hotspot->trend;
    }
    if (figures->previous.shown == WH_FEW) {
        if (wh_is_beyond_chance(figures->count.n, k - 1, theme->change_z)) {
            return WH_TREND_NEW;
        }
        if (!wh_is_beyond_chance(figures->count.n, 1, theme->change_z)) {
            return WH_TREND_STEADY;
        }
    }
    return WH_TREND_UNKNOWN;
}

static void settle_hotspots(struct wh_theme_report *theme, uint32_t k)
{
    for (size_t i = 0; i < theme->n_hotspots; i++) {
        struct wh_hotspot *hotspot = &theme->hotspot[i];
        hide_rates(&hotspot->figures);
        /* The expected number is a known share of all requests, and the ratio the count over it. */
        if (hotspot->figures.count.shown != WH_SHOWN || theme->total.count.shown != WH_SHOWN) {
            const double hidden = (double)NAN, q = hotspot->evidence.q;
            hotspot->evidence =
                (struct wh_evidence){hidden, hidden, hidden, hidden, q, hidden, hidden};
        }
        for (size_t j = 0; j < hotspot->n_parts; j++) {
            hide_rates(&hotspot->part[j].figures);
        }
        if (hotspot->n_parts > 1) {
            qsort(hotspot->part, hotspot->n_parts, sizeof *hotspot->part, compare_parts);
        }
        hotspot->survival = (double)NAN; /* in steps of one request's move */
        hotspot->trend = public_trend(theme, hotspot, k);
    }
}

static void settle_theme(struct wh_theme_report *theme, size_t n_wards,
                         const struct wh_slice slice[2], uint32_t k,
                         struct wh_disclose_stats *stats)
{
    apply_slice(&slice[0], theme, false, stats);
    apply_slice(&slice[1], theme, true, stats);
    for (size_t i = 0; i < n_wards; i++) {
        hide_rates(&theme->ward[i]);
    }
    hide_rates(&theme->total);
    settle_hotspots(theme, k);
}

/* What is hidden stays hidden: should a table ever fail this, nothing is published. */
static enum wh_status audit_slices(struct wh_ctx *ctx, const struct wh_slice *slice, size_t n,
                                   uint32_t k, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    uint64_t exposed = 0;
    for (size_t i = 0; status == WH_OK && exposed == 0 && i < n; i++) {
        status = wh_table_audit(ctx, &slice[i].table, k, &exposed, err);
    }
    return status == WH_OK && exposed > 0
               ? wh_fail(err, WH_ERR_INTERNAL, "%llu small counts could be worked out",
                         (unsigned long long)exposed)
               : status;
}

/* Themes, and last what they are together. */
static size_t count_told(const struct wh_report *report)
{
    return report->n_themes + (report->overall != NULL);
}

static struct wh_theme_report *told(const struct wh_report *report, size_t i)
{
    return i < report->n_themes ? &report->theme[i] : report->overall;
}

/* One round: all tables from the report's numbers, settled. `*ret_dropped` hot spots had to go. */
static enum wh_status settle_report(struct wh_ctx *ctx, struct wh_report *report, uint32_t k,
                                    struct wh_slice *slice, size_t *ret_dropped,
                                    struct wh_error *err)
{
    const size_t n = 2 * count_told(report);
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < n; i++) {
        wh_table_finish(ctx, &slice[i].table);
        status =
            fill_slice(ctx, told(report, i / 2), report->wards->n, i % 2 == 1, k, &slice[i], err);
    }
    if (status == WH_OK) {
        status = settle_slices(ctx, slice, n, k, err);
    }
    *ret_dropped = 0;
    for (size_t i = 0; status == WH_OK && i < n / 2; i++) {
        *ret_dropped += drop_hotspots(ctx, told(report, i), &slice[2 * i], k);
    }
    return status;
}

enum wh_status wh_report_protect(struct wh_ctx *ctx, struct wh_report *report, uint32_t k,
                                 struct wh_disclose_stats *stats, struct wh_error *err)
{
    const size_t n = 2 * count_told(report);
    struct wh_slice *slice = wh_alloc_array(ctx, n, sizeof *slice);
    enum wh_status status = slice == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    /* What a hot spot that goes had in a ward joins the ward's rest: all is settled anew. */
    for (size_t dropped = 1; status == WH_OK && dropped > 0;) {
        status = settle_report(ctx, report, k, slice, &dropped, err);
    }
    if (status == WH_OK) {
        status = audit_slices(ctx, slice, n, k, err);
    }
    for (size_t i = 0; status == WH_OK && i < n / 2; i++) {
        settle_theme(told(report, i), report->wards->n, &slice[2 * i], k, stats);
    }
    for (size_t i = 0; slice != NULL && i < n; i++) {
        wh_table_finish(ctx, &slice[i].table);
    }
    wh_free(ctx, slice);
    return status;
}
