/* DBSCAN and HDBSCAN against their definitions, point by point, and in any order. */
#include <wardheat/clusters.h>

#include "golden.h"

#define MOST 300

static double x[MOST], y[MOST];

/* Groups with their own spread, noise between, and some on one spot. */
static uint32_t scatter(uint64_t *seed, uint32_t n, bool is_coarse)
{
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t group = (uint32_t)random_below(seed, 5);
        const double spread = group == 4 ? 1000 : 20.0 * (group + 1);
        x[i] = 300.0 * group + spread * ((double)random_below(seed, 1000) / 500 - 1);
        y[i] = 200.0 * (group % 2) + spread * ((double)random_below(seed, 1000) / 500 - 1);
        if (is_coarse) { /* many ties, many on one spot */
            x[i] = floor(x[i] / 40) * 40;
            y[i] = floor(y[i] / 40) * 40;
        }
    }
    return n;
}

static double distance(uint32_t i, uint32_t j)
{
    return sqrt((x[i] - x[j]) * (x[i] - x[j]) + (y[i] - y[j]) * (y[i] - y[j]));
}

/* Is the numbering as promised: by size, then from the west? */
static void check_numbers(const uint32_t *cluster, uint32_t n, const struct wh_clusters *clusters)
{
    uint32_t size[MOST + 1] = {0}, first[MOST + 1] = {0}, n_noise = 0;
    for (uint32_t i = 0; i < n; i++) {
        const uint32_t c = cluster[i];
        assert_true(c <= clusters->n);
        n_noise += c == WH_CLUSTER_NONE;
        if (size[c]++ == 0 || x[i] < x[first[c]] || (x[i] <= x[first[c]] && y[i] < y[first[c]])) {
            first[c] = i;
        }
    }
    assert_int_equal(n_noise, clusters->n_noise);
    for (uint32_t c = 1; c <= clusters->n; c++) {
        assert_true(size[c] > 0);
        assert_true(c == 1 || size[c] < size[c - 1] ||
                    (size[c] == size[c - 1] &&
                     (x[first[c]] > x[first[c - 1]] ||
                      (x[first[c]] >= x[first[c - 1]] && y[first[c]] > y[first[c - 1]]))));
    }
}

/* ---- DBSCAN ---- */

static void check_dbscan(uint32_t n, double radius_m, uint32_t min_points)
{
    struct wh_error err = {0};
    struct wh_clusters clusters;
    uint32_t cluster[MOST], label[MOST];
    bool is_core[MOST];
    assert_wh_ok(wh_dbscan(ctx, x, y, n, radius_m, min_points, cluster, &clusters, &err));
    check_numbers(cluster, n, &clusters);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t near = 0;
        for (uint32_t j = 0; j < n; j++) {
            near += distance(i, j) <= radius_m;
        }
        is_core[i] = near >= min_points;
        label[i] = i;
    }
    for (bool has_changed = true; has_changed;) { /* cores take the lowest label within reach */
        has_changed = false;
        for (uint32_t i = 0; i < n; i++) {
            for (uint32_t j = 0; j < n; j++) {
                if (is_core[i] && is_core[j] && distance(i, j) <= radius_m && label[j] < label[i]) {
                    label[i] = label[j];
                    has_changed = true;
                }
            }
        }
    }
    for (uint32_t i = 0; i < n; i++) {
        double nearest = 1e300;
        for (uint32_t j = 0; j < n; j++) {
            nearest = is_core[j] ? fmin(nearest, distance(i, j)) : nearest;
        }
        assert_true((cluster[i] == WH_CLUSTER_NONE) == (nearest > radius_m));
        bool is_with_nearest = cluster[i] == WH_CLUSTER_NONE;
        for (uint32_t j = 0; j < n; j++) {
            if (is_core[i] && is_core[j]) {
                assert_true((label[i] == label[j]) == (cluster[i] == cluster[j]));
            }
            is_with_nearest = is_with_nearest || (is_core[j] && distance(i, j) <= nearest + 1e-9 &&
                                                  cluster[i] == cluster[j]);
        }
        assert_true(is_with_nearest);
    }
}

