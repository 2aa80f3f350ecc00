#!/usr/bin/env bash
# hotspots.sh PROGRAM: a planted hot spot is found where it is; every area has its figures; the files are what QGIS and validators expect.
. "$(dirname "$0")/lib.sh"
make_wards wards.geojson
make_points points.csv 300 60 # 60 of them within 60 m of (354500, 437500), in ward W1
ask() { node -e "
    const fs = require('fs'), read = (f) => JSON.parse(fs.readFileSync(f));
    const spots = fs.existsSync('hot.geojson') ? read('hot.geojson').features : [];
    const areas = fs.existsSync('hot-areas.geojson') ? read('hot-areas.geojson').features : [];
    const it = $1; console.log(typeof it === 'string' ? it : JSON.stringify(it));"; }
yes() { equals "$(ask "$1")" true; }
area() { awk -F, -v code="$1" '$3 == code { print $7 }' out; }

try hotspots points.csv hot.geojson --areas wards.geojson --crs EPSG:27700 --bandwidth 150 --title 'Fly-tipping'
case_ 'hot spots are found' ended 0
case_ 'the planted one is the first, and has its points' yes 'spots[0].properties.rank === 1 && spots[0].properties.count >= 55 && spots[0].properties.count <= 80'
# 354500, 437500 is -2.6928 E, 53.8317 N; its outline is within one bandwidth of it.
case_ 'it lies where it was planted' yes '(() => { const p = spots[0].geometry.coordinates[0][0], n = p.length - 1;
    const lon = p.slice(0, n).reduce((s, c) => s + c[0], 0) / n, lat = p.slice(0, n).reduce((s, c) => s + c[1], 0) / n;
    const [e, m] = ['"$(echo '354500 437500' | gdaltransform -s_srs EPSG:27700 -t_srs EPSG:4326 -output_xy | tr ' ' ,)"'];
    return Math.hypot((lon - e) * 65800, (lat - m) * 111300) < 150; })()'
case_ 'it is in its ward' yes 'spots[0].properties.wards.startsWith("North West")'
case_ 'without dates its trend is not known' yes 'spots[0].properties.trend === "unknown" && spots[0].properties.previous === null'
case_ 'nor its period' yes 'spots.every((f) => f.properties.period_from === null && f.properties.period_to === null)'
case_ 'ranks follow counts' yes 'spots.every((f, i) => f.properties.rank === i + 1 && (i === 0 || f.properties.count <= spots[i - 1].properties.count))'
case_ 'rings are closed, and wound as RFC 7946 says' yes 'spots.every((f) => f.geometry.coordinates.every((p) => p.every((r, i) => {
    const same = r[0].join() === r[r.length - 1].join();
    let a = 0; for (let j = 1; j < r.length; j++) a += r[j - 1][0] * r[j][1] - r[j][0] * r[j - 1][1];
    return same && (i === 0 ? a > 0 : a < 0); })))'
case_ 'the title is in the file' yes 'spots[0].properties.theme_title === "Fly-tipping" && spots[0].id.startsWith("fly-tipping-e3545-n4375")'
case_ 'GDAL reads it in WGS 84' eval 'ogrinfo -so -al hot.geojson | grep -q "GEOGCRS\[\"WGS 84\""'
case_npm 'an independent reader finds it valid by RFC 7946' read_with geojson hot.geojson
case_npm 'and the areas' read_with geojson hot-areas.geojson
case_ 'it has a QGIS style beside it' eval 'grep -q "attr=\"trend\"" hot.qml && grep -q "</qgis>" hot.qml'
case_ 'so have the areas' eval 'grep -q "fly_tipping_per_km2" hot-areas.qml'
case_ 'every area has its count' yes 'areas.length === 4 && areas.reduce((s, f) => s + f.properties.fly_tipping_count, 0) === 360'
case_ 'which awk counts too' eval 'for w in "W1 354000 437000" "W2 355000 437000" "W3 354000 436000" "W4 355000 436000"; do set -- $w
    equals "$(area $1)" "$(awk -F, -v x=$2 -v y=$3 "NR > 1 && \$2 >= x && \$2 < x + 1000 && \$3 >= y && \$3 < y + 1000" points.csv | wc -l)" || exit 1; done'
