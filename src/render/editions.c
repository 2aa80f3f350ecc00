/* render/editions.c: for whom printed pages are made. */
#include <string.h>

#include "render/page.h"

static const char *const NAME[WH_N_PRINT_EDITIONS] = {"standard", "large", "grey", "high-contrast"};

const char *wh_print_edition_name(enum wh_print_edition edition)
{
    return NAME[edition];
}

bool wh_print_edition_find(const char *name, enum wh_print_edition *ret)
{
    for (int i = 0; i < WH_N_PRINT_EDITIONS; i++) {
        if (strcmp(name, NAME[i]) == 0) {
            if (ret != NULL) {
                *ret = (enum wh_print_edition)i;
            }
            return true;
        }
    }
    return false;
}

const char *wh_print_edition_style(enum wh_print_edition edition)
{
    return edition == WH_PRINT_LARGE ? NAME[WH_PRINT_STANDARD] : NAME[edition];
}
