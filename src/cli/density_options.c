/* cli/density_options.c: the command line of `wardheat density`, checked. */
#include "cli/density_options.h"

#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "base/str.h"

#define MAX_LENGTH_M 1e6
#define MIN_LENGTH_M 0.001
#define LEAST_ERROR 1e-12
#define DEFAULT_PERIODS 4

/* "X0,Y0,X1,Y1" */
static enum wh_status read_box(const char *text, double ret[4], struct wh_error *err)
{
    struct wh_str rest = wh_str_c(text);
    size_t n = 0;
    bool is_good = true;
    for (; n < 4 && is_good && rest.ptr != NULL; n++) {
        const size_t end = wh_str_find(rest, ',');
        is_good = wh_parse_double(wh_str_trim(wh_str_slice(rest, 0, end)), &ret[n]);
        rest = end < rest.len ? wh_str_slice(rest, end + 1, rest.len) : (struct wh_str){NULL, 0};
    }
    if (!is_good || n != 4 || rest.ptr != NULL || ret[0] >= ret[2] || ret[1] >= ret[3]) {
        char shown[128];
        return wh_fail(
            err, WH_ERR_USAGE,
            "--bounds: expected west,south,east,north as in 354000,436000,358000,440000, "
            "not %s",
            wh_log_escape(wh_str_c(text), shown, sizeof shown));
    }
    return WH_OK;
}

/* Points and a config have options of their own; both need a file to write, or a bandwidth to
 * explain. */
static enum wh_status check_input(const struct wh_density_request *r, struct wh_error *err)
{
    const struct wh_density_words *said = &r->said;
    const struct wh_points_input *input = &said->input;
    const bool has_columns = input->crs != NULL || input->x != NULL || input->y != NULL ||
                             input->weight != NULL || input->precision != NULL ||
                             input->opened != NULL || input->date_format != NULL;
    if (r->is_config && has_columns) {
        return wh_fail(err, WH_ERR_USAGE,
                       "--crs, --x, --y, --weight, --precision, --opened and --date-format are for "
                       "points: the state that a config names has all of that");
    }
    if (!r->is_config && (said->theme != NULL || said->as_of != NULL)) {
        return wh_fail(err, WH_ERR_USAGE, "--theme and --as-of are for a config, not for points");
    }
    if (said->out == NULL && !said->explain) {
        return wh_fail(err, WH_ERR_USAGE,
                       "which file shall the surface be written to? (None with --explain.)");
    }
    if (!r->is_config && (said->bandwidth == NULL || said->cell == NULL)) {
        return wh_fail(err, WH_ERR_USAGE, "--%s is needed: how many metres?",
                       said->bandwidth == NULL ? "bandwidth" : "cell");
    }
    return WH_OK;
}

/* Dates serve a bandwidth that is judged by the next period; the state's points have them. */
static enum wh_status read_dates(struct wh_density_request *r, struct wh_error *err)
{
    struct wh_density_words *said = &r->said;
    struct wh_points_input *input = &said->input;
    const bool has_dates = r->is_config || input->opened != NULL;
    if (!has_dates && (input->date_format != NULL || said->periods != NULL)) {
        return wh_fail(err, WH_ERR_USAGE,
                       "--date-format and --periods need --opened: which column has the dates?");
    }
    r->bandwidth.n_periods = has_dates ? DEFAULT_PERIODS : 0;
    enum wh_status status = wh_points_date_format(input, err);
    if (status == WH_OK && said->as_of != NULL) {
        status = wh_args_day("as-of", said->as_of, &r->as_of_day, err);
    }
    return status != WH_OK || said->periods == NULL
               ? status
               : wh_args_whole("periods", said->periods, 2, WH_MOST_PERIODS,
                               &r->bandwidth.n_periods, err);
}

static enum wh_status read_lengths(struct wh_density_request *r, struct wh_error *err)
{
    const struct wh_density_words *said = &r->said;
    enum wh_status status = WH_OK;
    r->bandwidth.explain = said->explain;
    if (said->bandwidth != NULL) {
        status =
            wh_bandwidth_wish_read(said->bandwidth, MIN_LENGTH_M, MAX_LENGTH_M, &r->bandwidth, err);
    }
    if (status == WH_OK && said->explain && !r->bandwidth.is_auto) {
        status = wh_fail(err, WH_ERR_USAGE, "--explain is for --bandwidth auto");
    }
    if (status == WH_OK && said->cell != NULL) {
        status = wh_args_number("cell", said->cell, MIN_LENGTH_M, MAX_LENGTH_M, "metres",
                                &r->cell_m, err);
    }
    if (status == WH_OK && said->bounds != NULL) {
        r->has_box = true;
        status = read_box(said->bounds, r->box, err);
    }
    return status;
}

/* Events are corrected for what their kernels lose outside a study area: there must be one. */
static enum wh_status read_correction(struct wh_density_request *r, struct wh_error *err)
{
    const char *correction = r->said.correction;
    const bool has_area = r->is_config || r->said.edge != NULL;
    char shown[128];
    r->opt.edge = has_area ? WH_EDGE_DIGGLE : WH_EDGE_NONE;
    if (correction == NULL) {
        return WH_OK;
    }
    if (!wh_edge_from_name(correction, &r->opt.edge)) {
        return wh_fail(err, WH_ERR_USAGE, "--correction: expected diggle, uniform or none, not %s",
                       wh_log_escape(wh_str_c(correction), shown, sizeof shown));
    }
    return has_area || r->opt.edge == WH_EDGE_NONE
               ? WH_OK
               : wh_fail(err, WH_ERR_USAGE, "--correction %s needs --edge: which study area?",
                         correction);
}

static enum wh_status read_error(struct wh_density_request *r, struct wh_error *err)
{
    const struct wh_density_words *said = &r->said;
    if (said->max_error == NULL) {
        return WH_OK;
    }
    if (said->is_exact) {
        return wh_fail(err, WH_ERR_USAGE,
                       "--exact and --max-error contradict each other: give one");
    }
    return wh_args_number("max-error", said->max_error, LEAST_ERROR, WH_MOST_ERROR,
                          "a fraction of the highest value", &r->opt.max_error, err);
}

enum wh_status wh_density_options_read(const struct wh_density_words *said,
                                       struct wh_density_request *ret, struct wh_error *err)
{
    struct wh_density_request r = {.said = *said};
    const struct wh_str name = wh_str_c(said->input.path);
    r.is_config = wh_str_has_suffix(name, ".yaml") || wh_str_has_suffix(name, ".yml");
    r.opt.widen_by_precision = r.is_config || said->input.precision != NULL;
    enum wh_status status = check_input(&r, err);
    if (status == WH_OK) {
        status = read_lengths(&r, err);
    }
    if (status == WH_OK) {
        status = wh_points_kernel(said->kernel, &r.opt.kernel, err);
    }
    if (status == WH_OK) {
        status = read_correction(&r, err);
    }
    if (status == WH_OK) {
        status = read_error(&r, err);
    }
    if (status == WH_OK) {
        status = read_dates(&r, err);
    }
    if (status == WH_OK) {
        *ret = r;
    }
    return status;
}
