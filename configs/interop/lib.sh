# What the interop scripts share. Source it: it reads ../host/*.sh too, and needs root.
#
#   host ─────────── gapura ─────────── router ─────────── peer
#   10.1.0.2   lan 10.1.0.1 wan   192.0.2.254    wan 198.51.100.2
#                   192.0.2.1     198.51.100.254         10.2.0.1 on its loopback
#
# Boxes are network namespaces (gapura-SUITE-…), lines are veth pairs. Nothing forwards in `gapura` but Gapura. The
# router forwards in clear, sees everything, and can play the NAT. All that a suite makes carries its name or lies in a
# directory of its own, so suites can run side by side.
#
#   topology                      make it
#   gapura_start [KEY=VALUE…]     write the YAML from the settings below and run a gateway; gapura_stop ends it
#   gapura COMMAND…               its CLI, bound to this gateway
#   case_of NAME FUNCTION         run FUNCTION as one test, under set -e, with a line in the results
#   expect TEXT COMMAND…          an assertion; expect_not TEXT COMMAND…
#   within_seconds N TEXT COMMAND…  an assertion that may take N seconds to come true
INTEROP=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$INTEROP/../host/lib.sh"
source "$INTEROP/../host/namespaces.sh"

SUITE=${SUITE:-interop}
PREFIX=gapura-$SUITE-
HOST=${PREFIX}host GAPURA=${PREFIX}gapura ROUTER=${PREFIX}router PEER=${PREFIX}peer
STATE=$(mktemp -d "/tmp/gapura-$SUITE.XXXXXX") # 0700
GAPURA_VICI=$STATE/gapura.vici
SECRET=the-secret-that-both-know
# What the tunnel is for: in which box to ping whom, by which options of ping
TRAFFIC_OUT=("$HOST" 10.2.0.1)
TRAFFIC_BACK=("$PEER" 10.1.0.2 -I 10.2.0.1)
GAPURA_RESULTS=${GAPURA_RESULTS:-$STATE/results.tsv}
BRIEF=-XX:TieredStopAtLevel=1 # for processes of a few seconds: compiling as for a long run would take most of their time

start_suite() {
    [ "$(id -u)" = 0 ] || die "needs root"
    need ip=iproute2 ping=iputils-ping iperf3=iperf3 tcpdump=tcpdump ethtool=ethtool python3=python3 nft=nftables \
        sysctl=procps
    find_java
    build_jar
    remove_namespaces "$PREFIX"
    trap end_suite EXIT
    trap interrupted INT TERM
}

interrupted() { exit 130; }

end_suite() {
    local status=$?
    trap - EXIT
    trap '' INT TERM PIPE
    set +e
    if declare -F stop_peer >/dev/null; then stop_peer; fi
    remove_namespaces "$PREFIX"
    if [ -n "${KEEP_STATE:-}" ]; then say "logs are in $STATE"; else rm -rf "$STATE"; fi
    exit $status
}

topology() {
    namespace $HOST $GAPURA $ROUTER $PEER
    join $HOST eth0 10.1.0.2/24 $GAPURA lan 10.1.0.1/24
    join $GAPURA wan 192.0.2.1/24 $ROUTER to-gapura 192.0.2.254/24
    join $PEER wan 198.51.100.2/24 $ROUTER to-peer 198.51.100.254/24
    ip -n $HOST route add default via 10.1.0.1
    ip -n $GAPURA route add default via 192.0.2.254
    ip -n $PEER route add default via 198.51.100.254
    ip -n $PEER address add 10.2.0.1/24 dev lo
    within $ROUTER sysctl -qw net.ipv4.ip_forward=1
    software_checksums $HOST eth0
    software_checksums $PEER wan
}

