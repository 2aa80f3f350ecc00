/*
 * disclose/cells.c: counts by squares, for the public.
 *
 * A count is told down to the multiple of k below it; a cell of fewer than k is not told of, nor
 * that it holds any. Steps of k wide cannot be taken off each other: not a theme off another, nor a
 * period off the one before. What is left are areas whose exact counts are printed: "ward A has 12,
 * one of its cells at least 10" leaves at most 2 for another. So cells are checked against every
 * other partition of the ground (levels, hot spots) as a circulation, as table.c does for tables,
 * here with a cell's step as its bounds: source -> cell -> area -> sink. Where a count of 1..k-1
 * could be bounded more narrowly than that, further cells are taken out.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "disclose/disclose_internal.h"

#define UNBOUNDED ((int64_t)1 << 40)
#define NO_EDGE UINT32_MAX

struct cell_edge {
    uint32_t from, to;
    int64_t value, low, high; /* what is true, and what an attacker knows of it */
    int64_t flow;             /* change on trial */
};

/* Nodes: cells, areas, source, sink. Edge i < n_cells is that of cell i. */
struct cell_network {
    struct wh_ctx *ctx;
    uint32_t n_cells, n_nodes, source, sink;
    uint32_t n_edges;
    struct cell_edge *edge;
    uint32_t *start, *at; /* edges at each node: at[start[node]..start[node + 1]) */
    uint32_t *via, *queue;
    uint32_t *seen, round; /* a node was reached in this search */
};

static void close_network(struct cell_network *net)
{
    wh_free(net->ctx, net->edge);
    wh_free(net->ctx, net->start);
    wh_free(net->ctx, net->at);
    wh_free(net->ctx, net->via);
    wh_free(net->ctx, net->queue);
    wh_free(net->ctx, net->seen);
}

static void add_edge(struct cell_network *net, uint32_t from, uint32_t to, int64_t value,
                     int64_t low, int64_t high)
{
    net->edge[net->n_edges++] = (struct cell_edge){from, to, value, low, high, 0};
}

static void add_count(struct cell_network *net, uint32_t from, uint32_t to, uint32_t value,
                      uint8_t shown, uint32_t k)
{
    const bool is_few = shown == WH_FEW, is_exact = shown == WH_SHOWN;
    add_edge(net, from, to, value,
             is_exact ? value
             : is_few ? 1
                      : 0,
             is_exact ? value
             : is_few ? (int64_t)k - 1
                      : UNBOUNDED);
}

/* Lists the edges of each node. */
static void index_edges(struct cell_network *net)
{
    for (uint32_t i = 0; i < net->n_edges; i++) {
        net->start[net->edge[i].from + 1]++;
        net->start[net->edge[i].to + 1]++;
    }
    for (uint32_t node = 0; node < net->n_nodes; node++) {
        net->start[node + 1] += net->start[node];
        net->queue[node] = net->start[node];
    }
    for (uint32_t i = 0; i < net->n_edges; i++) {
        net->at[net->queue[net->edge[i].from]++] = i;
        net->at[net->queue[net->edge[i].to]++] = i;
    }
}

static enum wh_status open_network(struct wh_ctx *ctx, const struct wh_cell *cell,
                                   const bool *is_told, uint32_t n_cells,
                                   const struct wh_cell_shares *shares, const uint8_t *area_shown,
                                   uint32_t n_areas, uint8_t total_shown, uint32_t k,
                                   struct cell_network *net, struct wh_error *err)
{
    const size_t most = n_cells + shares->n + n_areas + (size_t)1;
    *net = (struct cell_network){.ctx = ctx, .n_cells = n_cells, .n_nodes = n_cells + n_areas + 2};
    net->source = n_cells + n_areas;
    net->sink = net->source + 1;
    net->edge = wh_alloc_array(ctx, most, sizeof *net->edge);
    net->start = wh_alloc_array(ctx, net->n_nodes + (size_t)1, sizeof *net->start);
    net->at = wh_alloc_array(ctx, 2 * most, sizeof *net->at);
    net->via = wh_alloc_array(ctx, net->n_nodes, sizeof *net->via);
    net->queue = wh_alloc_array(ctx, net->n_nodes, sizeof *net->queue);
    net->seen = wh_alloc_array(ctx, net->n_nodes, sizeof *net->seen);
    uint32_t *const total = wh_alloc_array(ctx, n_areas, sizeof *total);
    if (net->edge == NULL || net->start == NULL || net->at == NULL || net->via == NULL ||
        net->queue == NULL || net->seen == NULL || total == NULL) {
        wh_free(ctx, total);
        return wh_fail_memory(ctx, err);
    }
    uint32_t sum = 0;
    for (uint32_t i = 0; i < n_cells; i++) {
        const int64_t told = cell[i].n - cell[i].n % k;
        add_edge(net, net->source, i, cell[i].n, is_told[i] ? told : 0,
                 is_told[i] ? told + k - 1 : UNBOUNDED);
    }
    for (size_t i = 0; i < shares->n; i++) {
        const struct wh_cell_share *const share = &shares->share[i];
        add_edge(net, share->cell, n_cells + share->area, share->n, 0, UNBOUNDED);
        total[share->area] += share->n;
        sum += share->n;
    }
    for (uint32_t i = 0; i < n_areas; i++) {
        add_count(net, n_cells + i, net->sink, total[i], area_shown[i], k);
    }
    add_count(net, net->sink, net->source, sum, total_shown, k);
    index_edges(net);
    wh_free(ctx, total);
    return WH_OK;
}

