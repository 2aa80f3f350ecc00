#!/usr/bin/env bash
# window.sh PROGRAM: `window: auto`: a theme's period from its requests, chosen once and kept.
. "$(dirname "$0")/lib.sh"

# What the manifest says of a theme: "window_days" or "window_why".
says() { # THEME KEY
    node -e 'const m = JSON.parse(require("fs").readFileSync(process.argv[1])); console.log(m.parameters[process.argv[2] + "." + process.argv[3]])' \
        council/publish/current/manifest.json "$1" "$2"
}
days() { # THEME...
    local theme all=
    for theme; do all="$all $(says "$theme" window_days)"; done
    echo "${all# }"
}
night() { try run council/council.yaml --as-of "$1"; }

# A request of a category every so many days of the 800 before 3 November 2026, in each of so many of
# the four wards: category, days between, wards. No two share a place.
make_requests() {
    awk 'function part(x) { return x - int(x) }
        BEGIN { print "ref,created,type,pc,easting,northing" }
        { for (w = 0; w < $3; w++) for (d = 1 + w; d <= 800; d += $2) {
            n++
            printf "R%d,%s,%s,,%.2f,%.2f\n", n, strftime("%d/%m/%Y 12:00", 1793664000 - 86400 * d, 1), $1,
                354150 + 1000 * (w % 2) + 700 * part(n * 0.7548776662), 437150 - 1000 * int(w / 2) + 700 * part(n * 0.5698402910)
        } }' <<EOF
weekly 7 4
half 17 2
third 17 1
monthly 30 4
bimonthly 60 4
yearly 400 4
EOF
}
THEMES='weekly half third monthly bimonthly yearly'
make_council council
make_requests >all.csv
{
    sed '/^themes:/,$d' council/council.yaml
    echo 'themes:'
    for theme in $THEMES; do
        echo "  - {id: $theme, title: The $theme, where: {category: [$theme]}, window: auto}"
    done
    sed '1,/id: fly-tipping/d; s/tiles: {[^}]*}/tiles: false/; s/geojson: true/geojson: false/; s/cell_m: 20/cell_m: 50/' council/council.yaml
} >auto.yaml
cp auto.yaml council/council.yaml

# Records of the last 200 days: nothing longer than 180 days can be asked for.
awk -F'[,/ ]' 'NR == 1 || $4 $3 $2 >= "20260417"' all.csv >council/crm.csv
night 2026-11-03
case_ 'records that are too short leave the longest that they cover' eval 'ended 0 && equals "$(days $THEMES)" "90 90 180 180 180 180"'
case_ 'until there are more of them' equals "$(says bimonthly window_why)" 'the longest, but under half of the wards have 5 requests or more; until records cover more'
case_ 'enough requests settle it' equals "$(says monthly window_why)" 'at least half of the wards have 5 requests or more; chosen on 2026-11-03'

cp all.csv council/crm.csv
sed -i 's/dashboard: false/dashboard: true/' council/council.yaml
night 2026-11-04
case_ 'the shortest period in which half of the wards have numbers to show' eval 'ended 0 && equals "$(days $THEMES)" "90 90 730 180 365 730"'
case_ 'what was settled stays as it was, with its day' eval 'says monthly window_why | grep -q "chosen on 2026-11-03$"'
case_ 'two years are the most' equals "$(says yearly window_why)" 'the longest, but under half of the wards have 5 requests or more; chosen on 2026-11-04'
page=council/publish/current/public/index.html
case_ 'the page says why it is longer' grep -q 'Over 365 days, since in shorter periods too many wards have too few requests to show' "$page"
case_ 'and nothing where it is not' eval '! grep -q "Over 90 days" "$page"'
case_ 'its figures are of that period' eval 'grep -q "24 requests" "$page" && grep -q "4 November 2025 to 3 November 2026" "$page"'

try explain council/council.yaml --check
case_ 'explain --check comes to the same figures' ended 0
sed -i 's/dashboard: true/dashboard: false/' council/council.yaml

awk -F, 'NR == 1 || $3 == "weekly" || NR % 2' all.csv >council/crm.csv
night 2026-11-05
case_ 'other requests do not move the choice' eval 'ended 0 && equals "$(days $THEMES)" "90 90 730 180 365 730"'
sed -i 's/hide_below: 5/hide_below: 10/' council/council.yaml
cp all.csv council/crm.csv
night 2026-11-06
case_ 'another limit is another choice' eval 'ended 0 && equals "$(days $THEMES)" "90 180 730 365 730 730"'
finish