case_ 'the table has rates per km2 and per 1,000 residents' eval 'awk -F, "NR == 1 { print \$NF }" out | tr -d "\r" | grep -qx per_1000 && near "$(awk -F, "/,W2,/ { print \$(NF - 1) }" out)" "$(area W2)" 0.005 && near "$(awk -F, "/,W2,/ { print \$NF }" out | tr -d "\r")" "$(awk -v n="$(area W2)" "BEGIN { print n / 2 }")" 0.01'
cp out first.csv
try hotspots points.csv hot2.geojson --areas wards.geojson --crs EPSG:27700 --bandwidth 150 --title 'Fly-tipping' --jobs 1
case_ 'one thread gives the same bytes' eval 'cmp hot.geojson hot2.geojson && cmp hot-areas.geojson hot2-areas.geojson && cmp out first.csv'
try hotspots points.csv auto.geojson --areas wards.geojson --crs EPSG:27700
case_ 'without a bandwidth the points choose, and that is said' said "(least square error after Botev)"
case_ 'without a title the file gives one' eval 'grep -q "\"theme_title\":\"points\"" auto.geojson'
cat >streets.geojson <<'J'
{"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::27700"}},"features":[
{"type":"Feature","properties":{"name":"Mill Lane"},"geometry":{"type":"LineString","coordinates":[[354300,437500],[354700,437500]]}},
{"type":"Feature","properties":{"name":"Far Road"},"geometry":{"type":"LineString","coordinates":[[355900,436100],[355950,436100]]}}]}
J
try hotspots points.csv hot.geojson --areas wards.geojson --crs EPSG:27700 --bandwidth 150 --streets streets.geojson
case_ 'streets give it a name' yes 'spots[0].properties.name === "around Mill Lane"'
try hotspots points.csv hot.geojson --areas wards.geojson --crs EPSG:27700 --bandwidth 150 --at-least 1000
case_ 'where none is large enough, none is there, and the areas still are' yes 'spots.length === 0 && areas.length === 4'
printf 'P,1,1,1\n' | cat points.csv - >outside.csv
try hotspots outside.csv o.geojson --areas wards.geojson --crs EPSG:27700
case_ 'a point outside does not count, and that is said' eval 'ended 0 && said "outside wards.geojson, and not counted: 1 point"'
case_ 'no folder is left in $TMPDIR' eval 'mkdir tmp && TMPDIR=$PWD/tmp try hotspots points.csv t.geojson --areas wards.geojson --crs EPSG:27700 && ended 0 && [ -z "$(ls tmp)" ]'

