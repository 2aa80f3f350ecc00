# lib.sh: what the command line's tests share. Speaks TAP: a line a case, `ok N - sentence`.
# Sourced with PROGRAM as $1; the working folder is a new one, gone at the end.
set -uo pipefail
program=$(realpath "$1")
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/wardheat-cli-XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export LC_ALL=C
n_cases=0

# Runs the program; what it says is in ./out and ./err, how it ended in $rc.
try() {
    timeout 120 "$program" "$@" >out 2>err </dev/null
    rc=$?
}

# case SENTENCE COMMAND...: a case that holds when the command succeeds.
case_() {
    local sentence=$1
    shift
    n_cases=$((n_cases + 1))
    if "$@" >why 2>&1; then
        echo "ok $n_cases - $sentence"
    else
        echo "not ok $n_cases - $sentence"
        sed 's/^/#   /' why
        echo "#   exit code ${rc:-}; out: $(head -c 300 out 2>/dev/null | tr '\n' '|')"
        echo "#   err: $(head -c 1500 err 2>/dev/null | tr '\n' '|')"
    fi
}

# A case that is left out: loudly.
skip() { # SENTENCE WHY
    n_cases=$((n_cases + 1))
    echo "ok $n_cases - $1 # SKIP $2"
}

# Readers from npm (tests/browser), where `npm ci` has put them.
read_with() { node "$here/../browser/check-cli.mjs" "$@"; }
case_npm() {
    if [ -d "$here/../browser/node_modules/pmtiles" ]; then
        case_ "$@"
    else
        skip "$1" 'npm ci has not run in tests/browser'
    fi
}

finish() { echo "1..$n_cases"; }

# ---- what a case may ask ----

ended() { [ "$rc" = "$1" ] || { echo "wanted exit code $1, got $rc"; false; }; }
said() { grep -qF -- "$1" err || { echo "standard error has no: $1"; false; }; }
printed() { grep -qF -- "$1" out || { echo "standard output has no: $1"; false; }; }
is_quiet() { [ ! -s err ] || { echo 'something was said'; false; }; }
one_line() { [ "$(wc -l <"$1")" = 1 ] || { echo "$1 is not one line"; false; }; }
is_there() { [ -s "$1" ] || { echo "$1 is not there"; false; }; }
is_absent() { [ ! -e "$1" ] || { echo "$1 is there"; false; }; }
equals() { [ "$1" = "$2" ] || { echo "wanted $2, got $1"; false; }; }
# refused CODE SENTENCE: with this exit code, and one line that has the sentence
refused() { ended "$1" && one_line err && said "$2"; }
# near GOT WANTED RELATIVE-TOLERANCE
near() { awk -v a="$1" -v b="$2" -v t="$3" 'BEGIN { d = a - b; if (d < 0) d = -d; s = b < 0 ? -b : b
    if (!(d <= t * (s > 0 ? s : 1))) { printf "wanted %.15g, got %.15g\n", b, a; exit 1 } }'; }

# ---- inputs ----

# Four square wards of 1 km round (355000, 437000) in EPSG:27700, as a GeoJSON that says so.
make_wards() { # FILE
    awk 'BEGIN {
        printf "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":{\"name\":\"urn:ogc:def:crs:EPSG::27700\"}},\"features\":["
        split("North West,North East,South West,South East", name, ",")
        for (i = 0; i < 4; i++) {
            x = 354000 + 1000 * (i % 2); y = 437000 - 1000 * int(i / 2)
            printf "%s{\"type\":\"Feature\",\"properties\":{\"ward_code\":\"W%d\",\"ward_name\":\"%s\",\"population\":%d},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[%d,%d],[%d,%d],[%d,%d],[%d,%d],[%d,%d]]]}}",
                i ? "," : "", i + 1, name[i + 1], 1000 * (i + 1), x, y, x + 1000, y, x + 1000, y + 1000, x, y + 1000, x, y
        }
        print "]}"
    }' >"$1"
}

# N points, the same on every machine, all over the wards; and M close round (354500, 437500), in North West.
make_points() { # FILE N M
    awk -v n="$2" -v m="$3" 'function draw() { s = (s * 16807) % 2147483647; return s / 2147483647 }
    BEGIN {
        s = 20261103
        print "id,easting,northing,weight"
        for (i = 1; i <= n; i++) printf "P%d,%.1f,%.1f,%d\n", i, 354000.5 + 1999 * draw(), 436000.5 + 1999 * draw(), 1 + i % 3
        for (i = 1; i <= m; i++) printf "H%d,%.1f,%.1f,1\n", i, 354500 + 120 * (draw() - 0.5), 437500 + 120 * (draw() - 0.5)
    }' >"$1"
}

# Postcodes at the middle of each ward: NM1 1AA to NM4 1AA.
make_postcodes() { # FILE
    printf 'postcode,easting,northing\nNM1 1AA,354500,437500\nNM2 1AA,355500,437500\nNM3 1AA,354500,436500\nNM4 1AA,355500,436500\n' >"$1"
}

# A small council: config, wards, postcodes, 180 days of requests of two categories. Not run yet.
make_council() { # FOLDER
    mkdir -p "$1"
    make_wards "$1/wards.geojson"
    make_postcodes "$1/postcodes.csv"
    make_points points.tmp 300 60
    awk -F, 'NR == 1 { print "ref,created,type,pc,easting,northing"; next }
        { d = (NR * 7) % 180; printf "R%d,%s,%s,,%s,%s\n", NR, strftime("%d/%m/%Y 12:00", 1777550400 + 86400 * d, 1), NR % 2 ? "Noise" : "Fly tipping", $2, $3 }' \
        points.tmp >"$1/crm.csv"
    cat >"$1/council.yaml" <<YAML
title: Small Council
crs: EPSG:27700
datum: coarse
timezone: Europe/London
state: state/
publish: {to: publish/, public_every: run, keep_releases: 3}
wards: {path: wards.geojson, code: ward_code, name: ward_name, population: population}
gazetteers:
  - {type: postcode, path: postcodes.csv}
sources:
  - id: crm
    path: crm.csv
    crs: EPSG:27700
    date_format: "%d/%m/%Y %H:%M"
    required: true
    fields: {reference: ref, opened: created, category: type, postcode: pc, x: easting, y: northing}
    attribution: Small Council
themes:
  - {id: noise, title: Noise, where: {category: [noise]}, window: 90d}
  - {id: fly-tipping, title: Fly-tipping, where: {category: [fly tipping]}, window: 90d}
density: {kernel: quartic, bandwidth_m: 300, cell_m: 20, edge: diggle}
hotspots: {share: 0.2, at_least: 10}
privacy: {hide_below: 5}
quality: {min_placed: 0.5, max_unreadable: 0.05}
outputs: {tiles: {zoom: [11, 13], format: pmtiles}, print: false, geojson: true, dashboard: false}
YAML
}
run_council() { # FOLDER
    try run "$1/council.yaml" --as-of 2026-11-03
    [ "$rc" = 0 ] || { echo "Bail out! the small council does not run: $(cat err)"; exit 1; }
}
