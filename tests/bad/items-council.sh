# Items 74 to 80 of RELIABILITY.md section 6: the config, and councils that are hardly one. Sourced by run.sh.
# shellcheck shell=bash disable=SC2034,SC2154

# One change of the config.
config() { # NAME SED-SCRIPT
    begin "$1"
    change "$2"
    refuse 3
    finish
}

item_74() {
    config 74-unknown-key 's/bandwidth_m: 400/bandwith_m: 400/'
    config 74-key-twice 's/cell_m: 100/cell_m: 100, cell_m: 50/'
    config 74-tab $'s/^  - id: requests/\t- id: requests/'
    config 74-nul 's/^title: .*/title: "Small\\0ham"/'
    begin 74-ten-megabytes
    head -c 10M /dev/zero | tr '\0' '#' >>council.yaml
    refuse 3
    finish
}

item_75() {
    local value
    for value in 0 -5 nan 1e9; do
        config "75-bandwidth-$value" "s/bandwidth_m: 400/bandwidth_m: $value/"
    done
    config 75-cell 's/cell_m: 100/cell_m: 1e-9/'
}

# The study area decides how many cells there are: too many, and nobody has begun to fill them.
item_76() {
    begin 76-grid
    sed 's/430000/130000/g; s/436000/736000/g; s/385000/85000/g; s/387000/987000/g' "$bad/wards.geojson" >wards.geojson
    change 's/cell_m: 100/cell_m: 5/'
    refuse 7 late
    finish
}

# Few requests, or all alike: maps, with figures that are defined.
few() { # NAME AWK-CONDITION ROWS
    begin "$1"
    rm -rf state publish # nothing has been published before: a fall of the volume is no matter
    awk -F, "NR == 1 || ($2)" "$bad/good.csv" >requests.csv
    run
    same 'exit code' 0 $?
    same 'rows read' "$3" "$(manifest 'sources[0].rows.read')"
    grep -rqiE '(^|[^a-z])(inf|nan)([^a-z]|$)' publish/current/officer/tables publish/current/officer/geojson &&
        complain 'there is a figure that is no number'
    expect_said run.err
    finish
}

item_79() {
    begin 79-none
    head -n 1 "$bad/good.csv" >requests.csv
    refuse 4
    finish
    few 79-one 'NR == 5' 1
    few 79-two 'NR == 5 || NR == 30' 2
    few 79-one-ward '$5 < 432000' "$(awk -F, 'NR > 1 && $5 < 432000' "$bad/good.csv" | grep -c .)"
    begin 79-one-place
    rm -rf state publish
    awk -F, -v OFS=, 'NR > 1 { $5 = 431000; $6 = 386000 } { print }' "$bad/good.csv" >requests.csv
    run
    same 'exit code' 0 $?
    expect_said run.err
    finish
}

# Addresses that would be something else elsewhere: searched for like any other, quickly, and not found.
item_80() {
    begin 80-addresses
    awk -F, -v OFS=, 'BEGIN { evil[0] = "%%%%%_____%"; evil[1] = "Robert\x27); DROP TABLE request;--"
        evil[2] = "(a+)+$ (a|aa)+ [[:alpha:]]*.*.*.*b"; evil[3] = sprintf("%5000s", ""); gsub(/ /, "High Street ", evil[3])
        evil[4] = "\x27 OR 1=1 --" }
        NR > 1 && NR < 12 { $4 = evil[NR % 5]; $5 = ""; $6 = ""; $7 = "" } { print }' "$bad/good.csv" >requests.csv
    printf 'street,x,y\nHigh Street,431000,386000\nMill Lane,433000,386000\n' >streets.csv
    change 's|^  - {type: postcode.*|&\n  - {type: street, path: streets.csv, fields: {street: street, x: x, y: y}}|
        s/category: category,/category: category, address: note,/; /^density/i quality: {min_placed: 0.5}'
    local from=$SECONDS
    accept 60 0 60
    [ $((SECONDS - from)) -le 10 ] || complain "took $((SECONDS - from)) s"
    same 'the table' 60 "$(stored 'select count(*) from request')"
    finish
}