# Against addresses: evenly spread ones leave the planted spot unexplained, ones that stand where it is explain it.
awk 'BEGIN { print "e,n,flats"; for (i = 0; i < 1600; i++) print 354000 + 50 * (i % 40) + 25 "," 436000 + 50 * int(i / 40) + 25 ",1" }' >even.csv
{ cat even.csv; awk 'BEGIN { for (i = 0; i < 320; i++) print 354440 + 7.5 * (i % 16) "," 437440 + 6 * int(i / 16) ",1" }'; } >estate.csv
risk='--areas wards.geojson --crs EPSG:27700 --bandwidth 150 --base-x e --base-y n'
try hotspots points.csv hot.geojson $risk --relative-to even.csv
case_ 'against addresses the planted spot is one, and only it' eval 'ended 0 && yes "spots.length === 1 && spots[0].properties.count >= 55 && spots[0].id.includes(\"-e3545-n4375\")"'
case_ 'with what is expected, how many times, and how sure' yes 'spots[0].properties.expected > 0 && Math.abs(spots[0].properties.ratio - spots[0].properties.count / spots[0].properties.expected) < 0.2 && spots[0].properties.ratio_low < spots[0].properties.ratio && spots[0].properties.q <= 0.05'
case_ 'in words' yes 'spots[0].properties.sentence.includes("(a typical area with as many addresses would have ")'
cp hot.geojson by-even.geojson
try hotspots points.csv hot.geojson $risk --relative-to even.csv --jobs 1
case_ 'the same bytes with one thread' cmp hot.geojson by-even.geojson
try hotspots points.csv hot.geojson $risk --relative-to estate.csv
case_ 'where as many live there it is none' eval 'ended 0 && yes "spots.length === 0 && areas.length === 4"'
awk -F, 'NR == 1 { print; next } { d = ($1 - 354500) ^ 2 + ($2 - 437500) ^ 2; print $1 "," $2 "," (d < 4900 ? 80 : 1) }' even.csv >weighted.csv
try hotspots points.csv hot.geojson $risk --relative-to weighted.csv --base-weight flats
case_ 'weights count' yes 'spots.length === 0'
try hotspots points.csv hot.geojson $risk --relative-to area
case_ 'land can be the base' eval 'ended 0 && yes "spots.length === 1 && spots[0].properties.sentence.includes(\"a typical area of this size\")"'
try hotspots points.csv hot.geojson $risk --relative-to population
case_ 'so can residents' eval 'ended 0 && yes "spots[0].properties.sentence.includes(\"with as many residents\")"'
try hotspots points.csv hot.geojson $risk --relative-to even.csv --ratio 50
case_ 'a ratio can be asked for' yes 'spots.length === 0'
try hotspots points.csv hot.geojson $risk --relative-to even.csv --method densest
case_ 'the densest places can still be had' yes 'spots.length >= 1 && spots[0].properties.expected === null && spots[0].properties.q === null'
try hotspots points.csv x.geojson $risk --method relative-risk
case_ 'relative to what must be said' refused 2 'needs --relative-to'
try hotspots points.csv x.geojson $risk --method magic
case_ 'a method that is none is refused' refused 2 'near-repeats, predict; not magic'
printf 'e,n\n100000,100000\n' >far.csv
try hotspots points.csv x.geojson $risk --relative-to far.csv
case_ 'addresses elsewhere are told' refused 4 'none of it lies in the areas'

# The 60 of W1 in the last 90 days, 50 more of W4 in the 90 before, the 300 evenly in both.
awk -F, 'NR == 1 { print "easting,northing,seen"; next }
    { d = $1 ~ /^H/ ? 100 + NR % 80 : (NR * 7) % 180; print $2 "," $3 "," strftime("%d/%m/%Y", 1777550400 + 86400 * d, 1)
      if ($1 ~ /^H/ && ++n <= 50) print $2 + 1000 "," $3 - 1000 "," strftime("%d/%m/%Y", 1777550400 + 86400 * (n + 20), 1) }' points.csv >dated.csv
