#!/usr/bin/env bash
# Gapura with ESP over AF_XDP and large segments over TUN, one worker at each end: AES-128-GCM-16 with ESN, negotiated by
# IKEv2. What is protected is the host itself, or what its kernel forwards.
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=gateways.sh
source "$PEERS/gateways.sh"

PEER='Gapura, TUN' TOPOLOGIES='hosts gateways'
PROTECTED_PORT='host: { driver: tun, device: ipsec0, role: protected }'

peer_up() {
    kernel_forwards
    tunnel_between_gateways
}

peer_main "$@"
