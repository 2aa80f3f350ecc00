/* run/explain_hotspot.c: stored inputs in, arithmetic and published numbers side by side out. */
#include "run/explain_hotspot.h"

#include <math.h>
#include <string.h>
#include <wardheat/rates.h>

#include "base/alloc.h"
#include "base/csv.h"
#include "base/error.h"
#include "base/number.h"
#include "publish/fields.h"
#include "publish/release.h"
#include "run/session.h"

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

/* NaN where the cell holds no number. */
static double number_of(const struct row *row, const char *name)
{
    double value = 0;
    return wh_parse_double(cell_of(row, name), &value) ? value : (double)NAN;
}

static enum wh_status keep(struct wh_arena *arena, struct wh_str text, struct wh_str *ret)
{
    const char *copy = wh_arena_c(arena, text);
    *ret = wh_str_c(copy);
    return copy == NULL ? WH_ERR_LIMIT : WH_OK;
}

static enum wh_status keep_row(struct wh_ctx *ctx, const struct wh_csv *csv,
                               const struct wh_csv_row *from, struct wh_arena *arena,
                               struct row *ret, struct wh_error *err)
{
    const size_t n = wh_csv_columns(csv);
    ret->name = wh_arena_alloc(arena, n, sizeof *ret->name);
    ret->cell = wh_arena_alloc(arena, n, sizeof *ret->cell);
    enum wh_status status = ret->name == NULL || ret->cell == NULL ? WH_ERR_LIMIT : WH_OK;
    for (size_t i = 0; status == WH_OK && i < n; i++) {
        status = keep(arena, wh_csv_column(csv, i), &ret->name[i]);
        status = status == WH_OK ? keep(arena, from->field[i], &ret->cell[i]) : status;
    }
    ret->n = n;
    return status == WH_OK ? WH_OK : wh_fail_memory(ctx, err);
}

/* The row whose `id` it is; its n stays 0 where there is none, and the ids go to `others`. */
static enum wh_status find_row(struct wh_ctx *ctx, const char *path, const char *id,
                               struct wh_arena *arena, struct row *ret, struct wh_buf *others,
                               struct wh_error *err)
{
    const struct wh_csv_options opt = {.delimiter = ',', .may_be_empty = true};
    struct wh_csv *csv = NULL;
    bool is_end = false;
    enum wh_status status = wh_csv_open(ctx, path, &opt, &csv, err);
    const int column = status == WH_OK ? wh_csv_find(csv, "id") : -1;
    if (status == WH_OK && column < 0) {
        status = wh_fail_at(err, WH_ERR_INPUT, path, 1, 0, "no column \"id\"");
    }
    while (status == WH_OK && ret->n == 0) {
        struct wh_csv_row row;
        status = wh_csv_next(csv, &row, &is_end, err);
        if (status != WH_OK || is_end) {
            break;
        }
        if (row.is_bad) {
            status =
                wh_fail_at(err, WH_ERR_INPUT, path, row.line, row.fault_column, "%s", row.fault);
        } else if (wh_str_eq_c(row.field[column], id)) {
            status = keep_row(ctx, csv, &row, arena, ret, err);
        } else {
            wh_buf_c(others, others->len == 0 ? "" : ", ");
            wh_buf_str(others, row.field[column]);
        }
    }
    wh_csv_close(csv);
    return status;
}

/* ---- the arithmetic ---- */

struct proof {
    struct wh_buf *out, scratch;
    const struct row *published;
    const char *wrong; /* the first number that does not follow */
};

/* One number: how it follows, and whether it is the published one. */
static void prove(struct proof *proof, const char *name, double value, int decimals,
                  const char *formula)
{
    const struct wh_str published = cell_of(proof->published, name);
    wh_buf_clear(&proof->scratch);
    if (!isnan(value)) {
        wh_buf_number(&proof->scratch, value, decimals);
    }
    const bool is_same = wh_str_eq(wh_buf_view(&proof->scratch), published);
    wh_buf_printf(proof->out, "%-12s %s = ", name, formula);
    wh_buf_str(proof->out, wh_buf_view(&proof->scratch));
    wh_buf_c(proof->out, is_same ? ", as published\n" : ", but published is \"");
    if (!is_same) {
        wh_buf_str(proof->out, published);
        wh_buf_c(proof->out, "\"\n");
        proof->wrong = proof->wrong == NULL ? name : proof->wrong;
    }
}

