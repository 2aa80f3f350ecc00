/* run/gates.c: is what was read and placed good enough to publish? */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/log.h"
#include "base/number.h"
#include "base/time.h"
#include "run/session.h"

#define JUDGE_WARD_AT_LEAST 20u /* requests that name a ward, before it is judged */
#define JUDGE_FALL_AT_LEAST 50u /* requests of a source, before a fall is one */
#define NAMES_SHOWN 5u
/* A day is set against the same weekday of so many weeks before, if there are at least so many. */
#define MOST_WEEKS 8u
#define LEAST_WEEKS 4u
#define CHANCE_Z 4.0   /* standard deviations of a Poisson count that are no chance */
#define LEAST_DAY 10.0 /* requests a day: where fewer are usual, chance is what it is with these   \
                        */

/* ---- rows ---- */

static enum wh_status check_unreadable(const struct wh_session *session, struct wh_error *err)
{
    const double most = session->config.quality.max_unreadable;
    for (size_t i = 0; i < session->config.n_sources; i++) {
        const struct wh_ledger *ledger = &session->ingest[i].ledger;
        const double share =
            ledger->read == 0 ? 0 : (double)ledger->unreadable / (double)ledger->read;
        if (share > most) {
            return wh_fail(err, WH_ERR_GATE,
                           "held back: %.1f %% of the rows of source %s could not be read; "
                           "quality.max_unreadable allows %.1f %%",
                           100 * share, session->config.source[i].id, 100 * most);
        }
    }
    return WH_OK;
}

/* A source that has gone quiet: its export no longer runs, whatever else is well. */
static enum wh_status check_fresh(const struct wh_ctx *ctx, const struct wh_session *session,
                                  struct wh_error *err)
{
    for (size_t i = 0; i < session->config.n_sources; i++) {
        const struct wh_source *source = &session->config.source[i];
        const int64_t newest_utc = session->ingest[i].newest_utc;
        char words[32];
        if (source->fresh_within_days == 0 || newest_utc == WH_NO_TIME) {
            continue;
        }
        const int64_t day = wh_zone_day(session->zone, newest_utc);
        const int64_t age = wh_ctx_as_of_day(ctx) - day;
        if (age > source->fresh_within_days) {
            return wh_fail(err, WH_ERR_GATE,
                           "held back: the newest record of source %s is of %s, %lld days before "
                           "the run; its fresh_within allows %u",
                           source->id, wh_format_day_words(day, words, sizeof words),
                           (long long)age, source->fresh_within_days);
        }
    }
    return WH_OK;
}

/* ---- volume ---- */

/* An export that is cut off, or has lost its filter. */
static enum wh_status check_fall(const struct wh_session *session, struct wh_error *err)
{
    const double change = session->config.quality.volume_change;
    char now[32], before[32];
    for (size_t i = 0; change > 0 && i < session->config.n_sources; i++) {
        const struct wh_ingest_report *report = &session->ingest[i];
        const double least = (1 - change) * (double)report->held_before;
        if (report->held_before >= JUDGE_FALL_AT_LEAST && (double)report->held < least) {
            return wh_fail(
                err, WH_ERR_GATE,
                "held back: source %s holds %s requests, after %s in the last run; "
                "quality.volume_change allows %.0f %% fewer",
                session->config.source[i].id, wh_format_count(report->held, now, sizeof now),
                wh_format_count(report->held_before, before, sizeof before), 100 * change);
        }
    }
    return WH_OK;
}

struct day_counts {
    int64_t from[MOST_WEEKS + 1], to[MOST_WEEKS + 1]; /* 0: the day, k: k weeks before */
    uint32_t n[MOST_WEEKS + 1];
    int64_t oldest_utc; /* of the source */
};

/* Only what was opened on a known day counts. */
static void count_days(const struct wh_requests *requests, size_t source_idx, struct day_counts *c)
{
    for (size_t i = 0; i < requests->n; i++) {
        const int64_t at = requests->opened_at[i];
        if (requests->source[i] != source_idx || requests->opened_to[i] - at > 2 * 86400) {
            continue;
        }
        c->oldest_utc = at < c->oldest_utc ? at : c->oldest_utc;
        for (size_t k = 0; k <= MOST_WEEKS; k++) {
            c->n[k] += at >= c->from[k] && at < c->to[k];
        }
    }
}

