/* cli/serve.c: wardheat serve: a folder over HTTP, for the eyes of this computer only. */
#include <microhttpd.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/io_process.h"
#include "base/log.h"
#include "base/number.h"
#include "base/str.h"
#include "cli/cli.h"
#include "cli/serve_range.h"

#define DEFAULT_PORT 8080
#define MAX_CONNECTIONS 64u
#define TIMEOUT_S 30u
#define MAX_PATH_BYTES 2048u

struct server {
    struct wh_ctx *ctx;
    const char *folder;
};

static const char *type_of(struct wh_str name)
{
    static const struct {
        const char *suffix, *type;
    } known[] = {
        {".html", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".json", "application/json"},
        {".geojson", "application/geo+json"},
        {".pmtiles", "application/vnd.pmtiles"},
        {".png", "image/png"},
        {".svg", "image/svg+xml"},
        {".ico", "image/x-icon"},
        {".pdf", "application/pdf"},
        {".csv", "text/csv; charset=utf-8"},
        {".txt", "text/plain; charset=utf-8"},
        {".qml", "text/xml; charset=utf-8"},
        {".xml", "application/xml"},
        {".tif", "image/tiff"},
        {".gpkg", "application/geopackage+sqlite3"},
        {".qgz", "application/zip"},
        {".woff2", "font/woff2"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (wh_str_has_suffix(name, known[i].suffix)) {
            return known[i].type;
        }
    }
    return "application/octet-stream";
}

/* Adds what every answer carries and sends it; the response is gone then. */
static enum MHD_Result send_response(struct MHD_Connection *connection, unsigned code,
                                     struct MHD_Response *response)
{
    if (response == NULL) {
        return MHD_NO;
    }
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-cache");
    (void)MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    const enum MHD_Result result = MHD_queue_response(connection, code, response);
    MHD_destroy_response(response);
    return result;
}

static struct MHD_Response *text_response(const char *text)
{
    /* Copied: the text need not outlive this call. */
    char copy[256];
    const int len = snprintf(copy, sizeof copy, "%s\n", text);
    struct MHD_Response *response =
        len < 0 ? NULL : MHD_create_response_from_buffer(strlen(copy), copy, MHD_RESPMEM_MUST_COPY);
    if (response != NULL) {
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
                                      "text/plain; charset=utf-8");
    }
    return response;
}

static enum MHD_Result send_text(struct MHD_Connection *connection, unsigned code, const char *text)
{
    return send_response(connection, code, text_response(text));
}

static const char *header_of(struct MHD_Connection *connection, const char *name)
{
    return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

/*
 * A page of another site may have its name point to 127.0.0.1 (DNS rebinding) and then read what is
 * served here: only loopback's own names are answered.
 */
static bool is_own_host(const char *host)
{
    static const char *const own[] = {"127.0.0.1", "localhost", "[::1]"};
    for (size_t i = 0; host != NULL && i < sizeof own / sizeof *own; i++) {
        const size_t len = strlen(own[i]);
        const struct wh_str text = wh_str_c(host);
        if (text.len >= len && wh_str_eq_fold(wh_str_slice(text, 0, len), wh_str_c(own[i])) &&
            (host[len] == '\0' || host[len] == ':')) {
            return true;
        }
    }
    return host == NULL; /* HTTP/1.0 need not say */
}

/* Is it still the same? A file that was replaced has another inode or time. */
static void write_tag(const struct wh_file_info *info, char *out, size_t size)
{
    snprintf(out, size, "\"%llx-%llx-%llx\"", (unsigned long long)info->inode,
             (unsigned long long)info->modified_ns, (unsigned long long)info->size_bytes);
}

static enum MHD_Result send_not_satisfiable(struct MHD_Connection *connection, uint64_t size)
{
    char value[64];
    struct MHD_Response *response = text_response("no such part of this file");
    snprintf(value, sizeof value, "bytes */%llu", (unsigned long long)size);
    if (response != NULL) {
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_RANGE, value);
    }
    return send_response(connection, MHD_HTTP_RANGE_NOT_SATISFIABLE, response);
}

