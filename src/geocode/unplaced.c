/* geocode/unplaced.c: a list a source of requests without a place. */
#include "geocode/unplaced.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/io.h"
#include "geocode/tell.h"

/* x, y and uprn are left empty: geocode/corrections.h reads what is filled in there. */
static const char header[] =
    "source,reference,file,line,reason,why,address,postcode,given_uprn,given_usrn,given_ward,"
    "given_x,given_y,nearest,x,y,uprn\n";

struct writing {
    struct wh_ctx *ctx;
    const struct wh_index *index;
    const struct wh_unplaced *unplaced;
    struct wh_store *store;
    struct wh_buf line, nearest;
};

static bool is_listed(const struct wh_requests *requests, size_t i)
{
    return requests->method[i] == WH_METHOD_NONE || requests->method[i] == WH_METHOD_WARD;
}

static void add_text(struct wh_buf *line, struct wh_str text)
{
    wh_buf_csv(line, text);
    wh_buf_char(line, ',');
}

static void add_whole(struct wh_buf *line, uint64_t value)
{
    if (value > 0) {
        wh_buf_printf(line, "%" PRIu64, value);
    }
    wh_buf_char(line, ',');
}

static void add_coordinate(struct wh_buf *line, double value)
{
    if (isfinite(value)) {
        wh_buf_printf(line, "%.10g", value);
    }
    wh_buf_char(line, ',');
}

static void add_request(struct writing *out, const struct wh_request *request,
                        const struct wh_placing *placing, const char *source_id)
{
    struct wh_buf *line = &out->line;
    const enum wh_place_reason reason = (enum wh_place_reason)placing->reason;
    const struct wh_question question = {.x = (double)NAN,
                                         .y = (double)NAN,
                                         .usrn = request->usrn,
                                         .address = request->address,
                                         .postcode = request->postcode};
    wh_buf_clear(line);
    wh_buf_clear(&out->nearest);
    add_text(line, wh_str_c(source_id));
    add_text(line, request->reference);
    add_text(line, request->file);
    add_whole(line, request->line);
    add_text(line, wh_str_c(wh_reason_name(reason)));
    add_text(line, wh_str_c(wh_reason_words(reason)));
    add_text(line, request->address);
    add_text(line, request->postcode);
    add_whole(line, request->uprn);
    add_whole(line, request->usrn);
    add_text(line, request->ward);
    add_coordinate(line, request->given_x);
    add_coordinate(line, request->given_y);
    wh_tell_nearest(out->index, &question, &out->nearest);
    add_text(line, wh_buf_view(&out->nearest));
    wh_buf_c(line, ",,\n");
    line->failed = line->failed || out->nearest.failed;
}

static enum wh_status write_row(struct writing *out, struct wh_writer *writer, size_t i,
                                struct wh_error *err)
{
    const struct wh_requests *requests = &out->unplaced->requests;
    struct wh_request request;
    struct wh_arena arena;
    wh_arena_init(&arena, out->ctx);
    enum wh_status status = wh_store_request(out->store, requests->row[i], &arena, &request, err);
    if (status == WH_OK) {
        add_request(out, &request, &requests->placing[i], requests->source_id[requests->source[i]]);
        status = wh_buf_ok(&out->line, err);
    }
    if (status == WH_OK) {
        status = wh_writer_write(writer, out->line.ptr, out->line.len, err);
    }
    wh_arena_finish(&arena);
    return status;
}

/* Requests [from, end) are of one source. */
static enum wh_status write_source(struct writing *out, size_t from, size_t end, const char *path,
                                   struct wh_error *err)
{
    struct wh_writer *writer = NULL;
    enum wh_status status = wh_writer_open(out->ctx, path, &writer, err);
    if (status == WH_OK) {
        status = wh_writer_write(writer, header, sizeof header - 1, err);
    }
    for (size_t i = from; status == WH_OK && i < end; i++) {
        if (is_listed(&out->unplaced->requests, i)) {
            status = write_row(out, writer, i, err);
        }
    }
    if (status != WH_OK) {
        wh_writer_abandon(writer);
        return status;
    }
    return wh_writer_close(writer, err);
}

/* The list of one source, or its removal when nothing is to be listed. */
static enum wh_status settle_source(struct writing *out, const char *folder, size_t from,
                                    size_t end, struct wh_error *err)
{
    const struct wh_requests *requests = &out->unplaced->requests;
    struct wh_arena arena;
    bool has_any = false;
    for (size_t i = from; i < end; i++) {
        has_any = has_any || is_listed(requests, i);
    }
    wh_arena_init(&arena, out->ctx);
    const char *path =
        wh_arena_printf(&arena, "%s/%s.csv", folder, requests->source_id[requests->source[from]]);
    enum wh_status status = path == NULL ? wh_fail_memory(out->ctx, err) : WH_OK;
    if (status == WH_OK) {
        status = has_any ? write_source(out, from, end, path, err) : wh_io_remove_file(path, err);
    }
    wh_arena_finish(&arena);
    return status;
}

/* "council.csv" of a source that has requests. */
static bool is_of_source(const struct wh_requests *requests, struct wh_str name)
{
    for (size_t i = 0; i < requests->n_sources; i++) {
        const size_t len = strlen(requests->source_id[i]);
        if (name.len == len + 4 && wh_str_has_prefix(name, requests->source_id[i]) &&
            wh_str_has_suffix(name, ".csv")) {
            return true;
        }
    }
    return false;
}

/* What a source said must not outlive it. */
static enum wh_status remove_others(struct wh_ctx *ctx, const struct wh_requests *requests,
                                    const char *folder, struct wh_error *err)
{
    struct wh_paths paths = {0};
    enum wh_status status = wh_io_walk(ctx, folder, &paths, err);
    for (size_t i = 0; status == WH_OK && i < paths.n; i++) {
        if (is_of_source(requests, wh_str_c(paths.path[i]))) {
            continue;
        }
        char *path = wh_path_join(ctx, folder, paths.path[i]);
        status = path == NULL ? wh_fail_memory(ctx, err) : wh_io_remove_file(path, err);
        wh_free(ctx, path);
    }
    wh_paths_finish(ctx, &paths);
    return status;
}

enum wh_status wh_unplaced_write(struct wh_ctx *ctx, const struct wh_gazetteers *gazetteers,
                                 const struct wh_unplaced *unplaced, struct wh_store *store,
                                 const char *folder, struct wh_error *err)
{
    const struct wh_requests *requests = &unplaced->requests;
    struct writing out = {
        .ctx = ctx, .index = wh_gazetteers_index(gazetteers), .unplaced = unplaced, .store = store};
    wh_buf_init(&out.line, ctx);
    wh_buf_init(&out.nearest, ctx);
    enum wh_status status = wh_io_make_folders(folder, 0750, err);
    if (status == WH_OK) {
        status = remove_others(ctx, requests, folder, err);
    }
    for (size_t from = 0, end = 0; status == WH_OK && from < requests->n; from = end) {
        while (end < requests->n && requests->source[end] == requests->source[from]) {
            end++;
        }
        status = settle_source(&out, folder, from, end, err);
    }
    wh_buf_finish(&out.line);
    wh_buf_finish(&out.nearest);
    return status;
}
