/* Files: what may be read, whole replacements, folders, links, names, and the lock between
 * processes. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "wh_test_files.h"

static struct wh_ctx *ctx;

static int make_ctx(void **state)
{
    (void)state;
    struct wh_error err = {0};
    ctx = wh_test_ctx();
    assert_wh_ok(wh_io_remove_tree(ctx, "io", &err));
    assert_wh_ok(wh_io_make_folders("io", 0755, &err));
    return chdir("io");
}

static int drop_ctx(void **state)
{
    (void)state;
    struct wh_error err = {0};
    assert_int_equal(chdir(".."), 0);
    assert_wh_ok(wh_io_remove_tree(ctx, "io", &err));
    return wh_test_drop_ctx(ctx);
}

static void assert_content(const char *path, const char *expected)
{
    struct wh_buf buf;
    struct wh_error err = {0};
    wh_buf_init(&buf, ctx);
    assert_wh_ok(wh_io_read_all(ctx, path, 1 << 20, &buf, &err));
    assert_string_equal(buf.ptr, expected);
    wh_buf_finish(&buf);
}

static void assert_refused(const char *path, enum wh_status expected, const char *sentence)
{
    struct wh_error err = {0};
    char text[1400];
    struct wh_reader *reader = NULL;
    assert_int_equal(wh_io_check_input(path, NULL, &err), expected);
    assert_text_has(wh_error_text(&err, text, sizeof text), sentence);
    assert_int_equal(wh_reader_open(ctx, path, &reader, &err), expected);
    assert_null(reader);
}

static void only_regular_files_are_read(void **state)
{
    (void)state;
    assert_int_equal(mkfifo("a-fifo", 0600), 0);
    assert_int_equal(mkdir("a-folder", 0700), 0);
    assert_int_equal(symlink("nowhere", "a-broken-link"), 0);
    assert_int_equal(symlink("a-fifo", "a-link-to-it"), 0);
    assert_refused("missing.csv", WH_ERR_INPUT, "missing.csv: No such file or directory");
    assert_refused("a-broken-link", WH_ERR_INPUT, "a-broken-link: No such file or directory");
    assert_refused("a-fifo", WH_ERR_INPUT, "a-fifo: not a regular file");
    assert_refused("a-link-to-it", WH_ERR_INPUT, "a-link-to-it: not a regular file");
    assert_refused("a-folder", WH_ERR_INPUT, "a-folder: not a regular file");
    assert_refused("/dev/null", WH_ERR_INPUT, "/dev/null: not a regular file");
    if (geteuid() != 0) { /* nothing is closed to root */
        write_text("closed.csv", "x");
        assert_int_equal(chmod("closed.csv", 0), 0);
        assert_refused("closed.csv", WH_ERR_INPUT, "closed.csv: Permission denied");
    }
}

static void a_name_must_be_a_files(void **state)
{
    (void)state;
    static const char *const names[] = {"",
                                        "/vsicurl/http://example.com/a.csv",
                                        "/vsizip/a.zip",
                                        "http://example.com/a.csv",
                                        "PG:host=x",
                                        "{\"type\":\"Feature\"}",
                                        "<VRTDataset/>",
                                        "WFS:x",
                                        "a:b"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_refused(names[i], WH_ERR_CONFIG, "input must be a file path, not \"");
    }
    struct wh_file_info info;
    struct wh_error err = {0};
    write_text("plain", "12345");
    assert_int_equal(mkdir("with:colon", 0700), 0);
    write_text("with:colon/file", "1");
    assert_wh_ok(wh_io_check_input("./with:colon/file", NULL, &err));
    assert_wh_ok(wh_io_check_input("plain", &info, &err));
    assert_int_equal(info.size_bytes, 5);
    assert_true(info.is_regular && !info.is_folder && !info.is_link);
    assert_int_equal(symlink("plain", "to-plain"), 0);
    assert_true(wh_io_stat("to-plain", &info) && info.is_regular && info.is_link);
    assert_false(wh_io_stat("missing", &info));
}

