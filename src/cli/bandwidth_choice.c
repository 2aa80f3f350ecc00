/* cli/bandwidth_choice.c: a bandwidth from the points, and in plain words why that one. */
#include "cli/bandwidth_choice.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/number.h"
#include "base/str.h"

#define PLOT_ROWS 24.0
#define PLOT_WIDTH 44.0

static const char *const MEANING[WH_N_SELECTORS] = {
    [WH_SELECT_SCOTT] =
        "rule of thumb for one round hill of points; a town has many, so it is wide",
    [WH_SELECT_SILVERMAN] = "the same, less moved by outliers",
    [WH_SELECT_LIKELIHOOD] = "each place foretold from all the others: where that goes best",
    [WH_SELECT_DIGGLE] = "least square error, from how the distances between places are spread",
    [WH_SELECT_ISJ] = "least square error, from how rugged the surface is",
    [WH_SELECT_NEXT_LIKELIHOOD] = "each period foretold from the one before: where that goes best",
    [WH_SELECT_NEXT_PAI] = "each period's events caught by the densest twentieth before it",
};

static enum wh_status fail_wish(const char *text, struct wh_error *err)
{
    char shown[128], names[160] = "";
    for (unsigned i = 0; i < WH_N_SELECTORS; i++) {
        const size_t len = strlen(names);
        snprintf(names + len, sizeof names - len, "%s%s", i == 0 ? "" : ", ",
                 wh_selector_name((enum wh_selector)i));
    }
    return wh_fail(err, WH_ERR_USAGE,
                   "--bandwidth: expected metres, auto, or auto: and one of %s, not %s", names,
                   wh_log_escape(wh_str_c(text), shown, sizeof shown));
}

enum wh_status wh_bandwidth_wish_read(const char *text, double min_m, double max_m,
                                      struct wh_bandwidth_wish *ret, struct wh_error *err)
{
    struct wh_bandwidth_wish wish = *ret;
    wish.is_any = strcmp(text, "auto") == 0;
    wish.is_auto = wish.is_any || strncmp(text, "auto:", 5) == 0;
    if (wish.is_auto && !wish.is_any && !wh_selector_from_name(text + 5, &wish.selector)) {
        return fail_wish(text, err);
    }
    double number = 0;
    if (!wish.is_auto && !wh_parse_double(wh_str_c(text), &number)) {
        return fail_wish(text, err);
    }
    const enum wh_status status = wish.is_auto ? WH_OK
                                               : wh_args_number("bandwidth", text, min_m, max_m,
                                                                "metres", &wish.bandwidth_m, err);
    if (status == WH_OK) {
        *ret = wish;
    }
    return status;
}

/* ---- periods ---- */

struct periods {
    size_t n;
    struct wh_points points[WH_MOST_PERIODS];
    struct wh_bandwidth_fold fold[WH_MOST_PERIODS];
};

static void periods_finish(struct wh_ctx *ctx, struct periods *periods)
{
    for (size_t i = 0; i < periods->n; i++) {
        wh_points_finish(ctx, &periods->points[i]);
    }
}

/* Cuts points into periods of equal length. */
static enum wh_status cut_periods(struct wh_ctx *ctx, const struct wh_points *points, size_t n,
                                  struct periods *ret, struct wh_error *err)
{
    int64_t oldest = INT64_MAX, newest = INT64_MIN;
    for (size_t i = 0; i < points->n; i++) {
        oldest = points->opened_at[i] < oldest ? points->opened_at[i] : oldest;
        newest = points->opened_at[i] > newest ? points->opened_at[i] : newest;
    }
    const double length = ((double)newest - (double)oldest + 1) / (double)n;
    enum wh_status status = WH_OK;
    ret->n = n;
    for (size_t i = 0; status == WH_OK && i < points->n; i++) {
        const size_t period = (size_t)(((double)points->opened_at[i] - (double)oldest) / length);
        struct wh_points *to = &ret->points[period < n ? period : n - 1];
        status = wh_points_push(ctx, to, points->x[i], points->y[i], points->precision_m[i],
                                points->opened_at[i], points->category[i], points->request[i], err);
        if (status == WH_OK) {
            to->weight[to->n - 1] = points->weight[i];
        }
    }
    for (size_t i = 0; i + 1 < n; i++) {
        ret->fold[i] = (struct wh_bandwidth_fold){&ret->points[i], &ret->points[i + 1]};
    }
    return status;
}

/* ---- explaining ---- */

