#!/usr/bin/env bash
# print.sh PROGRAM: printed pages from the state that the last run left.
. "$(dirname "$0")/lib.sh"
# cairo 1.16's SVG surface never lets go of the snapshot of a recording that was drawn on it (472 bytes).
{ cat "$here/../lsan.supp" && echo leak:libcairo.so; } >lsan.supp
export LSAN_OPTIONS=suppressions=$PWD/lsan.supp:print_suppressions=0
make_council council
config=council/council.yaml
try print $config early.pdf
case_ 'before the first run there is nothing to print' refused 4 'the state holds no requests yet'
run_council council
before=$(cd council && find . -type f ! -name lock -exec sha256sum {} + | sort)

pages() { pdfinfo "$1" | sed -n 's/^Pages: *//p'; }
is_valid() { qpdf --check "$1" >qpdf.log 2>&1 || { cat qpdf.log; false; }; }
shows() { pdftotext -layout "$1" - | tr '\n' ' ' | tr -s ' ' | grep -qF -- "$2" || { pdftotext -layout "$1" - | head -n 40; false; }; }

try print $config --ward W1 --theme noise --as-of 2026-11-03 ward.pdf
case_ 'a page of one ward and theme is made' eval 'ended 0 && is_quiet'
case_ 'qpdf finds no fault in it' is_valid ward.pdf
case_ 'it is one page' equals "$(pages ward.pdf)" 1
case_ 'of A4' eval 'pdfinfo ward.pdf | grep -q "595.* x 84[12].* pts (A4)"'
case_ 'it names ward, theme and council' eval 'shows ward.pdf "North West" && shows ward.pdf "oise" && shows ward.pdf "Small Council"'
case_ 'and the release' eval 'shows ward.pdf "Release $(basename "$(readlink council/publish/current)")"'
case_ 'its count is that of the published table' eval 'shows ward.pdf "$(awk -F, "/^noise,.*,W1,/ { print \$7 }" council/publish/current/public/tables/wards.csv) request"'
case_ 'it is drawn: the page is not blank' eval 'pdftoppm -r 40 -gray ward.pdf page && od -An -v -t u1 page-1.pgm | tr -s " " "\n" | sort -u | wc -l | awk "{ exit !(\$1 > 30) }"'
try print $config --ward W1 --theme noise --as-of 2026-11-03 again.pdf --jobs 1
case_ 'the same again, byte for byte' cmp ward.pdf again.pdf
try print $config --theme noise --as-of 2026-11-03 theme.pdf
case_ 'a theme has an overview and a page for each ward' eval 'ended 0 && is_valid theme.pdf && equals "$(pages theme.pdf)" 5'
try print $config --as-of 2026-11-03 atlas.pdf --paper A3
case_ 'all of them are an atlas; A3 is A3' eval 'ended 0 && is_valid atlas.pdf && equals "$(pages atlas.pdf)" 10 && pdfinfo atlas.pdf | grep -q "(A3)"'
try print $config --ward W1 --as-of 2026-11-03 sheet.pdf
case_ 'without a theme a ward has one sheet over all of them' eval 'ended 0 && is_valid sheet.pdf && [ "$(pages sheet.pdf)" -ge 2 ] && shows sheet.pdf "North West" && shows sheet.pdf "What came in" && shows sheet.pdf "Page 2 of"'
try print $config --ward W1 --as-of 2026-11-03 sheet-again.pdf --jobs 1
case_ 'which is the same again, byte for byte' cmp sheet.pdf sheet-again.pdf
layout=$(dirname "$0")/../../styles/print/standard.json
sed 's/, "made"//' "$layout" >no-date.json
try print $config --ward W1 --as-of 2026-11-03 --layout no-date.json x.pdf
case_ 'a layout that leaves the date out is refused by name' refused 2 'no row shows "made"'
sed 's/"accent": "#141a2c"/"accent": "#b00020"/' "$layout" >ours.json
try print $config --ward W1 --as-of 2026-11-03 --layout ours.json ours.pdf
case_ 'a layout of the own is drawn' eval 'ended 0 && is_valid ours.pdf && ! cmp -s ours.pdf sheet.pdf'
try print $config --ward W1 --theme noise --as-of 2026-11-03 --officer officer.pdf
case_ 'the officer has a page of his own' eval 'ended 0 && is_valid officer.pdf'
try print $config --ward W1 --theme noise --as-of 2026-11-03 --style grey grey.pdf
case_ '--style grey has no colour' eval 'ended 0 && is_valid grey.pdf && pdftoppm -r 40 -x 20 -y 90 -W 280 -H 240 grey.pdf map && tail -c +16 map-1.ppm | od -An -v -w3 -t u1 | awk "{ d = \$1 > \$3 ? \$1 - \$3 : \$3 - \$1; if (d > 40) n++ } END { exit n > 20 }"'
try print $config --ward W1 --theme noise --as-of 2026-11-03 --lang en+cy --strict two.pdf
case_ 'two languages on a sheet' eval 'ended 0 && is_valid two.pdf && pdftotext two.pdf - | grep -q "Ceisiadau fesul"'
try print $config --ward W1 --theme noise --as-of 2026-11-03 --lang ur --edition large large.pdf
case_ 'large print, read from the right' eval 'ended 0 && is_valid large.pdf && pdfinfo large.pdf | grep -q A3'
try print $config --lang xx --as-of 2026-11-03 x.pdf
case_ 'a language that there is not is a usage error' refused 2 'pages cannot speak "xx"'
try print $config --edition huge --as-of 2026-11-03 x.pdf
case_ 'an edition that there is not is a usage error' refused 2 'no edition "huge"'
try print $config --style neon --as-of 2026-11-03 x.pdf
case_ 'a style that there is not is a usage error' refused 2 'no style "neon"'
case_ 'printing changes neither state nor release' equals "$(cd council && find . -type f ! -name lock -exec sha256sum {} + | sort)" "$before"

