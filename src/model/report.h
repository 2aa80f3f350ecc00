/*
 * model/report.h: what a run says, as plain data: one body, and two types round it. The officer's report holds exact figures;
 * the public report is made only by wh_disclose() from the officer's, and is the only type that public writers take.
 * Everything is in the report's arena and finished with it, but for what is said to be borrowed.
 */
#ifndef WH_MODEL_REPORT_H
#define WH_MODEL_REPORT_H

#include <wardheat/geo.h>
#include <wardheat/metrics.h>

#include "base/arena.h"
#include "model/cells.h"
#include "model/geocoding.h"
#include "model/level.h"
#include "model/hours.h"
#include "model/requests.h"
#include "model/theme.h"

/* Of a ward, a hot spot or the whole area, over the theme's period and the equal one before it. */
struct wh_figures {
    struct wh_count count, previous;
    double per_km2;  /* requests per km² in the period; NaN: hidden or not defined */
    double per_1000; /* requests per 1,000 residents in the period; NaN: hidden, or no population */
};

enum wh_trend {
    WH_TREND_NEW,
    WH_TREND_GROWING,
    WH_TREND_STEADY,
    WH_TREND_SHRINKING,
    WH_TREND_GONE,
    WH_TREND_UNKNOWN /* the period before is not whole, or what would say it is hidden */
};
const char *wh_trend_name(enum wh_trend trend);  /* "new", "growing", "steady", "shrinking", "gone", "unknown": in files */
const char *wh_trend_words(enum wh_trend trend); /* "new", "growing", "about the same", "shrinking", "no longer a hot spot", "change not known" */

/* Is a change more than chance makes? |now - before| > z * sqrt(now + before): two Poisson counts, normal approximation. */
bool wh_is_beyond_chance(uint32_t now, uint32_t before, double z);

/*
 * What stands behind a hot spot: how many requests its base explains there ("a typical area with as many homes would have 6"), and how sure it is that this is not
 * chance. NaN where the method does not say, or where it is hidden.
 */
struct wh_evidence {
    double expected;
    double ratio, ratio_low, ratio_high; /* count over expected, with the 95 % limits of the count */
    double q, p;                         /* the lowest false-discovery rate and p in it */
    double base_inside;                  /* of the base's total */
};

/* Does it depend on where requests without an exact place were put? <wardheat/redraw.h> */
enum wh_firmness { WH_FIRMNESS_UNKNOWN, WH_FIRM, WH_TENTATIVE };
const char *wh_firmness_name(enum wh_firmness firmness); /* "firm", "tentative"; NULL: not known */

/* What the name of a hot spot says, so that it can be said in other languages, too. */
enum wh_place_form {
    WH_PLACE_NAMED,       /* the name alone is known */
    WH_PLACE_AROUND,      /* "around Mill Lane" */
    WH_PLACE_AROUND_TWO,  /* "around Mill Lane and High Street" */
    WH_PLACE_AROUND_NEAR, /* "around Mill Lane near Thornley" */
    WH_PLACE_NEAR,        /* "near Thornley" */
    WH_PLACE_IN,          /* "in Minster" */
    WH_PLACE_IN_TWO,      /* "in Minster and Castle" */
    WH_PLACE_IN_NUMBERED, /* "in Minster (3)" */
    WH_PLACE_SQUARE       /* "near grid square 412 345 (3)" */
};
struct wh_spot_place {
    enum wh_place_form form;
    const char *first, *second; /* NULL where the form has none; of a square its kilometres */
    uint32_t number;
};
/* "around_two": the form's name in messages. */
const char *wh_place_form_name(enum wh_place_form form);

struct wh_hotspot_part {
    uint32_t ward; /* index */
    struct wh_shape shape;
    struct wh_figures figures;
    uint32_t n_closed, n_open; /* officers only */
};

struct wh_spot_count; /* <wardheat/identity.h> */

