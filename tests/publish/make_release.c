/* tests/publish/make_release.c FOLDER [officer]: publishes the fixture's report, for the checks in
 * tests/browser. */
#include "base/log.h"
#include "fixture.h"
#include "publish/manifest.h"
#include "publish/release.h"
#include "render/basemap.h"
#include "wh_test.h"

static const char *root;

static void publishes_both_editions(void **state)
{
    (void)state;
    struct wh_ctx *ctx = wh_test_ctx();
    struct wh_error err = {0};
    struct fixture fixture;
    struct wh_release release;
    struct wh_buf drawn;
    const struct wh_manifest manifest = {.gates = "ok"};
    fixture_init(&fixture, ctx, "make");
    fixture.opt.wants_tiles = true;
    fixture.opt.wants_print = true;
    fixture.opt.wants_dashboard = true;
    const struct wh_public_report report = fixture_public(&fixture);
    wh_buf_init(&drawn, ctx);
    char part[1200];
    assert_wh_ok(wh_release_begin(ctx, root, "2026-11-03-1a2b3c4d", &release, &err));
    snprintf(part, sizeof part, "%s/public", release.staging);
    assert_wh_ok(wh_publish_public(ctx, &report, &fixture.opt, part, &drawn, &err));
    assert_wh_ok(wh_manifest_write(ctx, part, &report.body, &manifest, &err));
    assert_non_null(strstr(drawn.ptr, "Mill Lane")); /* what pages say goes to the leak check */
    snprintf(part, sizeof part, "%s/officer", release.staging);
    assert_wh_ok(wh_publish_officer(ctx, &fixture.officer, &fixture.opt, part, &err));
    assert_wh_ok(wh_manifest_write(ctx, release.staging, &fixture.officer.body, &manifest, &err));
    assert_wh_ok(wh_release_publish(ctx, &release, 14, &err));
    wh_buf_finish(&drawn);
    fixture_finish(&fixture);
    wh_ctx_destroy(ctx);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(publishes_both_editions)};
    root = argc > 1 ? argv[1] : "tmp-publish/release";
    return cmocka_run_group_tests_name("publish a whole release", tests, NULL, NULL);
}
