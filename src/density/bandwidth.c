/* density/bandwidth.c: the selectors' common part: candidates, the best of a curve, rules of thumb,
 * names. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <wardheat/bandwidth.h>

#include "base/alloc.h"
#include "base/error.h"
#include "density/bandwidth_internal.h"
#include "density/kernel.h"

#define ENOUGH_PLACES 20u /* below, the curves of cross-validation are noise */
#define FLOOR_M 150.0
#define CEILING_M 800.0
#define WITHOUT_DATA_M 400.0
#define OCTAVE_STEPS 3.0
#define PI 3.14159265358979323846

double wh_bandwidth_of_sigma(enum wh_kernel kernel, double sigma_m)
{
    return wh_kernel_widen(kernel, 0, sigma_m);
}

double wh_sigma_of_bandwidth(enum wh_kernel kernel, double bandwidth_m)
{
    return bandwidth_m / wh_kernel_widen(kernel, 0, 1);
}

/* ---- curves ---- */

enum wh_status wh_curve_candidates(const struct wh_bandwidth_options *opt, double scott_m,
                                   struct wh_bandwidth_curve *ret, struct wh_error *err)
{
    const double low = opt->min_bandwidth_m > 0
                           ? wh_sigma_of_bandwidth(opt->kernel, opt->min_bandwidth_m)
                           : scott_m / 64;
    const double high = opt->max_bandwidth_m > 0
                            ? wh_sigma_of_bandwidth(opt->kernel, opt->max_bandwidth_m)
                            : fmax(2 * scott_m, 2 * low);
    if (!(low > 0 && high > low && isfinite(high))) {
        return wh_fail(err, WH_ERR_CONFIG,
                       "the narrowest bandwidth to try (%g m) must be above 0 and below the widest "
                       "(%g m)",
                       wh_bandwidth_of_sigma(opt->kernel, low),
                       wh_bandwidth_of_sigma(opt->kernel, high));
    }
    const double octaves = log2(high / low);
    const double wanted =
        opt->n_candidates > 0 ? (double)opt->n_candidates : ceil(OCTAVE_STEPS * octaves) + 1;
    ret->n = (size_t)fmax(2, fmin(wanted, WH_BANDWIDTH_CANDIDATES));
    for (size_t i = 0; i < ret->n; i++) {
        ret->bandwidth_m[i] = low * exp2(octaves * (double)i / (double)(ret->n - 1));
        ret->score[i] = 0;
    }
    return WH_OK;
}

static bool is_better(const struct wh_bandwidth_curve *curve, double score, double than)
{
    return curve->is_low_best ? score <= than : score >= than;
}

/* Where the parabola through three points of log sigma has its vertex. */
static double vertex(const struct wh_bandwidth_curve *curve, size_t i)
{
    const double x0 = log(curve->bandwidth_m[i - 1]), x1 = log(curve->bandwidth_m[i]),
                 x2 = log(curve->bandwidth_m[i + 1]);
    const double d0 = (curve->score[i] - curve->score[i - 1]) / (x1 - x0);
    const double d1 = (curve->score[i + 1] - curve->score[i]) / (x2 - x1);
    const double bend = (d1 - d0) / (x2 - x0);
    const double at = bend > 0 || bend < 0 ? (x0 + x1) / 2 - d0 / (2 * bend) : x1;
    return isfinite(at) ? exp(fmin(fmax(at, x0), x2)) : curve->bandwidth_m[i];
}

void wh_curve_choose(struct wh_bandwidth_choice *choice, bool is_smooth)
{
    const struct wh_bandwidth_curve *curve = &choice->curve;
    size_t best = curve->n;
    for (size_t i = 0; i < curve->n; i++) {
        if (isfinite(curve->score[i]) &&
            (best == curve->n || is_better(curve, curve->score[i], curve->score[best]))) {
            best = i;
        }
    }
    if (best == curve->n) {
        wh_choice_fails(choice, "no candidate could be scored");
        return;
    }
    choice->is_found = true;
    choice->is_at_end = best == 0 || best + 1 == curve->n;
    choice->sigma_m =
        is_smooth && !choice->is_at_end ? vertex(curve, best) : curve->bandwidth_m[best];
}

/* ---- too little ---- */

void wh_choice_fails(struct wh_bandwidth_choice *choice, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(choice->why_not, sizeof choice->why_not, format, arguments);
    va_end(arguments);
    choice->is_found = false;
}

