/* density/kernel.c: kernel values, names, and Scott's bandwidth. */
#include "density/kernel.h"

#include <math.h>
#include <string.h>

#define GAUSSIAN_REACH 8.5
#define PI 3.14159265358979323846

double wh_kernel_reach_m(enum wh_kernel kernel, double bandwidth_m)
{
    return kernel == WH_KERNEL_QUARTIC ? bandwidth_m : GAUSSIAN_REACH * bandwidth_m;
}

double wh_kernel_at(enum wh_kernel kernel, double bandwidth_m, double distance2_m2)
{
    const double h2 = bandwidth_m * bandwidth_m;
    switch (kernel) {
    case WH_KERNEL_QUARTIC: {
        const double left = 1 - distance2_m2 / h2;
        return left <= 0 ? 0 : 3 / (PI * h2) * left * left;
    }
    case WH_KERNEL_GAUSSIAN:
        return distance2_m2 > GAUSSIAN_REACH * GAUSSIAN_REACH * h2
                   ? 0
                   : exp(-distance2_m2 / (2 * h2)) / (2 * PI * h2);
    }
    return 0;
}

double wh_kernel_widen(enum wh_kernel kernel, double bandwidth_m, double precision_m)
{
    const double factor = kernel == WH_KERNEL_QUARTIC ? 8 : 1;
    return sqrt(bandwidth_m * bandwidth_m + factor * precision_m * precision_m);
}

double wh_bandwidth_scott(const struct wh_points *points, enum wh_kernel kernel)
{
    const double n = (double)points->n;
    if (points->n < 2) {
        return 0;
    }
    double sum[2] = {0, 0}, square[2] = {0, 0};
    for (size_t i = 0; i < points->n; i++) {
        sum[0] += points->x[i];
        sum[1] += points->y[i];
    }
    const double mean[2] = {sum[0] / n, sum[1] / n};
    for (size_t i = 0; i < points->n; i++) {
        square[0] += (points->x[i] - mean[0]) * (points->x[i] - mean[0]);
        square[1] += (points->y[i] - mean[1]) * (points->y[i] - mean[1]);
    }
    const double shrink = pow(n, -1.0 / 6);
    const double sigma_m =
        sqrt(sqrt(square[0] / (n - 1)) * shrink * (sqrt(square[1] / (n - 1)) * shrink));
    return kernel == WH_KERNEL_QUARTIC ? sqrt(8) * sigma_m : sigma_m;
}

const char *wh_kernel_name(enum wh_kernel kernel)
{
    return kernel == WH_KERNEL_QUARTIC ? "quartic" : "gaussian";
}

bool wh_kernel_from_name(const char *name, enum wh_kernel *ret)
{
    for (enum wh_kernel kernel = WH_KERNEL_QUARTIC; kernel <= WH_KERNEL_GAUSSIAN; kernel++) {
        if (strcmp(name, wh_kernel_name(kernel)) == 0) {
            *ret = kernel;
            return true;
        }
    }
    return false;
}

const char *wh_edge_name(enum wh_edge edge)
{
    switch (edge) {
    case WH_EDGE_DIGGLE:
        return "diggle";
    case WH_EDGE_UNIFORM:
        return "uniform";
    case WH_EDGE_NONE:
        return "none";
    }
    return "";
}
