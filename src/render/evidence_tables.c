/* render/evidence_tables.c: what the methods say of a hot spot, and its requests. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/time.h"
#include "render/evidence_internal.h"

#define SURE 0.05 /* at which a test's p or q is said to be beyond chance */

struct wh_font wh_evidence_plain(const struct wh_evidence_page *page)
{
    return wh_sheet_font(&page->sheet, WH_TEXT_TABLE, 10, false, WH_INK);
}

double wh_evidence_text(const struct wh_evidence_page *page, const char *tag,
                        const struct wh_font *font, const struct wh_buf *text, struct wh_span span,
                        double y)
{
    wh_sheet_tag(&page->sheet, tag, NULL);
    const double height = wh_sheet_text(&page->sheet, font, wh_buf_view(text).ptr, span.x, y,
                                        span.wide, WH_ALIGN_LEFT);
    wh_sheet_end_tag(&page->sheet, tag);
    page->sheet.canvas->has_failed |= text->failed;
    return height;
}

double wh_evidence_heading(const struct wh_evidence_page *page, const char *text,
                           struct wh_span span, double y)
{
    const struct wh_font font = wh_sheet_font(&page->sheet, WH_TEXT_TABLE, 10.5, true, WH_INK);
    wh_sheet_tag(&page->sheet, "H2", NULL);
    const double height =
        wh_sheet_text(&page->sheet, &font, text, span.x, y, span.wide, WH_ALIGN_LEFT);
    wh_sheet_end_tag(&page->sheet, "H2");
    return height + 2 * page->sheet.scale;
}

/* ---- numbers ---- */

void wh_evidence_number(struct wh_buf *buf, double value, int decimals)
{
    char digits[64];
    if (isnan(value)) {
        wh_buf_c(buf, "not known");
        return;
    }
    wh_format_decimal(fabs(value), decimals, digits, sizeof digits);
    const struct wh_str text = wh_str_c(digits);
    const size_t point = wh_str_find(text, '.');
    const size_t n_after = point < text.len ? text.len - point - 1 : 0;
    wh_buf_c(buf, value < 0 && strpbrk(digits, "123456789") != NULL ? "−" : "");
    wh_buf_c(buf, digits);
    wh_buf_c(buf, decimals > 0 && point == text.len ? "." : "");
    for (size_t i = n_after; i < (size_t)decimals; i++) {
        wh_buf_char(buf, '0');
    }
}

/* Small ones as "< 0.0001": nobody knows them better. */
static void add_p(struct wh_buf *buf, const char *name, double p)
{
    wh_buf_printf(buf, "%s ", name);
    if (p < 0.0001) {
        wh_buf_c(buf, "< 0.0001");
    } else {
        wh_evidence_number(buf, p, 4);
    }
}

void wh_evidence_interval(struct wh_buf *buf, const struct wh_evidence_value *value, int decimals)
{
    wh_evidence_number(buf, value->value, decimals);
    if (!isnan(value->lower) && !isnan(value->upper)) {
        wh_buf_c(buf, " (95 %: ");
        wh_evidence_number(buf, value->lower, decimals);
        wh_buf_c(buf, " to ");
        wh_evidence_number(buf, value->upper, decimals);
        wh_buf_char(buf, ')');
    }
}

static void add_count(struct wh_buf *buf, uint64_t n, const char *one, const char *many)
{
    char number[32];
    wh_buf_printf(buf, "%s %s", wh_format_count(n, number, sizeof number), n == 1 ? one : many);
}

static void add_share(struct wh_buf *buf, double share)
{
    wh_evidence_number(buf, 100 * share, share < 0.01 ? 2 : 0);
    wh_buf_c(buf, " %");
}

/* ---- what was counted, and chance ---- */

static void say_expected(struct wh_buf *buf, const struct wh_evidence_record *record)
{
    const struct wh_evidence *const e = &record->hotspot->evidence;
    if (record->theme->base.kind == WH_BASE_NONE || isnan(e->expected)) {
        wh_buf_c(buf, "Compared with nothing: this map marks the densest places.");
        return;
    }
    add_count(buf, record->hotspot->figures.count.n, "request", "requests");
    wh_buf_c(buf, " where ");
    wh_evidence_number(buf, e->expected, 1);
    wh_buf_c(buf, " would be expected: ");
    wh_evidence_interval(buf, &(struct wh_evidence_value){e->ratio, e->ratio_low, e->ratio_high},
                         1);
    wh_buf_c(buf, " times as many.");
}

