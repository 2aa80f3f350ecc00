/* ingest/poll.c: an Open311 server asked, page by page, for what has changed since the last night.
 */
#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/sha256.h"
#include "base/str.h"
#include "base/time.h"
#include "ingest/open311.h"

#define DAY_S INT64_C(86400)
#define MOST_SPAN_DAYS 90           /* GeoReport v2: of start_date and end_date */
#define OVERLAP_S INT64_C(600)      /* clocks differ, and a change may come to light late */
#define MOST_PAGE_BYTES (64u << 20) /* of one answer, unpacked */
#define MOST_PAGES 100000u
#define CONNECT_TIMEOUT_S 15L
#define TIMEOUT_S 180L

struct poll {
    struct records base;
    const struct wh_open311_feed *feed;
    int64_t until_utc;
    CURL *curl;
    struct wh_buf page; /* the answer in hand */
    size_t read_at;     /* how far the parser has read it */
    bool is_too_long;
    struct open311_document *document;
    struct open311_source source;
    struct wh_str *column;
    struct wh_sha256 sha;
    /* what is asked for */
    int64_t from_utc, to_utc; /* the span in hand */
    uint32_t page_number, n_pages;
    uint64_t n_on_page, n_rows;
    char first_id[128], last_first_id[128]; /* of this page and of the one before */
    size_t id_column;                       /* of service_request_id; SIZE_MAX: not mapped */
    bool is_done;
};

/* ---- asking ---- */

static size_t take_bytes(char *bytes, size_t size, size_t n, void *user)
{
    struct poll *const poll = user;
    const size_t len = size * n;
    if (poll->page.len + len > MOST_PAGE_BYTES) {
        poll->is_too_long = true;
        return 0;
    }
    wh_buf_add(&poll->page, bytes, len);
    return poll->page.failed ? 0 : len;
}

static enum wh_status fail_asking(struct poll *poll, CURLcode code, const char *why,
                                  struct wh_error *err)
{
    if (poll->page.failed || code == CURLE_OUT_OF_MEMORY) {
        return wh_fail_memory(poll->base.ctx, err);
    }
    if (poll->is_too_long) {
        return wh_fail_at(err, WH_ERR_INPUT, poll->feed->url, 0, 0,
                          "a page of more than 64 MiB: ask for smaller ones with page_size");
    }
    return wh_fail_at(err, WH_ERR_INPUT, poll->feed->url, 0, 0, "cannot be asked: %s",
                      why[0] != '\0' ? why : curl_easy_strerror(code));
}

static enum wh_status check_answer(struct poll *poll, struct wh_error *err)
{
    long code = 0;
    char *where = NULL, shown[96];
    curl_easy_getinfo(poll->curl, CURLINFO_RESPONSE_CODE, &code);
    curl_easy_getinfo(poll->curl, CURLINFO_REDIRECT_URL, &where);
    if (where != NULL) { /* only the host that the config names is asked */
        return wh_fail_at(err, WH_ERR_INPUT, poll->feed->url, 0, 0,
                          "has moved to %s: say so in the config",
                          wh_log_escape(wh_str_c(where), shown, sizeof shown));
    }
    if (code != 200) {
        return wh_fail_at(err, WH_ERR_INPUT, poll->feed->url, 0, 0,
                          "answers with HTTP status %ld instead of requests", code);
    }
    return WH_OK;
}

static void add_parameter(struct wh_buf *url, const char *name, const char *value, bool *is_first)
{
    char *const safe = curl_easy_escape(NULL, value, 0);
    if (safe == NULL) {
        url->failed = true;
        return;
    }
    wh_buf_printf(url, "%c%s=%s", *is_first ? '?' : '&', name, safe);
    *is_first = false;
    curl_free(safe);
}

/* <url>/requests.json?jurisdiction_id=...&updated_after=...&page=1&page_size=100 */
static void make_url(const struct poll *poll, struct wh_buf *url)
{
    const struct wh_open311_feed *const feed = poll->feed;
    char time[32], number[24];
    bool is_first = true;
    const size_t len = strlen(feed->url);
    wh_buf_printf(url, "%.*s/requests.%s", (int)(feed->url[len - 1] == '/' ? len - 1 : len),
                  feed->url, feed->is_xml ? "xml" : "json");
    if (feed->jurisdiction != NULL) {
        add_parameter(url, "jurisdiction_id", feed->jurisdiction, &is_first);
    }
    add_parameter(url, feed->changes == WH_CHANGES_UPDATED_AFTER ? "updated_after" : "start_date",
                  wh_format_utc(poll->from_utc, time, sizeof time), &is_first);
    add_parameter(url, feed->changes == WH_CHANGES_UPDATED_AFTER ? "updated_before" : "end_date",
                  wh_format_utc(poll->to_utc, time, sizeof time), &is_first);
    snprintf(number, sizeof number, "%u", poll->page_number);
    add_parameter(url, "page", number, &is_first);
    snprintf(number, sizeof number, "%u", feed->page_size);
    add_parameter(url, "page_size", number, &is_first);
}

