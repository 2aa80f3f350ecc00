/* wardheat/trends.h: what changes: Mann-Kendall, the classes of emerging hot spots, near repeats.
 * Pure; deterministic. */
#ifndef WARDHEAT_TRENDS_H
#define WARDHEAT_TRENDS_H

#include <wardheat/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- does it rise? ---- */

struct wh_mann_kendall {
    double s;        /* pairs that rise less pairs that fall */
    double variance; /* with the correction for ties (Kendall 1975) */
    double
        z; /* (s -+ 1) / sqrt(variance); 0 when s is 0; NaN below 2 values or when all are equal */
    double p;   /* two-sided */
    double tau; /* s / (n (n - 1) / 2) */
};
/* Mann 1945; NaN values are passed over. O(n²) for the n periods of one place. */
void wh_mann_kendall(const double *value, size_t n, struct wh_mann_kendall *ret);

/* ---- emerging hot spots ---- */

/* The 17 classes of Esri's Emerging Hot Spot Analysis; cold ones are the negatives. */
enum wh_emerging {
    WH_EMERGING_NONE = 0,
    WH_EMERGING_NEW,          /* hot in the last period, never before */
    WH_EMERGING_CONSECUTIVE,  /* hot in two or more periods up to the last, never before those, in
                                 less than 90 % of all */
    WH_EMERGING_INTENSIFYING, /* hot in at least 90 % and in the last; z rises beyond chance */
    WH_EMERGING_PERSISTENT,   /* hot in at least 90 % and in the last; no trend */
    WH_EMERGING_DIMINISHING,  /* hot in at least 90 % and in the last; z falls beyond chance */
    WH_EMERGING_SPORADIC,    /* hot in the last, on and off before, in less than 90 %, never cold */
    WH_EMERGING_OSCILLATING, /* hot in the last and in less than 90 %, cold in an earlier one */
    WH_EMERGING_HISTORICAL   /* not hot in the last, but in at least 90 % of all */
};

/*
 * The class of one place from its local z (Gi*) and q per complete period, oldest first: hot is z >
 * 0 and q <= alpha, cold z < 0 and q <= alpha; the trend of z is by Mann-Kendall at p <= alpha. NaN
 * counts as neither. The classes are tried in the order above, as in Esri's table, so that a place
 * that was cold long ago and is hot now for the first time is new. Returns the enum's value,
 * negated when cold. Esri asks for at least 10 periods; fewer are classed by the same rules.
 */
int wh_emerging_class(const double *z, const double *q, size_t n, double alpha,
                      struct wh_mann_kendall *ret_trend);
/* "new hot spot", "historical cold spot", "no pattern". */
const char *wh_emerging_name(int emerging);
/* For a ward member: "a hot spot for the first time", "no longer a hot spot after a long time as
 * one". */
const char *wh_emerging_words(int emerging);

/* ---- near repeats ---- */

struct wh_knox_options {
    uint32_t n_distances; /* upper ends of the distance bands, rising; the first begins at 0 and
                             holds it, each other one above the one before */
    const double *distance_m;
    uint32_t n_days; /* the same for days apart */
    const uint32_t *day;
    uint32_t n_permutations; /* 999 */
};
/* One cell of the table: pairs so near in space and time. */
struct wh_knox_cell {
    double pairs, expected; /* expected: the mean over permutations of the days among the places */
    double ratio;           /* NaN when none are expected */
    double p;               /* (permutations with as many or more + 1) / (n_permutations + 1) */
};

/*
 * Knox 1964: do requests come near each other in space and time more often than places and days
 * alone explain? Places keep still, days are permuted. ret is n_distances * n_days cells, row by
 * row of distance. A repeat at the same address within a fortnight is what crime analysts call a
 * near repeat. Pairs are found by a spatial index, then kept: about 9 bytes each.
 *
 * WH_ERR_CONFIG  no bands, or bands that do not rise
 * WH_ERR_LIMIT   no room for the pairs
 */
WH_MUST_USE enum wh_status wh_knox(struct wh_ctx *ctx, const double *x, const double *y,
                                   const int32_t *day, uint32_t n,
                                   const struct wh_knox_options *opt, struct wh_knox_cell *ret,
                                   struct wh_error *err);

#ifdef __cplusplus
}
#endif
#endif
