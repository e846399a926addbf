#!/usr/bin/env bash
# A gateway with 100 tunnels under traffic, and beside them 20,000 forged IKE_SA_INIT requests a second, each from another
# address. What happens to the packets, to the gateway's memory, and to a peer that comes meanwhile:
#
#   sudo perf/flood/run.sh [SECONDS]           (RATE=20000 TUNNELS=100 PACKETS=5000: each a second, but for TUNNELS)
#
#   left ─── gapura ─── router ─── peers: another Gapura with 100 addresses ─── right
#                         └─── attacker
#
# Each box is a network namespace. Exits 0 if no packet was lost, memory grew by 64 MiB at most, and every newcomer
# was in within 3 seconds. Everything shares this machine's cores, the attacker too.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
source "$HERE/../../configs/host/lib.sh"
source "$HERE/../../configs/host/namespaces.sh"

FLOOD_SECONDS=${1:-30} RATE=${RATE:-20000} TUNNELS=${TUNNELS:-100} PACKETS=${PACKETS:-5000}
NEWCOMERS=5
HEAP="-XX:+UseZGC -Xms256m -Xmx256m -XX:+AlwaysPreTouch" # all there from the beginning: what grows is no garbage
MOST_GROWTH_KIB=65536
MOST_SECONDS=3
PREFIX=gapura-flood-
LEFT=${PREFIX}left GAPURA=${PREFIX}gapura ROUTER=${PREFIX}router PEERS=${PREFIX}peers RIGHT=${PREFIX}right
ATTACKER=${PREFIX}attacker
STATE=$(mktemp -d /tmp/gapura-flood.XXXXXX)
FAILED=0

main() {
    [ "$(id -u)" = 0 ] || die "needs root"
    need ip=iproute2 ethtool=ethtool python3=python3 sysctl=procps swanctl=strongswan-swanctl
    find_java
    build_jar
    remove_namespaces $PREFIX
    trap finish EXIT
    trap 'exit 130' INT TERM
    topology
    python3 "$HERE/gateways.py" "$STATE" "$TUNNELS"
    start $GAPURA gapura
    start $PEERS peers
    say "setting $TUNNELS tunnels up"
    wait_until 60 tunnels_are "$TUNNELS" || die "not all tunnels are up: $(cat "$STATE/peers.log")"
    under_flood
}

topology() {
    namespace $LEFT $GAPURA $ROUTER $PEERS $RIGHT $ATTACKER
    join $LEFT eth0 10.1.0.2/24 $GAPURA lan 10.1.0.1/24
    join $GAPURA wan 192.0.2.1/24 $ROUTER to-gapura 192.0.2.254/24
    join $PEERS wan 198.51.100.1/24 $ROUTER to-peers 198.51.100.254/24
    join $ATTACKER eth0 203.0.113.1/24 $ROUTER to-attacker 203.0.113.254/24
    join $RIGHT eth0 10.2.0.2/16 $PEERS lan 10.2.0.1/16
    local number
    for number in $(seq 2 $((TUNNELS + 1))); do ip -n $PEERS address add 198.51.100.$number/24 dev wan; done
    for number in $(seq $TUNNELS); do ip -n $RIGHT address add 10.2.$number.1/16 dev eth0; done
    ip -n $LEFT route add default via 10.1.0.1
    ip -n $RIGHT route add default via 10.2.0.1
    ip -n $GAPURA route add default via 192.0.2.254
    ip -n $PEERS route add default via 198.51.100.254
    ip -n $ATTACKER route add default via 203.0.113.254
    ip -n $ROUTER route add blackhole 198.18.0.0/15 # where the forged requests say that they come from
    within $ROUTER sysctl -qw net.ipv4.ip_forward=1
    software_checksums $LEFT eth0
    software_checksums $RIGHT eth0
}

