#!/usr/bin/env bash
# Two Gapura gateways, and two hosts that talk through them, on this machine:
#
#   left ───────── gateway A ═════════ middle ═════════ gateway B ───────── right
#   10.1.0.2   lan 10.1.0.1 wan     (a bridge,    wan 10.2.0.1 lan      10.2.0.2
#                   192.0.2.1      watched here)      192.0.2.2
#
# Each box is a network namespace, each line a veth pair. Run it as root on a Debian 12 with a JDK 25:
#
#   sudo configs/demo/run.sh [--driver af_xdp|dpdk] [--json] [--keep] [--short] [--help]
#
# It installs what is missing with apt, builds the jar, measures the plain links (the gateways' kernels forwarding in
# the clear), starts one Gapura process per gateway from gateway-a.yaml and gateway-b.yaml, and then shows: ping;
# iperf3, TCP and UDP, both ways; a rekey of the child SA in the middle of a ping run; that nothing but IKE, ESP and
# ARP crossed the middle; that nothing crosses in clear when the gateways are gone. Everything it made is removed at
# the end, also after a failure or Ctrl-C. Exits 0 only if all of this held.
#
#   --driver dpdk: the gateways reach the same links by DPDK's driver for packet sockets (gateway-a-dpdk.yaml), and the
#            kernel keeps its part by TAP devices; no huge pages, no network card. To show that it works, not for speed
#   --short  iperf3 for one second each
#   --json   as last line one JSON object: ok, handshake_ms, first_packet_ms (round trip of the first ping), rtt_ms, tcp_gbps, udp_gbps, plain_tcp_gbps (the slower
#            direction of each), pings_lost_in_rekey, clear_packets_on_wire, drops (by reason, both gateways)
#   --keep   leave the namespaces and gateways running and say what to try in them; `run.sh --down` removes them
#   --down   remove what --keep left
#
# Without root, or on a kernel without AF_XDP, it runs `java -jar gapura.jar demo` instead: the same two gateways in
# one process, over rings in memory.
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
source "$HERE/../host/lib.sh"
source "$HERE/../host/namespaces.sh"

PREFIX=gapura-demo-
LEFT=${PREFIX}left A=${PREFIX}a MIDDLE=${PREFIX}middle B=${PREFIX}b RIGHT=${PREFIX}right
STATE=/run/gapura-demo                 # named in the two YAML files
JAVA_FLAGS=(-XX:+UseZGC -Xmx512m)      # a collector with pauses well below a millisecond
SECONDS_EACH=4                         # of iperf3
UDP_PAYLOAD=1372                       # bytes; 1400 with IP and UDP headers, fits the tunnel in one packet
OUTER='ip proto 50 or udp port 500 or udp port 4500 or arp'

JSON=no KEEP=no DRIVER=af_xdp
main() {
    options "$@"
    if [ "$(id -u)" != 0 ]; then in_memory "not root"; fi
    if [ $DRIVER = af_xdp ] && ! grep -q '^XDP ' /proc/net/protocols; then in_memory "this kernel has no AF_XDP"; fi
    prepare
    trap finish EXIT
    trap interrupted INT TERM
    topology
    plain_links
    [ $DRIVER = af_xdp ] || leave_links_to_dpdk
    start_gateways
    pings
    rekey_under_ping
    throughput
    watched_wire
    read_counters
    [ $KEEP = yes ] || stop_gateways
    report
}

options() {
    while [ $# -gt 0 ]; do
        case $1 in
            --driver) DRIVER=${2:-}; shift ;;
            --short) SECONDS_EACH=1 ;;
            --json) JSON=yes ;;
            --keep) KEEP=yes ;;
            --down) take_down; exit ;;
            --help | -h) sed -n '2,34p' "$0" | sed -n '/^#/s/^# \?//p'; exit ;;
            *) say "run.sh: unknown option $1 (see --help)"; exit 2 ;;
        esac
        shift
    done
    case $DRIVER in
        af_xdp | dpdk) ;;
        *) say "run.sh: --driver is af_xdp or dpdk"; exit 2 ;;
    esac
}