# nat_of to-gapura|to-peer: what leaves the router there gets its address, and other ports; nat_of none ends it
nat_of() {
    within $ROUTER nft flush ruleset
    if [ "$1" = none ]; then return; fi
    within $ROUTER nft -f - <<NFT
table ip nat {
    chain out {
        type nat hook postrouting priority srcnat
        oifname "$1" meta l4proto udp masquerade to :20000-29999
        oifname "$1" masquerade
    }
}
NFT
}

# Settings by name, each optional:
#   local=ADDRESS remote=ADDRESS proposals=… esp=… ah=… secret=… start=start|none local_ts=… remote_ts=… connection='yaml lines'
#   certs=KIND (of certificates.sh, instead of the secret) cacert=NAME local_id=… remote_id=…
#   child='yaml lines' top='yaml lines' observability='yaml line' ports='yaml line' ppk=KEY (its id: both-know-it)
gapura_start() {
    gapura_launch "$@"
    gapura_up
}

gapura_launch() {
    local local=192.0.2.1 remote=198.51.100.2 proposals= esp= ah= secret=$SECRET start=none local_ts=10.1.0.0/24 remote_ts=10.2.0.0/24
    local connection= child= top= observability= ports= ppk= certs= cacert= local_id=gapura.test remote_id=peer.test setting
    for setting in "$@"; do local "$setting"; done
    rm -f "$GAPURA_VICI"
    (umask 077 && printf '%s\n' "$secret" >"$STATE/psk" && printf '%s\n' "$ppk" >"$STATE/ppk")
    {
        printf 'connections:\n  peer:\n    local_addrs: ["%s"]\n    remote_addrs: ["%s"]\n' "$local" "$remote"
        if [ -n "$certs" ]; then
            printf '    local: { certs: ["%s"], id: "%s" }\n' "$STATE/pki/gapura-$certs.pem" "$local_id"
            printf '    remote: { cacerts: ["%s"], id: "%s" }\n' "$STATE/pki/${cacert:-ca-$certs}.pem" "$remote_id"
        else
            printf '    local: { auth: psk, id: gapura.test }\n    remote: { auth: psk, id: peer.test }\n'
        fi
        [ -z "$proposals" ] || printf '    proposals: [%s]\n' "$proposals"
        [ -z "$connection" ] || printf '    %s\n' "$connection"
        printf '    children:\n      net:\n        local_ts: [%s]\n        remote_ts: [%s]\n' "$local_ts" "$remote_ts"
        [ -z "$esp" ] || printf '        esp_proposals: [%s]\n' "$esp"
        [ -z "$ah" ] || printf '        ah_proposals: [%s]\n' "$ah"
        printf '        start_action: %s\n' "$start"
        [ -z "$child" ] || printf '        %s\n' "$child"
        printf 'secrets:\n  ike-peer: { id: [gapura.test, peer.test], secret_file: %s }\n' "$STATE/psk"
        [ -z "$certs" ] || printf '  private-gapura: { file: "%s" }\n' "$STATE/pki/gapura-$certs.key"
        [ -z "$ppk" ] || printf '  ppk-both: { id: [both-know-it], secret_file: %s }\n' "$STATE/ppk"
        printf 'dataplane:\n  idle: park\n  warm_up: off\n  workers: any\n  ports:\n'
        printf '    wan: { driver: af_xdp, device: wan, role: unprotected }\n'
        printf '    lan: { driver: af_xdp, device: lan, role: protected }\n'
        [ -z "$ports" ] || printf '    %s\n' "$ports"
        printf 'observability:\n  vici: "unix://%s"\n' "$GAPURA_VICI"
        [ -z "$observability" ] || printf '  %s\n' "$observability"
        [ -z "$top" ] || printf '%s\n' "$top"
    } >"$STATE/gapura.yaml"
    ip netns exec $GAPURA "$JAVA" $BRIEF -XX:+UseZGC -Xmx512m -jar "$JAR" run "$STATE/gapura.yaml" >"$STATE/gapura.log" 2>&1 </dev/null &
    GAPURA_PID=$!
    echo $GAPURA_PID >"$STATE/gapura.pid"
}

