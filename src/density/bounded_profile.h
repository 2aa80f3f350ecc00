/* density/bounded_profile.h: how far two-sided cubic interpolation of a kernel is off, by distance
 * (bounded.h). */
#ifndef WH_DENSITY_BOUNDED_PROFILE_H
#define WH_DENSITY_BOUNDED_PROFILE_H

#include <wardheat/density.h>

/* Errors for a kernel that is 1 at its centre, and lattice steps in a bandwidth. */
struct wh_error_profile {
    enum wh_kernel kernel;
    uint32_t steps;
    double likely_error; /* fraction of the maximum that is usually certified */
    size_t n_bins;
    const double *error; /* the largest at distances [bin, bin + 1) steps */
};

/* By kernel, coarsest first. */
#define WH_N_PROFILES 12
extern const struct wh_error_profile wh_error_profile[WH_N_PROFILES];

#endif
