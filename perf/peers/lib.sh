# shellcheck shell=bash disable=SC2153 # PEER is the scripts'
# What the peers' scripts share. A script sets PEER, TOPOLOGIES and the functions below, and calls `peer_main "$@"`.
#
#   PEER             its name in the tables;  TOPOLOGIES  those it can be measured in, the first by default
#   peer_install     packages, builds; may take long, is not measured
#   peer_version     one line
#   peer_measure     only for the topology `memory`: prints the rows itself; the others need:
#   peer_up          starts the tunnel between $A and $B; 10.2.0.2 must be reachable from 10.1.0.2 afterwards
#   peer_down        only for what lives outside of the namespaces and $STATE, which are removed anyway
#
#   hosts         A 192.0.2.1 ═══════ 192.0.2.2 B                  10.1.0.2 and 10.2.0.2 on the loopbacks of A and B
#   gateways      left ───── A ═══════ B ───── right               10.1.0.2 is left, 10.2.0.2 is right
#           10.1.0.2  10.1.0.1       10.2.0.1  10.2.0.2
#   memory        no interfaces at all: packets come from memory and end there
#
# Each box is a network namespace, each line a veth pair; ═══ is what the tunnel crosses, device wan at both ends.
PEERS=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=../../configs/host/lib.sh
source "$PEERS/../../configs/host/lib.sh"
# shellcheck source=../../configs/host/namespaces.sh
source "$PEERS/../../configs/host/namespaces.sh"

PREFIX=gapura-peers-
LEFT=${PREFIX}left A=${PREFIX}a B=${PREFIX}b RIGHT=${PREFIX}right
LOCK=/run/lock/gapura-peers
CACHE=${GAPURA_PEERS_CACHE:-/var/cache/gapura-peers}

JSON=no TOPOLOGY='' TCP_SECONDS=4 UDP_SECONDS=1 UDP_PAYLOAD=1372 CONGESTION='' MEASURES=tcp,udp,segments

peer_main() {
    peer_options "$@"
    [ "$(id -u)" = 0 ] || die "needs root"
    need trafgen=netsniff-ng ip=iproute2 ping=iputils-ping iperf3=iperf3 ethtool=ethtool python3=python3 sysctl=procps \
        flock=util-linux nft=nftables
    start_clean
    peer_install
    [ "$TOPOLOGY" != install ] || exit 0
    if [ "$TOPOLOGY" = memory ]; then
        peer_measure
        exit 0
    fi
    topology_"$TOPOLOGY"
    peer_up
    wait_until 30 reachable || die "$PEER: no way through after 30 s"
    case $MEASURES in *tcp*) measure_tcp ;; esac
    case $MEASURES in *udp*) measure_udp ;; esac
    case $MEASURES in *segments*) measure_segments ;; esac
}

peer_options() {
    TOPOLOGY=${TOPOLOGIES%% *}
    local option
    while [ $# -gt 0 ]; do
        option=$1
        shift
        case $option in
            --json) JSON=yes ;;
            --install) TOPOLOGY=install ;;
            --topology) TOPOLOGY=${1:?} && shift ;;
            --seconds) TCP_SECONDS=${1:?} && shift ;;
            --payload) UDP_PAYLOAD=${1:?} && shift ;;
            --congestion) CONGESTION=${1:?} && shift ;;
            --measure) MEASURES=${1:?} && shift ;;
            --cache) CACHE=${1:?} && shift ;;
            --topologies) printf '%s\n' "$TOPOLOGIES" && exit ;;
            --help | -h) usage && exit ;;
            *) say "${0##*/}: unknown option $option (see --help)" && exit 2 ;;
        esac
    done
    case " $TOPOLOGIES install " in
        *" $TOPOLOGY "*) ;;
        *) die "$PEER cannot be measured with --topology $TOPOLOGY, only: $TOPOLOGIES" ;;
    esac
}

usage() {
    sed -n '2,/^[^#]/s/^# \?//p' "$0"
    cat <<USAGE

Options: --json              one object per row on standard output
         --topology NAME     of: $TOPOLOGIES
         --measure LIST      of tcp, udp, segments ($MEASURES)
         --seconds N         of TCP ($TCP_SECONDS)
         --payload BYTES     of UDP ($UDP_PAYLOAD)
         --congestion NAME   TCP congestion control; the machine's own if not given
         --cache DIR         for what is unpacked or built ($CACHE)
         --install           only install, unpack and build what is needed
USAGE
}

