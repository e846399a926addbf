# shellcheck shell=bash
# wireguard-go between A and B, for the scripts that measure one version of it. Source it after lib.sh; WIREGUARD_GO
# must name the program.

wireguard_up() {
    kernel_forwards
    (umask 077 && wg genkey >"$STATE/a.key" && wg genkey >"$STATE/b.key")
    wireguard_end "$A" a b 10.2.0.0/24 192.0.2.2
    wireguard_end "$B" b a 10.1.0.0/24 192.0.2.1
    route_by 'dev wg0' 'dev wg0'
}

# wireguard_end NAMESPACE OWN_KEY PEER_KEY PEER_NETWORK PEER_ADDRESS. Its control socket is named after the device,
# in /run/wireguard: each end gets a /run of its own, in the mount namespace that ip netns exec makes.
wireguard_end() {
    mkdir "$STATE/run-$2"
    (umask 077 && cat >"$STATE/$2.conf") <<CONF
[Interface]
PrivateKey = $(cat "$STATE/$2.key")
ListenPort = 51820
[Peer]
PublicKey = $(wg pubkey <"$STATE/$3.key")
AllowedIPs = $4
Endpoint = $5:51820
CONF
    background "$1" "wireguard-$2" bash -c "mount --bind '$STATE/run-$2' /run && exec '$WIREGUARD_GO' -f wg0"
    wait_until 10 [ -S "$STATE/run-$2/wireguard/wg0.sock" ] || die "wireguard-go did not start"
    within "$1" bash -c "mount --bind '$STATE/run-$2' /run && exec wg setconf wg0 '$STATE/$2.conf'"
    ip -n "$1" link set wg0 up
}