static enum wh_status fetch(struct poll *poll, struct wh_error *err)
{
    char why[CURL_ERROR_SIZE] = "";
    struct wh_buf url;
    wh_buf_init(&url, poll->base.ctx);
    make_url(poll, &url);
    enum wh_status status = wh_buf_ok(&url, err);
    if (status == WH_OK) {
        wh_buf_clear(&poll->page);
        poll->is_too_long = false;
        curl_easy_setopt(poll->curl, CURLOPT_URL, url.ptr);
        curl_easy_setopt(poll->curl, CURLOPT_ERRORBUFFER, why);
        const CURLcode code = curl_easy_perform(poll->curl);
        curl_easy_setopt(poll->curl, CURLOPT_ERRORBUFFER, NULL);
        status = code == CURLE_OK ? check_answer(poll, err) : fail_asking(poll, code, why, err);
    }
    wh_buf_finish(&url);
    return status;
}

/* ---- pages ---- */

static enum wh_status read_page(void *user, void *bytes, size_t size, size_t *ret_len,
                                struct wh_error *err)
{
    struct poll *const poll = user;
    const size_t left = poll->page.len - poll->read_at;
    const size_t n = left < size ? left : size;
    (void)err;
    if (n > 0) {
        memcpy(bytes, poll->page.ptr + poll->read_at, n);
    }
    poll->read_at += n;
    *ret_len = n;
    return WH_OK;
}

static enum wh_status open_page(struct poll *poll, struct wh_error *err)
{
    if (poll->n_pages++ == MOST_PAGES) {
        return wh_fail_at(err, WH_ERR_LIMIT, poll->feed->url, 0, 0, "more than %u pages",
                          MOST_PAGES);
    }
    const enum wh_status status = fetch(poll, err);
    if (status != WH_OK) {
        return status;
    }
    wh_sha256_add(&poll->sha, poll->page.ptr, poll->page.len);
    poll->base.bytes_read += poll->page.len;
    poll->read_at = 0;
    poll->n_on_page = 0;
    memcpy(poll->last_first_id, poll->first_id, sizeof poll->first_id);
    poll->first_id[0] = '\0';
    return poll->feed->is_xml ? wh_open311_xml_open(&poll->source, &poll->document, err)
                              : wh_open311_json_open(&poll->source, &poll->document, err);
}

/* The next stretch of time: the standard allows 90 days of start_date to end_date. */
static void next_span(struct poll *poll)
{
    const bool is_whole = poll->feed->changes == WH_CHANGES_UPDATED_AFTER;
    poll->page_number = 1;
    poll->first_id[0] = '\0';
    poll->from_utc = poll->to_utc;
    poll->to_utc = poll->until_utc;
    if (!is_whole && poll->until_utc - poll->from_utc > MOST_SPAN_DAYS * DAY_S) {
        poll->to_utc = poll->from_utc + MOST_SPAN_DAYS * DAY_S;
    }
    poll->is_done = poll->from_utc >= poll->until_utc;
}

static void note_first(struct poll *poll, const struct open311_request *request)
{
    if (poll->n_on_page++ == 0 && poll->id_column != SIZE_MAX) {
        const struct wh_str id = request->value[poll->id_column];
        snprintf(poll->first_id, sizeof poll->first_id, "%.*s", (int)id.len,
                 id.len > 0 ? id.ptr : "");
    }
}

/* Does the page begin like the one before it? There are servers that know no pages, and give
 * everything each time. */
static bool begins_again(const struct poll *poll)
{
    return poll->first_id[0] != '\0' && strcmp(poll->first_id, poll->last_first_id) == 0;
}

/* The next page, until one is empty or brings nothing new. */
static void end_page(struct poll *poll)
{
    wh_open311_close(poll->document);
    poll->document = NULL;
    if (poll->n_on_page == 0 || begins_again(poll)) {
        next_span(poll);
    } else {
        poll->page_number++;
    }
}