static int compare_counts(const void *a, const void *b)
{
    const uint32_t ca = *(const uint32_t *)a, cb = *(const uint32_t *)b;
    return (ca > cb) - (ca < cb);
}

/* Weeks that the source was there for; a median of fewer than LEAST_WEEKS is none: 0. */
static double median_of_weeks(const struct day_counts *c)
{
    uint32_t n[MOST_WEEKS];
    size_t weeks = 0;
    while (weeks < MOST_WEEKS && c->from[weeks + 1] >= c->oldest_utc) {
        n[weeks] = c->n[weeks + 1];
        weeks++;
    }
    if (weeks < LEAST_WEEKS) {
        return 0;
    }
    qsort(n, weeks, sizeof *n, compare_counts);
    return ((double)n[(weeks - 1) / 2] + (double)n[weeks / 2]) / 2;
}

/* Index of a source among those of the requests, or n. */
static size_t find_source(const struct wh_requests *requests, const char *id)
{
    size_t i = 0;
    while (i < requests->n_sources && strcmp(requests->source_id[i], id) != 0) {
        i++;
    }
    return i;
}

/*
 * The last whole day that a source reports, against the same weekday of the weeks before. The day
 * of the newest record may not be over; a holiday is like no other day. What chance alone would do
 * to a count (Poisson) is no change, so that a source of ten requests a day is not judged by it.
 */
static enum wh_status check_day(const struct wh_session *session, size_t config_idx,
                                struct wh_error *err)
{
    const double change = session->config.quality.volume_change;
    const struct wh_requests *const requests = &session->unplaced.requests;
    const char *const id = session->config.source[config_idx].id;
    const size_t source_idx = find_source(requests, id);
    const int64_t newest_utc = session->ingest[config_idx].newest_utc;
    struct day_counts c = {.oldest_utc = INT64_MAX};
    char words[32];
    if (source_idx == requests->n_sources || newest_utc == WH_NO_TIME || !(change > 0)) {
        return WH_OK;
    }
    const int64_t day = wh_zone_day(session->zone, newest_utc) - 1;
    for (size_t k = 0; k <= MOST_WEEKS; k++) {
        c.from[k] = wh_zone_day_start(session->zone, day - 7 * (int64_t)k);
        c.to[k] = wh_zone_day_start(session->zone, day - 7 * (int64_t)k + 1);
    }
    count_days(requests, source_idx, &c);
    const double usual = median_of_weeks(&c), off = fabs((double)c.n[0] - usual);
    const bool is_holiday = (day + 3) % 7 < 5 && !wh_is_working_day(&session->targets, day);
    if (is_holiday || off <= change * usual || off <= CHANCE_Z * sqrt(fmax(usual, LEAST_DAY))) {
        return WH_OK;
    }
    return wh_fail(err, WH_ERR_GATE,
                   "held back: source %s has %u requests of %s, where %.0f are usual on that "
                   "weekday; quality.volume_change allows %.0f %% more or fewer",
                   id, c.n[0], wh_format_day_words(day, words, sizeof words), usual, 100 * change);
}

static enum wh_status check_days(const struct wh_session *session, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t i = 0; status == WH_OK && i < session->config.n_sources; i++) {
        status = check_day(session, i, err);
    }
    return status;
}

/* ---- placing ---- */

static enum wh_status check_placed(const struct wh_session *session, struct wh_error *err)
{
    uint64_t requests = 0, not_placed = 0;
    for (size_t i = 0; i < session->geocode.n_sources; i++) {
        requests += session->geocode.ledger[i].requests;
        /* Only to know the ward is not to be placed. */
        not_placed += session->geocode.ledger[i].not_placed +
                      session->geocode.ledger[i].by_method[WH_METHOD_WARD];
    }
    if (requests == 0) {
        return wh_fail(err, WH_ERR_INPUT, "no requests: every source is empty");
    }
    const double placed = 1 - (double)not_placed / (double)requests;
    if (placed < session->config.quality.min_placed) {
        return wh_fail(err, WH_ERR_GATE,
                       "held back: %.1f %% of requests could be placed; quality.min_placed asks "
                       "for %.1f %%",
                       100 * placed, 100 * session->config.quality.min_placed);
    }
    return WH_OK;
}

