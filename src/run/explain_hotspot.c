/* run/explain_hotspot.c: a hot spot found again, its arithmetic in words, and what was published
 * beside it. */
#include "run/explain_hotspot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <wardheat/patterns.h>
#include <wardheat/rates.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/time.h"
#include "geo/shape_ops.h"
#include "publish/compare.h"
#include "publish/fields.h"
#include "publish/own_table.h"
#include "run/base.h"
#include "run/evidence_record.h"
#include "run/recount.h"

enum { AREA_DECIMALS = 3 };

/* ---- a row of a table ---- */

struct row {
    size_t n;
    struct wh_str *name, *cell; /* in the arena */
};

static struct wh_str cell_of(const struct row *row, const char *name)
{
    for (size_t i = 0; i < row->n; i++) {
        if (wh_str_eq_c(row->name[i], name)) {
            return row->cell[i];
        }
    }
    return (struct wh_str){0};
}

static enum wh_status keep_row(const struct wh_own_table *table, struct wh_arena *arena,
                               struct row *ret, struct wh_error *err)
{
    const size_t n = wh_csv_columns(table->csv);
    bool is_kept = true;
    ret->name = wh_arena_alloc(arena, n, sizeof *ret->name);
    ret->cell = wh_arena_alloc(arena, n, sizeof *ret->cell);
    for (size_t i = 0; is_kept && ret->name != NULL && ret->cell != NULL && i < n; i++) {
        ret->name[i] = wh_str_c(wh_arena_c(arena, wh_csv_column(table->csv, i)));
        ret->cell[i] = wh_str_c(wh_arena_c(arena, table->row.field[i]));
        is_kept = ret->name[i].ptr != NULL && ret->cell[i].ptr != NULL;
        ret->n = i + 1;
    }
    return is_kept && ret->name != NULL && ret->cell != NULL ? WH_OK
                                                             : wh_fail_memory(table->ctx, err);
}

/* The row whose `id` it is; its n stays 0 where there is none, and the ids go to `others`. */
static enum wh_status find_row(struct wh_ctx *ctx, const char *path, const char *id,
                               struct wh_arena *arena, struct row *ret, struct wh_buf *others,
                               struct wh_error *err)
{
    struct wh_own_table table;
    int column = 0;
    enum wh_status status = wh_own_table_open(ctx, path, &table, err);
    if (status == WH_OK) {
        status = wh_own_table_column(&table, "id", &column, err);
    }
    for (bool is_end = false; status == WH_OK && ret->n == 0;) {
        status = wh_own_table_next(&table, &is_end, err);
        if (status != WH_OK || is_end) {
            break;
        }
        if (wh_str_eq_c(table.row.field[column], id)) {
            status = keep_row(&table, arena, ret, err);
        } else {
            wh_buf_c(others, others->len == 0 ? "" : ", ");
            wh_buf_str(others, table.row.field[column]);
        }
    }
    wh_own_table_close(&table);
    return status;
}

/* ---- the arithmetic ---- */

struct proof {
    struct wh_buf *out, scratch;
    const struct row *published;
    const char *wrong; /* the first number that does not follow */
};

/* One number: how it follows, and whether it is the published one once it is rounded as that is. */
static void prove(struct proof *proof, const char *name, double value, int decimals,
                  const char *formula)
{
    const struct wh_str published = cell_of(proof->published, name);
    struct wh_buf *const out = proof->out;
    char exact[40];
    wh_buf_clear(&proof->scratch);
    if (!isnan(value)) {
        wh_buf_number(&proof->scratch, value, decimals);
    }
    const struct wh_str rounded = wh_buf_view(&proof->scratch);
    (void)snprintf(exact, sizeof exact, "%.9g", value);
    wh_buf_printf(out, "  %-10s = %s = ", name, formula);
    if (!isnan(value) && !wh_str_eq_c(rounded, exact)) {
        wh_buf_printf(out, "%s, rounded ", exact);
    }
    wh_buf_str(out, rounded);
    if (wh_str_eq(rounded, published)) {
        wh_buf_c(out, ", as published\n");
        return;
    }
    wh_buf_c(out, ", but published is \"");
    wh_buf_str(out, published);
    wh_buf_c(out, "\"\n");
    proof->wrong = proof->wrong == NULL ? name : proof->wrong;
}

