/* run/leak_staged.c: the leak check of a staged release: what may stand in it, and what it found.
 */
#include "base/alloc.h"
#include "base/error.h"
#include "base/log.h"
#include "run/leak.h"
#include "run/session.h"

/* Names that anybody may read: streets, places, wards, themes. Borrowed. */
static enum wh_status list_public_names(struct wh_ctx *ctx, const struct wh_session *session,
                                        const char ***ret, size_t *ret_n, struct wh_error *err)
{
    const struct wh_layer *layer[2] = {wh_basemap_streets(session->basemap),
                                       wh_basemap_places(session->basemap)};
    size_t most = session->wards.n + session->config.n_themes, n = 0;
    for (size_t i = 0; i < 2; i++) {
        most += layer[i] == NULL ? 0 : layer[i]->n;
    }
    const char **name = wh_alloc_array(ctx, most, sizeof *name);
    if (name == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < 2; i++) {
        for (size_t j = 0; layer[i] != NULL && j < layer[i]->n; j++) {
            if (layer[i]->feature[j].value[0] != NULL) {
                name[n++] = layer[i]->feature[j].value[0];
            }
        }
    }
    for (size_t i = 0; i < session->wards.n; i++) {
        name[n++] = session->wards.name[i];
    }
    for (size_t i = 0; i < session->config.n_themes; i++) {
        name[n++] = session->config.theme[i].title;
    }
    *ret = name;
    *ret_n = n;
    return WH_OK;
}

enum wh_status wh_leak_check_staged(struct wh_ctx *ctx, const struct wh_session *session,
                                    const char *folder, struct wh_str drawn_text,
                                    struct wh_error *err)
{
    const char **name = NULL;
    struct wh_leak_options opt = {.requests = &session->unplaced.requests,
                                  .to_lonlat = session->to_lonlat};
    struct wh_leak_stats stats = {0};
    enum wh_status status = list_public_names(ctx, session, &name, &opt.n_public_names, err);
    opt.public_name = name;
    if (status == WH_OK) {
        status = wh_leak_check(ctx, session->store, &opt, folder, drawn_text, &stats, err);
    }
    if (status == WH_OK) {
        wh_log(ctx, WH_LOG_DETAIL, "leak check: %llu words and %llu pairs of numbers in %llu files",
               (unsigned long long)stats.words, (unsigned long long)stats.pairs,
               (unsigned long long)stats.files);
    }
    wh_free(ctx, name);
    return status;
}
