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

enum kind { SHEET, MAP };

/* One sheet or picture, and what came of it. `ward` -1: the whole area. */
struct print {
    enum kind kind;
    const struct wh_print_form *form; /* of a sheet */
    size_t theme_idx;
    int32_t ward;
    struct wh_sheet_file file; /* of a sheet: kept for the atlas */
    struct wh_buf text;
    enum wh_status status;
    struct wh_error err;
};

/* Of the pictures on the dashboard. */
static struct wh_page_options page_options(const struct wh_job *job)
{
    return (struct wh_page_options){
        .basemap = job->opt->basemap, .style = job->opt->style, .language = job->opt->english};
}

/* "print/", or of all forms but the first "print/cy/large/". */
static const char *slash_after(const struct wh_print_form *form)
{
    return form->folder[0] != '\0' ? "/" : "";
}

/* Of wards over all themes. */
static bool has_sheets(const struct wh_job *job, const struct wh_print_form *form)
{
    return form->page.layout != NULL && job->report->overall != NULL;
}

/* "print/e05900001.pdf", "print/fly-tipping/e05900001.pdf", "print/overview/fly-tipping.pdf" */
static enum wh_status sheet_path(const struct wh_job *job, const struct print *print,
                                 const char *ending, char **ret, struct wh_error *err)
{
    const bool is_of_all = print->theme_idx == WH_ALL_THEMES;
    const char *const theme = is_of_all ? "" : job->report->theme[print->theme_idx].theme->id;
    char name[192];
    snprintf(name, sizeof name, "print/%s%s%s%s%s%s", print->form->folder, slash_after(print->form),
             print->ward < 0 ? "overview" : theme, is_of_all ? "" : "/",
             print->ward < 0 ? theme : job->ward_slug[print->ward], ending);
    return wh_job_path(job, name, ret, err);
}

static enum wh_status write_sheet(const struct wh_job *job, struct print *print,
                                  struct wh_buf *text, struct wh_error *err)
{
    char *pdf = NULL, *png = NULL;
    enum wh_status status = wh_render_sheet(job->ctx, job->report, print->theme_idx, print->ward,
                                            &print->form->page, true, &print->file, text, err);
    if (status == WH_OK) {
        status = sheet_path(job, print, ".pdf", &pdf, err);
    }
    if (status == WH_OK) {
        status = sheet_path(job, print, ".png", &png, err);
    }
    if (status == WH_OK) {
        status = wh_sheet_file_write(job->ctx, &print->file, pdf, png, err);
    }
    wh_sheet_file_drop_previews(job->ctx, &print->file);
    wh_free(job->ctx, pdf);
    wh_free(job->ctx, png);
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
    print->status = print->kind == SHEET ? write_sheet(job, print, text, &print->err)
                                         : write_map(job, print, text, &print->err);
}

/* Sheets of a form: overviews, then wards, as the atlas has them; then what it has not; and with
 * `has_maps` pictures. Returns how many there are. */
static size_t list_prints(const struct wh_job *job, const struct wh_print_form *form, bool has_maps,
                          struct print *print)
{
    const struct wh_report *report = job->report;
    const int32_t n_wards = (int32_t)report->wards->n;
    const bool is_together = has_sheets(job, form);
    size_t n = 0;
    for (size_t i = 0; i < report->n_themes && job->opt->wants_print; i++) {
        print[n++] = (struct print){.kind = SHEET, .form = form, .theme_idx = i, .ward = -1};
        for (int32_t ward = 0; ward < n_wards && !is_together; ward++) {
            print[n++] = (struct print){.kind = SHEET, .form = form, .theme_idx = i, .ward = ward};
        }
    }
    for (int32_t ward = 0; ward < n_wards && job->opt->wants_print && is_together; ward++) {
        print[n++] = (struct print){
            .kind = SHEET, .form = form, .theme_idx = WH_ALL_THEMES, .ward = ward};
    }
    for (size_t i = 0; i < report->n_themes; i++) {
        for (int32_t ward = -1; ward < n_wards; ward++) {
            if (job->opt->wants_print && job->opt->wants_print_by_theme && ward >= 0 &&
                is_together) {
                print[n++] =
                    (struct print){.kind = SHEET, .form = form, .theme_idx = i, .ward = ward};
            }
            if (has_maps) {
                print[n++] = (struct print){.kind = MAP, .theme_idx = i, .ward = ward};
            }
        }
    }
    return n;
}

/* All sheets of a form as one file. */
static enum wh_status write_atlas(const struct wh_job *job, const struct wh_print_form *form,
                                  const struct print *print, size_t n, struct wh_error *err)
{
    char name[80];
    struct wh_atlas_sheet *const sheet = wh_alloc_array(job->ctx, n, sizeof *sheet);
    struct wh_buf bytes;
    size_t n_sheets = 0;
    if (sheet == NULL) {
        return wh_fail_memory(job->ctx, err);
    }
    for (size_t i = 0; i < n; i++) {
        const bool is_of_theme = print[i].theme_idx != WH_ALL_THEMES && print[i].ward >= 0;
        if (print[i].kind == SHEET && !(is_of_theme && has_sheets(job, form))) {
            sheet[n_sheets++] =
                (struct wh_atlas_sheet){print[i].theme_idx, print[i].ward, &print[i].file};
        }
    }
    wh_buf_init(&bytes, job->ctx);
    enum wh_status status =
        wh_atlas_join(job->ctx, job->report, &form->page, sheet, n_sheets, &bytes, err);
    if (status == WH_OK) {
        snprintf(name, sizeof name, "print/%s%satlas.pdf", form->folder, slash_after(form));
        status = wh_job_write(job, name, &bytes, err);
    }
    wh_buf_finish(&bytes);
    wh_free(job->ctx, sheet);
    return status;
}

static enum wh_status write_form(const struct wh_job *job, const struct wh_print_form *form,
                                 bool has_maps, struct wh_error *err)
{
    const size_t most = (job->report->n_themes * 2 + 1) * ((size_t)job->report->wards->n + 1);
    struct print *print = wh_alloc_array(job->ctx, most, sizeof *print);
    enum wh_status status = WH_OK;
    if (print == NULL) {
        return wh_fail_memory(job->ctx, err);
    }
    const size_t n = list_prints(job, form, has_maps, print);
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
    if (status == WH_OK && job->opt->wants_print) {
        status = write_atlas(job, form, print, n, err);
    }
    for (size_t i = 0; i < n; i++) {
        wh_sheet_file_finish(job->ctx, &print[i].file);
    }
    wh_free(job->ctx, print);
    return status;
}

enum wh_status wh_prints_write(const struct wh_job *job, struct wh_error *err)
{
    const struct wh_print_form plain = {.folder = "", .page = page_options(job)};
    const struct wh_print_form *const form = job->opt->n_forms > 0 ? job->opt->form : &plain;
    const size_t n = job->opt->n_forms > 0 && job->opt->wants_print ? job->opt->n_forms : 1;
    enum wh_status status = WH_OK;
    for (size_t i = 0; i < n && status == WH_OK; i++) {
        status = write_form(job, &form[i], i == 0 && job->opt->wants_dashboard, err);
    }
    return status;
}