/* Counts, expected number and ratio, as they are in hotspots.csv. */
static void prove_all(struct proof *proof, const struct wh_theme_report *theme,
                      const struct wh_hotspot *hotspot)
{
    const double count = hotspot->figures.count.n, previous = hotspot->figures.previous.n;
    const double inside = hotspot->evidence.base_inside, total = theme->base.total;
    const double requests = theme->base.requests;
    const struct wh_limits limits = wh_limits_poisson(count, 0.95);
    const bool is_compared = theme->base.kind != WH_BASE_NONE;
    const double expected = is_compared ? requests * inside / total : (double)NAN;
    const bool is_divided = expected > 0;
    wh_buf_c(proof->out, "\nHow many\n");
    prove(proof, "count", count, 0, "requests of the period inside the outline");
    if (theme->previous_is_complete) {
        prove(proof, "previous", previous, 0, "requests inside it in the period before");
        prove(proof, "change", count - previous, 0, "count - previous");
    }
    prove(proof, "area_km2", hotspot->area_km2, AREA_DECIMALS, "area of the outline");
    prove(proof, "per_km2", wh_job_rate(count / hotspot->area_km2), 1, "count / area_km2");
    wh_buf_c(proof->out, "\nCompared with what\n");
    if (!is_compared) {
        wh_buf_c(proof->out, "  with nothing: the theme's hot spots are its densest places\n");
        return;
    }
    wh_buf_printf(proof->out,
                  "  the base is %s: %.9g inside the outline, %.9g in the whole area; the theme "
                  "has %.9g requests on the map\n",
                  wh_base_name(theme->base.kind), inside, total, requests);
    char formula[160];
    (void)snprintf(formula, sizeof formula,
                   "theme's requests * base inside / base of the whole area = %.9g * %.9g / %.9g",
                   requests, inside, total);
    prove(proof, "expected", expected, WH_EXPECTED_DECIMALS, formula);
    prove(proof, "ratio", is_divided ? count / expected : (double)NAN, WH_RATIO_DECIMALS,
          "count / expected");
    wh_buf_printf(proof->out, "  95 %% limits of a Poisson count of %.0f (%s): %.6g to %.6g\n",
                  count, count < 10 ? "exact, Garwood 1936" : "Byar's, Breslow and Day 1987",
                  limits.lower, limits.upper);
    prove(proof, "ratio_low", is_divided ? limits.lower / expected : (double)NAN, WH_RATIO_DECIMALS,
          "lower limit / expected");
    prove(proof, "ratio_high", is_divided ? limits.upper / expected : (double)NAN,
          WH_RATIO_DECIMALS, "upper limit / expected");
}

/* ---- chance ---- */

/* Where a hot spot stands among the tests of all cells, from the surface that it was found on. */
struct standing {
    bool is_known;
    double p, q;     /* lowest inside the outline */
    double plain;    /* q by Benjamini and Hochberg's rule alone, weighted by the base */
    double p_called; /* the p up to which that rule calls at that q */
    double called;   /* share of the base in cells with such a p or a lower one */
    double cells;    /* how many independent cells there are */
};

struct look {
    struct wh_ctx *ctx;
    const char *id;
    size_t theme_idx;
    const struct wh_hotspot *hotspot; /* in the report that is being built */
    struct standing standing;
};

/* The cell of lowest p whose centre is in the outline. */
static bool find_cell(const struct wh_grid *p, const struct wh_shape *shape, size_t *ret)
{
    double lowest = 2;
    for (size_t i = 0; i < (size_t)p->nx * p->ny; i++) {
        const double x = p->x0 + ((double)(i % p->nx) + 0.5) * p->cell_m;
        const double y = p->y0 + ((double)(i / p->nx) + 0.5) * p->cell_m;
        if (p->v[i] < lowest && wh_shape_contains(shape, x, y)) {
            lowest = p->v[i];
            *ret = i;
        }
    }
    return lowest <= 1;
}

