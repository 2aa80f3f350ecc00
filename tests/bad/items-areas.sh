# Items 64 to 73 of RELIABILITY.md section 6: names and shapes of areas, and the files that hold them.
# Sourced by run.sh.
# shellcheck shell=bash disable=SC2034,SC2154

# The wards with one thing changed: that one may be refused, and then by its name.
wards() { # NAME EXIT-CODE SED-SCRIPT
    begin "$1"
    sed "$3" "$bad/wards.geojson" >wards.geojson
    refuse "$2"
    finish
}

# Codes and names of wards become names of files: none leads anywhere else.
item_64() {
    begin 64-ward-names
    local long
    long=$(printf 'x%.0s' $(seq 300))
    sed "s|\"S01\"|\"../../../etc/cron.d/x\"|; s|\"West\"|\"a/b\"|; s|\"S02\"|\"CON\"|; s|\"Middle\"|\".\"|; s|\"East\"|\"$long\"|" \
        "$bad/wards.geojson" >wards.geojson
    change 's/dashboard: false/dashboard: true/; s/print: false/print: {paper: A4, languages: [en]}/'
    find . -newer council.yaml -type f | sort >before
    accept 0 0 60
    same 'files that are named otherwise' '' "$(find -L publish/current -type f | sed 's|.*/||' |
        grep -vE '^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$' | head -n 1)"
    same 'pages of wards' 3 "$(find -L publish/current/officer/wards -name '*.html' | grep -c .)"
    same 'files elsewhere' '' "$(find . -newer before -type f | grep -vE '^\./(publish|state)/|^\./(before|run\.(err|out))$' | head -n 1)"
    finish
    wards 64-empty-code 4 's/"S01"/""/'
}

item_65() {
    begin 65-table-name
    change "s|path: requests.csv|postgis: {service: crm, table: 'wards\"; DROP TABLE x; --'}|"
    refuse 3
    finish
}

# A GeoPackage: whatever triggers and views it brings, nothing is written, and damage is told.
item_66() {
    if ! command -v ogr2ogr >/dev/null; then
        begin 66-geopackage && skip 'ogr2ogr is not installed'
        return
    fi
    begin 66-hostile
    ogr2ogr -f GPKG wards.gpkg "$bad/wards.geojson" -nln wards -a_srs EPSG:27700 >/dev/null 2>&1
    sqlite3 wards.gpkg "CREATE TABLE loot(x);
        CREATE TRIGGER on_read AFTER INSERT ON loot BEGIN DELETE FROM wards; END;
        CREATE VIEW endless AS WITH RECURSIVE t(n) AS (VALUES(1) UNION ALL SELECT n + 1 FROM t) SELECT n FROM t" \
        2>/dev/null
    change 's/path: wards.geojson/path: wards.gpkg/'
    local before
    before=$(sha256sum wards.gpkg)
    accept 0 0 60
    same 'the file' "$before" "$(sha256sum wards.gpkg)"
    finish
    begin 66-corrupt-page
    ogr2ogr -f GPKG wards.gpkg "$bad/wards.geojson" -nln wards -a_srs EPSG:27700 >/dev/null 2>&1
    # Every page behind the first two: what remains opens, and is no database.
    dd if=/dev/urandom of=wards.gpkg bs=4096 seek=2 count="$(($(stat -c %s wards.gpkg) / 4096 - 2))" conv=notrunc \
        2>/dev/null
    change 's/path: wards.geojson/path: wards.gpkg/'
    refuse 4
    finish
}

item_67() {
    if ! command -v ogr2ogr >/dev/null; then
        begin 67-shapefile && skip 'ogr2ogr is not installed'
        return
    fi
    local part
    for part in shx prj dbf; do
        begin "67-no-$part"
        ogr2ogr -f 'ESRI Shapefile' wards.shp "$bad/wards.geojson" -a_srs EPSG:27700 >/dev/null 2>&1
        rm "wards.$part"
        change 's/path: wards.geojson/path: wards.shp/; s/, crs: EPSG:27700}/}/'
        refuse 4
        finish
    done
    begin 67-fewer-rows
    ogr2ogr -f 'ESRI Shapefile' wards.shp "$bad/wards.geojson" -a_srs EPSG:27700 >/dev/null 2>&1
    ogr2ogr -f 'ESRI Shapefile' two.shp "$bad/wards.geojson" -a_srs EPSG:27700 -where "code <> 'S03'" >/dev/null 2>&1
    mv two.dbf wards.dbf
    change 's/path: wards.geojson/path: wards.shp/; s/, crs: EPSG:27700}/}/'
    refuse 4
    finish
}