static void a_file_is_read_up_to_its_limit(void **state)
{
    (void)state;
    struct wh_buf buf;
    struct wh_error err = {0};
    char text[200001];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    write_text("large", text);
    wh_buf_init(&buf, ctx);
    assert_wh_ok(wh_io_read_all(ctx, "large", 200000, &buf, &err));
    assert_int_equal(buf.len, 200000);
    wh_buf_clear(&buf);
    assert_int_equal(wh_io_read_all(ctx, "large", 199999, &buf, &err), WH_ERR_LIMIT);
    assert_text_has(err.message, "larger than 199999 bytes");
    wh_buf_finish(&buf);
}

static void a_file_that_changes_while_it_is_read_is_noticed(void **state)
{
    (void)state;
    struct wh_reader *reader = NULL;
    struct wh_error err = {0};
    char bytes[16];
    size_t len = 0;
    write_text("growing", "12345");
    assert_wh_ok(wh_reader_open(ctx, "growing", &reader, &err));
    assert_wh_ok(wh_reader_read(reader, bytes, sizeof bytes, &len, &err));
    assert_int_equal(len, 5);
    assert_wh_ok(wh_reader_read(reader, bytes, sizeof bytes, &len, &err));
    assert_int_equal(len, 0);
    assert_wh_ok(wh_reader_check_unchanged(reader, &err));
    FILE *const file = fopen("growing", "ab");
    assert_non_null(file);
    assert_int_equal(fputc('6', file), '6');
    assert_int_equal(fclose(file), 0);
    assert_int_equal(wh_reader_check_unchanged(reader, &err), WH_ERR_INPUT);
    assert_string_equal(err.message, "changed while being read");
    wh_reader_close(reader);
    wh_reader_close(NULL);
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    struct wh_writer *writer = NULL;
    struct wh_error err = {0};
    enum { LEN = 700000 }; /* more than the writer's buffer, in pieces smaller and larger than it */
    char *bytes = malloc(LEN + 1);
    assert_non_null(bytes);
    for (size_t i = 0; i < LEN; i++) {
        bytes[i] = (char)('a' + i % 23);
    }
    bytes[LEN] = '\0';
    assert_wh_ok(wh_writer_open(ctx, "written", &writer, &err));
    assert_wh_ok(wh_writer_write(writer, bytes, 0, &err));
    assert_wh_ok(wh_writer_write(writer, bytes, 100000, &err));
    assert_wh_ok(wh_writer_write(writer, bytes + 100000, 200000, &err));
    assert_wh_ok(wh_writer_write(writer, bytes + 300000, 400000, &err));
    assert_wh_ok(wh_writer_close(writer, &err));
    assert_content("written", bytes);
    free(bytes);
    struct stat st;
    assert_int_equal(stat("written", &st), 0);
    assert_int_equal(st.st_mode & 07137, 0); /* nobody else may read it, nobody may run it */
    assert_wh_ok(wh_writer_open(ctx, "given-up", &writer, &err));
    assert_wh_ok(wh_writer_write(writer, "x", 1, &err));
    wh_writer_abandon(writer);
    wh_writer_abandon(NULL);
    assert_int_equal(access("given-up", F_OK), -1);
}

static void a_file_with_another_name_keeps_its_content_there(void **state)
{
    (void)state;
    struct wh_error err = {0};
    write_text("release-1", "old");
    assert_wh_ok(wh_io_link_or_copy(ctx, "release-1", "release-2",
                                    &err)); /* as a release carries files over */
    assert_wh_ok(wh_io_write_all(ctx, "release-2", wh_str_c("new"), &err));
    assert_content("release-1", "old");
    assert_content("release-2", "new");
    struct wh_writer *writer = NULL;
    assert_wh_ok(wh_io_link_or_copy(ctx, "release-1", "release-3", &err));
    assert_wh_ok(wh_writer_open(ctx, "release-3", &writer, &err));
    wh_writer_abandon(writer);
    assert_content("release-1", "old");
    assert_wh_ok(wh_io_link_or_copy(ctx, "release-1", "release-4", &err));
    assert_wh_ok(wh_io_replace(ctx, "release-4", wh_str_c("newer"), &err));
    assert_content("release-1", "old");
    assert_content("release-4", "newer");
}

