/* density/kernel.h: the kernels: unit mass in the plane, in ground metres (ACCEPTANCE.md section
 * G). */
#ifndef WH_DENSITY_KERNEL_H
#define WH_DENSITY_KERNEL_H

#include <wardheat/density.h>

/* Distance beyond which the kernel is taken as 0: h, or 8.5 sigma (what is cut is below 1e-15 of
 * the mass). */
double wh_kernel_reach_m(enum wh_kernel kernel, double bandwidth_m);
/* Value over that at its centre, u² = distance² / bandwidth². */
double wh_kernel_shape(enum wh_kernel kernel, double u2);
/* Value at its centre times h²: 3/pi of the quartic. */
double wh_kernel_peak(enum wh_kernel kernel);
/* The m of (1 - u²)^m; -1 where the kernel is none of these. */
int wh_kernel_degree(enum wh_kernel kernel);
/* The bandwidth of a point of precision r (1 sigma) at equal variance: quartic sqrt(h² + 8 r²),
 * Gaussian sqrt(s² + r²). */
double wh_kernel_widen(enum wh_kernel kernel, double bandwidth_m, double precision_m);
/* How far its exact surfaces may be off, as a fraction of their maximum (density.h). */
double wh_kernel_error(enum wh_kernel kernel);

#endif