/* Takes over `fd`. */
static enum MHD_Result send_file(struct MHD_Connection *connection, const char *name, int fd,
                                 const struct wh_file_info *info)
{
    char tag[64], value[96];
    write_tag(info, tag, sizeof tag);
    struct wh_range range = {0, info->size_bytes};
    enum wh_range_kind kind = WH_RANGE_WHOLE;
    const char *unless = header_of(connection, MHD_HTTP_HEADER_IF_RANGE);
    if (unless == NULL || strcmp(unless, tag) == 0) {
        kind =
            wh_range_read(header_of(connection, MHD_HTTP_HEADER_RANGE), info->size_bytes, &range);
    }
    if (kind == WH_RANGE_NONE) {
        wh_process_close(fd);
        return send_not_satisfiable(connection, info->size_bytes);
    }
    struct MHD_Response *response =
        MHD_create_response_from_fd_at_offset64(range.n_bytes, fd, range.from);
    if (response == NULL) {
        wh_process_close(fd);
        return MHD_NO;
    }
    if (kind == WH_RANGE_PART) {
        snprintf(value, sizeof value, "bytes %llu-%llu/%llu", (unsigned long long)range.from,
                 (unsigned long long)(range.from + range.n_bytes - 1),
                 (unsigned long long)info->size_bytes);
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_RANGE, value);
    }
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type_of(wh_str_c(name)));
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_ACCEPT_RANGES, "bytes");
    (void)MHD_add_response_header(response, MHD_HTTP_HEADER_ETAG, tag);
    return send_response(connection, kind == WH_RANGE_PART ? MHD_HTTP_PARTIAL_CONTENT : MHD_HTTP_OK,
                         response);
}

/* A folder without its slash: links in its page would point beside it. */
static enum MHD_Result send_redirect(struct MHD_Connection *connection, const char *path)
{
    static const char digit[] = "0123456789ABCDEF";
    char location[3 * MAX_PATH_BYTES + 2];
    size_t len = 0;
    for (size_t i = 0; path[i] != '\0' && len + 5 < sizeof location; i++) {
        const unsigned char c = (unsigned char)path[i];
        const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || strchr("/-._~", c) != NULL;
        /* Two slashes first would name another host. */
        if (c == '/' && len > 0 && location[len - 1] == '/') {
            continue;
        }
        if (is_plain) {
            location[len++] = (char)c;
        } else {
            location[len++] = '%';
            location[len++] = digit[c >> 4];
            location[len++] = digit[c & 15];
        }
    }
    location[len++] = '/';
    location[len] = '\0';
    struct MHD_Response *response = text_response("a folder: its address ends with /");
    if (response != NULL) {
        (void)MHD_add_response_header(response, MHD_HTTP_HEADER_LOCATION, location);
    }
    return send_response(connection, MHD_HTTP_MOVED_PERMANENTLY, response);
}

static enum MHD_Result send_path(struct server *server, struct MHD_Connection *connection,
                                 const char *path)
{
    char name[MAX_PATH_BYTES + 16];
    const size_t len = strlen(path);
    enum wh_beneath kind = WH_BENEATH_NOTHING;
    struct wh_file_info info = {0};
    struct wh_error err = {0};
    int fd = -1;
    if (path[0] != '/' || len >= MAX_PATH_BYTES) {
        return send_text(connection, MHD_HTTP_NOT_FOUND, "not found");
    }
    const bool is_folder = path[len - 1] == '/';
    snprintf(name, sizeof name, "%s%s", path + 1, is_folder ? "index.html" : "");
    if (wh_io_open_beneath(server->folder, name, &kind, &fd, &info, &err) != WH_OK) {
        char text[1400];
        wh_log(server->ctx, WH_LOG_ERROR, "%s", wh_error_text(&err, text, sizeof text));
        return send_text(connection, MHD_HTTP_INTERNAL_SERVER_ERROR, "the folder cannot be read");
    }
    if (kind == WH_BENEATH_FILE) {
        return send_file(connection, name, fd, &info);
    }
    if (kind == WH_BENEATH_FOLDER && !is_folder) {
        return send_redirect(connection, path);
    }
    return send_text(connection, MHD_HTTP_NOT_FOUND, "not found");
}

/* An escaped NUL would end the name early and have another file answered: nothing has such a name.
 */
static size_t unescape(void *user, struct MHD_Connection *connection, char *text)
{
    (void)user;
    (void)connection;
    if (strstr(text, "%00") != NULL) {
        text[0] = '\0';
        return 0;
    }
    return MHD_http_unescape(text);
}

static enum MHD_Result answer(void *user, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_bytes, void **state)
{
    static const char seen = 0;
    struct server *server = user;
    (void)version;
    (void)upload;
    if (*state == NULL) { /* the head only: answer at the second call, when all of it was read */
        *state = (void *)(uintptr_t)&seen;
        return MHD_YES;
    }
    if (*upload_bytes > 0) {
        *upload_bytes = 0;
        return MHD_YES;
    }
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
        struct MHD_Response *response = text_response("only GET and HEAD are answered");
        if (response != NULL) {
            (void)MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
        }
        return send_response(connection, MHD_HTTP_METHOD_NOT_ALLOWED, response);
    }
    if (!is_own_host(header_of(connection, MHD_HTTP_HEADER_HOST))) {
        return send_text(connection, MHD_HTTP_FORBIDDEN, "only for this computer's own names");
    }
    char shown[128];
    wh_log(server->ctx, WH_LOG_DETAIL, "%s %s", method,
           wh_log_escape(wh_str_c(url), shown, sizeof shown));
    return send_path(server, connection, url);
}