static void dbscan_is_as_defined(void **unused)
{
    (void)unused;
    uint64_t seed = test_seed("dbscan");
    for (unsigned round = 0; round < 40; round++) {
        const uint32_t n = scatter(&seed, (uint32_t)random_below(&seed, MOST), round % 2 == 1);
        check_dbscan(n, (double)random_below(&seed, 80), 1 + (uint32_t)random_below(&seed, 9));
    }
}

/* ---- HDBSCAN, on single points, by recursion over all pairs ---- */

struct slow {
    uint32_t n, min_cluster;
    double reach[MOST][MOST];
    uint32_t n_clusters, label[MOST];
    double left_at[MOST];
    struct {
        uint32_t parent;
        double birth, stability;
        bool is_taken;
        uint32_t n_members, member[MOST];
    } cluster[2 * MOST];
};

static struct slow slow;

/* Groups of `member` that hang together when edges of length `cut` and more are gone. */
static uint32_t split(const uint32_t *member, uint32_t n, double cut, uint32_t *ret_group)
{
    uint32_t n_groups = 0;
    for (uint32_t i = 0; i < n; i++) {
        ret_group[i] = UINT32_MAX;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (ret_group[i] != UINT32_MAX) {
            continue;
        }
        ret_group[i] = n_groups;
        for (bool has_changed = true; has_changed;) {
            has_changed = false;
            for (uint32_t a = 0; a < n; a++) {
                for (uint32_t b = 0; ret_group[a] == n_groups && b < n; b++) {
                    if (ret_group[b] == UINT32_MAX && slow.reach[member[a]][member[b]] < cut) {
                        ret_group[b] = n_groups;
                        has_changed = true;
                    }
                }
            }
        }
        n_groups++;
    }
    return n_groups;
}

/* The longest edge that the group needs to hang together. */
static double weakest(const uint32_t *member, uint32_t n)
{
    bool is_in[MOST] = {true};
    double nearest[MOST], longest = 0;
    for (uint32_t i = 0; i < n; i++) {
        nearest[i] = slow.reach[member[0]][member[i]];
    }
    for (uint32_t k = 1; k < n; k++) {
        uint32_t next = UINT32_MAX;
        for (uint32_t i = 0; i < n; i++) {
            next = !is_in[i] && (next == UINT32_MAX || nearest[i] < nearest[next]) ? i : next;
        }
        longest = fmax(longest, nearest[next]);
        is_in[next] = true;
        for (uint32_t i = 0; i < n; i++) {
            nearest[i] = fmin(nearest[i], slow.reach[member[next]][member[i]]);
        }
    }
    return longest;
}

/* Splits at ties all at once, where the tree splits one edge after the other: equal in what counts
 * as long as no split has three large parts; the test data's distances are then distinct. */
static void slow_follow(uint32_t c)
{
    uint32_t member[MOST], group[MOST], n = slow.cluster[c].n_members;
    memcpy(member, slow.cluster[c].member, sizeof member);
    while (n > 0) {
        const double cut = n > 1 ? weakest(member, n) : 0, at = 1 / fmax(cut, 1);
        const uint32_t n_groups = n > 1 && cut > 0 ? split(member, n, cut, group) : 0;
        uint32_t size[MOST] = {0}, n_large = 0, large = 0;
        for (uint32_t i = 0; n_groups > 0 && i < n; i++) {
            size[group[i]]++;
        }
        for (uint32_t g = 0; g < n_groups; g++) {
            n_large += size[g] >= slow.min_cluster;
            large = size[g] >= slow.min_cluster ? g : large;
        }
        uint32_t n_left = 0;
        for (uint32_t i = 0; i < n; i++) {
            if (n_large == 1 && group[i] == large) {
                member[n_left++] = member[i];
                continue;
            }
            slow.cluster[c].stability += at - slow.cluster[c].birth;
            if (n_large < 2 || size[group[i]] < slow.min_cluster) {
                slow.label[member[i]] = c;
                slow.left_at[member[i]] = at;
            }
        }
        for (uint32_t g = 0; n_large > 1 && g < n_groups; g++) {
            if (size[g] < slow.min_cluster) {
                continue;
            }
            const uint32_t child = slow.n_clusters++;
            slow.cluster[child].parent = c;
            slow.cluster[child].birth = at;
            slow.cluster[child].stability = 0;
            slow.cluster[child].n_members = 0;
            for (uint32_t i = 0; i < n; i++) {
                if (group[i] == g) {
                    slow.cluster[child].member[slow.cluster[child].n_members++] = member[i];
                }
            }
        }
        n = n_large == 1 ? n_left : 0;
    }
}

