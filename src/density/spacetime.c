/* density/spacetime.c: a wh_density() a slice, with weights by time. */
#include <math.h>
#include <wardheat/spacetime.h>

#include "base/alloc.h"
#include "base/error.h"

#define SECONDS_A_DAY 86400.0

/* The quartic on the line, per day (Silverman 1986, table 3.1). */
static double kernel_at(double days, double bandwidth_days)
{
    const double u = days / bandwidth_days, left = 1 - u * u;
    return left <= 0 ? 0 : 15 / (16 * bandwidth_days) * left * left;
}

struct clock {
    double slice_days, bandwidth_days;
    int64_t from_utc;
    size_t n_slices;
};

static double days_from(const struct clock *clock, int64_t utc)
{
    return ((double)utc - (double)clock->from_utc) / SECONDS_A_DAY;
}

/* Slices whose middles lie within the bandwidth of a time: [first, end). */
static void reached(const struct clock *clock, double days, size_t *ret_first, size_t *ret_end)
{
    const double n = (double)clock->n_slices;
    const double first = ceil((days - clock->bandwidth_days) / clock->slice_days - 0.5);
    const double end = floor((days + clock->bandwidth_days) / clock->slice_days - 0.5) + 1;
    *ret_first = (size_t)fmin(fmax(first, 0), n);
    *ret_end = (size_t)fmin(fmax(end, 0), n);
}

static double middle(const struct clock *clock, size_t slice)
{
    return ((double)slice + 0.5) * clock->slice_days;
}

/* What an event's weight is divided by: its mass over the slices. 0: it does not count. */
static double mass_of(const struct clock *clock, bool correct_ends, double days)
{
    size_t first, end;
    double sum = 0;
    if (!correct_ends) {
        return 1;
    }
    if (days < 0 || !(days < (double)clock->n_slices * clock->slice_days)) {
        return 0;
    }
    reached(clock, days, &first, &end);
    for (size_t i = first; i < end; i++) {
        sum += kernel_at(days - middle(clock, i), clock->bandwidth_days);
    }
    return sum * clock->slice_days;
}

static enum wh_status check_options(const struct wh_spacetime_options *opt, struct clock *ret,
                                    struct wh_error *err)
{
    if (opt->n_slices == 0 || opt->to_utc <= opt->from_utc) {
        return wh_fail(err, WH_ERR_CONFIG,
                       "a density over time needs at least one slice between two times");
    }
    *ret = (struct clock){.bandwidth_days = opt->bandwidth_days,
                          .from_utc = opt->from_utc,
                          .n_slices = opt->n_slices};
    ret->slice_days =
        ((double)opt->to_utc - (double)opt->from_utc) / SECONDS_A_DAY / (double)opt->n_slices;
    if (!isfinite(opt->bandwidth_days) || opt->bandwidth_days < ret->slice_days) {
        return wh_fail(err, WH_ERR_CONFIG,
                       "the bandwidth in time (%g days) must be at least a slice (%g days)",
                       opt->bandwidth_days, ret->slice_days);
    }
    return WH_OK;
}

/* The points of one slice. */
struct part {
    struct wh_points points;
    double *bandwidth_of_point_m;
};

static enum wh_status part_make(struct wh_ctx *ctx, size_t n, bool has_bandwidths,
                                struct part *part, struct wh_error *err)
{
    const enum wh_status status = wh_points_reserve(ctx, &part->points, n, err);
    if (status != WH_OK || !has_bandwidths) {
        return status;
    }
    part->bandwidth_of_point_m = wh_alloc_array(ctx, n, sizeof *part->bandwidth_of_point_m);
    return part->bandwidth_of_point_m == NULL ? wh_fail_memory(ctx, err) : WH_OK;
}

static void part_finish(struct wh_ctx *ctx, struct part *part)
{
    wh_points_finish(ctx, &part->points);
    wh_free(ctx, part->bandwidth_of_point_m);
}

static void add_point(struct part *part, const struct wh_points *from, size_t i, double weight,
                      const double *bandwidth_of_point_m)
{
    struct wh_points *to = &part->points;
    const size_t n = to->n++;
    to->x[n] = from->x[i];
    to->y[n] = from->y[i];
    to->weight[n] = weight;
    to->precision_m[n] = from->precision_m[i];
    to->opened_at[n] = from->opened_at[i];
    to->category[n] = from->category[i];
    to->request[n] = from->request[i];
    if (bandwidth_of_point_m != NULL) {
        part->bandwidth_of_point_m[n] = bandwidth_of_point_m[i];
    }
}

/* Events near a slice's middle, weighed by the kernel, per day. */
static void fill_part(const struct wh_points *points, const struct wh_spacetime_options *opt,
                      const struct clock *clock, const double *mass, size_t slice,
                      struct part *part)
{
    part->points.n = 0;
    for (size_t i = 0; i < points->n; i++) {
        const double k = kernel_at(days_from(clock, points->opened_at[i]) - middle(clock, slice),
                                   clock->bandwidth_days);
        if (k > 0 && mass[i] > 0) {
            add_point(part, points, i, points->weight[i] * k / mass[i],
                      opt->space.bandwidth_of_point_m);
        }
    }
}

/* Masses, and how many points meet a slice. */
static size_t weigh(const struct wh_points *points, const struct wh_spacetime_options *opt,
                    const struct clock *clock, double *mass)
{
    size_t n = 0;
    for (size_t i = 0; i < points->n; i++) {
        size_t first, end;
        const double days = days_from(clock, points->opened_at[i]);
        mass[i] = mass_of(clock, opt->correct_ends, days);
        reached(clock, days, &first, &end);
        n += mass[i] > 0 && first < end;
    }
    return n;
}

enum wh_status wh_spacetime(struct wh_ctx *ctx, const struct wh_points *points,
                            const struct wh_mask *mask, const struct wh_spacetime_options *opt,
                            struct wh_grid *slice, struct wh_spacetime_stats *ret_stats,
                            struct wh_error *err)
{
    struct clock clock;
    struct part part = {0};
    struct wh_density_options space = opt->space;
    enum wh_status status = check_options(opt, &clock, err);
    if (status != WH_OK) {
        return status;
    }
    double *mass = wh_alloc_array(ctx, points->n, sizeof *mass);
    status = mass == NULL
                 ? wh_fail_memory(ctx, err)
                 : part_make(ctx, points->n, space.bandwidth_of_point_m != NULL, &part, err);
    struct wh_spacetime_stats stats = {.slice_days = clock.slice_days};
    if (status == WH_OK) {
        stats.n_used = weigh(points, opt, &clock, mass);
    }
    for (size_t i = 0; status == WH_OK && i < opt->n_slices; i++) {
        struct wh_density_stats of_slice;
        fill_part(points, opt, &clock, mass, i, &part);
        space.bandwidth_of_point_m = part.bandwidth_of_point_m;
        status = wh_density(ctx, &part.points, mask, &space, &slice[i], NULL, &of_slice, err);
        stats.max_per_km2_day =
            status == WH_OK ? fmax(stats.max_per_km2_day, of_slice.max_per_km2) : 0;
    }
    part_finish(ctx, &part);
    wh_free(ctx, mass);
    if (status == WH_OK) {
        *ret_stats = stats;
    }
    return status;
}
