/* hotspot/identity.c: which of tonight's hot spots are known. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <wardheat/identity.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "geo/shape_ops.h"
#include "model/report.h"

#define NOBODY SIZE_MAX

/* ---- memory ---- */

static void spot_finish(struct wh_ctx *ctx, struct wh_known_spot *spot)
{
    for (size_t i = 0; i < spot->n_parents; i++) {
        wh_free(ctx, spot->parent[i]);
    }
    wh_free(ctx, spot->parent);
    wh_free(ctx, spot->id);
    wh_free(ctx, spot->count);
    wh_shape_finish(ctx, &spot->shape);
    *spot = (struct wh_known_spot){0};
}

void wh_spot_memory_finish(struct wh_ctx *ctx, struct wh_spot_memory *memory)
{
    for (size_t i = 0; i < memory->n; i++) {
        spot_finish(ctx, &memory->spot[i]);
    }
    wh_free(ctx, memory->spot);
    *memory = (struct wh_spot_memory){0};
}

/* Everything but the shape and the counts. */
static enum wh_status copy_names(struct wh_ctx *ctx, const char *id, const char *const *parent,
                                 size_t n_parents, struct wh_known_spot *ret, struct wh_error *err)
{
    ret->id = wh_strdup(ctx, id);
    ret->parent = wh_alloc_array(ctx, n_parents, sizeof *ret->parent);
    bool is_whole = ret->id != NULL && ret->parent != NULL;
    for (size_t i = 0; is_whole && i < n_parents; i++) {
        ret->parent[i] = wh_strdup(ctx, parent[i]);
        is_whole = ret->parent[i] != NULL;
        ret->n_parents += is_whole;
    }
    return is_whole ? WH_OK : wh_fail_memory(ctx, err);
}

static enum wh_status copy_counts(struct wh_ctx *ctx, const struct wh_spot_count *count, size_t n,
                                  struct wh_known_spot *ret, struct wh_error *err)
{
    const size_t skipped = n > WH_MOST_COUNTS ? n - WH_MOST_COUNTS : 0;
    ret->count = wh_alloc_array(ctx, n - skipped, sizeof *ret->count);
    if (ret->count == NULL) {
        return wh_fail_memory(ctx, err);
    }
    ret->n_counts = n - skipped;
    for (size_t i = 0; i < ret->n_counts; i++) {
        ret->count[i] = count[skipped + i];
    }
    return WH_OK;
}

/* ---- who is who ---- */

struct pair {
    double common_km2;
    size_t hotspot, known;
};

struct matcher {
    struct wh_ctx *ctx;
    const struct wh_identity_options *opt;
    const struct wh_spot_memory *before;
    struct wh_theme_report *theme;
    struct wh_arena *arena;
    size_t n_pairs, cap;
    struct pair *pair;
    size_t *known_of;   /* one a hot spot */
    size_t *hotspot_of; /* one a known spot */
};

static bool is_gone(const struct matcher *m, size_t hotspot)
{
    return m->theme->hotspot[hotspot].trend == WH_TREND_GONE;
}

static enum wh_status add_pair(struct matcher *m, size_t hotspot, size_t known,
                               struct wh_error *err)
{
    const struct wh_shape *a = &m->theme->hotspot[hotspot].shape;
    const struct wh_shape *b = &m->before->spot[known].shape;
    struct wh_shape common = {0};
    double box[4], other[4];
    wh_shape_box(a, box);
    wh_shape_box(b, other);
    if (other[0] > box[2] || other[2] < box[0] || other[1] > box[3] || other[3] < box[1]) {
        return WH_OK;
    }
    enum wh_status status = wh_shape_intersection(m->ctx, a, b, &common, err);
    if (status != WH_OK) {
        return status;
    }
    const double km2 = wh_shape_area_km2(&common);
    wh_shape_finish(m->ctx, &common);
    if (!(km2 > 0) || km2 < m->opt->overlap * fmin(wh_shape_area_km2(a), wh_shape_area_km2(b))) {
        return WH_OK;
    }
    void *array = m->pair;
    status = wh_grow(m->ctx, &array, m->n_pairs, &m->cap, sizeof *m->pair, err);
    m->pair = array;
    if (status == WH_OK) {
        m->pair[m->n_pairs++] = (struct pair){km2, hotspot, known};
    }
    return status;
}

/* From the largest common ground down; equal ones by their places in their lists. */
static int compare_pairs(const void *left, const void *right)
{
    const struct pair *a = left, *b = right;
    if (a->common_km2 < b->common_km2 || a->common_km2 > b->common_km2) {
        return a->common_km2 > b->common_km2 ? -1 : 1;
    }
    if (a->known != b->known) {
        return a->known < b->known ? -1 : 1;
    }
    return a->hotspot < b->hotspot ? -1 : a->hotspot > b->hotspot;
}

