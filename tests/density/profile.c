/*
 * tests/density/profile.c: prints src/density/bounded_profile.c: the largest error of two-sided
 * cubic interpolation, by distance, over a fine set of positions of point and cell in their squares
 * of nodes. Run by hand: build/tests/density/profile > src/density/bounded_profile.c
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define POSITIONS 12 /* along each axis, of point and cell; half a square each by symmetry */
#define SAFETY 1.05  /* between the positions */

static void cubic(double t, double w[4])
{
    w[0] = -t * (t - 1) * (t - 2) / 6;
    w[1] = (t + 1) * (t - 1) * (t - 2) / 2;
    w[2] = -(t + 1) * t * (t - 2) / 2;
    w[3] = (t + 1) * t * (t - 1) / 6;
}

static double kernel(double d2, int degree)
{
    return d2 < 1 ? pow(1 - d2, degree) : 0;
}

/* What seven nodes weigh between a point and a cell: all pairs of their taps at the same
 * difference. */
static void pair_weights(double cell, double point, double w[7])
{
    double a[4], b[4];
    cubic(cell, a);
    cubic(point, b);
    memset(w, 0, 7 * sizeof *w);
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 4; j++) {
            w[i - j + 3] += a[i] * b[j];
        }
    }
}

static double position(int i)
{
    return (double)i / (POSITIONS - 1) * (1 - 1e-9);
}

static void scan(int degree, int steps, double *error)
{
    const int reach = steps + 4, side = 2 * reach + 7;
    double *sample = malloc((size_t)(side * side) * sizeof *sample);
    double *rows = malloc((size_t)(side * side) * sizeof *rows);
    for (int y = 0; y < side; y++) {
        for (int x = 0; x < side; x++) {
            const double dx = x - reach - 3, dy = y - reach - 3;
            sample[y * side + x] = kernel((dx * dx + dy * dy) / (steps * steps), degree);
        }
    }
    for (int cx = 0; cx < POSITIONS; cx++) {
        for (int px = 0; px < POSITIONS; px++) {
            double wx[7], wy[7];
            pair_weights(position(cx), position(px), wx);
            for (int y = 0; y < side; y++) {
                for (int x = 0; x + 6 < side; x++) {
                    double sum = 0;
                    for (int i = 0; i < 7; i++) {
                        sum += wx[i] * sample[y * side + x + i];
                    }
                    rows[y * side + x] = sum;
                }
            }
            for (int cy = 0; cy < POSITIONS; cy++) {
                for (int py = 0; py < POSITIONS; py++) {
                    pair_weights(position(cy), position(py), wy);
                    for (int y = 0; y + 6 < side; y++) {
                        for (int x = 0; x + 6 < side; x++) {
                            double sum = 0;
                            for (int i = 0; i < 7; i++) {
                                sum += wy[i] * rows[(y + i) * side + x];
                            }
                            const double dx = x - reach + position(cx) - position(px);
                            const double dy = y - reach + position(cy) - position(py);
                            const double d = hypot(dx, dy);
                            const double off = fabs(sum - kernel(d * d / (steps * steps), degree));
                            const int bin = (int)d;
                            if (bin <= steps + 3 && off > error[bin]) {
                                error[bin] = off;
                            }
                        }
                    }
                }
            }
        }
    }
    free(sample);
    free(rows);
}

int main(void)
{
    static const int steps[] = {8, 12, 16, 20, 24, 32};
    static const struct {
        const char *name, *constant;
        int degree;
    } kernels[] = {{"quartic", "WH_KERNEL_QUARTIC", 2}, {"triweight", "WH_KERNEL_TRIWEIGHT", 3}};
    double likely[12];
    puts("/* density/bounded_profile.c: made by tests/density/profile.c, which says how; checked "
         "by tests/density/test_bounded.c. */");
    puts("#include \"density/bounded_profile.h\"\n");
    for (int k = 0; k < 2; k++) {
        for (int s = 0; s < 6; s++) {
            double error[64] = {0};
            scan(kernels[k].degree, steps[s], error);
            printf("static const double %s_%d[] = {", kernels[k].name, steps[s]);
            double spread = 0;
            for (int bin = 0; bin <= steps[s] + 3; bin++) {
                printf("%s%.3g",
                       bin == 0        ? ""
                       : bin % 10 == 0 ? ",\n    "
                                       : ", ",
                       error[bin] * SAFETY);
                double most = 0; /* as the squares of point and cell widen it */
                for (int near = bin - 1; near <= bin + 1; near++) {
                    most = near >= 0 && error[near] > most ? error[near] : most;
                }
                spread += most * 2 * M_PI * (bin + 0.5);
            }
            puts("};");
            /* for points that lie evenly; clusters do better, lone points a little worse */
            likely[6 * k + s] =
                1.2 * spread / (M_PI * steps[s] * steps[s] / (kernels[k].degree + 1));
        }
    }
    puts("\n#define PROFILE(kernel, steps, likely, bins) {kernel, steps, likely, sizeof bins / "
         "sizeof *bins, bins}");
    puts("const struct wh_error_profile wh_error_profile[WH_N_PROFILES] = {");
    for (int i = 0; i < 12; i++) {
        printf("    PROFILE(%s, %d, %.2g, %s_%d),\n", kernels[i / 6].constant, steps[i % 6],
               likely[i], kernels[i / 6].name, steps[i % 6]);
    }
    puts("};");
    return 0;
}
