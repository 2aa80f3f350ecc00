/* tests/publish/test_release.c: a release appears whole or not at all. */
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "fixture.h"
#include "publish/manifest.h"
#include "publish/release.h"
#include "publish/status.h"
#include "wh_test_ctx.h"

static bool exists(const char *root, const char *name)
{
    char path[1024];
    struct stat info;
    snprintf(path, sizeof path, "%s/%s", root, name);
    return lstat(path, &info) == 0;
}

static unsigned mode_of(const char *root, const char *name)
{
    char path[1024];
    struct stat info;
    snprintf(path, sizeof path, "%s/%s", root, name);
    assert_int_equal(stat(path, &info), 0);
    return info.st_mode & 07777;
}

/* Is this the release that `current` points at? */
static bool is_current(const char *root, const char *id)
{
    char current[32];
    struct wh_error err = {0};
    return wh_release_current(ctx, root, current, &err) == WH_OK && strcmp(current, id) == 0;
}

/* A staged release of two files and a manifest. */
static struct wh_release stage(const char *root, const char *id, const char *content)
{
    struct wh_error err = {0};
    struct wh_release release;
    const struct wh_manifest manifest = {.gates = "ok"};
    struct wh_report report = {.title = "Northmere", .release_id = id, .crs = "EPSG:27700"};
    assert_wh_ok(wh_release_begin(ctx, root, id, &release, &err));
    fixture_write(release.staging, "public/index.html", content);
    fixture_write(release.staging, "officer/exact.csv", content);
    assert_wh_ok(wh_manifest_write(ctx, release.staging, &report, &manifest, &err));
    return release;
}

static void publish(const char *root, const char *id, const char *content, uint32_t keep)
{
    struct wh_error err = {0};
    const struct wh_release release = stage(root, id, content);
    assert_wh_ok(wh_release_publish(ctx, &release, keep, &err));
}

static void first_release_becomes_current_through_a_relative_link(void **state)
{
    (void)state;
    char root[512], target[128] = "", path[1024];
    fixture_folder(root, sizeof root, "first");
    publish(root, "2026-11-01-aaaaaaaa", "one", 14);
    snprintf(path, sizeof path, "%s/current", root);
    assert_true(readlink(path, target, sizeof target - 1) > 0);
    assert_string_equal(target, "releases/2026-11-01-aaaaaaaa");
    assert_true(exists(root, "current/public/index.html"));
    assert_false(exists(root, "staging/2026-11-01-aaaaaaaa"));
    assert_true(is_current(root, "2026-11-01-aaaaaaaa"));
    assert_false(is_current(root, "2026-11-01-bbbbbbbb"));
}

static void public_part_is_readable_for_all_and_the_officers_is_not(void **state)
{
    (void)state;
    char root[512];
    const mode_t old_mask = umask(0077);
    fixture_folder(root, sizeof root, "modes");
    publish(root, "2026-11-01-aaaaaaaa", "one", 14);
    umask(old_mask);
    assert_int_equal(mode_of(root, "current/public"), 0755);
    assert_int_equal(mode_of(root, "current/public/index.html"), 0644);
    assert_int_equal(mode_of(root, "current/officer"), 0750);
    assert_int_equal(mode_of(root, "current/officer/exact.csv"), 0640);
    assert_int_equal(mode_of(root, "releases/2026-11-01-aaaaaaaa"), 0755);
}

static void unfinished_staging_of_a_dead_run_is_cleared(void **state)
{
    (void)state;
    char root[512];
    struct wh_error err = {0};
    struct wh_release release;
    fixture_folder(root, sizeof root, "dead");
    assert_wh_ok(wh_release_begin(ctx, root, "2026-11-01-aaaaaaaa", &release, &err));
    fixture_write(release.staging, "public/half.html", "half");
    publish(root, "2026-11-02-bbbbbbbb", "two", 14);
    assert_false(exists(root, "staging/2026-11-01-aaaaaaaa"));
    assert_false(exists(root, "releases/2026-11-01-aaaaaaaa"));
}

