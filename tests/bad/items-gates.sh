# 91 to 93: inputs that can be read, and are not good enough to publish. Sourced by run.sh.
# shellcheck shell=bash

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
    accept 60 0 60
    finish
}
