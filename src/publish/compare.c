/* publish/compare.c: what differs, told in one line; files by their kind. */
#include "publish/compare.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/io.h"
#include "publish/compare_internal.h"

#define MOST_BYTES (UINT64_C(1) << 30)

void wh_compare_tell(struct wh_agreement *agreement, const char *name, const char *field,
                     const char *id, struct wh_str published, struct wh_str again)
{
    char line[768], theirs[128], ours[128], shown_id[128], shown_field[160];
    wh_log_escape(published, theirs, sizeof theirs);
    wh_log_escape(again, ours, sizeof ours);
    wh_log_escape(wh_str_c(id), shown_id, sizeof shown_id);
    wh_log_escape(wh_str_c(field), shown_field, sizeof shown_field);
    (void)snprintf(line, sizeof line, "%.160s: %s%s%s: published \"%s\", worked out again \"%s\"",
                   name, shown_field, shown_id[0] == '\0' ? "" : " of ", shown_id, theirs, ours);
    if (agreement->n_different == 0) {
        (void)snprintf(agreement->first, sizeof agreement->first, "%s", line);
    }
    if (agreement->n_different < WH_MOST_TOLD) {
        wh_buf_printf(agreement->told, "%s\n", line);
    }
    agreement->n_different++;
}

bool wh_is_hidden_words(struct wh_str text)
{
    return wh_str_has_prefix(text, "fewer than ") || wh_str_eq_c(text, "not shown") ||
           wh_str_eq_c(text, "few") || wh_str_eq_c(text, "withheld");
}

/* Files that are no tables: the place of the first byte that differs. */
static enum wh_status compare_bytes(const struct wh_compared *file, struct wh_error *err)
{
    struct wh_ctx *const ctx = file->agreement->ctx;
    struct wh_buf a, b;
    wh_buf_init(&a, ctx);
    wh_buf_init(&b, ctx);
    enum wh_status status = wh_io_read_all(ctx, file->published, MOST_BYTES, &a, err);
    if (status == WH_OK) {
        status = wh_io_read_all(ctx, file->again, MOST_BYTES, &b, err);
    }
    if (status == WH_OK && (a.len != b.len || (a.len > 0 && memcmp(a.ptr, b.ptr, a.len) != 0))) {
        size_t at = 0;
        char theirs[40], ours[40], field[48];
        while (at < a.len && at < b.len && a.ptr[at] == b.ptr[at]) {
            at++;
        }
        (void)snprintf(field, sizeof field, "byte %zu", at + 1);
        (void)snprintf(theirs, sizeof theirs, "%zu bytes", a.len);
        (void)snprintf(ours, sizeof ours, "%zu bytes", b.len);
        wh_compare_tell(file->agreement, file->name, field, "", wh_str_c(theirs), wh_str_c(ours));
    }
    wh_buf_finish(&a);
    wh_buf_finish(&b);
    return status;
}

enum wh_status wh_compare_file(struct wh_agreement *agreement, const char *name,
                               const char *published, const char *again, const char *const *ignored,
                               struct wh_error *err)
{
    const struct wh_compared file = {agreement, name, published, again, ignored};
    const struct wh_str ending = wh_str_c(name);
    struct wh_file_info info;
    agreement->n_files++;
    if (!wh_io_stat(published, &info)) {
        wh_compare_tell(agreement, name, "the file", "", wh_str_c("missing"), wh_str_c("there"));
        return WH_OK;
    }
    if (wh_str_has_suffix(ending, ".csv")) {
        return wh_compare_table(&file, err);
    }
    if (wh_str_has_suffix(ending, ".gpkg")) {
        return wh_compare_database(&file, err);
    }
    return wh_str_has_suffix(ending, ".json") || wh_str_has_suffix(ending, ".geojson")
               ? wh_compare_json(&file, err)
               : compare_bytes(&file, err);
}
