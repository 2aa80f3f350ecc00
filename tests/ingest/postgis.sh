#!/usr/bin/env bash
# postgis.sh PROGRAM: a source, wards and a gazetteer in a real PostgreSQL with PostGIS, started here on a socket of its
# own: the same requests and places as from files, in a session that can change nothing. Skips, loudly, where PostGIS is
# not installed.
set -uo pipefail
program=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
bad=$(realpath "$here/../../fixtures/bad")
export LC_ALL=C
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
if [ -z "$bin" ] || [ ! -x "$bin/postgres" ] ||
    ! ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1; then
    echo 'SKIPPED: PostgreSQL with PostGIS is not installed (scripts/deps --test installs it)'
    exit 77
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/wardheat-pg-XXXXXX")
as_postgres=()
if [ "$(id -u)" = 0 ]; then # the server refuses to run as root
    as_postgres=(runuser -u postgres --)
    chown postgres "$work"
fi
chmod 755 "$work"
stop() {
    "${as_postgres[@]}" "$bin/pg_ctl" -D "$work/db" -m immediate stop >/dev/null 2>&1
    rm -rf "$work"
}
trap stop EXIT
failures=0
cd "$work" || exit 1
fail() {
    echo "FAILED  $*"
    failures=$((failures + 1))
}

"${as_postgres[@]}" "$bin/initdb" -D "$work/db" -A trust -U postgres -N >initdb.log 2>&1 || { cat initdb.log; exit 1; }
"${as_postgres[@]}" "$bin/pg_ctl" -D "$work/db" -w -l "$work/db/log" \
    -o "-k $work -c listen_addresses='' -c fsync=off -c shared_buffers=16MB" start >start.log 2>&1 || { cat start.log db/log; exit 1; }
sql() { psql -qAt -h "$work" -U postgres -d "${2:-crm}" -v ON_ERROR_STOP=1 -c "$1"; }
sql 'CREATE DATABASE crm' postgres
sql 'CREATE EXTENSION postgis; CREATE SCHEMA crm; CREATE ROLE reader LOGIN PASSWORD $$secret-word$$'
sql "CREATE TABLE crm.raw(ref text, opened text, category text, note text, easting float8, northing float8, postcode text)"
psql -q -h "$work" -U postgres -d crm -c "\\copy crm.raw from '$bad/good.csv' csv header"
sql "CREATE TABLE crm.requests AS SELECT ref, to_timestamp(opened, 'DD/MM/YYYY HH24:MI')::timestamp AS opened, category,
    postcode, ST_SetSRID(ST_MakePoint(easting, northing), 27700) AS place FROM crm.raw;
    CREATE VIEW crm.zoned AS SELECT ref, opened AT TIME ZONE 'Europe/London' AS opened, category, postcode,
    ST_Transform(place, 4326) AS place FROM crm.requests;
    CREATE SEQUENCE crm.counter; CREATE TABLE crm.private(x int);
    GRANT USAGE ON SCHEMA crm TO reader; GRANT SELECT ON crm.requests, crm.raw, crm.zoned TO reader;
    GRANT ALL ON crm.counter TO reader"

cp "$bad/wards.geojson" "$bad/postcodes.csv" .
cp "$bad/good.csv" requests.csv
cp "$bad/council.yaml" council.yaml
"$program" run council.yaml --as-of 2026-11-04 >run.out 2>run.err || { cat run.err; exit 1; }
cp state/wardheat.db wanted.db

