/* publish/release.h: a release appears whole or not at all (DESIGN.md section 5, RELIABILITY.md
 * section 3). */
#ifndef WH_PUBLISH_RELEASE_H
#define WH_PUBLISH_RELEASE_H

#include "base/io.h"

struct wh_release {
    char id[32];        /* "2026-11-03-1a2b3c4d" */
    char root[1024];    /* publish/ */
    char staging[1100]; /* publish/staging/<id> */
    char final[1100];   /* publish/releases/<id> */
};

/* Checks the place (exists or can be made, one file system, room for twice the last release),
 * clears what a dead run left in staging/, makes staging/<id>/{public,officer}. */
WH_MUST_USE enum wh_status wh_release_begin(struct wh_ctx *ctx, const char *publish_root,
                                            const char *id, struct wh_release *ret,
                                            struct wh_error *err);
/* Deletes what a dead run left in staging/: of no use to anybody. For the holder of the lock. */
WH_MUST_USE enum wh_status wh_release_tidy(struct wh_ctx *ctx, const char *publish_root,
                                           struct wh_error *err);
/* The id that `current` points at, into `ret`; "" when there is none. */
WH_MUST_USE enum wh_status wh_release_current(struct wh_ctx *ctx, const char *publish_root,
                                              char ret[32], struct wh_error *err);
/* The day that a release was made as of, with which its id begins; WH_NO_DAY (base/time.h): no id. */
int64_t wh_release_day(const char *id);
/* Brings the public part of another release over, by hard links. */
WH_MUST_USE enum wh_status wh_release_carry_public(struct wh_ctx *ctx,
                                                   const struct wh_release *release,
                                                   const char *from_id, struct wh_error *err);
/*
 * fsyncs every folder (deepest first), renames staging/<id> to releases/<id>, swaps `current`, then
 * deletes releases beyond `keep` (never the one just replaced). A release of that id that stands
 * already and is whole is kept, and only `current` is swapped.
 */
WH_MUST_USE enum wh_status wh_release_publish(struct wh_ctx *ctx, const struct wh_release *release,
                                              uint32_t keep, struct wh_error *err);
/* Deletes the staging folder of an unfinished release. */
void wh_release_abandon(struct wh_ctx *ctx, const struct wh_release *release);
/* Does every file of releases/<id> match its manifest.json, and no other file stand there?
 * WH_ERR_OUTPUT names the first that does not. */
WH_MUST_USE enum wh_status wh_release_verify(struct wh_ctx *ctx, const char *folder,
                                             struct wh_error *err);

#endif
