/* Any bytes as a reference of the National Grid: the square that it names is named by it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "fuzz/fuzz.h"
#include "geocode/grid_ref.h"

/* The two letters of a place, by the layout of the grid alone: 500 km squares of 100 km squares,
 * each five by five from north-west to south-east, without I. */
static void letters_of(double x, double y, char ret[3])
{
    static const char alphabet[] = "ABCDEFGHJKLMNOPQRSTUVWXYZ";
    const int e = (int)floor(x / 100000) + 10, n = 19 - (int)floor(y / 100000);
    ret[0] = alphabet[n / 5 * 5 + e / 5];
    ret[1] = alphabet[n % 5 * 5 + e % 5];
    ret[2] = '\0';
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wh_grid_ref ref = {0}, again = {0};
    if (!wh_grid_ref_read((struct wh_str){(const char *)data, size}, &ref)) {
        return 0;
    }
    const int digits = (int)lround(5 - log10(ref.size_m));
    FUZZ_PROMISE(digits >= 2 && digits <= 5 && fabs(ref.size_m - pow(10, 5 - digits)) < 1e-9);
    FUZZ_PROMISE(ref.x >= 0 && ref.x < 700000 && ref.y >= 0 && ref.y < 1300000);
    const double west = ref.x - ref.size_m / 2, south = ref.y - ref.size_m / 2;
    char letters[3], text[32];
    letters_of(west, south, letters);
    snprintf(text, sizeof text, "%s %0*d %0*d", letters, digits,
             (int)(fmod(west, 100000) / ref.size_m), digits,
             (int)(fmod(south, 100000) / ref.size_m));
    FUZZ_PROMISE(wh_grid_ref_read(wh_str_c(text), &again));
    FUZZ_PROMISE(fabs(again.x - ref.x) < 1e-9 && fabs(again.y - ref.y) < 1e-9 &&
                 fabs(again.size_m - ref.size_m) < 1e-9);
    return 0;
}
