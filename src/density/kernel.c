/* density/kernel.c: kernel values, names, conversions. */
#include "density/kernel.h"

#include <math.h>
#include <string.h>

#define GAUSSIAN_REACH 8.5
#define PI 3.14159265358979323846

/* What tells the kernels apart, in the order of enum wh_kernel (ACCEPTANCE.md section G). */
static const struct {
    const char *name;
    double peak;     /* at the centre, times h² */
    double variance; /* h² / variance along an axis */
    int degree;      /* m of (1 - u²)^m, or -1 */
    double error;    /* density.h */
} KERNEL[WH_N_KERNELS] = {
    {"quartic", 3 / PI, 8, 2, 1e-9},      {"gaussian", 1 / (2 * PI), 1, -1, 1e-9},
    {"epanechnikov", 2 / PI, 6, 1, 1e-9}, {"triweight", 4 / PI, 10, 3, 1e-9},
    {"uniform", 1 / PI, 4, 0, 1e-12},     {"triangular", 3 / PI, 20.0 / 3, -1, 1e-12},
};

double wh_kernel_reach_m(enum wh_kernel kernel, double bandwidth_m)
{
    return kernel == WH_KERNEL_GAUSSIAN ? GAUSSIAN_REACH * bandwidth_m : bandwidth_m;
}

double wh_kernel_peak(enum wh_kernel kernel)
{
    return KERNEL[kernel].peak;
}

int wh_kernel_degree(enum wh_kernel kernel)
{
    return KERNEL[kernel].degree;
}

double wh_kernel_error(enum wh_kernel kernel)
{
    return KERNEL[kernel].error;
}

double wh_kernel_shape(enum wh_kernel kernel, double u2)
{
    const double left = 1 - u2;
    if (kernel == WH_KERNEL_GAUSSIAN) {
        return u2 > GAUSSIAN_REACH * GAUSSIAN_REACH ? 0 : exp(-u2 / 2);
    }
    if (left < 0) {
        return 0;
    }
    switch (KERNEL[kernel].degree) {
    case 0:
        return 1;
    case 1:
        return left;
    case 2:
        return left * left;
    case 3:
        return left * left * left;
    default:
        return 1 - sqrt(u2);
    }
}

double wh_kernel_widen(enum wh_kernel kernel, double bandwidth_m, double precision_m)
{
    return precision_m > 0 ? sqrt(bandwidth_m * bandwidth_m +
                                  KERNEL[kernel].variance * precision_m * precision_m)
                           : bandwidth_m;
}

const char *wh_kernel_name(enum wh_kernel kernel)
{
    return KERNEL[kernel].name;
}

bool wh_kernel_from_name(const char *name, enum wh_kernel *ret)
{
    for (unsigned kernel = 0; kernel < WH_N_KERNELS; kernel++) {
        if (strcmp(name, KERNEL[kernel].name) == 0) {
            *ret = (enum wh_kernel)kernel;
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

bool wh_edge_from_name(const char *name, enum wh_edge *ret)
{
    for (unsigned edge = 0; edge < WH_N_EDGES; edge++) {
        if (strcmp(name, wh_edge_name((enum wh_edge)edge)) == 0) {
            *ret = (enum wh_edge)edge;
            return true;
        }
    }
    return false;
}

const char *wh_engine_name(enum wh_density_engine engine)
{
    switch (engine) {
    case WH_ENGINE_RUNS:
        return "runs";
    case WH_ENGINE_DIRECT:
        return "direct";
    case WH_ENGINE_LATTICE:
        return "lattice";
    case WH_ENGINE_BOUNDED:
        return "bounded";
    }
    return "";
}