struct ward_count {
    uint64_t named, placed;
};

/* Texts of wards are shared between requests, so that each is looked up once in a row. */
static void count_wards(const struct wh_session *session, struct ward_count *count)
{
    const struct wh_unplaced *const unplaced = &session->unplaced;
    const char *last = NULL;
    int32_t ward = -1;
    for (size_t i = 0; unplaced->ward != NULL && i < unplaced->requests.n; i++) {
        const char *const text = unplaced->ward[i];
        if (text == NULL) {
            continue;
        }
        if (text != last) {
            ward = wh_areas_find_named(&session->wards, text);
            last = text;
        }
        if (ward >= 0) {
            count[ward].named++;
            count[ward].placed += unplaced->requests.method[i] != WH_METHOD_NONE &&
                                  unplaced->requests.method[i] != WH_METHOD_WARD;
        }
    }
}

/* Where a request was not placed nobody knows its ward but its source: only those that name one can
 * tell. */
static enum wh_status check_wards(struct wh_ctx *ctx, const struct wh_session *session,
                                  struct wh_error *err)
{
    const double least = session->config.quality.min_placed_by_ward;
    struct ward_count *const count = wh_alloc_array(ctx, session->wards.n + 1, sizeof *count);
    enum wh_status status = WH_OK;
    if (count == NULL) {
        return wh_fail_memory(ctx, err);
    }
    count_wards(session, count);
    for (uint32_t w = 0; status == WH_OK && w < session->wards.n; w++) {
        const double share =
            count[w].named == 0 ? 1 : (double)count[w].placed / (double)count[w].named;
        if (count[w].named >= JUDGE_WARD_AT_LEAST && share < least) {
            status = wh_fail(err, WH_ERR_GATE,
                             "held back: %.1f %% of the requests that name the ward %s could be "
                             "placed; quality.min_placed_by_ward asks for %.1f %%",
                             100 * share, session->wards.name[w], 100 * least);
        }
    }
    wh_free(ctx, count);
    return status;
}

/* ---- gazetteers ---- */

/* An old gazetteer misses new houses: no reason to hold a release back, but one to fetch a new one.
 */
static void warn_of_age(struct wh_ctx *ctx, const struct wh_session *session)
{
    size_t n = 0;
    const struct wh_gazetteer_note *file = wh_gazetteers_files(session->gazetteers, &n);
    for (size_t i = 0; i < n; i++) {
        const int64_t age = wh_ctx_as_of_day(ctx) - file[i].edition_day;
        char day[32];
        if (file[i].edition_day != WH_NO_DAY && age > session->config.quality.gazetteer_days) {
            wh_log(
                ctx, WH_LOG_WARNING,
                "the gazetteer %s is of %s, %lld days before the run; quality.gazetteer_age is %u",
                file[i].path, wh_format_day_words(file[i].edition_day, day, sizeof day),
                (long long)age, session->config.quality.gazetteer_days);
        }
    }
}

/* ---- categories ---- */

static int compare_most_first(const void *a, const void *b)
{
    const struct wh_name_count *const ca = a, *const cb = b;
    return ca->n != cb->n ? (ca->n < cb->n ? 1 : -1) : strcmp(ca->name, cb->name);
}

/* The names, ready to be filled in and joined to the list of categories. */
static enum wh_status write_unmapped(struct wh_ctx *ctx, const char *path,
                                     const struct wh_name_count *count, size_t n,
                                     struct wh_error *err)
{
    struct wh_buf text;
    if (n == 0) {
        return wh_io_remove_file(path, err);
    }
    wh_buf_init(&text, ctx);
    wh_buf_c(&text, "code,category,requests\n");
    for (size_t i = 0; i < n; i++) {
        wh_buf_csv(&text, wh_str_c(count[i].name));
        wh_buf_printf(&text, ",,%llu\n", (unsigned long long)count[i].n);
    }
    enum wh_status status = wh_buf_ok(&text, err);
    if (status == WH_OK) {
        status = wh_io_replace(ctx, path, wh_buf_view(&text), err);
    }
    wh_buf_finish(&text);
    return status;
}

