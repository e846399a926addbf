# Network namespaces joined by veth, for the demo and the tests. Source it after lib.sh; needs root.
#
#   namespace NAME…                 make them: loopback up, no IPv6, no forwarding
#   join NS DEV ADDRESS NS DEV ADDRESS
#                                   a veth pair with one end in each; an address of - means none
#   within NS COMMAND…              run there (in the background use `ip netns exec` itself: $! is then COMMAND's own)
#   software_checksums NS DEV       have the kernel finish checksums before a frame leaves DEV
#   wait_until SECONDS COMMAND…     poll until COMMAND succeeds
#   remove_namespaces PREFIX        end what runs in namespaces of this prefix and delete them

namespace() {
    local ns
    for ns in "$@"; do
        ip netns add "$ns"
        ip -n "$ns" link set lo up
        ip netns exec "$ns" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1 \
            net.ipv4.ip_forward=0 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
    done
}

join() {
    ip link add "$2" netns "$1" type veth peer name "$5" netns "$4"
    [ "$3" = - ] || ip -n "$1" address add "$3" dev "$2"
    [ "$6" = - ] || ip -n "$4" address add "$6" dev "$5"
    ip -n "$1" link set "$2" up
    ip -n "$4" link set "$5" up
}

within() { ip netns exec "$@"; }

# Over veth the kernel leaves checksums half done, trusting the receiver to be the same kernel. A gateway that takes
# frames by AF_XDP would send them on half done; on a real wire the NIC has finished them.
software_checksums() { within "$1" ethtool -K "$2" tx off >/dev/null 2>&1; }

wait_until() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.1
    done
}

remove_namespaces() {
    local ns pids
    for ns in $(ip netns list | awk -v prefix="$1" 'index($1, prefix) == 1 { print $1 }'); do
        pids=$(ip netns pids "$ns")
        if [ -n "$pids" ]; then
            kill $pids 2>/dev/null || true
            wait_until 5 namespace_idle "$ns" || kill -9 $(ip netns pids "$ns") 2>/dev/null || true
        fi
        ip netns delete "$ns"
    done
}

namespace_idle() { [ -z "$(ip netns pids "$1")" ]; }
