#!/bin/sh
# check_release.sh MAKE_RELEASE BROWSER_DIR FOLDER: makes a release and lets the readers of tests/browser look at its files. 77: skipped.
set -e
make=$1 browser=$2 folder=$3
command -v node >/dev/null || { echo "SKIPPED: no node"; exit 77; }
[ -d "$browser/node_modules" ] || { echo "SKIPPED: npm ci has not run in tests/browser"; exit 77; }
rm -rf "$folder"
mkdir -p "$folder"
"$make" "$folder"
node "$browser/check-files.mjs" "$folder/current/public"
node "$browser/check-files.mjs" "$folder/current/officer"