static const char *metres(double m, char *out, size_t size)
{
    char number[32];
    const int decimals = m >= 100 ? 0 : m >= 10 ? 1 : 3;
    snprintf(out, size, "%s m", wh_format_decimal(m, decimals, number, sizeof number));
    return out;
}

/* A curve between its candidates; NaN beyond them. */
static double score_at(const struct wh_bandwidth_curve *curve, double bandwidth_m)
{
    for (size_t i = 1; i < curve->n; i++) {
        const double low = curve->bandwidth_m[i - 1], high = curve->bandwidth_m[i];
        if (bandwidth_m >= low && bandwidth_m <= high) {
            const double part = log(bandwidth_m / low) / log(high / low);
            return curve->score[i - 1] + part * (curve->score[i] - curve->score[i - 1]);
        }
    }
    return (double)NAN;
}

static void print_row(const struct wh_bandwidth_choice *choice,
                      const struct wh_bandwidth_choice *likelihood,
                      const struct wh_bandwidth_choice *pai)
{
    char width[48] = "-", gain[32] = "", hits[32] = "";
    const double low =
        likelihood->is_found ? score_at(&likelihood->curve, choice->bandwidth_m) : (double)NAN;
    const double rate = pai->is_found ? score_at(&pai->curve, choice->bandwidth_m) : (double)NAN;
    if (choice->is_found) {
        metres(choice->bandwidth_m, width, sizeof width);
    }
    if (choice->is_found && isfinite(low)) {
        snprintf(gain, sizeof gain, "%.3f", low);
    }
    if (choice->is_found && isfinite(rate)) {
        snprintf(hits, sizeof hits, "%.2f", rate);
    }
    printf("  %-16s %10s %9s %6s   %s%s\n", wh_selector_name(choice->selector), width, gain, hits,
           choice->is_found ? MEANING[choice->selector] : choice->why_not,
           choice->is_found && choice->is_at_end ? " (at the end of what was tried)" : "");
}

static int compare_numbers(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return a < b ? -1 : a > b;
}

/* A bar for each candidate, from the lower quarter of scores to the best. */
static void print_curve(const struct wh_bandwidth_choice *choice)
{
    const struct wh_bandwidth_curve *curve = &choice->curve;
    double good[WH_BANDWIDTH_CANDIDATES], sorted[WH_BANDWIDTH_CANDIDATES];
    size_t n = 0;
    for (size_t i = 0; i < curve->n; i++) {
        good[i] = curve->is_low_best ? -curve->score[i] : curve->score[i];
        if (isfinite(good[i])) {
            sorted[n++] = good[i];
        }
    }
    if (n < 2) {
        return;
    }
    qsort(sorted, n, sizeof *sorted, compare_numbers);
    const double best = sorted[n - 1], low = sorted[n / 4];
    printf("\nThe curve of %s (%s is better):\n\n", wh_selector_name(choice->selector),
           curve->is_low_best ? "less" : "more");
    const double every = fmax(1, (double)curve->n / PLOT_ROWS);
    for (double at = 0; at < (double)curve->n; at += every) {
        const size_t i = (size_t)at;
        char width[48];
        const double part = best > low ? (good[i] - low) / (best - low) : 1;
        const int length = isfinite(part) ? (int)(fmin(1, fmax(0, part)) * PLOT_WIDTH) : 0;
        printf("  %10s  %14.6g  %.*s\n", metres(curve->bandwidth_m[i], width, sizeof width),
               curve->score[i], length, "############################################");
    }
}

static void print_all(const struct wh_bandwidth_choice choice[WH_N_SELECTORS], size_t n_points,
                      enum wh_selector chosen, const char *reason, enum wh_kernel kernel,
                      double bandwidth_m)
{
    const bool has_dates = choice[WH_SELECT_NEXT_LIKELIHOOD].is_found;
    char n[40], places[32], width[48];
    printf("How wide should the kernel be? %s at %s places; bandwidths of the %s kernel.\n\n",
           wh_points_words(n_points, n, sizeof n),
           wh_format_count(choice[0].n_places, places, sizeof places), wh_kernel_name(kernel));
    printf("  %-16s %10s %9s %6s   %s\n", "method", "bandwidth", has_dates ? "next log" : "",
           has_dates ? "PAI" : "", "what it asks");
    for (size_t i = 0; i < WH_N_SELECTORS; i++) {
        print_row(&choice[i], &choice[WH_SELECT_NEXT_LIKELIHOOD], &choice[WH_SELECT_NEXT_PAI]);
    }
    if (has_dates) {
        printf("\n  next log: how well a map that wide foretells the next period, mean log density "
               "at its events;\n  a tenth more is a tenth better. PAI: how many times as many of "
               "them as an even spread would put\n  there lie in the densest twentieth of the "
               "study area.\n");
    }
    print_curve(&choice[chosen]);
    printf("\nChosen: %s, %s%s\n", metres(bandwidth_m, width, sizeof width),
           wh_selector_title(chosen), reason);
}

