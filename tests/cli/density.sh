#!/usr/bin/env bash
# density.sh PROGRAM: one density surface, against what can be worked out by hand.
. "$(dirname "$0")/lib.sh"
crs='--crs EPSG:27700'

# Every cell as "x y value", in full precision (GDAL's text formats round to floats).
cells() {
    gdal_translate -q -of ENVI "$1" "$1.raw"
    gdalinfo "$1" | sed -n 's/[(),]/ /g; s/^Size is/S/p; s/^Origin =/O/p; s/^Pixel Size =/P/p' >"$1.place"
    od -An -v -t f8 -w8 "$1.raw" | awk -v place="$1.place" 'BEGIN {
            while ((getline line < place) > 0) {
                split(line, f, " ")
                if (f[1] == "S") nx = f[2]
                if (f[1] == "O") { x0 = f[2]; y0 = f[3] }
                if (f[1] == "P") cell = f[2]
            }
        }
        { i = NR - 1; print x0 + (i % nx + 0.5) * cell, y0 - (int(i / nx) + 0.5) * cell, $1 }' CONVFMT=%.10g OFMT=%.10g
}
mass() { cells "$1" | awk -v cell="$2" '$3 == $3 + 0 && $3 !~ /nan/ { s += $3 } END { printf "%.12g", s * cell * cell / 1e6 }'; }
peak() { cells "$1" | awk '$3 !~ /nan/ && $3 + 0 > m { m = $3 + 0; at = $1 " " $2 } END { printf "%.15g %s", m, at }'; }
tag() { gdalinfo "$1" | grep -qF -- "$2" || { gdalinfo "$1"; false; }; }
# The value of the cell at a place.
value() { cells "$1" | awk -v x="$2" -v y="$3" '($1 - x)^2 + ($2 - y)^2 < 1 { print $3 }'; }
tags() { # FILE TAG...
    local file=$1 what
    shift
    for what in "$@"; do tag "$file" "$what" || return 1; done
}
size() { gdalinfo "$1" | sed -n 's/^Size is //p'; }

printf 'easting,northing\n354010,436010\n' >one.csv
try density one.csv one.tif --bandwidth 400 --cell 20 $crs
case_ 'one point makes a surface' ended 0
read -r top x y < <(peak one.tif)
case_ 'whose peak is 3 / (pi h^2), at the point' eval 'near $top 5.968310365946075 1e-12 && equals "$x $y" "354010 436010"'
case_ 'and whose mass is 1' near "$(mass one.tif 20)" 1 2e-4
case_ 'and that is 0 from the bandwidth on' eval "cells one.tif | awk '{ d = sqrt((\$1 - 354010)^2 + (\$2 - 436010)^2); if (d >= 400 && \$3 != 0) exit 1 }'"
case_ 'it says its CRS' tag one.tif 'ID["EPSG",27700]'
case_ 'and its unit' tag one.tif 'Unit Type: events per km'
case_ 'and its bandwidth and kernel' tag one.tif 'BANDWIDTH=400 m (quartic kernel, edge correction: none)'
case_ 'and that it is cloud-optimised' tag one.tif 'LAYOUT=COG'
try density one.csv fine.tif --bandwidth 400 --cell 2 $crs
case_ 'with finer cells the mass is 1 more exactly' near "$(mass fine.tif 2)" 1 1e-6
try density one.csv gauss.tif --bandwidth 100 --cell 10 --kernel gaussian --bounds 353305,435305,354715,436715 $crs
read -r top x y < <(peak gauss.tif)
case_ 'a Gaussian has its peak 1 / (2 pi s^2)' near "$top" 15.915494309189533 1e-12
case_ 'and the mass 1' near "$(mass gauss.tif 10)" 1 1e-9
case_ 'bounds begin at their own corner' eval 'equals "$x $y" "354010 436010" && equals "$(size gauss.tif)" "141, 141"'

