/*
 * density/bandwidth_isj.c: the plug-in bandwidth of Botev, Grotowski and Kroese (2010), "Kernel
 * density estimation via diffusion", Annals of Statistics 38(5), section 5, in two dimensions.
 *
 * Both axes are scaled alike (the kernel is isotropic), so the fixed point t = xi(t) of their
 * equation is itself sigma squared, in units of the side of a square half as wide again as the
 * points. Places count once each way: the number of observations is (sum of w)² over sum of w².
 */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "density/bandwidth_internal.h"

#define N 512u /* squares a side: sigma is resolved down to about half of one */
#define N_ORDERS 6u
#define N_HALVINGS 30u
#define PI 3.14159265358979323846

struct spectrum {
    double *square; /* N x N squared coefficients of the cosine transform; rows along x */
    double side_m, n_observed;
};

/* cosine[k * N + i]: 1 or 2 times cos(pi k (2 i + 1) / 2N), the transform DCT-II. */
static void fill_cosines(double *cosine)
{
    for (size_t k = 0; k < N; k++) {
        for (size_t i = 0; i < N; i++) {
            cosine[i * N + k] =
                (k == 0 ? 1 : 2) * cos(PI * (double)k * (2 * (double)i + 1) / (2 * N));
        }
    }
}

/* Share of the weight in each square; the points' box stands in the middle. */
static void bin(const struct wh_sites *places, double side_m, double *share)
{
    const double *box = places->box;
    const double x0 = (box[0] + box[2] - side_m) / 2, y0 = (box[1] + box[3] - side_m) / 2;
    for (size_t i = 0; i < places->n; i++) {
        const size_t col = (size_t)((places->x[i] - x0) / side_m * N);
        const size_t row = (size_t)((places->y[i] - y0) / side_m * N);
        share[row * N + col] += places->weight[i] / places->total;
    }
}

/* out[k][row] = sum over col of in[row][col] cosine[col][k]; twice makes the plane's transform.
 * Empty squares cost nothing. */
static void transform(int jobs, const double *in, const double *cosine, double *out)
{
#pragma omp parallel for num_threads(jobs) schedule(static)
    for (size_t row = 0; row < N; row++) {
        double sum[N] = {0};
        for (size_t col = 0; col < N; col++) {
            const double value = in[row * N + col];
            if (value > 0 || value < 0) {
                for (size_t k = 0; k < N; k++) {
                    sum[k] += value * cosine[col * N + k];
                }
            }
        }
        for (size_t k = 0; k < N; k++) {
            out[k * N + row] = sum[k];
        }
    }
}

/* psi of order (2 s1, 2 s2) at time t: the squared norm of a derivative of the density smoothed for
 * that time. */
static double psi(const struct spectrum *spectrum, unsigned s1, unsigned s2, double t)
{
    double along[N], up[N];
    const double limit = sqrt(80 / (PI * PI * t)); /* beyond, exp() is below 2e-35 */
    const size_t end = limit < N ? (size_t)limit + 1 : N;
    for (size_t k = 0; k < end; k++) {
        const double w = exp(-(double)(k * k) * PI * PI * t) * (k == 0 ? 1 : 0.5);
        along[k] = w * pow((double)k, 2 * s1);
        up[k] = w * pow((double)k, 2 * s2);
    }
    double sum = 0;
    for (size_t k = 0; k < end; k++) {
        double row_sum = 0;
        for (size_t i = 0; i < end; i++) {
            row_sum += spectrum->square[k * N + i] * along[i];
        }
        sum += row_sum * up[k];
    }
    return ((s1 + s2) % 2 == 0 ? 1 : -1) * sum * pow(PI, 2 * (s1 + s2));
}

/* (-1)^s (2s - 1)!! / sqrt(2 pi) */
static double kernel_constant(unsigned s)
{
    double value = (s % 2 == 0 ? 1 : -1) / sqrt(2 * PI);
    for (unsigned i = 1; i < s; i++) {
        value *= 2 * i + 1;
    }
    return value;
}

/*
 * The squared norm of the density's Laplacian, estimated from time t in four stages: each order's
 * time comes from the two orders above it (their section 5).
 */
