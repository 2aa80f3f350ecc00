/* geo/orient.c: the exact side of a line; what makes "on the border" mean something in floating
 * point. */
#include <math.h>

#include "geo/shape_internal.h"

#define MAX_TERMS 12 /* six products of two terms each */

/* Adds b to the non-overlapping expansion e of n terms, exactly (Shewchuk 1997, figure 6); returns
 * the new length. */
static int grow(double *e, int n, double b)
{
    double q = b;
    for (int i = 0; i < n; i++) {
        const double sum = q + e[i];
        const double virtual_b = sum - q;
        e[i] = (q - (sum - virtual_b)) + (e[i] - virtual_b); /* the rounding error of the sum */
        q = sum;
    }
    e[n] = q;
    return n + 1;
}

static int add_product(double *e, int n, double a, double b)
{
    const double product = a * b;
    n = grow(e, n, fma(a, b, -product)); /* fma gives the product's rounding error exactly */
    return grow(e, n, product);
}

static int orient_exactly(double ax, double ay, double bx, double by, double px, double py)
{
    double e[MAX_TERMS];
    int n = 0;
    n = add_product(e, n, ax, by);
    n = add_product(e, n, -ax, py);
    n = add_product(e, n, -px, by);
    n = add_product(e, n, -ay, bx);
    n = add_product(e, n, ay, px);
    n = add_product(e, n, py, bx);
    for (int i = n - 1; i >= 0;
         i--) { /* the largest term that is not zero has the sign of the sum */
        if (e[i] > 0.0 || e[i] < 0.0) {
            return e[i] > 0.0 ? 1 : -1;
        }
    }
    return 0;
}

int wh_orient(double ax, double ay, double bx, double by, double px, double py)
{
    const double left = (ax - px) * (by - py);
    const double right = (ay - py) * (bx - px);
    const double det = left - right;
    /* Shewchuk's error bound of the plain formula: (3 + 16 u) u with u = 2^-53. */
    const double bound = 3.3306690738754716e-16 * (fabs(left) + fabs(right));
    if (det > bound || -det > bound) {
        return det > 0.0 ? 1 : -1;
    }
    return orient_exactly(ax, ay, bx, by, px, py);
}
