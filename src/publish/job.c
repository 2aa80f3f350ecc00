/* publish/job.c: names and paths that every writer of an edition uses. */
#include "publish/job.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"

static bool is_taken(const struct wh_job *job, uint32_t ward, const char *slug)
{
    for (uint32_t i = 0; i < ward; i++) {
        if (strcmp(job->ward_slug[i], slug) == 0) {
            return true;
        }
    }
    return false;
}

/* Two codes may have one slug ("A/1" and "a 1"): the later gets a number. */
static void name_ward(const struct wh_job *job, uint32_t ward)
{
    enum { ROOM_FOR_NUMBER = 56 };
    char slug[WH_SLUG_BYTES] = "";
    wh_slug(wh_str_c(job->report->wards->code[ward]), slug, 65);
    memcpy(job->ward_slug[ward], slug, sizeof slug);
    for (unsigned number = 2; is_taken(job, ward, job->ward_slug[ward]); number++) {
        snprintf(job->ward_slug[ward], WH_SLUG_BYTES, "%.*s-%u", ROOM_FOR_NUMBER, slug, number);
    }
}

static void sort_by_name(const struct wh_job *job)
{
    const char *const *const name = job->report->wards->name;
    for (uint32_t i = 0; i < job->report->wards->n; i++) {
        uint32_t at = i;
        for (; at > 0 && strcmp(name[i], name[job->ward_by_name[at - 1]]) < 0; at--) {
            job->ward_by_name[at] = job->ward_by_name[at - 1];
        }
        job->ward_by_name[at] = i;
    }
}

enum wh_status wh_job_init(struct wh_job *job, struct wh_error *err)
{
    const uint32_t n = job->report->wards->n;
    job->ward_by_name = wh_alloc_array(job->ctx, n, sizeof *job->ward_by_name);
    job->ward_slug = wh_alloc_array(job->ctx, n, sizeof *job->ward_slug);
    job->tileset = wh_alloc_array(job->ctx, job->report->n_themes, sizeof *job->tileset);
    if (job->ward_by_name == NULL || job->ward_slug == NULL || job->tileset == NULL) {
        wh_job_finish(job);
        return wh_fail_memory(job->ctx, err);
    }
    for (uint32_t i = 0; i < n; i++) {
        name_ward(job, i);
    }
    sort_by_name(job);
    return WH_OK;
}

void wh_job_finish(struct wh_job *job)
{
    wh_free(job->ctx, job->ward_by_name);
    wh_free(job->ctx, job->ward_slug);
    wh_free(job->ctx, job->tileset);
    job->ward_by_name = NULL;
    job->ward_slug = NULL;
    job->tileset = NULL;
}

enum wh_status wh_job_path(const struct wh_job *job, const char *name, char **ret,
                           struct wh_error *err)
{
    enum { MODE = 0755 };
    char *path = wh_path_join(job->ctx, job->folder, name);
    char *slash = path == NULL ? NULL : strrchr(path, '/');
    if (slash == NULL) {
        wh_free(job->ctx, path);
        return wh_fail_memory(job->ctx, err);
    }
    *slash = '\0';
    const enum wh_status status = wh_io_make_folders(path, MODE, err);
    *slash = '/';
    if (status != WH_OK) {
        wh_free(job->ctx, path);
        return status;
    }
    *ret = path;
    return WH_OK;
}

enum wh_status wh_job_write(const struct wh_job *job, const char *name,
                            const struct wh_buf *content, struct wh_error *err)
{
    char *path = NULL;
    enum wh_status status = wh_buf_ok(content, err);
    if (status == WH_OK) {
        status = wh_job_path(job, name, &path, err);
    }
    if (status == WH_OK) {
        status = wh_io_write_all(job->ctx, path, wh_buf_view(content), err);
    }
    wh_free(job->ctx, path);
    return status;
}

double wh_job_rate(double rate)
{
    return rate >= 100 ? round(rate) : rate;
}