/* The best total below and at a cluster; marks what makes it. */
static double slow_take(uint32_t c)
{
    double below = 0;
    for (uint32_t i = c + 1; i < slow.n_clusters; i++) {
        below += slow.cluster[i].parent == c ? slow_take(i) : 0;
    }
    slow.cluster[c].is_taken = c > 0 && slow.cluster[c].stability >= below;
    return fmax(below, c > 0 ? slow.cluster[c].stability : 0);
}

static void slow_hdbscan(uint32_t n, uint32_t min_points, uint32_t min_cluster)
{
    double core[MOST];
    memset(&slow, 0, sizeof slow);
    slow.n = n;
    slow.min_cluster = min_cluster;
    for (uint32_t i = 0; i < n; i++) {
        double near[MOST];
        for (uint32_t j = 0; j < n; j++) {
            near[j] = distance(i, j);
        }
        for (uint32_t j = 0; j < n; j++) { /* sorts, plainly */
            for (uint32_t k = j + 1; k < n; k++) {
                if (near[k] < near[j]) {
                    const double moved = near[k];
                    near[k] = near[j];
                    near[j] = moved;
                }
            }
        }
        core[i] = min_points <= n ? near[min_points - 1] : 1e300;
        slow.cluster[0].member[i] = i;
    }
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < n; j++) {
            slow.reach[i][j] = fmax(distance(i, j), fmax(core[i], core[j]));
        }
    }
    slow.cluster[0].n_members = n;
    slow.n_clusters = 1;
    for (uint32_t c = 0; c < slow.n_clusters; c++) {
        slow_follow(c);
    }
    (void)slow_take(0);
    for (uint32_t i = 0; i < n; i++) { /* the highest taken one above */
        uint32_t taken = 0;
        for (uint32_t c = slow.label[i]; c > 0; c = slow.cluster[c].parent) {
            taken = slow.cluster[c].is_taken ? c : taken;
        }
        slow.label[i] = taken;
    }
}

static void hdbscan_is_as_defined(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    uint64_t seed = test_seed("hdbscan");
    unsigned n_with_clusters = 0;
    for (unsigned round = 0; round < 12; round++) {
        const uint32_t n = scatter(&seed, 2 + (uint32_t)random_below(&seed, 140), false);
        const struct wh_hdbscan_options opt = {.min_points = 1 + (uint32_t)random_below(&seed, 6),
                                               .min_cluster = 3 + (uint32_t)random_below(&seed, 9),
                                               .least_m = 1};
        uint32_t cluster[MOST];
        double strength[MOST];
        struct wh_clusters clusters;
        assert_wh_ok(wh_hdbscan(ctx, x, y, n, &opt, cluster, strength, &clusters, &err));
        check_numbers(cluster, n, &clusters);
        slow_hdbscan(n, opt.min_points, opt.min_cluster);
        for (uint32_t i = 0; i < n; i++) {
            assert_true((cluster[i] == WH_CLUSTER_NONE) == (slow.label[i] == 0));
            assert_true(cluster[i] == WH_CLUSTER_NONE ? strength[i] <= 0
                                                      : strength[i] > 0 && strength[i] <= 1);
            for (uint32_t j = 0; j < i; j++) {
                assert_true((cluster[i] == cluster[j]) == (slow.label[i] == slow.label[j]));
            }
        }
        n_with_clusters += clusters.n > 1;
    }
    assert_true(n_with_clusters > 4);
}