static void say_chance(struct wh_buf *buf, const struct wh_evidence_record *record)
{
    const double q = record->hotspot->evidence.q;
    if (q > 0.5) {
        wh_buf_c(buf, "Chance alone would explain it (q ");
        wh_evidence_number(buf, q, 2);
        wh_buf_c(buf, ").");
    } else if (!isnan(q)) {
        wh_buf_c(buf, "If every place as sure as this one were called a hot spot, at most ");
        wh_buf_c(buf, q < 0.0001 ? "0.01" : "");
        if (q >= 0.0001) {
            wh_buf_number(buf, 100 * q, 2);
        }
        wh_buf_c(buf, " % of them would be chance, on average.");
    }
}

static void say_firmness(struct wh_buf *buf, const struct wh_evidence_record *record)
{
    const struct wh_hotspot *const h = record->hotspot;
    if (h->firmness == WH_FIRMNESS_UNKNOWN || isnan(h->survival)) {
        wh_buf_c(buf, "It was not tried whether it hangs on requests without an exact place.");
        return;
    }
    wh_buf_c(buf, "It stands in ");
    add_share(buf, h->survival);
    wh_buf_printf(buf,
                  " of %u draws of where requests without an exact place may have been: %s"
                  " (firm is ",
                  record->theme->n_draws, wh_firmness_name(h->firmness));
    add_share(buf, record->theme->firm_share);
    wh_buf_c(buf, " or more).");
}

double wh_evidence_chance(const struct wh_evidence_page *page, struct wh_span span, double y)
{
    const struct wh_font font = wh_sheet_font(&page->sheet, WH_TEXT_TABLE, 10.5, false, WH_INK);
    const double top = y, gap = 3 * page->sheet.scale;
    struct wh_buf text;
    wh_buf_init(&text, page->sheet.canvas->ctx);
    y += wh_evidence_heading(page, "More than chance?", span, y);
    say_expected(&text, page->record);
    y += wh_evidence_text(page, "P", &font, &text, span, y) + gap;
    wh_buf_clear(&text);
    say_chance(&text, page->record);
    if (text.len > 0) {
        y += wh_evidence_text(page, "P", &font, &text, span, y) + gap;
    }
    wh_buf_clear(&text);
    say_firmness(&text, page->record);
    y += wh_evidence_text(page, "P", &font, &text, span, y) + gap;
    wh_buf_clear(&text);
    wh_buf_c(&text, page->record->verdict);
    y += wh_evidence_text(page, "P", &font, &text, span, y);
    wh_buf_finish(&text);
    return y - top;
}

/* ---- tables ---- */

struct column {
    double x, wide;
    enum wh_align align;
};

static void rule_below(const struct wh_evidence_page *page, struct wh_span span, double y,
                       double thick)
{
    cairo_t *const cr = page->sheet.canvas->cr;
    if (!page->sheet.is_measuring) {
        cairo_new_path(cr);
        cairo_move_to(cr, span.x, y);
        cairo_line_to(cr, span.x + span.wide, y);
        cairo_set_line_width(cr, thick);
        wh_canvas_colour(page->sheet.canvas, thick > 0.7 ? WH_INK : WH_RULE, 1.0);
        cairo_stroke(cr);
    }
}

/* A row with its rule; `is_head`: header cells. */
static double draw_row(const struct wh_evidence_page *page, struct wh_span span,
                       const struct column *column, size_t n, const char *const *cell, bool is_head,
                       double y)
{
    const struct wh_font font = wh_sheet_font(&page->sheet, WH_TEXT_TABLE, 10, is_head, WH_INK);
    const double pad = 0.8 * page->sheet.scale;
    const char *const tag = is_head ? "TH" : "TD";
    double height = 0;
    wh_sheet_tag(&page->sheet, "TR", NULL);
    for (size_t i = 0; i < n; i++) {
        wh_sheet_tag(&page->sheet, tag, NULL);
        height = fmax(height, wh_sheet_text(&page->sheet, &font, cell[i], span.x + column[i].x,
                                            y + pad, column[i].wide, column[i].align));
        wh_sheet_end_tag(&page->sheet, tag);
    }
    wh_sheet_end_tag(&page->sheet, "TR");
    rule_below(page, span, y + height + 2 * pad, is_head ? 0.9 : 0.4);
    return height + 2 * pad;
}