/* Room to carry more from `node` over an edge: along it, or by taking back what it carries. */
static int64_t room(const struct cell_edge *edge, uint32_t node)
{
    const int64_t now = edge->value + edge->flow;
    return edge->from == node ? edge->high - now : now - edge->low;
}

/* The shortest way with room from one node to another, other than by `skip`; in `via`. */
static bool find_way(struct cell_network *net, uint32_t from, uint32_t to, uint32_t skip)
{
    uint32_t head = 0, tail = 0;
    net->round++;
    net->seen[from] = net->round;
    net->queue[tail++] = from;
    while (head < tail) {
        const uint32_t node = net->queue[head++];
        for (uint32_t i = net->start[node]; i < net->start[node + 1]; i++) {
            const uint32_t e = net->at[i];
            const struct cell_edge *const edge = &net->edge[e];
            const uint32_t other = edge->from == node ? edge->to : edge->from;
            if (e == skip || net->seen[other] == net->round || room(edge, node) <= 0) {
                continue;
            }
            net->seen[other] = net->round;
            net->via[other] = e;
            if (other == to) {
                return true;
            }
            net->queue[tail++] = other;
        }
    }
    return false;
}

/* Carries up to `wanted` units from one node to another, whole ways at a time. */
static bool can_carry(struct cell_network *net, uint32_t from, uint32_t to, uint32_t skip,
                      int64_t wanted)
{
    bool is_used = false;
    while (wanted > 0 && find_way(net, from, to, skip)) {
        int64_t least = wanted;
        for (uint32_t node = to; node != from;) {
            const struct cell_edge *const edge = &net->edge[net->via[node]];
            node = edge->from == node ? edge->to : edge->from;
            least = room(edge, node) < least ? room(edge, node) : least;
        }
        for (uint32_t node = to; node != from;) {
            struct cell_edge *const edge = &net->edge[net->via[node]];
            node = edge->from == node ? edge->to : edge->from;
            edge->flow += edge->from == node ? least : -least;
        }
        wanted -= least;
        is_used = true;
    }
    for (uint32_t i = 0; is_used && i < net->n_edges; i++) {
        net->edge[i].flow = 0;
    }
    return wanted <= 0;
}

/* Can a small count be anything from 1 to k - 1, for all that is known? */
static bool is_safe(struct cell_network *net, uint32_t cell, uint32_t k)
{
    const int64_t n = net->edge[cell].value;
    return can_carry(net, cell, net->source, cell, (int64_t)k - 1 - n) &&
           can_carry(net, net->source, cell, cell, n - 1);
}

/* The told cell that has fewest among those that meet an area of `cell`; else of all. */
static uint32_t find_cheapest(const struct cell_network *net, uint32_t cell, const bool *is_told)
{
    uint32_t near = NO_EDGE, anywhere = NO_EDGE;
    for (uint32_t i = 0; i < net->n_cells; i++) {
        if (is_told[i] && (anywhere == NO_EDGE || net->edge[i].low < net->edge[anywhere].low)) {
            anywhere = i;
        }
    }
    for (uint32_t i = net->start[cell]; i < net->start[cell + 1]; i++) {
        const uint32_t area = net->edge[net->at[i]].to;
        for (uint32_t j = net->start[area]; area != cell && j < net->start[area + 1]; j++) {
            const uint32_t other = net->edge[net->at[j]].from;
            if (other < net->n_cells && is_told[other] &&
                (near == NO_EDGE || net->edge[other].low < net->edge[near].low)) {
                near = other;
            }
        }
    }
    return near != NO_EDGE ? near : anywhere;
}

/* Takes cells out until nothing small can be bounded from one partition; what is taken out only
 * widens what is known from the others. */
static void settle(struct cell_network *net, uint32_t k, bool *is_told)
{
    for (uint32_t cell = 0; cell < net->n_cells; cell++) {
        while (net->edge[cell].value < k && !is_safe(net, cell, k)) {
            const uint32_t other = find_cheapest(net, cell, is_told);
            if (other == NO_EDGE) {
                break; /* the areas alone say so much: cells add nothing to it */
            }
            is_told[other] = false;
            net->edge[other].low = 0;
            net->edge[other].high = UNBOUNDED;
        }
    }
}

/* One partition of the ground with what is published of it. */
struct partition {
    const struct wh_cell_shares *shares;
    uint32_t n_areas;
    const uint8_t *area_shown;
};

