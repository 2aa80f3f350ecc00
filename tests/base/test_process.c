/* What a process has of the system: its streams, a port on loopback, the signals that end it, names
 * from strangers. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/ctx.h"
#include "base/io_process.h"
#include "wh_test_files.h"

/* The exit code of a child that runs `what`. */
static int in_a_child(int (*what)(void))
{
    int status = 0;
    (void)fflush(stdout);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        alarm(20);
        _exit(what());
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int close_streams_and_open(void)
{
    struct wh_error err = {0};
    close(STDOUT_FILENO);
    close(STDERR_FILENO);
    if (wh_process_guard_streams(&err) != WH_OK) {
        return 1;
    }
    const int fd = open("guard.txt", O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (fd <= STDERR_FILENO) {
        return 2;
    }
    /* A message must not land anywhere, nor look as if it had. */
    return write(STDERR_FILENO, "x", 1) == -1 && wh_process_guard_streams(&err) == WH_OK ? 0 : 3;
}

static void a_closed_stream_is_no_file_of_ours(void **state)
{
    (void)state;
    assert_int_equal(in_a_child(close_streams_and_open), 0);
    struct stat st;
    assert_int_equal(stat("guard.txt", &st), 0);
    assert_int_equal(st.st_size, 0);
}

static int connect_to(uint32_t ip, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(ip);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    const int result = connect(fd, (const struct sockaddr *)&address, sizeof address);
    close(fd);
    return result;
}

static void a_port_listens_on_loopback_only(void **state)
{
    (void)state;
    struct wh_error err = {0};
    int fd = -1, second = -1;
    uint16_t port = 0, same = 0;
    assert_wh_ok(wh_process_listen(0, &fd, &port, &err));
    assert_true(port > 0);
    assert_int_equal(connect_to(INADDR_LOOPBACK, port), 0);
    assert_int_equal(connect_to(INADDR_LOOPBACK + 1, port), -1); /* 127.0.0.2 is this machine too */
    assert_int_equal(wh_process_listen(port, &second, &same, &err), WH_ERR_USAGE);
    assert_text_has(err.message, "is taken");
    assert_int_equal(second, -1);
    wh_process_close(fd);
    wh_process_close(-1);
    assert_int_equal(connect_to(INADDR_LOOPBACK, port), -1);
}

static int wait_to_be_stopped(void)
{
    struct wh_error err = {0};
    if (wh_process_hold_stops(&err) != WH_OK) {
        return 1;
    }
    if (kill(getpid(), SIGTERM) != 0 || wh_process_wait_for_stop(&err) != WH_OK) {
        return 2;
    }
    return kill(getpid(), SIGINT) == 0 && wh_process_wait_for_stop(&err) == WH_OK ? 0 : 3;
}

static void a_signal_to_stop_waits_to_be_asked_for(void **state)
{
    (void)state;
    assert_int_equal(in_a_child(wait_to_be_stopped), 0);
}

static void a_strangers_name_stays_in_its_folder(void **state)
{
    (void)state;
    struct wh_ctx *ctx = wh_test_ctx();
    struct wh_error err = {0};
    assert_wh_ok(wh_io_remove_tree(ctx, "beneath", &err));
    assert_wh_ok(wh_io_make_folders("beneath/site/maps", 0755, &err));
    write_text("beneath/secret", "secret");
    write_text("beneath/site/index.html", "12345");
    write_text("beneath/site/maps/a.png", "1");
    assert_int_equal(symlink("../secret", "beneath/site/out"), 0);
    assert_int_equal(symlink("index.html", "beneath/site/in"), 0);
    assert_int_equal(symlink("..", "beneath/site/up"), 0);
    assert_int_equal(mkfifo("beneath/site/fifo", 0600), 0);
    char *secret = realpath("beneath/secret", NULL);
    assert_non_null(secret);
    const struct {
        const char *name;
        enum wh_beneath what;
    } cases[] = {{"index.html", WH_BENEATH_FILE},   {"maps/a.png", WH_BENEATH_FILE},
                 {"in", WH_BENEATH_FILE},           {"", WH_BENEATH_FOLDER},
                 {"maps", WH_BENEATH_FOLDER},       {"maps/", WH_BENEATH_FOLDER},
                 {"../secret", WH_BENEATH_NOTHING}, {"maps/../../secret", WH_BENEATH_NOTHING},
                 {"out", WH_BENEATH_NOTHING},       {"up/secret", WH_BENEATH_NOTHING},
                 {secret, WH_BENEATH_NOTHING},      {"/etc/passwd", WH_BENEATH_NOTHING},
                 {"fifo", WH_BENEATH_NOTHING},      {"none", WH_BENEATH_NOTHING},
                 {"..", WH_BENEATH_NOTHING},        {"index.html/x", WH_BENEATH_NOTHING}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum wh_beneath what = WH_BENEATH_NOTHING;
        int fd = -1;
        struct wh_file_info info = {0};
        assert_wh_ok(wh_io_open_beneath("beneath/site", cases[i].name, &what, &fd, &info, &err));
        if (what != cases[i].what) {
            fail_msg("\"%s\" is %d, not %d", cases[i].name, (int)what, (int)cases[i].what);
        }
        assert_true((fd >= 0) == (what == WH_BENEATH_FILE));
        assert_true(what != WH_BENEATH_FILE ||
                    (info.is_regular && info.size_bytes == (i == 1 ? 1 : 5)));
        wh_process_close(fd);
    }
    enum wh_beneath what = WH_BENEATH_NOTHING;
    int fd = -1;
    struct wh_file_info info;
    assert_int_equal(wh_io_open_beneath("beneath/none", "a", &what, &fd, &info, &err),
                     WH_ERR_INPUT);
    free(secret);
    assert_wh_ok(wh_io_remove_tree(ctx, "beneath", &err));
    wh_test_drop_ctx(ctx);
}

static void the_peak_is_at_least_what_was_used(void **state)
{
    (void)state;
    enum { BYTES = 32 << 20 };
    char *bytes = malloc(BYTES);
    assert_non_null(bytes);
    memset(bytes, 1, BYTES);
    assert_true(wh_process_peak_bytes() >= BYTES);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_closed_stream_is_no_file_of_ours),
        cmocka_unit_test(a_port_listens_on_loopback_only),
        cmocka_unit_test(a_signal_to_stop_waits_to_be_asked_for),
        cmocka_unit_test(a_strangers_name_stays_in_its_folder),
        cmocka_unit_test(the_peak_is_at_least_what_was_used),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
