/* run/assets.c: where styles/ and dashboard/ stand: beside the program's build folder, or where it
 * was installed. */
#include <stddef.h>

#include "run/run.h"

const char *wh_run_assets_dir(void)
{
    return WH_ASSETS_DIR; /* set by meson.build: the checkout that the program was built from */
}
