#!/usr/bin/env bash
# Gapura and its peers on this machine, one after the other, round after round, and a table of ratios at the end.
#
#   perf/peers/run.sh [OPTION…] [PEER…]
#
# PEER is the name of a script here, without .sh; all if none is named. Needs root. Every peer's script can be run
# alone, too. Everything is removed at the end, but for installed packages and the cache.
#
#   --rounds N          how often each is measured (3)
#   --topology NAME     of hosts, gateways, memory; all three if not given
#   --json              the rows as they are measured, one object per line, on standard output; the table goes to
#                       standard error
#   --rows FILE         also append the rows to FILE, and make the table of all that it holds: to measure in several runs
#   --table FILE        only print the table of FILE
#   --list              the peers and their topologies
#   --seconds, --payload, --congestion, --measure, --cache      as for each peer's script, see there
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
# Gapura last: in a round all are measured before the next begins
SCRIPTS=(plain plain-single libipsec openvpn wireguard-go wireguard-go-testing af-xdp gapura
    secgw crypto-perf gapura-engine)
[ ! -e "$HERE/gapura-tun.sh" ] || SCRIPTS+=(gapura-tun)

ROUNDS=3 JSON=no ROWS='' PASSED=() CHOSEN=() WANTED=(hosts gateways memory) CHILD=''
main() {
    run_options "$@"
    [ "$(id -u)" = 0 ] || { echo "run.sh: needs root" >&2 && exit 1; }
    [ ${#CHOSEN[@]} -gt 0 ] || CHOSEN=("${SCRIPTS[@]}")
    OWN=$(mktemp)
    trap 'rm -f "$OWN"' EXIT
    trap interrupted INT TERM
    each install
    for ((round = 1; round <= ROUNDS; round++)); do
        echo "round $round of $ROUNDS" >&2
        each measure
    done
    [ -z "$ROWS" ] || cat "$OWN" >>"$ROWS"
    if [ $JSON = yes ]; then table "${ROWS:-$OWN}" >&2; else table "${ROWS:-$OWN}"; fi
}

run_options() {
    local option
    while [ $# -gt 0 ]; do
        option=$1
        shift
        case $option in
            --rounds) ROUNDS=${1:?} && shift ;;
            --topology) WANTED=("${1:?}") && shift ;;
            --json) JSON=yes ;;
            --rows) ROWS=${1:?} && shift ;;
            --table) table "${1:?}" && exit ;;
            --list) list && exit ;;
            --seconds | --payload | --congestion | --measure | --cache) PASSED+=("$option" "${1:?}") && shift ;;
            --help | -h) sed -n '2,/^[^#]/s/^# \?//p' "$0" && exit ;;
            -*) echo "run.sh: unknown option $option (see --help)" >&2 && exit 2 ;;
            *)
                [ -x "$HERE/$option.sh" ] || { echo "run.sh: no peer $option (see --list)" >&2 && exit 2; }
                CHOSEN+=("$option")
                ;;
        esac
    done
}

list() {
    local script
    for script in "${SCRIPTS[@]}"; do
        printf '%-22s %s\n' "$script" "$("$HERE/$script.sh" --topologies)"
    done
}

table() { python3 "$HERE/table.py" <"$1"; }

# each install|measure: every script in every topology that is wanted and that it knows
each() {
    local topology script
    for topology in "${WANTED[@]}"; do
        for script in "${CHOSEN[@]}"; do
            case " $("$HERE/$script.sh" --topologies) " in
                *" $topology "*) "$1" "$script" "$topology" ;;
            esac
        done
    done
}

install() { child "$1" --install; }

measure() {
    echo "  $2: $1" >&2
    child "$1" --json --topology "$2"
}

# In the background, so that a signal is heard at once and passed on. One that fails is said and left out.
child() {
    "$HERE/$1.sh" "${@:2}" "${PASSED[@]}" > >(if [ $JSON = yes ]; then tee -a "$OWN"; else cat >>"$OWN"; fi) &
    CHILD=$!
    wait $CHILD || echo "  $1 failed: no figures of it in this round" >&2
    CHILD=''
}

interrupted() {
    trap '' INT TERM
    if [ -n "$CHILD" ]; then
        kill -TERM "$CHILD" 2>/dev/null || true
        wait "$CHILD" || true
    fi
    exit 130
}

main "$@"