in_memory() {
    say "$1: running the demo in memory instead (no namespaces, no AF_XDP)"
    find_java
    build_jar
    local arguments=(demo)
    [ $JSON = no ] || arguments+=(-o json)
    exec "$JAVA" -jar "$JAR" "${arguments[@]}"
}

prepare() {
    need ip=iproute2 ping=iputils-ping iperf3=iperf3 tcpdump=tcpdump ethtool=ethtool python3=python3 sysctl=procps
    ls /usr/lib/*/libIPSec_MB.so.* >/dev/null 2>&1 || install_packages libipsec-mb1
    [ $DRIVER = af_xdp ] || { need nft=nftables; need_dpdk; }
    find_java
    build_jar
    take_down
    install -d -m 700 "$STATE"
    (umask 077 && head -c 32 /dev/urandom | base64 >"$STATE/psk")
}

take_down() {
    remove_namespaces "$PREFIX"
    rm -rf "$STATE"
}

interrupted() { exit 130; }

finish() {
    local status=$?
    trap - EXIT
    trap '' INT TERM PIPE
    set +e
    if [ $status -ne 0 ] && [ $status -lt 128 ]; then show_logs; fi
    [ "$KEEP" = yes ] && [ $status -eq 0 ] || take_down
    exit $status
}

show_logs() {
    local log
    for log in "$STATE"/*.log; do
        [ -s "$log" ] || continue
        say "--- the end of ${log##*/}"
        tail -n 40 "$log" >&2
    done
}

topology() {
    say "making $LEFT - $A - $MIDDLE - $B - $RIGHT"
    namespace $LEFT $A $MIDDLE $B $RIGHT
    join $LEFT eth0 10.1.0.2/24 $A lan 10.1.0.1/24
    join $RIGHT eth0 10.2.0.2/24 $B lan 10.2.0.1/24
    join $A wan 192.0.2.1/24 $MIDDLE to-a -
    join $B wan 192.0.2.2/24 $MIDDLE to-b -
    ip -n $MIDDLE link add wire type bridge
    ip -n $MIDDLE link set to-a master wire
    ip -n $MIDDLE link set to-b master wire
    ip -n $MIDDLE link set wire up
    ip -n $LEFT route add default via 10.1.0.1
    ip -n $RIGHT route add default via 10.2.0.1
    within $RIGHT iperf3 -s >/dev/null 2>&1 &
}

# The comparison: the same links, the gateways' kernels forwarding in the clear. First as the kernel likes it, passing
# 64 KiB segments along whole; then one packet per MTU, as they travel on a wire and through Gapura.
plain_links() {
    say "plain links, no IPsec: the kernel forwards"
    forwarding 1
    ip -n $A route add 10.2.0.0/24 via 192.0.2.2
    ip -n $B route add 10.1.0.0/24 via 192.0.2.1
    capture_sees_clear_packets
    gbps PLAIN_TCP_OUT
    gbps PLAIN_TCP_BACK -R
    software_checksums $LEFT eth0
    software_checksums $RIGHT eth0
    gbps SINGLE_TCP_OUT
    gbps SINGLE_TCP_BACK -R
    gbps_udp PLAIN_UDP_OUT
    gbps_udp PLAIN_UDP_BACK -R
    ip -n $A route delete 10.2.0.0/24
    ip -n $B route delete 10.1.0.0/24
    # From here on the kernels forward nothing: what crosses, crosses through Gapura or not at all.
    forwarding 0
}

# The control of the capture below: here, where packets do cross in clear, it must see them
capture_sees_clear_packets() {
    capture control "not ($OUTER)"
    within $LEFT ping -c 2 -i 0.2 -q 10.2.0.2 >/dev/null || die "the plain links do not work"
    sleep 0.5
    kill $CAPTURE
    CONTROL=$(count_packets "$STATE/control.pcap" icmp)
}

forwarding() {
    within $A sysctl -qw net.ipv4.ip_forward="$1"
    within $B sysctl -qw net.ipv4.ip_forward="$1"
}

