/* disclose/table.c: bounds of hidden cells by augmenting cycles, and what to hide so that they stay
 * wide. */
#include "disclose/table.h"

#include <string.h>

#include "base/alloc.h"
#include "base/error.h"

#define UNBOUNDED ((int64_t)1 << 40)

/* One cell or total as an edge of the circulation. */
struct edge {
    uint32_t from, to;
    int64_t value;
    int64_t low, high; /* what the attacker knows beforehand */
    int64_t flow;      /* change from the true value on trial */
    size_t cell;
    bool is_hidden, is_small;
    bool is_vague; /* "fewer than k" became "not shown": saying even that would narrow another */
    bool is_fixed; /* decided elsewhere */
};

struct network {
    struct wh_ctx *ctx;
    size_t n_nodes, n_edges;
    struct edge *edge;
    uint32_t *via; /* edge by which a node was reached */
    int64_t *cost; /* of reaching it; -1: not reached */
};

enum wh_status wh_table_init(struct wh_ctx *ctx, struct wh_table *table, size_t n_rows,
                             size_t n_cols, struct wh_error *err)
{
    *table = (struct wh_table){.n_rows = n_rows, .n_cols = n_cols};
    const size_t n = (n_rows + 1) * (n_cols + 1);
    table->count = wh_alloc_array(ctx, n, sizeof *table->count);
    table->rule = wh_alloc_array(ctx, n, sizeof *table->rule);
    if (table->count == NULL || table->rule == NULL) {
        wh_table_finish(ctx, table);
        return wh_fail_memory(ctx, err);
    }
    return WH_OK;
}

void wh_table_finish(struct wh_ctx *ctx, struct wh_table *table)
{
    wh_free(ctx, table->count);
    wh_free(ctx, table->rule);
    *table = (struct wh_table){0};
}

struct wh_count *wh_table_at(const struct wh_table *table, size_t row, size_t col)
{
    return &table->count[row * (table->n_cols + 1) + col];
}

static void set_bounds(struct edge *edge, uint8_t shown, uint8_t rule, uint32_t k)
{
    edge->is_hidden = shown != WH_SHOWN || rule == WH_CELL_UNPUBLISHED;
    edge->is_small = edge->value > 0 && edge->value < k;
    const bool says_few = shown == WH_FEW && rule != WH_CELL_UNPUBLISHED;
    edge->low = says_few ? 1 : 0;
    edge->high = says_few ? (int64_t)k - 1 : UNBOUNDED;
    edge->is_fixed = rule == WH_CELL_FIXED;
}

static enum wh_status open_network(struct wh_ctx *ctx, const struct wh_table *table, uint32_t k,
                                   struct network *ret, struct wh_error *err)
{
    const size_t rows = table->n_rows, cols = table->n_cols;
    struct network network = {.ctx = ctx, .n_nodes = rows + cols + 2};
    const uint32_t source = (uint32_t)(rows + cols), sink = source + 1;
    network.edge = wh_alloc_array(ctx, (rows + 1) * (cols + 1), sizeof *network.edge);
    network.via = wh_alloc_array(ctx, network.n_nodes, sizeof *network.via);
    network.cost = wh_alloc_array(ctx, network.n_nodes, sizeof *network.cost);
    *ret = network;
    if (network.edge == NULL || network.via == NULL || network.cost == NULL) {
        return wh_fail_memory(ctx, err);
    }
    for (size_t row = 0; row <= rows; row++) {
        for (size_t col = 0; col <= cols; col++) {
            const size_t cell = row * (cols + 1) + col;
            if (table->rule[cell] == WH_CELL_STRUCTURAL) {
                continue;
            }
            struct edge *edge = &ret->edge[ret->n_edges++];
            edge->cell = cell;
            edge->value = table->count[cell].n;
            edge->from = row < rows && col < cols ? (uint32_t)row
                         : row < rows             ? source
                         : col < cols             ? (uint32_t)(rows + col)
                                                  : sink;
            edge->to = row < rows && col < cols ? (uint32_t)(rows + col)
                       : row < rows             ? (uint32_t)row
                       : col < cols             ? sink
                                                : source;
            set_bounds(edge, table->count[cell].shown, table->rule[cell], k);
        }
    }
    return WH_OK;
}

static void close_network(struct network *network)
{
    wh_free(network->ctx, network->edge);
    wh_free(network->ctx, network->via);
    wh_free(network->ctx, network->cost);
}

/* By how much an edge's flow may still rise or fall, for an attacker who knows its bounds; or, when
 * those may be given up, at all. */
static int64_t room(const struct edge *edge, bool is_up, bool may_hide)
{
    const int64_t now = edge->value + edge->flow;
    if (may_hide && !edge->is_fixed) {
        return is_up ? UNBOUNDED - now : now;
    }
    return is_up ? edge->high - now : now - edge->low;
}

/* Hiding costs what is lost: large numbers and totals last, zeros never without need; "fewer than
 * k" made vague costs little. */
static int64_t hiding_cost(const struct edge *edge, bool is_up)
{
    if (edge->is_hidden) {
        return room(edge, is_up, false) > 0 ? 0 : 500;
    }
    return 1000 + (edge->value == 0 ? UNBOUNDED / 4096 : edge->value);
}

/*
 * Cheapest way from `from` to `to` along edges (forwards: rise, backwards: fall) other than `skip`;
 * through shown edges only when `may_hide`. Bellman-Ford in a fixed order, so that ties are always
 * broken alike. True when there is one.
 */