# What each kernel is at its centre, and half way to its edge (at sigma, of the Gaussian), times pi h^2.
for kernel in 'quartic 3 1.6875' 'epanechnikov 2 1.5' 'triweight 4 1.6875' 'uniform 1 1' 'triangular 3 1.5' 'gaussian 0.5 0.3032653298563167'; do
    read -r name centre half <<<"$kernel"
    far=200 width=400
    [ "$name" = gaussian ] && far=400
    try density one.csv "k-$name.tif" --bandwidth $width --cell 20 --kernel "$name" --bounds 353800,435800,354420,436220 $crs
    case_ "$name is what the books say" eval 'ended 0 && tag "k-$name.tif" "KERNEL=$name" &&
        near "$(value "k-$name.tif" 354010 436010)" "$(awk -v c="$centre" "BEGIN { printf \"%.15g\", c / 3.14159265358979 / 0.16 }")" 1e-11 &&
        near "$(value "k-$name.tif" $((354010 + far)) 436010)" "$(awk -v c="$half" "BEGIN { printf \"%.15g\", c / 3.14159265358979 / 0.16 }")" 1e-8'
done
case_ 'bounds that cut kernels off say how many points are beyond' said 'in all; exact to'

make_wards wards.geojson
make_points points.csv 300 60
try density points.csv edge.tif --bandwidth 300 --cell 20 --edge wards.geojson $crs
case_ 'with --edge the mass is the number of points inside' near "$(mass edge.tif 20)" 360 1e-12
case_ 'cells outside have no data' tag edge.tif 'NoData Value=nan'
case_ 'the surface covers the areas' equals "$(size edge.tif)" '100, 100'
try density points.csv whole.tif --bandwidth 300 --cell 20 $crs
case_ 'without --edge nothing is lost either' near "$(mass whole.tif 20)" 360 1e-3
try density points.csv weighted.tif --bandwidth 300 --cell 20 --weight weight --edge wards.geojson $crs
case_ 'weights add up' near "$(mass weighted.tif 20)" "$(awk -F, 'NR > 1 { s += $4 } END { print s }' points.csv)" 1e-12
printf 'P,353000,435000,5\n' | cat points.csv - >outside.csv
try density outside.csv outside.tif --bandwidth 300 --cell 20 --edge wards.geojson $crs
case_ 'a point outside the areas does not count, and that is said' eval 'ended 0 && said "outside wards.geojson, and not counted: 1 point"'
case_ 'and changes nothing' near "$(mass outside.tif 20)" 360 1e-12
sort -r points.csv | awk '/^id/ { next } { print }' | (head -n 1 points.csv; cat) >reversed.csv
try density reversed.csv reversed.tif --bandwidth 300 --cell 20 --edge wards.geojson $crs
case_ 'the order of points does not matter' cmp edge.tif reversed.tif

case_ 'the file says all of how it was made' tags edge.tif 'UNIT=events per km' KERNEL=quartic BANDWIDTH_M=300 EDGE=diggle STUDY_AREA=wards.geojson CELL_M=20 CRS=EPSG:27700 \
    POINTS=360 EVENTS=360 EVENTS_ON_SURFACE=360 OUTSIDE=0 ENGINE=direct 'ERROR_BOUND=1e-09 of the highest value' 'SOFTWARE=wardheat '
case_ 'and how many points were left out' tag outside.tif OUTSIDE=1
case_ 'the message says how exact it is' said 'exact to 1e-09 of the highest value'
for correction in uniform none; do
    try density points.csv "$correction.tif" --bandwidth 300 --cell 20 --edge wards.geojson --correction $correction $crs
    case_ "the correction can be $correction" eval 'ended 0 && tag "$correction.tif" "EDGE=$correction" && tag "$correction.tif" "NoData Value=nan"'
done
case_ 'without one, kernels lose what falls outside' awk "BEGIN { exit !($(mass none.tif 20) < 350) }"
case_ 'the uniform one divides every cell by what a kernel there has inside' eval 'paste <(cells none.tif) <(cells uniform.tif) <(cells edge.tif) | awk "\$6 < \$3 * (1 - 1e-4) { bad++ } \$1 > 354400 && \$1 < 355600 && \$2 > 436400 && \$2 < 437600 && (\$6 - \$3)^2 > 1e-6 * \$3^2 { bad++ } END { exit bad > 0 }"'
try density points.csv part.tif --bandwidth 300 --cell 20 --edge wards.geojson $crs --bounds 354000,436000,354500,436500
case_ 'a part of the surface is that part of the whole' eval 'ended 0 && equals "$(size part.tif)" "25, 25" && equals "$(cells part.tif | sort)" "$(cells edge.tif | awk "\$1 < 354500 && \$2 < 436500" | sort)"'
case_ 'and says how many points are beyond it' said 'beyond the bounds: '
try density points.csv single.tif --bandwidth 300 --cell 20 --edge wards.geojson $crs --float32
case_ 'cells of 32 bits are rounded ones of 64' eval 'ended 0 && gdalinfo single.tif | grep -q Type=Float32 && tag single.tif "ERROR_BOUND=6.1e-08" && gdalinfo edge.tif | grep -q Type=Float64'

