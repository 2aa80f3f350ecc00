# Items 1 to 33 of RELIABILITY.md section 6: what the file is. Sourced by run.sh.
# shellcheck shell=bash disable=SC2034,SC2154

# name, what happens; for the items that need no more than their file
refused() { # NAME EXIT-CODE [late]
    begin "$1"
    take "$1.csv"
    refuse "$2" "${3:-}"
    finish
}

accepted() { # NAME READ UNREADABLE STORED
    begin "$1"
    take "$1.csv"
    accept "$2" "$3" "$4"
    finish
}

item_01() {
    begin 01-missing
    rm requests.csv
    refuse 4
    finish
}

item_02() {
    begin 02-empty
    : >requests.csv
    refuse 4
    finish
}

item_03() { refused 03-header-only 4; }
item_04() { accepted 04-bom 60 0 60; }

item_05() {
    refused 05-utf16le 4
    refused 05-utf16be 4
}

item_06() {
    accepted 06-cp1252 60 1 59
    begin 06-cp1252-declared
    take 06-cp1252.csv
    change 's/key: upsert/encoding: cp1252/'
    accept 60 0 60
    finish
}

item_07() { accepted 07-overlong 60 2 58; }
item_08() { accepted 08-nul 60 1 59; }

item_09() {
    begin 09-nul-tail
    head -c 4096 /dev/zero >>requests.csv
    refuse 4
    finish
}

item_10() {
    accepted 10-cr 60 1 59
    accepted 10-mixed 60 1 59
}

item_11() { refused 11-unclosed-quote 4; }
item_12() { accepted 12-quote-inside 60 1 59; }
item_13() { accepted 13-text-after-quote 60 1 59; }

# Of 60 rows two are bad: their lines count the line ends inside the quotes of the rows before them.
item_14() { accepted 14-newline-inside 60 2 58; }

# A file that is too large to keep: within 10 s and 256 MiB.
huge() { # NAME
    local mib=0 ms=0 before
    code=4
    before=$(published)
    timeout 120 "$peak" "$program" run council.yaml --as-of 2026-11-04 2>run.err >run.out 3>figures
    same 'exit code' 4 $?
    expect_said run.err
    [ "$before" = "$(published)" ] || complain 'the release that stood has changed'
    read -r mib ms <figures
    # A sanitizer keeps its own books: there is nothing to learn from them.
    [ -n "${WARDHEAT_BAD_SANITIZED:-}" ] || [ "$mib" -lt 256 ] || complain "held $mib MiB"
    [ -n "${WARDHEAT_BAD_SANITIZED:-}" ] || [ "$ms" -lt 10000 ] || complain "took $ms ms"
    check 4
    rm -f requests.csv
    finish "$mib MiB, $ms ms"
}

item_15() {
    begin 15-one-line
    head -n 1 "$bad/good.csv" >requests.csv
    head -c "${huge_mb}M" /dev/zero | tr '\0' a >>requests.csv
    huge
    begin 15-one-quote
    { head -n 1 "$bad/good.csv" && printf 'R001,"'; } >requests.csv
    head -c "${huge_mb}M" /dev/zero | tr '\0' a >>requests.csv
    huge
    begin 15-sparse
    head -n 1 "$bad/good.csv" >requests.csv
    if truncate -s 10G requests.csv; then
        huge
    else
        skip 'no sparse file of 10 GB on this file system'
    fi
}

item_16() {
    begin 16-million-columns
    seq -f 'c%.0f' -s , 1000000 >requests.csv
    seq -f '%.0f' -s , 1000000 >>requests.csv
    refuse 4
    finish
}

item_17() { refused 17-column-missing 4; }
item_18() { refused 18-column-twice 4; }

item_19() {
    accepted 19-reordered 60 0 60
    refused 19-renamed 4
}

# Told once: the second run says nothing.
item_20() {
    accepted 20-new-column 60 0 60
    begin 20-new-column-again
    take 20-new-column.csv
    "$program" run council.yaml --as-of 2026-11-03 >/dev/null 2>&1 || complain 'the first run failed'
    echo >>requests.csv # the same rows in a file that has changed, so that it is read
    accept 60 0 60
    finish
}

item_21() { accepted 21-short-and-long 60 2 58; }

item_22() {
    refused 22-semicolon 4
    refused 22-tab 4
}

item_23() {
    accepted 23-no-final-newline 60 0 60
    begin 23-newline-required
    take 23-no-final-newline.csv
    change 's/key: upsert/require_final_newline: true/'
    refuse 4
    finish
}

