#!/usr/bin/env bash
# wireguard-go of Debian testing: as of Debian 12, but takes and gives large segments over TUN (GSO and GRO). The
# package is unpacked, not installed.
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=wireguard.sh
source "$PEERS/wireguard.sh"

PEER='wireguard-go, testing' TOPOLOGIES='hosts gateways'

peer_install() {
    need wg=wireguard-tools
    unpack_from_testing wireguard-go
    WIREGUARD_GO=$CACHE/testing/usr/bin/wireguard-go
}

peer_version() { cat "$CACHE/testing/wireguard-go.version"; }

peer_up() { wireguard_up; }

peer_main "$@"