# Points of which every second is exact and the others good to 100 m.
awk -F, 'NR == 1 { print $0 ",good_to"; next } { print $0 "," (NR % 2 ? 100 : 0) }' points.csv >precise.csv
printf 'easting,northing,good_to\n354010,436010,100\n' >blurred.csv
try density blurred.csv blurred.tif --bandwidth 400 --cell 20 --precision good_to $crs
read -r top x y < <(peak blurred.tif)
case_ 'a kernel is as wide as its point is exact: sqrt(h^2 + 8 r^2)' eval 'ended 0 && near $top "$(awk "BEGIN { printf \"%.15g\", 3 / 3.14159265358979324 / (0.4^2 + 8 * 0.1^2) }")" 1e-12 && tag blurred.tif "PRECISION=kernels widened"'
case_ 'and the surface reaches as far' near "$(mass blurred.tif 20)" 1 2e-4
try density precise.csv precise.tif --bandwidth 300 --cell 20 --precision good_to --edge wards.geojson $crs
case_ 'with a study area the sum is kept' eval 'ended 0 && near "$(mass precise.tif 20)" 360 1e-12'
try density precise.csv both.tif --bandwidth 300 --cell 20 --precision good_to --adaptive $crs
case_ 'adaptive kernels widen too' eval 'ended 0 && near "$(mass both.tif 20)" 360 1e-3'
printf 'easting,northing,good_to\n354010,436010,0\n354010,436010,-3\n354010,436010,1e6\n354010,436010,\n' >wrong.csv
try density wrong.csv wrong.tif --bandwidth 400 --cell 20 --precision good_to $crs
case_ 'a precision below 0 is a row that cannot be read' said '3 of 4 points could not be read; the first: wrong.csv:3: a precision below 0 m'
sed -i 3d wrong.csv
try density wrong.csv wrong.tif --bandwidth 400 --cell 20 --precision good_to $crs
case_ 'and so is one of 1,000 km' said 'wrong.csv:3: a precision of 1e+06 m is no place: 100 km at most'
try density points.csv x.tif --bandwidth 400 --cell 20 --precision nothing $crs
case_ 'a precision needs its column' refused 2 'no column nothing, which --precision names'

# 20,000 points, wide kernels: worth a lattice.
make_points many.csv 20000 0
try density many.csv exact.tif --bandwidth 800 --cell 10 --edge wards.geojson $crs --exact
try density many.csv bounded.tif --bandwidth 800 --cell 10 --edge wards.geojson $crs --max-error 0.002
case_ 'a bounded error is certified, and said' eval 'ended 0 && said "certified: no cell is off by more than" && tag bounded.tif ENGINE=bounded && near "$(mass bounded.tif 10)" 20000 1e-3'
certified=$(gdalinfo bounded.tif | sed -n 's/^ *ERROR_BOUND=\([^ ]*\).*/\1/p')
case_ 'and holds' eval 'paste <(cells exact.tif) <(cells bounded.tif) | awk -v bound="$certified" "\$3 > most { most = \$3 } (\$3 - \$6)^2 > worst { worst = (\$3 - \$6)^2 } END { exit !(bound <= 0.002 && sqrt(worst) <= bound * most && worst > 0) }"'
try density points.csv x.tif --bandwidth 300 --cell 20 --exact --max-error 0.01 $crs
case_ '--exact and --max-error contradict each other' refused 2 'contradict each other'
try density points.csv x.tif --bandwidth 300 --cell 20 --max-error 0.7 $crs
case_ 'an error of more than half is refused' refused 2 '--max-error: expected a fraction of the highest value'
try density points.csv x.tif --bandwidth 300 --cell 20 --correction uniform $crs
case_ 'a correction needs a study area' refused 2 '--correction uniform needs --edge'
try density points.csv x.tif --bandwidth 300 --cell 20 --correction round --edge wards.geojson $crs
case_ 'a correction that there is not is refused' refused 2 '--correction: expected diggle, uniform or none, not round'
try density points.csv x.tif --bandwidth 300 --cell 20 $crs --bounds 100000,100000,101000,101000
case_ 'bounds that no point reaches are told' refused 4 '--bounds: no point reaches that far'
try density points.csv x.tif --bandwidth 300 --cell 20 $crs --theme noise
case_ '--theme is for a config' refused 2 'are for a config, not for points'