# gbps VARIABLE [OPTION…], gbps_udp VARIABLE [OPTION…]: sets it to the Gbit/s of payload that the receiver counted
gbps() { delivered "$@"; }

gbps_udp() { delivered "$1" -u -b 0 -l $UDP_PAYLOAD "${@:2}"; }

delivered() {
    within $LEFT timeout $((SECONDS_EACH + 15)) iperf3 -c 10.2.0.2 --connect-timeout 5000 -t $SECONDS_EACH -J "${@:2}" \
        >"$STATE/iperf.json" 2>>"$STATE/iperf.log" || true
    printf -v "$1" %s "$(rate_received "$STATE/iperf.json")"
}

# 0 when nothing arrived
rate_received() {
    python3 - "$1" <<'PYTHON'
import json, sys
try:
    print(round(json.load(open(sys.argv[1]))["end"]["sum_received"]["bits_per_second"] / 1e9, 3))
except (KeyError, ValueError):
    print(0)
PYTHON
}

# What DPDK takes over from a kernel is no longer the kernel's: here, where both could see it, it is told so.
leave_links_to_dpdk() {
    local gateway link
    for gateway in $A $B; do
        for link in wan lan; do
            ip -n $gateway address flush dev $link
            within $gateway nft -f - <<NFT
table netdev $link {
    chain ingress { type filter hook ingress device "$link" priority 0; policy drop; }
}
NFT
        done
    done
}

start_gateways() {
    watch_wire
    say "starting two gateways"
    start_gateway $B gateway-b
    start_gateway $A gateway-a
    wait_until 30 tunnel_up || die "no tunnel after 30 s"
    HANDSHAKE_MS=$(from_json "ike('demo')['handshake_ms']" show a sa)
    say "tunnel up: handshake $HANDSHAKE_MS ms"
}

start_gateway() {
    local configuration=$HERE/$2.yaml
    [ $DRIVER = af_xdp ] || configuration=$HERE/$2-$DRIVER.yaml
    ip netns exec "$1" "$JAVA" "${JAVA_FLAGS[@]}" -jar "$JAR" run "$configuration" >"$STATE/$2.log" 2>&1 </dev/null &
    local process=$!
    wait_until 20 started $process "$STATE/$2.vici" && [ -S "$STATE/$2.vici" ] || die "$2 did not start"
}

# Its control socket is there, or the process has already ended
started() { [ -S "$2" ] || ! kill -0 "$1" 2>/dev/null; }

# One capture keeps the headers of the first packets, the other all that is neither IKE nor ESP nor ARP
watch_wire() {
    capture wire "$OUTER" -c 20000
    capture clear "not ($OUTER)"
}

# capture NAME FILTER [OPTION…]: into $STATE/NAME.pcap, from a port of the middle bridge, which sees both directions.
# (The gateways' own ends would not do: a capture there misses what AF_XDP takes and sends.)
capture() {
    ip netns exec $MIDDLE tcpdump -n -i to-a -p -U --immediate-mode -s 96 "${@:3}" -w "$STATE/$1.pcap" "$2" \
        >/dev/null 2>"$STATE/$1.tcpdump" &
    CAPTURE=$!
    wait_until 10 grep -qs '^tcpdump: listening' "$STATE/$1.tcpdump" || die "tcpdump did not start"
}

gapura() { "$JAVA" -jar "$JAR" "$@"; }

# show a|b WHAT: of that gateway, as JSON
show() { gapura show "$2" -o json --uri "unix://$STATE/gateway-$1.vici"; }

tunnel_up() { [ "$(from_json "installed('demo')" show a sa 2>/dev/null)" = True ]; }

# from_json EXPRESSION COMMAND…: the value of a Python expression over the JSON (called `it`) that COMMAND prints
from_json() {
    local expression=$1
    shift
    "$@" | python3 -c '
import json, sys
it = json.load(sys.stdin)
ike = lambda name: next(sa for sa in it if sa["name"] == name and sa["state"] == "ESTABLISHED")
children = lambda name: [c for sa in it if sa["name"] == name for c in sa["children"] if c["state"] == "INSTALLED"]
installed = lambda name: bool(children(name))
print(eval(sys.argv[1]))' "$expression"
}