static enum wh_status find_pairs(struct matcher *m, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = 0; i < m->theme->n_hotspots; i++) {
        m->known_of[i] = NOBODY;
        for (size_t k = 0; status == WH_OK && k < m->before->n; k++) {
            status = add_pair(m, i, k, err);
        }
    }
    for (size_t k = 0; k < m->before->n; k++) {
        m->hotspot_of[k] = NOBODY;
    }
    if (m->n_pairs > 1) {
        qsort(m->pair, m->n_pairs, sizeof *m->pair, compare_pairs);
    }
    return status;
}

/* Those that stand choose first. */
static void settle_pairs(struct matcher *m)
{
    for (unsigned pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < m->n_pairs; i++) {
            const struct pair *pair = &m->pair[i];
            if (is_gone(m, pair->hotspot) == (pass == 1) && m->known_of[pair->hotspot] == NOBODY &&
                m->hotspot_of[pair->known] == NOBODY) {
                m->known_of[pair->hotspot] = pair->known;
                m->hotspot_of[pair->known] = pair->hotspot;
            }
        }
    }
}

/* A known spot that is nobody's, and lies in one that stands. */
static bool has_merged(const struct matcher *m, size_t known)
{
    bool is_in = false;
    for (size_t i = 0; m->hotspot_of[known] == NOBODY && i < m->n_pairs; i++) {
        is_in = is_in || (m->pair[i].known == known && !is_gone(m, m->pair[i].hotspot) &&
                          m->known_of[m->pair[i].hotspot] != NOBODY);
    }
    return is_in;
}

/* ---- what the report says ---- */

static bool is_id_taken(const struct matcher *m, size_t hotspot, const char *id)
{
    bool is_taken = false;
    for (size_t k = 0; k < m->before->n; k++) {
        is_taken = is_taken || strcmp(m->before->spot[k].id, id) == 0;
    }
    for (size_t i = 0; i < m->theme->n_hotspots; i++) {
        is_taken = is_taken || (i != hotspot && strcmp(m->theme->hotspot[i].id, id) == 0);
    }
    return is_taken;
}

/* Known ids first, so that the new ones keep clear of them. */
static enum wh_status give_ids(struct matcher *m, struct wh_error *err)
{
    for (size_t i = 0; i < m->theme->n_hotspots; i++) {
        if (m->known_of[i] != NOBODY) {
            m->theme->hotspot[i].id =
                wh_arena_c(m->arena, (struct wh_str){m->before->spot[m->known_of[i]].id,
                                                     strlen(m->before->spot[m->known_of[i]].id)});
            if (m->theme->hotspot[i].id == NULL) {
                return wh_fail_memory(m->ctx, err);
            }
        }
    }
    for (size_t i = 0; i < m->theme->n_hotspots; i++) {
        const char *wished = m->theme->hotspot[i].id;
        for (unsigned n = 2; m->known_of[i] == NOBODY && is_id_taken(m, i, m->theme->hotspot[i].id);
             n++) {
            m->theme->hotspot[i].id = wh_arena_printf(m->arena, "%s-%u", wished, n);
            if (m->theme->hotspot[i].id == NULL) {
                return wh_fail_memory(m->ctx, err);
            }
        }
    }
    return WH_OK;
}

/* Its own parents, those that merged into it, the one that it split from. */
static enum wh_status give_parents(struct matcher *m, size_t hotspot, struct wh_error *err)
{
    struct wh_hotspot *spot = &m->theme->hotspot[hotspot];
    const size_t known = m->known_of[hotspot];
    const struct wh_known_spot *before = known == NOBODY ? NULL : &m->before->spot[known];
    const size_t n_own = before == NULL ? 0 : before->n_parents;
    spot->parent = wh_arena_alloc(m->arena, n_own + m->n_pairs + 1, sizeof *spot->parent);
    if (spot->parent == NULL) {
        return wh_fail_memory(m->ctx, err);
    }
    for (size_t i = 0; i < n_own; i++) {
        spot->parent[spot->n_parents++] = before->parent[i];
    }
    for (size_t i = 0; !is_gone(m, hotspot) && i < m->n_pairs; i++) {
        const struct pair *pair = &m->pair[i];
        const bool is_split = known == NOBODY && m->hotspot_of[pair->known] != NOBODY;
        const bool is_merge = known != NOBODY && m->hotspot_of[pair->known] == NOBODY;
        if (pair->hotspot == hotspot && (is_split || is_merge)) {
            spot->parent[spot->n_parents++] = m->before->spot[pair->known].id;
        }
    }
    for (size_t i = 0; i < spot->n_parents; i++) { /* the history will be gone */
        spot->parent[i] = wh_arena_printf(m->arena, "%s", spot->parent[i]);
        if (spot->parent[i] == NULL) {
            return wh_fail_memory(m->ctx, err);
        }
    }
    return WH_OK;
}

