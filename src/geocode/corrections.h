/* geocode/corrections.h: where somebody says that a request is, whatever its own fields say. */
#ifndef WH_GEOCODE_CORRECTIONS_H
#define WH_GEOCODE_CORRECTIONS_H

#include "base/arena.h"
#include "geo/crs.h"
#include "store/store.h"

/* As the config names them. */
struct wh_corrections_spec {
    const char *path;  /* CSV, or a vector layer of points; NULL: none */
    const char *layer; /* NULL: the first */
    const char *crs;   /* of a table's x and y; NULL: told by the columns' names, else the working
                          CRS */
};

/* One row; text lives with the list. */
struct wh_correction {
    const char *source_id, *reference;
    double x, y;   /* working CRS; NaN: the UPRN's place is meant */
    uint64_t uprn; /* 0: none */
    uint32_t line; /* of the row; number of the feature */
};
struct wh_corrections {
    size_t n;
    struct wh_correction *at; /* in the order of the file */
    uint64_t n_blank;         /* rows without a place yet: no fault, they are left out */
    char sha256[65];
    struct wh_arena arena;
};

/*
 * Reads the columns source, reference and a place: any of the pairs of coordinates that a gazetteer
 * may have, the layer's points, or uprn; other columns do not matter, so that a file of unplaced
 * requests can be filled in and used. WH_ERR_INPUT with file and line: not readable, no such
 * column, half a place, one that is not a number.
 */
WH_MUST_USE enum wh_status wh_corrections_read(struct wh_ctx *ctx,
                                               const struct wh_corrections_spec *spec,
                                               const char *working_crs,
                                               const struct wh_crs_options *crs_opt,
                                               struct wh_corrections *ret, struct wh_error *err);
void wh_corrections_finish(struct wh_ctx *ctx, struct wh_corrections *corrections);

/* A correction and the request that it is of. */
struct wh_fix {
    uint32_t request; /* index */
    uint32_t correction;
};
/* Finds their requests; a later row comes after an earlier one of the same request. *ret
 * (wh_alloc'ed) is in the order of rows; *ret_unknown counts those of no request. */
WH_MUST_USE enum wh_status
wh_corrections_find(struct wh_ctx *ctx, const struct wh_corrections *corrections,
                    struct wh_store *store, const struct wh_requests *requests, struct wh_fix **ret,
                    size_t *ret_n, size_t *ret_unknown, struct wh_error *err);
#endif
