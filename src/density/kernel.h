/* density/kernel.h: the kernels: unit mass in the plane, in cells' ground metres (ACCEPTANCE.md
 * section G). */
#ifndef WH_DENSITY_KERNEL_H
#define WH_DENSITY_KERNEL_H

#include <wardheat/density.h>

/* Distance beyond which the kernel is taken as 0: h, or 8.5 sigma (what is cut is below 1e-15 of
 * the mass). */
double wh_kernel_reach_m(enum wh_kernel kernel, double bandwidth_m);
/* Value at a squared distance, per m²: quartic 3/(pi h²) (1 - d²/h²)², Gaussian exp(-d²/2s²) / (2
 * pi s²). */
double wh_kernel_at(enum wh_kernel kernel, double bandwidth_m, double distance2_m2);
/* The bandwidth of a point of precision r (1 sigma) at equal variance: quartic sqrt(h² + 8 r²),
 * Gaussian sqrt(s² + r²). */
double wh_kernel_widen(enum wh_kernel kernel, double bandwidth_m, double precision_m);

#endif
