#!/usr/bin/env bash
# DPDK's example gateway, ipsec-secgw, on one core: frames out of a capture in memory, the whole ESP path, and away
# with them. AES-128-GCM-16 by crypto_aesni_gcm (ipsec-mb), the example's own ESP code, one SA, no ESN, no replay window.
# Inbound it decrypts 512 frames that it has encrypted before, over and over.
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"
# shellcheck source=dpdk.sh
source "$PEERS/dpdk.sh"

PEER='DPDK ipsec-secgw' TOPOLOGIES=memory
SECONDS_EACH=4 FRAMES=512

peer_install() { dpdk_build; }

peer_version() { dpdk_version; }

peer_down() { huge_pages_back; }

peer_measure() {
    huge_pages
    association 105 5 10.1.0.0/24 10.2.0.0/24 192.0.2.1 192.0.2.2 >"$STATE/out.cfg"
    association 5 105 10.2.0.0/24 10.1.0.0/24 192.0.2.2 192.0.2.1 >"$STATE/in.cfg"
    local bytes
    for bytes in 64 512 1420; do
        record $bytes
        rate out "rx_pcap=$STATE/one.pcap" "rx_pcap=$STATE/clear.pcap,infinite_rx=1"
        row out $bytes Mpps "$RATE" "one core"
        rate in "rx_pcap=$STATE/esp.pcap,infinite_rx=1" "rx_pcap=$STATE/one.pcap"
        row in $bytes Mpps "$RATE" "one core"
    done
}

# association SPI_IN SPI_OUT NETWORK_IN NETWORK_OUT LOCAL REMOTE: port 0 is unprotected, port 1 protected
association() {
    local key
    key=$(printf '%02x:' {1..20})
    cat <<CONF
sp ipv4 out esp protect $2 pri 1 dst $4 sport 0:65535 dport 0:65535
sp ipv4 in esp protect $1 pri 1 dst $3 sport 0:65535 dport 0:65535
sa out $2 aead_algo aes-128-gcm aead_key ${key%:} mode ipv4-tunnel src $5 dst $6
sa in $1 aead_algo aes-128-gcm aead_key ${key%:} mode ipv4-tunnel src $6 dst $5
rt ipv4 dst $6/32 port 0
rt ipv4 dst $5/32 port 0
rt ipv4 dst $3 port 1
neigh port 0 02:00:00:00:00:11
neigh port 1 02:00:00:00:00:12
CONF
}

# Frames in clear, and the same in ESP; more are encrypted than kept, since the capture's end stays in a buffer
record() {
    python3 "$PEERS/frames.py" clear "$1" 1 "$STATE/one.pcap"
    python3 "$PEERS/frames.py" clear "$1" $FRAMES "$STATE/clear.pcap"
    python3 "$PEERS/frames.py" clear "$1" $((8 * FRAMES)) "$STATE/more.pcap"
    gateway 3 out "rx_pcap=$STATE/one.pcap,tx_pcap=$STATE/encrypted.pcap" "rx_pcap=$STATE/more.pcap"
    python3 "$PEERS/frames.py" first $FRAMES "$STATE/encrypted.pcap" "$STATE/esp.pcap"
}

# gateway SECONDS out|in PORT_0 PORT_1
gateway() {
    favoured timeout -k 5 -s INT "$1" "$SECGW" -l 1 "${DPDK_EAL[@]}" --vdev crypto_aesni_gcm \
        --vdev "net_pcap0,$3" --vdev "net_pcap1,$4" -- -p 0x3 -u 0x1 --config '(0,0,1),(1,0,1)' \
        -f "$STATE/$2.cfg" -t 1 >"$STATE/secgw.log" 2>&1 </dev/null 7>&- || [ $? = 124 ] || die "ipsec-secgw failed"
}

# rate out|in PORT_0 PORT_1: sets RATE to the median of what it sent in each second, in Mpps
rate() {
    gateway $((SECONDS_EACH + 2)) "$@"
    RATE=$(python3 - "$STATE/secgw.log" <<'PYTHON'
import re, statistics, sys
log = open(sys.argv[1]).read()
sent = [int(total) for total in re.findall(r"Total packets sent: +(\d+)", log)]
dropped = [int(total) for total in re.findall(r"Total packets dropped: +(\d+)", log)]
a_second = [after - before for before, after in zip(sent[1:], sent[2:])]
if not a_second or dropped[-1] > 32:
    sys.exit(f"not a measurement: sent {sent}, dropped {dropped}")
print(round(statistics.median(a_second) / 1e6, 3))
PYTHON
    )
}

peer_main "$@"
