/* hotspot/distributions.c: normal, gamma, Poisson and beta tails and quantiles. */
#include "hotspot/distributions.h"

#include <float.h>
#include <math.h>

#define SQRT_HALF 0.70710678118654752440
#define MOST_TERMS 100000

double wh_normal_upper(double z)
{
    return 0.5 * erfc(z * SQRT_HALF);
}

double wh_normal_two_sided(double z)
{
    return erfc(fabs(z) * SQRT_HALF);
}

static double polynomial(const double *c, unsigned n, double x)
{
    double sum = c[n - 1];
    for (unsigned i = n - 1; i > 0; i--) {
        sum = sum * x + c[i - 1];
    }
    return sum;
}

/* Coefficients of AS 241, procedure PPND16. */
double wh_normal_quantile(double p)
{
    static const double A[] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                               1.9715909503065514427e+3, 1.3731693765509461125e+4,
                               4.5921953931549871457e+4, 6.7265770927008700853e+4,
                               3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static const double B[] = {1.0,
                               4.2313330701600911252e+1,
                               6.8718700749205790830e+2,
                               5.3941960214247511077e+3,
                               2.1213794301586595867e+4,
                               3.9307895800092710610e+4,
                               2.8729085735721942674e+4,
                               5.2264952788528545610e+3};
    static const double C[] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                               5.76949722146069140550e0,  3.64784832476320460504e0,
                               1.27045825245236838258e0,  2.41780725177450611770e-1,
                               2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double D[] = {1.0,
                               2.05319162663775882187e0,
                               1.67638483018380384940e0,
                               6.89767334985100004550e-1,
                               1.48103976427480074590e-1,
                               1.51986665636164571966e-2,
                               5.47593808499534494600e-4,
                               1.05075007164441684324e-9};
    static const double E[] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                               1.78482653991729133580e0,  2.96560571828504891230e-1,
                               2.65321895265761230930e-2, 1.24266094738807843860e-3,
                               2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double F[] = {1.0,
                               5.99832206555887937690e-1,
                               1.36929880922735805310e-1,
                               1.48753612908506148525e-2,
                               7.86869131145613259100e-4,
                               1.84631831751005468180e-5,
                               1.42151175831644588870e-7,
                               2.04426310338993978564e-15};
    if (!(p > 0 && p < 1)) {
        return p <= 0 ? -(double)INFINITY : p >= 1 ? (double)INFINITY : (double)NAN;
    }
    const double q = p - 0.5;
    if (fabs(q) <= 0.425) {
        const double r = 0.180625 - q * q;
        return q * polynomial(A, 8, r) / polynomial(B, 8, r);
    }
    const double r = sqrt(-log(q < 0 ? p : 1 - p));
    const double z = r <= 5 ? polynomial(C, 8, r - 1.6) / polynomial(D, 8, r - 1.6)
                            : polynomial(E, 8, r - 5) / polynomial(F, 8, r - 5);
    return q < 0 ? -z : z;
}

static double log_gamma(double a)
{
    int sign = 0;
    return lgamma_r(a, &sign); /* lgamma() writes a global */
}

/* x^a e^-x / Gamma(a + 1) */
static double gamma_front(double a, double x)
{
    return exp(a * log(x) - x - log_gamma(a + 1));
}

/* A&S 6.5.29: the series for the lower tail, good for x < a + 1. */
static double gamma_series(double a, double x)
{
    double term = 1, sum = 1;
    for (int i = 1; i < MOST_TERMS && term > sum * DBL_EPSILON / 4; i++) {
        term *= x / (a + i);
        sum += term;
    }
    return gamma_front(a, x) * sum;
}

/* A&S 6.5.31: the continued fraction for the upper tail by Lentz's method, good for x > a + 1. */
static double gamma_fraction(double a, double x)
{
    const double tiny = 1e-300;
    double b = x + 1 - a, c = 1 / tiny, d = 1 / b, h = d;
    for (int i = 1; i < MOST_TERMS; i++) {
        const double an = -i * (i - a);
        b += 2;
        d = an * d + b;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = b + an / c;
        c = fabs(c) < tiny ? tiny : c;
        h *= d * c;
        if (fabs(d * c - 1) < DBL_EPSILON) {
            break;
        }
    }
    return gamma_front(a, x) * a * h;
}

double wh_gamma_upper(double a, double x)
{
    if (!(a > 0) || isnan(x)) {
        return (double)NAN;
    }
    if (x <= 0) {
        return 1;
    }
    return x < a + 1 ? 1 - gamma_series(a, x) : gamma_fraction(a, x);
}

double wh_gamma_lower(double a, double x)
{
    if (!(a > 0) || isnan(x)) {
        return (double)NAN;
    }
    if (x <= 0) {
        return 0;
    }
    return x < a + 1 ? gamma_series(a, x) : 1 - gamma_fraction(a, x);
}

/* The x in [low, high] where a rising function of it reaches p: bisection down to neighbouring
 * numbers; a quantile is asked for some hundred times a run, so plain and exact wins. */
static double bisect(double (*lower)(double a, double b, double x), double a, double b, double p,
                     double low, double high)
{
    for (int i = 0; i < 200; i++) {
        const double middle = low + (high - low) / 2;
        if (!(middle > low && middle < high)) {
            break;
        }
        if (lower(a, b, middle) < p) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low + (high - low) / 2;
}

static double gamma_lower_of(double a, double unused, double x)
{
    (void)unused;
    return wh_gamma_lower(a, x);
}

double wh_gamma_quantile(double a, double p)
{
    if (!(a > 0) || !(p >= 0 && p <= 1)) {
        return (double)NAN;
    }
    if (p <= 0 || p >= 1) {
        return p <= 0 ? 0 : (double)INFINITY;
    }
    double high = a + 1;
    while (wh_gamma_lower(a, high) < p && high < 1e300) {
        high *= 2;
    }
    return bisect(gamma_lower_of, a, 0, p, 0, high);
}

/* A&S 26.5.8 by Lentz's method. */
static double beta_fraction(double a, double b, double x)
{
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double h = d;
    for (int m = 1; m < MOST_TERMS; m++) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 + even * d;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = 1 + even / c;
        c = fabs(c) < tiny ? tiny : c;
        h *= d * c;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 + odd * d;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = 1 + odd / c;
        c = fabs(c) < tiny ? tiny : c;
        h *= d * c;
        if (fabs(d * c - 1) < DBL_EPSILON) {
            break;
        }
    }
    return h;
}

double wh_beta_lower(double a, double b, double x)
{
    if (!(a > 0) || !(b > 0) || isnan(x)) {
        return (double)NAN;
    }
    if (x <= 0 || x >= 1) {
        return x <= 0 ? 0 : 1;
    }
    const double front =
        exp(log_gamma(a + b) - log_gamma(a) - log_gamma(b) + a * log(x) + b * log1p(-x));
    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a
                                     : 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double wh_beta_quantile(double a, double b, double p)
{
    if (!(a > 0) || !(b > 0) || !(p >= 0 && p <= 1)) {
        return (double)NAN;
    }
    return bisect(wh_beta_lower, a, b, p, 0, 1);
}

double wh_poisson_at_least(double n, double mean)
{
    return n <= 0 ? 1 : wh_gamma_lower(n, mean);
}