bool wh_sites_are_enough(const struct wh_sites *places, struct wh_bandwidth_choice *choice)
{
    if (places->n < ENOUGH_PLACES) {
        wh_choice_fails(choice, "%zu place%s; at least %u are needed", places->n,
                        places->n == 1 ? "" : "s", ENOUGH_PLACES);
    }
    return places->n >= ENOUGH_PLACES;
}

double wh_fold_weight(const struct wh_bandwidth_fold *fold)
{
    double sum = 0;
    for (size_t i = 0; i < fold->later->n; i++) {
        sum += fmax(0, fold->later->weight[i]);
    }
    return fold->earlier->n >= ENOUGH_PLACES && fold->later->n >= ENOUGH_PLACES ? sum : 0;
}

double wh_folds_weight(const struct wh_selection *selection, struct wh_bandwidth_choice *choice)
{
    double sum = 0;
    for (size_t i = 0; i < selection->opt->n_folds; i++) {
        sum += wh_fold_weight(&selection->opt->fold[i]);
    }
    if (!(sum > 0)) {
        wh_choice_fails(choice, "no two periods in a row with at least %u events each",
                        ENOUGH_PLACES);
    }
    return sum;
}

/* ---- rules of thumb ---- */

/* With the error that a normal distribution of that spread would have: AMISE, per m² (Wand and
 * Jones 1995, section 4.3). */
static enum wh_status select_rule(const struct wh_selection *selection, double sigma_m,
                                  struct wh_bandwidth_choice *choice, struct wh_error *err)
{
    struct wh_bandwidth_curve *curve = &choice->curve;
    if (!(sigma_m > 0)) {
        wh_choice_fails(choice, "the points do not spread in both directions");
        return WH_OK;
    }
    const enum wh_status status = wh_curve_candidates(selection->opt, sigma_m, curve, err);
    if (status != WH_OK) {
        return status;
    }
    curve->is_low_best = true;
    for (size_t i = 0; i < curve->n; i++) {
        const double ratio2 = pow(curve->bandwidth_m[i] / sigma_m, 2);
        curve->score[i] = (1 / ratio2 + ratio2 * ratio2 / 2) /
                          (4 * PI * selection->places.total * sigma_m * sigma_m);
    }
    choice->is_found = true;
    choice->sigma_m = sigma_m;
    choice->n_scored = selection->places.n;
    return WH_OK;
}

static enum wh_status select_silverman(const struct wh_selection *selection,
                                       struct wh_bandwidth_choice *choice, struct wh_error *err)
{
    double sigma_m = 0;
    const enum wh_status status =
        wh_sites_silverman(selection->ctx, &selection->places, &sigma_m, err);
    return status != WH_OK ? status : select_rule(selection, sigma_m, choice, err);
}

/* ---- all ---- */

static enum wh_status dispatch(const struct wh_selection *selection,
                               struct wh_bandwidth_choice *choice, struct wh_error *err)
{
    switch (choice->selector) {
    case WH_SELECT_SCOTT:
        return select_rule(selection, selection->scott_m, choice, err);
    case WH_SELECT_SILVERMAN:
        return select_silverman(selection, choice, err);
    case WH_SELECT_LIKELIHOOD:
        return wh_select_likelihood(selection, choice, err);
    case WH_SELECT_DIGGLE:
        return wh_select_diggle(selection, choice, err);
    case WH_SELECT_ISJ:
        return wh_select_isj(selection, choice, err);
    case WH_SELECT_NEXT_LIKELIHOOD:
        return wh_select_next_likelihood(selection, choice, err);
    case WH_SELECT_NEXT_PAI:
        return wh_select_next_pai(selection, choice, err);
    }
    return wh_fail(err, WH_ERR_INTERNAL, "no such bandwidth selector");
}

static enum wh_status check_options(enum wh_selector selector,
                                    const struct wh_bandwidth_options *opt, struct wh_error *err)
{
    const bool is_next = selector == WH_SELECT_NEXT_LIKELIHOOD || selector == WH_SELECT_NEXT_PAI;
    if (is_next && opt->n_folds == 0) {
        return wh_fail(err, WH_ERR_CONFIG, "bandwidth %s needs periods: points with dates",
                       wh_selector_name(selector));
    }
    if (selector == WH_SELECT_NEXT_PAI && opt->window == NULL) {
        return wh_fail(err, WH_ERR_CONFIG, "bandwidth %s needs a study area",
                       wh_selector_name(selector));
    }
    return WH_OK;
}