/* ---- every method's opinion ---- */

struct opinion {
    const char *method;
    struct wh_buf figures, words;
};

static void say_risk(struct opinion *o, const struct wh_evidence_record *record)
{
    const struct wh_evidence *const e = &record->hotspot->evidence;
    o->method = "Over expected";
    if (isnan(e->expected)) {
        wh_buf_c(&o->figures, "none: nothing is compared");
        wh_buf_c(&o->words, "one of the densest places");
        return;
    }
    wh_buf_c(&o->figures, "ratio ");
    wh_evidence_number(&o->figures, e->ratio, 2);
    wh_buf_c(&o->figures, ", ");
    add_p(&o->figures, "lowest p", e->p);
    wh_buf_c(&o->figures, ", ");
    add_p(&o->figures, "q", e->q);
    wh_buf_c(&o->words, e->q <= SURE ? "beyond chance" : "could be chance");
}

static const char *base_words(enum wh_base base)
{
    switch (base) {
    case WH_BASE_AREA:
        return "land";
    case WH_BASE_POPULATION:
        return "residents";
    case WH_BASE_HOUSEHOLDS:
        return "households";
    case WH_BASE_ADDRESSES:
        return "addresses";
    case WH_BASE_NONE:
    case WH_BASE_ALL_REQUESTS:
        break;
    }
    return wh_base_name(base);
}

/* "land 8.1, residents 1.2" and "hot by land; not by residents". */
static void say_bases(struct opinion *o, const struct wh_evidence_record *record)
{
    const char *before = "hot by ";
    o->method = "Ratio, other bases";
    for (size_t i = 0; i < record->n_trials; i++) {
        const struct wh_base_trial *const trial = &record->trial[i];
        wh_buf_printf(&o->figures, "%s%s ", i == 0 ? "" : ", ", base_words(trial->kind));
        wh_evidence_number(&o->figures, trial->evidence.ratio, 1);
        if (trial->stands) {
            wh_buf_printf(&o->words, "%s%s", before, base_words(trial->kind));
            before = ", ";
        }
    }
    before = o->words.len > 0 ? "; not by " : "not hot by ";
    for (size_t i = 0; i < record->n_trials; i++) {
        if (!record->trial[i].stands) {
            wh_buf_printf(&o->words, "%s%s", before, base_words(record->trial[i].kind));
            before = ", ";
        }
    }
}

static void say_getis_ord(struct opinion *o, const struct wh_evidence_record *record)
{
    o->method = "Getis-Ord Gi*";
    if (isnan(record->gi_z)) {
        wh_buf_c(&o->figures, "not known");
        wh_buf_c(&o->words, "no complete period yet");
        return;
    }
    wh_buf_c(&o->figures, "z ");
    wh_evidence_number(&o->figures, record->gi_z, 2);
    wh_buf_c(&o->figures, ", ");
    add_p(&o->figures, "p", record->gi_p);
    wh_buf_c(&o->figures, ", ");
    add_p(&o->figures, "q", record->gi_q);
    wh_buf_c(&o->words, record->gi_q <= SURE && record->gi_z > 0
                            ? "a hot neighbourhood, beyond chance"
                            : "no more than chance in the last complete period");
}

static void say_scan(struct opinion *o, const struct wh_evidence_record *record)
{
    o->method = "Scan (Kulldorff)";
    if (record->scan_rank == 0) {
        wh_buf_c(&o->figures, "no cluster here");
        wh_buf_c(&o->words, "the scan's circles do not hold its peak");
        return;
    }
    wh_buf_printf(&o->figures, "rank %zu, LLR ", record->scan_rank);
    wh_evidence_number(&o->figures, record->scan_llr, 1);
    wh_buf_c(&o->figures, ", ");
    add_p(&o->figures, "p", record->scan_p);
    wh_buf_c(&o->words, record->scan_p <= SURE ? "in a cluster beyond chance: "
                                               : "in a cluster that could be chance: ");
    wh_evidence_number(&o->words, record->scan_relative_risk, 1);
    wh_buf_c(&o->words, " times the risk");
}

