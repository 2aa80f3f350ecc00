/* publish/status.c: status.json for machines and status.html for people, replaced whole, so that an
 * old map can say that it is old. */
#include "publish/status.h"

#include "base/alloc.h"
#include "base/error.h"
#include "base/io.h"
#include "base/number.h"
#include "base/time.h"
#include "publish/emit.h"
#include "publish/ledger.h"

static bool was_published(const struct wh_publish_status *status)
{
    return status->current_id != NULL && status->current_id[0] != '\0';
}

static void add_json(struct wh_buf *buf, const struct wh_publish_status *status)
{
    char text[32];
    struct wh_emitter emit = {.buf = buf};
    wh_emit_object(&emit, NULL);
    wh_emit_text(&emit, "title", status->title);
    if (was_published(status)) {
        wh_emit_text(&emit, "current", status->current_id);
        wh_emit_day(&emit, "as_of", status->current_as_of_day);
        if (status->data_through_day == WH_NO_DAY) {
            wh_emit_null(&emit, "data_through");
        } else {
            wh_emit_day(&emit, "data_through", status->data_through_day);
        }
    } else {
        wh_emit_null(&emit, "current");
        wh_emit_null(&emit, "as_of");
        wh_emit_null(&emit, "data_through");
    }
    wh_emit_text(&emit, "attempted_at", wh_format_utc(status->attempted_at_utc, text, sizeof text));
    wh_emit_bool(&emit, "ok", status->is_ok);
    wh_emit_text(&emit, "why_not", status->why_not);
    wh_emit_array(&emit, "sources");
    for (size_t i = 0; i < status->n_sources; i++) {
        wh_emit_object(&emit, NULL);
        wh_emit_text(&emit, "id", status->source[i].id);
        for (int kind = WH_LEDGER_ROWS; kind <= WH_LEDGER_STATE; kind++) {
            const struct wh_ledger_line line =
                wh_ledger_line((enum wh_ledger_kind)kind, &status->source[i], status->hide_below);
            wh_ledger_emit(&emit, &line);
        }
        wh_emit_object_end(&emit);
    }
    wh_emit_array_end(&emit);
    wh_emit_object_end(&emit);
    wh_buf_char(buf, '\n');
}

static void add_html_sentence(struct wh_buf *buf, const struct wh_publish_status *status)
{
    char day[32];
    if (!was_published(status)) {
        wh_buf_c(buf, "<p>No map has been published yet.</p>\n");
        return;
    }
    wh_buf_c(buf, "<p>The map stands as of <strong>");
    wh_buf_html(buf, wh_str_c(wh_format_day_words(status->current_as_of_day, day, sizeof day)));
    wh_buf_c(buf, "</strong>");
    if (status->data_through_day != WH_NO_DAY) {
        wh_buf_c(buf, ", with data to ");
        wh_buf_html(buf, wh_str_c(wh_format_day_words(status->data_through_day, day, sizeof day)));
    }
    wh_buf_c(buf, " (release ");
    wh_buf_html(buf, wh_str_c(status->current_id));
    wh_buf_c(buf, ").</p>\n");
}

/* In the page itself: it stands beside the releases, so that it has no other file to load. */
static const char style[] =
    "<style>body{margin:0;background:#f4f3ef;color:#1b2430;font:1.0625rem/1.55 "
    "system-ui,sans-serif}"
    "main{max-width:40rem;margin:3rem auto;padding:1.5rem;background:#fff;border:1px solid #d4d8dd;"
    "border-radius:8px}h1{margin:0;font-size:1.5rem;line-height:1.25}"
    "div{overflow-x:auto}table{border-collapse:collapse;width:100%;margin:1.5rem 0 0;"
    "font-size:.9375rem}caption{text-align:left;font-weight:bold;padding:0 0 .25rem}"
    "th,td{padding:.3rem .5rem;border-bottom:1px solid #d4d8dd;text-align:right;vertical-align:top}"
    "th:first-child,th[scope=row]{text-align:left;padding-left:0}</style>\n";

static void add_number_cell(struct wh_buf *buf, uint64_t n)
{
    char number[32];
    wh_buf_printf(buf, "<td>%s</td>", wh_format_count(n, number, sizeof number));
}

