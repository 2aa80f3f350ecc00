/*
 * wardheat/redraw.h: is a hot spot there because of where its requests were placed? Each place is
 * drawn anew from its precision, many times; the share of draws in which the hot spot survives says
 * how much it depends on the geocoding. Pure; deterministic.
 */
#ifndef WARDHEAT_REDRAW_H
#define WARDHEAT_REDRAW_H

#include <wardheat/hotspot.h>
#include <wardheat/risk.h>

#ifdef __cplusplus
extern "C" {
#endif

struct wh_spots;

struct wh_redraw_options {
    uint32_t n_draws;                  /* 200 or more */
    double firm_share;                 /* of draws that a firm one survives at least; 0.9 */
    double ratio;                      /* RELATIVE_RISK: as wh_hotspot_options */
    double share;                      /* DENSEST: the same */
    struct wh_density_options density; /* of the map; kernel, edge and bandwidth */
    const struct wh_spots *spots;      /* the addresses of requests known by their postcode, by the
                                          points' request; NULL: none */
};

/*
 * Fills survival and firmness of the theme's hot spots that stand; those that are gone stay
 * UNKNOWN. `base` NULL: input->risk is NULL too, and the densest places are looked at; else they
 * are those that input->risk was made from.
 *
 * A draw puts every request that has a set of spots at one of them, each as likely, and moves it by
 * a normal error of the spots' precision; every other by one of its own precision, on either axis
 * (of precision 0 none; one that would leave the study area is drawn again). It takes the new
 * places for exact. A cell is hot in it where p is at most the night's p_threshold and the ratio at
 * least `ratio` (DENSEST: where the density is at least the night's level). The hot spot survives
 * where at least half of its cells are hot: the same half as in the rule of identity. The threshold
 * stays the night's, since no one request moves it much; only what is near each hot spot is drawn.
 * Every request has its own stream of random numbers, so that neither their order nor the number
 * of threads changes a draw.
 *
 * WH_ERR_LIMIT  no room for the places
 */
WH_MUST_USE enum wh_status
wh_hotspots_redraw(struct wh_ctx *ctx, const struct wh_redraw_options *opt,
                   const struct wh_hotspot_input *input, const struct wh_risk_base *base,
                   const struct wh_mask *mask, struct wh_theme_report *theme, struct wh_error *err);

#ifdef __cplusplus
}
#endif
#endif
