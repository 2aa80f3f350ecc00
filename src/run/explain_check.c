/* run/explain_check.c: every number of the release that stands, three ways: counted again from the
 * state and written again; the arithmetic from its own tables; its files against its manifest. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/io.h"
#include "base/log.h"
#include "base/number.h"
#include "publish/compare.h"
#include "publish/figures.h"
#include "publish/release.h"
#include "run/explain.h"
#include "run/recount.h"
#include "run/stored_figures.h"

/* What a reading of sources says, in a manifest and in a GeoPackage; what names files by their
 * bytes. */
static const char *const not_of_the_state[] = {"files", "inputs",          "versions",
                                               "rows",  "unreadable_rows", NULL};

struct check {
    struct wh_ctx *ctx;
    const char *config_path;
    struct wh_buf *out;
    struct wh_agreement agreement;
    size_t n_follow;          /* figures that follow from the counts beside them */
    size_t n_small, n_others; /* counts that the public part hides, by why */
    struct wh_error gone;     /* the state that an edition was made from is not there any more */
};

/* ---- the arithmetic ---- */

static enum wh_status check_arithmetic(struct check *check, const struct wh_recount *recount,
                                       struct wh_error *err)
{
    struct wh_stored_figures figures = {0};
    struct wh_buf scratch;
    wh_buf_init(&scratch, check->ctx);
    enum wh_status status = wh_stored_figures_read(check->ctx, recount->folder, &figures, err);
    for (size_t l = 0; status == WH_OK && l < figures.n; l++) {
        const struct wh_stored_level *const level = &figures.level[l];
        for (size_t row = 0; row < level->n_rows; row++) {
            for (unsigned i = 0; i < WH_N_METRICS; i++) {
                const enum wh_metric metric = (enum wh_metric)i;
                if (!wh_stored_figure_can_follow(metric, recount->is_public)) {
                    continue;
                }
                if (wh_stored_figure_follows(&scratch, level, row, metric)) {
                    check->n_follow++;
                    continue;
                }
                char id[200], value[40];
                const char *const words = level->stored[row][metric].words;
                (void)snprintf(id, sizeof id, "%s %s %s", level->theme, level->level,
                               level->code[row]);
                wh_format_decimal(level->metric[row][metric].value, 17, value, sizeof value);
                wh_compare_tell(&check->agreement,
                                recount->is_public ? "public/tables/figures.csv"
                                                   : "officer/tables/figures.csv",
                                wh_metric_note(metric)->id, id, wh_str_c(words), wh_str_c(value));
            }
        }
    }
    if (status == WH_OK) {
        status = wh_buf_ok(&scratch, err);
    }
    wh_buf_finish(&scratch);
    wh_stored_figures_finish(check->ctx, &figures);
    return status;
}

/* ---- disclosure ---- */

/* What is shown is the exact count and not small; what is called small is. */
static void check_hidden(struct check *check, const char *name, const char *id, uint32_t k,
                         const struct wh_count *exact, const struct wh_count *shown)
{
    const bool is_small = exact->n >= 1 && exact->n < k;
    if (exact->shown != WH_SHOWN) {
        return;
    }
    check->n_small += shown->shown == WH_FEW;
    check->n_others += shown->shown == WH_WITHHELD;
    if (shown->shown == WH_SHOWN && (is_small || shown->n != exact->n)) {
        char theirs[16], ours[16];
        (void)snprintf(theirs, sizeof theirs, "%u", shown->n);
        (void)snprintf(ours, sizeof ours, "%s", is_small ? "a small number" : "another number");
        wh_compare_tell(&check->agreement, "disclosure control", name, id, wh_str_c(theirs),
                        wh_str_c(ours));
    } else if (shown->shown == WH_FEW && !is_small) {
        wh_compare_tell(&check->agreement, "disclosure control", name, id,
                        wh_str_c("a small number"), wh_str_c("a count that is none"));
    }
}

static const struct wh_level_figures *find_level(const struct wh_theme_report *theme,
                                                 const struct wh_level *level)
{
    for (size_t i = 0; i < theme->n_levels; i++) {
        if (strcmp(theme->level[i].level->id, level->id) == 0) {
            return &theme->level[i];
        }
    }
    return NULL;
}

static void check_figures(struct check *check, const char *id, uint32_t k,
                          const struct wh_figures *exact, const struct wh_figures *shown)
{
    check_hidden(check, "count", id, k, &exact->count, &shown->count);
    check_hidden(check, "previous", id, k, &exact->previous, &shown->previous);
}

