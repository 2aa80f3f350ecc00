/*
 * run/leak.h: reads a staged public tree before it is published: no reference, no location text and
 * no coordinate pair of any request may occur in it. Names of public streets, places and wards may.
 */
#ifndef WH_RUN_LEAK_H
#define WH_RUN_LEAK_H

#include "geo/layer.h"
#include "store/store.h"

struct wh_leak_options {
    const struct wh_requests *requests; /* placed */
    struct wh_transform *to_lonlat;
    const char *const
        *public_name; /* texts that may stand, whole or in part: streets, places, wards */
    size_t n_public_names;
    double square_m; /* side of the squares that requests are counted by; 0: there are none */
};

struct wh_leak_stats {
    uint64_t secrets, files, words, pairs; /* what was compared */
};

/*
 * Text files (HTML, JSON, CSV, ...) and GeoPackages under `folder`, and `drawn_text` (what pages and pictures say,
 * a text a line; may be empty). WH_ERR_GATE names the file and what kind of secret it holds, never
 * the secret. Texts of fewer than 8 bytes and numbers of fewer than 6 digits are not told apart
 * from ordinary figures and are not compared; of a GeoJSON polygon's corners one in a hundred may
 * meet a request by chance, and those of squares any that was placed at one.
 */
WH_MUST_USE enum wh_status wh_leak_check(struct wh_ctx *ctx, struct wh_store *store,
                                         const struct wh_leak_options *opt, const char *folder,
                                         struct wh_str drawn_text, struct wh_leak_stats *ret_stats,
                                         struct wh_error *err);

/* The same for a staged release, with the session's requests and its streets, places, wards and
 * themes as public names. */
struct wh_session;
WH_MUST_USE enum wh_status wh_leak_check_staged(struct wh_ctx *ctx,
                                                const struct wh_session *session,
                                                const char *folder, struct wh_str drawn_text,
                                                struct wh_error *err);
#endif
