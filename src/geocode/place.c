/* geocode/place.c: every request up the ladder; the ward by point in polygon; what is withheld; a
 * ledger a source. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/log.h"
#include "base/str.h"
#include "geocode/geocode_internal.h"

#define CORRECTION_PRECISION_M 5.0f /* of a place that somebody pointed at */

enum { PIECE = 256 }; /* requests that one thread takes at a time */

const struct wh_source_crs *wh_geocode_source(const struct wh_geocode_options *opt, const char *id)
{
    for (size_t i = 0; i < opt->n_sources; i++) {
        if (strcmp(opt->source[i].source_id, id) == 0) {
            return &opt->source[i];
        }
    }
    return NULL;
}

/* ---- the ladder ---- */

struct placer {
    const struct wh_geocode_options *opt;
    struct wh_unplaced *unplaced;
    const struct wh_index *index;
    const struct wh_source_crs **source; /* by requests->source; NULL: no longer in the config */
    uint32_t *postcode;                  /* by which requests were placed; UINT32_MAX: others */
    uint32_t *ward_phrase; /* of requests placed by ward alone; WH_NO_PHRASE: others */
};

static void place_by_coordinate(struct placer *placer, size_t i)
{
    struct wh_requests *requests = &placer->unplaced->requests;
    requests->method[i] = WH_METHOD_COORDINATE;
    requests->precision_m[i] = (float)placer->source[requests->source[i]]->precision_m;
    requests->placing[i] =
        (struct wh_placing){.score = 1,
                            .file = WH_NO_GAZETTEER,
                            .part = {WH_NOT_SAID, WH_NOT_SAID, WH_NOT_SAID, WH_NOT_SAID}};
}

static const char *text_of(const char **array, size_t i)
{
    return array == NULL ? NULL : array[i];
}

static void place_request(struct placer *placer, size_t i)
{
    const struct wh_unplaced *u = placer->unplaced;
    struct wh_requests *requests = &placer->unplaced->requests;
    const struct wh_source_crs *source = placer->source[requests->source[i]];
    const bool has_coordinate = isfinite(requests->x[i]);
    const char *postcode = text_of(u->postcode, i);
    placer->postcode[i] = UINT32_MAX;
    if (source == NULL) {
        return;
    }
    if (has_coordinate && postcode == NULL) {
        place_by_coordinate(placer, i);
        return;
    }
    const struct wh_placing before = requests->placing[i];
    /* Its own address is looked at only when its coordinate is not taken. */
    const bool needs_text = !has_coordinate || placer->opt->ladder.postcode_wins;
    const struct wh_question question = {.x = requests->x[i],
                                         .y = requests->y[i],
                                         .given_precision_m = source->precision_m,
                                         .uprn = needs_text && u->uprn != NULL ? u->uprn[i] : 0,
                                         .usrn = needs_text && u->usrn != NULL ? u->usrn[i] : 0,
                                         .address =
                                             wh_str_c(needs_text ? text_of(u->address, i) : NULL),
                                         .postcode = wh_str_c(postcode),
                                         .ward = wh_str_c(needs_text ? text_of(u->ward, i) : NULL)};
    struct wh_answer answer;
    wh_ladder(placer->index, &placer->opt->ladder, &question, NULL, &answer);
    requests->method[i] = (uint8_t)answer.method;
    requests->x[i] = answer.x;
    requests->y[i] = answer.y;
    requests->precision_m[i] = (float)answer.precision_m;
    requests->placing[i] = answer.placing;
    requests->placing[i].flags |= before.flags;
    if (before.flags & WH_PLACING_PLACEHOLDER &&
        (answer.placing.reason == WH_REASON_NOTHING || answer.placing.reason == WH_REASON_NONE)) {
        requests->placing[i].reason = before.reason;
    }
    placer->postcode[i] = answer.postcode;
    placer->ward_phrase[i] = answer.method == WH_METHOD_WARD ? answer.ward_phrase : WH_NO_PHRASE;
}

static void place_all(struct wh_ctx *ctx, struct placer *placer)
{
    const size_t n = placer->unplaced->requests.n;
    const size_t n_pieces = (n + PIECE - 1) / PIECE;
    const int jobs = (int)wh_ctx_jobs(ctx);
#pragma omp parallel for num_threads(jobs) schedule(dynamic, 4)
    for (size_t piece = 0; piece < n_pieces; piece++) {
        const size_t end = (piece + 1) * PIECE < n ? (piece + 1) * PIECE : n;
        for (size_t i = piece * PIECE; i < end; i++) {
            place_request(placer, i);
        }
        wh_progress_add(ctx, end - piece * PIECE);
    }
}

