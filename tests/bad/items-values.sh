# Items 34 to 63 of RELIABILITY.md section 6: what the values are. Sourced by run.sh.
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
    local epsg
    for epsg in 3857 29903 2157; do
        begin "42-declared-$epsg"
        change "s/key: upsert/crs: EPSG:$epsg/"
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

# Rows that are alike and have no reference are as many requests: there is no telling.
item_48() {
    begin 48-no-reference
    awk -F, -v OFS=, 'NR > 1 { $1 = "" } { print } NR == 9 || NR == 30 { print }' "$bad/good.csv" >requests.csv
    accept 62 0 62
    same duplicates 0 "$(manifest 'sources[0].rows.duplicate')"
    finish
}

# A default location: counted in its ward, and not drawn.
item_49() {
    begin 49-one-spot
    awk -v OFS=, 'BEGIN {
        print "ref", "opened", "category", "note", "easting", "northing", "postcode"
        for (i = 0; i < 20000; i++)
            print "P" i, "01/10/2026 12:00", "litter", "", i % 25 < 3 ? 433000 : 430000.5 + i * 7919 % 6000,
                i % 25 < 3 ? 386000 : 385000.5 + i * 104729 % 2000, ""
    }' >requests.csv
    accept 20000 0 20000
    same 'withheld at the default location' 2400 "$(manifest 'sources[0].state.withheld_default')"
    finish
}

# Dates that are none, or none that can be: four rows, and too many of them for the gate as it is.
no_date() { # NAME
    begin "$1"
    take "$1.csv"
    change '/^density/i quality: {max_unreadable: 0.1}'
    accept 60 4 56
    finish
}

item_50() { no_date 50-no-such-date; }

# 03/04 is the third of April, as the config says, and 04/13 is no day.
item_51() {
    begin 51-day-month
    take 51-day-month.csv
    accept 60 1 59
    same 'the third of April' 2026-04-03 "$(stored "select date(opened, 'unixepoch') from request
        where reference = 'R010'")"
    finish
}

# The clocks go forward on 29 March 2026, and back on 25 October.
item_52() { accepted 52-never-was 60 1 59; }

item_53() {
    begin 53-was-twice
    take 53-was-twice.csv
    accept 60 0 60
    same 'the earlier instant' '2026-10-25 00:30:00|2' \
        "$(stored "select datetime(opened, 'unixepoch'), flags from request where reference = 'R020'")"
    finish
}

item_54() { no_date 54-outside-time; }

item_55() {
    begin 55-closed-early
    take 55-closed-early.csv
    change 's/opened: opened,/opened: opened, closed: closed,/'
    accept 60 0 60
    same 'closed and believed' 1 "$(stored 'select count(*) from request where closed is not null')"
    finish
}

# Two of 60 are in no list: `other`, and listed. (Twelve of 60 hold the run back: item 96.)
item_56() {
    begin 56-unknown-category
    printf 'code,category\nlitter,litter\n' >categories.csv
    awk -F, -v OFS=, 'NR == 7 || NR == 8 { $3 = "Bins" } { print }' "$bad/good.csv" >requests.csv
    change 's/key: upsert/categories: categories.csv/; /^density/i quality: {unmapped: 0.2}'
    accept 60 0 60
    same other 2 "$(stored "select count(*) from request join word on word.id = category where text = 'other'")"
    finish
}

item_57() {
    begin 57-long-category
    perl -pe 'if ($. == 7) { my $long = "x" x 65536; s/,litter,/,$long,/ }' "$bad/good.csv" >requests.csv
    accept 60 1 59
    finish
}

# Text from outside is text, wherever it is written. PATTERN must not stand raw in any published
# file of a browser's.
inert() { # NAME CATEGORY PATTERN
    begin "$1"
    take "$1.csv"
    accept 60 0 60
    same 'the category as it came' 3 "$(stored "select count(*) from request join word on word.id = category
        where text = $2")"
    grep -rlaE "$3" publish/current/ publish/status.html publish/status.json >raw && complain "raw in $(head -n 1 raw)"
    for file in $(find -L publish/current -name '*.json' -o -name '*.geojson'); do
        same "$file is JSON" 1 "$(sqlite3 :memory: "select json_valid(readfile('$file'))")"
    done
    finish
}

item_58() { inert 58-script "'<script>alert(1)</script>'" '<script>alert'; }

item_59() {
    inert 59-end-of-script "'</script>' || char(8232) || '\${{x}}'" $'</script>\xe2\x80\xa8|\xe2\x80\xa8\\$\\{\\{x|</script>\\\\u2028'
}

# What a spreadsheet would run: in every CSV that is written a text in such a cell is marked as one.
item_60() {
    begin 60-formula
    take 60-formula.csv
    change 's/opened: opened,/opened: opened, address: note,/'
    accept 60 1 59
    same 'without a place' 5 "$(manifest 'sources[0].state.not_placed')"
    # The blank before the fifth is an outer one: it is not kept.
    same 'cells that a spreadsheet would run, and marked ones' '0 4' "$(python3 - <<'P'
import csv, glob, re
runs = marked = 0
for name in glob.glob('state/un*/**/*.csv', recursive=True) + glob.glob('publish/current/officer/tables/*.csv'):
    for cell in (cell for row in csv.reader(open(name, newline='')) for cell in row):
        runs += bool(re.match(r'[=+\-@\t\r]', cell)) and not re.fullmatch(r'-?[0-9.]+', cell)
        marked += bool(re.match(r"'[=+\-@\t]", cell))
print(runs, marked)
P
    )"
    finish
}

# Control characters and marks of direction: escaped where they are told.
item_61() {
    begin 61-bidi
    sed 's/"West"/"We\\u202est\\u200b\\u0007"/' "$bad/wards.geojson" >wards.geojson
    sed $'1s/note/no\xe2\x80\xaete\xe2\x80\x8b\\x07/' "$bad/good.csv" >requests.csv
    accept 60 0 60
    grep -aq $'\xe2\x80\xae\\|\x07' run.err && complain 'raw on the terminal'
    finish
}

item_62() {
    begin 62-escape
    sed $'1s/note/\x1b]0;owned\x07\x1b[2J/' "$bad/good.csv" >requests.csv
    accept 60 0 60
    grep -aq $'\x1b' run.err && complain 'ESC on the terminal'
    finish
}

item_63() {
    begin 63-percent
    sed '1s/note/%s%n%x/; 2s/litter/%s%s%n/; 3s|[^,]*/2026 [^,]*|%n%n%n|' "$bad/good.csv" >requests.csv
    accept 60 1 59
    same 'the category as it came' 1 "$(stored "select count(*) from word where text = '%s%s%n'")"
    finish
}
