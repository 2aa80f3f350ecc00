#!/bin/sh
# check_release.sh MAKE_RELEASE BROWSER_DIR FOLDER files|dashboard: makes a release and lets the readers of tests/browser look at it. 77: skipped.
set -e
make=$1 browser=$2 folder=$3 what=$4
command -v node >/dev/null || { echo "SKIPPED: no node"; exit 77; }
[ -d "$browser/node_modules" ] || { echo "SKIPPED: npm ci has not run in tests/browser"; exit 77; }
rm -rf "$folder"
mkdir -p "$folder"
"$make" "$folder"
case $what in
files)
    node "$browser/check-files.mjs" "$folder/current/public"
    node "$browser/check-files.mjs" "$folder/current/officer"
    ;;
dashboard)
    [ -x "${CHROMIUM:-/usr/bin/chromium}" ] || { echo "SKIPPED: no chromium"; exit 77; }
    node "$browser/check-dashboard.mjs" "$folder/current/public"
    ;;
esac