/* Benjamini and Hochberg 1995 with the base as weights (<wardheat/statistics.h>): the least of
 * p_(k) over the share of the base in the k lowest. */
static enum wh_status stand(struct wh_ctx *ctx, const struct wh_comparison *comparison,
                            const struct wh_shape *shape, struct standing *ret,
                            struct wh_error *err)
{
    const struct wh_risk *const risk = &comparison->risk;
    const double *const weight = comparison->surface->density.v;
    const size_t n = (size_t)risk->p.nx * risk->p.ny;
    size_t cell = 0;
    if (!find_cell(&risk->p, shape, &cell)) {
        return WH_OK;
    }
    double *const plain = wh_alloc_array(ctx, n, sizeof *plain);
    double all = 0, called = 0;
    enum wh_status status =
        plain == NULL ? wh_fail_memory(ctx, err)
                      : wh_false_discovery(ctx, risk->p.v, weight, n, WH_DISCOVERY_BH, plain, err);
    struct standing found = {.is_known = status == WH_OK, .cells = risk->independent_cells};
    if (status == WH_OK) {
        found.p = risk->p.v[cell];
        found.q = risk->q.v[cell];
        found.plain = plain[cell];
        for (size_t i = 0; i < n; i++) {
            found.p_called = plain[i] <= found.plain && risk->p.v[i] > found.p_called
                                 ? risk->p.v[i]
                                 : found.p_called;
        }
        for (size_t i = 0; i < n; i++) {
            all += isnan(risk->p.v[i]) ? 0 : weight[i];
            called += risk->p.v[i] <= found.p_called ? weight[i] : 0;
        }
        found.called = called / all;
    }
    wh_free(ctx, plain);
    *ret = found;
    return status;
}

static enum wh_status look_at_theme(void *user, const struct wh_theme_seen *seen,
                                    struct wh_error *err)
{
    struct look *const look = user;
    for (size_t i = 0; i < seen->theme->n_hotspots; i++) {
        const struct wh_hotspot *const hotspot = &seen->theme->hotspot[i];
        if (strcmp(hotspot->id, look->id) == 0) {
            look->hotspot = hotspot;
            look->theme_idx = seen->theme_idx;
            return seen->comparison->base == NULL
                       ? WH_OK
                       : stand(look->ctx, seen->comparison, &hotspot->shape, &look->standing, err);
        }
    }
    return WH_OK;
}

static void add_chance(struct proof *proof, const struct wh_theme_report *theme,
                       const struct standing *standing)
{
    struct wh_buf *const out = proof->out;
    const double bound = standing->p_called / standing->called;
    if (!standing->is_known) {
        return;
    }
    wh_buf_c(out, "\nCould it be chance\n");
    wh_buf_printf(out,
                  "  p = %.6g: the lowest in the outline; how often requests that follow the base "
                  "are as dense in one such place\n",
                  standing->p);
    wh_buf_printf(out,
                  "  rank %.4g among %.1f independent cells: places with p up to %.6g hold %.4g %% "
                  "of the base\n",
                  standing->called * standing->cells, standing->cells, standing->p_called,
                  100 * standing->called);
    wh_buf_printf(out,
                  "  p * cells / rank = %.6g: the false-discovery rate by Benjamini and Hochberg's "
                  "rule\n",
                  bound);
    prove(proof, "q", standing->q, WH_Q_DECIMALS,
          "that rate, errors counted by clumps: half of it to all of it (docs/hotspots.md)");
    wh_buf_printf(out, "  a hot spot needs q <= %.4g and a ratio of %.4g at least\n",
                  theme->base.false_discovery, theme->base.ratio);
    /* A share of weights summed in another order: equal but for the last digits. */
    if (!(standing->q <= bound * (1 + 1e-9) && standing->q >= bound / 2 * (1 - 1e-9)) &&
        proof->wrong == NULL) {
        proof->wrong = "q";
    }
}

/* ---- what else speaks for it ---- */