static void nothing_is_written_through_a_link_or_into_a_device(void **state)
{
    (void)state;
    struct wh_error err = {0};
    write_text("target", "untouched");
    assert_int_equal(symlink("target", "link-out"), 0);
    assert_int_equal(wh_io_write_all(ctx, "link-out", wh_str_c("x"), &err), WH_ERR_OUTPUT);
    assert_string_equal(err.message, "stands there and is not a regular file");
    assert_content("target", "untouched");
    assert_int_equal(wh_io_write_all(ctx, "/dev/null", wh_str_c("x"), &err), WH_ERR_OUTPUT);
    assert_int_equal(mkdir("out-folder", 0700), 0);
    assert_int_equal(wh_io_write_all(ctx, "out-folder", wh_str_c("x"), &err), WH_ERR_OUTPUT);
    assert_int_equal(wh_io_write_all(ctx, "no/such/folder", wh_str_c("x"), &err), WH_ERR_OUTPUT);
    assert_int_equal(err.sys_errno, ENOENT);
    assert_string_equal(err.where, "no/such/folder");
}

static void a_replaced_file_is_whole_before_and_after(void **state)
{
    (void)state;
    struct wh_error err = {0};
    assert_wh_ok(wh_io_replace(ctx, "status.json", wh_str_c("one"), &err));
    assert_content("status.json", "one");
    write_text("status.json.new", "left by a run that was killed");
    const int old = open("status.json", O_RDONLY);
    assert_true(old >= 0);
    assert_wh_ok(wh_io_replace(ctx, "status.json", wh_str_c("two"), &err));
    assert_content("status.json", "two");
    char bytes[8] = "";
    assert_int_equal(read(old, bytes, sizeof bytes),
                     3); /* who has it open goes on with the old one */
    assert_memory_equal(bytes, "one", 3);
    close(old);
    assert_int_equal(access("status.json.new", F_OK), -1);
}

static void a_failed_write_leaves_the_old_file(void **state)
{
    (void)state;
    if (!wh_fault_injection_built()) {
        skip();
    }
    struct wh_error err = {0};
    assert_wh_ok(wh_io_replace(ctx, "kept.json", wh_str_c("old"), &err));
    for (uint64_t n = 1; n <= 2; n++) { /* the write, then its fsync */
        wh_io_fail_at(ctx, n, ENOSPC, false);
        assert_int_equal(wh_io_replace(ctx, "kept.json", wh_str_c("new"), &err), WH_ERR_OUTPUT);
        assert_int_equal(err.sys_errno, ENOSPC);
        assert_string_equal(err.message, "No space left on device");
        assert_content("kept.json", "old");
        assert_int_equal(access("kept.json.new", F_OK), -1);
    }
    wh_io_fail_at(ctx, 0, 0, false);
    assert_wh_ok(wh_io_replace(ctx, "kept.json", wh_str_c("new"), &err));
    assert_content("kept.json", "new");
}

static void many_files_are_made_safe_at_once(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_sync sync;
    assert_wh_ok(wh_io_make_folders("many/files", 0755, &err));
    assert_wh_ok(wh_sync_begin(&sync, ctx, "many", &err));
    assert_wh_ok(wh_io_write_unsynced(ctx, "many/files/a", wh_str_c("one"), &err));
    assert_wh_ok(wh_io_write_unsynced(ctx, "many/files/b", wh_str_c("two"), &err));
    assert_wh_ok(wh_sync_end(&sync, "many", &err));
    assert_content("many/files/a", "one");
    assert_content("many/files/b", "two");
    assert_int_equal(wh_sync_begin(&sync, ctx, "many/files/a", &err), WH_ERR_OUTPUT);
    if (wh_fault_injection_built()) { /* the disk says only then that it is full */
        assert_wh_ok(wh_sync_begin(&sync, ctx, "many", &err));
        assert_wh_ok(wh_io_write_unsynced(ctx, "many/files/c", wh_str_c("three"), &err));
        wh_io_fail_at(ctx, 1, ENOSPC, false);
        assert_int_equal(wh_sync_end(&sync, "many", &err), WH_ERR_OUTPUT);
        assert_int_equal(err.sys_errno, ENOSPC);
        wh_io_fail_at(ctx, 0, 0, false);
    }
}