# A progress bar on a terminal, and only there.
awk 'BEGIN { print "easting,northing"; for (i = 0; i < 1000000; i++) print 354000 + i % 2000 "," 436000 + i % 1999 }' >long.csv
script -qec "$program density long.csv long.tif --bandwidth 300 --cell 10 $crs" typescript >/dev/null </dev/null
case_ 'on a terminal a bar shows how far it is' eval 'grep -q "reading points \[" typescript && grep -qF "long.tif: 1,000,000 points" typescript'

# From the state that the last run left.
make_council council
run_council council
try density council/council.yaml noise.tif --theme noise --as-of 2026-11-03
case_ 'a theme of the state is a surface' eval 'ended 0 && said "Noise, 5 August to 2 November 2026: bandwidth 300 m (set in the config); exact figures, not for publication" && tag noise.tif "THEME=Noise" && tag noise.tif "UNIT=requests per km² in 90 days" && tag noise.tif EDGE=diggle && tag noise.tif "STUDY_AREA=the wards"'
case_ 'whose sum is its requests' eval 'near "$(mass noise.tif 20)" "$(gdalinfo noise.tif | sed -n "s/ *POINTS=//p")" 1e-12'
officer=$(find council/publish/current/officer/density -name noise.tif)
gdal_translate -q -ot Float32 noise.tif noise32.tif
case_ 'it is the very surface that the run published for officers' equals "$(gdalinfo -checksum noise32.tif | grep Checksum)" "$(gdalinfo -checksum "$officer" | grep Checksum)"
case_ 'nothing of the state changed' eval 'cp -r council/state before; try density council/council.yaml noise.tif --theme noise --as-of 2026-11-03 --bandwidth auto; ended 0 && cmp before/wardheat.db council/state/wardheat.db'
try density council/council.yaml other.tif --theme fly-tipping --as-of 2026-11-03 --bandwidth 200 --cell 50 --kernel gaussian --correction none --max-error 0.01
case_ 'what the command line says goes before the config' eval 'ended 0 && tag other.tif KERNEL=gaussian && tag other.tif BANDWIDTH_M=200 && tag other.tif EDGE=none && equals "$(size other.tif)" "40, 40"'
try density council/council.yaml x.tif --theme noise --as-of 2026-11-03 --kernel gaussian
case_ 'a bandwidth is for its kernel' refused 2 'with --kernel gaussian give --bandwidth too'
try density council/council.yaml x.tif --as-of 2026-11-03
case_ 'of several themes one must be named' refused 2 'name one with --theme, as in --theme noise'
try density council/council.yaml x.tif --theme cats
case_ 'a theme that there is not is refused' refused 2 'there are: noise, fly-tipping'
try density council/council.yaml x.tif --theme noise --crs EPSG:27700
case_ 'options of points are not for a config' refused 2 'are for points: the state that a config names has all of that'
try density council/council.yaml x.tif --theme noise --as-of 2020-01-01
case_ 'a period without requests is told' refused 4 'has no placed request of'
try density council/council.yaml --theme noise --as-of 2026-11-03 --bandwidth auto --explain
case_ 'the bandwidth of a theme can be explained' eval 'ended 0 && printed "Chosen:"'
try density council/missing.yaml x.tif --theme noise
case_ 'a config that is not there is a config error' ended 3
make_council fresh
try density fresh/council.yaml x.tif --theme noise --as-of 2026-11-03
case_ 'without a run there is nothing yet' refused 4 'the state holds no requests yet'

