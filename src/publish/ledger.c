/* publish/ledger.c: what a source's rows and requests came to. */
#include "publish/ledger.h"

static void hide_small(struct wh_ledger_line *line, uint32_t k)
{
    size_t n_hidden = 0, largest = line->n;
    for (size_t i = 0; i < line->n; i++) {
        line->part[i].is_hidden = line->part[i].n > 0 && line->part[i].n < k;
        n_hidden += line->part[i].is_hidden ? 1 : 0;
    }
    for (size_t i = 0; i < line->n; i++) {
        if (!line->part[i].is_hidden &&
            (largest == line->n || line->part[i].n > line->part[largest].n)) {
            largest = i;
        }
    }
    if (n_hidden > 0 && largest < line->n) {
        line->part[largest].is_hidden = true;
    }
}

static struct wh_ledger_line make_line(enum wh_ledger_kind kind, const struct wh_ledger *rows,
                                       const struct wh_placing_ledger *state)
{
    switch (kind) {
    case WH_LEDGER_ROWS:
        return (struct wh_ledger_line){
            "rows",
            "read",
            rows->read,
            5,
            {{"new", "new", rows->added, false},
             {"updated", "updated", rows->updated, false},
             {"unchanged", "unchanged", rows->unchanged, false},
             {"duplicate", "repeated", rows->duplicate, false},
             {"unreadable", "could not be read", rows->unreadable, false}}};
    case WH_LEDGER_STATE:
        return (struct wh_ledger_line){
            "state",
            "requests",
            state->requests,
            5,
            {{"mapped", "mapped", state->mapped, false},
             {"withheld_sensitive", "sensitive", state->withheld_sensitive, false},
             {"withheld_default", "default location", state->withheld_default, false},
             {"outside", "outside", state->outside, false},
             {"not_placed", "not placed", state->not_placed, false}}};
    case WH_LEDGER_PLACED:
        break;
    }
    return (struct wh_ledger_line){"placed",
                                   "placed",
                                   state->by_coordinate + state->by_postcode,
                                   2,
                                   {{"by_coordinate", "by coordinate", state->by_coordinate, false},
                                    {"by_postcode", "by postcode", state->by_postcode, false}}};
}

struct wh_ledger_line wh_ledger_line(enum wh_ledger_kind kind, const struct wh_source_note *source,
                                     uint32_t hide_below)
{
    struct wh_ledger_line line = make_line(kind, &source->ledger, &source->placing);
    hide_small(&line, hide_below);
    return line;
}

void wh_ledger_emit(struct wh_emitter *emit, const struct wh_ledger_line *line)
{
    wh_emit_object(emit, line->name);
    wh_emit_count(emit, line->total_name, line->total);
    for (size_t i = 0; i < line->n; i++) {
        if (line->part[i].is_hidden) {
            wh_emit_text(emit, line->part[i].name, "not shown");
        } else {
            wh_emit_count(emit, line->part[i].name, line->part[i].n);
        }
    }
    wh_emit_object_end(emit);
}
