/* ingest/ingest.h: a source's files -> requests in the store, unreadable rows beside it, a ledger
 * that balances. */
#ifndef WH_INGEST_INGEST_H
#define WH_INGEST_INGEST_H

#include "base/io.h"
#include "base/time.h"
#include "geo/crs.h"
#include "geo/postgis.h"
#include "store/store.h"

enum wh_encoding { WH_ENCODING_UTF8, WH_ENCODING_CP1252 };
/* Layouts that many share: nobody has to map their columns. */
enum wh_profile {
    WH_PROFILE_GENERIC,
    WH_PROFILE_POLICE_UK,   /* data.police.uk, street level */
    WH_PROFILE_FIXMYSTREET, /* the dashboard's CSV export */
    WH_PROFILE_OPEN311,     /* GeoReport v2: .xml, .json, or the bulk CSV */
    WH_PROFILE_SOCRATA_311  /* 311 tables of city portals, by their usual names */
};

/* How an Open311 server is asked what has changed. The standard has no word for it; these are in
 * use. */
enum wh_changes {
    WH_CHANGES_UPDATED_AFTER, /* updated_after and updated_before: Chicago, Bloomington's uReport */
    WH_CHANGES_START_DATE,    /* start_date and end_date are of the update: mySociety's adapter */
    WH_CHANGES_WINDOW         /* neither: what was requested in the last days is asked for anew */
};
/* A server that is asked. Text belongs to the config. */
struct wh_open311_feed {
    const char *url;          /* up to, and without, /requests.json */
    const char *jurisdiction; /* or NULL */
    bool is_xml;
    enum wh_changes changes;
    uint32_t page_size;
    uint32_t window_days; /* the first time, or with WH_CHANGES_WINDOW always */
};

/* Columns of one field beside its first. */
#define WH_MOST_COLUMNS 8u

/* One source as the config names it. Text belongs to the config. */
struct wh_source {
    const char *id;
    const char *pattern; /* path or glob, absolute; its ending says what the files are */
    const char *layer;   /* of a vector file, or sheet of a spreadsheet; NULL: the first */
    const struct wh_postgis *postgis;      /* a table of a database instead of files, or NULL */
    const struct wh_open311_feed *open311; /* a server instead of files, or NULL */
    enum wh_profile profile;
    const char *crs; /* of x and y */
    enum wh_encoding encoding;
    char delimiter;           /* ',' */
    const char *date_format;  /* as in base/time.h; NULL: the profile's */
    const char *other_format; /* a second form that a profile knows, or NULL */
    enum wh_key key;
    bool is_delta;          /* history: delta: files add to what is known */
    bool updated_is_closed; /* of a request whose status is "closed" and that has no other time */
    bool is_required;
    bool is_officer_only; /* share: officer: never in the public part */
    bool needs_final_newline;
    uint32_t fresh_within_days; /* a newest record older than that holds the run back; 0: none */
    const char *categories; /* path of a crosswalk (ingest/lists.h); NULL: names are categories */
    /*
     * Columns of each field, or NULL; the profile fills in what the config leaves out. Of several
     * the first that is not empty counts; those of an address are joined.
     */
    const char *column[WH_N_FIELDS];
    const char *more[WH_N_FIELDS][WH_MOST_COLUMNS];
    bool is_of_profile[WH_N_FIELDS]; /* then any of them may be missing */
    const char *attribution;
};

/* A database or a server: it has no files. */
bool wh_source_is_remote(const struct wh_source *source);
/* Do its rows have places of their own (a vector file, a table of PostGIS)? */
bool wh_source_is_vector(const struct wh_source *source);
/* Fills what `profile` implies and the config left out: columns, form of dates, CRS, delimiter. */
void wh_source_apply_profile(struct wh_source *source);

struct wh_ingest_options {
    const struct wh_zone *zone; /* of local times */
    const char *zone_name;
    const struct wh_crs_options *crs_opt; /* of files that name a CRS of their own */
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
    bool is_remote;  /* a table of a database, or a server: path is only its name */
    bool is_skipped; /* as it was when it was read last: rows are those of then */
};
struct wh_ingest_report {
    struct wh_ledger ledger; /* a file that was skipped reads 0 */
    uint64_t gone;           /* requests that the source no longer holds, and held last time */
    uint64_t content;        /* a hash of what they say */
    bool is_missed;          /* a database or server that is not required, and could not be read */
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