static enum wh_status protect_from(struct wh_ctx *ctx, const struct wh_cell_counts *cells,
                                   const struct partition *partition, uint8_t total_shown,
                                   uint32_t k, bool *is_told, struct wh_error *err)
{
    struct cell_network net;
    const enum wh_status status =
        open_network(ctx, cells->cell, is_told, (uint32_t)cells->n, partition->shares,
                     partition->area_shown, partition->n_areas, total_shown, k, &net, err);
    if (status == WH_OK) {
        settle(&net, k, is_told);
    }
    close_network(&net);
    return status;
}

/* The public's figures of a level, or NULL where it gets none. */
static const struct wh_level_figures *find_level(const struct wh_theme_report *theme,
                                                 const struct wh_level *level)
{
    for (size_t i = 0; i < theme->n_levels; i++) {
        if (theme->level[i].level == level) {
            return &theme->level[i];
        }
    }
    return NULL;
}

static uint8_t hotspot_shown(const struct wh_theme_report *theme, const char *id)
{
    for (size_t i = 0; i < theme->n_hotspots; i++) {
        if (strcmp(theme->hotspot[i].id, id) == 0) {
            return theme->hotspot[i].figures.count.shown;
        }
    }
    return WH_WITHHELD;
}

/* How every area of a partition stands in the public report; "elsewhere" comes last. */
static enum wh_status list_shown(struct wh_ctx *ctx, const struct wh_theme_report *from,
                                 const struct wh_theme_report *theme, size_t idx, uint8_t **ret,
                                 uint32_t *ret_n, struct wh_error *err)
{
    const bool is_level = idx < from->n_levels;
    const uint32_t n =
        (is_level ? from->level[idx].level->areas->n : (uint32_t)from->n_hotspots) + 1;
    uint8_t *const shown = wh_alloc_array(ctx, n, 1);
    if (shown == NULL) {
        return wh_fail_memory(ctx, err);
    }
    const struct wh_level_figures *const level =
        is_level ? find_level(theme, from->level[idx].level) : NULL;
    for (uint32_t i = 0; i < n; i++) {
        shown[i] = level != NULL            ? level->tally[i].count[WH_IN_REQUESTS].shown
                   : is_level || i + 1 == n ? (uint8_t)WH_WITHHELD
                                            : hotspot_shown(theme, from->hotspot[i].id);
    }
    *ret = shown;
    *ret_n = n;
    return WH_OK;
}

/* Cells that are told of, in the report's arena. */
static enum wh_status keep_told(const struct wh_cell_counts *from, const bool *is_told, uint32_t k,
                                struct wh_arena *arena, struct wh_cell_counts *ret,
                                struct wh_error *err)
{
    *ret = (struct wh_cell_counts){.cell_m = from->cell_m, .step = k < 2 ? 1 : k};
    ret->cell = wh_arena_alloc(arena, from->n + 1, sizeof *ret->cell);
    if (ret->cell == NULL) {
        return wh_fail_memory(arena->ctx, err);
    }
    for (size_t i = 0; i < from->n; i++) {
        const struct wh_cell *const cell = &from->cell[i];
        if (is_told[i]) {
            ret->cell[ret->n++] =
                (struct wh_cell){cell->col, cell->row, cell->n - cell->n % ret->step, NULL};
        }
    }
    return WH_OK;
}

enum wh_status wh_cells_protect(struct wh_ctx *ctx, const struct wh_officer_report *officer,
                                struct wh_report *report, uint32_t k,
                                struct wh_disclose_stats *stats, struct wh_error *err)
{
    enum wh_status status = WH_OK;
    for (size_t t = 0; status == WH_OK && t < report->n_themes; t++) {
        const struct wh_theme_report *const from = &officer->body.theme[t];
        struct wh_theme_report *const theme = &report->theme[t];
        const struct wh_cell_counts *const cells = &from->cells;
        bool *const is_told = wh_alloc_array(ctx, cells->n, sizeof *is_told);
        status = is_told == NULL ? wh_fail_memory(ctx, err) : WH_OK;
        for (size_t i = 0; status == WH_OK && i < cells->n; i++) {
            is_told[i] = cells->cell[i].n >= k;
        }
        for (size_t p = 0; status == WH_OK && k >= 2 && cells->n > 0 && p <= from->n_levels; p++) {
            struct partition partition = {.shares = &officer->cell_shares[t][p]};
            uint8_t *shown = NULL;
            status = list_shown(ctx, from, theme, p, &shown, &partition.n_areas, err);
            if (status == WH_OK) {
                partition.area_shown = shown;
                status =
                    protect_from(ctx, cells, &partition, theme->total.count.shown, k, is_told, err);
            }
            wh_free(ctx, shown);
        }
        for (size_t i = 0; status == WH_OK && i < cells->n; i++) {
            stats->counts++;
            stats->hidden_small += cells->cell[i].n < k;
            stats->hidden_secondary += cells->cell[i].n >= k && !is_told[i];
        }
        if (status == WH_OK) {
            status = keep_told(cells, is_told, k, &report->arena, &theme->cells, err);
        }
        wh_free(ctx, is_told);
    }
    return status;
}
