/* cli/serve_range.h: the Range header of HTTP (RFC 9110, section 14). Pure. */
#ifndef WH_CLI_SERVE_RANGE_H
#define WH_CLI_SERVE_RANGE_H

#include <stdint.h>

enum wh_range_kind {
    WH_RANGE_WHOLE, /* no range, one that cannot be read, or several: the whole file is an answer */
    WH_RANGE_PART,
    WH_RANGE_NONE /* begins behind the end: 416 */
};
struct wh_range {
    uint64_t from, n_bytes;
};

/* `header` ("bytes=0-16383", or NULL) against a file of `size` bytes; *ret changes for
 * WH_RANGE_PART only. */
enum wh_range_kind wh_range_read(const char *header, uint64_t size, struct wh_range *ret);

#endif
