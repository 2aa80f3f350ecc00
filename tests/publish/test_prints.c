/* Pages and pictures drawn by many threads: neither what comes out nor what is reported depends on
 * them. */
#include <sys/stat.h>

#include "base/io.h"
#include "base/sha256.h"
#include "fixture.h"
#include "publish/prints.h"
#include "wh_test.h"

enum { MANY = 8, ROUNDS = 4, FIRST_IN_THE_WAY = 1, NEXT_IN_THE_WAY = 2 };

static struct wh_ctx *make_ctx(unsigned jobs)
{
    struct wh_ctx *ctx = NULL;
    struct wh_error err = {0};
    const struct wh_ctx_options opt = {.quiet = true, .jobs = jobs, .seed = 1};
    assert_wh_ok(wh_ctx_create(&opt, &ctx, &err));
    return ctx;
}

static struct wh_job make_job(struct fixture *fixture, const struct wh_public_report *report,
                              struct wh_buf *text)
{
    struct wh_error err = {0};
    struct wh_job job = {.ctx = fixture->ctx,
                         .report = &report->body,
                         .opt = &fixture->opt,
                         .folder = fixture->folder,
                         .text = text};
    fixture->opt.wants_dashboard = true; /* pictures only: they are quick */
    assert_wh_ok(wh_job_init(&job, &err));
    return job;
}

static void picture_path(const struct wh_job *job, uint32_t ward, char *ret, size_t size)
{
    snprintf(ret, size, "%s/maps/%s/%s.png", job->folder, job->report->theme[0].theme->id,
             job->ward_slug[ward]);
}

/* Two pictures cannot be written, because folders stand in the way: the first of them in the list
 * is reported, also when the other fails before it. */
static void the_first_failure_in_the_list_is_reported(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct wh_ctx *ctx = make_ctx(MANY);
        struct wh_error err = {0};
        struct fixture fixture;
        char path[2][800], made[1700];
        fixture_init(&fixture, ctx, "prints-fail");
        const struct wh_public_report report = fixture_public(&fixture);
        struct wh_job job = make_job(&fixture, &report, NULL);
        for (uint32_t i = 0; i < 2; i++) {
            picture_path(&job, i == 0 ? FIRST_IN_THE_WAY : NEXT_IN_THE_WAY, path[i],
                         sizeof path[i]);
            snprintf(made, sizeof made, "%s/in-the-way", path[i]);
            assert_wh_ok(wh_io_make_folders(made, 0755, &err));
        }
        assert_int_equal(wh_prints_write(&job, &err), WH_ERR_OUTPUT);
        const char *name = strrchr(path[0], '/');
        assert_non_null(strstr(err.where, name));
        wh_job_finish(&job);
        fixture_finish(&fixture);
        wh_ctx_destroy(ctx);
    }
}

/* SHA-256 of every picture of the first theme, and the drawn text. */
static void draw(unsigned jobs, const char *folder, char ret_hex[MANY][65], char *ret_text,
                 size_t size)
{
    struct wh_ctx *ctx = make_ctx(jobs);
    struct wh_error err = {0};
    struct fixture fixture;
    struct wh_buf text;
    char path[800];
    fixture_init(&fixture, ctx, folder);
    wh_buf_init(&text, ctx);
    const struct wh_public_report report = fixture_public(&fixture);
    struct wh_job job = make_job(&fixture, &report, &text);
    assert_wh_ok(wh_prints_write(&job, &err));
    assert_true(report.body.wards->n <= MANY);
    for (uint32_t ward = 0; ward < report.body.wards->n; ward++) {
        picture_path(&job, ward, path, sizeof path);
        assert_wh_ok(wh_sha256_file(ctx, path, ret_hex[ward], &err));
    }
    assert_true(text.len > 0 && text.len < size);
    memcpy(ret_text, text.ptr, text.len);
    ret_text[text.len] = '\0';
    wh_job_finish(&job);
    wh_buf_finish(&text);
    fixture_finish(&fixture);
    wh_ctx_destroy(ctx);
}

static void bytes_and_text_do_not_depend_on_threads(void **state)
{
    (void)state;
    static char one_hex[MANY][65], many_hex[MANY][65], one_text[1 << 20], many_text[1 << 20];
    draw(1, "prints-one", one_hex, one_text, sizeof one_text);
    draw(MANY, "prints-many", many_hex, many_text, sizeof many_text);
    assert_string_equal(one_text, many_text);
    assert_memory_equal(one_hex, many_hex, sizeof one_hex);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_failure_in_the_list_is_reported),
        cmocka_unit_test(bytes_and_text_do_not_depend_on_threads),
    };
    return cmocka_run_group_tests_name("publish prints", tests, NULL, NULL);
}
