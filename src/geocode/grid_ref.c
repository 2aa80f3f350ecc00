/* geocode/grid_ref.c: two letters and digits -> a square of the National Grid. */
#include "geocode/grid_ref.h"

#include <string.h>

#include "base/str.h"

enum { MOST_DIGITS = 10, LEAST_DIGITS = 4, SQUARES_EAST = 7, SQUARES_NORTH = 13 };

#define SQUARE_M 100000

/* A to Z without I, in rows of five from the north-west: column 0..4 from the west, row 0..4 from
 * the north; false: I, or no letter. */
static bool cell_of(char c, int *ret_column, int *ret_row)
{
    c = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    if (c < 'A' || c > 'Z' || c == 'I') {
        return false;
    }
    const int n = c - 'A' - (c > 'I');
    *ret_column = n % 5;
    *ret_row = n / 5;
    return true;
}

/* South-west corner of a 100 km square; the false origin is that of square SV. */
static bool square_of(const char *letters, int *ret_x, int *ret_y)
{
    int big_column, big_row, column, row;
    if (!cell_of(letters[0], &big_column, &big_row) || !cell_of(letters[1], &column, &row)) {
        return false;
    }
    const int x = 5 * (big_column - 2) + column; /* S and N begin at 0 km east */
    const int y = 5 * (3 - big_row) + (4 - row); /* S begins at 0 km north */
    if (x < 0 || x >= SQUARES_EAST || y < 0 || y >= SQUARES_NORTH) {
        return false;
    }
    *ret_x = x * SQUARE_M;
    *ret_y = y * SQUARE_M;
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

bool wh_grid_ref_read(struct wh_str text, struct wh_grid_ref *ret)
{
    char digit[MOST_DIGITS];
    size_t n = 0, first_group = 0, n_groups = 0, i = 2;
    int x = 0, y = 0;
    const struct wh_str trimmed = wh_str_trim(text);
    if (trimmed.len < 2 + LEAST_DIGITS || !square_of(trimmed.ptr, &x, &y)) {
        return false;
    }
    while (i < trimmed.len) {
        const size_t from = n;
        for (; i < trimmed.len && is_blank(trimmed.ptr[i]); i++) {
        }
        for (; i < trimmed.len && trimmed.ptr[i] >= '0' && trimmed.ptr[i] <= '9'; i++) {
            if (n == MOST_DIGITS) {
                return false;
            }
            digit[n++] = trimmed.ptr[i];
        }
        if (n == from || ++n_groups > 2) {
            return false; /* another sign, or a third group */
        }
        first_group = n_groups == 1 ? n : first_group;
    }
    if (n < LEAST_DIGITS || n % 2 != 0 || (n_groups == 2 && first_group != n / 2)) {
        return false;
    }
    double size_m = SQUARE_M;
    int64_t east = 0, north = 0;
    for (size_t k = 0; k < n / 2; k++) {
        east = east * 10 + (digit[k] - '0');
        north = north * 10 + (digit[n / 2 + k] - '0');
        size_m /= 10;
    }
    *ret = (struct wh_grid_ref){.x = x + ((double)east + 0.5) * size_m,
                                .y = y + ((double)north + 0.5) * size_m,
                                .size_m = size_m};
    return true;
}