static void add_redraws(struct wh_buf *out, const struct wh_theme_report *theme,
                        const struct wh_evidence_record *record)
{
    const struct wh_hotspot *const hotspot = record->hotspot;
    if (isnan(hotspot->survival) || theme->n_draws == 0) {
        return;
    }
    wh_buf_c(out, "\nIs it the geocoding\n  placed by");
    for (int i = 0, n = 0; i < WH_N_METHODS; i++) {
        if (record->by_method[i] > 0) {
            wh_buf_printf(out, "%s %s %u", n++ == 0 ? "" : ",", wh_method_name((enum wh_method)i),
                          record->by_method[i]);
        }
    }
    wh_buf_printf(
        out,
        "\n  %.0f of %u draws of its requests' places, each within its precision, keep it: "
        "%.6g; from %.2g on it is firm: %s\n",
        hotspot->survival * theme->n_draws, theme->n_draws, hotspot->survival, theme->firm_share,
        wh_firmness_name(hotspot->firmness));
}

/* Were requests set against another base. */
static void add_bases(struct wh_buf *out, const struct wh_theme_report *theme,
                      const struct wh_evidence_record *record)
{
    wh_buf_c(out, record->n_trials > 0 ? "\nIs it the base\n" : "");
    for (size_t i = 0; i < record->n_trials; i++) {
        const struct wh_base_trial *const trial = &record->trial[i];
        wh_buf_printf(out,
                      "  against %s: %.9g inside of %.9g, ratio %.6f, q %.6g, %.0f %% of its cells "
                      "and %sits peak beyond chance with a ratio of %.6g or more: %s\n",
                      wh_base_name(trial->kind), trial->evidence.base_inside, trial->total,
                      trial->evidence.ratio, trial->evidence.q, 100 * trial->hot_share,
                      trial->is_peak_hot ? "" : "not ", theme->base.ratio,
                      trial->stands ? "a hot spot too" : "no hot spot");
    }
}

static void add_scan(struct wh_buf *out, const struct wh_patterns *patterns,
                     const struct wh_hotspot *hotspot)
{
    const struct wh_scan_cluster *cluster = NULL;
    const size_t rank = wh_patterns_scan_at(patterns, hotspot->peak_x, hotspot->peak_y, &cluster);
    if (rank == 0) {
        wh_buf_c(out, "  scan: its peak is in none of the circles that the scan found\n");
        return;
    }
    const double c = cluster->cases, e = cluster->expected, all = patterns->scan.total_cases;
    const double rest = all > c ? (all - c) * log((all - c) / (all - e)) : 0;
    wh_buf_printf(out,
                  "  scan (Kulldorff 1997): circle %zu, of squares of %.0f m up to %.0f m from its "
                  "middle, holds %.0f of %.0f requests and would typically hold %.6g\n"
                  "    log likelihood ratio = c ln(c / e) + (C - c) ln((C - c) / (C - e)) = %.6f; "
                  "p = %.6g, its rank among the highest of 999 random draws and itself\n",
                  rank, patterns->scan_cell_m, cluster->radius_m, c, all, e, c * log(c / e) + rest,
                  cluster->p);
}

static void add_patterns(struct wh_buf *out, const struct wh_patterns *patterns,
                         const struct wh_evidence_record *record)
{
    wh_buf_c(out, "\nWhat other methods say of its peak\n");
    if (record->emerging != NULL) {
        wh_buf_printf(
            out,
            "  Gi* (Getis and Ord 1995): z = %.6f, p = %.6g of two sides, q = %.6g, of the "
            "last of %u complete periods, squares of %.0f m within %.0f m\n",
            record->gi_z, record->gi_p, record->gi_q, record->n_periods,
            patterns->emerging.lattice.dx, patterns->emerging.distance_m);
        wh_buf_printf(out, "  over these periods: %s, %s\n", record->emerging,
                      record->emerging_words);
    }
    add_scan(out, patterns, record->hotspot);
    wh_buf_printf(out, "  does the map predict: %s\n", record->verdict);
    for (size_t i = 0; i < record->n_forecasts; i++) {
        const struct wh_evidence_forecast *const forecast = &record->forecast[i];
        wh_buf_printf(out,
                      "    %s: PAI = share of requests %.6f / share of area %.6f = %.6f (%.2f to "
                      "%.2f); PEI %.6f; RRI %.6f\n",
                      forecast->name, forecast->hit_share, forecast->area_share,
                      forecast->pai.value, forecast->pai.lower, forecast->pai.upper,
                      forecast->pei.value, forecast->rri.value);
    }
}