/* The folder that holds the page: DIR, or the public part of the release that DIR holds. */
static enum wh_status find_root(struct wh_ctx *ctx, const char *folder, char **ret,
                                struct wh_error *err)
{
    static const char *const inside[] = {"", "public", "current/public"};
    struct wh_file_info info;
    if (!wh_io_stat(folder, &info) || !info.is_folder) {
        return wh_fail_at(err, WH_ERR_INPUT, folder, 0, 0, "no such folder");
    }
    for (size_t i = 0; i < sizeof inside / sizeof *inside; i++) {
        char *root = wh_path_join(ctx, folder, inside[i]);
        char *page = root == NULL ? NULL : wh_path_join(ctx, root, "index.html");
        if (page == NULL) {
            wh_free(ctx, root);
            return wh_fail_memory(ctx, err);
        }
        const bool is_found = wh_io_stat(page, &info) && info.is_regular;
        wh_free(ctx, page);
        if (is_found) {
            *ret = root;
            return WH_OK;
        }
        wh_free(ctx, root);
    }
    *ret = wh_strdup(ctx, folder);
    return *ret == NULL ? wh_fail_memory(ctx, err) : WH_OK;
}

static enum wh_status serve_until_stopped(struct server *server, uint16_t asked_port,
                                          struct wh_error *err)
{
    int fd = -1;
    uint16_t port = 0;
    enum wh_status status = wh_process_hold_stops(err); /* before the server's thread is made */
    if (status == WH_OK) {
        status = wh_process_listen(asked_port, &fd, &port, err);
    }
    if (status != WH_OK) {
        return status;
    }
    struct MHD_Daemon *daemon =
        MHD_start_daemon(MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, answer,
                         server, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT,
                         MAX_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, TIMEOUT_S,
                         MHD_OPTION_UNESCAPE_CALLBACK, unescape, NULL, MHD_OPTION_END);
    if (daemon == NULL) {
        wh_process_close(fd);
        return wh_fail(err, WH_ERR_INTERNAL, "the web server could not be started");
    }
    printf("http://127.0.0.1:%u/\n", port);
    if (fflush(stdout) != 0) {
        status = wh_fail(err, WH_ERR_OUTPUT, "standard output could not be written");
    } else {
        wh_log(server->ctx, WH_LOG_INFO, "serving %s to this computer only; Ctrl-C ends it",
               server->folder);
        status = wh_process_wait_for_stop(err);
    }
    MHD_stop_daemon(daemon); /* closes the socket */
    return status;
}

static enum wh_status serve(struct wh_ctx *ctx, const struct wh_command *command, int argc,
                            char **argv, struct wh_error *err)
{
    const char *folder = NULL, *port_text = NULL;
    char *root = NULL;
    int64_t port = DEFAULT_PORT;
    const struct wh_option option[] = {
        {"port", "N", "TCP port, 0 to 65535 (default: 8080); 0 takes a free one", &port_text, NULL},
    };
    const size_t n_options = sizeof option / sizeof *option;
    if (wh_args_wants_help(argc, argv)) {
        wh_args_help(stdout, command, option, n_options);
        return WH_OK;
    }
    enum wh_status status = wh_args_read(command, argc, argv, option, n_options, &folder, err);
    if (status == WH_OK && port_text != NULL) {
        status = wh_args_whole("port", port_text, 0, 65535, &port, err);
    }
    if (status == WH_OK) {
        status = find_root(ctx, folder, &root, err);
    }
    if (status == WH_OK) {
        struct server server = {.ctx = ctx, .folder = root};
        status = serve_until_stopped(&server, (uint16_t)port, err);
    }
    wh_free(ctx, root);
    return status;
}

const struct wh_command wh_command_serve = {
    .name = "serve",
    .arguments = "DIR",
    .summary = "previews a release in the browser of this computer",
    .details =
        "Serves the files of DIR on 127.0.0.1 only, with range requests (tiles need them), and\n"
        "prints the address on standard output. DIR may also be what a run publishes to: then the\n"
        "public part of the current release is shown, and the next one as soon as it stands.\n"
        "Ctrl-C (or SIGTERM) ends it with exit code 0. For preview: any static web server serves\n"
        "publish/current/public to the world.\n\n"
        "Examples:\n"
        "  wardheat serve publish/\n"
        "  wardheat serve publish/current/officer --port 9000\n",
    .n_arguments = 1,
    .run = serve,
};
