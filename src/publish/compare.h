/* publish/compare.h: a file of a release against the same one made again: which numbers differ, by
 * file, field and id. */
#ifndef WH_PUBLISH_COMPARE_H
#define WH_PUBLISH_COMPARE_H

#include "base/str.h"

/* What was found so far, over all files. Zero it but for `ctx` and `told`. */
struct wh_agreement {
    struct wh_ctx *ctx;
    struct wh_buf *told; /* a line a difference, up to WH_MOST_TOLD of them */
    size_t n_files;      /* compared */
    size_t n_numbers;    /* that are the same */
    size_t n_hidden;     /* cells and values that disclosure hides, in both alike */
    size_t n_different;  /* numbers, words, rows, or files that are not numbers */
    char first[768];     /* the first difference, as it was told */
};
#define WH_MOST_TOLD 20u

/*
 * Compares a published file with the one made again. CSV: cell by cell, rows in order; JSON and
 * GeoJSON: value by value; GeoPackages: table by table, rows in order; all to the last digit that
 * is written. Others: byte by byte. What differs, or cannot be read at all, is counted and told
 * under `name`; it is no error.
 *
 * Members of JSON objects and tables whose name is in `ignored` (NULL-ended, or NULL) are passed
 * over.
 */
WH_MUST_USE enum wh_status wh_compare_file(struct wh_agreement *agreement, const char *name,
                                           const char *published, const char *again,
                                           const char *const *ignored, struct wh_error *err);

/* One thing that differs. `id` may be "". */
void wh_compare_tell(struct wh_agreement *agreement, const char *name, const char *field,
                     const char *id, struct wh_str published, struct wh_str again);

#endif