/* What had become of a hot spot's requests by the end of the period. */
struct wh_spot_handling {
    struct wh_count closed, open; /* NOT_KNOWN where no source says when requests are closed */
    double days_median;           /* from opening to closing, of those closed; NaN: none, or hidden */
    int64_t oldest_open_day;      /* WH_NO_DAY: none is open, or hidden */
    bool is_oldest_month;         /* only its month is told: it is one request's own day */
};

enum wh_change_seen { WH_CHANGE_UNKNOWN, WH_CHANGE_BETTER, WH_CHANGE_WORSE, WH_CHANGE_UNCLEAR };

/* What was done at a hot spot, and the requests of equally many days before and after. */
struct wh_spot_action {
    int64_t day;
    const char *text, *by; /* by NULL: not said, or hidden */
    bool is_public;        /* its text may be told to everybody */
    uint32_t days;         /* before, and after, up to the window; 0: nothing is known yet */
    struct wh_count before, after;
    uint8_t effect; /* enum wh_change_seen */
};

struct wh_hotspot {
    const char *id;   /* "fly-tipping-e4512-n3345": from the theme and the place of its peak, to 100 m */
    const char *name; /* "around Mill Lane and High Street" */
    struct wh_spot_place place; /* the same in parts */
    uint32_t rank;    /* 1 is the largest excess over what is expected, or count where nothing is; gone ones come last */
    enum wh_trend trend;
    struct wh_shape shape;
    double area_km2;
    double peak_x, peak_y; /* working CRS */
    struct wh_figures figures;
    struct wh_evidence evidence;
    enum wh_firmness firmness;
    const char *emerging; /* name of the emerging class at its peak, "new hot spot"; NULL: not known, or hidden */
    const char *emerging_words; /* "a hot spot for the first time"; beside `emerging` */
    double survival; /* share of redraws that it survives; NaN: not known, or hidden */
    int64_t since_day; /* as-of day on which it first stood; WH_NO_DAY: not known */
    size_t n_parents;
    const char **parent; /* ids of hot spots that it came from by merging or splitting */
    struct wh_spot_handling handling;
    size_t n_actions;
    struct wh_spot_action *action; /* by day */
    size_t n_counts;
    const struct wh_spot_count *history; /* its count by night, oldest first; officers only */
    size_t n_parts;
    struct wh_hotspot_part *part; /* by ward, largest count first */
};

struct wh_buf;

#define WH_MAX_CLASSES 7
#define WH_CLASS_NONE 0      /* inside, below the lowest break */
#define WH_CLASS_BLANK 254   /* inside; here or near by a class would rest on too few requests */
#define WH_CLASS_OUTSIDE 255 /* outside the study area */
/* Class i (1..n) holds break_at[i - 1] <= density < break_at[i]; the last has no upper end. Frozen per theme. */
struct wh_legend {
    uint32_t n;
    double break_at[WH_MAX_CLASSES]; /* rising, > 0, requests per km² in the period */
    char unit[64];                   /* "requests per km² in 90 days" */
};

struct wh_surface {
    struct wh_grid grid; /* geometry; v NULL */
    uint8_t *class_of;   /* nx * ny */
};

/* "with as many addresses", "of this size", ...: a typical area ... would have 6. "" of NONE. */
const char *wh_base_words(enum wh_base base);
const char *wh_base_name(enum wh_base base); /* "addresses": in the config and in files */

/* How hot spots are told from chance. */
struct wh_base_note {
    enum wh_base kind;        /* NONE: they are the densest places, and compared with nothing */
    double total;             /* inside the area */
    double requests;          /* that were compared with it: expected = requests * base inside / total */
    double false_discovery, ratio; /* as configured */
    double independent_cells; /* how many kernels the base fills */
};

/*
 * Requests by calendar month, by ward, then of all wards. The public's are multiples of `step` (a
 * bar, not a number), and some are hidden so that no small number follows from them.
 */
