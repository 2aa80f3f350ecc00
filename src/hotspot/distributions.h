/* hotspot/distributions.h: tails and quantiles of the distributions that the tests rest on. Pure,
 * no errors: what is not defined is NaN. */
#ifndef WH_HOTSPOT_DISTRIBUTIONS_H
#define WH_HOTSPOT_DISTRIBUTIONS_H

#include <wardheat/base.h>

/* P(Z > z), without loss in the far tail. */
double wh_normal_upper(double z);
/* P(|Z| > |z|). */
double wh_normal_two_sided(double z);
/* The z with P(Z <= z) = p, 0 < p < 1 (Wichura 1988, algorithm AS 241). */
double wh_normal_quantile(double p);
/* P(G > x) and P(G <= x) of a gamma variable of shape a and scale 1 (Abramowitz and Stegun 6.5). */
double wh_gamma_upper(double a, double x);
double wh_gamma_lower(double a, double x);
/* The x with P(G <= x) = p. */
double wh_gamma_quantile(double a, double p);
/* P(B <= x) of a beta variable (Abramowitz and Stegun 26.5.8), and the x with P(B <= x) = p. */
double wh_beta_lower(double a, double b, double x);
double wh_beta_quantile(double a, double b, double p);
/* P(X >= n) of a Poisson variable, n real: the gamma tail that joins the whole numbers. */
double wh_poisson_at_least(double n, double mean);

#endif
