#!/usr/bin/env bash
# geocode.sh PROGRAM: a table with places, and the ladder of one address.
. "$(dirname "$0")/lib.sh"
make_council council
config=council/council.yaml

cat >in.csv <<'CSV'
id,note,postcode,easting,northing
1,by coordinate,NM4 1AA,354250.5,437750
2,by postcode,nm2 1aa,,
3,"a comma, and a ""quote""",NM3 1AA,0,0
4,"=HYPERLINK(""http://x"")",NM9 9ZZ,,
5,outside,,400000,300000
6,nowhere on Earth,NM1 1AA,99999999,1
7,not a number,NM1 1AA,here,there
8,nothing,,,
CSV
try geocode $config in.csv out.csv
case_ 'a table is placed' ended 0
row() { sed -n "$(($1 + 1))p" out.csv | tr -d '\r'; }
case_ 'its columns come first, then ours' equals "$(row 0)" 'id,note,postcode,easting,northing,x,y,lon,lat,method,precision_m,score,score_parts,tie,reason,from_postcode_m,gazetteer_row,ward_code,ward_name'
case_ 'no row is lost' equals "$(wc -l <out.csv)" 9
case_ 'coordinates come before the postcode' eval 'row 1 | grep -qE "^1,by coordinate,NM4 1AA,354250.5,437750,354250.5,437750,-2\.69[0-9]+,53\.83[0-9]+,coordinate,0,1,,,,1767,,W1,North West$"'
case_ 'a postcode is found however it is written' eval 'row 2 | grep -qE ",355500,437500,-2\.6[0-9]+,53\.8[0-9]+,postcode,60,1,,,,,postcodes.csv:3,W2,North East$"'
case_ '0, 0 is no place; cells are quoted as they were' eval 'row 3 | grep -qE "^3,\"a comma, and a \"\"quote\"\"\",NM3 1AA,0,0,354500,436500,.*,postcode,60,1,,,coordinate-zero,,postcodes.csv:4,W3,South West$"'
case_ 'a formula is defused' eval "row 4 | grep -qF \"4,\\\"'=HYPERLINK\""
case_ 'a postcode that is not known is not placed' eval 'row 4 | grep -qE ",NM9 9ZZ,,,,,,,none,,,,,postcode-unknown,,,,$"'
case_ 'outside every ward has a place and no ward' eval 'row 5 | grep -qE ",400000,300000,-[0-9.]+,[0-9.]+,coordinate,0,1,,,,,,,$"'
case_ 'numbers that are nowhere leave it to the postcode' eval 'row 6 | grep -qE ",postcode,60,1,,,coordinate-nowhere,,postcodes.csv:2,W1,North West$"'
case_ 'so do words' eval 'row 7 | grep -qE ",postcode,60,1,,,,,postcodes.csv:2,W1,North West$"'
case_ 'nothing is not placed' equals "$(row 8)" '8,nothing,,,,,,,,none,,,,,nothing-given,,,,'
case_ 'the last line counts' said 'out.csv: 8 rows, 2 by coordinate, 4 by postcode, 2 not placed; 5 in a ward'
case_ 'the lon and lat are GDAL'"'"'s to a metre' eval 'read -r lon lat < <(echo 354250.5 437750 | gdaltransform -s_srs EPSG:27700 -t_srs EPSG:4326 -output_xy)
    near "$(row 1 | cut -d, -f8)" $lon 2e-5 && near "$(row 1 | cut -d, -f9)" $lat 1e-6'
case_ 'the state is not touched' is_absent council/state
try geocode $config in.csv again.csv --jobs 1
case_ 'one thread gives the same bytes' cmp out.csv again.csv

printf 'Longitude,Latitude\n-2.685,53.827\n' >degrees.csv
try geocode $config degrees.csv d.csv
case_ 'columns named longitude and latitude are WGS 84' eval 'tail -n 1 d.csv | grep -qE ",-2.685,53.827,coordinate,0,1,,,,,,W[1-4],"'
printf 'x,y,lon\n354250,437750,1\n' >taken.csv
try geocode $config taken.csv t.csv
case_ 'a number below 0 is no formula' eval 'tail -n 1 d.csv | grep -qE "^-2.685,53.827,"'
case_ 'a name that is taken is placed_' equals "$(head -n 1 t.csv | tr -d '\r')" 'x,y,lon,placed_x,placed_y,placed_lon,lat,method,precision_m,score,score_parts,tie,reason,from_postcode_m,gazetteer_row,ward_code,ward_name'
cp council/crm.csv crm.csv
try geocode $config crm.csv s.csv --source crm
case_ '--source knows the columns of its files' eval 'ended 0 && said "360 rows, 360 by coordinate"'
try geocode $config in.csv p.csv --x easting --y northing --postcode id
case_ 'columns can be named' said '2 by coordinate, 6 not placed'
printf 'postcode\nNM1 1AA\n"NM2 1AA\nNM3 1AA\n' >broken.csv
try geocode $config broken.csv b.csv
case_ 'a quote that never ends is a fault of the file' ended 4
printf 'postcode,n\nNM1 1AA,1\nNM2 1AA\nNM3 1AA,3\n' >short.csv
try geocode $config short.csv b.csv
case_ 'a row that cannot be read is told with its line' eval 'ended 0 && said "rows that could not be read, and are left out: 1; the first: short.csv:3"'

