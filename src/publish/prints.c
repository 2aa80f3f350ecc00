/* publish/prints.c: a list of pages and pictures, drawn by as many threads as the context allows.
 */
#include "publish/prints.h"

#include <stdio.h>

#include "base/alloc.h"
#include "base/ctx.h"
#include "base/error.h"
#include "base/log.h"

/* As wide as the pages show a map; twice that of a phone. */
enum { MAP_PX = 720 };

enum kind { ATLAS, PAGE, MAP };

/* One page or picture, and what came of it. `ward` -1: the whole area. */
struct print {
    enum kind kind;
    size_t theme_idx;
    int32_t ward;
    struct wh_buf text;
    enum wh_status status;
    struct wh_error err;
};

static struct wh_page_options page_options(const struct wh_job *job)
{
    return (struct wh_page_options){.paper = job->opt->paper,
                                    .basemap = job->opt->basemap,
                                    .style = job->opt->style,
                                    .language = job->opt->english};
}

static enum wh_status write_page(const struct wh_job *job, const struct print *print,
                                 struct wh_buf *text, struct wh_error *err)
{
    const struct wh_page_options opt = page_options(job);
    const char *theme = job->report->theme[print->theme_idx].theme->id;
    const char *slug = job->ward_slug[print->ward];
    char name[192];
    char *pdf = NULL, *png = NULL;
    snprintf(name, sizeof name, "print/%s/%s.pdf", theme, slug);
    enum wh_status status = wh_job_path(job, name, &pdf, err);
    snprintf(name, sizeof name, "print/%s/%s.png", theme, slug);
    if (status == WH_OK) {
        status = wh_job_path(job, name, &png, err);
    }
    if (status == WH_OK) {
        status = wh_render_ward_page(job->ctx, job->report, print->theme_idx, (uint32_t)print->ward,
                                     &opt, pdf, png, text, err);
    }
    wh_free(job->ctx, pdf);
    wh_free(job->ctx, png);
    return status;
}

static enum wh_status write_atlas(const struct wh_job *job, struct wh_buf *text,
                                  struct wh_error *err)
{
    const struct wh_page_options opt = page_options(job);
    char *path = NULL;
    enum wh_status status = wh_job_path(job, "print/atlas.pdf", &path, err);
    if (status == WH_OK) {
        status = wh_render_atlas(job->ctx, job->report, -1, -1, &opt, path, text, err);
    }
    wh_free(job->ctx, path);
    return status;
}

static enum wh_status write_map(const struct wh_job *job, const struct print *print,
                                struct wh_buf *text, struct wh_error *err)
{
    const struct wh_page_options opt = page_options(job);
    const bool is_area = print->ward < 0;
    char name[192];
    char *path = NULL;
    snprintf(name, sizeof name, "maps/%s%s%s.png", job->report->theme[print->theme_idx].theme->id,
             is_area ? "" : "/", is_area ? "" : job->ward_slug[print->ward]);
    enum wh_status status = wh_job_path(job, name, &path, err);
    if (status == WH_OK) {
        status = wh_render_map_png(job->ctx, job->report, print->theme_idx, print->ward, MAP_PX,
                                   &opt, path, text, err);
    }
    wh_free(job->ctx, path);
    return status;
}

static void write_print(const struct wh_job *job, struct print *print)
{
    struct wh_buf *text = job->text == NULL ? NULL : &print->text;
    switch (print->kind) {
    case ATLAS:
        print->status = write_atlas(job, text, &print->err);
        return;
    case PAGE:
        print->status = write_page(job, print, text, &print->err);
        return;
    case MAP:
        print->status = write_map(job, print, text, &print->err);
        return;
    }
}

/* The atlas first, for it takes longest. Returns how many there are. */
static size_t list_prints(const struct wh_job *job, struct print *print)
{
    const struct wh_report *report = job->report;
    const int64_t n_wards = report->wards->n;
    size_t n = 0;
    if (job->opt->wants_print) {
        print[n++] = (struct print){.kind = ATLAS};
    }
    for (size_t i = 0; i < report->n_themes; i++) {
        for (int64_t ward = -1; ward < n_wards; ward++) {
            if (job->opt->wants_print && ward >= 0) {
                print[n++] = (struct print){.kind = PAGE, .theme_idx = i, .ward = (int32_t)ward};
            }
            if (job->opt->wants_dashboard) {
                print[n++] = (struct print){.kind = MAP, .theme_idx = i, .ward = (int32_t)ward};
            }
        }
    }
    return n;
}

enum wh_status wh_prints_write(const struct wh_job *job, struct wh_error *err)
{
    const size_t most = 1 + job->report->n_themes * 2 * ((size_t)job->report->wards->n + 1);
    struct print *print = wh_alloc_array(job->ctx, most, sizeof *print);
    enum wh_status status = WH_OK;
    if (print == NULL) {
        return wh_fail_memory(job->ctx, err);
    }
    const size_t n = list_prints(job, print);
    size_t first_failed = n; /* the first in the list of those that failed so far */
    for (size_t i = 0; i < n; i++) {
        wh_buf_init(&print[i].text, job->ctx);
    }
    wh_progress_start(job->ctx, "pages and maps", n, "pages");
#pragma omp parallel for schedule(dynamic, 1) num_threads(wh_ctx_jobs(job->ctx))
    for (size_t i = 0; i < n; i++) {
        /* After a failure the later ones are of no use; the earlier ones are still drawn, so that
         * the same failure is reported whichever thread comes first. */
        size_t last_wanted;
#pragma omp atomic read
        last_wanted = first_failed;
        if (i < last_wanted) {
            write_print(job, &print[i]);
            wh_progress_add(job->ctx, 1);
        }
        if (print[i].status != WH_OK) {
#pragma omp critical(wh_prints_failed)
            {
#pragma omp atomic read
                last_wanted = first_failed;
#pragma omp atomic write
                first_failed = i < last_wanted ? i : last_wanted;
            }
        }
    }
    wh_progress_done(job->ctx);
    for (size_t i = 0; i < n; i++) {
        if (status == WH_OK && print[i].status != WH_OK) {
            status = print[i].status;
            if (err != NULL) {
                *err = print[i].err;
            }
        }
        if (status == WH_OK && job->text != NULL) {
            wh_buf_str(job->text, wh_buf_view(&print[i].text));
            status = print[i].text.failed ? wh_fail_memory(job->ctx, err) : WH_OK;
        }
        wh_buf_finish(&print[i].text);
    }
    wh_free(job->ctx, print);
    return status;
}