/* Counts of one level: tallies and what they are broken down by. */
static void check_level(struct check *check, const char *theme_id, uint32_t k,
                        const struct wh_level_figures *exact, const struct wh_level_figures *shown)
{
    const struct wh_areas *const areas = shown->level->areas;
    char id[200];
    for (size_t a = 0; a < WH_N_TALLIES(areas->n); a++) {
        (void)snprintf(id, sizeof id, "%s %s %s", theme_id, shown->level->id,
                       wh_area_code(shown->level, a));
        for (unsigned i = 0; i < WH_N_COUNTS; i++) {
            check_hidden(check, wh_input_note((enum wh_input)i)->name, id, k,
                         &exact->tally[a].count[i], &shown->tally[a].count[i]);
        }
        for (size_t i = 0; i < shown->n_breakdowns && i < exact->n_breakdowns; i++) {
            const struct wh_split *const from = &exact->breakdown[i];
            const struct wh_split *const to = &shown->breakdown[i];
            for (size_t v = 0; from->n_values == to->n_values && v < to->n_values; v++) {
                check_hidden(check, to->id, id, k, &from->count[a * from->n_values + v],
                             &to->count[a * to->n_values + v]);
            }
        }
    }
}

/* The public part's decision against the exact counts that it was taken on. */
static void check_disclosure(struct check *check, const struct wh_edition_report *edition)
{
    const struct wh_report *const body = &edition->shown.body;
    const uint32_t k = body->hide_below;
    for (size_t t = 0; t < body->n_themes; t++) {
        const struct wh_theme_report *const shown = &body->theme[t];
        const struct wh_theme_report *const exact = &edition->officer.body.theme[t];
        for (uint32_t i = 0; i < body->wards->n; i++) {
            check_figures(check, body->wards->code[i], k, &exact->ward[i], &shown->ward[i]);
        }
        check_figures(check, shown->theme->id, k, &exact->total, &shown->total);
        for (size_t i = 0; i < shown->n_hotspots; i++) {
            for (size_t j = 0; j < exact->n_hotspots; j++) {
                if (strcmp(shown->hotspot[i].id, exact->hotspot[j].id) == 0) {
                    check_figures(check, shown->hotspot[i].id, k, &exact->hotspot[j].figures,
                                  &shown->hotspot[i].figures);
                }
            }
        }
        for (size_t l = 0; l < shown->n_levels; l++) {
            const struct wh_level_figures *const from = find_level(exact, shown->level[l].level);
            if (from != NULL) {
                check_level(check, shown->theme->id, k, from, &shown->level[l]);
            }
        }
    }
}

/* What requests are broken down by leaves none out: the officers' parts add up to the whole. */
static void check_breakdowns(struct check *check, const struct wh_report *report)
{
    char id[200], sum_text[24], all_text[24];
    for (size_t t = 0; t < report->n_themes; t++) {
        for (size_t l = 0; l < report->theme[t].n_levels; l++) {
            const struct wh_level_figures *const level = &report->theme[t].level[l];
            for (size_t i = 0; i < level->n_breakdowns * WH_N_TALLIES(level->level->areas->n);
                 i++) {
                const struct wh_split *const split = &level->breakdown[i % level->n_breakdowns];
                const size_t area = i / level->n_breakdowns;
                const uint32_t all = level->tally[area].count[WH_IN_REQUESTS].n;
                uint32_t sum = 0;
                for (size_t v = 0; v < split->n_values; v++) {
                    sum += split->count[area * split->n_values + v].n;
                }
                if (split->n_values == 0 || sum == all) {
                    continue;
                }
                (void)snprintf(id, sizeof id, "%s %s row %zu", report->theme[t].theme->id,
                               level->level->id, area + 1);
                (void)snprintf(sum_text, sizeof sum_text, "%u", sum);
                (void)snprintf(all_text, sizeof all_text, "%u", all);
                wh_compare_tell(&check->agreement, "officer/tables/breakdowns.csv", split->id, id,
                                wh_str_c(sum_text), wh_str_c(all_text));
            }
        }
    }
}

/* ---- again ---- */

static enum wh_status compare_files(struct check *check, const struct wh_recount *recount,
                                    const char *again, struct wh_error *err)
{
    struct wh_ctx *const ctx = check->ctx;
    const char *const edition = recount->is_public ? "public" : "officer";
    struct wh_paths files = {0};
    enum wh_status status = wh_io_walk(ctx, again, &files, err);
    for (size_t i = 0; status == WH_OK && i < files.n; i++) {
        const bool is_manifest = strcmp(files.path[i], "manifest.json") == 0;
        const bool is_of_release = is_manifest && !recount->is_public;
        const bool tells_of_reading =
            is_manifest || wh_str_has_suffix(wh_str_c(files.path[i]), ".gpkg");
        char name[300];
        (void)snprintf(name, sizeof name, "%s%s%s", is_of_release ? "" : edition,
                       is_of_release ? "" : "/", files.path[i]);
        char *const published = wh_path_join(ctx, recount->release, name);
        char *const ours = wh_path_join(ctx, again, files.path[i]);
        status = published == NULL || ours == NULL
                     ? wh_fail_memory(ctx, err)
                     : wh_compare_file(&check->agreement, name, published, ours,
                                       tells_of_reading ? not_of_the_state : NULL, err);
        wh_free(ctx, published);
        wh_free(ctx, ours);
    }
    wh_paths_finish(ctx, &files);
    return status;
}

