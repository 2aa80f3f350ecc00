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