static double roughness(const struct spectrum *spectrum, double t)
{
    double above[N_ORDERS], here[N_ORDERS];
    for (unsigned i = 0; i < N_ORDERS; i++) {
        above[i] = psi(spectrum, i, 5 - i, t);
    }
    for (unsigned order = 4; order >= 2; order--) {
        const double factor = (1 + pow(2, -(double)order - 1)) / 3;
        for (unsigned i = 0; i <= order; i++) {
            const double k = kernel_constant(i) * kernel_constant(order - i);
            const double time =
                pow(-2 * factor * k / spectrum->n_observed / (above[i + 1] + above[i]),
                    1.0 / (2 + order));
            here[i] = psi(spectrum, i, order - i, time);
        }
        memcpy(above, here, sizeof above);
    }
    return above[0] + above[2] + 2 * above[1];
}

static double xi(const struct spectrum *spectrum, double t)
{
    return pow(2 * PI * spectrum->n_observed * roughness(spectrum, t), -1.0 / 3);
}

/*
 * The largest t at which t - xi(t) turns from below 0 to above, between sigmas of a quarter of a
 * square and a quarter of the side; 0: none.
 */
static double solve(const struct spectrum *spectrum)
{
    double high = 1.0 / 16;
    const double lowest = 1.0 / (16.0 * N * N);
    if (!(high > xi(spectrum, high))) {
        return 0;
    }
    double low = high / 4;
    while (low > lowest && low > xi(spectrum, low)) {
        high = low;
        low /= 4;
    }
    if (low > xi(spectrum, low)) {
        return 0;
    }
    for (unsigned i = 0; i < N_HALVINGS; i++) {
        const double middle = sqrt(low * high);
        if (middle > xi(spectrum, middle)) {
            high = middle;
        } else {
            low = middle;
        }
    }
    return sqrt(low * high);
}

/* Asymptotic mean integrated square error, per m², with the roughness found at the solution in the
 * plane. */
static void fill_scores(const struct spectrum *spectrum, double t, struct wh_bandwidth_curve *curve)
{
    const double rough = roughness(spectrum, t);
    curve->is_low_best = true;
    for (size_t i = 0; i < curve->n; i++) {
        const double time = pow(curve->bandwidth_m[i] / spectrum->side_m, 2);
        curve->score[i] = (1 / (4 * PI * spectrum->n_observed * time) + time * time * rough / 4) /
                          (spectrum->side_m * spectrum->side_m);
    }
}

static enum wh_status make_spectrum(struct wh_ctx *ctx, const struct wh_sites *places,
                                    struct spectrum *spectrum, struct wh_error *err)
{
    double *share = wh_alloc_array(ctx, (size_t)N * N, sizeof *share);
    double *cosine = wh_alloc_array(ctx, (size_t)N * N, sizeof *cosine);
    spectrum->square = wh_alloc_array(ctx, (size_t)N * N, sizeof *spectrum->square);
    if (share == NULL || cosine == NULL || spectrum->square == NULL) {
        wh_free(ctx, share);
        wh_free(ctx, cosine);
        return wh_fail_memory(ctx, err);
    }
    fill_cosines(cosine);
    bin(places, spectrum->side_m, share);
    transform((int)wh_ctx_jobs(ctx), share, cosine, spectrum->square);
    transform((int)wh_ctx_jobs(ctx), spectrum->square, cosine, share);
    for (size_t i = 0; i < (size_t)N * N; i++) {
        spectrum->square[i] = share[i] * share[i];
    }
    wh_free(ctx, share);
    wh_free(ctx, cosine);
    return WH_OK;
}

enum wh_status wh_select_isj(const struct wh_selection *selection,
                             struct wh_bandwidth_choice *choice, struct wh_error *err)
{
    const struct wh_sites *places = &selection->places;
    const double *box = places->box;
    struct spectrum spectrum = {.side_m = 1.5 * fmax(box[2] - box[0], box[3] - box[1]),
                                .n_observed =
                                    places->total * places->total / places->total_squares};
    if (!wh_sites_are_enough(places, choice)) {
        return WH_OK;
    }
    enum wh_status status =
        wh_curve_candidates(selection->opt, selection->scott_m, &choice->curve, err);
    if (status == WH_OK) {
        status = make_spectrum(selection->ctx, places, &spectrum, err);
    }
    if (status == WH_OK) {
        const double t = solve(&spectrum);
        choice->n_scored = places->n;
        if (t > 0) {
            fill_scores(&spectrum, t, &choice->curve);
            choice->sigma_m = sqrt(t) * spectrum.side_m;
            choice->is_found = true;
        } else {
            wh_choice_fails(choice, "its equation has no solution for these points");
        }
    }
    wh_free(selection->ctx, spectrum.square);
    return status;
}
