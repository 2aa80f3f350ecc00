#!/usr/bin/env bash
# serve.sh PROGRAM: a release over HTTP: for this computer only, in parts, and never from outside its folder.
. "$(dirname "$0")/lib.sh"
mkdir -p site/public/tiles site/public/wards site/public/empty releases/one/public
printf '<h1>here</h1>\n' >site/public/index.html
printf '<h1>wards</h1>\n' >site/public/wards/index.html
seq 1 20000 >site/public/tiles/a.pmtiles
: >site/public/nothing.csv
echo secret >site/secret.txt
for f in a.json a.geojson a.css a.js a.png a.pdf a.csv a.tif a.qml feed.xml a.svg a.unknown 'a b.txt'; do echo "$f" >"site/public/$f"; done
ln -s ../secret.txt site/public/link-out.txt
ln -s /etc/passwd site/public/link-abs.txt
ln -s a.json site/public/link-in.json
ln -s ../.. site/public/up
mkfifo site/public/pipe
size=$(stat -c %s site/public/tiles/a.pmtiles)
server=

start() { # FOLDER [options]: $url
    : >served # what the last server said must not be taken for this one's
    "$program" serve "$@" --port 0 >served 2>served.err </dev/null &
    server=$!
    for _ in $(seq 200); do
        [ -s served ] && break
        kill -0 $server 2>/dev/null || break
        sleep 0.05
    done
    url=$(head -n 1 served)
    port=${url##*:}
    port=${port%/}
}
stop() { # SIGNAL: $rc
    kill "-$1" $server
    wait $server
    rc=$?
}
trap '[ -n "$server" ] && kill $server 2>/dev/null; rm -rf "$work"' EXIT

# Head and body of an answer: ./head, ./body; $code.
get() { code=$(curl -s --max-time 20 --path-as-is -D head -o body -w '%{http_code}' "$@" 2>err); : >out; rc=$code; }
gives() { equals "$code" "$1"; }
has() { tr -d '\r' <head | grep -qiE "^$1\$" || { cat head; false; }; }
raw() { # REQUEST LINE: the status line that comes back
    exec 3<>"/dev/tcp/127.0.0.1/$port"
    printf '%s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$1" >&3
    timeout 10 cat <&3 >body
    exec 3<&-
    head -n 1 body | cut -d' ' -f2
}

start site
case_ 'the address is printed' eval 'echo "$url" | grep -qE "^http://127\.0\.0\.1:[0-9]+/$"'
case_ 'it is said what is served, and to whom' grep -q 'serving site/public to this computer only' served.err
case_ 'it listens on loopback only' eval 'p=$(printf "%04X" $port); equals "$(cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v p=":$p\$" "\$4 == \"0A\" && \$2 ~ p { print \$2 }")" "0100007F:$p"'
get "$url"
case_ 'the page is there' eval 'gives 200 && cmp -s body site/public/index.html && has "Content-Type: text/html; charset=utf-8"'
case_ 'nothing is taken for another type, nor kept without asking' eval 'has "X-Content-Type-Options: nosniff" && has "Cache-Control: no-cache"'
get "${url}index.html?x=../y"
case_ 'a question behind the name is no part of it' gives 200
get "${url}wards/"
case_ 'a folder gives its page' eval 'gives 200 && cmp -s body site/public/wards/index.html'
get "${url}wards"
case_ 'a folder without its slash is redirected' eval 'gives 301 && has "Location: /wards/"'
get "${url}empty/"
case_ 'a folder without a page is not found' gives 404
get "${url}nothing-here.html"
case_ 'what is not there is not found' gives 404
get "${url}nothing.csv"
case_ 'an empty file is empty' eval 'gives 200 && has "Content-Length: 0"'
get "${url}a%20b.txt"
case_ 'names may hold blanks' eval 'gives 200 && grep -qx "a b.txt" body'
for pair in 'a.json application/json' 'a.geojson application/geo\+json' 'a.css text/css; charset=utf-8' 'a.js text/javascript; charset=utf-8' \
    'a.png image/png' 'a.pdf application/pdf' 'a.csv text/csv; charset=utf-8' 'a.tif image/tiff' 'a.qml text/xml; charset=utf-8' \
    'feed.xml application/xml' 'a.svg image/svg\+xml' 'a.unknown application/octet-stream' 'tiles/a.pmtiles application/vnd.pmtiles'; do
    get "$url${pair%% *}"
    case_ "${pair%% *} has its content type" eval "gives 200 && has 'Content-Type: ${pair#* }'"
done

tiles=${url}tiles/a.pmtiles
get "$tiles"
case_ 'the whole file says that parts can be had' eval 'gives 200 && has "Accept-Ranges: bytes" && has "Content-Length: $size" && cmp -s body site/public/tiles/a.pmtiles'
part() { dd if=site/public/tiles/a.pmtiles bs=1 skip="$1" count="$2" 2>/dev/null | cmp -s - body || { echo 'another part'; false; }; }
get -H 'Range: bytes=0-126' "$tiles"
case_ 'the first bytes can be had' eval 'gives 206 && has "Content-Range: bytes 0-126/$size" && has "Content-Length: 127" && part 0 127'
get -H 'Range: bytes=1000-1099' "$tiles"
case_ 'so can some in the middle' eval 'gives 206 && has "Content-Range: bytes 1000-1099/$size" && part 1000 100'
get -H "Range: bytes=$((size - 10))-" "$tiles"
case_ 'and all from a place on' eval 'gives 206 && has "Content-Range: bytes $((size - 10))-$((size - 1))/$size" && part $((size - 10)) 10'
get -H 'Range: bytes=-7' "$tiles"
case_ 'and the last ones' eval 'gives 206 && part $((size - 7)) 7'
get -H 'Range: bytes=-999999999' "$tiles"
case_ 'more last ones than there are are all' eval 'gives 206 && has "Content-Range: bytes 0-$((size - 1))/$size"'
get -H "Range: bytes=10-$((size * 9))" "$tiles"
case_ 'a part ends with the file' eval 'gives 206 && has "Content-Range: bytes 10-$((size - 1))/$size"'
get -H "Range: bytes=$size-" "$tiles"
case_ 'a part behind the end is not satisfiable' eval 'gives 416 && has "Content-Range: bytes \*/$size"'
get -H 'Range: bytes=99999999999999999999999-' "$tiles"
case_ 'nor is one beyond all numbers' gives 416
get -H 'Range: bytes=-0' "$tiles"
case_ 'nor are the last none' gives 416
for range in 'bytes=5-2' 'bytes=x-y' 'bytes=' 'bytes=-' 'lines=1-2' 'bytes=0-1,5-6' 'bytes=1-2x'; do
    get -H "Range: $range" "$tiles"
    case_ "a range that cannot be read, or several ($range), give the whole" eval 'gives 200 && has "Content-Length: $size"'
done
get -I "$tiles"
case_ 'HEAD has the head of GET, and no body' eval 'gives 200 && has "Content-Length: $size" && [ ! -s body ] || grep -qi "^HTTP" body'
tag=$(tr -d '\r' <head | sed -n 's/^ETag: //Ip')
get -H 'Range: bytes=0-9' -H "If-Range: $tag" "$tiles"
case_ 'If-Range with the same tag has the part' gives 206
get -H 'Range: bytes=0-9' -H 'If-Range: "another"' "$tiles"
case_ 'If-Range with another tag has the whole' gives 200
get -X POST -d x "$url"
case_ 'only GET and HEAD are answered' eval 'gives 405 && has "Allow: GET, HEAD"'
get -X DELETE "${url}a.json"
case_ 'nothing can be deleted' eval 'gives 405 && is_there site/public/a.json'
head -c 3000000 /dev/zero >large
get -X POST --data-binary @large "$url"
case_ 'a large body is not kept' gives 405

for path in ../secret.txt ../../../../../../etc/passwd %2e%2e/secret.txt %2e%2e%2fsecret.txt ..%2fsecret.txt wards/../../secret.txt \
    wards/%2e%2e/%2e%2e/secret.txt //etc/passwd %2fetc%2fpasswd ..%5csecret.txt %252e%252e/secret.txt link-out.txt link-abs.txt \
    up/secret.txt up/served pipe %00 '.%00./secret.txt'; do
    get "$url$path"
    case_ "/$path leads nowhere" eval '[ "$code" = 404 ] && ! grep -qE "secret|root:" body'
done
get "${url}link-in.json"
case_ 'a link within the folder is followed' gives 200
case_ 'a path with .. on the line itself leads nowhere' eval '[ "$(raw "GET /../secret.txt")" = 404 ]'
case_ 'nor does another address' eval '[ "$(raw "GET http://127.0.0.1/../secret.txt")" != 200 ]'
case_ 'a method that there is not is refused' eval '[ "$(raw "FROB /")" = 405 ]'
get "$url$(printf 'a%.0s' $(seq 5000))"
case_ 'a name that is far too long is not found' eval '[ "$code" = 404 ] || [ "$code" = 414 ] || [ "$code" = 431 ]'
get -H 'Host: evil.example' "$url"
case_ 'a page of another name cannot read it (DNS rebinding)' gives 403
get -H 'Host: 127.0.0.1.evil.example' "$url"
case_ 'nor one whose name begins like ours' gives 403
get -H "Host: localhost:$port" "$url"
case_ 'localhost is ours' gives 200

echo new >site/public/later.txt
get "${url}later.txt"
case_ 'a file that came later is there' gives 200
for _ in 1 2 3 4 5 6 7 8; do curl -s -o /dev/null "$tiles" & done
wait $(jobs -p | grep -v "^$server$")
get "$url"
case_ 'it answers after many at once' gives 200
"$program" serve site --port "$port" >out 2>err
rc=$?
case_ 'a port that is taken is told' refused 2 "port $port is taken"
stop TERM
case_ 'SIGTERM ends it with 0' ended 0
case_ 'and it is gone' eval '! curl -s --max-time 5 -o /dev/null "$url"'

make_points points.csv 200 50
try density points.csv heat.tif --bandwidth 300 --cell 20 --crs EPSG:27700
mkdir maps
try tiles heat.tif maps/heat.pmtiles --zoom 10-14
wanted=$(sed -n 's/.* \([0-9]*\) tiles of 256 px.*/zoom 10 to 14, \1 tiles/p' err)
start maps
case_npm 'the reader of the dashboard finds every tile, in ranges' eval 'equals "$(read_with pmtiles "${url}heat.pmtiles")" "$wanted"'
stop TERM

mkdir -p pub/releases/a/public pub/releases/b/public
echo one >pub/releases/a/public/index.html
echo two >pub/releases/b/public/index.html
ln -s releases/a pub/current
start pub
get "$url"
case_ 'what a run publishes to shows its current release' eval 'gives 200 && grep -qx one body'
ln -s releases/b pub/next && mv -T pub/next pub/current
get "$url"
case_ 'and the next one as soon as it stands' eval 'gives 200 && grep -qx two body'
stop INT
case_ 'SIGINT ends it with 0' ended 0

try serve nothing
case_ 'a folder that is not there cannot be read' refused 4 'nothing: no such folder'
try serve site --port 70000
case_ 'a port beyond 65535 is a usage error' refused 2 '--port: expected a whole number from 0 to 65535'
timeout 20 "$program" serve site --port 0 >/dev/full 2>err
rc=$?
case_ 'an address that cannot be printed ends with 5' ended 5
finish