item_24() { accepted 24-cut-mid-row 60 1 59; }

item_25() {
    begin 25-grows
    {
        head -n 1 "$bad/good.csv"
        awk 'BEGIN { for (i = 0; i < 150000; i++)
            printf "G%06d,01/10/2026 12:00,litter,by the gate,%d,386000,\n", i, 430001 + i % 5900 }'
    } >requests.csv
    (while [ ! -e stop ]; do echo 'H1,01/10/2026 12:00,litter,,433000,386000,' && sleep 0.005; done) \
        >>requests.csv &
    refuse 4 late
    touch stop
    wait
    finish
}

item_26() {
    begin 26-fifo
    rm requests.csv
    mkfifo requests.csv
    refuse 4
    finish
    begin 26-device
    change 's:path. requests.csv:path\: /dev/zero:'
    refuse 4
    finish
    begin 26-folder
    rm requests.csv
    mkdir requests.csv
    refuse 4
    finish
    begin 26-socket
    rm requests.csv
    if perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local => "requests.csv", Listen => 1) or exit 1' &&
        [ -S requests.csv ]; then
        refuse 4
        finish
    else
        skip 'no socket could be made'
    fi
}

item_27() {
    begin 27-link-out
    cp "$bad/good.csv" "$work/elsewhere.csv"
    ln -sf "$work/elsewhere.csv" requests.csv
    refuse 4
    finish
    begin 27-folder-link-out
    mkdir -p "$work/elsewhere"
    cp "$bad/good.csv" "$work/elsewhere/a.csv"
    ln -s "$work/elsewhere" crm
    mkdir in
    change 's:path. requests.csv:path\: "in/*/a.csv":'
    mv crm in/
    refuse 4
    finish
    begin 27-link-inside
    mv requests.csv real.csv
    ln -s real.csv requests.csv
    echo >>real.csv
    accept 60 0 60
    finish
}

item_28() {
    begin 28-permission-denied
    chmod 000 requests.csv
    local drop=()
    if [ "$(id -u)" = 0 ]; then
        drop=(setpriv --bounding-set '-dac_override,-dac_read_search')
        if ! "${drop[@]}" true 2>/dev/null; then
            skip 'root reads everything, and setpriv cannot take that away here'
            return
        fi
    fi
    printf '#!/bin/sh\nexec %s "%s" "$@"\n' "${drop[*]}" "$program" >"$work/less"
    chmod +x "$work/less"
    local as_root=$program
    program=$work/less
    refuse 4
    program=$as_root
    finish
}

item_29() {
    refused 29-gzip 4
    refused 29-zip 4
}

item_30() {
    refused 30-bomb 4
    refused 30-nested 4
}

# Our own files, and those of libraries, in a run of the tiny council.
ordinary='"(|\.|/tmp|disable|/[^"]*/\.gdal/gdalrc|/[^"]*/council/(state|publish)(/.*)?|council\.yaml|requests\.csv|wards\.geojson|postcodes\.csv|state(/.*)?|publish(/.*)?|/[^"]*/\.local/share/proj.*|.*/(build[^/]*|styles|dashboard|fonts|fontconfig)(/.*)?)"'

item_31() {
    begin 31-vrt-as-csv
    cp "$bad/good.csv" secret.csv
    take 31-vrt.csv
    refuse 4
    opens_nothing secret
    finish
    begin 31-vrt-as-geojson
    cp "$bad/good.csv" secret.csv
    take 31-vrt.geojson wards.geojson
    refuse 4
    opens_nothing secret
    finish
}

item_32() {
    local path
    for path in vsicurl pg inline vsizip url; do
        begin "32-$path"
        case $path in
        vsicurl) change 's|path: wards.geojson|path: "/vsicurl/http://127.0.0.1/wards.geojson"|' ;;
        pg) change 's|path: wards.geojson|path: "PG:dbname=council"|' ;;
        inline) change "s|path: wards.geojson|path: '{\"type\": \"FeatureCollection\"}'|" ;;
        vsizip) change 's|path: requests.csv|path: "/vsizip/secret.zip/requests.csv"|' ;;
        url) change 's|path: requests.csv|path: "http://127.0.0.1/requests.csv"|' ;;
        esac
        refuse 3
        opens_nothing '127\.0\.0\.1|secret|wards\.geojson|"[^"]*requests\.csv'
        finish
    done
}

item_33() {
    refused 33-laughs 4
    refused 33-external 4
    begin 33-laughs-as-geojson
    take 33-laughs.geojson wards.geojson
    refuse 4
    opens_nothing passwd:
    finish
}
