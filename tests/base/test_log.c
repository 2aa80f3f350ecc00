/* What goes to standard error: lines that stay lines, JSON that parses, a bar on terminals only. */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <unistd.h>

#include "base/log.h"
#include "wh_test_files.h"

static char said[8192];

/* Standard error goes to `fd` until end_capture(). */
static int start_capture(int fd)
{
    (void)fflush(stderr);
    const int kept = dup(STDERR_FILENO);
    assert_true(kept >= 0);
    assert_true(dup2(fd, STDERR_FILENO) >= 0);
    close(fd);
    return kept;
}

static void end_capture(int kept)
{
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    close(kept);
}

static int start_file(void)
{
    const int fd = open("log.txt", O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    return start_capture(fd);
}

static const char *end_file(int kept)
{
    end_capture(kept);
    FILE *const file = fopen("log.txt", "rb");
    assert_non_null(file);
    said[fread(said, 1, sizeof said - 1, file)] = '\0';
    (void)fclose(file);
    return said;
}

static struct wh_ctx *make_ctx(struct wh_ctx_options opt)
{
    struct wh_ctx *ctx = NULL;
    struct wh_error err = {0};
    opt.jobs = 1;
    assert_wh_ok(wh_ctx_create(&opt, &ctx, &err));
    return ctx;
}

static const char *log_one(struct wh_ctx_options opt, enum wh_log_level level, const char *text)
{
    struct wh_ctx *ctx = make_ctx(opt);
    const int kept = start_file();
    wh_log(ctx, level, "%s", text);
    wh_test_drop_ctx(ctx);
    return end_file(kept);
}

static void each_level_is_heard_when_it_should_be(void **state)
{
    (void)state;
    static const struct {
        struct wh_ctx_options opt;
        bool heard[4]; /* error, warning, info, detail */
    } cases[] = {{{0}, {true, true, true, false}},
                 {{.quiet = true}, {true, true, false, false}},
                 {{.verbose = true}, {true, true, true, true}},
                 {{.verbose = true, .quiet = true}, {true, true, false, false}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int level = WH_LOG_ERROR; level <= WH_LOG_DETAIL; level++) {
            const char *const text = log_one(cases[i].opt, (enum wh_log_level)level, "12 rows");
            assert_string_equal(text, cases[i].heard[level] ? "wardheat: 12 rows\n" : "");
        }
    }
}

static void a_line_stays_one_line_and_moves_no_terminal(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"two\nlines\r\n", "wardheat: two lines  \n"},
        {"\x1b[31mred\x1b[0m", "wardheat: \\x1b[31mred\\x1b[0m\n"},
        {"bell\x07 del\x7f", "wardheat: bell\\x07 del\\x7f\n"},
        {"csi \xC2\x9B"
         "31m",
         "wardheat: csi \\xc2\\x9b31m\n"},
        {"bidi \xE2\x80\xAE"
         "cod",
         "wardheat: bidi \\xe2\\x80\\xaecod\n"},
        {"bad \xE9 utf8 \xC3", "wardheat: bad \\xe9 utf8 \\xc3\n"},
        {"caf\xC3\xA9 100 %s%n", "wardheat: caf\xC3\xA9 100 %s%n\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(log_one((struct wh_ctx_options){0}, WH_LOG_INFO, cases[i][0]),
                            cases[i][1]);
    }
}

static void json_lines_parse(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"plain", "{\"level\":\"warning\",\"message\":\"plain\"}\n"},
        {"a \"b\" \\ c", "{\"level\":\"warning\",\"message\":\"a \\\"b\\\" \\\\ c\"}\n"},
        {"two\nlines \x1b[m",
         "{\"level\":\"warning\",\"message\":\"two\\u000alines \\u001b[m\"}\n"},
        {"bad \xE9", "{\"level\":\"warning\",\"message\":\"bad \xEF\xBF\xBD\"}\n"},
        {"line \xE2\x80\xA8", "{\"level\":\"warning\",\"message\":\"line \\u2028\"}\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(
            log_one((struct wh_ctx_options){.log_json = true}, WH_LOG_WARNING, cases[i][0]),
            cases[i][1]);
    }
}

static void a_message_that_is_too_long_is_still_one_whole_line(void **state)
{
    (void)state;
    static char text[6000];
    static const char *const units[] = {"\x1b", "\xC3\xA9", "a", "\xF3\xA0\x81\x81", "\""};
    for (size_t u = 0; u < sizeof units / sizeof *units; u++) {
        for (size_t shift = 0; shift < 4; shift++) {
            memset(text, 0, sizeof text);
            memset(text, 'x', shift);
            for (size_t at = shift; at + 8 < sizeof text; at += strlen(units[u])) {
                memcpy(text + at, units[u], strlen(units[u]));
            }
            const char *plain = log_one((struct wh_ctx_options){0}, WH_LOG_INFO, text);
            assert_int_equal(strcspn(plain, "\n"), strlen(plain) - 1);
            const char *json =
                log_one((struct wh_ctx_options){.log_json = true}, WH_LOG_INFO, text);
            const size_t len = strlen(json);
            assert_string_equal(json + len - 3, "\"}\n");
            assert_true(len > 1000);
            /* The quote before the end is not an escaped one. */
            size_t slashes = 0;
            while (json[len - 4 - slashes] == '\\') {
                slashes++;
            }
            assert_int_equal(slashes % 2, 0);
        }
    }
}

