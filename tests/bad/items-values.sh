# Items 34 to 47 of RELIABILITY.md section 6: what the values are. Sourced by run.sh.
# shellcheck shell=bash disable=SC2034,SC2154

# Field faults: the row is kept, and the postcode says where it is, if there is one.
by_postcode() { # NAME BY-COORDINATE BY-POSTCODE OUTSIDE NOT-PLACED
    begin "$1"
    take "$1.csv"
    accept 60 0 60
    placed "$2" "$3" "$4" "$5"
    finish
}

item_34() { by_postcode 34-not-finite 55 5 0 0; }
item_35() { by_postcode 35-not-a-number 53 6 0 1; }
item_36() { by_postcode 36-decimal-comma 59 1 0 0; }

# Two long numbers are as good as short ones; 1e-400 is 0, which is nowhere near.
item_37() { by_postcode 37-long-number 59 1 1 0; }
item_38() { by_postcode 38-null-island 58 2 0 0; }

degrees() { change 's/key: upsert/crs: EPSG:4326/'; }

item_39() {
    begin 39-swapped-row
    take 39-swapped-row.csv
    degrees
    accept 60 0 60
    placed 59 1 0 0
    finish
}

item_40() {
    begin 40-swapped-all
    take 40-swapped-all.csv
    degrees
    refuse 4
    finish
    refused 40-swapped-metres 4
}

item_41() {
    refused 41-degrees-as-metres 4
    begin 41-metres-as-degrees
    degrees
    refuse 4
    finish
}

item_42() {
    refused 42-web-mercator 4
    local code
    for code in 3857 29903 2157; do
        begin "42-declared-$code"
        change "s/key: upsert/crs: EPSG:$code/"
        refuse 4
        finish
    done
}

item_43() {
    local where
    for where in council source wards; do
        begin "43-unknown-$where"
        case $where in
        council) change 's/^crs: EPSG:27700/crs: EPSG:999999/' ;;
        source) change 's/key: upsert/crs: EPSG:999999/' ;;
        wards) change 's/name: name, crs: EPSG:27700/name: name, crs: EPSG:999999/' ;;
        esac
        refuse 3
        opens_nothing '"[^"]*wards\.geojson|"[^"]*requests\.csv'
        finish
    done
    begin 43-wkt
    change "s|^crs: .*|crs: 'PROJCS[\"x\", AUTHORITY[\"http://127.0.0.1/crs\", \"1\"]]'|"
    refuse 3
    opens_nothing '127\.0\.0\.1|"[^"]*wards\.geojson'
    finish
}

# Borders belong to one ward each: what is in the wards is what is in the area.
item_44() {
    begin 44-on-the-border
    take 44-on-the-border.csv
    accept 60 0 60
    same 'requests in a ward' 57 "$(manifest 'sources[0].state.mapped')"
    same 'requests 1 mm outside' 3 "$(manifest 'sources[0].state.outside')"
    same 'sum of the wards' "$(theme_total)" "$(wards_total)"
    finish
}

theme_total() { # requests of the theme, whatever their ward
    sqlite3 -csv :memory: '.import publish/current/officer/tables/themes.csv t' \
        'select sum(count) from t'
}
wards_total() {
    sqlite3 -csv :memory: '.import publish/current/officer/tables/wards.csv t' \
        'select sum(count) from t'
}

item_45() { by_postcode 45-outside 60 0 3 0; }

item_46() {
    begin 46-duplicate
    take 46-duplicate.csv
    accept 62 0 60
    same duplicates 2 "$(manifest 'sources[0].rows.duplicate')"
    finish
}

item_47() {
    begin 47-upsert
    take 47-same-reference.csv
    accept 61 0 60
    same updated 1 "$(manifest 'sources[0].rows.updated')"
    same 'category now' graffiti "$(stored "select text from word w join request r
        on r.category = w.id where reference = 'R010'")"
    finish
    begin 47-keep
    take 47-same-reference.csv
    change 's/key: upsert/key: keep/'
    accept 61 0 61
    same updated 0 "$(manifest 'sources[0].rows.updated')"
    finish
}
