/* base/io_internal.h: what the files of base/io share. */
#ifndef WH_BASE_IO_INTERNAL_H
#define WH_BASE_IO_INTERNAL_H

#include <sys/stat.h>

#include "base/io.h"

/* What we tell of what the system tells; `is_link`: the name itself is a symbolic link. */
struct wh_file_info wh_file_info_of(const struct stat *st, bool is_link);

#endif
