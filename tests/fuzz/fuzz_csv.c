/* Any bytes as a CSV file: rows in their order with clean text, or a sentence. The first byte
 * chooses the options. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/csv.h"
#include "base/str.h"
#include "fuzz/fuzz.h"

static void check_row(const struct wh_csv *csv, const struct wh_csv_row *row)
{
    if (row->is_bad) {
        FUZZ_PROMISE(row->fault[0] != '\0' && strlen(row->fault) < sizeof row->fault);
        return;
    }
    for (size_t i = 0; i < wh_csv_columns(csv); i++) {
        FUZZ_PROMISE(wh_utf8_check(row->field[i]) == row->field[i].len);
        FUZZ_PROMISE(wh_str_find(row->field[i], '\0') == row->field[i].len);
    }
}

static enum wh_status read_rows(struct wh_csv *csv, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    uint64_t line = 1;
    for (bool is_end = false;;) {
        struct wh_csv_row row;
        status = wh_csv_next(csv, &row, &is_end, err);
        if (status != WH_OK || is_end) {
            return status;
        }
        FUZZ_PROMISE(row.line > line); /* lines only go up: no row is told twice */
        line = row.line;
        check_row(csv, &row);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wh_ctx *ctx = NULL;
    struct wh_error err = {0};
    struct wh_csv *csv = NULL;
    const struct wh_ctx_options ctx_opt = {.quiet = true, .jobs = 1};
    if (size == 0) {
        return 0;
    }
    const char delimiters[] = {',', ';', '\t', '|'};
    const struct wh_csv_options opt = {.delimiter = delimiters[data[0] & 3],
                                       .is_cp1252 = (data[0] & 4) != 0,
                                       .needs_final_newline = (data[0] & 8) != 0};
    char path[32];
    const int fd = memfd_create("fuzz", 0);
    FUZZ_PROMISE(fd >= 0 && write(fd, data + 1, size - 1) == (ssize_t)(size - 1));
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    FUZZ_PROMISE(wh_ctx_create(&ctx_opt, &ctx, &err) == WH_OK);
    enum wh_status status = wh_csv_open(ctx, path, &opt, &csv, &err);
    if (status == WH_OK) {
        FUZZ_PROMISE(wh_csv_columns(csv) > 0 && wh_csv_columns(csv) <= WH_CSV_MAX_FIELDS);
        status = read_rows(csv, &err);
        FUZZ_PROMISE(wh_csv_bytes_read(csv) <= size - 1);
    }
    FUZZ_PROMISE(status == WH_OK || (status == WH_ERR_INPUT && err.message[0] != '\0'));
    wh_csv_close(csv);
    FUZZ_PROMISE(wh_alloc_in_use(ctx) == 0);
    wh_ctx_destroy(ctx);
    close(fd);
    return 0;
}