enum wh_status wh_bandwidth_select(struct wh_ctx *ctx, const struct wh_points *points,
                                   enum wh_selector selector,
                                   const struct wh_bandwidth_options *opt,
                                   struct wh_bandwidth_choice *ret, struct wh_error *err)
{
    struct wh_selection selection = {.ctx = ctx, .opt = opt};
    struct wh_bandwidth_choice choice = {.selector = selector};
    enum wh_status status = check_options(selector, opt, err);
    if (status == WH_OK) {
        status = wh_sites_of(ctx, points, &selection.places, err);
    }
    if (status != WH_OK) {
        return status;
    }
    choice.n_places = selection.places.n;
    selection.scott_m = wh_sites_scott(&selection.places);
    if (selection.scott_m > 0) {
        status = dispatch(&selection, &choice, err);
    } else {
        wh_choice_fails(&choice, "the points do not spread in both directions");
    }
    wh_sites_finish(ctx, &selection.places);
    if (status != WH_OK) {
        return status;
    }
    for (size_t i = 0; i < choice.curve.n; i++) {
        choice.curve.bandwidth_m[i] =
            wh_bandwidth_of_sigma(opt->kernel, choice.curve.bandwidth_m[i]);
    }
    choice.bandwidth_m = wh_bandwidth_of_sigma(opt->kernel, choice.sigma_m);
    *ret = choice;
    return WH_OK;
}

enum wh_status wh_bandwidth_recommend(struct wh_ctx *ctx, const struct wh_points *points,
                                      const struct wh_bandwidth_options *opt,
                                      struct wh_bandwidth_choice *ret, struct wh_error *err)
{
    static const enum wh_selector ORDER[] = {WH_SELECT_NEXT_LIKELIHOOD, WH_SELECT_ISJ,
                                             WH_SELECT_SILVERMAN};
    struct wh_bandwidth_choice choice = {0};
    enum wh_status status = WH_OK;
    for (size_t i = opt->n_folds > 0 ? 0 : 1;
         status == WH_OK && !choice.is_found && i < sizeof ORDER / sizeof *ORDER; i++) {
        status = wh_bandwidth_select(ctx, points, ORDER[i], opt, &choice, err);
    }
    if (status == WH_OK) {
        *ret = choice;
    }
    return status;
}

double wh_bandwidth_round(double bandwidth_m, double cell_m)
{
    const double digit = pow(10, floor(log10(bandwidth_m)) - 1);
    return fmax(round(bandwidth_m / digit) * digit, cell_m);
}

double wh_bandwidth_for_map(const struct wh_bandwidth_choice *choice, enum wh_kernel kernel,
                            double cell_m)
{
    const double scale =
        kernel == WH_KERNEL_GAUSSIAN ? wh_sigma_of_bandwidth(WH_KERNEL_QUARTIC, 1) : 1;
    const double wished_m = choice->is_found ? choice->bandwidth_m : scale * WITHOUT_DATA_M;
    const double held_m = fmin(fmax(wished_m, scale * FLOOR_M), scale * CEILING_M);
    return wh_bandwidth_round(held_m, cell_m);
}

/* ---- names ---- */

static const struct {
    const char *name, *title;
} SELECTOR[WH_N_SELECTORS] = {
    [WH_SELECT_SCOTT] = {"scott", "Scott's rule of thumb"},
    [WH_SELECT_SILVERMAN] = {"silverman", "Silverman's rule of thumb"},
    [WH_SELECT_LIKELIHOOD] = {"likelihood", "what best foretells each place from the others"},
    [WH_SELECT_DIGGLE] = {"diggle", "least square error after Diggle"},
    [WH_SELECT_ISJ] = {"isj", "least square error after Botev"},
    [WH_SELECT_NEXT_LIKELIHOOD] = {"next-likelihood", "what best foretells the next period"},
    [WH_SELECT_NEXT_PAI] = {"next-pai", "most hits in the next period"},
};

const char *wh_selector_name(enum wh_selector selector)
{
    return SELECTOR[selector].name;
}

const char *wh_selector_title(enum wh_selector selector)
{
    return SELECTOR[selector].title;
}

bool wh_selector_from_name(const char *name, enum wh_selector *ret)
{
    for (unsigned i = 0; i < WH_N_SELECTORS; i++) {
        if (strcmp(name, SELECTOR[i].name) == 0) {
            *ret = (enum wh_selector)i;
            return true;
        }
    }
    return false;
}