rows='reference: ref, opened: opened, category: category, postcode: postcode'
dsn="host=$work dbname=crm user=reader password=secret-word"
council() { # POSTGIS FIELDS
    rm -rf state publish
    sed "s|path: requests.csv|postgis: {$1}|; s|fields: {.*|fields: {$2}|" "$bad/council.yaml" >council.yaml
}
run() { timeout 60 "$program" run council.yaml --as-of 2026-11-04 >run.out 2>run.err; }
expect_same() { # WHAT METRES ROWS
    if ! run; then
        fail "$1: $(cat run.err)"
        return
    fi
    local same
    same=$(sqlite3 state/wardheat.db "attach 'wanted.db' as w; select count(*) from w.request a
        join request b on a.reference = b.reference and a.opened = b.opened and a.postcode is b.postcode
        and abs(a.given_x - b.given_x) <= $2 and abs(a.given_y - b.given_y) <= $2")
    [ "$same/$(sqlite3 state/wardheat.db 'select count(*) from request')" = "$3/$3" ] || fail "$1: $same requests are the same"
    echo "ok      $1"
}
refuse() { # WHAT SENTENCE
    run
    local code=$?
    [ "$code" = 4 ] || fail "$1: exit code $code"
    grep -qF "$2" run.err || fail "$1: said $(cat run.err), wanted $2"
    ! grep -q 'secret-word' run.err || fail "$1: the password was told"
    echo "ok      $1"
}

council "dsn: '$dsn', table: crm.requests" "$rows"
expect_same 'a table with points' 0.001 60
before=$(sqlite3 state/wardheat.db .dump | sha256sum)
run || fail "again: $(cat run.err)"
grep -q '60 read' run.out run.err || fail "again: said $(cat run.out run.err)"
[ "$before" = "$(sqlite3 state/wardheat.db .dump | sha256sum)" ] || fail 'again: the state has changed'
grep -q '"name": "postgis:crm.requests"' publish/current/manifest.json || fail 'the manifest does not name the table'
! grep -rq 'secret-word' publish state || fail 'the password was written somewhere'
council "dsn: '$dsn', table: crm.zoned" "$rows"
expect_same 'a view, with time zones, in longitude and latitude' 5 60
council "dsn: '$dsn', table: crm.raw" "$rows, x: easting, y: northing"
expect_same 'a table without points' 0.001 60
council "dsn: '$dsn', table: crm.requests, where: \"ref < 'R031'\"" "$rows"
expect_same 'with a condition' 0.001 30
printf '[crm]\nhost=%s\ndbname=crm\nuser=reader\n' "$work" >pg_service.conf
export PGSERVICEFILE=$work/pg_service.conf
council 'service: crm, table: crm.requests' "$rows"
expect_same 'by the name of a service' 0.001 60

# A session that can change nothing: a sequence that is counted up is a change.
council "dsn: '$dsn', table: crm.requests, where: \"nextval('crm.counter') > 0\"" "$rows"
refuse 'a condition that writes' 'read-only transaction'
[ "$(sql 'SELECT is_called FROM crm.counter')" = f ] || fail 'the sequence was counted up'
council "dsn: '$dsn', table: crm.private" 'opened: x, category: x'
refuse 'a table that may not be read' 'postgis:crm.private: '
council "dsn: '$dsn', table: crm.nothing" "$rows"
refuse 'no such table' 'postgis:crm.nothing: '
council "dsn: '$dsn', table: crm.requests, where: 'nonsense ='" "$rows"
refuse 'a condition that is none' 'postgis:crm.requests: '
council "dsn: '$dsn', table: crm.requests" "${rows/opened: opened/opened: when}"
refuse 'no such column' 'postgis:crm.requests: no column "when"; found: ref, opened, category, postcode'
council "dsn: 'host=$work/nowhere dbname=crm user=reader password=secret-word', table: crm.requests" "$rows"
refuse 'no server' 'postgis:crm.requests: '

# One that need not be there: what it gave before stays.
council "dsn: '$dsn', table: crm.requests" "$rows"
run || fail "before the server is down: $(cat run.err)"
sed -i "s|host=$work |host=$work/nowhere |; s|key: upsert|key: upsert\n    required: false|" council.yaml
run || fail "not required: $(cat run.err)"
grep -q 'its earlier requests stay' run.err || fail "not required: said $(cat run.err)"
[ "$(sqlite3 state/wardheat.db 'select count(*) from request')" = 60 ] || fail 'not required: the requests of before are gone'
echo 'ok      a server that is down and need not be there'

# Wards and gazetteers: the same places and figures as from the files, whatever order the tables give their rows in.
cp "$bad/council.yaml" council.yaml
sed -i '5,12s/,4[0-9]*,3[0-9]*,/,,,/' requests.csv # placed by postcode
rm -rf state publish
run || fail "wards and gazetteers of files: $(cat run.err)"
figures() { cat publish/current/officer/tables/{wards,themes,figures}.csv | grep -v ',quarters,'; sqlite3 state/wardheat.db 'select x, y, method, ward from place'; }
figures >wanted.txt
ogr2ogr -f PostgreSQL "PG:host=$work dbname=crm user=postgres" wards.geojson -nln crm.wards -a_srs EPSG:27700 -lco GEOMETRY_NAME=shape
sql "CREATE TABLE crm.postcodes(pc text, x float8, y float8)"
psql -q -h "$work" -U postgres -d crm -c "\\copy crm.postcodes from 'postcodes.csv' csv header"
sql "ALTER TABLE crm.postcodes ADD place geometry(Point, 27700);
    UPDATE crm.postcodes SET place = ST_SetSRID(ST_MakePoint(x, y), 27700);
    GRANT SELECT ON crm.wards, crm.postcodes TO reader"
sed -i "s|wards: {path: wards.geojson, \(.*\), crs: EPSG:27700}|wards: {postgis: {dsn: '$dsn', table: crm.wards}, \1}|
    s|^gazetteers:|areas:\n  - {id: quarters, postgis: {service: crm, table: crm.wards}, code: code, name: name}\n&|
    s|{type: postcode, path: postcodes.csv}|{type: postcode, postgis: {service: crm, table: crm.postcodes}, fields: {postcode: pc}}|" council.yaml
rm wards.geojson postcodes.csv
rm -rf state publish
run || fail "wards and gazetteers of PostGIS: $(cat run.err)"
figures | cmp -s - wanted.txt || fail "wards and gazetteers of PostGIS: $(figures | diff - wanted.txt | head -n 4)"
grep -c '"name": "postgis:crm.\(wards\|postcodes\)"' publish/current/manifest.json | grep -qx 3 || fail 'the manifest does not name all tables'
"$program" check council.yaml >check.out 2>&1 || fail "check: $(cat check.out)"
grep -q 'ok: 3 wards' check.out && grep -q 'ok: gazetteer postgis:crm.postcodes: 3 rows' check.out || fail "check: $(cat check.out)"
before=$(readlink publish/current)
sql "UPDATE crm.wards SET name = name WHERE code = 'S01'; UPDATE crm.postcodes SET pc = pc WHERE pc = 'SM1 1AA'" # to the end
run || fail "in another order: $(cat run.err)"
[ "$before" = "$(readlink publish/current)" ] || fail 'another order of rows makes another release'
sql "UPDATE crm.wards SET name = 'Far West' WHERE code = 'S01'"
run || fail "a ward of another name: $(cat run.err)"
grep -q 'Far West' publish/current/officer/tables/wards.csv || fail 'a ward of another name: not published'
sed -i "s|table: crm.wards}|table: crm.wards, where: \"nextval('crm.counter') > 0\"}|" council.yaml
refuse 'wards by a condition that writes' 'read-only transaction'
[ "$(sql 'SELECT is_called FROM crm.counter')" = f ] || fail 'the sequence was counted up'
! grep -rq 'secret-word' publish state || fail 'the password was written somewhere'
echo 'ok      wards and gazetteers'

[ "$failures" -eq 0 ] && echo 'PostGIS gives the same requests, and nothing was changed there'
[ "$failures" -eq 0 ]
