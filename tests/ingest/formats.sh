#!/usr/bin/env bash
# formats.sh PROGRAM: the same sixty requests in every format that a source may have give the same state; archives that
# would unpack to too much, and files that are not what their names say, are refused.
set -uo pipefail
program=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
bad=$(realpath "$here/../../fixtures/bad")
work=$(mktemp -d "${TMPDIR:-/tmp}/wardheat-formats-XXXXXX")
trap 'rm -rf "$work"' EXIT
export LC_ALL=C
failures=0
cd "$work" || exit 1

fail() {
    echo "FAILED  $*"
    failures=$((failures + 1))
}

# A council whose source is FILE; `fields` and what else a source may say come from OPTIONS.
council() { # FILE FIELDS [OPTIONS]
    rm -rf state publish
    sed "s|path: requests.csv|path: $1|; s|fields: {.*|fields: {$2}|; s|key: upsert|key: upsert${3:+\n    $3}|" \
        "$bad/council.yaml" >council.yaml
}
run() { "$program" run council.yaml --as-of 2026-11-04 >run.out 2>run.err; }

rows='reference: ref, opened: opened, category: category, postcode: postcode'
xy="$rows, x: easting, y: northing"

# The same references, times, categories, postcodes; the same places to within METRES.
expect_same() { # WHAT METRES
    if ! run; then
        fail "$1: $(cat run.err)"
        return
    fi
    local differ
    differ=$(sqlite3 state/wardheat.db "attach 'wanted.db' as w;
        select count(*) from w.request a left join request b on a.reference = b.reference
        left join w.word wa on wa.id = a.category left join word wb on wb.id = b.category
        where b.id is null or a.opened <> b.opened or wa.text <> wb.text or a.postcode is not b.postcode
        or abs(a.given_x - b.given_x) > $2 or abs(a.given_y - b.given_y) > $2 or b.given_x is null")
    [ "$(sqlite3 state/wardheat.db 'select count(*) from request')/$differ" = 60/0 ] ||
        fail "$1: $differ of $(sqlite3 state/wardheat.db 'select count(*) from request') requests differ"
    # The same file again is not read again; a database always is, and says the same.
    run || fail "$1, again: $(cat run.err)"
    echo "ok      $1"
}

refuse() { # WHAT SENTENCE
    run
    local code=$?
    [ "$code" = 4 ] || fail "$1: exit code $code"
    grep -qF "$2" run.err || fail "$1: said $(cat run.err), wanted $2"
    echo "ok      $1"
}

cp "$bad/wards.geojson" "$bad/postcodes.csv" .
cp "$bad/good.csv" plain.csv
council plain.csv "$xy"
run || { cat run.err; exit 1; }
cp state/wardheat.db wanted.db

# Times as ISO, so that GDAL makes them times.
awk -F, -v OFS=, 'NR > 1 { split($2, t, "[/ ]"); $2 = t[3] "-" t[2] "-" t[1] "T" t[4] ":00" } { print }' plain.csv >typed.csv

gzip -k plain.csv
council plain.csv.gz "$xy"
expect_same 'gzip' 0
head -c 700 plain.csv.gz >cut.csv.gz
council cut.csv.gz "$xy"
refuse 'gzip, cut off' 'cut.csv.gz: the gzip file is cut off'
cp plain.csv notgz.csv.gz
council notgz.csv.gz "$xy"
refuse 'no gzip' 'notgz.csv.gz: not a gzip file, or damaged'
{ head -n 2 plain.csv; for _ in $(seq 2000); do printf 'R,01/10/2026 09:30,litter,%01000d,431000,386000,\n' 0; done; } |
    gzip -9 >bomb.csv.gz
council bomb.csv.gz "$xy"
refuse 'gzip, a bomb' 'bomb.csv.gz: unpacks to more than a hundred times its size'
(cat plain.csv.gz; tail -n +2 typed.csv | head -n 1 | sed 's/^R001/R999/; s/2026-08-08T05:13:00/08\/08\/2026 05:13/' | gzip) >two.csv.gz
council two.csv.gz "$xy"
run && [ "$(sqlite3 state/wardheat.db 'select count(*) from request')" = 61 ] || fail 'gzip of two members'

ogr2ogr -f XLSX text.xlsx plain.csv
council text.xlsx "$xy"
expect_same 'XLSX of texts' 0
ogr2ogr -f XLSX typed.xlsx typed.csv -oo AUTODETECT_TYPE=YES
council typed.xlsx "$xy"
expect_same 'XLSX of times and numbers' 0
ogr2ogr -f ODS typed.ods typed.csv -oo AUTODETECT_TYPE=YES
council typed.ods "$xy"
expect_same 'ODS of times and numbers' 0
ogr2ogr -f XLSX two.xlsx plain.csv -nln 'About' -sql 'SELECT note FROM plain'
ogr2ogr -f XLSX -update two.xlsx plain.csv -nln 'Requests 2026'
council two.xlsx "$xy" 'layer: Requests 2026'
expect_same 'XLSX, a sheet by name' 0
council two.xlsx "$xy" 'layer: Nothing'
refuse 'XLSX, no such sheet' 'two.xlsx: no layer "Nothing"; found: About, Requests 2026'
# A row that cannot be read is named as the sheet numbers it.
sed '5s|,[^,]*,litter|,soon,litter|' plain.csv >wrong.csv
ogr2ogr -f XLSX wrong.xlsx wrong.csv
council wrong.xlsx "$xy" 
run || fail "XLSX, a bad row: $(cat run.err)"
grep -qF 'wrong.xlsx:5: field 2 (opened): not a date' run.err || fail "XLSX, a bad row: said $(cat run.err)"
grep -q '^wrong.xlsx,5,opened,not a date in the form %d/%m/%Y %H:%M,"R004,soon,litter,,' state/unreadable/2026-11-04/requests.csv ||
    fail "XLSX, a bad row: $(cat state/unreadable/2026-11-04/requests.csv)"
# What people's sheets are like: rows with a format and nothing in them, a title above the header, dates that are bare
# numbers, days that count from 1904.
edit() { # FROM TO ENTRY TEXT NEW-TEXT: its last place in the entry
    python3 - "$@" <<'P' || fail "no $2 was made"
import sys, zipfile
src, dst, entry, old, new = sys.argv[1:6]
with zipfile.ZipFile(src) as read, zipfile.ZipFile(dst, 'w', zipfile.ZIP_DEFLATED) as write:
    for info in read.infolist():
        text = read.read(info).decode()
        if info.filename == entry:
            at = text.rindex(old)
            text = text[:at] + new + text[at + len(old):]
        write.writestr(info, text)
P
}
edit typed.xlsx blank.xlsx xl/worksheets/sheet1.xml '</sheetData>' '<row r="70"><c r="A70" s="1"/></row><row r="71"/></sheetData>'
council blank.xlsx "$xy"
expect_same 'XLSX, blank rows' 0
[ -z "$(ls state/unreadable 2>/dev/null)" ] || fail 'XLSX, blank rows: unreadable'
edit typed.ods blank.ods content.xml '</table:table>' '<table:table-row table:number-rows-repeated="1048400"><table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
council blank.ods "$xy"
expect_same 'ODS, a million blank rows' 0
{ echo 'Requests of 2026,b,c,d,e,f,g' && cat plain.csv; } >titled.csv
ogr2ogr -f XLSX titled.xlsx titled.csv -oo HEADERS=YES
council titled.xlsx "$xy"
refuse 'XLSX, a title above the header' 'titled.xlsx: no column "ref"; found: Requests of 2026, '
sed '5s|,[^,]*,litter|,46242.217,litter|' plain.csv >serial.csv
ogr2ogr -f XLSX serial.xlsx serial.csv
council serial.xlsx "$xy"
run || fail "XLSX, a bare number: $(cat run.err)"
grep -qF 'serial.xlsx:5: field 2 (opened): a bare number: give the column a date format' run.err || fail "XLSX, a bare number: said $(cat run.err)"
edit typed.xlsx mac.xlsx xl/workbook.xml '<sheets>' '<workbookPr date1904="1"/><sheets>'
council mac.xlsx "$xy"
refuse 'XLSX, days since 1904' 'mac.xlsx: its dates count from 1904'
python3 - <<'P' || fail 'no bomb was made'
import zipfile
z = zipfile.ZipFile('bomb.xlsx', 'w', zipfile.ZIP_DEFLATED)
z.writestr('[Content_Types].xml', '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>')
z.writestr('xl/workbook.xml', '<workbook/>')
z.writestr('xl/worksheets/sheet1.xml', b'0' * (64 << 20))
P
council bomb.xlsx "$xy"
refuse 'XLSX, a bomb' 'bomb.xlsx: this XLSX spreadsheet unpacks to more than'
head -c 3000 text.xlsx >cut.xlsx
council cut.xlsx "$xy"
refuse 'XLSX, cut off' 'cut.xlsx: not a spreadsheet (XLSX or ODS)'
cp plain.csv fake.ods
council fake.ods "$xy"
refuse 'no spreadsheet' 'fake.ods: not a spreadsheet (XLSX or ODS)'

# Vector files: their own points, in their own CRS.
points() { # DRIVER FILE CRS
    ogr2ogr -f "$1" "$2" plain.csv -oo X_POSSIBLE_NAMES=easting -oo Y_POSSIBLE_NAMES=northing -oo KEEP_GEOM_COLUMNS=NO \
        -s_srs EPSG:27700 -t_srs "$3" 2>/dev/null
}
for file in points.gpkg points.shp points.fgb; do
    case $file in *.gpkg) driver=GPKG ;; *.shp) driver='ESRI Shapefile' ;; *) driver=FlatGeobuf ;; esac
    points "$driver" "$file" EPSG:27700
    council "$file" "$rows"
    expect_same "$driver" 0.001
done
points GeoJSON points.geojson EPSG:4326
council points.geojson "$rows"
expect_same 'GeoJSON, in longitude and latitude' 5 # the datum's grid may be missing on one side
# Names of columns are as strict as those of a CSV.
council points.gpkg "${rows/opened: opened/opened: when}"
refuse 'a missing attribute' 'points.gpkg: no column "when"; found: ref, opened, category, note, postcode'
sed 's/"opened": "08\/08\/2026 05:13"/"opened": "never"/' points.geojson >wrong.geojson
council wrong.geojson "$rows"
run || fail "GeoJSON, a bad feature: $(cat run.err)"
grep -qF 'wrong.geojson: feature 1: field 2 (opened): not a date' run.err || fail "GeoJSON, a bad feature: $(cat run.err)"
head -c 4000 points.geojson >cut.geojson
council cut.geojson "$rows"
refuse 'GeoJSON, cut off' 'cut.geojson:'

[ "$failures" -eq 0 ] && echo 'every format gives the same requests'
[ "$failures" -eq 0 ]
