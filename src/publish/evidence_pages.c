/* publish/evidence_pages.c: pages of evidence, drawn by as many threads as the context allows. */
#include "publish/evidence_pages.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/io.h"

static enum wh_status write_page(struct wh_ctx *ctx, const struct wh_report *report,
                                 size_t theme_idx, const struct wh_evidence_record *record,
                                 const struct wh_page_options *opt, const char *folder,
                                 struct wh_error *err)
{
    struct wh_sheet_file file;
    char name[192];
    snprintf(name, sizeof name, "%s.pdf", record->hotspot->id);
    char *const path = wh_path_join(ctx, folder, name);
    if (path == NULL) {
        return wh_fail_memory(ctx, err);
    }
    enum wh_status status = wh_render_evidence(ctx, report, theme_idx, record, opt, &file, err);
    if (status == WH_OK) {
        status = wh_sheet_file_write(ctx, &file, path, NULL, err);
    }
    wh_sheet_file_finish(ctx, &file);
    wh_free(ctx, path);
    return status;
}

enum wh_status wh_evidence_pages_write(struct wh_ctx *ctx, const struct wh_report *report,
                                       size_t theme_idx, const struct wh_evidence_record *record,
                                       size_t n, const struct wh_page_options *opt,
                                       const char *folder, struct wh_error *err)
{
    struct outcome {
        enum wh_status status;
        struct wh_error err;
    } *const outcome = wh_alloc_array(ctx, n, sizeof *outcome);
    enum wh_status status = WH_OK;
    if (outcome == NULL) {
        return wh_fail_memory(ctx, err);
    }
#pragma omp parallel for schedule(dynamic, 1) num_threads(wh_ctx_jobs(ctx))
    for (size_t i = 0; i < n; i++) {
        outcome[i].status =
            write_page(ctx, report, theme_idx, &record[i], opt, folder, &outcome[i].err);
    }
    for (size_t i = 0; i < n && status == WH_OK; i++) {
        status = outcome[i].status;
        if (status != WH_OK && err != NULL) {
            *err = outcome[i].err;
        }
    }
    wh_free(ctx, outcome);
    return status;
}