gapura_up() { wait_until 30 gapura_started && [ -S "$GAPURA_VICI" ] || { say "Gapura did not start"; return 1; }; }

gapura_started() { [ -S "$GAPURA_VICI" ] || ! kill -0 "$GAPURA_PID" 2>/dev/null; }

gapura_stop() {
    local pid
    pid=$(cat "$STATE/gapura.pid" 2>/dev/null) || return 0
    rm -f "$STATE/gapura.pid"
    kill "$pid" 2>/dev/null || return 0
    wait_until 10 process_gone "$pid" || { kill -9 "$pid"; say "Gapura did not stop"; return 1; }
}

# Or ended, though nobody has asked how: the first process of a container may take its time for that
process_gone() { ! grep -qs '^State:.[^ZX]' "/proc/$1/status"; }

gapura() { timeout 30 "$JAVA" $BRIEF -jar "$JAR" "$@" --uri "unix://$GAPURA_VICI"; }

# gapura_sa EXPRESSION: the value of a Python expression over its SAs (gapura-sas.py)
gapura_sa() { python3 -IS "$INTEROP/gapura-sas.py" "$GAPURA_VICI" "$1"; }

# gapura_has IKE-SAS CHILDREN
gapura_has() { [ "$(gapura_sa 'f"{len(sas)} {len(children)}"')" = "$1 $2" ]; }

gapura_children() { [ "$(gapura_sa 'len(children)')" = "$1" ]; }

gapura_ike_sas() { [ "$(gapura_sa 'len(sas)')" = "$1" ]; }

gapura_said() { grep -qiE -- "$1" "$STATE/gapura.log"; }

# --- assertions, inside a case

expect() {
    local text=$1
    shift
    "$@" || { printf 'expected: %s\n  (%s)\n' "$text" "$*" >&2; return 1; }
    printf 'seen: %s\n' "$text"
}

refute() { ! "$@"; }

expect_not() { expect "$1" refute "${@:2}"; }

within_seconds() { expect "$2" wait_until "$1" "${@:3}"; }

# ping_all FROM TO COUNT INTERVAL [OPTION…]: every one comes back
ping_all() { [ "$(ping_losses "$@")" = 0 ]; }

ping_losses() {
    within "$1" ping -q -c "$3" -i "$4" -W 2 "${@:5}" "$2" 2>&1 | tee "$STATE/ping.log" |
        awk '/packets transmitted/ { print $1 - $4; found = 1 } END { if (!found) print "all" }'
}

# Both directions, in packets and in streams
traffic_flows() {
    expect "pings out" ping_all "${TRAFFIC_OUT[@]:0:2}" 20 0.02 "${TRAFFIC_OUT[@]:2}"
    expect "pings back" ping_all "${TRAFFIC_BACK[@]:0:2}" 20 0.02 "${TRAFFIC_BACK[@]:2}"
    expect "large packets without fragmentation of ESP" ping_all "${TRAFFIC_OUT[@]:0:2}" 3 0.05 -s 1300 -M do
}

# A server in the virtual machine may take its time to listen: until then the client is refused
streams_flow() {
    within $PEER iperf3 -s -1 >/dev/null 2>&1 &
    within_seconds 10 "TCP from the host to the peer" within $HOST timeout 20 iperf3 -c 10.2.0.1 --connect-timeout 5000 -n 10M
    within $PEER iperf3 -s -1 >/dev/null 2>&1 &
    within_seconds 10 "TCP from the peer to the host" within $HOST timeout 20 iperf3 -c 10.2.0.1 --connect-timeout 5000 -n 10M -R
}

# no_ping_lost_during COMMAND…: pings in each direction, 20 ms apart, from before it until half a second after it
no_ping_lost_during() {
    ping_begin "${TRAFFIC_OUT[@]}"
    ping_begin "${TRAFFIC_BACK[@]}"
    "$@"
    sleep 0.5
    no_ping_lost "${TRAFFIC_OUT[0]}"
    no_ping_lost "${TRAFFIC_BACK[0]}"
}