# One run at a time; nothing is left behind, whatever happens
start_clean() {
    exec 7>"$LOCK"
    flock -n 7 || die "another measurement is running"
    STATE=$(mktemp -d /tmp/gapura-peers.XXXXXX)
    trap finish EXIT
    trap 'exit 130' INT TERM
    remove_namespaces "$PREFIX"
}

finish() {
    local status=$?
    trap - EXIT
    trap '' INT TERM PIPE
    set +e
    if [ $status != 0 ] && [ $status -lt 128 ]; then show_logs; fi
    if declare -F peer_down >/dev/null; then peer_down; fi
    remove_namespaces "$PREFIX" 7>&-
    rm -rf "$STATE"
    exit $status
}

show_logs() {
    local log
    for log in "$STATE"/*.log; do
        [ -s "$log" ] || continue
        say "--- the end of ${log##*/}"
        tail -n 20 "$log" >&2
    done
}

topology_hosts() {
    SOURCE=$A SINK=$B
    namespace "$A" "$B"
    join "$A" wan 192.0.2.1/24 "$B" wan 192.0.2.2/24
    ip -n "$A" address add 10.1.0.2/32 dev lo
    ip -n "$B" address add 10.2.0.2/32 dev lo
}

topology_gateways() {
    SOURCE=$LEFT SINK=$RIGHT
    namespace "$LEFT" "$A" "$B" "$RIGHT"
    join "$LEFT" eth0 10.1.0.2/24 "$A" lan 10.1.0.1/24
    join "$RIGHT" eth0 10.2.0.2/24 "$B" lan 10.2.0.1/24
    join "$A" wan 192.0.2.1/24 "$B" wan 192.0.2.2/24
    ip -n "$LEFT" route add default via 10.1.0.1
    ip -n "$RIGHT" route add default via 10.2.0.1
}

# --- for the peers

# The kernels of A and B forward: tunnels end in a device of theirs
kernel_forwards() {
    within "$A" sysctl -qw net.ipv4.ip_forward=1
    within "$B" sysctl -qw net.ipv4.ip_forward=1
}

# route_by A_HOP… / B_HOP…: what leads to the other side, such as `dev tun0` or `via 192.0.2.2`, in two arguments
route_by() {
    local from_a='' from_b=''
    [ "$TOPOLOGY" = gateways ] || from_a='src 10.1.0.2' from_b='src 10.2.0.2'
    # shellcheck disable=SC2086 # several words each
    ip -n "$A" route add 10.2.0.0/24 $1 $from_a
    # shellcheck disable=SC2086
    ip -n "$B" route add 10.1.0.0/24 $2 $from_b
}

# background NAMESPACE LOG COMMAND…
background() {
    favoured ip netns exec "$1" "${@:3}" >"$STATE/$2.log" 2>&1 </dev/null 7>&- &
}

# favoured COMMAND…: in a session of its own, which the scheduler's autogroups put before everything else on this
# machine: all that is measured runs so, peers and load alike
favoured() {
    # shellcheck disable=SC2016 # for the inner shell
    setsid --wait bash -c 'echo -19 2>/dev/null >/proc/self/autogroup; exec "$@"' favoured "$@"
}

reachable() { within "$SOURCE" ping -c 1 -W 1 -q -I 10.1.0.2 10.2.0.2 >/dev/null 2>&1; }

package_version() { dpkg-query -W -f '${Version}' "$1"; }

# unpack_from_testing PACKAGE…: from Debian testing, without installing it, into $CACHE/testing
unpack_from_testing() {
    local root=$CACHE/testing package
    for package in "$@"; do
        [ ! -e "$root/$package.version" ] || continue
        say "unpacking $package of Debian testing into $root"
        private_apt "$CACHE/testing-apt" "deb" testing
        (cd "$CACHE/testing-apt" && "${APT[@]}" download "$package" >/dev/null 2>&1) || die "no $package from Debian testing"
        mkdir -p "$root"
        dpkg -x "$CACHE/testing-apt/${package}"_*.deb "$root"
        dpkg-deb -f "$CACHE/testing-apt/${package}"_*.deb Version >"$root/$package.version"
    done
}

