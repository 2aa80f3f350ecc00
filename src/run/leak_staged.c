/* run/leak_staged.c: the leak check of a staged release: what may stand in it, and what it found.
 */
#include "base/alloc.h"
#include "base/error.h"
#include "base/log.h"
#include "run/leak.h"
#include "run/session.h"

/* Words of the page that a caller may have given as the place. */
static const char *const says_nothing[] = {"not known", "not shown", "not available", "whole area"};
#define N_SAYS_NOTHING (sizeof says_nothing / sizeof *says_nothing)

struct names {
    size_t n;
    const char **name;
};

static void push(struct names *names, const char *name)
{
    if (name != NULL) {
        names->name[names->n++] = name;
    }
}

/* What anybody may read: streets, places, wards, and what the config says. Borrowed. */
static enum wh_status list_public_names(struct wh_ctx *ctx, const struct wh_session *session,
                                        struct names *ret, struct wh_error *err)
{
    const struct wh_config *config = &session->config;
    const struct wh_layer *layer[2] = {wh_basemap_streets(session->basemap),
                                       wh_basemap_places(session->basemap)};
    struct names names = {0};
    size_t most = 1 + session->wards.n + 2 * config->n_themes + config->n_sources + N_SAYS_NOTHING;
    for (size_t i = 0; i < 2; i++) {
        most += layer[i] == NULL ? 0 : layer[i]->n;
    }
    names.name = wh_alloc_array(ctx, most, sizeof *names.name);
    if (names.name == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t i = 0; i < 2; i++) {
        for (size_t j = 0; layer[i] != NULL && j < layer[i]->n; j++) {
            push(&names, layer[i]->feature[j].value[0]);
        }
    }
    for (size_t i = 0; i < session->wards.n; i++) {
        push(&names, session->wards.name[i]);
    }
    push(&names, config->title);
    for (size_t i = 0; i < config->n_themes; i++) {
        push(&names, config->theme[i].title);
        push(&names, config->theme[i].owner);
    }
    for (size_t i = 0; i < config->n_sources; i++) {
        push(&names, config->source[i].attribution);
    }
    for (size_t i = 0; i < N_SAYS_NOTHING; i++) {
        push(&names, says_nothing[i]);
    }
    *ret = names;
    return WH_OK;
}

enum wh_status wh_leak_check_staged(struct wh_ctx *ctx, const struct wh_session *session,
                                    const char *folder, struct wh_str drawn_text,
                                    struct wh_error *err)
{
    struct names names = {0};
    struct wh_leak_options opt = {.requests = &session->unplaced.requests,
                                  .to_lonlat = session->to_lonlat,
                                  .square_m = session->config.outputs.cells_m};
    struct wh_leak_stats stats = {0};
    enum wh_status status = list_public_names(ctx, session, &names, err);
    opt.public_name = names.name;
    opt.n_public_names = names.n;
    if (status == WH_OK) {
        status = wh_leak_check(ctx, session->store, &opt, folder, drawn_text, &stats, err);
    }
    if (status == WH_OK) {
        wh_log(ctx, WH_LOG_DETAIL, "leak check: %llu words and %llu pairs of numbers in %llu files",
               (unsigned long long)stats.words, (unsigned long long)stats.pairs,
               (unsigned long long)stats.files);
    }
    wh_free(ctx, names.name);
    return status;
}
