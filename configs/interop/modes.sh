# ESP and AH over both families, with both inside, between Gapura and the Linux kernel in the virtual machine. Source it
# after vm-peer.sh.
#
#   with_ipv6                            gives every box IPv6 addresses beside the others
#   carried_by esp|ah FAMILY PROPOSAL    a case: traffic both ways, a rekey, and nothing that was tampered with passes
#   between_hosts esp|ah FAMILY PROPOSAL a case: transport mode between Gapura's own host, by a TUN device, and the peer

HOST6=2001:db8:1::2
GAPURA6=2001:db8:10::1
PEER6=2001:db8:20::2
PEER_INSIDE6=2001:db8:2::1

with_ipv6() {
    local box
    for box in $HOST $GAPURA $ROUTER; do
        within $box sysctl -qw net.ipv6.conf.all.disable_ipv6=0 net.ipv6.conf.default.disable_ipv6=0
    done
    ip -n $HOST address add $HOST6/64 dev eth0 nodad
    ip -n $GAPURA address add 2001:db8:1::1/64 dev lan nodad
    ip -n $GAPURA address add $GAPURA6/64 dev wan nodad
    ip -n $ROUTER address add 2001:db8:10::254/64 dev to-gapura nodad
    ip -n $ROUTER address add 2001:db8:20::254/64 dev to-peer nodad
    within $ROUTER sysctl -qw net.ipv6.conf.all.forwarding=1
    ip -n $HOST route add default via 2001:db8:1::1
    ip -n $GAPURA route add default via 2001:db8:10::254
    vm "ip addr add $PEER6/64 dev eth0 nodad; ip addr add $PEER_INSIDE6/64 dev lo nodad;
        ip -6 route add default via 2001:db8:20::254"
}

carried_by() {
    local protocol=$1 family=$2 proposal=$3 us=192.0.2.1 them=198.51.100.2
    [ "$family" = IPv4 ] || us=$GAPURA6 them=$PEER6
    start_both local=$us remote=$them "$protocol=$proposal" \
        local_ts='10.1.0.0/24, "2001:db8:1::/64"' remote_ts='10.2.0.0/24, "2001:db8:2::/64"' -- \
        local=$them remote=$us "$protocol=$proposal" \
        local_ts=10.2.0.0/24,2001:db8:2::/64 remote_ts=10.1.0.0/24,2001:db8:1::/64
    up_from_gapura
    kernel_carries "${proposal##*-}" "$protocol"
    traffic_flows
    nothing_tampered_with_passes "$protocol"
    expect "child rekey by the kernel's IKE" swan --rekey --child net
    traffic_flows
    TRAFFIC_OUT=("$HOST" $PEER_INSIDE6)
    TRAFFIC_BACK=("$PEER" $HOST6 -I $PEER_INSIDE6)
    within_seconds 10 "IPv6 finds its way through the tunnel" ping_all "${TRAFFIC_OUT[@]}" 1 0.1
    traffic_flows
}

# What the gateway's kernel sends itself to the peer goes to Gapura, but for what carries it
between_hosts() {
    local protocol=$1 family=$2 proposal=$3 us=192.0.2.1 them=198.51.100.2 ip=(ip -n $GAPURA -4) words=(icmp tcp) word
    [ "$family" = IPv4 ] || us=$GAPURA6 them=$PEER6 ip=(ip -n $GAPURA -6) words=(ipv6-icmp tcp)
    start_both local=$us remote=$them "$protocol=$proposal" local_ts="\"$us\"" remote_ts="\"$them\"" 'child=mode: transport' \
        'ports=host: { driver: tun, device: ipsec0, role: protected, routes: off }' -- \
        local=$them remote=$us "$protocol=$proposal" local_ts=$them remote_ts=$us 'child=mode = transport'
    for word in "${words[@]}"; do
        "${ip[@]}" rule show | grep -q "to $them ipproto $word" || "${ip[@]}" rule add to $them ipproto $word lookup 100
    done
    "${ip[@]}" route replace $them dev ipsec0 src $us table 100
    up_from_gapura
    expect "two states in transport mode in the kernel" \
        [ "$(vm ip xfrm state | grep -A1 "proto $protocol " | grep -c 'mode transport')" = 2 ]
    TRAFFIC_OUT=("$GAPURA" $them)
    TRAFFIC_BACK=("$PEER" $us)
    traffic_flows
    within $PEER iperf3 -s -1 >/dev/null 2>&1 &
    within_seconds 10 "TCP to the peer" within $GAPURA timeout 20 iperf3 -c $them --connect-timeout 5000 -n 10M
}

# Four bytes that the ICV covers, or its own, change on the way; neither side delivers anything
nothing_tampered_with_passes() {
    within $ROUTER nft -f - <<NFT
table inet tamper {
    chain forward {
        type filter hook forward priority 0
        ip protocol $1 @nh,288,32 set 0xdeadbeef
        ip6 nexthdr $1 @nh,448,32 set 0xdeadbeef
    }
}
NFT
    expect "no ping out, tampered with" [ "$(ping_losses "${TRAFFIC_OUT[@]:0:2}" 3 0.1 "${TRAFFIC_OUT[@]:2}")" = 3 ]
    expect "the kernel has counted it" grep -q 'failed [1-9]' <(vm ip -s xfrm state)
    expect "no ping back, tampered with" [ "$(ping_losses "${TRAFFIC_BACK[@]:0:2}" 3 0.1 "${TRAFFIC_BACK[@]:2}")" = 3 ]
    expect "Gapura has counted it" grep -q NOT_AUTHENTIC <(gapura show drops)
    within $ROUTER nft delete table inet tamper
}