try geocode $config --explain '12 Mill Lane, NM1 1AA'
case_ 'the ladder is told step by step' eval 'ended 0 && printed "1. Given coordinates: none. Next." && printed "Postcode: NM1 1AA is at x 354500, y 437500, good to 60 m (1 sigma). Taken."'
case_ 'and the result with its row and ward' eval 'printed "Result: placed by postcode (postcode), score 1.00" && printed "Place:  x 354500.00, y 437500.00 in EPSG:27700" && printed "postcodes.csv:2" && printed "Ward:   W1 North West"'
try geocode $config --explain '354500, 437500'
case_ 'two numbers are coordinates of the working CRS' printed '1. Given coordinates: x 354500, y 437500. Taken.'
try geocode $config --explain '437500 354500'
case_ 'numbers that are exchanged are suspected' printed 'x and y seem to be exchanged'
try geocode $config --explain '53.8, -2.6'
case_ 'degrees without a CRS are asked for one' printed 'say --crs EPSG:4326, longitude first'
try geocode $config --explain '-2.685, 53.827' --crs EPSG:4326
case_ 'degrees with their CRS are placed' printed 'longitude -2.6850000, latitude 53.8270000'
try geocode $config --explain '99999999 1'
case_ 'numbers that are nowhere are told' printed 'no place that its CRS is for'
try geocode $config --explain '0, 0'
case_ '0, 0 is a placeholder' printed 'is a placeholder'
try geocode $config --explain 'SD 5450 3750'
case_ 'a grid reference is the middle of its square' printed 'the square of 10 m about x 354505, y 437505. Taken.'
try geocode $config --explain 'South East'
case_ 'a ward alone is never a point' eval 'printed "placed by ward" && printed "Ward:   W4 South East" && ! grep -q ^Place: out'
try geocode $config --explain 'High Street'
case_ 'what cannot be placed says why at every step' eval 'ended 0 && printed "has the shape of a postcode" && printed "no street" && printed "Result: not placed: "'
try geocode $config --explain 'ZZ9 9ZZ'
case_ 'a postcode that is not known is told' printed 'ZZ9 9ZZ has the shape of one, but is not among the 4 known'
sed '/gazetteers/,/postcodes.csv/d' $config >council/none.yaml
try geocode council/none.yaml --explain 'NM1 1AA'
case_ 'without a gazetteer nothing is known' printed 'is not among the 0 known'

try geocode $config in.csv
case_ 'a table without an output is a usage error' refused 2 'too few arguments'
try geocode $config in.csv out.csv --explain x
case_ 'an address and a table is one too many' refused 2 '--explain takes one address'
try geocode $config --explain x --source crm
case_ 'a source for an address is refused' refused 2 'are for a table'
try geocode $config in.csv x.csv --source nothing
case_ 'a source that there is not is a usage error' refused 2 'the config has no source nothing'
try geocode $config in.csv x.csv --postcode nothing
case_ 'a column that there is not is a usage error' refused 2 'no column nothing'
try geocode $config in.csv x.csv --crs EPSG:0
case_ 'a CRS that there is not is a usage error' refused 2 'EPSG:0'
printf 'a,b\n1,2\n' >none.csv
try geocode $config none.csv x.csv
case_ 'a table without a place in it is asked for one' refused 2 'name them with --x and --y, --postcode, --address or --uprn'
try geocode $config in.csv in.csv
case_ 'a table is not written over itself' eval 'refused 2 "IN and OUT are the same file" && [ "$(wc -l <in.csv)" = 9 ]'
try geocode $config nothing.csv x.csv
case_ 'a table that is not there cannot be read' refused 4 'nothing.csv'
case_ 'nothing was written for what was refused' is_absent x.csv
try geocode $config in.csv nowhere/x.csv
case_ 'an output folder that is not there ends with 5' ended 5
finish