static void say_emerging(struct opinion *o, const struct wh_evidence_record *record)
{
    o->method = "Over time (emerging)";
    if (record->emerging == NULL) {
        wh_buf_c(&o->figures, "not known");
        wh_buf_c(&o->words, "fewer than two complete periods");
        return;
    }
    wh_buf_printf(&o->figures, "%s, %u periods", record->emerging, record->n_periods);
    wh_buf_c(&o->words, record->emerging_words);
}

/* The map's forecast beside counting's, which it has to beat. */
static void say_forecast(struct opinion *o, const struct wh_evidence_record *record, size_t idx)
{
    static const char *const METHOD[WH_EVIDENCE_FORECASTS] = {
        "Forecast by counting", "Forecast by the map", "Forecast by last year"};
    const struct wh_evidence_forecast *const f = &record->forecast[idx];
    o->method = METHOD[idx];
    wh_buf_c(&o->figures, "PAI ");
    wh_evidence_interval(&o->figures, &f->pai, 1);
    if (idx == 0) {
        add_share(&o->words, f->hit_share);
        wh_buf_c(&o->words, " in ");
        add_share(&o->words, f->area_share);
        wh_buf_c(&o->words, " of the area: the baseline");
    } else {
        wh_buf_c(&o->words, "against counting ");
        wh_buf_c(&o->words, f->gain.value > 0 ? "+" : "");
        wh_evidence_interval(&o->words, &f->gain, 1);
    }
}

/* "10 m PAI 3.5, 40 m 3.3" and how much that is. */
static void say_cells(struct opinion *o, const struct wh_evidence_record *record)
{
    o->method = "Other cell sizes";
    for (int i = 0; i < 2; i++) {
        wh_buf_c(&o->figures, i == 0 ? "" : ", ");
        wh_buf_number(&o->figures, record->cell_m[i], 1);
        wh_buf_c(&o->figures, i == 0 ? " m PAI " : " m ");
        wh_evidence_number(&o->figures, record->cell_pai[i], 1);
    }
    wh_buf_c(&o->words,
             record->cell_matters ? "cell size matters here" : "cell size matters little");
    wh_buf_c(&o->words, record->cell_change > 0 ? ": PAI +" : ": PAI ");
    wh_evidence_number(&o->words, 100 * record->cell_change, 1);
    wh_buf_c(&o->words, " %");
}

static size_t gather_opinions(const struct wh_evidence_record *record, struct opinion *o)
{
    size_t n = 0;
    say_risk(&o[n++], record);
    if (record->n_trials > 0) {
        say_bases(&o[n++], record);
    }
    say_getis_ord(&o[n++], record);
    say_scan(&o[n++], record);
    say_emerging(&o[n++], record);
    for (size_t i = 0; i < record->n_forecasts; i++) {
        say_forecast(&o[n++], record, i);
    }
    if (!isnan(record->cell_change)) {
        say_cells(&o[n++], record);
    }
    return n;
}

double wh_evidence_methods(const struct wh_evidence_page *page, double y)
{
    enum { MOST = 6 + WH_EVIDENCE_FORECASTS };
    const double wide = page->sheet.wide, top = y;
    const struct wh_span span = {page->sheet.left, wide};
    const struct column column[3] = {{0, 0.19 * wide, WH_ALIGN_LEFT},
                                     {0.2 * wide, 0.36 * wide, WH_ALIGN_LEFT},
                                     {0.57 * wide, 0.43 * wide, WH_ALIGN_LEFT}};
    static const char *const HEAD[3] = {"Method", "Figures", "In words"};
    struct opinion opinion[MOST];
    for (size_t i = 0; i < MOST; i++) {
        wh_buf_init(&opinion[i].figures, page->sheet.canvas->ctx);
        wh_buf_init(&opinion[i].words, page->sheet.canvas->ctx);
    }
    const size_t n = gather_opinions(page->record, opinion);
    wh_sheet_tag(&page->sheet, "Table", NULL);
    y += draw_row(page, span, column, 3, HEAD, true, y);
    for (size_t i = 0; i < n; i++) {
        const char *const cell[3] = {opinion[i].method, wh_buf_view(&opinion[i].figures).ptr,
                                     wh_buf_view(&opinion[i].words).ptr};
        page->sheet.canvas->has_failed |= opinion[i].figures.failed || opinion[i].words.failed;
        y += draw_row(page, span, column, 3, cell, false, y);
    }
    wh_sheet_end_tag(&page->sheet, "Table");
    for (size_t i = 0; i < MOST; i++) {
        wh_buf_finish(&opinion[i].figures);
        wh_buf_finish(&opinion[i].words);
    }
    return y - top;
}

