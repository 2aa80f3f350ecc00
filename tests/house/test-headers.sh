#!/usr/bin/env bash
# usage: test-headers.sh ROOT CC... : every header compiles alone; those of include/wardheat as strict C17 and C++17.
set -euo pipefail
root=$1
shift
cd "$root"

warnings=(-fsyntax-only -Wall -Wextra -Werror -pedantic)
read -ra packages <<<"$(pkg-config --cflags gdal proj sqlite3 cairo pangocairo icu-i18n libpng libdeflate jansson libfyaml)"

# The test can fail: a header that leans on another one is not accepted.
planted=$(mktemp --suffix=.h)
trap 'rm -f "$planted"' EXIT
echo 'enum wh_status wh_lean(struct wh_str text);' >"$planted"
if "$@" -x c -std=c17 "${warnings[@]}" "$planted" 2>"$planted.log"; then
    echo "a planted header that does not stand alone was accepted"
    exit 1
fi
rm -f "$planted.log"

public=(include/wardheat/*.h)
own=(src/*/*.h)
[ ${#public[@]} -ge 8 ] && [ ${#own[@]} -ge 60 ] || { echo "too few headers under $root"; exit 1; }

# Other people's programs include nothing but these, without our definitions.
"$@" -x c -std=c17 "${warnings[@]}" -Wstrict-prototypes -Iinclude "${public[@]}"
g++ -x c++ -std=c++17 "${warnings[@]}" -Iinclude "${public[@]}"
"$@" -x c -std=c17 "${warnings[@]}" -Wno-unused-function -D_GNU_SOURCE -DWH_FAULT_INJECTION=0 -Iinclude -Isrc \
    $(printf -- '%s\n' "${packages[@]}" | sed 's/^-I/-isystem/') "${own[@]}"
echo "${#public[@]} public headers stand alone as C17 and C++17, ${#own[@]} of src as C17"
