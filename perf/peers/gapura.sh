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
    (umask 077 && head -c 32 /dev/urandom | base64 >"$STATE/psk")
    gateway b "$(connection b 192.0.2.2 10.2.0.0/24 a 192.0.2.1 10.1.0.0/24 none)"
    gateway a "$(connection a 192.0.2.1 10.1.0.0/24 b 192.0.2.2 10.2.0.0/24 start)"
}

connection() {
    cat <<YAML
connections:
  peers:
    local_addrs: [$2]
    remote_addrs: [$5]
    local: { auth: psk, id: gateway-$1 }
    remote: { auth: psk, id: gateway-$4 }
    children:
      net:
        local_ts: [$3]
        remote_ts: [$6]
        esp_proposals: [aes128gcm16-esn]
        start_action: $7
secrets:
  ike-peers: { id: [gateway-a, gateway-b], secret_file: $STATE/psk }
YAML
}

peer_main "$@"
