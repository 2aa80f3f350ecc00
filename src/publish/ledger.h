/* publish/ledger.h: the ledger of a source as lines: a total and the parts that add up to it
 * (DESIGN.md section 5), under the same names in manifest, status page and metrics. */
#ifndef WH_PUBLISH_LEDGER_H
#define WH_PUBLISH_LEDGER_H

#include "model/report.h"
#include "publish/emit.h"

enum wh_ledger_kind { WH_LEDGER_ROWS, WH_LEDGER_STATE, WH_LEDGER_PLACED };

#define WH_LEDGER_PARTS 12 /* as many as there are methods of placing */
struct wh_ledger_part {
    const char *name;  /* "withheld_default": in files */
    const char *words; /* "default location": for people */
    uint64_t n;
    bool is_hidden;
};
struct wh_ledger_line {
    const char *name, *total_name;
    uint64_t total;
    size_t n;
    struct wh_ledger_part part[WH_LEDGER_PARTS];
};

/*
 * Parts of 1 to hide_below - 1 are hidden, and then the largest other part too, so that they do not
 * follow from the total. hide_below 0: nothing is.
 */
struct wh_ledger_line wh_ledger_line(enum wh_ledger_kind kind, const struct wh_source_note *source,
                                     uint32_t hide_below);
/* An object named after the line: the total, then the parts; hidden ones are "not shown". */
void wh_ledger_emit(struct wh_emitter *emit, const struct wh_ledger_line *line);

#endif
