/* ingest/ingest.h: a source's files -> requests in the store, unreadable rows beside it, a ledger
 * that balances. */
#ifndef WH_INGEST_INGEST_H
#define WH_INGEST_INGEST_H

#include "base/io.h"
#include "base/time.h"
#include "store/store.h"

enum wh_encoding { WH_ENCODING_UTF8, WH_ENCODING_CP1252 };
enum wh_profile { WH_PROFILE_GENERIC, WH_PROFILE_POLICE_UK };

/* One source as the config names it. Text belongs to the config. */
struct wh_source {
    const char *id;
    const char *pattern; /* path or glob, absolute */
    enum wh_profile profile;
    const char *crs; /* of x and y */
    enum wh_encoding encoding;
    char delimiter;          /* ',' */
    const char *date_format; /* as in base/time.h; NULL: the profile's */
    enum wh_key key;
    bool is_delta;          /* history: delta: files add to what is known */
    bool updated_is_closed; /* of a request whose status is "closed" and that has no other time */
    bool is_required;
    bool is_officer_only; /* share: officer: never in the public part */
    bool needs_final_newline;
    uint32_t fresh_within_days; /* a newest record older than that holds the run back; 0: none */
    const char *categories; /* path of a crosswalk (ingest/lists.h); NULL: names are categories */
    const char *column[WH_N_FIELDS]; /* column of each field, or NULL; the profile fills them */
    const char *attribution;
};

/* Fills what `profile` implies and the config left out: columns, form of dates, CRS, delimiter. */
void wh_source_apply_profile(struct wh_source *source);

struct wh_ingest_options {
    const struct wh_zone *zone; /* of local times */
    const char *zone_name;
    const char *unreadable_path; /* CSV that gets the rows that could not be read; made only when
                                    there are any; NULL: none kept */
    double area[4]; /* box of the wards in the source's CRS {min x, min y, max x, max y} */
    double box[4];  /* control area around it, generous; both for "exchanged axes", "wrong CRS" */
    bool has_box;
    int64_t latest_utc;           /* opened after this is a row fault (as-of + 1 day) */
    int64_t as_of_day, as_of_utc; /* the run's day, and when it begins */
    int64_t retain_from_utc; /* requests that are gone are deleted when they are older; WH_NO_TIME:
                                never */
};

struct wh_input_file {
    char *path; /* wh_alloc'ed */
    char sha256[65];
    uint64_t size_bytes, rows;
    bool is_skipped; /* as it was when it was read last: rows are those of then */
};
struct wh_ingest_report {
    struct wh_ledger ledger;    /* a file that was skipped reads 0 */
    uint64_t gone;              /* requests that the source no longer holds, and held last time */
    uint64_t held_before, held; /* requests that were not gone, before and after */
    uint64_t purged;            /* requests deleted because they are older than is kept */
    uint64_t bad_coordinates, bad_times, ambiguous_times, bad_postcodes;
    int64_t newest_utc; /* newest opened; WH_NO_TIME: none */
    size_t n_files;
    struct wh_input_file *file;
    char categories_sha256[65]; /* of the crosswalk; "": there is none */
    size_t n_warnings;
    char **warning; /* one sentence each: unknown columns, no final newline */
};
void wh_ingest_report_finish(struct wh_ctx *ctx, struct wh_ingest_report *report);

/*
 * Reads every file of a source into the store, inside one transaction of the caller's. A row that
 * cannot be read goes to the unreadable file with file, line, field and reason; a bad coordinate is
 * a field fault: flagged, the row is kept. WH_ERR_INPUT: a file fault (RELIABILITY.md section 6).
 */
WH_MUST_USE enum wh_status wh_ingest(struct wh_ctx *ctx, const struct wh_source *source,
                                     const struct wh_ingest_options *opt, struct wh_store *store,
                                     struct wh_ingest_report *ret, struct wh_error *err);

/* For `check`: opens every file, reads header and first rows, stores nothing. One error, or WH_OK.
 */
WH_MUST_USE enum wh_status wh_ingest_check(struct wh_ctx *ctx, const struct wh_source *source,
                                           const struct wh_ingest_options *opt,
                                           struct wh_ingest_report *ret, struct wh_error *err);
#endif