static void order_and_threads_change_nothing(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    uint64_t seed = test_seed("order");
    struct wh_ctx *one = NULL;
    const struct wh_ctx_options ctx_opt = {.quiet = true, .jobs = 1};
    assert_wh_ok(wh_ctx_create(&ctx_opt, &one, &err));
    for (unsigned round = 0; round < 20; round++) {
        const uint32_t n = scatter(&seed, 200, round % 2 == 0);
        const struct wh_hdbscan_options opt = {4, 8, 1, round % 3 == 0};
        uint32_t before[MOST], after[MOST], dense[MOST], dense_after[MOST];
        struct wh_clusters clusters;
        assert_wh_ok(wh_hdbscan(ctx, x, y, n, &opt, before, NULL, &clusters, &err));
        assert_wh_ok(wh_dbscan(ctx, x, y, n, 30, 4, dense, &clusters, &err));
        for (uint32_t i = 0; i < n / 2; i++) { /* back to front */
            const double px = x[i], py = y[i];
            x[i] = x[n - 1 - i];
            y[i] = y[n - 1 - i];
            x[n - 1 - i] = px;
            y[n - 1 - i] = py;
        }
        assert_wh_ok(wh_hdbscan(one, x, y, n, &opt, after, NULL, &clusters, &err));
        assert_wh_ok(wh_dbscan(one, x, y, n, 30, 4, dense_after, &clusters, &err));
        for (uint32_t i = 0; i < n; i++) {
            assert_int_equal(before[i], after[n - 1 - i]);
            assert_int_equal(dense[i], dense_after[n - 1 - i]);
        }
    }
    (void)wh_test_drop_ctx(one);
}

static void degenerate_points_have_defined_clusters(void **unused)
{
    (void)unused;
    struct wh_error err = {0};
    uint32_t cluster[MOST];
    double strength[MOST];
    struct wh_clusters clusters;
    const struct wh_hdbscan_options opt = {2, 3, 1, false}, whole = {2, 3, 1, true};
    memset(x, 0, sizeof x);
    memset(y, 0, sizeof y);
    for (uint32_t n = 0; n <= 40; n += n < 3 ? 1 : 37) { /* all on one spot */
        assert_wh_ok(wh_dbscan(ctx, x, y, n, 0, 3, cluster, &clusters, &err));
        assert_int_equal(clusters.n, n >= 3 ? 1 : 0);
        assert_int_equal(clusters.n_noise, n >= 3 ? 0 : n);
        assert_wh_ok(wh_hdbscan(ctx, x, y, n, &opt, cluster, strength, &clusters, &err));
        assert_int_equal(clusters.n, 0); /* one cluster is none, unless it may be */
        assert_wh_ok(wh_hdbscan(ctx, x, y, n, &whole, cluster, strength, &clusters, &err));
        assert_int_equal(clusters.n, n >= 3 ? 1 : 0);
    }
    for (uint32_t i = 0; i < 20; i++) { /* two spots */
        x[i] = i % 2 * 500;
    }
    assert_wh_ok(wh_hdbscan(ctx, x, y, 20, &opt, cluster, strength, &clusters, &err));
    assert_int_equal(clusters.n, 2);
    assert_int_equal(cluster[0], 1);
    golden_close("strength", strength[7], 1, 0);
    assert_int_equal(wh_dbscan(ctx, x, y, 20, -1, 3, cluster, &clusters, &err), WH_ERR_CONFIG);
    assert_int_equal(wh_dbscan(ctx, x, y, 20, 5, 0, cluster, &clusters, &err), WH_ERR_CONFIG);
    const struct wh_hdbscan_options bad = {2, 1, 1, false};
    assert_int_equal(wh_hdbscan(ctx, x, y, 20, &bad, cluster, NULL, &clusters, &err),
                     WH_ERR_CONFIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dbscan_is_as_defined),
        cmocka_unit_test(hdbscan_is_as_defined),
        cmocka_unit_test(order_and_threads_change_nothing),
        cmocka_unit_test(degenerate_points_have_defined_clusters),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
