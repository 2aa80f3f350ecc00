#!/usr/bin/env bash
# help.sh PROGRAM: every command teaches, every option that it takes is in its help, and mistakes on the command line are told.
. "$(dirname "$0")/lib.sh"

declare -A options=(
    [run]='as-of dry-run' [check]='' [serve]='port'
    [geocode]='explain source x y postcode address uprn usrn ward crs'
    [density]='bandwidth explain adaptive precision cell kernel edge correction exact max-error float32 bounds theme as-of opened date-format periods crs x y weight'
    [explain]='ward level area metric theme hotspot public check'
    [hotspots]='areas cells code name population streets street-name bandwidth cell kernel relative-to base-x base-y base-weight base-crs method false-discovery ratio share at-least opened date-format window as-of title crs x y'
    [tiles]='zoom style breaks smooth retina basemap as-of officer' [print]='ward theme hotspot paper lang edition strict style layout as-of officer')
everywhere='help quiet verbose jobs memory-limit log-json'

lists() { # every option of a command, and no other
    local found wanted
    found=$(grep -oE '^  --[a-z0-9-]+' out | sort -u | tr -d ' \n')
    wanted=$(printf -- '--%s\n' ${options[$1]} $everywhere | sort -u | tr -d '\n')
    equals "$found" "$wanted"
}
says_defaults() { # each of its options has a default, is required, or is for something only
    awk '/^Options:/ { on = 1; next } /^Options of every/ { on = 0 }
        on && /^  --/ { if (line != "" && line !~ /default|required|--explain|0 takes|of a config|columns, CRS/) { print line; bad = 1 } line = "" }
        on { line = line " " $0 }
        END { if (line != "" && line !~ /default|required|of a config/) { print line; bad = 1 } exit bad }' out
}
teaches() { # usage, what it does, examples that name it, exit codes
    printed "Usage: wardheat $1 " && printed 'Examples:' && printed "  wardheat $1 " && printed 'Exit codes:' &&
        printed '  4  input could not be read' && [ "$(wc -l <out)" -ge 20 ]
}
names_all() { for c in "${!options[@]}"; do printed "  $c " || return 1; done; }
is_narrow() { awk 'length($0) > 110 { print; bad = 1 } END { exit bad }' out; }

try --help
case_ 'the list of commands names them all' names_all
case_ 'the list of commands ends with 0' ended 0
try
case_ 'no command at all is a usage error' ended 2
case_ 'no command lists them on standard error' said '  density '
for command in run check geocode density hotspots tiles print serve explain; do
    try "$command" --help
    case_ "$command --help ends with 0 and says nothing else" eval 'ended 0 && is_quiet'
    case_ "$command --help teaches: usage, examples, exit codes" teaches "$command"
    case_ "$command --help lists the options that it takes, and no other" lists "$command"
    case_ "$command --help says what holds when an option is not given" says_defaults
    case_ "$command --help fits a terminal" is_narrow
    cp out long
    try help "$command"
    case_ "help $command is the same" cmp out long
    for option in ${options[$command]}; do
        # A flag refuses a value, anything else needs one: neither is "unknown".
        try "$command" "--$option="
        case_ "$command knows --$option" eval 'ended 2 && ! grep -q unknown err'
    done
    try "$command" a b c d
    case_ "$command refuses an argument too many" refused 2 'too many'
    try "$command" --no-such-thing x
    case_ "$command refuses an option that it has not" refused 2 'unknown option --no-such-thing'
done
for command in run check density hotspots tiles print serve geocode explain; do
    try "$command"
    case_ "$command without arguments is a usage error" refused 2 'too few arguments'
done

try density a.csv b.tif --bandwith 3
case_ 'an option with a slip names the nearest' refused 2 'unknown option --bandwith (did you mean --bandwidth?)'
try density -b 3
case_ 'a single dash is no argument' refused 2 'unknown option -b'
try densty
case_ 'a command with a slip names the nearest' refused 2 'no command "densty" (did you mean density?)'
try frobnicate
case_ 'a command that there is not points to the list' refused 2 'wardheat help lists them'
try help frobnicate
case_ 'help of a command that there is not is a usage error' refused 2 'no command "frobnicate"'
try run --as-of yesterday council.yaml
case_ 'a date that is none is a usage error' refused 2 '--as-of: expected a date as in 2026-11-03, not yesterday'
try run --as-of
case_ 'an option without its value says what it wants' refused 2 '--as-of needs a value: --as-of DATE'
try run '' --dry-run
case_ 'an empty argument is a usage error' refused 2 'an argument is empty'
try check --jobs 0 x.yaml
case_ 'no thread at all is a usage error' refused 2 '--jobs: expected a whole number from 1 to 64, not 0'
try check --memory-limit lots x.yaml
case_ 'a memory limit that is no number is a usage error' refused 2 '--memory-limit: expected a whole number'
try check --quiet=yes x.yaml
case_ 'a flag takes no value' refused 2 '--quiet takes no value'
try check -- --help
case_ 'after -- everything is an argument' eval 'ended 3 && said "--help: No such file"'
try --version
case_ 'the version is one line' eval 'ended 0 && one_line out && is_quiet'
try run "$(printf 'no\033[31m\nsuch.yaml')"
case_ 'a name cannot move the terminal' eval 'one_line err && ! grep -q "$(printf "\033")" err'
finish