static void prove_all(struct proof *proof, const struct row *in)
{
    const double count = number_of(in, "count"), previous = number_of(in, "previous");
    const double area_km2 = number_of(in, "area_km2"), base_total = number_of(in, "base_total");
    const double requests = number_of(in, "theme_requests"), inside = number_of(in, "base_inside");
    const double expected = requests * inside / base_total;
    const struct wh_limits limits = wh_limits_poisson(count, 0.95);
    const bool is_compared = expected > 0;
    const double none = (double)NAN;
    prove(proof, "count", count, 0, "requests inside the outline");
    if (!isnan(number_of(proof->published, "previous"))) {
        prove(proof, "previous", previous, 0, "requests inside it in the period before");
        prove(proof, "change", count - previous, 0, "count - previous");
    }
    prove(proof, "area_km2", area_km2, AREA_DECIMALS, "area of the outline");
    prove(proof, "per_km2", wh_job_rate(count / area_km2), 1, "count / area_km2");
    prove(proof, "expected", expected, WH_EXPECTED_DECIMALS,
          "theme_requests * base_inside / base_total");
    prove(proof, "ratio", is_compared ? count / expected : none, WH_RATIO_DECIMALS,
          "count / expected");
    prove(proof, "ratio_low", is_compared ? limits.lower / expected : none, WH_RATIO_DECIMALS,
          "lower 95 % limit of a Poisson count (exact below 10, Byar from 10) / expected");
    prove(proof, "ratio_high", is_compared ? limits.upper / expected : none, WH_RATIO_DECIMALS,
          "upper 95 % limit / expected");
}

static enum wh_status explain_rows(struct wh_ctx *ctx, const char *id, const struct row *in,
                                   const struct row *published, struct wh_buf *ret,
                                   struct wh_error *err)
{
    struct proof proof = {.out = ret, .published = published};
    wh_buf_init(&proof.scratch, ctx);
    wh_buf_c(ret, "Hot spot ");
    wh_buf_c(ret, id);
    wh_buf_c(ret, ", ");
    wh_buf_str(ret, cell_of(published, "name"));
    wh_buf_c(ret, "\nStored inputs (officer/evidence/inputs.csv):\n");
    for (size_t i = 2; i < in->n; i++) { /* after id and theme */
        wh_buf_c(ret, "  ");
        wh_buf_str(ret, in->name[i]);
        wh_buf_c(ret, " = ");
        wh_buf_str(ret, in->cell[i]);
        wh_buf_char(ret, '\n');
    }
    wh_buf_c(ret, "What follows, and what officer/tables/hotspots.csv says:\n");
    prove_all(&proof, in);
    const bool has_failed = proof.scratch.failed;
    wh_buf_finish(&proof.scratch);
    if (has_failed) {
        return wh_fail_memory(ctx, err);
    }
    return proof.wrong == NULL ? wh_buf_ok(ret, err)
                               : wh_fail(err, WH_ERR_INTERNAL,
                                         "%s of %s was published with another value than follows "
                                         "from its inputs",
                                         proof.wrong, id);
}

static enum wh_status explain_in(struct wh_ctx *ctx, struct wh_session *session,
                                 const char *release, const char *id, struct wh_buf *ret,
                                 struct wh_error *err)
{
    struct wh_arena *arena = &session->arena;
    const char *folder =
        wh_arena_printf(arena, "%s/releases/%s/officer", session->config.publish.to, release);
    const char *inputs =
        folder == NULL ? NULL : wh_arena_printf(arena, "%s/evidence/inputs.csv", folder);
    const char *table =
        folder == NULL ? NULL : wh_arena_printf(arena, "%s/tables/hotspots.csv", folder);
    struct row in = {0}, published = {0};
    struct wh_buf others, unused;
    if (inputs == NULL || table == NULL) {
        return wh_fail_memory(ctx, err);
    }
    wh_buf_init(&others, ctx);
    wh_buf_init(&unused, ctx);
    enum wh_status status = find_row(ctx, inputs, id, arena, &in, &others, err);
    if (status == WH_OK && in.n == 0) {
        char shown[128];
        status = wh_buf_ok(&others, err);
        status = status == WH_OK
                     ? wh_fail(err, WH_ERR_USAGE,
                               "no hot spot of the release has the id \"%s\"; there are: %.400s",
                               wh_log_escape(wh_str_c(id), shown, sizeof shown),
                               others.ptr != NULL ? others.ptr : "none")
                     : status;
    }
    if (status == WH_OK) {
        status = find_row(ctx, table, id, arena, &published, &unused, err);
    }
    if (status == WH_OK && published.n == 0) {
        status = wh_fail_at(err, WH_ERR_INTERNAL, table, 0, 0, "has no row of %s", id);
    }
    wh_buf_finish(&others);
    wh_buf_finish(&unused);
    return status == WH_OK ? explain_rows(ctx, id, &in, &published, ret, err) : status;
}

enum wh_status wh_explain_hotspot(struct wh_ctx *ctx, const char *config_path,
                                  const char *hotspot_id, struct wh_buf *ret, struct wh_error *err)
{
    struct wh_session session = {0};
    char current[32] = "";
    enum wh_status status = wh_session_open_config(ctx, config_path, &session, err);
    if (status == WH_OK) {
        status = wh_release_current(ctx, session.config.publish.to, current, err);
    }
    if (status == WH_OK && current[0] == '\0') {
        status = wh_fail(err, WH_ERR_INPUT, "nothing is published yet: run `wardheat run %s` first",
                         config_path);
    }
    if (status == WH_OK) {
        status = explain_in(ctx, &session, current, hotspot_id, ret, err);
    }
    wh_session_close(ctx, &session);
    return status;
}
