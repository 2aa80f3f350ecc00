# 91 to 94: inputs that can be read, and are not good enough to publish. Sourced by run.sh.
# shellcheck shell=bash disable=SC2034,SC2154

# Held back: exit code 8, the release that stood and the state as they were; rows that could not be
# read are there to look at.
item_91() {
    begin 91-unreadable
    awk -F, -v OFS=, 'NR % 10 == 5 { $2 = "soon" } { print }' "$bad/good.csv" >requests.csv
    refuse 8 late
    same 'rows in the unreadable file' 6 "$(sqlite3 -csv :memory: \
        '.import state/unreadable/2026-11-04/requests.csv t' 'select count(*) from t')"
    finish
}

item_92() {
    begin 92-not-placed
    awk -F, -v OFS=, 'NR % 3 == 2 { $5 = ""; $6 = ""; $7 = "" } { print }' "$bad/good.csv" >requests.csv
    refuse 8 late
    finish
}

item_93() {
    begin 93-not-fresh
    change 's/key: upsert/fresh_within: 12d/'
    refuse 8 late
    finish
    begin 93-fresh
    change 's/key: upsert/fresh_within: 13d/'
    accept 0 0 60 # the file has not changed, and is not read again
    finish
}

# A source that need not be there is not missed; its earlier requests stay.
item_94() {
    local pattern
    for pattern in requests.csv '"requests*.csv"'; do
        begin "94-optional-${#pattern}"
        name=94-optional
        change "s|path: requests.csv|path: $pattern|; s/key: upsert/required: false/"
        rm requests.csv
        accept 0 0 60
        "$program" check council.yaml >check.out 2>&1 || complain 'check finds something wrong'
        grep -q 'no file matches, and it is not required' check.out || complain 'check says nothing'
        finish
    done
    begin 94-optional-and-bad # what is there must be right
    change 's/key: upsert/required: false/'
    take 22-semicolon.csv
    refuse 4
    finish
}

# An export that was cut off holds half of what it held: the maps of yesterday stand.
item_95() {
    begin 95-fallen
    head -n 30 "$bad/good.csv" >requests.csv
    refuse 8 late
    finish
    begin 95-fallen-a-little
    head -n 41 "$bad/good.csv" >requests.csv
    accept 40 0 40
    same 'requests gone' 20 "$(stored 'select count(*) from seen where gone is not null')"
    finish
}

# Names that are in no list of categories: counted, listed, and too many of them hold the run back.
item_96() {
    begin 96-unmapped
    printf 'code,category\nlitter,litter\n' >categories.csv
    awk -F, -v OFS=, 'NR % 10 == 2 { $3 = "Bins" } { print }' "$bad/good.csv" >requests.csv
    change 's/key: upsert/categories: categories.csv/'
    refuse 8 late
    same 'the list to fill in' 'code,category,requests Bins,,6' \
        "$(head -n 2 state/unmapped/requests.csv | tr '\n' ' ' | sed 's/ $//')"
    finish
    begin 96-mapped
    printf 'code,category\nlitter,litter\nBins,Missed bins\n' >categories.csv
    awk -F, -v OFS=, 'NR % 10 == 2 { $3 = "Bins" } { print }' "$bad/good.csv" >requests.csv
    change 's/key: upsert/categories: categories.csv/'
    accept 60 0 60
    same 'missed bins' 6 "$(stored "select count(*) from request join word on word.id = category
        where text = 'Missed bins'")"
    same 'what it was called' 6 "$(stored "select count(*) from request join word
        on word.id = service_code where text = 'Bins'")"
    [ ! -e state/unmapped/requests.csv ] || complain 'there is a list of names that are in no list'
    finish
}

# One ward of three cannot be placed, while all together can.
item_97() {
    begin 97-one-ward-not-placed
    awk -F, -v OFS=, 'NR == 1 { print $0, "ward"; next } NR % 3 == 2 { $7 = ""; $5 = NR % 2 ? $5 : "" ; $6 = NR % 2 ? $6 : "" }
        { print $0, NR % 3 == 2 ? "S01" : "middle" }' "$bad/good.csv" >requests.csv
    change 's/postcode: postcode}$/postcode: postcode, ward: ward}/; /^density/i quality: {min_placed: 0.5}'
    refuse 8 late
    finish
}

# A hundred requests a Monday, and then ON-THE-LAST; the day after is not over and does not count.
mondays() { # ON-THE-LAST
    awk -v last="$1" 'BEGIN { OFS = ","
        split("28/09 05/10 12/10 19/10 26/10 02/11 03/11", day, " ")
        print "ref", "opened", "category", "note", "easting", "northing", "postcode"
        for (d = 1; d <= 7; d++) {
            n = d == 6 ? last : d == 7 ? 3 : 100
            for (i = 0; i < n; i++)
                print "M" d "-" i, day[d] "/2026 10:" sprintf("%02d", i % 60), "litter", "",
                    430100 + 57 * i % 5800, 385100 + 91 * i % 1800, ""
        }
    }'
}

item_98() {
    local n
    for n in 55 145; do
        begin "98-monday-$n"
        mondays "$n" >requests.csv
        refuse 8 late
        finish
    done
    begin 98-monday-75 # a quarter less is nothing to stop for
    mondays 75 >requests.csv
    accept 578 0 578
    finish
    begin 98-monday-holiday
    mondays 55 >requests.csv
    printf 'date\n2026-11-02\n' >holidays.csv
    change 's/^density/holidays: holidays.csv\n&/'
    accept 558 0 558
    finish
}