# In the background of where it runs, which may be the virtual machine
ping_begin() {
    within "$1" sh -c "rm -f $STATE/ping-$1; ping -n -i 0.02 -w 60 ${*:3} $2 >$STATE/ping-$1 2>&1 & echo \$! >$STATE/ping-$1.pid"
    within_seconds 5 "pings to $2 are answered" within "$1" grep -q 'icmp_seq=3 ' "$STATE/ping-$1"
}

# Every answer up to the last is there; what was under way when ping ended does not count
no_ping_lost() {
    ping_end "$1"
    expect "none of $(tail -n 1 "$STATE/answers") pings from ${1#"$PREFIX"} lost" [ "$(pings_lost)" = 0 ]
}

ping_end() {
    within "$1" sh -c "kill -INT \$(cat $STATE/ping-$1.pid); sleep 0.1; cat $STATE/ping-$1" |
        sed -n 's/.* icmp_seq=\([0-9]*\) .*/\1/p' | sort -n -u >"$STATE/answers"
}

# Of those that ping_end has ended
pings_lost() { echo $(($(tail -n 1 "$STATE/answers") - $(wc -l <"$STATE/answers"))); }

# The inner networks' addresses must never be seen outside of ESP; started once, judged at the end of a suite
watch_for_clear_text() {
    within $ROUTER tcpdump -n -i to-gapura -p -U --immediate-mode -s 96 -w "$STATE/clear.pcap" net 10.0.0.0/8 \
        >/dev/null 2>"$STATE/clear.tcpdump" &
    wait_until 10 grep -qs '^tcpdump: listening' "$STATE/clear.tcpdump"
}

no_clear_text_was_seen() {
    sleep 0.5
    expect "nothing of the inner networks on the wire" [ "$(tcpdump -n -r "$STATE/clear.pcap" 2>/dev/null | wc -l)" = 0 ]
}

# --- cases and results

case_of() {
    local name=$1 began status log=$STATE/case.log
    shift
    if [ -n "${ONLY:-}" ] && ! grep -qE -- "$ONLY" <<<"$name"; then return; fi
    began=$(date +%s%N)
    (set -eE; "$@") >"$log" 2>&1 </dev/null
    status=$?
    if [ $status = 0 ]; then
        printf 'passed  %5.1f s  %s\n' "$(seconds_since "$began")" "$name"
        printf 'passed\t%s: %s\t%s\n' "$SUITE" "$name" "$(seconds_since "$began")" >>"$GAPURA_RESULTS"
    else
        printf 'FAILED  %5.1f s  %s\n' "$(seconds_since "$began")" "$name"
        printf 'failed\t%s: %s\t%s\n' "$SUITE" "$name" "$(seconds_since "$began")" >>"$GAPURA_RESULTS"
        show_failure
    fi
}

show_failure() {
    local log
    if declare -F fetch_peer_log >/dev/null; then fetch_peer_log; fi
    gapura show drops >"$STATE/drops" 2>&1 || true
    for log in "$STATE/case.log" "$STATE/ping.log" "$STATE/drops" "$STATE/gapura.log" "$STATE/charon.log" "$STATE/charon.out"; do
        [ -s "$log" ] || continue
        printf '  --- %s\n' "${log##*/}"
        tail -n 40 "$log" | sed 's/^/  | /'
    done
}

suite_result() {
    local passed failed
    passed=$(grep -c "^passed.$SUITE: " "$GAPURA_RESULTS") || true
    failed=$(grep -c "^failed.$SUITE: " "$GAPURA_RESULTS") || true
    printf '%s: %s passed, %s failed\n' "$SUITE" "$passed" "$failed"
    [ "$failed" = 0 ] && [ "$passed" != 0 ]
}
