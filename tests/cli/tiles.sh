#!/usr/bin/env bash
# tiles.sh PROGRAM: tiles from a raster, and from a config.
. "$(dirname "$0")/lib.sh"
make_wards wards.geojson
make_points points.csv 300 60
try density points.csv heat.tif --bandwidth 300 --cell 20 --edge wards.geojson --crs EPSG:27700
is_png() { [ "$(head -c 8 "$1" | od -An -t x1 | tr -d ' \n')" = 89504e470d0a1a0a ]; }
header() { od -An -v -t u1 -j "$2" -N "$3" "$1" | tr -d ' \n'; }

try tiles heat.tif heat.pmtiles --zoom 11-14
case_ 'a raster becomes an archive' ended 0
case_ 'of PMTiles, version 3' equals "$(head -c 7 heat.pmtiles) $(header heat.pmtiles 7 1)" 'PMTiles 3'
case_ 'with its zooms in the header' equals "$(header heat.pmtiles 100 1)-$(header heat.pmtiles 101 1)" '11-14'
case_ 'the classes come out as CSV' eval 'head -n 1 out | grep -q "^class,from_per_km2,to_per_km2,colour" && [ "$(wc -l <out)" -ge 4 ]'
case_ 'they rise, each where the last ended' awk -F, 'NR > 1 { if ($2 <= last || (NR > 2 && $2 != end)) exit 1; last = $2; end = $3 }' out
try tiles heat.tif again.pmtiles --zoom 11-14 --jobs 1
case_ 'one thread gives the same bytes' cmp heat.pmtiles again.pmtiles
try tiles heat.tif xyz/ --zoom 12-13 --breaks 50,100,200
case_ 'a folder gets z/x/y.png' eval 'ended 0 && [ "$(find xyz -name "*.png" | wc -l)" -ge 2 ]'
case_ 'which are PNG files' eval 'for f in $(find xyz -type f); do is_png $f || exit 1; done'
case_ 'of 256 pixels' equals "$(header "$(find xyz -type f | head -n 1)" 16 8)" '00100010'
case_ 'breaks are as asked' eval 'equals "$(cut -d, -f2 out | tail -n +2 | tr "\n" " ")" "50 100 200 "'
# (355000, 437000) is in tile 13/4036/2636 or its neighbours: -2.6853 E, 53.8272 N.
case_ 'the tiles lie where the points are' eval 'read -r lon lat < <(echo 355000 437000 | gdaltransform -s_srs EPSG:27700 -t_srs EPSG:4326 -output_xy)
    awk -v lon=$lon -v lat=$lat "BEGIN { pi = atan2(0, -1); r = lat * pi / 180; t = sin(r) / cos(r)
        printf \"xyz/13/%d/%d.png\", (lon + 180) / 360 * 8192, (1 - log(t + sqrt(1 + t * t)) / pi) / 2 * 8192 }" >tile && is_there "$(cat tile)"'
try tiles heat.tif big/ --zoom 12 --retina
case_ '--retina has 512 pixels for the same ground' eval 'ended 0 && equals "$(header "$(find big -type f | head -n 1)" 16 8)" 00200020 && equals "$(cd big && find . | sort)" "$(cd xyz && find . | grep -E "^\.$|/12" | sort)"'


try tiles heat.tif heat.mbtiles --zoom 11-14
case_ 'a raster becomes MBTiles' ended 0
case_ 'which sqlite3 finds whole' equals "$(sqlite3 heat.mbtiles 'PRAGMA integrity_check')" ok
case_ 'and file knows by their mark' equals "$(header heat.mbtiles 68 4)" 77806688
names="('format', 'maxzoom', 'minzoom', 'name')"
case_ 'with name, format and zooms' equals "$(sqlite3 heat.mbtiles "SELECT group_concat(value) FROM metadata WHERE name IN $names")" png,14,11,heat.tif
case_ 'and the legend, as it came out' equals "$(sqlite3 heat.mbtiles "SELECT group_concat(json_extract(value, '\$.from')) FROM json_each((SELECT value FROM metadata WHERE name = 'json'), '\$.legend.classes')" | sed 's/\.0//g')" "$(cut -d, -f2 out | tail -n +2 | paste -sd,)"
case_ 'equal tiles are one content' eval '[ "$(sqlite3 heat.mbtiles "SELECT count(*) FROM images")" = "$(sqlite3 heat.mbtiles "SELECT count(DISTINCT tile_data) FROM tiles")" ]'
case_ 'GDAL reads them, where the raster lies' eval 'gdalinfo -nomd heat.mbtiles >info && grep -q "Driver: MBTiles" info && grep -q "EPSG\",3857" info && gdal_translate -q -of GTiff heat.mbtiles of-mbtiles.tif && is_there of-mbtiles.tif'
try tiles heat.tif all/ --zoom 11-14
mkdir -p of-mbtiles
sqlite3 heat.mbtiles "SELECT printf('%d/%d/%d.png', zoom_level, tile_column, (1 << zoom_level) - 1 - tile_row) FROM tiles" | while read -r tile; do
    mkdir -p "of-mbtiles/${tile%/*}"
    IFS=/ read -r z x y <<<"${tile%.png}"
    sqlite3 heat.mbtiles "SELECT writefile('of-mbtiles/$tile', tile_data) FROM tiles WHERE zoom_level = $z AND tile_column = $x AND tile_row = (1 << $z) - 1 - $y" >/dev/null