static void a_folder_to_be_made_is_looked_at_without_a_trace(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct stat st;
    assert_wh_ok(wh_io_may_write("to-be/made/", &err));
    assert_wh_ok(wh_io_may_write(".", &err));
    assert_wh_ok(wh_io_may_write("/tmp/to-be-made", &err));
    assert_int_equal(stat("to-be", &st), -1);
    write_text("is-file", "x");
    assert_int_equal(wh_io_may_write("is-file/below", &err), WH_ERR_OUTPUT);
    assert_string_equal(err.where, "is-file");
    if (geteuid() != 0) { /* root writes anywhere */
        assert_int_equal(wh_io_may_write("/to-be-made", &err), WH_ERR_OUTPUT);
        assert_string_equal(err.where, "/");
    }
}

static void folders_links_and_trees_do_as_told(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct stat st;
    char *target = NULL;
    assert_wh_ok(wh_io_make_folders("a/b/c", 0750, &err));
    assert_wh_ok(wh_io_make_folders("a/b/c/", 0750, &err)); /* again is fine */
    assert_int_equal(stat("a/b/c", &st), 0);
    assert_int_equal(st.st_mode & 0027, 0);
    write_text("a/file", "x");
    assert_int_equal(wh_io_make_folders("a/file/d", 0750, &err), WH_ERR_OUTPUT);
    assert_wh_ok(wh_io_set_mode("a/file", 0600, &err));
    assert_wh_ok(wh_io_sync_file("a/file", &err));
    assert_wh_ok(wh_io_sync_folder("a", &err));
    assert_wh_ok(wh_io_rename_new("a/file", "a/moved", &err));
    write_text("a/file", "y");
    assert_int_equal(wh_io_rename_new("a/file", "a/moved", &err), WH_ERR_OUTPUT);
    assert_int_equal(err.sys_errno, EEXIST);
    assert_content("a/moved", "x");

    assert_wh_ok(wh_io_read_link(ctx, "current", &target, &err));
    assert_null(target);
    assert_wh_ok(wh_io_swap_link("current", "a", &err));
    assert_int_equal(symlink("left-over", "current.tmp"), 0);
    assert_wh_ok(wh_io_swap_link("current", "a/b", &err));
    assert_wh_ok(wh_io_read_link(ctx, "current", &target, &err));
    assert_string_equal(target, "a/b");
    wh_free(ctx, target);
    assert_int_equal(wh_io_read_link(ctx, "a/file", &target, &err), WH_ERR_OUTPUT);

    write_text("outside", "stays");
    assert_int_equal(symlink("../../outside", "a/b/to-outside"), 0);
    assert_int_equal(symlink("../..", "a/b/up"), 0);
    assert_wh_ok(wh_io_remove_tree(ctx, "a", &err));
    assert_int_equal(access("a", F_OK), -1);
    assert_content("outside", "stays");
    assert_wh_ok(wh_io_remove_tree(ctx, "a", &err)); /* missing is fine */
    assert_wh_ok(wh_io_remove_tree(ctx, "current", &err));
    assert_int_equal(readlink("current", (char[8]){0}, 8), -1);
    assert_wh_ok(wh_io_remove_file("outside", &err));
    assert_wh_ok(wh_io_remove_file("outside", &err));
    assert_true(wh_io_free_bytes(".") > 0);
    assert_true(wh_io_free_bytes("no-such-place") == UINT64_MAX);
}

