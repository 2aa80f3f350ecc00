/* Any bytes as an answer of an Open311 server: requests with clean text, or a sentence. The first
 * byte says XML or JSON, and how much is read at a time. */
#include <string.h>

#include "base/alloc.h"
#include "base/str.h"
#include "fuzz/fuzz.h"
#include "ingest/open311.h"

struct bytes {
    const uint8_t *at;
    size_t left, chunk;
};

static enum wh_status give(void *user, void *to, size_t size, size_t *ret_len, struct wh_error *err)
{
    struct bytes *const bytes = user;
    size_t n = size < bytes->left ? size : bytes->left;
    n = n < bytes->chunk ? n : bytes->chunk;
    (void)err;
    memcpy(to, bytes->at, n);
    bytes->at += n;
    bytes->left -= n;
    *ret_len = n;
    return WH_OK;
}

static void check_request(const struct open311_request *request, size_t n)
{
    FUZZ_PROMISE(strlen(request->fault) < sizeof request->fault && request->fault_column <= n);
    for (size_t i = 0; i < n; i++) {
        FUZZ_PROMISE(wh_utf8_check(request->value[i]) == request->value[i].len);
        FUZZ_PROMISE(request->fault[0] != '\0' ||
                     wh_str_find(request->value[i], '\0') == request->value[i].len);
    }
}

static enum wh_status read_all(struct open311_document *document, size_t n, bool is_xml,
                               struct wh_error *err)
{
    uint64_t line = 0;
    for (bool is_end = false;;) {
        struct open311_request request = {0};
        const enum wh_status status = wh_open311_next(document, &request, &is_end, err);
        if (status != WH_OK || is_end) {
            return status;
        }
        /* Several elements of XML may stand in one line. */
        FUZZ_PROMISE(is_xml ? request.line >= line : request.line == line + 1);
        line = request.line;
        check_request(&request, n);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const wanted[] = {"service_request_id",
                                         "service_name",
                                         "status",
                                         "requested_datetime",
                                         "lat",
                                         "long",
                                         "address",
                                         "extended_attributes.channel"};
    const size_t n = sizeof wanted / sizeof *wanted;
    struct wh_ctx *ctx = NULL;
    struct wh_error err = {0};
    const struct wh_ctx_options quiet = {.quiet = true, .jobs = 1};
    if (size == 0) {
        return 0;
    }
    const bool is_xml = (data[0] & 1) != 0;
    struct bytes bytes = {data + 1, size - 1, (data[0] & 2) != 0 ? 3 : SIZE_MAX};
    FUZZ_PROMISE(wh_ctx_create(&quiet, &ctx, &err) == WH_OK);
    const struct open311_source source = {.ctx = ctx,
                                          .path = "answer",
                                          .read = give,
                                          .user = &bytes,
                                          .wanted = wanted,
                                          .n_wanted = n};
    struct open311_document *document = NULL;
    enum wh_status status = is_xml ? wh_open311_xml_open(&source, &document, &err)
                                   : wh_open311_json_open(&source, &document, &err);
    if (status == WH_OK) {
        status = read_all(document, n, is_xml, &err);
    }
    FUZZ_PROMISE(status == WH_OK || (status == WH_ERR_INPUT && err.message[0] != '\0'));
    wh_open311_close(document);
    FUZZ_PROMISE(wh_alloc_in_use(ctx) == 0);
    wh_ctx_destroy(ctx);
    return 0;
}