/* Requests of which only the ward is known: by its code or its name. */
static void place_by_ward(struct placer *placer)
{
    struct wh_requests *requests = &placer->unplaced->requests;
    const struct wh_areas *wards = placer->opt->wards;
    for (size_t i = 0; i < requests->n; i++) {
        if (requests->method[i] == WH_METHOD_WARD) {
            for (uint32_t w = 0; w < wards->n && w < placer->index->n_wards; w++) {
                if (placer->index->ward[w].name == placer->ward_phrase[i]) {
                    requests->ward[i] = (int32_t)w;
                    break;
                }
            }
        } else if (requests->method[i] == WH_METHOD_NONE &&
                   text_of(placer->unplaced->ward, i) != NULL &&
                   placer->source[requests->source[i]] != NULL) {
            requests->ward[i] = wh_areas_find_named(wards, placer->unplaced->ward[i]);
            if (requests->ward[i] >= 0) {
                requests->method[i] = WH_METHOD_WARD;
                requests->placing[i].score = 1;
            }
        }
    }
}

/* Where somebody said that a request is. */
static bool find_corrected(const struct placer *placer, const struct wh_correction *correction,
                           double *ret_x, double *ret_y)
{
    int32_t at_cm[2];
    struct wh_gaz_ref ref;
    if (isfinite(correction->x)) {
        *ret_x = correction->x;
        *ret_y = correction->y;
        return true;
    }
    if (!wh_index_uprn(placer->index, correction->uprn, at_cm, &ref)) {
        return false;
    }
    *ret_x = at_cm[0] / 100.0;
    *ret_y = at_cm[1] / 100.0;
    return true;
}

static void apply_corrections(const struct placer *placer, struct wh_geocode_report *report)
{
    const struct wh_geocode_options *opt = placer->opt;
    struct wh_requests *requests = &placer->unplaced->requests;
    for (size_t k = 0; k < opt->n_fixes; k++) {
        const struct wh_correction *correction = &opt->corrections->at[opt->fix[k].correction];
        const size_t i = opt->fix[k].request;
        double x = 0, y = 0;
        if (!find_corrected(placer, correction, &x, &y)) {
            report->first_idle_fix =
                report->n_idle_fixes++ == 0 ? correction->line : report->first_idle_fix;
            continue;
        }
        requests->method[i] = WH_METHOD_CORRECTION;
        requests->x[i] = x;
        requests->y[i] = y;
        requests->precision_m[i] = CORRECTION_PRECISION_M;
        placer->postcode[i] = UINT32_MAX;
        requests->placing[i] =
            (struct wh_placing){.score = 1,
                                .line = correction->line,
                                .file = WH_NO_GAZETTEER,
                                .part = {WH_NOT_SAID, WH_NOT_SAID, WH_NOT_SAID, WH_NOT_SAID}};
    }
}

/* `ret_postcode`: one a request, as placer->postcode. */
static enum wh_status climb(struct wh_ctx *ctx, const struct wh_geocode_options *opt,
                            struct wh_unplaced *unplaced, struct wh_geocode_report *report,
                            uint32_t *ret_postcode, struct wh_error *err)
{
    struct wh_requests *requests = &unplaced->requests;
    struct placer placer = {.opt = opt,
                            .unplaced = unplaced,
                            .index = wh_gazetteers_index(opt->gazetteers),
                            .postcode = ret_postcode};
    placer.source = wh_alloc_array(ctx, requests->n_sources, sizeof(*placer.source));
    placer.ward_phrase = wh_alloc_array(ctx, requests->n, sizeof *placer.ward_phrase);
    enum wh_status status =
        placer.source == NULL || placer.ward_phrase == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    if (status == WH_OK) {
        for (size_t i = 0; i < requests->n_sources; i++) {
            placer.source[i] = wh_geocode_source(opt, requests->source_id[i]);
        }
        place_all(ctx, &placer);
        apply_corrections(&placer, report);
        status = wh_areas_assign(ctx, opt->wards, requests->x, requests->y, requests->n,
                                 requests->ward, err);
    }
    if (status == WH_OK) {
        place_by_ward(&placer);
        wh_progress_add(ctx, requests->n);
    }
    wh_free(ctx, placer.source);
    wh_free(ctx, placer.ward_phrase);
    return status;
}

/* ---- outcomes ---- */