static void assert_paths(struct wh_paths *paths, const char *expected)
{
    struct wh_buf buf;
    wh_buf_init(&buf, ctx);
    for (size_t i = 0; i < paths->n; i++) {
        wh_buf_printf(&buf, "%s%s", i > 0 ? " " : "", paths->path[i]);
    }
    assert_string_equal(buf.ptr, expected);
    wh_buf_finish(&buf);
    wh_paths_finish(ctx, paths);
}

static void names_come_sorted_by_bytes(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_paths paths = {0};
    assert_wh_ok(wh_io_make_folders("names/2025-12", 0750, &err));
    assert_wh_ok(wh_io_make_folders("names/2026-01", 0750, &err));
    assert_wh_ok(wh_io_make_folders("names/.hidden", 0750, &err));
    write_text("names/b.csv", "");
    write_text("names/B.csv", "");
    write_text("names/a.csv", "");
    write_text("names/.c.csv", "");
    write_text("names/2025-12/x.csv", "");
    write_text("names/2026-01/x.csv", "");
    write_text("names/.hidden/x.csv", "");
    assert_int_equal(symlink("a.csv", "names/link.csv"), 0);
    assert_wh_ok(wh_io_list(ctx, "names", &paths, &err));
    assert_paths(&paths, ".c.csv .hidden 2025-12 2026-01 B.csv a.csv b.csv link.csv");
    assert_wh_ok(wh_io_walk(ctx, "names", &paths, &err)); /* regular files only */
    assert_paths(&paths, ".c.csv .hidden/x.csv 2025-12/x.csv 2026-01/x.csv B.csv a.csv b.csv");
    assert_wh_ok(wh_io_glob(ctx, "names/*.csv", &paths, &err));
    assert_paths(&paths, "names/B.csv names/a.csv names/b.csv names/link.csv");
    assert_wh_ok(wh_io_glob(ctx, "names/20*/x.csv", &paths, &err));
    assert_paths(&paths, "names/2025-12/x.csv names/2026-01/x.csv");
    assert_wh_ok(wh_io_glob(ctx, "names/*/?.csv", &paths, &err));
    assert_paths(&paths, "names/2025-12/x.csv names/2026-01/x.csv");
    assert_wh_ok(wh_io_glob(ctx, "names/*.xlsx", &paths, &err));
    assert_paths(&paths, "");
    assert_wh_ok(wh_io_glob(ctx, "nowhere/*", &paths, &err));
    assert_paths(&paths, "");
    assert_wh_ok(
        wh_io_glob(ctx, "names/not-there.csv", &paths, &err)); /* a name is given back as it is */
    assert_paths(&paths, "names/not-there.csv");
    char *absolute = realpath("names", NULL);
    char pattern[4200], expected[4200];
    assert_non_null(absolute);
    snprintf(pattern, sizeof pattern, "%s/a*", absolute);
    snprintf(expected, sizeof expected, "%s/a.csv", absolute);
    free(absolute);
    assert_wh_ok(wh_io_glob(ctx, pattern, &paths, &err));
    assert_paths(&paths, expected);
    assert_int_equal(wh_io_list(ctx, "nowhere", &paths, &err), WH_ERR_INPUT);
    static const char *const joined[][3] = {{"a/b", "c", "a/b/c"},
                                            {"a/b/", "c", "a/b/c"},
                                            {"a", "/c", "/c"},
                                            {"", "c", "c"},
                                            {"/", "c", "/c"}};
    for (size_t i = 0; i < sizeof joined / sizeof *joined; i++) {
        char *path = wh_path_join(ctx, joined[i][0], joined[i][1]);
        assert_string_equal(path, joined[i][2]);
        wh_free(ctx, path);
    }
}