dates='--opened seen --date-format %d/%m/%Y --window 90 --as-of 2026-10-27'
try hotspots dated.csv hot.geojson --areas wards.geojson --crs EPSG:27700 --bandwidth 150 $dates
case_ 'with dates a window is compared with the one before' eval 'ended 0 && yes "spots[0].properties.period_from === \"2026-07-29\" && spots[0].properties.period_to === \"2026-10-26\" && spots[0].properties.previous !== null"'
case_ 'what is new is new or growing' yes '["new", "growing"].includes(spots[0].properties.trend) && spots[0].properties.wards.startsWith("North West")'
case_ 'what has gone is gone, where it was' yes 'spots.some((f) => f.properties.trend === "gone" && f.properties.wards.startsWith("South East") && f.properties.previous >= 45)'
case_ 'every area has its count of both windows' yes 'areas.reduce((s, f) => s + f.properties.dated_count, 0) === '"$(awk -F, 'NR > 1 { split($3, d, "/"); k = d[3] d[2] d[1]; n += k >= 20260729 && k < 20261027 } END { print n }' dated.csv)"' && areas.reduce((s, f) => s + f.properties.dated_previous, 0) === '"$(awk -F, 'NR > 1 { split($3, d, "/"); k = d[3] d[2] d[1]; n += k >= 20260430 && k < 20260729 } END { print n }' dated.csv)"
cp hot.geojson by-csv.geojson
ogr2ogr -q -f GPKG dated.gpkg dated.csv -oo X_POSSIBLE_NAMES=easting -oo Y_POSSIBLE_NAMES=northing -a_srs EPSG:27700
try hotspots dated.gpkg hot.geojson --areas wards.geojson --bandwidth 150 $dates
case_ 'a vector file gives the same' cmp hot.geojson by-csv.geojson
try hotspots dated.csv hot.geojson --areas wards.geojson --crs EPSG:27700 --bandwidth 150 --opened seen --date-format %d/%m/%Y --window 170
case_ 'where the points do not go back far enough no change is stated' eval 'ended 0 && yes "spots[0].properties.trend === \"unknown\" && spots[0].properties.change === null"'
try hotspots dated.csv x.geojson --areas wards.geojson --crs EPSG:27700 --opened seen
case_ 'dates of another form are rows that cannot be read' refused 4 'field 3 (seen): not a date in the form 2026-11-03'
try hotspots dated.csv x.geojson --areas wards.geojson --crs EPSG:27700 $dates --as-of 2020-01-01
case_ 'a window without points is told' refused 4 'no points of 3 October to 31 December 2019'
try hotspots dated.csv x.geojson --areas wards.geojson --crs EPSG:27700 --window 30
case_ 'a window without dates is a usage error' refused 2 'need --opened'
try hotspots dated.csv x.geojson --areas wards.geojson --crs EPSG:27700 --opened seen --date-format when
case_ 'a form of dates that is none is a usage error' refused 2 '--date-format: expected one as in %d/%m/%Y'
case_ 'nothing was written for what was refused' is_absent x.geojson

# Methods of their own: what each says of the planted spot.
own='--areas wards.geojson --crs EPSG:27700 --bandwidth 150'
try hotspots points.csv hot.geojson $own --method gi-star
case_ 'Gi* is hot where the spot is, and squares cover the areas' eval 'ended 0 && yes "spots.length > 600 && spots.filter((f) => f.properties.bin === 3).length >= 4 && spots.filter((f) => f.properties.bin === 3).length < 60 && spots.reduce((s, f) => s + f.properties.count, 0) === 360"'
try hotspots points.csv hot.geojson $own --method gi-star --cells hexagons
case_ 'on hexagons too' yes 'spots[0].geometry.coordinates[0][0].length === 7 && spots.filter((f) => f.properties.bin === 3).length >= 4'
try hotspots points.csv hot.geojson $own --method gi-star --cells areas
case_ 'and on the areas' yes 'spots.length === 4 && spots[0].properties.code === "W1" && spots[0].properties.count > 100'
case_npm 'an independent reader finds it valid by RFC 7946' read_with geojson hot.geojson
try hotspots points.csv hot.geojson $own --method moran
case_ 'Moran has a row an area, and one for all' eval 'ended 0 && yes "spots.length === 4 && spots.every((f) => f.properties.empirical_bayes_per_1000 > 0)" && grep -q "^moran,expected,z,p" out'
try hotspots points.csv global.csv $own --method global
case_ 'one number each says whether areas with many lie together; four that all meet cannot' eval 'ended 0 && [ "$(cut -d, -f1 global.csv | tr "\n" " ")" = "statistic moran_i geary_c getis_ord_g " ] && grep -q "^moran_i,-0.333333,-0.333333," global.csv && grep -q "^getis_ord_g,1,1," global.csv'
try hotspots points.csv hot.geojson $own --method clusters
case_ 'clusters hold the planted points' yes 'spots.filter((f) => f.properties.cluster === 1).length >= 55'
try hotspots points.csv hot.geojson $own --method hdbscan
case_ 'knots of any width hold them too, each with its strength' yes 'spots.filter((f) => f.properties.cluster === 1).length >= 45 && spots.every((f) => f.properties.strength >= 0 && f.properties.strength <= 1)'
try hotspots points.csv hot.geojson $own --method scan --relative-to even.csv --base-x e --base-y n
case_ 'the scan ranks it first' yes 'spots[0].properties.rank === 1 && spots[0].properties.p <= 0.05 && spots[0].properties.cases >= 50'
try hotspots points.csv x.geojson $own --method scan
case_ 'which needs something to compare with' refused 2 'scan needs --relative-to'
try hotspots dated.csv hot.geojson $own $dates --method emerging
case_ 'emerging classes name what is new' yes 'spots.some((f) => /new|consecutive|sporadic/.test(f.properties.class)) && spots.every((f) => f.properties.words.length > 0)'
try hotspots dated.csv hot.geojson $own $dates --method new-scan
case_ 'the scan of the last periods names the area where it is new' yes 'spots.length >= 1 && spots[0].properties.name === "North West" && spots[0].properties.p <= 0.05 && spots[0].properties.cases > spots[0].properties.expected'
try hotspots points.csv x.geojson $own --method new-scan
case_ 'what is new needs dates' refused 2 'new-scan needs --opened'
try hotspots dated.csv knox.csv $own $dates --method near-repeats
case_ 'near repeats are a table of bands' eval 'ended 0 && [ "$(wc -l <knox.csv)" = 17 ] && head -1 knox.csv | grep -q "^up_to_m,up_to_days,pairs,expected,ratio,p$"'
try hotspots dated.csv predict.csv $own $dates --method predict
case_ 'forecasts are judged against counting, in words' eval 'ended 0 && grep -q "^counts of the window before,,75,.*" predict.csv && [ "$(grep -c ^sensitivity predict.csv)" = 5 ] && grep -q "foretold this window" out'
try hotspots points.csv x.csv $own --method predict
case_ 'the past needs dates' refused 2 'predict needs --opened'
try hotspots dated.csv x.geojson $own $dates --method predict
case_ 'and a table ends in .csv' refused 2 'ends in .csv'
try hotspots points.csv x.geojson $own --method gi-star --cells stars
case_ 'cells of another form are refused' refused 2 'expected squares, hexagons or areas'
printf 'id,easting,northing\nA,354500,437500\n' >one.csv
for m in gi-star moran clusters hdbscan densest; do
    try hotspots one.csv one.geojson $own --method $m
    case_ "one point is enough for $m to say nothing" eval 'ended 0 && [ -s one.geojson ]'
