/* run/timings.c: seconds and memory by stage, in the log and in state/runs/. */
#include "run/timings.h"

#include "base/ctx.h"
#include "base/error.h"
#include "base/io.h"
#include "base/log.h"
#include "base/time.h"
#include "publish/emit.h"

#define MB 1e6

void wh_timings_start(struct wh_timings *timings)
{
    *timings =
        (struct wh_timings){.started_utc = wh_clock_now(), .started_s = wh_clock_monotonic_s()};
}

void wh_timings_add(struct wh_ctx *ctx, struct wh_timings *timings, const char *name, double from_s)
{
    const struct wh_stage_time stage = {.name = name,
                                        .seconds = wh_clock_monotonic_s() - from_s,
                                        .peak_bytes = wh_process_peak_bytes()};
    if (timings->n < WH_MAX_STAGES) {
        timings->stage[timings->n++] = stage;
    }
    wh_log(ctx, WH_LOG_DETAIL, "%s: %.2f s, %.0f MB at most so far", name, stage.seconds,
           (double)stage.peak_bytes / MB);
}

double wh_timings_seconds(const struct wh_timings *timings)
{
    return wh_clock_monotonic_s() - timings->started_s;
}

static void add_json(struct wh_buf *buf, const struct wh_timings *timings,
                     const struct wh_run_outcome *outcome)
{
    char time[32];
    struct wh_emitter emit = {.buf = buf};
    wh_emit_object(&emit, NULL);
    wh_emit_text(&emit, "started_at", wh_format_utc(timings->started_utc, time, sizeof time));
    wh_emit_real(&emit, "seconds", wh_timings_seconds(timings), 3);
    wh_emit_real(&emit, "peak_memory_mb", (double)wh_process_peak_bytes() / MB, 1);
    wh_emit_int(&emit, "exit_code", (int64_t)outcome->status);
    wh_emit_text(&emit, "release", outcome->release_id);
    wh_emit_text(&emit, "why_not", outcome->why_not);
    wh_emit_array(&emit, "stages");
    for (size_t i = 0; i < timings->n; i++) {
        wh_emit_object(&emit, NULL);
        wh_emit_text(&emit, "name", timings->stage[i].name);
        wh_emit_real(&emit, "seconds", timings->stage[i].seconds, 3);
        wh_emit_real(&emit, "peak_memory_mb", (double)timings->stage[i].peak_bytes / MB, 1);
        wh_emit_object_end(&emit);
    }
    wh_emit_array_end(&emit);
    wh_emit_object_end(&emit);
    wh_buf_char(buf, '\n');
}

/* "20261103T010203Z": a name that every file system takes. */
static void add_file_name(struct wh_buf *path, int64_t utc)
{
    char time[32];
    wh_format_utc(utc, time, sizeof time);
    for (const char *c = time; *c != '\0'; c++) {
        if (*c != '-' && *c != ':') {
            wh_buf_char(path, *c);
        }
    }
    wh_buf_c(path, ".json");
}

enum wh_status wh_timings_write(struct wh_ctx *ctx, const struct wh_timings *timings,
                                const struct wh_run_outcome *outcome, const char *state_folder,
                                struct wh_error *err)
{
    struct wh_buf path, text;
    wh_buf_init(&path, ctx);
    wh_buf_init(&text, ctx);
    wh_buf_printf(&path, "%s/runs", state_folder);
    enum wh_status status = wh_buf_ok(&path, err);
    if (status == WH_OK) {
        status = wh_io_make_folders(path.ptr, 0750, err);
    }
    wh_buf_char(&path, '/');
    add_file_name(&path, timings->started_utc);
    add_json(&text, timings, outcome);
    if (status == WH_OK) {
        status = wh_buf_ok(&path, err);
    }
    if (status == WH_OK) {
        status = wh_buf_ok(&text, err);
    }
    if (status == WH_OK) {
        status = wh_io_replace(ctx, path.ptr, wh_buf_view(&text), err);
    }
    wh_buf_finish(&path);
    wh_buf_finish(&text);
    return status;
}
