#!/usr/bin/env bash
# wireguard-go of Debian 12 (2022): ChaCha20-Poly1305 in user space over TUN, one packet at a time.
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=wireguard.sh
source "$PEERS/wireguard.sh"

PEER='wireguard-go, Debian 12' TOPOLOGIES='hosts gateways'

peer_install() {
    need wireguard-go=wireguard-go wg=wireguard-tools
    WIREGUARD_GO=$(command -v wireguard-go)
}

peer_version() { package_version wireguard-go; }

peer_up() { wireguard_up; }

peer_main "$@"