done
case_ 'each tile is the same in MBTiles and in a folder' diff -r of-mbtiles all
case_npm 'and in PMTiles, as the npm reader has them' eval 'node "$here/../browser/export-tiles.mjs" heat.pmtiles of-pmtiles && diff -r of-pmtiles all'
cp heat.mbtiles first.mbtiles
try tiles heat.tif heat.mbtiles --zoom 11-14 --jobs 1
case_ 'a second time a file is replaced by the same bytes' eval 'ended 0 && cmp first.mbtiles heat.mbtiles'
try tiles heat.tif all/ --zoom 11-12
case_ 'but nothing is mixed into a folder that holds something' eval 'ended 5 && said "the folder is not empty"'
mkdir empty
try tiles heat.tif empty/ --zoom 11-12
case_ 'an empty one is fine' eval 'ended 0 && is_there empty/11'
case_ 'nothing unfinished is left' eval '[ -z "$(find . -name "*.part*")" ]'

# With a base map: one picture, the same bytes in every form.
cat >streets.geojson <<'END'
{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"class": "A Road", "name": "High Street"},
 "geometry": {"type": "LineString", "coordinates": [[-2.70, 53.82], [-2.66, 53.83]]}}]}
END
cat >base.yaml <<'END'
title: Base
crs: EPSG:27700
datum: coarse
timezone: Europe/London
state: base-state/
publish: {to: base-publish/}
wards: {path: wards.geojson, code: code, name: name}
basemap: {roads: streets.geojson}
sources:
  - {id: crm, path: points.csv, profile: generic, crs: "EPSG:27700", fields: {reference: id, opened: opened, category: category, x: x, y: y}}
themes:
  - {id: any, title: Any, where: {category: [any]}, window: 90d}
END
for out in map.pmtiles map.mbtiles map/; do
    try tiles heat.tif $out --zoom 11-13 --basemap base.yaml
    case_ "density and base map become one picture: $out" ended 0
done
case_ 'of all the ground, as empty tiles are not left out' eval '[ "$(find map -name "*.png" | wc -l)" -ge "$(find all/11 all/12 all/13 -name "*.png" | wc -l)" ] && for f in $(find map -type f); do is_png $f || exit 1; done'
case_ 'which one cannot see through' eval '! grep -rqa tRNS map'
case_npm 'the same bytes in PMTiles' eval 'node "$here/../browser/export-tiles.mjs" map.pmtiles map-of-pmtiles && diff -r map-of-pmtiles map'
case_ 'and in MBTiles' eval 'equals "$(sqlite3 map.mbtiles "SELECT sum(length(tile_data)) FROM tiles")" "$(find map -name "*.png" -printf "%s\n" | awk "{ n += \$1 } END { print n }")"'
try tiles heat.tif x.pmtiles --zoom 11-12 --basemap missing.yaml
case_ 'a config that is not there is named' eval 'ended 2 && said "missing.yaml"'

try tiles heat.tif heat --zoom 11-14
case_ 'an output that is neither is refused' refused 2 'must end in .pmtiles'
try tiles heat.tif heat.pmtiles
case_ 'zooms are needed' refused 2 '--zoom is needed'
for zoom in 14-11 9-19 x 9- -3; do
    try tiles heat.tif x.pmtiles --zoom "$zoom"
    case_ "--zoom $zoom is refused" refused 2 '--zoom: expected A-B'
done
try tiles heat.tif x.pmtiles --zoom 11-12 --breaks 5,4
case_ 'breaks that fall are refused' refused 2 '--breaks: expected up to 7 rising numbers'
try tiles heat.tif x.pmtiles --zoom 11-12 --style neon
case_ 'a style that there is not is a usage error' refused 2 'no style "neon"'
try tiles heat.tif x.pmtiles --zoom 11-12 --style ../standard
case_ 'a style is a name, not a path' refused 2 'not the name of a style'
try tiles points.csv x.pmtiles --zoom 11-12
case_ 'what is no GeoTIFF cannot be read' refused 4 'points.csv'
try tiles nothing.tif x.pmtiles --zoom 11-12
case_ 'nor what is not there' refused 4 'nothing.tif'
case_ 'nothing was written for what was refused' is_absent x.pmtiles
try tiles heat.tif nowhere/x.pmtiles --zoom 11-12
case_ 'an output folder that is not there ends with 5' ended 5
mkfifo pipe.pmtiles
try tiles heat.tif pipe.pmtiles --zoom 11-12
case_ 'an output that is no regular file is refused' eval 'ended 5 && said "not a regular file" && [ -p pipe.pmtiles ]'
gdal_create -q -of GTiff -ot Float32 -outsize 50 50 -bands 1 -burn 0 -a_srs EPSG:27700 -a_ullr 300000 401000 301000 400000 empty.tif >/dev/null
try tiles empty.tif x.pmtiles --zoom 11-12
case_ 'a raster without a cell above 0 has nothing to draw' eval 'ended 4 && said "nothing to draw"'

make_council council
try tiles council/council.yaml early/ --as-of 2026-11-03
case_ 'a config that was never run has no tiles' refused 4 'the state holds no requests yet'
run_council council
try tiles council/council.yaml made/ --as-of 2026-11-03
case_ 'a config has its archives and a legend' eval 'ended 0 && [ "$(find made -name "*.pmtiles" ! -name "basemap*" ! -name "*-vector-*" | wc -l)" = 4 ] && is_there made/legend.json'
case_ 'the same, byte for byte, as its release' diff -r made council/publish/current/public/tiles
try tiles council/council.yaml made/ --as-of 2026-11-03
case_ 'a second time they are replaced' ended 0
try tiles council/council.yaml officer/ --as-of 2026-11-03 --officer
case_ 'officers have tiles of their own' eval 'ended 0 && diff -r officer council/publish/current/officer/tiles'
try tiles council/council.yaml x.pmtiles
case_ 'a config needs a folder' refused 2 'name a folder with a / at its end'
try tiles council/council.yaml made/ --zoom 3-4
case_ 'a config says its own zooms' refused 2 'are for rasters'
finish