static void a_scratch_folder_is_ours_alone(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct stat st;
    char *first = NULL, *second = NULL, *here = realpath(".", NULL);
    assert_non_null(here);
    assert_int_equal(setenv("TMPDIR", here, 1), 0);
    assert_wh_ok(wh_io_make_scratch(ctx, &first, &err));
    assert_wh_ok(wh_io_make_scratch(ctx, &second, &err));
    assert_string_not_equal(first, second);
    assert_memory_equal(first, here, strlen(here));
    assert_int_equal(stat(first, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0700);
    assert_wh_ok(wh_io_remove_tree(ctx, first, &err));
    assert_wh_ok(wh_io_remove_tree(ctx, second, &err));
    wh_free(ctx, first);
    wh_free(ctx, second);
    assert_int_equal(setenv("TMPDIR", "/no/such/place", 1), 0);
    assert_int_equal(wh_io_make_scratch(ctx, &first, &err), WH_ERR_OUTPUT);
    assert_int_equal(unsetenv("TMPDIR"), 0);
    free(here);
}

static void folders_without_end_are_refused(void **state)
{
    (void)state;
    struct wh_error err = {0};
    struct wh_paths paths = {0};
    char path[200] = "deep";
    for (int i = 0; i < 40; i++) {
        snprintf(path + strlen(path), sizeof path - strlen(path), "/d");
    }
    assert_wh_ok(wh_io_make_folders(path, 0750, &err));
    assert_int_equal(wh_io_walk(ctx, "deep", &paths, &err), WH_ERR_LIMIT);
    assert_text_has(err.message, "nested deeper");
    /* What wh_io_remove_tree() refuses for the same reason goes piece by piece. */
    for (size_t len = strlen(path); len > 4; len -= 2) {
        path[len] = '\0';
        assert_int_equal(rmdir(path), 0);
    }
}

/* In a child: takes the lock, tells the parent, waits to be ended. */
static pid_t hold_lock_elsewhere(const char *path)
{
    int told[2];
    assert_int_equal(pipe(told), 0);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct wh_lock *lock = NULL;
        struct wh_error err = {0};
        const char is_taken = wh_lock_take(ctx, path, &lock, &err) == WH_OK ? 'y' : 'n';
        if (write(told[1], &is_taken, 1) == 1) {
            pause();
        }
        _exit(0);
    }
    char is_taken = 0;
    close(told[1]);
    assert_int_equal(read(told[0], &is_taken, 1), 1);
    close(told[0]);
    assert_int_equal(is_taken, 'y');
    return child;
}

static void a_second_run_is_told_who_holds_the_lock(void **state)
{
    (void)state;
    struct wh_lock *lock = NULL;
    struct wh_error err = {0};
    const pid_t child = hold_lock_elsewhere("lock");
    char expected[64];
    snprintf(expected, sizeof expected, "another run holds the lock (process %ld since 2",
             (long)child);
    assert_int_equal(wh_lock_take(ctx, "lock", &lock, &err), WH_ERR_BUSY);
    assert_text_has(err.message, expected);
    assert_string_equal(err.where, "lock");
    assert_null(lock);
    /* It dies with its process, however that ends. */
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    assert_wh_ok(wh_lock_take(ctx, "lock", &lock, &err));
    struct wh_lock *second = NULL;
    assert_int_equal(wh_lock_take(ctx, "lock", &second, &err),
                     WH_ERR_BUSY); /* nor twice in one process */
    wh_lock_release(lock);
    assert_wh_ok(wh_lock_take(ctx, "lock", &lock, &err));
    wh_lock_release(lock);
    wh_lock_release(NULL);
    /* Who only looks holds takers off, but not others who look; and makes no file. */
    struct wh_lock *looking[2] = {NULL, NULL};
    assert_wh_ok(wh_lock_share(ctx, "no-lock-yet", &looking[0], &err));
    assert_null(looking[0]);
    assert_int_equal(access("no-lock-yet", F_OK), -1);
    assert_wh_ok(wh_lock_share(ctx, "lock", &looking[0], &err));
    assert_wh_ok(wh_lock_share(ctx, "lock", &looking[1], &err));
    assert_int_equal(wh_lock_take(ctx, "lock", &lock, &err), WH_ERR_BUSY);
    wh_lock_release(looking[0]);
    wh_lock_release(looking[1]);
    assert_wh_ok(wh_lock_take(ctx, "lock", &lock, &err));
    assert_int_equal(wh_lock_share(ctx, "lock", &looking[0], &err), WH_ERR_BUSY);
    wh_lock_release(lock);
    assert_int_equal(wh_lock_take(ctx, "no/such/lock", &lock, &err), WH_ERR_OUTPUT);
}