pings() {
    say "ping"
    local before after
    # The very first packets: out and in at two gateways that have carried nothing yet
    within $LEFT ping -c 1 -q 10.2.0.2 >"$STATE/ping-first" || true
    FIRST_MS=$(awk -F/ '/^rtt/ { print $5 }' "$STATE/ping-first")
    FIRST_MS=${FIRST_MS:-9999}
    sleep 0.5
    before=$(esp_packets)
    within $LEFT ping -c 20 -i 0.05 -q 10.2.0.2 >"$STATE/ping" || true
    RTT_MS=$(awk -F/ '/^rtt/ { print $5 }' "$STATE/ping")
    PINGS_LOST=$(lost "$STATE/ping")
    sleep 0.5
    after=$(esp_packets)
    ESP_OF_PINGS=$((after - before))
}

lost() { awk '/packets transmitted/ { print $1 - $4 }' "$1"; }

esp_packets() { count_packets "$STATE/wire.pcap" 'ip proto 50 or (udp port 4500 and udp[8:4] != 0)'; }

count_packets() { tcpdump -n -r "$1" ${2:+"$2"} 2>/dev/null | wc -l; }

rekey_under_ping() {
    say "rekey of the child SA under ping"
    local before ping
    before=$(from_json "children('demo')[0]['spi_in']" show a sa)
    within $LEFT ping -c 100 -i 0.05 -q 10.2.0.2 >"$STATE/ping-rekey" &
    ping=$!
    sleep 1.5
    gapura rekey --child net --uri "unix://$STATE/gateway-a.vici" >>"$STATE/rekey.log" 2>&1 || true
    wait $ping || true
    LOST_IN_REKEY=$(lost "$STATE/ping-rekey")
    [ "$(from_json "children('demo')[-1]['spi_in']" show a sa)" != "$before" ] && REKEYED=yes || REKEYED=no
}

throughput() {
    say "iperf3 through the tunnel"
    gbps TCP_OUT
    gbps TCP_BACK -R
    gbps_udp UDP_OUT
    gbps_udp UDP_BACK -R
}

watched_wire() {
    sleep 0.5
    CLEAR=$(count_packets "$STATE/clear.pcap")
    IKE=$(count_packets "$STATE/wire.pcap" 'udp port 500 or (udp port 4500 and udp[8:4] = 0)')
    ESP=$(esp_packets)
}

read_counters() {
    show a drops >"$STATE/drops-a.json"
    show b drops >"$STATE/drops-b.json"
    show a sa >"$STATE/sa-a.json"
}

# After this no packet may cross: neither the kernels nor anybody else forwards.
stop_gateways() {
    say "stopping the gateways"
    local pids
    pids="$(ip netns pids $A) $(ip netns pids $B)"
    kill $pids
    wait_until 10 no_gateway || die "the gateways did not stop"
    within $LEFT ping -c 3 -i 0.2 -W 1 -q 10.2.0.2 >"$STATE/ping-down" && CROSSED_WITHOUT=yes || CROSSED_WITHOUT=no
    LEFT_BEHIND=$( (ip -n $A -details link; ip -n $B -details link) | grep -cE 'prog/xdp|tun type tap') || true
    CLEAR=$(count_packets "$STATE/clear.pcap")
}

no_gateway() { namespace_idle $A && namespace_idle $B; }

