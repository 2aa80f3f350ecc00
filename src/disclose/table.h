/*
 * disclose/table.h: secondary suppression of a two-way table as a network.
 *
 * A table with its margins is a circulation: an edge row -> column a cell, source -> row a row
 * total, column -> sink a column total, sink -> source the grand total. What an attacker can work
 * out about a hidden edge are the bounds of its flow over all circulations that agree with the
 * shown edges (exact for two-way tables: Cox 1995, "Network models for complementary cell
 * suppression"); further edges are hidden along the cheapest path that widens bounds which are too
 * narrow.
 */
#ifndef WH_DISCLOSE_TABLE_H
#define WH_DISCLOSE_TABLE_H

#include "model/report.h"

enum wh_cell_rule {
    WH_CELL_PUBLISHED,   /* shown unless it is hidden below */
    WH_CELL_UNPUBLISHED, /* never shown, but it could be worked out: rests of wards */
    WH_CELL_FIXED,       /* decided elsewhere: shown or hidden as it is, and stays so */
    WH_CELL_STRUCTURAL   /* a zero that everybody knows */
};

/* n_rows x n_cols cells with totals last: index row * (n_cols + 1) + col. */
struct wh_table {
    size_t n_rows, n_cols;
    struct wh_count *count; /* n is kept here even where it is hidden */
    uint8_t *rule;          /* enum wh_cell_rule */
};

WH_MUST_USE enum wh_status wh_table_init(struct wh_ctx *ctx, struct wh_table *table, size_t n_rows,
                                         size_t n_cols, struct wh_error *err);
void wh_table_finish(struct wh_ctx *ctx, struct wh_table *table);
struct wh_count *wh_table_at(const struct wh_table *table, size_t row, size_t col);
/* Hides 1..k-1 as WH_FEW, then as many more as WH_WITHHELD as it takes; what is hidden already
 * stays so. Deterministic. */
WH_MUST_USE enum wh_status wh_table_protect(struct wh_ctx *ctx, struct wh_table *table, uint32_t k,
                                            struct wh_error *err);
/* How many small cells an attacker can bound more narrowly than "1 to k - 1". */
WH_MUST_USE enum wh_status wh_table_audit(struct wh_ctx *ctx, const struct wh_table *table,
                                          uint32_t k, uint64_t *ret_exposed, struct wh_error *err);
#endif