#define WH_MONTHS 24
/* Days on which the theme's windows begin or end, within a month or not. */
enum wh_month_cut {
    WH_CUT_FROM,
    WH_CUT_TO,
    WH_CUT_PREVIOUS,
    WH_CUT_YEAR_FROM,
    WH_CUT_YEAR_TO,
    WH_N_MONTH_CUTS
};
struct wh_months {
    int64_t first_day;      /* of the oldest month */
    uint32_t step;          /* 1: exact */
    uint32_t n_incomplete;  /* at the end: the period ends in it, or a source's records do not reach through it */
    bool is_lagging;        /* the records of a source end well before the period does */
    struct wh_count *count; /* (n_wards + 1) * WH_MONTHS, oldest first; NULL: none are told */
    int64_t cut_day[WH_N_MONTH_CUTS];
    uint32_t *before_cut; /* n_wards * WH_N_MONTH_CUTS: requests of the cut's month before it; officers only */
};

struct wh_theme_report {
    const struct wh_theme *theme; /* borrowed from the config */
    struct wh_period period, previous;
    bool previous_is_complete; /* false: the records do not go back that far, so no change is stated */
    struct wh_figures *ward;   /* one a ward */
    struct wh_figures total;   /* all wards */
    size_t n_hotspots;
    struct wh_hotspot *hotspot; /* by rank */
    struct wh_legend legend;
    struct wh_surface surface;
    struct wh_cell_counts cells;
    double bandwidth_m, cell_m;
    const char *kernel, *edge;  /* "quartic", "diggle" */
    double max_error;           /* fraction of its maximum that the surface may be off by; 0: exact */
    const char *bandwidth_why;  /* "what best foretells the next period; chosen on 2026-11-03" */
    double change_z;            /* a change counts when wh_is_beyond_chance() at this z */
    double hotspot_share;       /* of the theme's requests, that hot spots hold by definition: 0.2; 0: not their method */
    struct wh_base_note base;   /* what hot spots are compared with */
    uint32_t n_draws;           /* of places, for each hot spot's firmness; 0: none */
    double firm_share;          /* of draws that a firm one survives */
    struct wh_period last_year; /* as many days, to the same date a year before */
    struct wh_months months;
    size_t n_levels;
    struct wh_level_figures *level; /* wards first */
};

struct wh_source_note {
    const char *id;
    const char *attribution;   /* or NULL */
    struct wh_ledger ledger;   /* of the last run that read it */
    struct wh_placing_ledger placing;
};

enum wh_edition { WH_EDITION_PUBLIC, WH_EDITION_OFFICER };

struct wh_report {
    struct wh_arena arena;
    enum wh_edition edition;
    const char *title;       /* the council */
    const char *release_id;  /* printed on every page */
    int64_t as_of_day;       /* the run's date */
    int64_t data_through_day; /* last day of the newest request counted */
    uint32_t hide_below;     /* k */
    const char *crs;         /* working CRS */
    const char *datum_note;  /* "positions are good to about 2 m (…)", or NULL when exact */
    const struct wh_areas *wards; /* borrowed */
    const struct wh_shape *area;  /* the union of the wards; borrowed */
    uint64_t n_received, n_placed; /* over all sources: "97.1 % of 4,812 requests could be placed" */
    size_t n_sources;
    struct wh_source_note *source;
    size_t n_licences;
    const char **licence; /* the attribution lines that every page carries */
    size_t n_themes;
    struct wh_theme_report *theme;
    /* Every theme's requests together, each counted once: no hot spots, and of levels the wards
     * alone. Its period is the longest of the themes'. NULL: not made. */
    struct wh_theme_report *overall;
    bool themes_are_apart; /* no request is in two of them: what themes have adds up */
};