FAILED=0
report() {
    {
        printf '\n%-46s %14s %14s\n' "" "left > right" "right > left"
        printf '%-46s %9s Gbit/s %7s Gbit/s\n' \
            "TCP through the tunnel" "$TCP_OUT" "$TCP_BACK" \
            "UDP through the tunnel ($UDP_PAYLOAD B, as received)" "$UDP_OUT" "$UDP_BACK" \
            "TCP, no IPsec, one packet per MTU" "$SINGLE_TCP_OUT" "$SINGLE_TCP_BACK" \
            "UDP, no IPsec" "$PLAIN_UDP_OUT" "$PLAIN_UDP_BACK" \
            "TCP, no IPsec, 64 KiB segments" "$PLAIN_TCP_OUT" "$PLAIN_TCP_BACK"
        printf '\nhandshake %s ms, first ping %s ms, round trip %s ms; on the middle link: %s IKE, %s ESP of the first %s captured, %s in clear\n' \
            "$HANDSHAKE_MS" "$FIRST_MS" "$RTT_MS" "$IKE" "$ESP" "$((IKE + ESP))" "$CLEAR"
        printf 'dropped by reason: %s\n\n' "$(drops)"
        held "every ping came back" [ "$PINGS_LOST" = 0 ]
        held "two ESP packets on the wire for each of 20 pings ($ESP_OF_PINGS)" [ "$ESP_OF_PINGS" = 40 ]
        held "TCP and UDP flowed both ways" all_positive "$TCP_OUT" "$TCP_BACK" "$UDP_OUT" "$UDP_BACK"
        held "the child SA was rekeyed" [ "$REKEYED" = yes ]
        held "no ping was lost in the rekey" [ "$LOST_IN_REKEY" = 0 ]
        held "the capture sees what crosses in clear (control)" [ "$CONTROL" = 4 ]
        held "only IKE, ESP and ARP on the middle link" [ "$CLEAR" = 0 ]
        if [ $KEEP = no ]; then
            held "nothing crosses without the gateways" [ "$CROSSED_WITHOUT" = no ]
            held "they left no XDP program and no TAP device behind" [ "$LEFT_BEHIND" = 0 ]
        fi
    } >"$STATE/report"
    FAILED=$(grep -c '^FAILED' "$STATE/report") || true
    if [ $JSON = yes ]; then cat "$STATE/report" >&2; else cat "$STATE/report"; fi
    [ $KEEP = no ] || hints
    [ $JSON = no ] || json
    [ "$FAILED" = 0 ]
}

held() {
    local what=$1
    shift
    if "$@"; then printf 'held    %s\n' "$what"; else printf 'FAILED  %s\n' "$what"; fi
}

all_positive() { printf '%s\n' "$@" | awk '$1 <= 0 { bad = 1 } END { exit bad }'; }

drops() {
    python3 - "$STATE"/drops-[ab].json <<'PYTHON'
import collections, json, sys
total = collections.Counter()
for file in sys.argv[1:]:
    total.update(json.load(open(file))["drops"])
print(json.dumps({reason: count for reason, count in total.items() if count}))
PYTHON
}

json() {
    python3 - "$FAILED" "$HANDSHAKE_MS" "$FIRST_MS" "$RTT_MS" "$LOST_IN_REKEY" "$CLEAR" "$(drops)" \
        "$TCP_OUT" "$TCP_BACK" "$UDP_OUT" "$UDP_BACK" "$PLAIN_TCP_OUT" "$PLAIN_TCP_BACK" <<'PYTHON'
import json, sys
failed, handshake, first, rtt, lost, clear, drops, *rates = sys.argv[1:]
rates = [float(rate) for rate in rates]
print(json.dumps({"ok": failed == "0", "handshake_ms": float(handshake),
    "first_packet_ms": float(first), "rtt_ms": float(rtt),
    "tcp_gbps": min(rates[0:2]), "udp_gbps": min(rates[2:4]), "plain_tcp_gbps": min(rates[4:6]),
    "pings_lost_in_rekey": int(lost), "clear_packets_on_wire": int(clear), "drops": json.loads(drops)}))
PYTHON
}

hints() {
    cat >&2 <<HINTS

Left running. Try:
  ip netns exec $LEFT ping 10.2.0.2
  ip netns exec $LEFT iperf3 -c 10.2.0.2
  ip netns exec $MIDDLE tcpdump -n -i to-a
  java -jar $JAR show sa --uri unix://$STATE/gateway-a.vici      (also: show ports, show drops)
  java -jar $JAR rekey --child net --uri unix://$STATE/gateway-a.vici
  tail -f $STATE/gateway-a.log
Remove it with:  $0 --down
HINTS
}

main "$@"
