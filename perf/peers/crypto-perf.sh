#!/usr/bin/env bash
# DPDK's dpdk-test-crypto-perf on one core: AES-128-GCM alone, no packets around it, by crypto_aesni_gcm (ipsec-mb).
# A bound for every gateway that uses this library through DPDK's crypto devices; no gateway itself.
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=dpdk.sh
source "$PEERS/dpdk.sh"

PEER='DPDK crypto only' TOPOLOGIES=memory

peer_install() { dpdk_build; }

peer_version() { dpdk_version; }

peer_down() { huge_pages_back; }

peer_measure() {
    huge_pages
    cipher encrypt out
    cipher decrypt in
}

cipher() {
    favoured timeout 120 "$CRYPTO_PERF" -l 0,1 "${DPDK_EAL[@]}" --vdev crypto_aesni_gcm -- --ptest throughput \
        --devtype crypto_aesni_gcm --optype aead --aead-algo aes-gcm --aead-op "$1" --aead-key-sz 16 --aead-iv-sz 12 \
        --aead-aad-sz 8 --digest-sz 16 --buffer-sz 64,512,1420 --burst-sz 32 --total-ops 10000000 --silent \
        --csv-friendly >"$STATE/crypto-perf.log" 2>&1 </dev/null 7>&- || die "dpdk-test-crypto-perf failed"
    local bytes rate
    while IFS=, read -r bytes rate; do
        row "$2" "$bytes" Mpps "$rate" "one core, cipher only"
    done < <(awk -F, '/^[0-9]+,/ { print $2 "," $8 }' "$STATE/crypto-perf.log")
}

peer_main "$@"