static void a_staged_file_that_differs_from_its_manifest_is_not_published(void **state)
{
    (void)state;
    char root[512];
    struct wh_error err = {0};
    fixture_folder(root, sizeof root, "differs");
    publish(root, "2026-11-01-aaaaaaaa", "one", 14);
    const struct wh_release release = stage(root, "2026-11-02-bbbbbbbb", "two");
    fixture_write(release.staging, "public/index.html", "TWO");
    assert_int_equal(wh_release_publish(ctx, &release, 14, &err), WH_ERR_OUTPUT);
    assert_non_null(strstr(err.message, "SHA-256"));
    assert_true(is_current(root, "2026-11-01-aaaaaaaa"));
    wh_release_abandon(ctx, &release);
    assert_false(exists(root, "staging/2026-11-02-bbbbbbbb"));
}

static void verify_names_a_missing_and_an_added_file(void **state)
{
    (void)state;
    char root[512], path[1024];
    struct wh_error err = {0};
    fixture_folder(root, sizeof root, "verify");
    publish(root, "2026-11-01-aaaaaaaa", "one", 14);
    snprintf(path, sizeof path, "%s/releases/2026-11-01-aaaaaaaa", root);
    assert_wh_ok(wh_release_verify(ctx, path, &err));
    fixture_write(path, "public/zzz.html", "added");
    assert_int_equal(wh_release_verify(ctx, path, &err), WH_ERR_OUTPUT);
    assert_non_null(strstr(err.message, "public/zzz.html is there but not in the manifest"));
    snprintf(path, sizeof path, "%s/releases/2026-11-01-aaaaaaaa/public/zzz.html", root);
    assert_int_equal(unlink(path), 0);
    snprintf(path, sizeof path, "%s/releases/2026-11-01-aaaaaaaa/public/index.html", root);
    assert_int_equal(unlink(path), 0);
    snprintf(path, sizeof path, "%s/releases/2026-11-01-aaaaaaaa", root);
    assert_int_equal(wh_release_verify(ctx, path, &err), WH_ERR_OUTPUT);
    assert_non_null(strstr(err.message, "public/index.html is in the manifest but not there"));
}

static void old_releases_go_but_never_the_one_just_replaced(void **state)
{
    (void)state;
    char root[512];
    fixture_folder(root, sizeof root, "keep");
    publish(root, "2026-11-01-aaaaaaaa", "one", 2);
    publish(root, "2026-11-02-bbbbbbbb", "two", 2);
    publish(root, "2026-11-03-cccccccc", "three", 2);
    assert_false(exists(root, "releases/2026-11-01-aaaaaaaa"));
    assert_true(exists(root, "releases/2026-11-02-bbbbbbbb"));
    publish(root, "2026-10-01-dddddddd", "older date", 1);
    assert_true(is_current(root, "2026-10-01-dddddddd"));
    assert_true(exists(root, "releases/2026-11-03-cccccccc"));
    assert_false(exists(root, "releases/2026-11-02-bbbbbbbb"));
}

