/* run/metrics.c: metrics.prom, in Prometheus' text format 0.0.4. Ids are [a-z0-9-]: no label needs
 * escaping. */
#include "run/metrics.h"

#include <inttypes.h>

#include "base/ctx.h"
#include "base/error.h"
#include "base/time.h"
#include "publish/ledger.h"

static void add_head(struct wh_buf *buf, const char *name, const char *help)
{
    wh_buf_printf(buf, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

static void add_one(struct wh_buf *buf, const char *name, const char *help, double value,
                    int decimals)
{
    add_head(buf, name, help);
    wh_buf_printf(buf, "%s ", name);
    wh_buf_number(buf, value, decimals);
    wh_buf_char(buf, '\n');
}

static void add_run(struct wh_buf *buf, const struct wh_work *work, enum wh_status outcome)
{
    const struct wh_timings *timings = &work->timings;
    add_one(buf, "wardheat_run_exit_code", "Exit code of the last run; 0 is good.", (double)outcome,
            0);
    add_one(buf, "wardheat_run_started_seconds", "When the last run started, Unix time.",
            (double)timings->started_utc, 0);
    add_one(buf, "wardheat_run_duration_seconds", "How long the last run took.",
            wh_timings_seconds(timings), 3);
    add_one(buf, "wardheat_run_peak_memory_bytes", "The most memory that the last run had.",
            (double)wh_process_peak_bytes(), 0);
    add_head(buf, "wardheat_stage_duration_seconds", "How long each stage of the last run took.");
    for (size_t i = 0; i < timings->n; i++) {
        wh_buf_printf(buf, "wardheat_stage_duration_seconds{stage=\"%s\"} ",
                      timings->stage[i].name);
        wh_buf_number(buf, timings->stage[i].seconds, 3);
        wh_buf_char(buf, '\n');
    }
}

static void add_ledger(struct wh_buf *buf, const char *metric, const char *help,
                       enum wh_ledger_kind kind, const struct wh_report *report)
{
    add_head(buf, metric, help);
    for (size_t i = 0; i < report->n_sources; i++) {
        const struct wh_ledger_line line = wh_ledger_line(kind, &report->source[i], 0);
        for (size_t j = 0; j < line.n; j++) {
            wh_buf_printf(buf, "%s{source=\"%s\",outcome=\"%s\"} %" PRIu64 "\n", metric,
                          report->source[i].id, line.part[j].name, line.part[j].n);
        }
    }
}

enum wh_status wh_metrics_write(struct wh_ctx *ctx, const struct wh_work *work,
                                enum wh_status outcome, struct wh_error *err)
{
    struct wh_buf path, text;
    wh_buf_init(&path, ctx);
    wh_buf_init(&text, ctx);
    wh_buf_printf(&path, "%s/metrics.prom", work->session.state);
    add_run(&text, work, outcome);
    if (outcome == WH_OK) {
        add_ledger(&text, "wardheat_rows", "Rows read by the last run.", WH_LEDGER_ROWS,
                   &work->officer.body);
        add_ledger(&text, "wardheat_requests", "Requests that the state holds.", WH_LEDGER_STATE,
                   &work->officer.body);
    }
    enum wh_status status = wh_buf_ok(&path, err);
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