static void give(struct poll *poll, const struct open311_request *request, struct wh_csv_row *ret)
{
    *ret = (struct wh_csv_row){.line = ++poll->n_rows, .field = request->value};
    if (request->fault[0] != '\0') {
        ret->is_bad = true;
        ret->fault_column = request->fault_column;
        memcpy(ret->fault, request->fault, sizeof ret->fault);
    }
}

static enum wh_status next_row(struct records *records, struct wh_csv_row *ret, bool *ret_end,
                               struct wh_error *err)
{
    struct poll *const poll = (struct poll *)records;
    while (!poll->is_done) {
        struct open311_request request;
        bool is_end = false;
        enum wh_status status = poll->document == NULL ? open_page(poll, err) : WH_OK;
        if (status == WH_OK) {
            status = wh_open311_next(poll->document, &request, &is_end, err);
        }
        if (status != WH_OK) {
            return status;
        }
        if (!is_end) {
            note_first(poll, &request);
        }
        if (is_end || (poll->n_on_page == 1 && begins_again(poll))) {
            end_page(poll);
            continue;
        }
        give(poll, &request, ret);
        *ret_end = false;
        return WH_OK;
    }
    wh_sha256_hex(&poll->sha, records->sha256);
    *ret_end = true;
    return WH_OK;
}

/* ---- opening ---- */

static enum wh_status close_poll(struct records *records, struct wh_error *err)
{
    struct poll *const poll = (struct poll *)records;
    struct wh_ctx *const ctx = records->ctx;
    (void)err;
    wh_open311_close(poll->document);
    if (poll->curl != NULL) {
        curl_easy_cleanup(poll->curl);
    }
    wh_buf_finish(&poll->page);
    wh_free(ctx, poll->column);
    wh_free(ctx, poll);
    return WH_OK;
}

/* Only HTTP, only the host that is named, not for ever, and nothing of the machine's told. */
static bool set_up(CURL *curl, struct poll *poll)
{
    return curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_TIMEOUT_S) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT, TIMEOUT_S) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USERAGENT, "wardheat") == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, poll) == CURLE_OK;
}

static enum wh_status open_poll(struct poll *poll, const struct records_options *opt,
                                struct wh_error *err)
{
    poll->column = wh_alloc_array(poll->base.ctx, opt->n_wanted + 1, sizeof *poll->column);
    if (poll->column == NULL) {
        return wh_fail_memory(poll->base.ctx, err);
    }
    for (size_t i = 0; i < opt->n_wanted; i++) {
        poll->column[i] = wh_str_c(opt->wanted[i]);
    }
    poll->base.column = poll->column;
    poll->base.n_columns = opt->n_wanted;
    poll->base.has_every_column = true;
    poll->source = (struct open311_source){.ctx = poll->base.ctx,
                                           .path = poll->feed->url,
                                           .read = read_page,
                                           .user = poll,
                                           .wanted = opt->wanted,
                                           .n_wanted = opt->n_wanted};
    poll->id_column = wh_open311_find(&poll->source, "service_request_id");
    poll->curl = curl_easy_init();
    if (poll->curl == NULL || !set_up(poll->curl, poll)) {
        return wh_fail_at(err, WH_ERR_INTERNAL, poll->feed->url, 0, 0,
                          "libcurl cannot do what it is asked for");
    }
    return WH_OK;
}

enum wh_status wh_open311_open_feed(struct wh_ctx *ctx, const struct wh_open311_feed *feed,
                                    const struct records_options *opt, int64_t from_utc,
                                    int64_t until_utc, struct records **ret, struct wh_error *err)
{
    static const struct records_kind kind = {"request", next_row, close_poll};
    struct poll *const poll = wh_alloc(ctx, sizeof *poll);
    if (poll == NULL) {
        return wh_fail_memory(ctx, err);
    }
    poll->base = (struct records){.kind = &kind, .ctx = ctx};
    poll->feed = feed;
    poll->until_utc = until_utc;
    poll->to_utc = from_utc - OVERLAP_S; /* where the first span begins */
    wh_buf_init(&poll->page, ctx);
    wh_sha256_init(&poll->sha);
    next_span(poll);
    const enum wh_status status = open_poll(poll, opt, err);
    if (status == WH_OK) {
        *ret = &poll->base;
        return WH_OK;
    }
    struct wh_error ignored = {0};
    (void)!close_poll(&poll->base, &ignored);
    return status;
}
