/* density/bounded_profile.c: made by tests/density/profile.c, which says how; checked by
 * tests/density/test_bounded.c. */
#include "density/bounded_profile.h"

static const double quartic_8[] = {0.000571, 0.000571, 0.000571, 0.000571, 0.000572, 0.000873,
                                   0.00354,  0.00643,  0.00461,  0.00324,  0.000221, 1.15e-05};
static const double quartic_12[] = {0.000113, 0.000113, 0.000113, 0.000113, 0.000113, 0.000113,
                                    0.000113, 0.000113, 0.000113, 0.000237, 0.0016,   0.00284,
                                    0.00213,  0.00148,  0.000103, 5.97e-06};
static const double quartic_16[] = {3.57e-05, 3.57e-05, 3.57e-05, 3.57e-05, 3.57e-05,
                                    3.57e-05, 3.57e-05, 3.57e-05, 3.57e-05, 3.57e-05,
                                    3.57e-05, 3.57e-05, 3.6e-05,  0.000103, 0.000917,
                                    0.00158,  0.00126,  0.000848, 5.91e-05, 4.02e-06};
static const double quartic_20[] = {1.46e-05, 1.46e-05, 1.46e-05, 1.46e-05, 1.46e-05, 1.46e-05,
                                    1.46e-05, 1.46e-05, 1.46e-05, 1.46e-05, 1.46e-05, 1.46e-05,
                                    1.46e-05, 1.46e-05, 1.46e-05, 1.46e-05, 1.55e-05, 5.68e-05,
                                    0.000588, 0.00101,  0.000819, 0.000548, 3.83e-05, 2.79e-06};
static const double quartic_24[] = {7.06e-06, 7.06e-06, 7.06e-06, 7.06e-06, 7.06e-06, 7.06e-06,
                                    7.06e-06, 7.06e-06, 7.06e-06, 7.06e-06, 7.06e-06, 7.06e-06,
                                    7.06e-06, 7.06e-06, 7.06e-06, 7.06e-06, 7.06e-06, 7.06e-06,
                                    7.06e-06, 7.06e-06, 7.89e-06, 3.64e-05, 0.000409, 0.000696,
                                    0.000592, 0.000383, 2.68e-05, 2e-06};
static const double quartic_32[] = {
    2.23e-06, 2.23e-06, 2.23e-06, 2.23e-06, 2.23e-06, 2.23e-06, 2.23e-06, 2.23e-06, 2.23e-06,
    2.23e-06, 2.23e-06, 2.23e-06, 2.23e-06, 2.23e-06, 2.23e-06, 2.23e-06, 2.23e-06, 2.23e-06,
    2.23e-06, 2.23e-06, 2.23e-06, 2.23e-06, 2.23e-06, 2.23e-06, 2.23e-06, 2.23e-06, 2.23e-06,
    2.23e-06, 3.18e-06, 1.85e-05, 0.000231, 0.000388, 0.000345, 0.000217, 1.53e-05, 1.2e-06};
static const double triweight_8[] = {0.00169, 0.00161, 0.00137, 0.000971, 0.000792, 0.00162,
                                     0.00211, 0.00209, 0.00202, 0.000602, 5.19e-05, 1.52e-06};
static const double triweight_12[] = {0.000337, 0.00033,  0.000308, 0.000273, 0.000224, 0.00016,
                                      0.000126, 0.000208, 0.000303, 0.000437, 0.0005,   0.000706,
                                      0.000723, 0.000182, 1.64e-05, 5.1e-07};
static const double triweight_16[] = {0.000107, 0.000106, 0.000102, 9.55e-05, 8.67e-05,
                                      7.54e-05, 6.16e-05, 4.53e-05, 4e-05,    5.03e-05,
                                      7.22e-05, 9.61e-05, 0.000122, 0.000159, 0.000174,
                                      0.000329, 0.000333, 7.76e-05, 7.16e-06, 2.77e-07};
static const double triweight_20[] = {4.38e-05, 4.35e-05, 4.25e-05, 4.08e-05, 3.85e-05, 3.56e-05,
                                      3.19e-05, 2.77e-05, 2.27e-05, 1.75e-05, 1.64e-05, 1.73e-05,
                                      2.41e-05, 3.15e-05, 3.94e-05, 4.79e-05, 5.69e-05, 7.09e-05,
                                      7.66e-05, 0.000178, 0.00018,  4.08e-05, 3.74e-06, 1.58e-07};
static const double triweight_24[] = {2.11e-05, 2.1e-05,  2.07e-05, 2.01e-05, 1.94e-05, 1.84e-05,
                                      1.72e-05, 1.57e-05, 1.41e-05, 1.22e-05, 1.01e-05, 8.34e-06,
                                      7.92e-06, 7.46e-06, 9.97e-06, 1.28e-05, 1.58e-05, 1.9e-05,
                                      2.24e-05, 2.6e-05,  2.98e-05, 3.64e-05, 3.91e-05, 0.000107,
                                      0.000108, 2.58e-05, 2.21e-06, 9.52e-08};
static const double triweight_32[] = {
    6.69e-06, 6.67e-06, 6.61e-06, 6.52e-06, 6.38e-06, 6.2e-06,  5.99e-06, 5.73e-06, 5.44e-06,
    5.1e-06,  4.74e-06, 4.32e-06, 3.87e-06, 3.38e-06, 2.86e-06, 2.61e-06, 2.51e-06, 2.4e-06,
    2.53e-06, 3.16e-06, 3.83e-06, 4.53e-06, 5.28e-06, 6.04e-06, 6.84e-06, 7.67e-06, 8.54e-06,
    9.44e-06, 1.04e-05, 1.25e-05, 1.33e-05, 4.74e-05, 4.76e-05, 1.15e-05, 1.03e-06, 4.3e-08};

#define PROFILE(kernel, steps, likely, bins)                                                       \
    {                                                                                              \
        kernel, steps, likely, sizeof bins / sizeof *bins, bins                                    \
    }
const struct wh_error_profile wh_error_profile[WH_N_PROFILES] = {
    PROFILE(WH_KERNEL_QUARTIC, 8, 0.027, quartic_8),
    PROFILE(WH_KERNEL_QUARTIC, 12, 0.0081, quartic_12),
    PROFILE(WH_KERNEL_QUARTIC, 16, 0.0034, quartic_16),
    PROFILE(WH_KERNEL_QUARTIC, 20, 0.0018, quartic_20),
    PROFILE(WH_KERNEL_QUARTIC, 24, 0.001, quartic_24),
    PROFILE(WH_KERNEL_QUARTIC, 32, 0.00043, quartic_32),
    PROFILE(WH_KERNEL_TRIWEIGHT, 8, 0.015, triweight_8),
    PROFILE(WH_KERNEL_TRIWEIGHT, 12, 0.0035, triweight_12),
    PROFILE(WH_KERNEL_TRIWEIGHT, 16, 0.0012, triweight_16),
    PROFILE(WH_KERNEL_TRIWEIGHT, 20, 0.00051, triweight_20),
    PROFILE(WH_KERNEL_TRIWEIGHT, 24, 0.00026, triweight_24),
    PROFILE(WH_KERNEL_TRIWEIGHT, 32, 8.5e-05, triweight_32),
};
