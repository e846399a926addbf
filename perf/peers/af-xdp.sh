#!/usr/bin/env bash
# Gapura's own AF_XDP ports without IPsec: both gateways pass everything in clear by a bypass policy. What the ports,
# the kernel's AF_XDP and these two cores can carry: the yardstick for the gateways that encrypt.
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=gateways.sh
source "$PEERS/gateways.sh"

PEER='AF_XDP in clear' TOPOLOGIES=gateways

peer_up() {
    finish_checksums
    route_by 'via 192.0.2.2' 'via 192.0.2.1'
    local clear='policies: [{ action: bypass, local_ts: [0.0.0.0/0], remote_ts: [0.0.0.0/0] }]'
    gateway b "$clear"
    gateway a "$clear"
}

peer_main "$@"
