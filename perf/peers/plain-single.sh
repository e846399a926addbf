#!/usr/bin/env bash
# No tunnel, one packet per MTU: veth pairs and the kernel's own forwarding, with the senders' offloads off, as on a wire.
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

PEER='plain veth, by MTU' TOPOLOGIES='gateways hosts'

peer_install() { :; }

peer_version() { uname -r; }

peer_up() {
    kernel_forwards
    route_by 'via 192.0.2.2' 'via 192.0.2.1'
    local device=eth0
    [ "$TOPOLOGY" = gateways ] || device=wan
    software_checksums "$SOURCE" $device
    software_checksums "$SINK" $device
}

peer_main "$@"