# private_apt DIR deb|deb-src SUITE: sets APT to an apt-get that knows this suite only and leaves the machine's own alone
private_apt() {
    local mirror
    mirror=$({ cat /etc/apt/sources.list /etc/apt/sources.list.d/*debian* 2>/dev/null || true; } |
        awk '/^deb .*debian/ { for (i = 2; i <= NF; i++) if ($i ~ /^http/) { print $i; exit } } /^URIs:/ { print $2; exit }')
    mkdir -p "$1/lists/partial" "$1/archives/partial"
    printf '%s [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s %s main\n' \
        "$2" "${mirror:-http://deb.debian.org/debian}" "$3" >"$1/sources.list"
    APT=(apt-get -qq -o "Dir::Etc::sourcelist=$1/sources.list" -o Dir::Etc::sourceparts=/dev/null
        -o "Dir::State::lists=$1/lists" -o "Dir::Cache=$1" -o APT::Sandbox::User=root)
    [ "$2" = deb-src ] || APT+=(-o Dir::State::status=/dev/null)
    "${APT[@]}" update >/dev/null 2>&1 || die "apt cannot read $3 from ${mirror:-deb.debian.org}"
}

# --- measuring

# row MEASURE BYTES UNIT VALUE [DETAIL]
row() {
    if [ $JSON = yes ]; then
        python3 - "$PEER" "$(peer_version)" "$TOPOLOGY" "$@" <<'PYTHON'
import json, sys
peer, version, topology, measure, size, unit, value, *detail = sys.argv[1:]
print(json.dumps({"peer": peer, "version": version, "topology": topology, "measure": measure, "bytes": int(size),
    "unit": unit, "value": float(value), "detail": " ".join(detail)}))
PYTHON
    else
        printf '%-22s %-9s %-10s %5s B %10s %-7s %s\n' "$PEER" "$TOPOLOGY" "$1" "$2" "$4" "$3" "${*:5}"
    fi
}

congestion_control() { printf '%s\n' "${CONGESTION:-$(within "$SOURCE" sysctl -n net.ipv4.tcp_congestion_control)}"; }

measure_tcp() {
    background "$SINK" iperf3-server iperf3 -s -1
    wait_until 5 listening || die "iperf3 does not listen"
    favoured ip netns exec "$SOURCE" timeout $((TCP_SECONDS + 15)) iperf3 -c 10.2.0.2 -B 10.1.0.2 --connect-timeout 5000 \
        -t "$TCP_SECONDS" -O 1 -J ${CONGESTION:+-C "$CONGESTION"} >"$STATE/tcp.json" 2>"$STATE/iperf3-tcp.log" || true
    row tcp 0 Gbit/s "$(python3 - "$STATE/tcp.json" <<'PYTHON'
import json, sys
try:
    print(round(json.load(open(sys.argv[1]))["end"]["sum_received"]["bits_per_second"] / 1e9, 3))
except (KeyError, ValueError):
    print(0)
PYTHON
    )" "$(congestion_control)"
}

# UDP that the kernel cuts and merges as it does TCP, as fast as one sender can: what arrives. Of hosts only, whose tunnels
# may take segments whole.
measure_segments() {
    [ "$TOPOLOGY" = hosts ] || return 0
    background "$SINK" segments python3 "$PEERS/segments.py" receive 5203 "$TCP_SECONDS"
    local receiver=$!
    sleep 0.5
    favoured ip netns exec "$SOURCE" python3 "$PEERS/segments.py" send 10.2.0.2 5203 "$UDP_PAYLOAD" $((TCP_SECONDS + 1)) \
        >"$STATE/segments-sent.log" 2>&1 || true
    wait $receiver || true
    row udp-segments "$UDP_PAYLOAD" Gbit/s "$(awk 'NF == 2 { print $1 * 8 / $2 / 1e9; found = 1 } END { if (!found) print 0 }' \
        "$STATE/segments.log")" "$TCP_SECONDS s, one sender without pause"
}

listening() { within "$SINK" ss -Hltn 'sport = :5201' | grep -q .; }

# The highest offered rate with less than 0.5 % loss in one of two tries, by bisection, in kpps; and what still
# arrives when the sender does not hold back. Counted by the kernels of both ends: datagrams that left the source's
# and reached the sink's, whether or not iperf3 then had room for them.
measure_udp() {
    local low high middle step
    count_datagrams "$SOURCE"
    count_datagrams "$SINK"
    offer 0
    row udp-flood "$UDP_PAYLOAD" kpps "$ARRIVED" "of $OFFERED offered"
    if clean; then
        row udp "$UDP_PAYLOAD" kpps "$ARRIVED" "all that the sender can"
        return
    fi
    low=0 high=$OFFERED middle=$ARRIVED
    for step in 1 2 3 4 5 6; do
        offer "$middle"
        clean || offer "$middle"
        if clean; then low=$ARRIVED; else high=$middle; fi
        middle=$(awk -v low="$low" -v high="$high" 'BEGIN { print (low > 0 ? (low + high) / 2 : high * 0.6) }')
    done
    row udp "$UDP_PAYLOAD" kpps "$low" "lost less than 0.5 %, $step steps of $UDP_SECONDS s"
}

clean() { awk -v sent="$OFFERED" -v came="$ARRIVED" 'BEGIN { exit !(came > 0 && came >= sent * 0.995) }'; }

# offer KPPS: sets OFFERED and ARRIVED; 0 means as fast as can be
offer() {
    drained
    if [ "$TOPOLOGY" = gateways ]; then offer_frames "$1"; else offer_datagrams "$1"; fi
}

# Frames made beforehand, by trafgen through the source's interface: cheaper than a socket. The sink drops them.
offer_frames() {
    local sent came began limit=()
    [ "$1" = 0 ] || limit=(--rate "$(awk -v kpps="$1" 'BEGIN { printf "%.0f", kpps * 1000 }')pps")
    python3 "$PEERS/frames.py" trafgen "$UDP_PAYLOAD" "$(mac "$A" lan)" "$(mac "$LEFT" eth0)" >"$STATE/udp.trafgen"
    sent=$(frames_sent) came=$(datagrams "$SINK" came) began=$(date +%s%N)
    favoured ip netns exec "$LEFT" timeout -s INT "$UDP_SECONDS" trafgen --in "$STATE/udp.trafgen" --out eth0 \
        --cpus 1 --no-sock-mem --no-cpu-stats "${limit[@]}" >"$STATE/trafgen.log" 2>&1 </dev/null || true
    local nanoseconds=$(($(date +%s%N) - began))
    sleep 0.2
    OFFERED=$(thousands_a_second "$sent" "$(frames_sent)" $nanoseconds)
    ARRIVED=$(thousands_a_second "$came" "$(datagrams "$SINK" came)" $nanoseconds)
}

mac() { ip -n "$1" -o link show "$2" | sed 's/.*link.ether \([^ ]*\).*/\1/'; }

frames_sent() { ip -n "$LEFT" -s -j link show eth0 | python3 -c 'import json, sys; print(json.load(sys.stdin)[0]["stats64"]["tx"]["packets"])'; }

offer_datagrams() {
    local rate sent came
    rate=$(awk -v kpps="$1" -v bytes="$UDP_PAYLOAD" 'BEGIN { printf "%.0f", kpps * 1000 * bytes * 8 }')
    background "$SINK" iperf3-server iperf3 -s -1
    wait_until 5 listening || die "iperf3 does not listen"
    sent=$(datagrams "$SOURCE" sent) came=$(datagrams "$SINK" came)
    favoured ip netns exec "$SOURCE" timeout $((UDP_SECONDS + 15)) iperf3 -c 10.2.0.2 -B 10.1.0.2 --connect-timeout 5000 -u \
        -b "$rate" -l "$UDP_PAYLOAD" -t "$UDP_SECONDS" >"$STATE/iperf3-udp.log" 2>&1 || true
    OFFERED=$(thousands_a_second "$sent" "$(datagrams "$SOURCE" sent)")
    ARRIVED=$(thousands_a_second "$came" "$(datagrams "$SINK" came)")
}

# thousands_a_second FROM TO [NANOSECONDS]
thousands_a_second() {
    awk -v from="$1" -v to="$2" -v ns="${3:-$((UDP_SECONDS * 1000000000))}" 'BEGIN { printf "%.1f", (to - from) / ns * 1e6 }'
}

# By the firewall's hooks: the datagrams of iperf3 alone, not those of a tunnel that ends in the same namespace
count_datagrams() {
    within "$1" nft -f - <<'NFT'
table inet peers {
    counter sent { }
    counter came { }
    chain out { type filter hook output priority 0; udp dport 5201 counter name sent; }
    chain in { type filter hook input priority 0; udp dport 5201 counter name came; udp dport 5202 counter name came drop; }
}
NFT
}

# datagrams NAMESPACE sent|came
datagrams() { within "$1" nft list counter inet peers "$2" | awk '$1 == "packets" { print $2 }'; }

# Some peers queue without bound: nothing may arrive any more before the next step, and the old iperf3 must be gone
drained() {
    local before=-1 now count
    for ((count = 0; count < 40; count++)); do
        now=$(datagrams "$SINK" came)
        if [ "$now" = "$before" ] && ! listening; then return; fi
        before=$now
        sleep 0.25
    done
    within "$SINK" ss -Hltnp 'sport = :5201' | sed -n 's/.*pid=\([0-9]*\).*/\1/p' | xargs -r kill
    sleep 0.3
}