/* ---- choosing ---- */

/* Every selector, for an explanation. What cannot be asked says why. */
static enum wh_status ask_all(struct wh_ctx *ctx, const struct wh_points *points,
                              const struct wh_bandwidth_options *opt,
                              struct wh_bandwidth_choice choice[WH_N_SELECTORS],
                              struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (unsigned i = 0; status == WH_OK && i < WH_N_SELECTORS; i++) {
        const enum wh_selector selector = (enum wh_selector)i;
        const bool is_next =
            selector == WH_SELECT_NEXT_LIKELIHOOD || selector == WH_SELECT_NEXT_PAI;
        choice[i].selector = selector;
        if (is_next && opt->n_folds == 0) {
            snprintf(choice[i].why_not, sizeof choice[i].why_not, "needs dates: --opened");
        } else if (selector == WH_SELECT_NEXT_PAI && opt->window == NULL) {
            snprintf(choice[i].why_not, sizeof choice[i].why_not, "needs a study area: --edge");
        } else {
            status = wh_bandwidth_select(ctx, points, selector, opt, &choice[i], err);
        }
    }
    return status;
}

/* Why that method: the end of a sentence. */
static const char *reason_of(const struct wh_bandwidth_wish *wish, enum wh_selector chosen)
{
    if (!wish->is_any) {
        return ", as asked.";
    }
    return chosen == WH_SELECT_NEXT_LIKELIHOOD
               ? ": a map of what was is for what comes, and where dates are known\nthat is tried "
                 "out."
           : chosen == WH_SELECT_ISJ
               ? ": without dates (--opened) this comes nearest on real data to what\nbest "
                 "foretells the next period."
               : ": there are too few points for more than a rule of thumb.";
}

static enum wh_status choose(struct wh_ctx *ctx, const struct wh_bandwidth_wish *wish,
                             const struct wh_points *points, const struct wh_bandwidth_options *opt,
                             struct wh_bandwidth_choice *ret, struct wh_error *err)
{
    const enum wh_status status =
        wish->is_any ? wh_bandwidth_recommend(ctx, points, opt, ret, err)
                     : wh_bandwidth_select(ctx, points, wish->selector, opt, ret, err);
    if (status == WH_OK && !ret->is_found) {
        return wh_fail(err, WH_ERR_INPUT, "--bandwidth auto: %s; give it in metres", ret->why_not);
    }
    return status;
}

enum wh_status wh_bandwidth_wish_grant(struct wh_ctx *ctx, const struct wh_bandwidth_wish *wish,
                                       const struct wh_points *points, enum wh_kernel kernel,
                                       double cell_m, const struct wh_mask *window, double *ret_m,
                                       struct wh_error *err)
{
    struct wh_bandwidth_choice chosen = {0};
    struct periods periods = {0};
    struct wh_bandwidth_options opt = {.kernel = kernel, .window = window};
    if (!wish->is_auto) {
        *ret_m = wish->bandwidth_m;
        return WH_OK;
    }
    enum wh_status status = WH_OK;
    if (wish->n_periods > 0) {
        status = cut_periods(ctx, points, (size_t)wish->n_periods, &periods, err);
        opt.fold = periods.fold;
        opt.n_folds = (size_t)wish->n_periods - 1;
    }
    if (status == WH_OK) {
        status = choose(ctx, wish, points, &opt, &chosen, err);
    }
    if (status == WH_OK) {
        *ret_m = wh_bandwidth_round(chosen.bandwidth_m, cell_m);
    }
    if (status == WH_OK && wish->explain) {
        struct wh_bandwidth_choice *all = wh_alloc_array(ctx, WH_N_SELECTORS, sizeof *all);
        status = all == NULL ? wh_fail_memory(ctx, err) : ask_all(ctx, points, &opt, all, err);
        if (status == WH_OK) {
            print_all(all, points->n, chosen.selector, reason_of(wish, chosen.selector), kernel,
                      *ret_m);
        }
        wh_free(ctx, all);
    }
    periods_finish(ctx, &periods);
    return status;
}