/* One row a source: the total, then the parts that add up to it. */
static void add_ledger(struct wh_buf *buf, const struct wh_publish_status *status,
                       enum wh_ledger_kind kind, const char *caption, const char *total)
{
    if (status->n_sources == 0) {
        return;
    }
    wh_buf_printf(buf,
                  "<div tabindex=\"0\"><table><caption>%s</caption>\n<thead><tr><th "
                  "scope=\"col\">Source</th><th scope=\"col\">%s</th>",
                  caption, total);
    const struct wh_ledger_line head = wh_ledger_line(kind, &status->source[0], 0);
    for (size_t j = 0; j < head.n; j++) {
        wh_buf_printf(buf, "<th scope=\"col\">%s</th>", head.part[j].words);
    }
    wh_buf_c(buf, "</tr></thead>\n<tbody>\n");
    for (size_t i = 0; i < status->n_sources; i++) {
        const struct wh_ledger_line line =
            wh_ledger_line(kind, &status->source[i], status->hide_below);
        wh_buf_c(buf, "<tr><th scope=\"row\">");
        wh_buf_html(buf, wh_str_c(status->source[i].id));
        wh_buf_c(buf, "</th>");
        add_number_cell(buf, line.total);
        for (size_t j = 0; j < line.n; j++) {
            if (line.part[j].is_hidden) {
                wh_buf_c(buf, "<td>not shown</td>");
            } else {
                add_number_cell(buf, line.part[j].n);
            }
        }
        wh_buf_c(buf, "</tr>\n");
    }
    wh_buf_c(buf, "</tbody></table></div>\n");
}

/* "26 November 2026, 06:59 UTC" */
static void add_time(struct wh_buf *buf, int64_t utc)
{
    enum { DAY_S = 86400, HOUR_S = 3600, MINUTE_S = 60 };
    const int64_t second = (utc % DAY_S + DAY_S) % DAY_S;
    char stamp[32], day[32];
    wh_buf_printf(buf, "<time datetime=\"%s\">%s, %02d:%02d UTC</time>",
                  wh_format_utc(utc, stamp, sizeof stamp),
                  wh_format_day_words((utc - second) / DAY_S, day, sizeof day),
                  (int)(second / HOUR_S), (int)(second % HOUR_S / MINUTE_S));
}

static void add_html(struct wh_buf *buf, const struct wh_publish_status *status)
{
    wh_buf_c(buf, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                  "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                  "<link rel=\"icon\" href=\"data:,\">\n<title>");
    wh_buf_html(buf, wh_str_c(status->title));
    wh_buf_c(buf, ": is the map up to date?</title>\n");
    wh_buf_c(buf, style);
    wh_buf_c(buf, "</head>\n<body>\n<main>\n<h1>");
    wh_buf_html(buf, wh_str_c(status->title));
    wh_buf_c(buf, ": is the map up to date?</h1>\n");
    add_html_sentence(buf, status);
    if (status->is_ok) {
        wh_buf_c(buf, "<p>The last run went well (");
        add_time(buf, status->attempted_at_utc);
        wh_buf_c(buf, ").</p>\n");
    } else {
        wh_buf_c(buf, "<p><strong>Not updated</strong> by the last run (");
        add_time(buf, status->attempted_at_utc);
        wh_buf_c(buf, "): ");
        wh_buf_html(buf, wh_str_c(status->why_not == NULL ? "the reason is in the run's log"
                                                          : status->why_not));
        wh_buf_c(buf, ".</p>\n");
    }
    add_ledger(buf, status, WH_LEDGER_ROWS, "Rows of the last run", "all");
    add_ledger(buf, status, WH_LEDGER_STATE, "Requests that are known", "all");
    wh_buf_c(buf, "</main>\n</body>\n</html>\n");
}

static enum wh_status replace(struct wh_ctx *ctx, const char *root, const char *name,
                              const struct wh_buf *content, struct wh_error *err)
{
    enum { MODE = 0644 }; /* read by the web server, whoever runs it */
    enum wh_status status = wh_buf_ok(content, err);
    char *path = wh_path_join(ctx, root, name);
    if (status == WH_OK) {
        status = path == NULL ? wh_fail_memory(ctx, err)
                              : wh_io_replace(ctx, path, wh_buf_view(content), err);
    }
    if (status == WH_OK) {
        status = wh_io_set_mode(path, MODE, err);
    }
    wh_free(ctx, path);
    return status;
}

enum wh_status wh_publish_status_write(struct wh_ctx *ctx, const char *publish_root,
                                       const struct wh_publish_status *status, struct wh_error *err)
{
    struct wh_buf json, html;
    wh_buf_init(&json, ctx);
    wh_buf_init(&html, ctx);
    add_json(&json, status);
    add_html(&html, status);
    enum wh_status result = replace(ctx, publish_root, "status.json", &json, err);
    if (result == WH_OK) {
        result = replace(ctx, publish_root, "status.html", &html, err);
    }
    wh_buf_finish(&json);
    wh_buf_finish(&html);
    return result;
}
