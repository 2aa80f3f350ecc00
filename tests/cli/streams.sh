#!/usr/bin/env bash
# streams.sh PROGRAM: data to standard output, messages to standard error, and what happens when either cannot be written;
# and the exit codes of a run.
. "$(dirname "$0")/lib.sh"
make_council council
config=council/council.yaml

try check $config
case_ 'check prints its list to standard output' eval 'ended 0 && is_there out'
case_ 'check has nothing to say beside it' is_quiet

case_ 'check changes nothing' eval 'is_absent council/state && is_absent council/publish'

timeout 60 "$program" check $config >/dev/full 2>err
rc=$?
case_ 'a full standard output ends with 5' refused 5 'standard output could not be written'
timeout 60 "$program" check $config >&- 2>err
rc=$?
case_ 'a closed standard output ends with 5' refused 5 'standard output could not be written'
timeout 60 "$program" --help >/dev/full 2>err
rc=$?
case_ 'a help that cannot be written ends with 5' ended 5
timeout 60 "$program" --version >&- 2>err
rc=$?
case_ 'a version that cannot be written ends with 5' ended 5

make_points points.csv 20 0
timeout 60 "$program" density points.csv closed.tif --bandwidth 300 --cell 50 --crs EPSG:27700 >&- 2>&- <&-
rc=$?
try density points.csv open.tif --bandwidth 300 --cell 50 --crs EPSG:27700
case_ 'with every stream closed a file is as it should be' cmp closed.tif open.tif
case_ 'and what could not be said does not fail it' ended 0
case_ 'a result is told on standard error' said 'open.tif: 20 points'
case_ 'and nothing is on standard output' eval '[ ! -s out ]'
try density points.csv open.tif --bandwidth 300 --cell 50 --crs EPSG:27700 --quiet
case_ '--quiet says nothing when all is well' is_quiet
try density nothing.csv open.tif --bandwidth 300 --cell 50 --crs EPSG:27700 --quiet
case_ '--quiet still says what is wrong' refused 4 'nothing.csv: No such file'
try density nothing.csv open.tif --bandwidth 300 --cell 50 --crs EPSG:27700 --log-json
case_ '--log-json says it as a JSON object' eval 'ended 4 && node -e "const m = JSON.parse(require(\"fs\").readFileSync(\"err\")); process.exit(m.level === \"error\" && m.message.includes(\"nothing.csv\") ? 0 : 1)"'
try density points.csv one.tif --bandwidth 300 --cell 5 --crs EPSG:27700 --jobs 1
try density points.csv two.tif --bandwidth 300 --cell 5 --crs EPSG:27700 --jobs 2
case_ '--jobs never changes a result' cmp one.tif two.tif
try density points.csv big.tif --bandwidth 300 --cell 0.5 --crs EPSG:27700 --memory-limit 16
case_ '--memory-limit ends with 7 and says the limit' refused 7 'the limit is 16 MiB'
case_ 'and leaves no file behind' is_absent big.tif

try run $config --as-of 2026-11-03
case_ 'run ends with one line' eval 'ended 0 && tail -n 1 err | grep -qE "^published 2026-11-03-[0-9a-f]{8}: 360 read, 100.0 % placed, gates ok, [0-9]+ s$"'
try run $config --as-of 2026-11-03 --quiet
case_ 'run --quiet says nothing when nothing is new' eval 'ended 0 && is_quiet'
try run $config --as-of 2026-11-03 --log-json
case_ 'run --log-json closes with a JSON object' eval 'tail -n 1 err | grep -qF "{\"level\":\"info\",\"message\":\"nothing new to publish: 2026-11-03-"'
cp -r council later
try run later/council.yaml --as-of 2999-01-01
late=$(readlink later/publish/current)
try run later/council.yaml
case_ 'a clock that runs behind the release that stands is held back' refused 8 'the release that stands is of 1 January 2999'
case_ 'and the release stands' equals "$(readlink later/publish/current)" "$late"
try run later/council.yaml --as-of 2026-11-04
case_ 'a date that is given is meant' ended 0
try run nothing.yaml
case_ 'a config that is not there is an input that cannot be read, or a wrong config' eval '[ $rc = 4 ] || [ $rc = 3 ]'
sed 's/\[fly tipping\]/[flytiping, tipping fly]/' $config >council/slip.yaml
try run council/slip.yaml --as-of 2026-11-03
case_ 'a theme whose words no request has is told, with what was meant' eval \
    'ended 0 && said "theme fly-tipping takes no request: none has the category \"flytiping\" (did you mean Fly tipping?)"'
try run $config --as-of 2026-11-03
sed 's/^crs:/cres:/' $config >council/bad.yaml
try run council/bad.yaml
case_ 'a wrong config ends with 3' ended 3
sed 's/min_placed: 0.5/min_placed: 0.9/' $config >council/gate.yaml
printf 'ref,created,type,pc,easting,northing\nR1,01/10/2026 12:00,Noise,,354500,437500\nR2,01/10/2026 12:00,Noise,NM9 9ZZ,,\n' >council/crm.csv
before=$(readlink council/publish/current)
try run council/gate.yaml --as-of 2026-11-03
case_ 'a run that is held back ends with 8' ended 8
case_ 'and the last release stands' equals "$(readlink council/publish/current)" "$before"
finish
