/* ingest/open311.c: a file of Open311 requests as records. */
#include "ingest/open311.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/sha256.h"
#include "base/str.h"

size_t wh_open311_find(const struct open311_source *source, const char *name)
{
    for (size_t i = 0; i < source->n_wanted; i++) {
        if (strcmp(source->wanted[i], name) == 0) {
            return i;
        }
    }
    return SIZE_MAX;
}

enum wh_status wh_open311_next(struct open311_document *document, struct open311_request *ret,
                               bool *ret_end, struct wh_error *err)
{
    return document->next(document, ret, ret_end, err);
}

void wh_open311_close(struct open311_document *document)
{
    if (document != NULL) {
        document->close(document);
    }
}

struct open311_records {
    struct records base;
    struct wh_reader *reader;
    struct wh_sha256 sha;
    struct open311_document *document;
    struct wh_str *column;
};

static enum wh_status read_file(void *user, void *bytes, size_t size, size_t *ret_len,
                                struct wh_error *err)
{
    struct open311_records *const of = user;
    enum wh_status status = wh_reader_read(of->reader, bytes, size, ret_len, err);
    if (status == WH_OK && *ret_len == 0) {
        status = wh_reader_check_unchanged(of->reader, err);
    }
    if (status == WH_OK) {
        wh_sha256_add(&of->sha, bytes, *ret_len);
        of->base.bytes_read += *ret_len;
    }
    return status;
}

static enum wh_status next_row(struct records *records, struct wh_csv_row *ret, bool *ret_end,
                               struct wh_error *err)
{
    struct open311_records *const of = (struct open311_records *)records;
    struct open311_request request;
    const enum wh_status status = wh_open311_next(of->document, &request, ret_end, err);
    if (status != WH_OK) {
        return status;
    }
    if (*ret_end) {
        wh_sha256_hex(&of->sha, records->sha256);
        return WH_OK;
    }
    *ret = (struct wh_csv_row){.line = request.line, .field = request.value};
    if (request.fault[0] != '\0') {
        ret->is_bad = true;
        ret->fault_column = request.fault_column;
        memcpy(ret->fault, request.fault, sizeof ret->fault);
    }
    return WH_OK;
}

static enum wh_status close_file(struct records *records, struct wh_error *err)
{
    struct open311_records *const of = (struct open311_records *)records;
    struct wh_ctx *const ctx = records->ctx;
    (void)err;
    wh_open311_close(of->document);
    wh_reader_close(of->reader);
    wh_free(ctx, of->column);
    wh_free(ctx, of);
    return WH_OK;
}

static enum wh_status open_file(struct open311_records *of, const char *path,
                                const struct records_options *opt, bool is_xml,
                                struct wh_error *err)
{
    const struct open311_source source = {.ctx = of->base.ctx,
                                          .path = path,
                                          .read = read_file,
                                          .user = of,
                                          .wanted = opt->wanted,
                                          .n_wanted = opt->n_wanted};
    of->column = wh_alloc_array(of->base.ctx, opt->n_wanted + 1, sizeof *of->column);
    if (of->column == NULL) {
        return wh_fail_memory(of->base.ctx, err);
    }
    for (size_t i = 0; i < opt->n_wanted; i++) {
        of->column[i] = wh_str_c(opt->wanted[i]);
    }
    of->base.column = of->column;
    of->base.n_columns = opt->n_wanted;
    of->base.has_every_column = true;
    const enum wh_status status = wh_reader_open(of->base.ctx, path, &of->reader, err);
    if (status != WH_OK) {
        return status;
    }
    return is_xml ? wh_open311_xml_open(&source, &of->document, err)
                  : wh_open311_json_open(&source, &of->document, err);
}

enum wh_status wh_open311_open_file(struct wh_ctx *ctx, const char *path,
                                    const struct records_options *opt, bool is_xml,
                                    struct records **ret, struct wh_error *err)
{
    static const struct records_kind xml = {NULL, next_row, close_file};
    static const struct records_kind json = {"request", next_row, close_file};
    struct open311_records *const of = wh_alloc(ctx, sizeof *of);
    if (of == NULL) {
        return wh_fail_memory(ctx, err);
    }
    of->base = (struct records){.kind = is_xml ? &xml : &json, .ctx = ctx};
    wh_sha256_init(&of->sha);
    const enum wh_status status = open_file(of, path, opt, is_xml, err);
    if (status == WH_OK) {
        *ret = &of->base;
        return WH_OK;
    }
    struct wh_error ignored = {0};
    (void)!close_file(&of->base, &ignored);
    return status;
}
