/* publish/ledger.c: what a source's rows and requests came to. */
#include "publish/ledger.h"

#include <assert.h>

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

static struct wh_ledger_line make_methods(const struct wh_placing_ledger *state)
{
    static const char *const name[WH_N_METHODS] = {"",
                                                   "by_correction",
                                                   "by_coordinate",
                                                   "by_uprn",
                                                   "by_grid_reference",
                                                   "by_address",
                                                   "by_address_locality",
                                                   "by_junction",
                                                   "by_street",
                                                   "by_postcode",
                                                   "by_ended_postcode",
                                                   "by_place",
                                                   "by_ward"};
    static_assert(WH_N_METHODS - 1 == WH_LEDGER_PARTS, "a part each");
    struct wh_ledger_line line = {"placed", "placed", 0, WH_N_METHODS - 1, {{0}}};
    for (size_t i = 1; i < WH_N_METHODS; i++) {
        line.part[i - 1] = (struct wh_ledger_part){name[i], wh_method_words((enum wh_method)i),
                                                   state->by_method[i], false};
        line.total += state->by_method[i];
    }
    return line;
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
            6,
            {{"mapped", "mapped", state->mapped, false},
             {"withheld_sensitive", "sensitive", state->withheld_sensitive, false},
             {"withheld_default", "default location", state->withheld_default, false},
             {"withheld_coarse", "not exactly enough", state->withheld_coarse, false},
             {"outside", "outside", state->outside, false},
             {"not_placed", "not placed", state->not_placed, false}}};
    case WH_LEDGER_PLACED:
        break;
    }
    return make_methods(state);
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
