#!/usr/bin/env bash
# run.sh PROGRAM PEAK FIRST LAST: bad inputs FIRST to LAST of RELIABILITY.md section 6, end to end.
#
# For each, a council that has published is given the bad input and run again. Then must hold:
#   - the exit code, and everything that was said, as in fixtures/bad/NN-name.err;
#   - refused: the release that stood, `current` and the state are as they were, byte for byte;
#   - accepted: every row is in the store or, with its place and reason, in the file of unreadable rows
#     (fixtures/bad/NN-name.unreadable.csv); the ledger balances; the earlier release is as it was.
# WARDHEAT_BAD_WRITE=1 writes what was said beside the input, for somebody to read and commit.
# WARDHEAT_BAD_HUGE_MB: size of the huge files (1024). The items are in items-*.sh; items.tsv lists each with its exit
# code and the start of what is said, and must agree.

# Shared with the items:
# shellcheck disable=SC2034,SC2154
set -uo pipefail

program=$(realpath "$1") peak=$(realpath "$2") first=$3 last=$4
here=$(cd "$(dirname "$0")" && pwd)
bad=$(realpath "$here/../../fixtures/bad")
huge_mb=${WARDHEAT_BAD_HUGE_MB:-1024}
work=$(mktemp -d "${TMPDIR:-/tmp}/wardheat-bad-XXXXXX")
trap 'rm -rf "$work"' EXIT
export LC_ALL=C
failures=0 skipped=0 name='' wrong='' code=0 done_names=''

# ---- what is looked at ----

complain() { wrong+=$'\n    '"$*"; }

same() { # WHAT WANTED FOUND
    [ "$2" = "$3" ] || complain "$1: wanted $2, found $3"
}

# Every published file but the two that may change, and where `current` leads.
published() {
    (cd publish && readlink current && find releases -type f -print0 | sort -z | xargs -0 sha256sum)
}

stored() { sqlite3 state/wardheat.db "$1"; }

manifest() { # JSON path in the manifest of the current release
    sqlite3 :memory: "select json_extract(readfile('publish/current/manifest.json'), '\$.$1')"
}

status() { # key
    sqlite3 :memory: "select json_extract(readfile('publish/status.json'), '\$.$1')"
}

# What was said, without the closing line of a good run, whose id and time vary.
said() { grep -v '^published 2026-11-04-' "$1" || true; }

expect_said() { # FILE: that of one program
    if [ -n "${WARDHEAT_BAD_WRITE:-}" ]; then
        said "$1" >"$bad/$name.err"
        [ -s "$bad/$name.err" ] || rm -f "$bad/$name.err"
    fi
    local wanted=/dev/null
    [ -f "$bad/$name.err" ] && wanted=$bad/$name.err
    said "$1" | cmp -s - "$wanted" ||
        complain "said: $(said "$1" | head -n 3); wanted: $(head -n 3 "$wanted")"
}

# ---- what is done ----

# A council that has published, with nothing wrong yet.
begin() { # NAME
    name=$1 wrong='' code=0
    rm -rf "$work/council"
    cp -a "$work/good" "$work/council"
    cd "$work/council" || exit 1
}

# The row of the table says the same: what is said, and the exit code.
expect_table() {
    local row wanted says
    row=$(awk -F '\t' -v name="$name" '$2 == name' "$here/items.tsv")
    IFS=$'\t' read -r _ _ wanted says _ <<<"$row"
    done_names+=" $name "
    [ -n "$row" ] || complain 'it has no row in items.tsv'
    same 'exit code in items.tsv' "$wanted" "$code"
    [ "$says" = - ] || grep -qF -- "wardheat: $says" run.err || complain "items.tsv wants said: $says"
}

finish() { # [figures to show]
    expect_table
    cd "$work" || exit 1
    if [ -n "$wrong" ]; then
        echo "FAILED  $name$wrong"
        failures=$((failures + 1))
    else
        echo "ok      $name${1:+ ($1)}"
    fi
}

skip() { # WHY: loudly
    done_names+=" $name "
    echo "SKIPPED $name: $1"
    skipped=$((skipped + 1))
}

take() { cp "$bad/$1" "${2:-requests.csv}"; }

change() { # SED SCRIPT: the config
    sed -i "$1" council.yaml
}

run() {
    timeout 120 "$program" run council.yaml --as-of 2026-11-04 2>run.err >run.out
}

check() { # exit code that it must have: it says the same as a run, and changes nothing
    timeout 120 "$program" check council.yaml 2>check.err >check.out
    same 'exit code of check' "$1" $?
    same 'check said' "$(tail -n 1 run.err)" "$(cat check.err)"
}

# The input is refused: nothing has changed but status.json and status.html, which say why.
refuse() { # EXIT-CODE [late]  late: only the whole file tells, `check` reads its start
    local before before_state got
    code=$1
    before=$(published) before_state=$(stored .dump)
    run
    got=$?
    same 'exit code' "$1" "$got"
    expect_said run.err
    [ -s run.out ] && complain "standard output: $(head -n 1 run.out)"
    [ "$before" = "$(published)" ] || complain 'the release that stood has changed'
    [ "$before_state" = "$(stored .dump)" ] || complain 'the state has changed'
    [ -z "$(ls publish/staging 2>/dev/null)" ] || complain 'something is left in publish/staging'
    if [ "$1" != 3 ]; then # with no config there is no status page either
        same 'status.json says' "$(tail -n 1 run.err)" "wardheat: $(status why_not)"
        same 'status.json gives as date' 2026-11-03 "$(status as_of)"
    fi
    [ "${2:-}" = late ] || check "$1"
}