static void add_actions(struct wh_buf *out, const struct wh_evidence_record *record)
{
    wh_buf_c(out, record->n_actions > 0 ? "\nWhat was done\n" : "");
    for (size_t i = 0; i < record->n_actions; i++) {
        const struct wh_evidence_action *const action = &record->action[i];
        char day[40];
        wh_buf_printf(out, "  %s: %s\n", wh_format_day_words(action->note->day, day, sizeof day),
                      action->note->text);
        if (action->days > 0) {
            wh_buf_printf(out,
                          "    in %lld days before %.0f, after %.0f; elsewhere %.0f and %.0f: "
                          "(%.0f / %.0f) / (%.0f / %.0f) = %.6f (%.2f to %.2f): %s\n",
                          (long long)action->days, action->before, action->after,
                          action->before_elsewhere, action->after_elsewhere, action->after,
                          action->before, action->after_elsewhere, action->before_elsewhere,
                          action->ratio.value, action->ratio.lower, action->ratio.upper,
                          action->words);
        }
    }
}

static void add_history(struct wh_buf *out, const struct wh_theme_report *theme,
                        const struct wh_hotspot *hotspot)
{
    char day[40];
    wh_buf_c(out, "\nSince when\n");
    if (hotspot->since_day == WH_NO_DAY) {
        wh_buf_c(out, "  not known\n");
    } else {
        wh_buf_printf(out, "  %s, %lld days, counted on %zu of the nights that were run",
                      wh_format_day_words(hotspot->since_day, day, sizeof day),
                      (long long)(theme->period.to_day - hotspot->since_day), hotspot->n_counts);
        for (size_t i = 0; i < hotspot->n_parents; i++) {
            wh_buf_printf(out, "%s%s", i == 0 ? "; came from " : " and ", hotspot->parent[i]);
        }
        wh_buf_char(out, '\n');
    }
    wh_buf_printf(out, "  against the period before it is %s\n", wh_trend_words(hotspot->trend));
}

/* ---- the published files ---- */

/* Every number of its own evidence file, against the one written again. */
static enum wh_status compare_evidence(struct wh_ctx *ctx, struct wh_recount *recount,
                                       const char *id, struct wh_buf *out, struct wh_error *err)
{
    struct wh_agreement agreement = {.ctx = ctx, .told = out};
    struct wh_arena *const arena = &recount->session.arena;
    const char *again = NULL;
    enum wh_status status = wh_recount_write(ctx, recount, &again, err);
    if (status != WH_OK) {
        return status;
    }
    const char *const name = wh_arena_printf(arena, "evidence/%s.json", id);
    const char *const theirs = wh_arena_printf(arena, "%s/evidence/%s.json", recount->folder, id);
    const char *const ours = wh_arena_printf(arena, "%s/evidence/%s.json", again, id);
    if (name == NULL || theirs == NULL || ours == NULL) {
        return wh_fail_memory(ctx, err);
    }
    wh_buf_c(out, "\nAs published\n");
    status = wh_compare_file(&agreement, name, theirs, ours, NULL, err);
    if (status == WH_OK && agreement.n_different > 0) {
        return wh_fail(err, WH_ERR_INTERNAL, "%s", agreement.first);
    }
    wh_buf_printf(out, "  all %zu numbers of officer/%s come out the same\n", agreement.n_numbers,
                  name);
    return status;
}

