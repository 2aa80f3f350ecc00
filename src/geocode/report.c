/* geocode/report.c: hit rates by source, category, channel and ward; what was not known. */
#include "geocode/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "geocode/tell.h"

enum {
    MOST_CHANNELS = 200,   /* further ones are counted together */
    MOST_UNKNOWN = 200000, /* addresses whose streets are told */
    UNKNOWN_STREETS_SHOWN = 50
};

struct counting {
    struct wh_ctx *ctx;
    const struct wh_index *index;
    const struct wh_areas *wards;
    const struct wh_unplaced *unplaced;
    struct wh_geocoding *out;
    const char **unknown; /* a street's name each, in the report's arena */
    size_t n_unknown, cap_unknown;
    const char *last_channel; /* texts are shared: looked up once in a row */
    size_t channel;           /* index + 1 of the last channel; 0: not looked up */
    const char *last_ward;
    int32_t ward;
};

static void count(struct wh_hits *hits, uint8_t method)
{
    hits->requests++;
    hits->by_method[method]++;
}

/* ---- what a request belongs to ---- */

static struct wh_hits *find_channel(struct counting *c, const char *text)
{
    struct wh_hits *channel = c->out->by[WH_BY_CHANNEL];
    size_t *n = &c->out->n_by[WH_BY_CHANNEL], i = 0;
    if (text == c->last_channel && c->channel > 0) {
        return &channel[c->channel - 1];
    }
    const char *name = text == NULL ? "" : text;
    while (i < *n && strcmp(channel[i].name, name) != 0) {
        i++;
    }
    if (i == *n && *n < MOST_CHANNELS) {
        channel[(*n)++].name = name;
    } else if (i == *n) { /* there are too many: the last holds all further ones */
        i = MOST_CHANNELS - 1;
        channel[i].name = "(others)";
    }
    c->last_channel = text;
    c->channel = i + 1;
    return &channel[i];
}

/* The ward that it lies in or that its source names; -1: nobody knows. */
static int32_t ward_of(struct counting *c, size_t i)
{
    const char *text = c->unplaced->ward == NULL ? NULL : c->unplaced->ward[i];
    if (c->unplaced->requests.ward[i] >= 0 || text == NULL) {
        return c->unplaced->requests.ward[i];
    }
    if (text != c->last_ward) {
        c->last_ward = text;
        c->ward = wh_areas_find_named(c->wards, text);
    }
    return c->ward;
}

/* ---- streets that no gazetteer knows ---- */

