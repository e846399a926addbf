#!/usr/bin/env bash
# Two gateways under mixed traffic for as long as you like: packets of all sizes, in fragments too, IPv4 and IPv6, ESP by three
# ciphers and AH, each rekeyed every half minute, IKE every two.
#
#   sudo perf/soak/run.sh [--minutes N]        (60; RATE=400 packets a second, each way)
#
#   left ─── a ═══ b ─── right                 each a network namespace
#
# At the end the traffic stops, and of both gateways is said: whether every packet is accounted for, whether all buffers came
# back, whether the SAs are those that there should be, and how resident memory and the heap behind a collection went over the
# second half, by least squares. Exits 0 only if all of this held and no more than one packet in 1000 was lost.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
source "$HERE/../../configs/host/lib.sh"
source "$HERE/../../configs/host/namespaces.sh"

MINUTES=60 RATE=${RATE:-400}
[ "${1:-}" != --minutes ] || { MINUTES=$2; shift 2; }
[ $# = 0 ] || { sed -n '2,12p' "$0" | sed 's/^# \?//'; exit 2; }
PREFIX=gapura-soak-
LEFT=${PREFIX}left A=${PREFIX}a B=${PREFIX}b RIGHT=${PREFIX}right
HEAP="-XX:+UseZGC -Xms256m -Xmx256m -XX:+AlwaysPreTouch" # all there from the beginning: what grows then is not the heap
CHILDREN=4
STATE=$(mktemp -d /tmp/gapura-soak.XXXXXX)
FAILED=0

main() {
    [ "$(id -u)" = 0 ] || die "needs root"
    need ip=iproute2 ethtool=ethtool python3=python3 sysctl=procps
    find_java
    build_jar
    remove_namespaces $PREFIX
    trap finish EXIT
    trap 'exit 130' INT TERM
    topology
    python3 "$HERE/gateways.py" "$STATE"
    start $B b
    start $A a
    wait_until 60 children_are $CHILDREN || die "not all tunnels are up: $(cat "$STATE"/[ab].log)"
    sleep 1
    buffers >"$STATE/buffers-before"
    soak
    report
}

topology() {
    namespace $LEFT $A $B $RIGHT
    local ns
    for ns in $LEFT $A $B $RIGHT; do
        within $ns sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.default.disable_ipv6=0
    done
    join $LEFT eth0 10.1.1.2/16 $A lan 10.1.0.1/16
    join $A wan 192.0.2.1/24 $B wan 192.0.2.2/24
    join $RIGHT eth0 10.2.1.2/16 $B lan 10.2.0.1/16
    local site number
    for site in 1 2; do
        local host=$LEFT gateway=$A other=$((3 - site))
        [ $site = 1 ] || host=$RIGHT gateway=$B
        for number in 2 3; do ip -n $host address add 10.$site.$number.2/16 dev eth0; done
        ip -n $host address add 2001:db8:$site::2/64 dev eth0 nodad
        ip -n $gateway address add 2001:db8:$site::1/64 dev lan nodad
        ip -n $host route add default via 10.$site.0.1
        ip -n $host route add default via 2001:db8:$site::1
        ip -n $gateway route add 10.$other.0.0/16 via 192.0.2.$other
        ip -n $gateway address add 2001:db8:ff::$site/64 dev wan nodad
        ip -n $gateway route add 2001:db8:$other::/64 via 2001:db8:ff::$other
        software_checksums $host eth0
    done
}

start() {
    ip netns exec "$1" "$JAVA" $HEAP -jar "$JAR" run "$STATE/$2.yaml" >"$STATE/$2.log" 2>&1 </dev/null &
    echo $! >"$STATE/$2.pid"
    wait_until 60 [ -S "$STATE/$2.vici" ] || die "$2 did not start: $(cat "$STATE/$2.log")"
}

sas() { python3 -IS "$HERE/../../configs/interop/gapura-sas.py" "$STATE/$1.vici" "$2"; }

children_are() { [ "$(sas a 'len(children)')" = "$1" ] && [ "$(sas b 'len(children)')" = "$1" ]; }

show() { "$JAVA" -XX:TieredStopAtLevel=1 -jar "$JAR" show "$1" -o json --uri "unix://$STATE/$2.vici"; }

buffers() {
    local gateway
    for gateway in a b; do show worker $gateway | python3 -c 'import json, sys; print(sum(int(w["free_buffers"]) for w in json.load(sys.stdin)))'; done
}

soak() {
    local seconds=$((MINUTES * 60)) interval began=$SECONDS traffic=() side
    interval=$((seconds > 1200 ? seconds / 120 : 10))
    say "soaking for $MINUTES minutes"
    for side in left right; do
        ip netns exec $PREFIX$side python3 "$HERE/traffic.py" $([ $side = left ] && echo 1 2 || echo 2 1) "$RATE" "$seconds" \
            >"$STATE/$side" 2>"$STATE/$side.log" &
        traffic+=($!)
    done
    while [ $((SECONDS - began)) -lt "$seconds" ]; do
        sleep "$interval"
        sample a $((SECONDS - began))
        sample b $((SECONDS - began))
    done
    wait "${traffic[@]}" || die "the traffic failed: $(cat "$STATE"/*.log)"
    sleep 3 # fragments that never became whole are given up
}

# Seconds, KiB that are resident, KiB of the heap in use right after a collection
sample() {
    local pid
    pid=$(cat "$STATE/$1.pid")
    "${JAVA%java}jcmd" "$pid" GC.run >/dev/null
    printf '%s %s %s\n' "$2" "$(awk '/^VmRSS/ { print $2 }' "/proc/$pid/status")" \
        "$("${JAVA%java}jstat" -gc "$pid" | awk 'NR == 1 { for (i = 1; i <= NF; i++) name[i] = $i }
            NR == 2 { for (i = 1; i <= NF; i++) if (name[i] ~ /^(S0U|S1U|EU|OU)$/ && $i + 0 > 0) used += $i; print used }')" >>"$STATE/samples-$1"
}

report() {
    local gateway
    for gateway in a b; do
        show worker $gateway >"$STATE/worker-$gateway"
        show drops $gateway >"$STATE/drops-$gateway"
        printf '%s: %s\n' $gateway "$(python3 "$HERE/slopes.py" "$STATE/samples-$gateway")"
        held "$gateway: resident memory and heap do not grow" python3 "$HERE/slopes.py" "$STATE/samples-$gateway" judge
        printf '%s dropped: %s\n' $gateway "$(python3 -c 'import json, sys; print({k: v for k, v in json.load(sys.stdin)["drops"].items() if v})' <"$STATE/drops-$gateway")"
        held "$gateway: every packet is accounted for" balanced "$STATE/worker-$gateway"
        printf '%s: %s rekeys of children, %s of IKE SAs\n' $gateway "$(rekeys $gateway child)" "$(rekeys $gateway IKE)"
        held "$gateway: no exception" [ "$(grep -c 'Exception\|ERROR' "$STATE/$gateway.log")" = 0 ]
    done
    buffers >"$STATE/buffers-after"
    held "all buffers came back: $(paste -sd' ' "$STATE/buffers-before") free before, $(paste -sd' ' "$STATE/buffers-after") after" all_back
    held "one child SA of each kind is left" children_are $CHILDREN
    python3 - "$STATE/left" "$STATE/right" <<'PYTHON' >"$STATE/lost"
import json, sys
left, right = (json.load(open(name)) for name in sys.argv[1:3])
lost = worst = 0
for sender, receiver in ((left, right), (right, left)):
    for way, sent in sender["sent"].items():
        got = receiver["received"].get(way, 0)
        print(f"{way}: {sent} sent, {sent - got} lost")
        worst = max(worst, (sent - got) / max(sent, 1))
print(worst)
PYTHON
    sed '$d' "$STATE/lost"
    held "no more than one packet in 1000 was lost" awk 'END { exit $1 > 0.001 }' "$STATE/lost"
    [ $FAILED = 0 ]
}

# A port has up to 64 at a time less or more from the pool, and there are two
all_back() { paste "$STATE/buffers-before" "$STATE/buffers-after" | awk '{ if ($1 - $2 > 128) lost = 1 } END { exit lost }'; }

balanced() {
    python3 - "$1" <<'PYTHON'
import json, sys
for worker in json.load(open(sys.argv[1])):
    number = {key: int(worker[key]) for key in ("packets_in", "generated", "packets_out", "punted", "held", "reassembled", "dropped")}
    print("  ".join(f"{key} {value}" for key, value in number.items()))
    if number["packets_in"] + number["generated"] != sum(number[key] for key in ("packets_out", "punted", "held", "reassembled", "dropped")):
        sys.exit(1)
    if number["held"] != 0:
        sys.exit(1)
PYTHON
}

rekeys() { grep -cE "rekey(s|ing) (the )?$2 SA" "$STATE/$1.log" || true; }

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