struct wh_officer_report {
    struct wh_report body;
    struct wh_grid *density;          /* one a theme: requests per km², NaN outside; owned, in v by wh_alloc */
    uint32_t **support;               /* one a theme: per cell, how many requests' kernels reach it */
    struct wh_grid overall_density;   /* the same of body.overall */
    uint32_t *overall_support;
    const struct wh_requests *requests; /* borrowed */
    struct wh_hours *hours;  /* one a theme: when in the week its requests came in; in the arena */
    const uint32_t *problem; /* one a request: the request that its problem begins with; borrowed */
    const struct wh_geocoding *geocoding; /* borrowed; NULL: not asked for */
    size_t n_crossings;
    struct wh_crossing **crossing; /* one list a theme: each pair of levels; in the arena */
    struct wh_cell_shares **cell_shares; /* one list a theme: one a level, then hot spots; in the arena */
};

/* Only src/disclose makes one. */
struct wh_public_report {
    struct wh_report body;
};

/*
 * Indices of the wards, most requests first, equal ones as they stand in the areas; hidden counts come last, in that same order,
 * which says nothing about them. `ret` holds n_wards.
 */
void wh_theme_rank_wards(const struct wh_theme_report *theme, uint32_t n_wards, uint32_t *ret);
/* A ward's number in that ranking: equal counts share one; 0 where the count is hidden, for its place would tell on it. */
uint32_t wh_theme_ward_rank(const struct wh_theme_report *theme, uint32_t n_wards, uint32_t ward);
/* Does the ward layer say how many live there? Without, pages have no place for rates per resident. */
bool wh_report_has_residents(const struct wh_report *report);

/* Gives back the shapes of one hot spot that leaves a report; the rest is in the arena. */
void wh_hotspot_finish(struct wh_ctx *ctx, struct wh_hotspot *hotspot);
/* Give back all that a report owns; what is zeroed or half made is fine. */
void wh_report_finish(struct wh_ctx *ctx, struct wh_report *report);
void wh_officer_report_finish(struct wh_ctx *ctx, struct wh_officer_report *report);
void wh_public_report_finish(struct wh_ctx *ctx, struct wh_public_report *report);

/*
 * The words of data files; render/words.h says the same in sentences and on pages, in any language. `out` is terminated; 64
 * bytes are enough. "4,812"; "fewer than 5"; "not shown".
 */
const char *wh_count_words(const struct wh_count *count, uint32_t hide_below, char *out, size_t size);
/* "4,812", "41.3", why it is not shown, or what is missing ("none was closed"); 96 bytes. */
const char *wh_metric_words(enum wh_metric metric, const struct wh_metric_value *measure,
                             uint32_t hide_below, char *out, size_t size);
/* "+12", "−3" (U+2212), "0", or "not shown" / "not known"; previous_is_complete as in the theme report. */
const char *wh_change_words(const struct wh_figures *figures, bool previous_is_complete, char *out,
                            size_t size);
/* True when count and previous are both shown and the previous period is complete. */
bool wh_change(const struct wh_figures *figures, bool previous_is_complete, int64_t *ret);
/* "41.3", or "not shown" when NaN and the count is hidden, or "n/a". */
const char *wh_rate_words(double rate, const struct wh_count *count, char *out, size_t size);
/* "under 80", "80 to 160", "480 and more" of class 1..n; 0 gives "fewer than <lowest>". */
const char *wh_class_words(const struct wh_legend *legend, uint32_t class_idx, char *out, size_t size);
/* "5 August to 2 November 2026": the last day is the period's last whole day. 64 bytes. */
const char *wh_period_words(const struct wh_period *period, char *out, size_t size);
/* "a quartic kernel", "an Epanechnikov kernel", from the name in the config. 64 bytes. */
const char *wh_kernel_words(const char *name, char *out, size_t size);
/* [a-z0-9-]{1,64} from any text, for file names: "Fly-tipping & rats" -> "fly-tipping-rats"; never empty. */
const char *wh_slug(struct wh_str text, char *out, size_t size);

#endif