ogr2ogr -q -f GPKG points.gpkg points.csv -oo X_POSSIBLE_NAMES=easting -oo Y_POSSIBLE_NAMES=northing -a_srs EPSG:27700
try density points.gpkg gpkg.tif --bandwidth 300 --cell 20 --edge wards.geojson
case_ 'a GeoPackage gives the same as the CSV' cmp edge.tif gpkg.tif
try density points.gpkg gpkg-w.tif --bandwidth 300 --cell 20 --edge wards.geojson --weight weight
case_ 'and its weights too' near "$(mass gpkg-w.tif 20)" "$(mass weighted.tif 20)" 1e-12
try density points.gpkg x.tif --bandwidth 300 --cell 20 --x easting --y northing
case_ 'columns of a vector file are refused' refused 2 '--x and --y are for CSV files'
awk -F, 'NR == 1 { print "ost,nord"; next } { print $2 "," $3 }' points.csv >named.csv
try density named.csv named.tif --bandwidth 300 --cell 20 --edge wards.geojson $crs --x ost --y nord
case_ 'columns can be named' cmp edge.tif named.tif
try density named.csv x.tif --bandwidth 300 --cell 20 $crs
case_ 'columns that cannot be guessed are asked for' refused 2 'name them with --x and --y'
try density named.csv x.tif --bandwidth 300 --cell 20 $crs --x ost
case_ '--x alone is refused' refused 2 'belong together'

printf 'longitude,latitude\n-1.6,53.8\n-1.6004,53.8\n0,0\nhere,53.8\n' >degrees.csv
try density degrees.csv degrees.tif --bandwidth 400 --cell 20
case_ 'degrees are worked on in their UTM zone, which is said' eval 'ended 0 && said "EPSG:32630" && tag degrees.tif "ID[\"EPSG\",32630]"'
case_ 'their mass is in metres on the ground' near "$(mass degrees.tif 20)" 2 1e-3
case_ 'rows that cannot be read are counted, and the first is named' said '2 of 4 points could not be read; the first: degrees.csv:4: not a longitude and latitude'
printf 'lon,lat\n151.2,-33.9\n' >south.csv
try density south.csv south.tif --bandwidth 400 --cell 20
case_ 'south of the equator the zone is a southern one' tag south.tif 'ID["EPSG",32756]'

awk -F, 'NR == 1 { print $0 ",day"; next } { printf "%s,2026-%02d-%02d\n", $0, 1 + NR % 8, 1 + NR % 28 }' points.csv >dated.csv
try density dated.csv auto.tif --bandwidth auto --cell 20 --edge wards.geojson $crs
case_ 'the points can choose the bandwidth' eval 'ended 0 && near "$(mass auto.tif 20)" 360 1e-12'
try density dated.csv --bandwidth auto --explain --cell 20 --edge wards.geojson $crs --opened day
case_ 'and explain it without writing' eval 'ended 0 && is_quiet && printed "Chosen:" && printed "what best foretells the next period"'
case_ 'every method says what it found' equals "$(awk '$2 ~ /^[0-9]/ && $3 == "m" && $4 ~ /[0-9]/' out | wc -l)" 7
case_ 'the curve is drawn' eval '[ "$(grep -c "####" out)" -gt 5 ]'
sort -r dated.csv | awk '/^id/ { next } { print }' | (head -n 1 dated.csv; cat) >turned.csv
cp out first
try density turned.csv --bandwidth auto --explain --cell 20 --edge wards.geojson $crs --opened day --jobs 1
case_ 'whatever the order of points and the number of threads' cmp out first
try density points.csv adaptive.tif --bandwidth 300 --adaptive --cell 20 --edge wards.geojson $crs
case_ 'bandwidths can follow the points' eval 'ended 0 && near "$(mass adaptive.tif 20)" 360 1e-9 && tag adaptive.tif "adaptive from"'
read -r high x y < <(peak adaptive.tif)
read -r low x y < <(peak edge.tif)
case_ 'where they are dense the surface is higher then' awk "BEGIN { exit !($high > 1.2 * $low) }"
try density points.csv adaptive.tif --bandwidth 300 --adaptive --cell 20 $crs
case_ 'and without a study area nothing is lost' near "$(mass adaptive.tif 20)" 360 1e-3
for method in scott isj next-pai; do
    try density dated.csv x-$method.tif --bandwidth auto:$method --cell 20 --edge wards.geojson $crs --opened day
    case_ "$method can be asked for" eval "ended 0 && is_there x-$method.tif"