/* Everything that asks for memory, one after the other; stops at the first that does not get it. */
static enum wh_status use_all(struct wh_error *err)
{
    struct wh_buf buf;
    struct wh_paths paths = {0};
    struct wh_lock *lock = NULL;
    char *target = NULL;
    wh_buf_init(&buf, ctx);
    enum wh_status status = wh_io_replace(ctx, "all/file", wh_str_c("content"), err);
    if (status == WH_OK) {
        status = wh_io_read_all(ctx, "all/file", 100, &buf, err);
    }
    if (status == WH_OK) {
        status = wh_io_copy(ctx, "all/file", "all/copy", err);
    }
    if (status == WH_OK) {
        status = wh_io_read_link(ctx, "all/link", &target, err);
    }
    if (status == WH_OK) {
        status = wh_io_glob(ctx, "all/*/../f*", &paths, err);
        wh_paths_finish(ctx, &paths);
    }
    if (status == WH_OK) {
        status = wh_io_walk(ctx, "all", &paths, err);
        wh_paths_finish(ctx, &paths);
    }
    if (status == WH_OK) {
        status = wh_lock_take(ctx, "all/lock", &lock, err);
    }
    wh_lock_release(lock);
    wh_free(ctx, target);
    wh_buf_finish(&buf);
    return status;
}

static void whatever_finds_no_memory_leaves_none_behind(void **state)
{
    (void)state;
    if (!wh_fault_injection_built()) {
        skip();
    }
    struct wh_error err = {0};
    assert_wh_ok(wh_io_make_folders("all/folder", 0750, &err));
    assert_wh_ok(wh_io_swap_link("all/link", "file", &err));
    assert_wh_ok(wh_io_write_all(ctx, "all/file", wh_str_c("content"), &err));
    enum wh_status status = WH_ERR_LIMIT;
    uint64_t n = 0;
    while (status != WH_OK) {
        wh_alloc_fail_at(ctx, ++n, false);
        status = use_all(&err);
        wh_alloc_fail_at(ctx, 0, false);
        assert_true(status == WH_OK || status == WH_ERR_LIMIT);
        assert_int_equal(wh_alloc_in_use(ctx), 0);
        assert_content("all/file", "content"); /* and no file is lost */
    }
    assert_true(n > 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_regular_files_are_read),
        cmocka_unit_test(a_name_must_be_a_files),
        cmocka_unit_test(a_file_is_read_up_to_its_limit),
        cmocka_unit_test(a_file_that_changes_while_it_is_read_is_noticed),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(a_file_with_another_name_keeps_its_content_there),
        cmocka_unit_test(nothing_is_written_through_a_link_or_into_a_device),
        cmocka_unit_test(a_replaced_file_is_whole_before_and_after),
        cmocka_unit_test(a_failed_write_leaves_the_old_file),
        cmocka_unit_test(many_files_are_made_safe_at_once),
        cmocka_unit_test(a_folder_to_be_made_is_looked_at_without_a_trace),
        cmocka_unit_test(folders_links_and_trees_do_as_told),
        cmocka_unit_test(names_come_sorted_by_bytes),
        cmocka_unit_test(a_scratch_folder_is_ours_alone),
        cmocka_unit_test(folders_without_end_are_refused),
        cmocka_unit_test(a_second_run_is_told_who_holds_the_lock),
        cmocka_unit_test(whatever_finds_no_memory_leaves_none_behind),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