item_68() {
    wards 68-unclosed 4 's/, \[430000, 385000\]\]\]/]]/'
    wards 68-crossing 4 's/\[432000, 387000\], \[430000, 387000\]/[432000, 387000], [430500, 384000]/'
    wards 68-no-area 4 's/\[432000, 387000\], \[430000, 387000\]/[432000, 385000], [430000, 385000]/'
    wards 68-hole-outside 4 \
        's/, \[430000, 385000\]\]\]/, [430000, 385000]], [[433000, 386000], [433100, 386000], [433100, 386100], [433000, 386000]]]/'
    wards 68-not-a-number 4 's/\[430000, 387000\]/[430000, NaN]/'
}

# Two wards may not both hold a place. A gap belongs to nobody: what is in it is outside.
item_69() {
    wards 69-overlap 4 's/\[432000, 387000\], \[430000, 387000\]/[432500, 387000], [430000, 387000]/'
    begin 69-gap
    sed 's/\[432000, 387000\], \[430000, 387000\]/[431000, 387000], [430000, 387000]/' "$bad/wards.geojson" >wards.geojson
    accept 0 0 60
    same 'requests in the wards and in the gap' "$(stored 'select count(*) from place where outcome <> 0')" 60
    [ "$(manifest 'sources[0].state.outside')" -gt 0 ] || complain 'nothing is in the gap'
    finish
}

item_70() {
    wards 70-code-twice 4 's/"S03"/"S01"/'
    wards 70-code-missing 4 's/"code": "S02", //'
}

# A rate over nobody is no number.
item_71() {
    begin 71-population
    sed 's/"name": "West"/&, "people": 0/; s/"name": "Middle"/&, "people": -5/; s/"name": "East"/&, "people": 4000/' \
        "$bad/wards.geojson" >wards.geojson
    change 's/name: name, crs/name: name, population: people, crs/'
    accept 0 0 60
    grep -rqiE '(^|[^a-z])(inf|nan)([^a-z]|$)' publish/current/officer/tables publish/current/officer/geojson &&
        complain 'there is a rate that is no number'
    same 'wards with a rate' 1 "$(sqlite3 -csv :memory: '.import publish/current/officer/tables/wards.csv t' \
        "select count(*) from t where per_1000 not in ('', 'n/a')")"
    finish
}

# Within two seconds of the processor, whatever it holds.
item_72() {
    begin 72-deep
    { printf '{"type": "FeatureCollection", "features": ' && printf '[%.0s' $(seq 100000); } >wards.geojson
    local from=$SECONDS
    refuse 4
    [ -n "${WARDHEAT_BAD_SANITIZED:-}" ] || [ $((SECONDS - from)) -le 10 ] || complain "took $((SECONDS - from)) s"
    finish
    begin 72-many-vertices
    {
        printf '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "S01", "name": "W"},'
        printf '"geometry": {"type": "Polygon", "coordinates": [[[430000, 385000]'
        awk 'BEGIN { for (i = 0; i < 1100000; i++) printf ",[%.3f,%d]", 430000 + i / 1000, 385000 - i % 2 }'
        printf ',[431000, 387000],[430000, 385000]]]}}]}'
    } >wards.geojson
    refuse 4
    finish
}

item_73() {
    begin 73-cut-off
    head -c 500 "$bad/wards.geojson" >wards.geojson
    refuse 4
    finish
    begin 73-trailing
    { cat "$bad/wards.geojson" && echo '}'; } >wards.geojson
    refuse 4
    finish
    wards 73-exponent 4 's/\[430000, 387000\]/[1e999, 387000]/'
    begin 73-key-twice # RFC 8259 lets a reader choose: GDAL takes the last
    sed 's/"name": "West"/"name": "First", "name": "West"/' "$bad/wards.geojson" >wards.geojson
    accept 0 0 60
    same 'the name' West "$(sqlite3 -csv :memory: '.import publish/current/officer/tables/wards.csv t' \
        "select distinct ward_name from t where ward_code = 'S01'")"
    finish
}
