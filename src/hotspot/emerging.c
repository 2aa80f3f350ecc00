/* hotspot/emerging.c: Mann-Kendall's trend, and the classes of emerging hot spots. */
#include <math.h>
#include <wardheat/trends.h>

#include "hotspot/distributions.h"

#define MOST_OF 0.9 /* of the periods: Esri's share */

/* How many values equal value[i], where i is the first of them; 0 otherwise. */
static double ties_from(const double *value, size_t n, size_t i)
{
    double ties = 0;
    for (size_t j = 0; j < n; j++) {
        if (value[j] >= value[i] && value[j] <= value[i]) {
            if (j < i) {
                return 0;
            }
            ties++;
        }
    }
    return ties;
}

void wh_mann_kendall(const double *value, size_t n, struct wh_mann_kendall *ret)
{
    struct wh_mann_kendall mk = {0};
    double m = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(value[i])) {
            continue;
        }
        m++;
        for (size_t j = i + 1; j < n; j++) {
            mk.s += (value[j] > value[i]) - (value[j] < value[i]);
        }
        const double t = ties_from(value, n, i);
        mk.variance -= t * (t - 1) * (2 * t + 5) / 18;
    }
    mk.variance += m * (m - 1) * (2 * m + 5) / 18;
    mk.tau = m > 1 ? mk.s / (m * (m - 1) / 2) : (double)NAN;
    if (!(mk.variance > 1e-9)) {
        mk.variance = m > 1 ? 0 : (double)NAN;
        mk.z = (double)NAN;
        mk.p = (double)NAN;
    } else {
        const double step = mk.s > 0 ? -1 : mk.s < 0 ? 1 : 0;
        mk.z = (mk.s + step) / sqrt(mk.variance);
        mk.p = wh_normal_two_sided(mk.z);
    }
    *ret = mk;
}

static int side_of(double z, double q, double alpha)
{
    return !(q <= alpha) ? 0 : z > 0 ? 1 : z < 0 ? -1 : 0;
}

/* What one place was over its periods, seen from one side: 1 hot, -1 cold. */
struct history {
    size_t n, n_on, run; /* periods on that side; up to and with the last one without a break */
    bool is_last_on, was_other;
};

static struct history history_of(const double *z, const double *q, size_t n, double alpha, int side)
{
    struct history h = {.n = n};
    for (size_t i = 0; i < n; i++) {
        const int at = side_of(z[i], q[i], alpha);
        h.is_last_on = at == side;
        h.run = h.is_last_on ? h.run + 1 : 0;
        h.n_on += h.is_last_on;
        h.was_other = h.was_other || at == -side;
    }
    return h;
}

/* `rises`: 1 when what makes the spot grows beyond chance, -1 when it falls. */
static enum wh_emerging class_of(const struct history *h, int rises)
{
    const bool is_most = (double)h->n_on >= MOST_OF * (double)h->n;
    if (!h->is_last_on) {
        return is_most && h->n_on > 0 ? WH_EMERGING_HISTORICAL : WH_EMERGING_NONE;
    }
    if (h->n_on == 1) {
        return WH_EMERGING_NEW;
    }
    if (is_most) {
        return rises > 0   ? WH_EMERGING_INTENSIFYING
               : rises < 0 ? WH_EMERGING_DIMINISHING
                           : WH_EMERGING_PERSISTENT;
    }
    if (h->run == h->n_on) {
        return WH_EMERGING_CONSECUTIVE;
    }
    return h->was_other ? WH_EMERGING_OSCILLATING : WH_EMERGING_SPORADIC;
}

int wh_emerging_class(const double *z, const double *q, size_t n, double alpha,
                      struct wh_mann_kendall *ret_trend)
{
    wh_mann_kendall(z, n, ret_trend);
    const int rises = !(ret_trend->p <= alpha) ? 0 : ret_trend->s > 0 ? 1 : -1;
    const struct history hot = history_of(z, q, n, alpha, 1);
    const struct history cold = history_of(z, q, n, alpha, -1);
    const enum wh_emerging as_hot = class_of(&hot, rises);
    return as_hot != WH_EMERGING_NONE ? (int)as_hot : -(int)class_of(&cold, -rises);
}

static const struct {
    const char *hot, *cold, *hot_words, *cold_words;
} CLASS[] = {
    [WH_EMERGING_NONE] = {"no pattern", "no pattern", "no clear pattern", "no clear pattern"},
    [WH_EMERGING_NEW] = {"new hot spot", "new cold spot", "a hot spot for the first time",
                         "quiet for the first time"},
    [WH_EMERGING_CONSECUTIVE] = {"consecutive hot spot", "consecutive cold spot",
                                 "a hot spot for several periods in a row",
                                 "quiet for several periods in a row"},
    [WH_EMERGING_INTENSIFYING] = {"intensifying hot spot", "intensifying cold spot",
                                  "a hot spot all along, and getting worse",
                                  "quiet all along, and getting quieter"},
    [WH_EMERGING_PERSISTENT] = {"persistent hot spot", "persistent cold spot",
                                "a hot spot all along", "quiet all along"},
    [WH_EMERGING_DIMINISHING] = {"diminishing hot spot", "diminishing cold spot",
                                 "a hot spot all along, but getting better",
                                 "quiet all along, but less so"},
    [WH_EMERGING_SPORADIC] = {"sporadic hot spot", "sporadic cold spot", "a hot spot on and off",
                              "quiet on and off"},
    [WH_EMERGING_OSCILLATING] = {"oscillating hot spot", "oscillating cold spot",
                                 "a hot spot now, and quiet before",
                                 "quiet now, and a hot spot before"},
    [WH_EMERGING_HISTORICAL] = {"historical hot spot", "historical cold spot",
                                "no longer a hot spot, after a long time as one",
                                "no longer quiet, after a long time of it"},
};

/* The row of a class; what is none is no pattern. */
static int row_of(int emerging)
{
    const int row = emerging < 0 ? -emerging : emerging;
    return row > WH_EMERGING_HISTORICAL ? WH_EMERGING_NONE : row;
}

const char *wh_emerging_name(int emerging)
{
    return emerging < 0 ? CLASS[row_of(emerging)].cold : CLASS[row_of(emerging)].hot;
}

const char *wh_emerging_words(int emerging)
{
    return emerging < 0 ? CLASS[row_of(emerging)].cold_words : CLASS[row_of(emerging)].hot_words;
}