spot=$(sed -n 's/.*"id":"\([^"]*\)".*/\1/p; s/.*"id": "\([^"]*\)".*/\1/p' council/publish/current/officer/geojson/hotspots.geojson | head -n 1)
try print $config --hotspot "$spot" --as-of 2026-11-03 evidence.pdf
case_ "a hot spot's evidence is one page" eval 'ended 0 && is_valid evidence.pdf && equals "$(pages evidence.pdf)" 1 && shows evidence.pdf "$spot" && shows evidence.pdf "not for publication"'
case_ 'its count is that of the record in the release' eval 'shows evidence.pdf "$(sed -n "s/.*\"observed\": *\([0-9]*\).*/\1/p" council/publish/current/officer/evidence/$spot.json) request"'
try print $config --hotspot noise-nowhere --as-of 2026-11-03 x.pdf
case_ 'a hot spot that there is not is a usage error' refused 2 'no hot spot has the id "noise-nowhere"'
try print $config --hotspot "$spot" --ward W1 x.pdf
case_ 'an id and a ward are one too many' refused 2 'leave --ward and --theme out'

try print $config --theme noise --ward W1 --as-of 2026-11-03 drawing.svg
case_ 'a sheet as a drawing' eval 'ended 0 && grep -q "<svg " drawing.svg && grep -q "<title>North West" drawing.svg'
try print $config several.svg
case_ 'a drawing of several sheets is a usage error' refused 2 'a drawing holds one sheet'

try print $config --ward W9 --as-of 2026-11-03 x.pdf
case_ 'a ward that there is not is a usage error' refused 2 'no ward has the code "W9"; the first is W1'
try print $config --theme cats --as-of 2026-11-03 x.pdf
case_ 'a theme that there is not is a usage error' refused 2 'no theme has the id "cats"; there are: noise, fly-tipping'
try print $config --paper A5 x.pdf
case_ 'another paper is a usage error' refused 2 '--paper: expected A4 or A3'
try print $config --ward W1 --theme noise --as-of 2026-11-03 nowhere/x.pdf
case_ 'an output folder that is not there ends with 5' refused 5 'nowhere/x.pdf: No such file'
mkfifo pipe # a device would do as well, but a fault here, as root, would cost the machine its own
try print $config --ward W1 --theme noise --as-of 2026-11-03 pipe
case_ 'what is no regular file is not written over' eval 'refused 5 "pipe: stands there and is not a regular file" && [ -p pipe ]'
case_ 'nothing was written for what was refused' is_absent x.pdf
(flock 9 && : >locked && sleep 60) 9>>council/state/lock &
holder=$!
while [ ! -e locked ]; do sleep 0.05; done
try print $config --ward W1 --theme noise --as-of 2026-11-03 x.pdf
case_ 'while a run holds the lock it ends with 6' ended 6
kill $holder
finish
