#!/usr/bin/env bash
# check.sh PROGRAM: `check` lists everything that is wrong in one go, says what a run would do, and changes nothing.
. "$(dirname "$0")/lib.sh"
make_council council
config=council/council.yaml
list() { sed 's/^/#   /' out; }

try check $config
case_ 'a council with nothing wrong is ok' ended 0
for line in 'ok: the config' 'ok: 4 wards' 'ok: gazetteer council/postcodes.csv: 4 rows of type postcode' 'ok: source crm: 1 file' \
    'a run would publish 2 themes for 4 wards to council/publish'; do
    case_ "check says: $line" printed "$line"
done
case_ 'nothing is wrong' eval '! grep -q ^wrong: out'

# Inputs of every kind that are not there, and an output folder that is a file.
sed -e 's/path: wards/path: no-wards/; s/path: postcodes/path: no-postcodes/; s/path: crm/path: no-crm/' \
    -e 's/^sources:/basemap: {roads: no-roads.geojson, water: no-water.geojson, places: no-places.csv}\n&/' \
    -e 's/to: publish/to: crm.csv/' $config >council/wrong.yaml
try check council/wrong.yaml
case_ 'what is wrong first gives the exit code and the sentence' refused 4 'no-wards.geojson: No such file or directory'
for file in no-wards.geojson no-postcodes.csv no-roads.geojson no-water.geojson no-places.csv no-crm.csv; do
    case_ "it lists $file" printed "wrong: council/$file: No such file or directory"
done
case_ 'and the folder that cannot be written' printed 'wrong: council/crm.csv: Not a directory'
case_ 'and how many they are' printed '7 things are wrong; nothing was changed'
case_ 'it does not say what a run would do' eval '! grep -q "a run would" out'

# Mistakes in the config itself.
sed -e 's/^crs:/cres:/; s/cell_m: 20/cell_m: 0/; s/hide_below: 5/hide_below: five/' $config >council/config.yaml
try check council/config.yaml
case_ 'mistakes in the config end with 3' ended 3
case_ 'an unknown key has its nearest known one' eval 'grep -qE "^wrong: council/config.yaml:2:1: .*cres.*\(did you mean crs\?\)" out || { list; false; }'
case_ 'all four are told: it misses crs as well' eval '[ "$(grep -c ^wrong: out)" = 4 ] || { list; false; }'

case_ 'nothing was made' equals "$(ls council)" "$(printf '%s\n' config.yaml council.yaml crm.csv postcodes.csv wards.geojson wrong.yaml)"
finish