static void the_last_sentence_stands_without_a_name_before_it(void **state)
{
    (void)state;
    static const struct {
        struct wh_ctx_options opt;
        const char *said;
    } cases[] = {
        {{0}, "published 2026: 12 read\n"},
        {{.quiet = true}, ""},
        {{.log_json = true}, "{\"level\":\"info\",\"message\":\"published 2026: 12 read\"}\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct wh_ctx *ctx = make_ctx(cases[i].opt);
        const int kept = start_file();
        wh_log_result(ctx, "published %d: %s", 2026, "12 read");
        wh_test_drop_ctx(ctx);
        assert_string_equal(end_file(kept), cases[i].said);
    }
}

static void count_some(struct wh_ctx *ctx, uint64_t total)
{
    wh_progress_start(ctx, "reading", total, "rows");
    wh_progress_add(ctx, 100);
    usleep(260000); /* it is drawn five times a second, and not for what is over at once */
    wh_progress_add(ctx, 150);
    wh_progress_start(ctx, "an inner step", 9, "files"); /* does not take the bar */
    wh_progress_add(ctx, 9);
    wh_progress_done(ctx);
    wh_log(ctx, WH_LOG_INFO, "a line between");
    wh_progress_done(ctx);
    wh_progress_add(ctx, 1); /* after the end: nothing */
    wh_progress_done(ctx);
}

static void no_bar_is_drawn_where_no_terminal_is(void **state)
{
    (void)state;
    struct wh_ctx *ctx = make_ctx((struct wh_ctx_options){.show_progress = true});
    const int kept = start_file();
    count_some(ctx, 1000);
    wh_test_drop_ctx(ctx);
    assert_string_equal(end_file(kept), "wardheat: a line between\n");
}

static const char *on_terminal(struct wh_ctx_options opt, uint64_t total)
{
    int master = -1, slave = -1;
    assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
    struct wh_ctx *ctx = make_ctx(opt);
    const int kept = start_capture(slave);
    count_some(ctx, total);
    wh_test_drop_ctx(ctx);
    /* What is written passes a terminal piece by piece, some time later: read up to a mark. */
    static const char MARK[] = "<end>";
    assert_int_equal(write(STDERR_FILENO, MARK, sizeof MARK - 1), sizeof MARK - 1);
    size_t len = 0;
    said[0] = '\0';
    while (strstr(said, MARK) == NULL && len < sizeof said - 1) {
        struct pollfd piece = {.fd = master, .events = POLLIN};
        const ssize_t got =
            poll(&piece, 1, 10000) == 1 ? read(master, said + len, sizeof said - 1 - len) : 0;
        if (got <= 0) {
            break;
        }
        len += (size_t)got;
        said[len] = '\0';
    }
    char *const mark = strstr(said, MARK);
    if (mark != NULL) {
        *mark = '\0';
    }
    end_capture(kept);
    close(master);
    assert_non_null(mark);
    return said;
}

static void on_a_terminal_a_bar_shows_rate_and_time_left(void **state)
{
    (void)state;
    const char *text = on_terminal((struct wh_ctx_options){.show_progress = true}, 1000);
    assert_text_has(text, "\rreading [######..................]  25 %");
    assert_text_has(text, " s left\x1b[K");
    assert_text_has(text,
                    "\r\x1b[Kwardheat: a line between\r\n"); /* the bar makes way for a line */
    assert_null(strstr(text, "an inner step"));
    text =
        on_terminal((struct wh_ctx_options){.show_progress = true}, 0); /* how many is not known */
    assert_text_has(text, "\rreading  250 rows  ");
    assert_text_has(text, " rows/s  ");
}

static void no_bar_is_drawn_for_those_who_want_none(void **state)
{
    (void)state;
    assert_string_equal(on_terminal((struct wh_ctx_options){0}, 1000),
                        "wardheat: a line between\r\n");
    assert_string_equal(
        on_terminal((struct wh_ctx_options){.show_progress = true, .quiet = true}, 1000), "");
    assert_null(strstr(
        on_terminal((struct wh_ctx_options){.show_progress = true, .log_json = true}, 1000), "%"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_level_is_heard_when_it_should_be),
        cmocka_unit_test(a_line_stays_one_line_and_moves_no_terminal),
        cmocka_unit_test(json_lines_parse),
        cmocka_unit_test(a_message_that_is_too_long_is_still_one_whole_line),
        cmocka_unit_test(the_last_sentence_stands_without_a_name_before_it),
        cmocka_unit_test(no_bar_is_drawn_where_no_terminal_is),
        cmocka_unit_test(on_a_terminal_a_bar_shows_rate_and_time_left),
        cmocka_unit_test(no_bar_is_drawn_for_those_who_want_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