static bool is_sensitive(const struct wh_geocode_options *opt, const char *category)
{
    for (size_t i = 0; i < opt->n_sensitive; i++) {
        if (wh_str_eq_fold(wh_str_trim(wh_str_c(opt->sensitive[i])),
                           wh_str_trim(wh_str_c(category)))) {
            return true;
        }
    }
    return false;
}

static enum wh_outcome outcome_of(const struct wh_geocode_options *opt,
                                  const struct wh_requests *requests, const bool *sensitive,
                                  size_t i)
{
    if (requests->method[i] == WH_METHOD_NONE) {
        return WH_OUTCOME_NOT_PLACED;
    }
    if (requests->ward[i] < 0) {
        return WH_OUTCOME_OUTSIDE;
    }
    if (sensitive[requests->category[i]]) {
        return WH_OUTCOME_WITHHELD_SENSITIVE;
    }
    const bool is_coarse =
        requests->method[i] == WH_METHOD_WARD ||
        (opt->coarsest_m > 0 && (double)requests->precision_m[i] > opt->coarsest_m);
    return is_coarse ? WH_OUTCOME_WITHHELD_COARSE : WH_OUTCOME_MAPPED;
}

static enum wh_status settle_outcomes(struct wh_ctx *ctx, const struct wh_geocode_options *opt,
                                      struct wh_requests *requests, struct wh_error *err)
{
    bool *sensitive = wh_alloc_array(ctx, requests->n_categories, sizeof *sensitive);
    if (sensitive == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < requests->n_categories; i++) {
        sensitive[i] = is_sensitive(opt, requests->category_name[i]);
    }
    for (size_t i = 0; i < requests->n; i++) {
        requests->outcome[i] = (uint8_t)outcome_of(opt, requests, sensitive, i);
    }
    wh_free(ctx, sensitive);
    return WH_OK;
}

static void count_outcomes(const struct wh_requests *requests, struct wh_geocode_report *report)
{
    for (size_t i = 0; i < requests->n; i++) {
        struct wh_placing_ledger *ledger = &report->ledger[requests->source[i]];
        ledger->requests++;
        ledger->by_method[requests->method[i]]++;
        switch ((enum wh_outcome)requests->outcome[i]) {
        case WH_OUTCOME_NOT_PLACED:
            ledger->not_placed++;
            continue;
        case WH_OUTCOME_OUTSIDE:
            ledger->outside++;
            continue;
        case WH_OUTCOME_MAPPED:
            ledger->mapped++;
            break;
        case WH_OUTCOME_WITHHELD_SENSITIVE:
            ledger->withheld_sensitive++;
            break;
        case WH_OUTCOME_WITHHELD_DEFAULT:
            ledger->withheld_default++;
            break;
        case WH_OUTCOME_WITHHELD_COARSE:
            ledger->withheld_coarse++;
            break;
        }
        ledger->in_ward++;
    }
}

enum wh_status wh_geocode(struct wh_ctx *ctx, const struct wh_geocode_options *opt,
                          struct wh_unplaced *unplaced, struct wh_geocode_report *ret,
                          struct wh_error *err)
{
    struct wh_requests *requests = &unplaced->requests;
    struct wh_geocode_report report = {.n_sources = requests->n_sources};
    report.ledger = wh_alloc_array(ctx, requests->n_sources, sizeof *report.ledger);
    if (report.ledger == NULL) {
        return wh_fail_memory(ctx, err);
    }
    uint32_t *postcode = wh_alloc_array(ctx, requests->n, sizeof *postcode);
    enum wh_status status = postcode == NULL ? wh_fail_memory(ctx, err) : WH_OK;
    if (status == WH_OK && requests->n > 0) {
        wh_progress_start(ctx, "placing", 3 * requests->n, "steps");
        wh_geocode_given(ctx, opt, unplaced);
        status = climb(ctx, opt, unplaced, &report, postcode, err);
        wh_progress_done(ctx);
        if (status == WH_OK) {
            status = settle_outcomes(ctx, opt, requests, err);
        }
        if (status == WH_OK) {
            status = wh_geocode_defaults(ctx, opt, unplaced, &report, err);
        }
        if (status == WH_OK) {
            status = wh_geocode_spots(ctx, opt, postcode, requests, err);
        }
    }
    wh_free(ctx, postcode);
    if (status != WH_OK) {
        wh_geocode_report_finish(ctx, &report);
        return status;
    }
    count_outcomes(requests, &report);
    *ret = report;
    return WH_OK;
}

void wh_geocode_report_finish(struct wh_ctx *ctx, struct wh_geocode_report *report)
{
    wh_free(ctx, report->ledger);
    wh_free(ctx, report->default_location);
    *report = (struct wh_geocode_report){0};
}