/* ---- where, how placed, open ---- */

static void say_streets(struct wh_buf *buf, const struct wh_evidence_record *record)
{
    char number[32];
    wh_buf_c(buf, record->n_streets == 0 ? "Streets: none with a name within 50 m"
                                         : "Requests by nearest street: ");
    for (size_t i = 0; i < record->n_streets; i++) {
        wh_buf_c(buf, i == 0 ? "" : ", ");
        wh_text_clean(buf, wh_str_c(record->street[i].name));
        wh_buf_printf(buf, " %s", wh_format_count(record->street[i].n, number, sizeof number));
    }
    wh_buf_char(buf, '.');
}

static const char *method_words(enum wh_method method)
{
    switch (method) {
    case WH_METHOD_CORRECTION:
        return "a correction by hand";
    case WH_METHOD_COORDINATE:
        return "coordinate";
    case WH_METHOD_UPRN:
        return "property number";
    case WH_METHOD_GRID_REFERENCE:
        return "grid reference";
    case WH_METHOD_ADDRESS:
    case WH_METHOD_ADDRESS_LOCALITY:
        return "address";
    case WH_METHOD_JUNCTION:
        return "junction";
    case WH_METHOD_STREET:
        return "street";
    case WH_METHOD_POSTCODE:
    case WH_METHOD_ENDED_POSTCODE:
        return "postcode";
    case WH_METHOD_PLACE:
        return "name of a place";
    case WH_METHOD_WARD:
    case WH_METHOD_NONE:
    case WH_N_METHODS:
        break;
    }
    return "other";
}

/* Methods that share their words are one. */
static void say_placed(struct wh_buf *buf, const struct wh_evidence_record *record)
{
    char number[32];
    bool is_first = true;
    wh_buf_c(buf, "Placed by: ");
    for (int i = 0; i < WH_N_METHODS; i++) {
        const char *const words = method_words((enum wh_method)i);
        uint32_t n = 0;
        bool is_said = false;
        for (int j = 0; j < WH_N_METHODS; j++) {
            const bool is_same = strcmp(method_words((enum wh_method)j), words) == 0;
            n += is_same ? record->by_method[j] : 0;
            is_said = is_said || (is_same && j < i);
        }
        if (n > 0 && !is_said) {
            wh_buf_printf(buf, "%s%s %s", is_first ? "" : ", ", words,
                          wh_format_count(n, number, sizeof number));
            is_first = false;
        }
    }
    wh_buf_char(buf, '.');
}

static void say_open(struct wh_buf *buf, const struct wh_evidence_record *record)
{
    enum { MOST_CONTACTS = 3 };
    wh_buf_printf(buf, "Open at the end of the period: %u, of them overdue: %u.", record->n_open,
                  record->n_overdue);
    for (size_t i = 0; i < record->n_targets && i < MOST_CONTACTS; i++) {
        const struct wh_target *const t = record->target[i];
        wh_buf_printf(buf, "%s %s: %s%s%s", i == 0 ? " To ask about" : ";", t->category,
                      t->owner == NULL ? "" : t->owner,
                      t->owner != NULL && t->contact != NULL ? ", " : "",
                      t->contact == NULL ? "" : t->contact);
    }
    wh_buf_c(buf, record->n_targets > 0 ? "." : "");
}

double wh_evidence_requests(const struct wh_evidence_page *page, double y)
{
    static void (*const SAY[])(struct wh_buf *, const struct wh_evidence_record *) = {
        say_streets, say_placed, say_open};
    const struct wh_span span = {page->sheet.left, page->sheet.wide};
    const struct wh_font font = wh_evidence_plain(page);
    const double top = y;
    struct wh_buf text;
    wh_buf_init(&text, page->sheet.canvas->ctx);
    for (size_t i = 0; i < sizeof SAY / sizeof SAY[0]; i++) {
        wh_buf_clear(&text);
        SAY[i](&text, page->record);
        y += wh_evidence_text(page, "P", &font, &text, span, y) + page->sheet.scale;
    }
    wh_buf_finish(&text);
    return y - top;
}
