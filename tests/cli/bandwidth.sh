#!/usr/bin/env bash
# bandwidth.sh PROGRAM: a theme's bandwidth from its own past: chosen once, with its reason, and kept.
. "$(dirname "$0")/lib.sh"

# What the manifest says of a theme: "bandwidth_m" or "bandwidth_why".
says() { # THEME KEY
    node -e 'const m = JSON.parse(require("fs").readFileSync(process.argv[1])); console.log(m.parameters[process.argv[2] + "." + process.argv[3]])' \
        council/publish/current/manifest.json "$1" "$2"
}
night() { try run council/council.yaml --as-of "$1"; }
set_bandwidth() { sed -i "s/bandwidth_m: [a-z0-9:-]*/bandwidth_m: $1/" council/council.yaml; }

make_council council
set_bandwidth auto
cp council/crm.csv all.csv
head -n 16 all.csv >council/crm.csv
night 2026-11-03
case_ 'with too few requests to choose by' eval 'ended 0 && equals "$(says noise bandwidth_m)" 400.000'
case_ 'that is said' equals "$(says noise bandwidth_why)" 'until there are enough requests to choose by'

cp all.csv council/crm.csv
night 2026-11-04
chosen=$(says noise bandwidth_m)
case_ 'with enough of them they choose' eval 'ended 0 && equals "$(says noise bandwidth_why | sed "s/ is [0-9]* m, too [a-z ]*;/;/")" "what best foretells the next period; chosen on 2026-11-04"'
case_ 'within what a map of wards may have' awk "BEGIN { exit !($chosen >= 150 && $chosen <= 800) }"
case_ 'in two digits' equals "$(awk "BEGIN { print $chosen % 10 }")" 0

head -n 300 all.csv >council/crm.csv
night 2026-11-05
case_ 'other requests do not move the choice' eval 'ended 0 && equals "$(says noise bandwidth_m)" "$chosen"'
case_ 'and its day stays' eval 'says noise bandwidth_why | grep -q "chosen on 2026-11-04$"'

set_bandwidth auto:isj
night 2026-11-06
case_ 'another method is another choice' eval 'ended 0 && says noise bandwidth_why | grep -q "^least square error after Botev.*chosen on 2026-11-06$"'
set_bandwidth auto
night 2026-11-07
case_ 'and the first is still known' eval 'ended 0 && equals "$(says noise bandwidth_m)" "$chosen"'
set_bandwidth 300
night 2026-11-08
case_ 'a number in the config is taken as it is' eval 'ended 0 && equals "$(says noise bandwidth_m) $(says noise bandwidth_why)" "300.000 set in the config"'
set_bandwidth auto:best
night 2026-11-09
case_ 'a method that there is not is refused' eval 'ended 3 && said "auto: and a method as in auto:isj"'
finish