static void a_whole_release_of_the_same_id_is_kept_and_only_the_link_moves(void **state)
{
    (void)state;
    char root[512], path[1024];
    struct stat before, after;
    fixture_folder(root, sizeof root, "same");
    publish(root, "2026-11-01-aaaaaaaa", "one", 14);
    snprintf(path, sizeof path, "%s/releases/2026-11-01-aaaaaaaa/public/index.html", root);
    assert_int_equal(stat(path, &before), 0);
    publish(root, "2026-11-02-bbbbbbbb", "two", 14);
    publish(root, "2026-11-01-aaaaaaaa", "one", 14);
    assert_int_equal(stat(path, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    assert_true(is_current(root, "2026-11-01-aaaaaaaa"));
}

static void a_damaged_release_of_the_same_id_is_made_anew(void **state)
{
    (void)state;
    char root[512];
    fixture_folder(root, sizeof root, "damaged");
    publish(root, "2026-11-01-aaaaaaaa", "one", 14);
    fixture_write(root, "releases/2026-11-01-aaaaaaaa/public/index.html", "bad");
    publish(root, "2026-11-01-aaaaaaaa", "one", 14);
    char *text = fixture_read(root, "current/public/index.html");
    assert_string_equal(text, "one");
    free(text);
}

static void carried_public_part_is_the_same_bytes(void **state)
{
    (void)state;
    char root[512];
    struct wh_error err = {0};
    struct wh_release release;
    const struct wh_manifest manifest = {.gates = "ok"};
    struct wh_report report = {.title = "N", .release_id = "2026-11-02-bbbbbbbb", .crs = "x"};
    fixture_folder(root, sizeof root, "carry");
    publish(root, "2026-11-01-aaaaaaaa", "one", 14);
    assert_wh_ok(wh_release_begin(ctx, root, "2026-11-02-bbbbbbbb", &release, &err));
    assert_wh_ok(wh_release_carry_public(ctx, &release, "2026-11-01-aaaaaaaa", &err));
    assert_wh_ok(wh_manifest_write(ctx, release.staging, &report, &manifest, &err));
    assert_wh_ok(wh_release_publish(ctx, &release, 14, &err));
    char *text = fixture_read(root, "current/public/index.html");
    assert_string_equal(text, "one");
    free(text);
    assert_false(exists(root, "current/officer/exact.csv"));
}

static void ids_that_lead_elsewhere_are_refused(void **state)
{
    (void)state;
    static const char *const id[] = {
        "", "..", "a/b", "2026-11-01-AAAA", "x y", "2026-11-01-aaaaaaaaaaaaaaaaaaaaaaaa"};
    char root[512];
    struct wh_error err = {0};
    struct wh_release release;
    fixture_folder(root, sizeof root, "ids");
    for (size_t i = 0; i < sizeof id / sizeof id[0]; i++) {
        assert_int_equal(wh_release_begin(ctx, root, id[i], &release, &err), WH_ERR_INTERNAL);
    }
}

static void nothing_published_means_no_current(void **state)
{
    (void)state;
    char root[512], id[32], path[1024];
    struct wh_error err = {0};
    fixture_folder(root, sizeof root, "none");
    assert_wh_ok(wh_release_current(ctx, root, id, &err));
    assert_string_equal(id, "");
    snprintf(path, sizeof path, "%s/current", root);
    assert_int_equal(symlink("releases/2026-11-01-aaaaaaaa", path), 0);
    assert_wh_ok(wh_release_current(ctx, root, id, &err)); /* leads nowhere */
    assert_string_equal(id, "");
}

static void status_says_why_the_map_is_old(void **state)
{
    (void)state;
    char root[512];
    struct wh_error err = {0};
    const struct wh_publish_status status = {.title = "Northmere <Council>",
                                             .current_id = "2026-11-01-aaaaaaaa",
                                             .current_as_of_day = 20758,
                                             .data_through_day = 20757,
                                             .attempted_at_utc = INT64_C(20759) * 86400,
                                             .is_ok = false,
                                             .why_not = "only 61 % of requests were placed"};
    fixture_folder(root, sizeof root, "status");
    assert_wh_ok(wh_publish_status_write(ctx, root, &status, &err));
    char *html = fixture_read(root, "status.html");
    char *json = fixture_read(root, "status.json");
    assert_non_null(strstr(html, "Northmere &lt;Council&gt;"));
    assert_non_null(strstr(html, "<strong>Not updated</strong>"));
    assert_non_null(strstr(html, "only 61 % of requests were placed"));
    assert_non_null(strstr(html, "1 November 2026"));
    assert_non_null(strstr(json, "\"ok\": false"));
    assert_non_null(strstr(json, "\"as_of\": \"2026-11-01\""));
    assert_null(strstr(html, "<table>")); /* this run did not get so far */
    free(html);
    free(json);
}

static void status_says_what_became_of_each_row(void **state)
{
    (void)state;
    char root[512];
    struct wh_error err = {0};
    const struct wh_source_note source = {
        .id = "crm",
        .ledger = {.read = 12042, .added = 12000, .unreadable = 39, .duplicate = 3},
        .placing = {.requests = 12000, .mapped = 11900, .outside = 60, .not_placed = 40}};
    const struct wh_publish_status status = {.title = "Northmere",
                                             .current_id = "2026-11-01-aaaaaaaa",
                                             .current_as_of_day = 20758,
                                             .data_through_day = 20757,
                                             .attempted_at_utc = INT64_C(20759) * 86400 + 9240,
                                             .is_ok = true,
                                             .n_sources = 1,
                                             .source = &source,
                                             .hide_below = 5};
    fixture_folder(root, sizeof root, "ledger");
    assert_wh_ok(wh_publish_status_write(ctx, root, &status, &err));
    char *html = fixture_read(root, "status.html");
    char *json = fixture_read(root, "status.json");
    assert_non_null(strstr(html, "2 November 2026, 02:34 UTC"));
    /* 3 repeats are too few to show, and so the largest part is hidden as well. */
    assert_non_null(strstr(html, "<td>12,042</td><td>not shown</td><td>0</td><td>0</td>"
                                 "<td>not shown</td><td>39</td>"));
    assert_non_null(strstr(html, "<td>12,000</td><td>11,900</td><td>0</td><td>0</td><td>0</td>"
                                 "<td>60</td><td>40</td>"));
    assert_non_null(strstr(json, "\"duplicate\": \"not shown\""));
    assert_non_null(strstr(json, "\"unreadable\": 39"));
    free(html);
    free(json);
}

/* Every failed write leaves what is current as it was. */
static void a_failed_write_leaves_the_last_release_standing(void **state)
{
    (void)state;
    if (!wh_fault_injection_built()) {
        print_message("SKIPPED: built without fault_injection\n");
        skip();
    }
    char root[512];
    struct wh_error err = {0};
    bool has_passed = false;
    fixture_folder(root, sizeof root, "faults");
    publish(root, "2026-11-01-aaaaaaaa", "one", 14);
    for (uint64_t n = 1; !has_passed && n < 500; n++) {
        const struct wh_release release = stage(root, "2026-11-02-bbbbbbbb", "two");
        wh_alloc_fail_at(ctx, n, true);
        has_passed = wh_release_publish(ctx, &release, 14, &err) == WH_OK;
        wh_alloc_fail_at(ctx, 0, false);
        assert_true(has_passed || is_current(root, "2026-11-01-aaaaaaaa") ||
                    is_current(root, "2026-11-02-bbbbbbbb"));
        if (!has_passed) {
            assert_int_equal(err.status, WH_ERR_LIMIT);
        }
    }
    assert_true(has_passed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_release_becomes_current_through_a_relative_link),
        cmocka_unit_test(public_part_is_readable_for_all_and_the_officers_is_not),
        cmocka_unit_test(unfinished_staging_of_a_dead_run_is_cleared),
        cmocka_unit_test(a_staged_file_that_differs_from_its_manifest_is_not_published),
        cmocka_unit_test(verify_names_a_missing_and_an_added_file),
        cmocka_unit_test(old_releases_go_but_never_the_one_just_replaced),
        cmocka_unit_test(a_whole_release_of_the_same_id_is_kept_and_only_the_link_moves),
        cmocka_unit_test(a_damaged_release_of_the_same_id_is_made_anew),
        cmocka_unit_test(carried_public_part_is_the_same_bytes),
        cmocka_unit_test(ids_that_lead_elsewhere_are_refused),
        cmocka_unit_test(nothing_published_means_no_current),
        cmocka_unit_test(status_says_why_the_map_is_old),
        cmocka_unit_test(status_says_what_became_of_each_row),
        cmocka_unit_test(a_failed_write_leaves_the_last_release_standing),
    };
    return cmocka_run_group_tests_name("publish release", tests, make_ctx, drop_ctx);
}
