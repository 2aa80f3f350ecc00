/* Any bytes as a Range header, against a file whose size is in the first eight: a part lies inside
 * the file. */
#include <string.h>

#include "cli/serve_range.h"
#include "fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t file_bytes = 0;
    struct wh_range range = {7, 7};
    if (size < sizeof file_bytes) {
        return 0;
    }
    memcpy(&file_bytes, data, sizeof file_bytes);
    char *header = calloc(size - sizeof file_bytes + 1, 1);
    FUZZ_PROMISE(header != NULL);
    memcpy(header, data + sizeof file_bytes, size - sizeof file_bytes);
    const enum wh_range_kind kind = wh_range_read(header, file_bytes, &range);
    if (kind == WH_RANGE_PART) {
        FUZZ_PROMISE(range.from < file_bytes && range.n_bytes > 0 &&
                     range.n_bytes <= file_bytes - range.from);
    } else {
        FUZZ_PROMISE(range.from == 7 && range.n_bytes == 7);
    }
    free(header);
    return 0;
}