# The input is taken, but for the rows that cannot be read.
accept() { # READ UNREADABLE STORED
    local before file=state/unreadable/2026-11-04/requests.csv wanted=$bad/$name.unreadable.csv
    before=$(published | tail -n +2)
    run
    same 'exit code' 0 $?
    expect_said run.err
    grep -q '^published 2026-11-04-' run.err || complain 'nothing was published'
    [ -z "$(comm -23 <(sort <<<"$before") <(published | tail -n +2 | sort))" ] ||
        complain 'a release that stood has changed'
    same 'rows read' "$1" "$(manifest 'sources[0].rows.read')"
    same 'rows unreadable' "$2" "$(manifest 'sources[0].rows.unreadable')"
    same 'requests stored' "$3" "$(stored 'select count(*) from seen where gone is null')"
    same 'requests placed or not' "$3" "$(stored 'select count(*) from place')"
    same 'ledger of rows' 0 "$(ledger '2 * read - new - updated - unchanged - duplicate - unreadable - read' rows)"
    same 'ledger of the state' 0 \
        "$(ledger 'requests - mapped - withheld_sensitive - withheld_default - outside - not_placed' state)"
    if [ "$2" = 0 ]; then
        [ ! -e "$file" ] || complain "there is a $file"
        return
    fi
    [ -n "${WARDHEAT_BAD_WRITE:-}" ] && cp "$file" "$wanted"
    cmp -s "$file" "$wanted" || complain "$file differs: $(diff -a "$file" "$wanted" | head -n 4)"
    same 'rows in the unreadable file' "$2" \
        "$(sqlite3 -csv :memory: ".import $file t" 'select count(*) from t' 2>&1)"
}

# A sum over one part of the source's ledger, its names being columns.
ledger() { # EXPRESSION PART
    sqlite3 :memory: "with j as (select json_extract(readfile('publish/current/manifest.json'),
        '\$.sources[0].$2') as o), t as (select
        o ->> 'read' as read, o ->> 'new' as new, o ->> 'updated' as updated,
        o ->> 'unchanged' as unchanged, o ->> 'duplicate' as duplicate,
        o ->> 'unreadable' as unreadable, o ->> 'requests' as requests, o ->> 'mapped' as mapped,
        o ->> 'withheld_sensitive' as withheld_sensitive,
        o ->> 'withheld_default' as withheld_default, o ->> 'outside' as outside,
        o ->> 'not_placed' as not_placed from j) select $1 from t"
}

placed() { # BY-COORDINATE BY-POSTCODE OUTSIDE NOT-PLACED
    same 'placed by coordinate' "$1" "$(manifest 'sources[0].placed.by_coordinate')"
    same 'placed by postcode' "$2" "$(manifest 'sources[0].placed.by_postcode')"
    same 'outside' "$3" "$(manifest 'sources[0].state.outside')"
    same 'not placed' "$4" "$(manifest 'sources[0].state.not_placed')"
}

# Nothing was opened but what the config names, and no socket made. FORBIDDEN: a pattern of names.
opens_nothing() { # FORBIDDEN
    if ! strace -o trace true 2>/dev/null; then
        skip 'strace is not installed, or may not trace: nobody has looked what is opened'
        return
    fi
    rm -f trace
    ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0 strace -f -qq -o trace \
        -e trace=open,openat,openat2,socket,connect,execve \
        "$program" run council.yaml --as-of 2026-11-04 >/dev/null 2>&1
    [ -s trace ] || complain 'strace has nothing to say'
    if grep -E 'socket\(|connect\(' trace | grep -qv AF_UNIX; then
        complain "a socket: $(grep -E 'socket\(|connect\(' trace | head -n 1)"
    fi
    grep -qE "$1" trace && complain "opened: $(grep -E "$1" trace | head -n 1)"
    grep -vE '"[^"]*(/(lib|usr|etc|proc|sys|dev)/|\.so)' trace | grep -oE 'openat\([^,]*, "[^"]*"' |
        grep -oE '"[^"]*"' | sort -u | grep -vE "$ordinary" >opened
    [ -s opened ] && complain "opened: $(tr '\n' ' ' <opened)"
}

prepare() {
    mkdir "$work/good"
    cp "$bad"/council.yaml "$bad"/wards.geojson "$bad"/postcodes.csv "$work/good/"
    cp "$bad/good.csv" "$work/good/requests.csv"
    cd "$work/good" || exit 1
    "$program" run council.yaml --as-of 2026-11-03 >good.log 2>&1 || {
        cat good.log
        echo "FAILED  the good input"
        exit 1
    }
}

for file in "$here"/items-*.sh; do
    # shellcheck disable=SC1090
    . "$file"
done
prepare
n_items=0
for ((i = first; i <= last; i++)); do
    item=$(printf 'item_%02d' "$i")
    declare -F "$item" >/dev/null || {
        echo "FAILED  there is no $item"
        failures=$((failures + 1))
        continue
    }
    n_items=$((n_items + 1))
    "$item"
done
# Whatever the table lists of these items was done.
while IFS=$'\t' read -r item listed _ _ held_by; do
    [ "$item" -ge "$first" ] && [ "$item" -le "$last" ] && [ "$held_by" = - ] && [[ "$done_names" != *" $listed "* ]] && {
        echo "FAILED  items.tsv lists $listed, which nobody has tried"
        failures=$((failures + 1))
    }
done < <(tail -n +2 "$here/items.tsv")
echo "$n_items items, $failures failed, $skipped skipped"
[ "$n_items" -gt 0 ] && [ "$failures" -eq 0 ]