done
try density dated.csv x.tif --bandwidth auto:next-pai --cell 20 --edge wards.geojson $crs
case_ 'the next period needs dates' refused 2 'next-pai needs periods: points with dates'
try density dated.csv x.tif --bandwidth auto:next-pai --cell 20 $crs --opened day
case_ 'and its hit rate a study area' refused 2 'next-pai needs a study area'
try density dated.csv x.tif --bandwidth auto:best --cell 20 $crs
case_ 'a method that there is not is refused' refused 2 'or auto: and one of scott, silverman'
try density one.csv x.tif --bandwidth auto --cell 20 $crs
case_ 'one point chooses nothing' refused 4 'give it in metres'
try density dated.csv x.tif --bandwidth auto --cell 20 $crs --periods 4
case_ 'periods need dates' refused 2 'need --opened'
try density dated.csv x.tif --bandwidth auto --cell 20 $crs --opened day --periods 1
case_ 'one period foretells nothing' refused 2 '--periods: expected'
try density dated.csv --bandwidth 400 --cell 20 $crs
case_ 'without an output there is nothing to do' refused 2 'which file shall the surface be written to?'

try density dated.csv x.tif --bandwidth 400 --cell 20 $crs --explain
case_ 'what was given needs no explanation' refused 2 '--explain is for --bandwidth auto'

try density one.csv x.tif --bandwidth 400 --cell 20
case_ 'a CSV without a CRS is asked for one' refused 2 'name it, as in --crs EPSG:27700'
try density one.csv x.tif --bandwidth 400 --cell 20 --crs EPSG:99999
case_ 'a CRS that there is not is a usage error' refused 2 'EPSG:99999'
try density one.csv x.tif --bandwidth 10 --cell 20 $crs
case_ 'a bandwidth smaller than a cell is refused' refused 2 'smaller than one cell'
try density one.csv x.tif --cell 20 $crs
case_ 'a bandwidth is needed' refused 2 '--bandwidth is needed'
try density one.csv x.tif --bandwidth -5 --cell 20 $crs
case_ 'a negative bandwidth is refused' refused 2 '--bandwidth: expected metres'
try density one.csv x.tif --bandwidth 400 --cell 20 --kernel round $crs
case_ 'a kernel that there is not is refused' refused 2 '--kernel: expected quartic, gaussian, epanechnikov, triweight, uniform or triangular, not round'
try density one.csv x.tif --bandwidth 400 --cell 20 --bounds 1,2,3 $crs
case_ 'bounds of three numbers are refused' refused 2 '--bounds: expected west,south,east,north'
try density one.csv x.tif --bandwidth 400 --cell 20 --bounds 3,2,1,4 $crs
case_ 'bounds inside out are refused' refused 2 '--bounds: expected west,south,east,north'
try density one.csv x.tif --bandwidth 400 --cell 0.01 --bounds 0,0,100000,100000 $crs
case_ 'a grid beyond the limit ends with 7' refused 7 'the grid would need 100,000,000,000,000 cells; the limit is 100,000,000: cells of 11 m would do'
try density wards.geojson x.tif --bandwidth 400 --cell 20
case_ 'polygons are no points' refused 4 'expected points'
printf 'x,y\n' >empty.csv
try density empty.csv x.tif --bandwidth 400 --cell 20 $crs
case_ 'no points at all cannot be read' ended 4
printf 'x,y\na,b\n' >words.csv
try density words.csv x.tif --bandwidth 400 --cell 20 $crs
case_ 'no row that can be read names the first' refused 4 'words.csv:2: field 1 (x): not a number: "a"'
try density one.csv x.tif --bandwidth 400 --cell 20 --edge one.csv $crs
case_ 'a study area that is no vector file cannot be read' ended 4
printf 'x,y\n1,1\n' >far.csv
try density far.csv x.tif --bandwidth 400 --cell 20 --edge wards.geojson $crs
case_ 'no point inside the area is told' refused 4 'are both in their right CRS?'
case_ 'nothing was written for what was refused' is_absent x.tif
try density one.csv nowhere/x.tif --bandwidth 400 --cell 20 $crs
case_ 'an output folder that is not there ends with 5' refused 5 'nowhere/x.tif'
mkfifo pipe
try density one.csv pipe --bandwidth 400 --cell 20 $crs
case_ 'an output that is no regular file is refused, and stays' eval 'refused 5 "not a regular file" && [ -p pipe ]'
try density /vsicurl/http://example.org/x.geojson x.tif --bandwidth 400 --cell 20
case_ 'a name of a virtual file system is refused' refused 2 'input must be a file path'
finish
