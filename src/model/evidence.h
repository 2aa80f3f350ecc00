/*
 * model/evidence.h: everything that stands behind one hot spot, for whoever has to defend it: what
 * its JSON file and its printed page say. Officers only.
 */
#ifndef WH_MODEL_EVIDENCE_H
#define WH_MODEL_EVIDENCE_H

#include "model/report.h"
#include "model/spot_notes.h"
#include "model/targets.h"

#define WH_TOP_STREETS 5u
#define WH_EVIDENCE_FORECASTS 3u
#define WH_EVIDENCE_WIDTHS 3u
#define WH_EVIDENCE_BASES 4u /* area, residents, households, addresses */

struct wh_street_count {
    const char *name; /* borrowed from the base map */
    uint32_t n;
};

/* A 95 % interval round a value; NaN where it is not known. */
struct wh_evidence_value {
    double value, lower, upper;
};

/* How well a forecast of the theme's last window did (<wardheat/backtest.h>). */
struct wh_evidence_forecast {
    const char *name; /* "counts of the window before": the baseline is the first */
    struct wh_evidence_value pai, pei, rri;
    double hit_share, area_share;
    struct wh_evidence_value gain; /* PAI less the baseline's */
};

/* The theme's map at another bandwidth. */
struct wh_evidence_width {
    double bandwidth_m;
    double pai; /* of its forecast; NaN: not known */
    const struct wh_surface
        *surface; /* in the theme's classes; borrowed; NULL: could not be made */
};

/* How many requests its window held on a night. */
struct wh_evidence_night {
    int64_t day;
    uint32_t n;
};

/* Its place with the same requests set against another base. */
struct wh_base_trial {
    enum wh_base kind;
    double total;                /* inside the area */
    struct wh_evidence evidence; /* as against the theme's own base */
    double hot_share;            /* of its cells that have such a base */
    bool is_peak_hot, stands;    /* stands: it would be a hot spot */
};

/* What was done, with the requests of equally many days before and after it. */
struct wh_evidence_action {
    const struct wh_spot_note *note; /* borrowed */
    int64_t days;                    /* up to the window; 0: it was done after the period */
    double before, after, before_elsewhere, after_elsewhere; /* elsewhere: the rest of the theme */
    struct wh_evidence_value ratio; /* of the change here to that elsewhere */
    const char *words;              /* "fewer than before" */
};

struct wh_evidence_record {
    const struct wh_theme_report *theme;
    const struct wh_hotspot *hotspot;

    /* Gi* of the last complete period at the peak, p two-sided; NaN: no periods. */
    double gi_z, gi_p, gi_q;
    /* Emerging class there; NULL below two complete periods. */
    uint32_t n_periods;
    const char *emerging, *emerging_words;
    /* The scan's cluster that holds the peak. */
    size_t scan_rank; /* 0: none */
    double scan_llr, scan_p, scan_relative_risk;
    /* Does the theme's map foretell? */
    const char *verdict;
    size_t n_forecasts;
    struct wh_evidence_forecast forecast[WH_EVIDENCE_FORECASTS];
    double cell_m[2], cell_pai[2]; /* at half and twice the squares' size; NaN: not known */
    double cell_change;            /* by which these move PAI at most, as a share; NaN: not known */
    bool cell_matters;             /* from 5 % on */
    double width_cell_m;           /* of the squares that the widths' PAI are counted in */
    struct wh_evidence_width width[WH_EVIDENCE_WIDTHS]; /* half, its own, twice */

    /* Against every other base that is known here; none for one that is gone. */
    size_t n_trials;
    struct wh_base_trial trial[WH_EVIDENCE_BASES];

    /* Its requests in the period. */
    uint32_t by_method[WH_N_METHODS];
    size_t n_streets;
    struct wh_street_count street[WH_TOP_STREETS]; /* most requests first: of those within 50 m */
    uint32_t n_open, n_overdue;                    /* at the end of the period */
    size_t n_targets;
    const struct wh_target **target; /* of the categories in it, in the targets' order; owned */

    size_t n_nights;
    struct wh_evidence_night *night;   /* oldest first; owned */
    size_t n_actions;                  /* of this one or a parent, in the order of the file */
    struct wh_evidence_action *action; /* owned */
    size_t n_notes;
    const struct wh_spot_note **note; /* of this one or a parent, in the order of the file; owned */
};

void wh_evidence_record_finish(struct wh_ctx *ctx, struct wh_evidence_record *record);

#endif