start() {
    ip netns exec "$1" "$JAVA" $HEAP -jar "$JAR" run "$STATE/$2.yaml" >"$STATE/$2.log" 2>&1 </dev/null &
    echo $! >"$STATE/$2.pid"
    wait_until 30 [ -S "$STATE/$2.vici" ] || die "$2 did not start: $(cat "$STATE/$2.log")"
}

tunnels_are() { [ "$(python3 -IS "$HERE/../../configs/interop/gapura-sas.py" "$STATE/gapura.vici" 'len(children)')" = "$1" ]; }

under_flood() {
    local receiver sender attacker before
    ip netns exec $RIGHT python3 "$HERE/stream.py" receive >"$STATE/received" &
    receiver=$!
    ip netns exec $LEFT python3 "$HERE/stream.py" send "$TUNNELS" "$PACKETS" $((FLOOD_SECONDS + 10)) >"$STATE/sent" &
    sender=$!
    sleep 5
    before=$(resident_kib)
    say "flood: $RATE requests a second for $FLOOD_SECONDS s"
    ip netns exec $ATTACKER python3 "$HERE/../../configs/interop/datagrams.py" flood 192.0.2.1 "$RATE" "$FLOOD_SECONDS" \
        >"$STATE/flood" &
    attacker=$!
    newcomers
    wait $attacker
    local after
    after=$(resident_kib)
    wait $sender
    sleep 1
    kill -INT $receiver
    wait $receiver || true
    report "$before" "$after"
}

resident_kib() { awk '/^VmRSS/ { print $2 }' "/proc/$(cat "$STATE/gapura.pid")/status"; }

# One peer after the other, as long as the flood lasts; the slowest counts
newcomers() {
    local began
    : >"$STATE/newcomers"
    for _ in $(seq $NEWCOMERS); do
        sleep $((FLOOD_SECONDS / (NEWCOMERS + 1)))
        began=$(date +%s%N)
        swan --initiate --child newcomer --timeout 20 >>"$STATE/swanctl.log" 2>&1 && seconds_since "$began" >>"$STATE/newcomers" ||
            printf 'never' >>"$STATE/newcomers"
        echo >>"$STATE/newcomers"
        swan --terminate --ike newcomer >>"$STATE/swanctl.log" 2>&1 || true
    done
}

swan() {
    local command=$1
    shift
    swanctl "$command" --uri "unix://$STATE/peers.vici" "$@"
}

report() {
    local slowest lost
    slowest=$(sort -n "$STATE/newcomers" | tail -1)
    ! grep -q never "$STATE/newcomers" || slowest=999
    lost=$(($(cat "$STATE/sent") - $(cat "$STATE/received")))
    printf 'forged requests: %s\n' "$(cat "$STATE/flood")"
    printf 'newcomers, seconds each: %s\n' "$(paste -sd' ' "$STATE/newcomers")"
    printf 'memory of the gateway: %d MiB before, %d MiB after\n' $(($1 / 1024)) $(($2 / 1024))
    printf 'dropped: %s\n' "$("$JAVA" -jar "$JAR" show drops --uri "unix://$STATE/gapura.vici" | paste -sd';')"
    held "no packet lost of $(cat "$STATE/sent") in $TUNNELS tunnels ($lost)" [ "$lost" = 0 ]
    held "memory grew by no more than $((MOST_GROWTH_KIB / 1024)) MiB" [ $(($2 - $1)) -le $MOST_GROWTH_KIB ]
    held "every newcomer in within $MOST_SECONDS s ($slowest)" awk -v s="$slowest" -v most=$MOST_SECONDS 'BEGIN { exit s > most }'
    held "all tunnels are still up" tunnels_are "$TUNNELS"
    [ $FAILED = 0 ]
}

held() {
    if "${@:2}"; then printf 'held    %s\n' "$1"; else printf 'FAILED  %s\n' "$1"; FAILED=1; fi
}

finish() {
    local status=$?
    trap - EXIT
    set +e
    remove_namespaces $PREFIX
    if [ -n "${KEEP_STATE:-}" ]; then say "logs are in $STATE"; else rm -rf "$STATE"; fi
    exit $status
}

main
