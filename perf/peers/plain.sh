#!/usr/bin/env bash
# No tunnel: what veth pairs and the kernel's own forwarding carry in clear, in 64 KiB segments as the kernel likes it.
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

PEER='plain veth' TOPOLOGIES='hosts gateways'

peer_install() { :; }

peer_version() { uname -r; }

peer_up() {
    kernel_forwards
    route_by 'via 192.0.2.2' 'via 192.0.2.1'
}

peer_main "$@"
