#!/usr/bin/env bash
# usage: test-fixture.sh ROOT MAKE_BOROUGH WARDHEAT : the committed borough is what its generator makes, is small, and the
# generator's options work: other boroughs are readable too.
set -euo pipefail
root=$1 make_borough=$2 wardheat=$3
fixture=$root/fixtures/borough
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
    echo "$*"
    exit 1
}

# Byte for byte. The seed and the date stand in truth.json; two files are written by hand.
seed=$(sed -n 's/.*"seed": \([0-9]*\).*/\1/p' "$fixture/truth.json")
as_of=$(sed -n 's/.*"as_of": "\([0-9-]*\)".*/\1/p' "$fixture/truth.json")
wards=$(sed -n 's/.*"wards": \([0-9]*\),.*/\1/p' "$fixture/truth.json" | head -n 1)
"$make_borough" "$work/same" --wards "$wards" --seed "$seed" --as-of "$as_of" 2>"$work/log" || fail "$(cat "$work/log")"
diff -rq --exclude=council.yaml --exclude=.gitattributes "$fixture" "$work/same" ||
    fail "the committed borough is not what the generator makes (seed $seed)"
files=$(find "$work/same" -type f | wc -l)
[ "$files" -ge 20 ] || fail "only $files files made"

bytes=$(find "$root/fixtures" -path "$root/fixtures/bad" -prune -o -type f -printf '%s\n' | awk '{n += $1} END {print n}')
[ "$bytes" -lt $((6 * 1024 * 1024)) ] || fail "fixtures/ without bad/ has $bytes bytes, more than 6 MB"

# Another one: as small as can be, the same again from the same seed, another town from another seed.
small=(--wards 6 --requests 6000)
"$make_borough" "$work/a" "${small[@]}" --seed 7 2>/dev/null
"$make_borough" "$work/b" "${small[@]}" --seed 7 2>/dev/null
"$make_borough" "$work/c" "${small[@]}" --seed 8 2>/dev/null
diff -rq "$work/a" "$work/b" || fail "the same seed made two boroughs"
! cmp -s "$work/a/wards.geojson" "$work/c/wards.geojson" || fail "two seeds made one borough"
[ "$(grep -c '"ward_code"' "$work/a/wards.geojson")" = 6 ] || fail "--wards 6 did not make 6 wards"
rows=$(cat "$work"/a/crm/*.csv "$work"/a/web/*.csv "$work"/a/police/*/*.csv | wc -l)
[ "$rows" -gt 5400 ] && [ "$rows" -lt 6600 ] || fail "--requests 6000 made $rows rows"
cp "$fixture/council.yaml" "$work/a/"
"$wardheat" check "$work/a/council.yaml" >"$work/log" 2>&1 || fail "check refuses a small borough: $(cat "$work/log")"

# What is wrong on the command line is said, not guessed.
for wrong in "--wards 5" "--wards 6x" "--requests -1" "--as-of 2026-02-30" "--colour red" ""; do
    # shellcheck disable=SC2086
    status=0
    "$make_borough" ${wrong:+"$work/d"} $wrong >"$work/log" 2>&1 || status=$?
    [ "$status" = 2 ] || fail "make-borough $wrong: exit $status, expected 2: $(cat "$work/log")"
    [ ! -e "$work/d" ] || fail "make-borough $wrong left something behind"
done
echo "$files files as committed (seed $seed), $bytes bytes in fixtures/, a borough of 6 wards is accepted"
