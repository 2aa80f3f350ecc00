/* wardheat/run.h: the nightly job as one call. */
#ifndef WARDHEAT_RUN_H
#define WARDHEAT_RUN_H

#include <wardheat/base.h>

#ifdef __cplusplus
extern "C" {
#endif

struct wh_run_options {
    bool has_as_of;    /* false: today's date in the config's zone */
    int64_t as_of_day; /* days since 1970-01-01 */
    bool is_dry_run;   /* everything but the change of `current` */
};

struct wh_run_summary {
    char release_id[32]; /* "2026-11-03-1a2b3c4d" */
    bool is_new;         /* false: nothing new to publish */
    bool public_is_new;  /* false: carried over */
    uint64_t read, unreadable, requests, placed;
    double placed_share;
    double seconds;
    char release_path[1024];
};

/* Reads the config, runs every stage, publishes. `ret` is filled on success. Any status but WH_OK leaves the last release standing. */
WH_MUST_USE enum wh_status wh_run(struct wh_ctx *ctx, const char *config_path,
                                  const struct wh_run_options *opt, struct wh_run_summary *ret,
                                  struct wh_error *err);

#ifdef __cplusplus
}
#endif
#endif
