# The peer is strongSwan in the virtual machine: what lib.sh and charon.sh do in its namespace is done there, and the Linux
# kernel carries ESP. Source it after vm.sh.
#
#   host ─── gapura ─── router ─── peer: a bridge ─── the virtual machine 198.51.100.2 (10.2.0.1 on its loopback)

CHARON_KERNEL=
CHARON_URI=tcp://198.51.100.2:4502

plug_in_vm() {
    ip -n $PEER address flush dev wan
    ip -n $PEER address flush dev lo
    ip -n $PEER link add wire type bridge
    ip -n $PEER link set wan master wire
    vm_start
    ip -n $PEER link set vm-tap master wire
    ip -n $PEER link set wire up
    vm "ip addr add 198.51.100.2/24 dev eth0; ip link set eth0 up; ip route add default via 198.51.100.254;
        ip addr add 10.2.0.1/24 dev lo"
}

within() {
    if [ "$1" = "$PEER" ]; then
        vm "$(printf '%q ' "${@:2}")"
    else
        ip netns exec "$@"
    fi
}

charon_run() {
    vm_put "$STATE/strongswan.conf"
    vm "STRONGSWAN_CONF=$STATE/strongswan.conf setsid $CHARON >/dev/null 2>&1 &"
    wait_until 20 vm_charon_answers && swan --load-all
}

vm_charon_answers() { swan --stats >/dev/null 2>&1; }

charon_stop() {
    vm "kill \$(pidof charon); while pidof charon; do sleep 0.1; done; ip xfrm state flush; ip xfrm policy flush; true" >/dev/null
}

charon_said() { vm "cat $STATE/charon.log" | grep -qE -- "$1"; }

fetch_peer_log() { vm "cat $STATE/charon.log; ip xfrm state" >"$STATE/charon.log"; }

swan() {
    local command=$1
    shift
    STRONGSWAN_CONF=$STATE/strongswan.conf SWANCTL_DIR=$STATE/swanctl \
        ip netns exec $ROUTER swanctl "$command" --uri "$CHARON_URI" "$@"
}

stop_peer() { vm_stop; }