static void tell_unmapped(struct wh_ctx *ctx, const char *source_id, uint64_t total,
                          const struct wh_name_count *count, size_t n)
{
    struct wh_buf names;
    char shown[96], number[32];
    wh_buf_init(&names, ctx);
    for (size_t i = 0; i < n && i < NAMES_SHOWN; i++) {
        wh_buf_printf(&names, "%s\"%s\" (%s)", i == 0 ? "" : ", ",
                      wh_log_escape(wh_str_c(count[i].name), shown, sizeof shown),
                      wh_format_count(count[i].n, number, sizeof number));
    }
    if (n > NAMES_SHOWN) {
        wh_buf_printf(&names, " and %zu more", n - NAMES_SHOWN);
    }
    if (!names.failed) {
        wh_log(ctx, WH_LOG_WARNING, "source %s: %s request%s in no list of categories: %s",
               source_id, wh_format_count(total, number, sizeof number),
               total == 1 ? " is" : "s are", names.ptr);
    }
    wh_buf_finish(&names);
}

static enum wh_status check_unmapped(struct wh_ctx *ctx, const struct wh_session *session,
                                     size_t config_idx, const char *folder, struct wh_error *err)
{
    const struct wh_source *const source = &session->config.source[config_idx];
    const double most = session->config.quality.unmapped;
    struct wh_name_count *count = NULL;
    size_t n = 0;
    uint64_t total = 0;
    struct wh_arena arena;
    wh_arena_init(&arena, ctx);
    enum wh_status status = wh_store_unmapped(session->store, source->id, &arena, &count, &n, err);
    for (size_t i = 0; status == WH_OK && i < n; i++) {
        total += count[i].n;
    }
    if (status == WH_OK && n > 0) {
        qsort(count, n, sizeof *count, compare_most_first);
        tell_unmapped(ctx, source->id, total, count, n);
    }
    if (status == WH_OK && folder != NULL) {
        const char *const path = wh_arena_printf(&arena, "%s/%s.csv", folder, source->id);
        status = path != NULL ? write_unmapped(ctx, path, count, n, err) : wh_fail_memory(ctx, err);
    }
    const uint64_t held = session->ingest[config_idx].held;
    if (status == WH_OK && (double)total > most * (double)held) {
        status = wh_fail(err, WH_ERR_GATE,
                         "held back: %.1f %% of the requests of source %s are in no list of "
                         "categories; quality.unmapped allows %.1f %%",
                         100 * (double)total / (double)held, source->id, 100 * most);
    }
    wh_arena_finish(&arena);
    return status;
}

static enum wh_status check_categories(struct wh_ctx *ctx, const struct wh_session *session,
                                       const char *folder, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    bool has_list = false;
    for (size_t i = 0; i < session->config.n_sources; i++) {
        has_list = has_list || session->config.source[i].categories != NULL;
    }
    if (has_list && folder != NULL) {
        status = wh_io_make_folders(folder, 0750, err);
    }
    for (size_t i = 0; status == WH_OK && i < session->config.n_sources; i++) {
        if (session->config.source[i].categories != NULL) {
            status = check_unmapped(ctx, session, i, folder, err);
        }
    }
    return status;
}

enum wh_status wh_session_check_gates(struct wh_ctx *ctx, const struct wh_session *session,
                                      const char *unmapped_folder, struct wh_error *err)
{
    enum wh_status status = check_unreadable(session, err);
    warn_of_age(ctx, session);
    if (status == WH_OK) {
        status = check_fresh(ctx, session, err);
    }
    if (status == WH_OK) {
        status = check_categories(ctx, session, unmapped_folder, err);
    }
    if (status == WH_OK) {
        status = check_fall(session, err);
    }
    if (status == WH_OK) {
        status = check_days(session, err);
    }
    if (status == WH_OK) {
        status = check_placed(session, err);
    }
    return status == WH_OK ? check_wards(ctx, session, err) : status;
}
