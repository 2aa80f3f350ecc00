/* model/requests.c: requests in memory: which a theme takes, ledgers that must balance. */
#include "model/requests.h"

#include <wardheat/model.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/str.h"

const char *wh_field_name(enum wh_field field)
{
    static const char *const name[WH_N_FIELDS] = {
        "reference", "category", "service_code", "channel", "language", "opened", "opened_to",
        "closed",    "due",      "updated",      "status",  "provider", "cost",   "address",
        "postcode",  "uprn",     "usrn",         "ward",    "x",        "y"};
    return field < WH_N_FIELDS ? name[field] : "";
}

void wh_requests_finish(struct wh_ctx *ctx, struct wh_requests *requests)
{
    wh_free(ctx, requests->row);
    wh_free(ctx, requests->x);
    wh_free(ctx, requests->y);
    wh_free(ctx, requests->precision_m);
    wh_free(ctx, requests->opened_at);
    wh_free(ctx, requests->opened_to);
    wh_free(ctx, requests->closed_at);
    wh_free(ctx, requests->due_at);
    wh_free(ctx, requests->category);
    wh_free(ctx, requests->source);
    wh_free(ctx, requests->ward);
    wh_free(ctx, requests->method);
    wh_free(ctx, requests->placing);
    wh_free(ctx, requests->outcome);
    wh_arena_finish(&requests->arena);
    *requests = (struct wh_requests){0};
}

enum wh_status wh_ledger_check(const char *source, const struct wh_ledger *ledger,
                               struct wh_error *err)
{
    const uint64_t sum = ledger->added + ledger->updated + ledger->unchanged + ledger->duplicate +
                         ledger->unreadable;
    if (sum == ledger->read) {
        return WH_OK;
    }
    return wh_fail(err, WH_ERR_INTERNAL,
                   "the ledger of source %s does not balance: %llu rows read, %llu accounted for",
                   source, (unsigned long long)ledger->read, (unsigned long long)sum);
}

enum wh_status wh_placing_ledger_check(const char *source, const struct wh_placing_ledger *ledger,
                                       struct wh_error *err)
{
    const uint64_t all = ledger->in_ward + ledger->outside + ledger->not_placed;
    const uint64_t inside = ledger->mapped + ledger->withheld_sensitive + ledger->withheld_default +
                            ledger->withheld_coarse;
    if (all == ledger->requests && inside == ledger->in_ward) {
        return WH_OK;
    }
    return wh_fail(err, WH_ERR_INTERNAL,
                   "the placing of source %s does not balance: %llu requests, %llu accounted for; "
                   "%llu in a ward, %llu mapped or withheld",
                   source, (unsigned long long)ledger->requests, (unsigned long long)all,
                   (unsigned long long)ledger->in_ward, (unsigned long long)inside);
}

bool wh_theme_takes_category(const struct wh_theme *theme, const char *category)
{
    for (size_t i = 0; i < theme->n_categories; i++) {
        if (wh_str_eq_fold(wh_str_trim(wh_str_c(theme->category[i])),
                           wh_str_trim(wh_str_c(category)))) {
            return true;
        }
    }
    return theme->n_categories == 0;
}

static bool takes_source(const struct wh_theme *theme, const char *source)
{
    for (size_t i = 0; i < theme->n_sources; i++) {
        if (wh_str_eq_c(wh_str_c(theme->source[i]), source)) {
            return true;
        }
    }
    return theme->n_sources == 0;
}

static bool takes(const struct wh_theme *theme, const char *category, const char *source)
{
    bool is_taken = false;
    for (size_t i = 0; i < theme->n_any; i++) {
        is_taken = is_taken || takes(&theme->any[i], category, source);
    }
    return theme->n_any > 0
               ? is_taken
               : wh_theme_takes_category(theme, category) && takes_source(theme, source);
}

void wh_theme_members(const struct wh_theme *theme, const struct wh_requests *requests,
                      uint8_t *ret_member)
{
    for (size_t c = 0; c < requests->n_categories; c++) {
        for (size_t s = 0; s < requests->n_sources; s++) {
            ret_member[c * requests->n_sources + s] =
                takes(theme, requests->category_name[c], requests->source_id[s]);
        }
    }
}

static bool is_member(const struct wh_requests *requests, const uint8_t *member,
                      const struct wh_period *period, size_t i)
{
    return requests->outcome[i] == WH_OUTCOME_MAPPED &&
           requests->opened_at[i] >= period->from_utc && requests->opened_at[i] < period->to_utc &&
           member[requests->category[i] * requests->n_sources + requests->source[i]];
}

enum wh_status wh_theme_points(struct wh_ctx *ctx, const struct wh_theme *theme,
                               const struct wh_requests *requests, const struct wh_period *period,
                               struct wh_points *ret, int32_t **ret_ward, struct wh_error *err)
{
    struct wh_points points = {0};
    int32_t *ward = NULL;
    uint8_t *member = wh_alloc_array(ctx, requests->n_categories, requests->n_sources);
    enum wh_status status = WH_OK;
    size_t n = 0;
    if (member == NULL) {
        return wh_fail_memory(ctx, err);
    }
    wh_theme_members(theme, requests, member);
    for (size_t i = 0; i < requests->n; i++) {
        n += is_member(requests, member, period, i);
    }
    ward = wh_alloc_array(ctx, n, sizeof *ward);
    status = ward == NULL ? wh_fail_memory(ctx, err) : wh_points_reserve(ctx, &points, n, err);
    for (size_t i = 0; status == WH_OK && i < requests->n; i++) {
        if (is_member(requests, member, period, i)) {
            ward[points.n] = requests->ward[i];
            status = wh_points_push(ctx, &points, requests->x[i], requests->y[i],
                                    (double)requests->precision_m[i], requests->opened_at[i],
                                    requests->category[i], (uint32_t)i, err);
        }
    }
    wh_free(ctx, member);
    if (status != WH_OK) {
        wh_free(ctx, ward);
        wh_points_finish(ctx, &points);
        return status;
    }
    *ret = points;
    if (ret_ward != NULL) {
        *ret_ward = ward;
    } else {
        wh_free(ctx, ward);
    }
    return WH_OK;
}