static enum wh_status explain_counted(struct wh_ctx *ctx, struct wh_recount *recount,
                                      const struct look *look, const struct row *published,
                                      struct wh_buf *ret, struct wh_error *err)
{
    const struct wh_theme_report *const theme = &recount->edition.body->theme[look->theme_idx];
    const struct wh_hotspot *const hotspot = look->hotspot;
    struct proof proof = {.out = ret, .published = published};
    const struct wh_patterns *const patterns = &recount->edition.patterns[look->theme_idx];
    char period[64];
    wh_buf_init(&proof.scratch, ctx);
    wh_buf_printf(ret, "Hot spot %s, %s: %s, %s\nCounted again from the requests of the state.\n",
                  hotspot->id, hotspot->name, theme->theme->title,
                  wh_period_words(&theme->period, period, sizeof period));
    prove_all(&proof, theme, hotspot);
    if (hotspot->trend != WH_TREND_GONE) {
        add_chance(&proof, theme, &look->standing);
    }
    enum wh_status status = wh_buf_ok(&proof.scratch, err);
    wh_buf_finish(&proof.scratch);
    struct wh_evidence_theme evidence = {0};
    struct wh_bases bases = {0};
    if (status == WH_OK) {
        status = wh_evidence_theme_make(ctx, &recount->session, theme, patterns, look->id, false,
                                        &bases, &evidence, err);
    }
    wh_bases_finish(ctx, &bases);
    if (status == WH_OK && evidence.n == 1) {
        add_bases(ret, theme, &evidence.record[0]);
        add_redraws(ret, theme, &evidence.record[0]);
        add_patterns(ret, patterns, &evidence.record[0]);
        add_history(ret, theme, hotspot);
        add_actions(ret, &evidence.record[0]);
    }
    wh_evidence_theme_finish(ctx, &evidence);
    if (status == WH_OK && proof.wrong != NULL) {
        status = wh_fail(err, WH_ERR_INTERNAL,
                         "%s of %s was published with another value than comes out again",
                         proof.wrong, hotspot->id);
    }
    return status == WH_OK ? compare_evidence(ctx, recount, look->id, ret, err) : status;
}

/* Its row in hotspots.csv of the release. */
static enum wh_status find_published(struct wh_ctx *ctx, struct wh_recount *recount, const char *id,
                                     struct row *ret, struct wh_error *err)
{
    struct wh_arena *const arena = &recount->session.arena;
    const char *const table = wh_arena_printf(arena, "%s/tables/hotspots.csv", recount->folder);
    struct wh_buf others;
    char shown[128];
    if (table == NULL) {
        return wh_fail_memory(ctx, err);
    }
    wh_buf_init(&others, ctx);
    enum wh_status status = find_row(ctx, table, id, arena, ret, &others, err);
    if (status == WH_OK && ret->n == 0) {
        status = wh_buf_ok(&others, err);
        status = status == WH_OK
                     ? wh_fail(err, WH_ERR_USAGE,
                               "no hot spot of the release has the id \"%s\"; there are: %.400s",
                               wh_log_escape(wh_str_c(id), shown, sizeof shown),
                               others.ptr != NULL ? others.ptr : "none")
                     : status;
    }
    wh_buf_finish(&others);
    return status;
}

enum wh_status wh_explain_hotspot(struct wh_ctx *ctx, const char *config_path,
                                  const char *hotspot_id, struct wh_buf *ret, struct wh_error *err)
{
    struct wh_recount recount = {0};
    struct row published = {0};
    struct look look = {.ctx = ctx, .id = hotspot_id};
    enum wh_status status = wh_recount_open(ctx, config_path, false, &recount, err);
    if (status == WH_OK) {
        status = find_published(ctx, &recount, hotspot_id, &published, err);
    }
    if (status == WH_OK) {
        status = wh_recount_build(ctx, &recount, true, look_at_theme, &look, err);
    }
    if (status == WH_OK && look.hotspot == NULL) {
        status = wh_fail(err, WH_ERR_INTERNAL,
                         "the release has the hot spot %s, which does not come out again from the "
                         "requests of the state",
                         hotspot_id);
    }
    if (status == WH_OK) {
        status = explain_counted(ctx, &recount, &look, &published, ret, err);
    }
    wh_recount_close(ctx, &recount);
    return status == WH_OK ? wh_buf_ok(ret, err) : status;
}