static bool find_path(struct network *network, uint32_t from, uint32_t to, size_t skip,
                      bool may_hide)
{
    for (size_t i = 0; i < network->n_nodes; i++) {
        network->cost[i] = -1;
    }
    network->cost[from] = 0;
    bool has_changed = true;
    while (has_changed) {
        has_changed = false;
        for (size_t i = 0; i < network->n_edges; i++) {
            const struct edge *edge = &network->edge[i];
            if (i == skip || (!edge->is_hidden && (!may_hide || edge->is_fixed))) {
                continue;
            }
            for (int up = 1; up >= 0; up--) {
                const uint32_t a = up ? edge->from : edge->to, b = up ? edge->to : edge->from;
                if (network->cost[a] < 0 || room(edge, up != 0, may_hide) <= 0) {
                    continue;
                }
                const int64_t cost = network->cost[a] + hiding_cost(edge, up != 0);
                if (network->cost[b] < 0 || cost < network->cost[b]) {
                    network->cost[b] = cost;
                    network->via[b] = (uint32_t)i;
                    has_changed = true;
                }
            }
        }
    }
    return network->cost[to] >= 0;
}

/* By how much an edge of the path takes: as it is while it has room, else with its bounds given up.
 */
static int64_t room_on_path(const struct edge *edge, bool is_up)
{
    const int64_t strict = edge->is_hidden ? room(edge, is_up, false) : 0;
    return strict > 0 ? strict : room(edge, is_up, true);
}

/* Sends as much as fits, at most `want`, along the path that was found; hides what is shown on it.
 * Returns how much. */
static int64_t send(struct network *network, uint32_t from, uint32_t to, int64_t want)
{
    int64_t fits = want;
    for (uint32_t node = to; node != from;) {
        const struct edge *edge = &network->edge[network->via[node]];
        const bool is_up = edge->to == node;
        const int64_t here = room_on_path(edge, is_up);
        fits = here < fits ? here : fits;
        node = is_up ? edge->from : edge->to;
    }
    for (uint32_t node = to; node != from;) {
        struct edge *edge = &network->edge[network->via[node]];
        const bool is_up = edge->to == node;
        if (!edge->is_hidden || room(edge, is_up, false) < fits) {
            edge->is_vague = true;
            edge->low = 0;
            edge->high = UNBOUNDED;
        }
        edge->flow += is_up ? fits : -fits;
        edge->is_hidden = true;
        node = is_up ? edge->from : edge->to;
    }
    return fits;
}

/* By how much the attacker must think that edge `idx` could be more (or less), at most `want`;
 * hides further edges when `may_hide`. */
static int64_t widen(struct network *network, size_t idx, bool is_up, int64_t want, bool may_hide)
{
    const struct edge *edge = &network->edge[idx];
    const uint32_t from = is_up ? edge->to : edge->from, to = is_up ? edge->from : edge->to;
    int64_t got = 0;
    for (size_t i = 0; i < network->n_edges; i++) {
        network->edge[i].flow = 0;
    }
    while (got < want && find_path(network, from, to, idx, may_hide)) {
        got += send(network, from, to, want - got);
    }
    return got;
}

/* The attacker must be left with every value of 1..k-1, and for what is never printed with values
 * from 0 or up to k. */
static void wanted(const struct edge *edge, uint32_t k, int64_t *ret_down, int64_t *ret_up)
{
    *ret_down = edge->value - 1;
    *ret_up = (int64_t)k - 1 - edge->value;
}

enum wh_status wh_table_audit(struct wh_ctx *ctx, const struct wh_table *table, uint32_t k,
                              uint64_t *ret_exposed, struct wh_error *err)
{
    struct network network = {0};
    const enum wh_status status = open_network(ctx, table, k, &network, err);
    uint64_t exposed = 0;
    for (size_t i = 0; status == WH_OK && i < network.n_edges; i++) {
        int64_t down = 0, up = 0;
        if (!network.edge[i].is_small) {
            continue;
        }
        wanted(&network.edge[i], k, &down, &up);
        exposed += !network.edge[i].is_hidden || widen(&network, i, true, up, false) < up ||
                   widen(&network, i, false, down, false) < down;
    }
    close_network(&network);
    if (status == WH_OK) {
        *ret_exposed = exposed;
    }
    return status;
}

enum wh_status wh_table_protect(struct wh_ctx *ctx, struct wh_table *table, uint32_t k,
                                struct wh_error *err)
{
    struct network network = {0};
    const size_t n_cells = (table->n_rows + 1) * (table->n_cols + 1);
    for (size_t i = 0; i < n_cells; i++) {
        struct wh_count *count = &table->count[i];
        if (table->rule[i] == WH_CELL_PUBLISHED && count->shown == WH_SHOWN && count->n > 0 &&
            count->n < k) {
            count->shown = WH_FEW;
        }
    }
    const enum wh_status status = open_network(ctx, table, k, &network, err);
    for (size_t i = 0; status == WH_OK && i < network.n_edges; i++) {
        int64_t down = 0, up = 0;
        if (network.edge[i].is_small) {
            wanted(&network.edge[i], k, &down, &up);
            (void)widen(&network, i, true, up, true);
            (void)widen(&network, i, false, down, true);
        }
    }
    for (size_t i = 0; status == WH_OK && i < network.n_edges; i++) {
        struct wh_count *count = &table->count[network.edge[i].cell];
        if (network.edge[i].is_hidden && (count->shown == WH_SHOWN || network.edge[i].is_vague)) {
            count->shown = WH_WITHHELD;
        }
    }
    close_network(&network);
    return status;
}
