/* ingest/open311.h: Open311 GeoReport v2 answers (wiki.open311.org/GeoReport_v2), XML and JSON:
 * from a file, or asked for page by page. For the files of src/ingest. */
#ifndef WH_INGEST_OPEN311_H
#define WH_INGEST_OPEN311_H

#include "ingest/records.h"

/* Fills up to `size` bytes; *ret_len is 0 at the end. */
typedef enum wh_status wh_open311_read_fn(void *user, void *bytes, size_t size, size_t *ret_len,
                                          struct wh_error *err);

struct open311_source {
    struct wh_ctx *ctx;
    const char *path; /* for messages; must outlive the document */
    wh_open311_read_fn *read;
    void *user;
    /* Names of the elements that are wanted; "a.b" is the element b of the element a. Must outlive
     * the document. */
    const char *const *wanted;
    size_t n_wanted;
};

/* One answer: a list of requests. */
struct open311_document;

/*
 * XML is read piece by piece, without DTD, entities, or more than 64 levels; JSON whole, at most 64
 * MiB. WH_ERR_INPUT: not well formed, not a list of requests, or the server's own <errors>.
 */
WH_MUST_USE enum wh_status wh_open311_xml_open(const struct open311_source *source,
                                               struct open311_document **ret, struct wh_error *err);
WH_MUST_USE enum wh_status wh_open311_json_open(const struct open311_source *source,
                                                struct open311_document **ret,
                                                struct wh_error *err);
/* Values of one request by wanted name, empty where it has none; valid until the next call. `line`
 * is that of its element in XML, its number in JSON. */
struct open311_request {
    uint64_t line;
    const struct wh_str *value;
    uint32_t fault_column; /* from 1; 0: it can be read */
    char fault[160];
};
WH_MUST_USE enum wh_status wh_open311_next(struct open311_document *document,
                                           struct open311_request *ret, bool *ret_end,
                                           struct wh_error *err);
void wh_open311_close(struct open311_document *document); /* NULL is fine */

/* What both kinds begin with. */
struct open311_document {
    struct open311_source source;
    enum wh_status (*next)(struct open311_document *document, struct open311_request *ret,
                           bool *ret_end, struct wh_error *err);
    void (*close)(struct open311_document *document);
    struct wh_str *value; /* of the request in hand */
};
/* Index of a name among the wanted ones, or SIZE_MAX. */
size_t wh_open311_find(const struct open311_source *source, const char *name);

/* A file of requests as records. */
WH_MUST_USE enum wh_status wh_open311_open_file(struct wh_ctx *ctx, const char *path,
                                                const struct records_options *opt, bool is_xml,
                                                struct records **ret, struct wh_error *err);
/*
 * What a server says has changed since `from_utc`, up to `until_utc`, as records. Only the host of
 * the feed's URL is asked. WH_ERR_INPUT: it cannot be reached, or answers with something else.
 */
WH_MUST_USE enum wh_status wh_open311_open_feed(struct wh_ctx *ctx,
                                                const struct wh_open311_feed *feed,
                                                const struct records_options *opt, int64_t from_utc,
                                                int64_t until_utc, struct records **ret,
                                                struct wh_error *err);

#endif