static enum wh_status count_again(struct check *check, struct wh_recount *recount,
                                  struct wh_error *err)
{
    struct wh_ctx *const ctx = check->ctx;
    const char *again = NULL;
    enum wh_status status = wh_recount_build(ctx, recount, true, NULL, NULL, err);
    if (status == WH_ERR_INPUT) {
        check->gone = *err;
        return WH_OK;
    }
    if (status == WH_OK) {
        status = wh_recount_tell_inputs(ctx, recount, check->out, err);
    }
    if (status == WH_OK) {
        status = wh_recount_write(ctx, recount, &again, err);
    }
    if (status == WH_OK) {
        status = compare_files(check, recount, again, err);
    }
    if (status == WH_OK && recount->is_public) {
        check_disclosure(check, &recount->edition);
    } else if (status == WH_OK) {
        check_breakdowns(check, recount->edition.body);
    }
    return status;
}

static enum wh_status check_edition(struct check *check, struct wh_recount *recount,
                                    struct wh_error *err)
{
    const enum wh_status status = count_again(check, recount, err);
    /* One slip is told once: what differs from the state need not follow either. */
    return status == WH_OK && check->agreement.n_different == 0
               ? check_arithmetic(check, recount, err)
               : status;
}

/* Officers' part, public part, and what neither makes again: maps, pages, tiles, prints. */
static enum wh_status check_release(struct check *check, struct wh_error *err)
{
    struct wh_ctx *const ctx = check->ctx;
    struct wh_recount recount;
    bool is_same = false;
    enum wh_status status = wh_recount_open(ctx, check->config_path, false, &recount, err);
    if (status == WH_OK) {
        status = check_edition(check, &recount, err);
    }
    if (status == WH_OK) {
        status = wh_recount_turn_public(ctx, &recount, &is_same, err);
    }
    if (status == WH_OK && !is_same) {
        wh_recount_close(ctx, &recount);
        status = wh_recount_open(ctx, check->config_path, true, &recount, err);
    }
    if (status == WH_OK) {
        status = check_edition(check, &recount, err);
    }
    if (status == WH_OK && check->agreement.n_different == 0) {
        status = wh_release_verify(ctx, recount.release, err);
        status = status == WH_ERR_OUTPUT ? err->status = WH_ERR_INTERNAL : status;
    }
    wh_recount_close(ctx, &recount);
    return status;
}

static enum wh_status conclude(struct check *check, struct wh_error *err)
{
    const struct wh_agreement *const found = &check->agreement;
    char numbers[32], hidden[32], follow[32];
    if (found->n_different > WH_MOST_TOLD) {
        wh_buf_printf(check->out, "and %zu more\n", found->n_different - WH_MOST_TOLD);
    }
    if (found->n_different > 0) {
        return wh_fail(err, WH_ERR_INTERNAL, "%zu difference%s; the first: %.700s",
                       found->n_different, found->n_different == 1 ? "" : "s", found->first);
    }
    wh_format_count(found->n_numbers, numbers, sizeof numbers);
    wh_format_count(found->n_hidden, hidden, sizeof hidden);
    wh_format_count(check->n_follow, follow, sizeof follow);
    wh_buf_printf(check->out,
                  "%s numbers and %s hidden ones in %zu files come out the same, counted again "
                  "from the state; %s figures follow from the counts beside them; the public part "
                  "hides %zu small counts, and %zu that would tell of them; every file is as its "
                  "manifest says\n",
                  numbers, hidden, found->n_files, follow, check->n_small, check->n_others);
    if (check->gone.status != WH_OK) {
        *err = check->gone;
        return check->gone.status;
    }
    return wh_buf_ok(check->out, err);
}

enum wh_status wh_explain_check(struct wh_ctx *ctx, const char *config_path, struct wh_buf *ret,
                                struct wh_error *err)
{
    struct check check = {
        .ctx = ctx, .config_path = config_path, .out = ret, .agreement = {.ctx = ctx, .told = ret}};
    const enum wh_status status = check_release(&check, err);
    return status == WH_OK ? conclude(&check, err) : status;
}
