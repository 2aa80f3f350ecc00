/* model/requests.h: requests: one record as it came in, and all placed ones in memory. */
#ifndef WH_MODEL_REQUESTS_H
#define WH_MODEL_REQUESTS_H

#include <wardheat/base.h>

#include "base/arena.h"
#include "model/placing.h"
#include "model/spots.h"
#include "model/theme.h"

/* What one field of a request may be mapped from (config key under `fields:` and name in output).
 */
enum wh_field {
    WH_FIELD_REFERENCE,
    WH_FIELD_CATEGORY,
    WH_FIELD_SERVICE_CODE, /* what the source calls the category */
    WH_FIELD_CHANNEL,
    WH_FIELD_LANGUAGE,
    WH_FIELD_OPENED,
    WH_FIELD_OPENED_TO, /* the latest it can have been, when opened is the earliest */
    WH_FIELD_CLOSED,
    WH_FIELD_DUE,
    WH_FIELD_UPDATED, /* when the status became what it is */
    WH_FIELD_STATUS,
    WH_FIELD_PROVIDER,
    WH_FIELD_COST,
    WH_FIELD_ADDRESS,
    WH_FIELD_POSTCODE,
    WH_FIELD_UPRN,
    WH_FIELD_USRN,
    WH_FIELD_WARD, /* code or name, as the source says it */
    WH_FIELD_X,
    WH_FIELD_Y,
    WH_N_FIELDS
};

/* "reference", "category", ...: the key in the config. */
const char *wh_field_name(enum wh_field field);

#define WH_NO_TIME INT64_MIN

/*
 * One request as it came in. Text is borrowed; empty: none. Times are UTC seconds (WH_NO_TIME:
 * none). It was opened at some moment of [opened_at, opened_to): a day or a month where the source
 * says no more; where it says the second, the two are equal. given_x/given_y are in the source's
 * CRS, NaN when there are none or they were a field fault.
 */
struct wh_request {
    struct wh_str reference, category, service_code, channel, language, status, provider, address,
        postcode, ward;
    int64_t opened_at, opened_to, closed_at, due_at, updated_at;
    double cost;         /* in the council's currency; NaN: none */
    uint64_t uprn, usrn; /* 0: none */
    double given_x, given_y;
    struct wh_str file; /* that it stands in, as the source's config names it */
    uint64_t line;      /* of the record's first line; its number where there are no lines */
    uint32_t flags; /* enum wh_request_flag, or-ed */
};

enum wh_request_flag {
    WH_FLAG_BAD_COORDINATE =
        1, /* field fault: not a number, 0,0, outside the CRS, axes exchanged */
    WH_FLAG_AMBIGUOUS_TIME = 2, /* local time that happened twice: the earlier instant was taken */
    WH_FLAG_BAD_TIME = 4,       /* closed or due could not be read, or closed before opened */
    WH_FLAG_BAD_POSTCODE = 8,   /* not the shape of a postcode */
    WH_FLAG_BAD_NUMBER = 16,    /* UPRN, USRN or cost could not be read */
    WH_FLAG_UNMAPPED = 32       /* its category is not in the source's list: "other" */
};

/* Where it ended (DESIGN.md section 5, the ledger on the state). */
enum wh_outcome {
    WH_OUTCOME_NOT_PLACED,
    WH_OUTCOME_OUTSIDE,
    WH_OUTCOME_MAPPED,
    WH_OUTCOME_WITHHELD_SENSITIVE, /* in a ward, but of a sensitive category */
    WH_OUTCOME_WITHHELD_DEFAULT,   /* in a ward, but at a default location */
    WH_OUTCOME_WITHHELD_COARSE     /* in a ward, but where in it is not known well enough to draw */
};

/*
 * Every request of the state, placed, as parallel arrays of n in a canonical order (source id,
 * reference, then the row's content), which does not depend on the order of files. Names are
 * indices into the two tables, which are sorted.
 */
struct wh_requests {
    size_t n;
    int64_t *row;                                        /* key in the store */
    double *x, *y;                                       /* working CRS; NaN when not placed */
    float *precision_m;                                  /* 1 sigma */
    int64_t *opened_at, *opened_to, *closed_at, *due_at; /* WH_NO_TIME: none */
    uint16_t *category;                                  /* index into category_name */
    uint16_t *source;                                    /* index into source_id */
    int32_t *ward;                                       /* index into the wards, or -1 */
    uint8_t *method;                                     /* enum wh_method */
    struct wh_placing *placing;                          /* how well, and why not better */
    uint8_t *outcome;                                    /* enum wh_outcome */
    struct wh_spots spots;                               /* in `arena` */
    size_t n_categories, n_sources;
    const char **category_name, **source_id; /* in `arena` */
    struct wh_arena arena;
};

/* Frees all; what is zeroed is fine. */
void wh_requests_finish(struct wh_ctx *ctx, struct wh_requests *requests);

/* Of one source and one run: read = added + updated + unchanged + duplicate + unreadable. */
struct wh_ledger {
    uint64_t read, added, updated, unchanged, duplicate, unreadable;
};
/* On the state, of one source: requests = in_ward + outside + not_placed; in_ward = mapped +
 * withheld. */
struct wh_placing_ledger {
    uint64_t requests, in_ward, outside, not_placed, mapped;
    uint64_t withheld_sensitive, withheld_default, withheld_coarse;
    uint64_t by_method[WH_N_METHODS];
};
/* WH_ERR_INTERNAL with both sides in the sentence when it does not balance. */
WH_MUST_USE enum wh_status wh_ledger_check(const char *source, const struct wh_ledger *ledger,
                                           struct wh_error *err);
WH_MUST_USE enum wh_status wh_placing_ledger_check(const char *source,
                                                   const struct wh_placing_ledger *ledger,
                                                   struct wh_error *err);

struct wh_points;
/* Is this a category of the theme, whatever its case and outer blanks? A theme without a list takes every one. */
bool wh_theme_takes_category(const struct wh_theme *theme, const char *category);
/* Marks in `ret_member` (n_categories x n_sources bytes, row = category) which requests a theme takes. */
void wh_theme_members(const struct wh_theme *theme, const struct wh_requests *requests,
                      uint8_t *ret_member);
/* The mapped requests of a theme that were opened in the period, as points; `request` is their
 * index. ret_ward (wh_alloc'ed, parallel) may be NULL. */
WH_MUST_USE enum wh_status wh_theme_points(struct wh_ctx *ctx, const struct wh_theme *theme,
                                           const struct wh_requests *requests,
                                           const struct wh_period *period, struct wh_points *ret,
                                           int32_t **ret_ward, struct wh_error *err);
#endif
