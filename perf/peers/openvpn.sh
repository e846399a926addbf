#!/usr/bin/env bash
# OpenVPN of Debian 12, in user space over TUN (no data channel offload), AES-128-GCM, TLS with fingerprints of
# self-signed certificates.
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

PEER=OpenVPN TOPOLOGIES='hosts gateways'

peer_install() { need openvpn=openvpn openssl=openssl; }

peer_version() { package_version openvpn; }

peer_up() {
    kernel_forwards
    certificate a
    certificate b
    background "$B" openvpn-b openvpn --dev tun0 --dev-type tun --proto udp --local 192.0.2.2 --port 1194 --tls-server \
        --ifconfig 10.9.0.2 10.9.0.1 --cert "$STATE/b.crt" --key "$STATE/b.key" --dh none --data-ciphers AES-128-GCM \
        --peer-fingerprint "$(fingerprint a)" --disable-dco
    background "$A" openvpn-a openvpn --dev tun0 --dev-type tun --proto udp --remote 192.0.2.2 1194 --nobind --tls-client \
        --ifconfig 10.9.0.1 10.9.0.2 --cert "$STATE/a.crt" --key "$STATE/a.key" --data-ciphers AES-128-GCM \
        --peer-fingerprint "$(fingerprint b)" --disable-dco
    wait_until 20 both_up || die "no tunnel by OpenVPN"
    route_by 'dev tun0' 'dev tun0'
}

both_up() {
    grep -q 'Initialization Sequence Completed' "$STATE/openvpn-a.log" &&
        grep -q 'Initialization Sequence Completed' "$STATE/openvpn-b.log"
}

certificate() {
    (umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$1" \
        -keyout "$STATE/$1.key" -out "$STATE/$1.crt" 2>/dev/null)
}

fingerprint() { openssl x509 -in "$STATE/$1.crt" -noout -fingerprint -sha256 | cut -d= -f2; }

peer_main "$@"