static enum wh_status give_history(struct matcher *m, size_t hotspot, struct wh_error *err)
{
    struct wh_hotspot *spot = &m->theme->hotspot[hotspot];
    const size_t known = m->known_of[hotspot];
    const size_t n = known == NOBODY ? 0 : m->before->spot[known].n_counts;
    struct wh_spot_count *history = wh_arena_alloc(m->arena, n + 1, sizeof *history);
    if (history == NULL) {
        return wh_fail_memory(m->ctx, err);
    }
    for (size_t i = 0; i < n; i++) {
        history[i] = m->before->spot[known].count[i];
    }
    spot->n_counts = n;
    spot->since_day = known == NOBODY ? m->opt->as_of_day : m->before->spot[known].first_day;
    if (!is_gone(m, hotspot)) {
        history[spot->n_counts++] =
            (struct wh_spot_count){m->opt->as_of_day, spot->figures.count.n};
    }
    spot->history = history;
    return WH_OK;
}

/* ---- what is known now ---- */

static int compare_spots(const void *left, const void *right)
{
    return strcmp(((const struct wh_known_spot *)left)->id,
                  ((const struct wh_known_spot *)right)->id);
}

static enum wh_status remember_standing(struct matcher *m, size_t hotspot,
                                        struct wh_spot_memory *memory, struct wh_error *err)
{
    const struct wh_hotspot *from = &m->theme->hotspot[hotspot];
    struct wh_known_spot *spot = &memory->spot[memory->n++];
    spot->first_day = from->since_day;
    spot->last_day = m->opt->as_of_day;
    enum wh_status status = copy_names(m->ctx, from->id, from->parent, from->n_parents, spot, err);
    if (status == WH_OK) {
        status = copy_counts(m->ctx, from->history, from->n_counts, spot, err);
    }
    return status == WH_OK ? wh_shape_copy(m->ctx, &from->shape, &spot->shape, err) : status;
}

static enum wh_status remember_absent(struct matcher *m, const struct wh_known_spot *from,
                                      struct wh_spot_memory *memory, struct wh_error *err)
{
    struct wh_known_spot *spot = &memory->spot[memory->n++];
    spot->first_day = from->first_day;
    spot->last_day = from->last_day;
    enum wh_status status =
        copy_names(m->ctx, from->id, (const char *const *)from->parent, from->n_parents, spot, err);
    if (status == WH_OK) {
        status = copy_counts(m->ctx, from->count, from->n_counts, spot, err);
    }
    return status == WH_OK ? wh_shape_copy(m->ctx, &from->shape, &spot->shape, err) : status;
}

static enum wh_status remember_all(struct matcher *m, struct wh_spot_memory *memory,
                                   struct wh_error *err)
{
    enum wh_status status = WH_OK;
    memory->day = m->opt->as_of_day;
    memory->spot =
        wh_alloc_array(m->ctx, m->theme->n_hotspots + m->before->n, sizeof *memory->spot);
    if (memory->spot == NULL) {
        return wh_fail_memory(m->ctx, err);
    }
    for (size_t i = 0; status == WH_OK && i < m->theme->n_hotspots; i++) {
        if (!is_gone(m, i)) {
            status = remember_standing(m, i, memory, err);
        }
    }
    for (size_t k = 0; status == WH_OK && k < m->before->n; k++) {
        const struct wh_known_spot *known = &m->before->spot[k];
        const bool stands = m->hotspot_of[k] != NOBODY && !is_gone(m, m->hotspot_of[k]);
        if (!stands && !has_merged(m, k) &&
            m->opt->as_of_day - known->last_day <= (int64_t)m->opt->remember_days) {
            status = remember_absent(m, known, memory, err);
        }
    }
    if (status == WH_OK && memory->n > 1) {
        qsort(memory->spot, memory->n, sizeof *memory->spot, compare_spots);
    }
    return status;
}

enum wh_status wh_hotspot_identify(struct wh_ctx *ctx, const struct wh_identity_options *opt,
                                   const struct wh_spot_memory *before, struct wh_arena *arena,
                                   struct wh_theme_report *theme, struct wh_spot_memory *ret,
                                   struct wh_error *err)
{
    struct matcher m = {.ctx = ctx, .opt = opt, .before = before, .theme = theme, .arena = arena};
    struct wh_spot_memory memory = {0};
    m.known_of = wh_alloc_array(ctx, theme->n_hotspots, sizeof *m.known_of);
    m.hotspot_of = wh_alloc_array(ctx, before->n, sizeof *m.hotspot_of);
    enum wh_status status =
        m.known_of == NULL || m.hotspot_of == NULL ? wh_fail_memory(ctx, err) : find_pairs(&m, err);
    if (status == WH_OK) {
        settle_pairs(&m);
        status = give_ids(&m, err);
    }
    for (size_t i = 0; status == WH_OK && i < theme->n_hotspots; i++) {
        theme->hotspot[i].n_parents = 0;
        status = give_parents(&m, i, err);
        status = status == WH_OK ? give_history(&m, i, err) : status;
    }
    if (status == WH_OK) {
        status = remember_all(&m, &memory, err);
    }
    wh_free(ctx, m.pair);
    wh_free(ctx, m.known_of);
    wh_free(ctx, m.hotspot_of);
    if (status != WH_OK) {
        wh_spot_memory_finish(ctx, &memory);
        return status;
    }
    *ret = memory;
    return WH_OK;
}
