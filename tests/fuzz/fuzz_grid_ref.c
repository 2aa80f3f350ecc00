/* Any bytes as a grid reference: a square of the National Grid, or none; the same in any case. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/str.h"
#include "fuzz/fuzz.h"
#include "geocode/grid_ref.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wh_grid_ref found = {0}, other = {0};
    char lower[64];
    const bool is_one = wh_grid_ref_read((struct wh_str){(const char *)data, size}, &found);
    if (!is_one) {
        return 0;
    }
    const double power = log10(found.size_m);
    FUZZ_PROMISE(fabs(power - round(power)) < 1e-9 && power >= 0 && power <= 3);
    FUZZ_PROMISE(found.x > 0 && found.x < 700000 && found.y > 0 && found.y < 1300000);
    /* The centre of a square whose corner is a whole number of its sides from the origin. */
    FUZZ_PROMISE(fabs(remainder(found.x - found.size_m / 2, found.size_m)) < 1e-6);
    FUZZ_PROMISE(fabs(remainder(found.y - found.size_m / 2, found.size_m)) < 1e-6);
    if (size < sizeof lower) {
        for (size_t i = 0; i < size; i++) {
            lower[i] = (char)tolower(data[i]);
        }
        FUZZ_PROMISE(wh_grid_ref_read((struct wh_str){lower, size}, &other));
        FUZZ_PROMISE(!(fabs(other.x - found.x) > 0) && !(fabs(other.y - found.y) > 0));
    }
    return 0;
}
