#!/usr/bin/env bash
# Gapura with ESP over AF_XDP, one worker in each gateway: AES-128-GCM-16 with ESN, negotiated by IKEv2.
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=gateways.sh
source "$PEERS/gateways.sh"

PEER=Gapura TOPOLOGIES=gateways

peer_up() {
    finish_checksums
    tunnel_between_gateways
}

peer_main "$@"