static enum wh_status note_unknown_street(struct counting *c, size_t i, struct wh_buf *buf,
                                          struct wh_error *err)
{
    const struct wh_unplaced *u = c->unplaced;
    if (u->address == NULL || u->address[i] == NULL || c->n_unknown == MOST_UNKNOWN) {
        return WH_OK;
    }
    const struct wh_question question = {.address = wh_str_c(u->address[i]),
                                         .postcode =
                                             wh_str_c(u->postcode == NULL ? NULL : u->postcode[i])};
    wh_buf_clear(buf);
    wh_tell_unknown_street(c->index, &question, buf);
    enum wh_status status = wh_buf_ok(buf, err);
    if (status != WH_OK || buf->len == 0) {
        return status;
    }
    status = wh_grow(c->ctx, (void **)&c->unknown, c->n_unknown, &c->cap_unknown,
                     sizeof *c->unknown, err);
    if (status == WH_OK) {
        c->unknown[c->n_unknown] = wh_arena_c(&c->out->arena, wh_buf_view(buf));
        status = c->unknown[c->n_unknown++] == NULL ? wh_fail_memory(c->ctx, err) : WH_OK;
    }
    return status;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int compare_name_hits(const void *a, const void *b)
{
    const struct wh_name_hits *ha = a, *hb = b;
    return ha->n != hb->n ? (ha->n < hb->n ? 1 : -1) : strcmp(ha->name, hb->name);
}

static enum wh_status rank_unknown_streets(struct counting *c, struct wh_error *err)
{
    size_t n = 0;
    if (c->n_unknown == 0) {
        return WH_OK;
    }
    struct wh_name_hits *hits = wh_arena_alloc(&c->out->arena, c->n_unknown, sizeof *hits);
    if (hits == NULL) {
        return wh_fail_memory(c->ctx, err);
    }
    qsort(c->unknown, c->n_unknown, sizeof *c->unknown, compare_names);
    for (size_t i = 0; i < c->n_unknown; i++) {
        if (n == 0 || strcmp(hits[n - 1].name, c->unknown[i]) != 0) {
            hits[n++] = (struct wh_name_hits){c->unknown[i], 0};
        }
        hits[n - 1].n++;
    }
    qsort(hits, n, sizeof *hits, compare_name_hits);
    c->out->unknown_street = hits;
    c->out->n_unknown_streets = n < UNKNOWN_STREETS_SHOWN ? n : UNKNOWN_STREETS_SHOWN;
    return WH_OK;
}

/* ---- counting ---- */

static enum wh_status alloc_breakdowns(struct counting *c, struct wh_error *err)
{
    const struct wh_requests *r = &c->unplaced->requests;
    const size_t n[WH_N_BREAKDOWNS] = {r->n_sources, r->n_categories, MOST_CHANNELS, c->wards->n};
    for (size_t b = 0; b < WH_N_BREAKDOWNS; b++) {
        c->out->by[b] = wh_arena_alloc(&c->out->arena, n[b] + 1, sizeof *c->out->by[b]);
        if (c->out->by[b] == NULL) {
            return wh_fail_memory(c->ctx, err);
        }
        c->out->n_by[b] = b == WH_BY_CHANNEL ? 0 : n[b];
    }
    for (size_t i = 0; i < r->n_sources; i++) {
        c->out->by[WH_BY_SOURCE][i].name = r->source_id[i];
    }
    for (size_t i = 0; i < r->n_categories; i++) {
        c->out->by[WH_BY_CATEGORY][i].name = r->category_name[i];
    }
    for (size_t i = 0; i < c->wards->n; i++) {
        c->out->by[WH_BY_WARD][i].name = c->wards->name[i];
    }
    return WH_OK;
}

static void count_flags(struct wh_geocoding *out, uint8_t flags)
{
    out->ties += (flags & WH_PLACING_TIE) != 0;
    out->conflicts += (flags & WH_PLACING_CONFLICT) != 0;
    out->other_postcodes += (flags & WH_PLACING_OTHER_POSTCODE) != 0;
    out->placeholders += (flags & WH_PLACING_PLACEHOLDER) != 0;
}

static void count_request(struct counting *c, size_t i)
{
    const struct wh_requests *r = &c->unplaced->requests;
    struct wh_geocoding *out = c->out;
    const uint8_t method = r->method[i];
    const int32_t ward = ward_of(c, i);
    count(&out->all, method);
    count(&out->by[WH_BY_SOURCE][r->source[i]], method);
    count(&out->by[WH_BY_CATEGORY][r->category[i]], method);
    count(find_channel(c, c->unplaced->channel == NULL ? NULL : c->unplaced->channel[i]), method);
    if (ward >= 0) {
        count(&out->by[WH_BY_WARD][ward], method);
    }
    if (method == WH_METHOD_NONE || method == WH_METHOD_WARD) {
        out->by_reason[r->placing[i].reason]++;
    } else {
        out->by_precision[wh_precision_class((double)r->precision_m[i])]++;
    }
    count_flags(out, r->placing[i].flags);
}

static enum wh_status count_all(struct counting *c, struct wh_error *err)
{
    const struct wh_requests *r = &c->unplaced->requests;
    enum wh_status status = WH_OK;
    struct wh_buf buf;
    wh_buf_init(&buf, c->ctx);
    for (size_t i = 0; status == WH_OK && i < r->n; i++) {
        count_request(c, i);
        if (r->placing[i].reason == WH_REASON_STREET_UNKNOWN ||
            r->placing[i].reason == WH_REASON_CANNOT_READ) {
            status = note_unknown_street(c, i, &buf, err);
        }
    }
    wh_buf_finish(&buf);
    return status;
}

static int compare_hits(const void *a, const void *b)
{
    const struct wh_hits *ha = a, *hb = b;
    return ha->requests != hb->requests ? (ha->requests < hb->requests ? 1 : -1)
                                        : strcmp(ha->name, hb->name);
}

enum wh_status wh_geocoding_make(struct wh_ctx *ctx, const struct wh_gazetteers *gazetteers,
                                 const struct wh_areas *wards, const struct wh_unplaced *unplaced,
                                 const struct wh_geocode_report *report, struct wh_geocoding *ret,
                                 struct wh_error *err)
{
    struct wh_geocoding out = {.all = {.name = "all"},
                               .n_defaults = report->n_defaults,
                               .default_location = report->default_location};
    struct counting c = {.ctx = ctx,
                         .index = wh_gazetteers_index(gazetteers),
                         .wards = wards,
                         .unplaced = unplaced,
                         .out = &out,
                         .ward = -1};
    wh_arena_init(&out.arena, ctx);
    out.gazetteer = wh_gazetteers_files(gazetteers, &out.n_gazetteers);
    enum wh_status status = alloc_breakdowns(&c, err);
    if (status == WH_OK) {
        status = count_all(&c, err);
    }
    if (status == WH_OK) {
        status = rank_unknown_streets(&c, err);
    }
    wh_free(ctx, c.unknown);
    if (status != WH_OK) {
        wh_geocoding_finish(&out);
        return status;
    }
    for (size_t b = 0; b < WH_N_BREAKDOWNS; b++) {
        qsort(out.by[b], out.n_by[b], sizeof *out.by[b], compare_hits);
    }
    *ret = out;
    return WH_OK;
}

void wh_geocoding_finish(struct wh_geocoding *geocoding)
{
    wh_arena_finish(&geocoding->arena);
    *geocoding = (struct wh_geocoding){0};
}