done
awk 'BEGIN { print "id,easting,northing,seen"; for (i = 0; i < 40; i++) print "S" i ",354500,437500,2026-0" 1 + i % 9 "-01" }' >same.csv
for m in gi-star moran clusters hdbscan densest emerging new-scan; do
    try hotspots same.csv same.geojson $own --opened seen --method $m
    case_ "points all on one spot are no trouble for $m" eval 'ended 0 && [ -s same.geojson ]'
done

try hotspots points.csv hot.geojson --crs EPSG:27700
case_ 'areas are needed' refused 2 '--areas is needed'
try hotspots points.csv hot.json --areas wards.geojson --crs EPSG:27700
case_ 'the output is a .geojson' refused 2 'ends in .geojson'
try hotspots points.csv hot.geojson --areas wards.geojson --crs EPSG:27700 --code nothing
case_ 'an attribute that there is not is named, with those that are' eval 'ended 4 && said "no attribute \"nothing\"; found: ward_code, ward_name, population"'
try hotspots points.csv hot.geojson --areas nothing.gpkg --crs EPSG:27700
case_ 'areas that are not there cannot be read' refused 4 'nothing.gpkg'
try hotspots points.csv hot.geojson --areas wards.geojson --crs EPSG:27700 --share 2
case_ 'a share above 1 is refused' refused 2 '--share: expected a share from 0.001 to 0.999, not 2'
try hotspots points.csv nowhere/hot.geojson --areas wards.geojson --crs EPSG:27700
case_ 'an output folder that is not there ends with 5' ended 5
timeout 60 "$program" hotspots points.csv full.geojson --areas wards.geojson --crs EPSG:27700 >/dev/full 2>err
rc=$?
case_ 'a table that cannot be printed ends with 5' ended 5
finish
