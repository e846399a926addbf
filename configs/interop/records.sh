#!/usr/bin/env bash
# What Gapura tells of its secrets and packets, as Wireshark's tshark reads it: IKE and ESP of a tunnel with strongSwan,
# recorded on the wire and by `gapura capture`, decrypted with what `gapura keys export --wireshark` wrote.
#
#   sudo configs/interop/records.sh                (ONLY=capture, KEEP_STATE=1: as in strongswan.sh)
set -uo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
SUITE=records
source "$HERE/lib.sh"
source "$HERE/charon.sh"

main() {
    start_suite
    install_charon
    need tshark=tshark
    topology
    case_of "the wire, IKE by aes256gcm16, ESP by aes256gcm16" wire aes256gcm16-prfsha384-x25519 aes256gcm16
    case_of "the wire, IKE by aes128gcm16, ESP by aes128-sha256" wire aes128gcm16-prfsha256-ecp256 aes128-sha256
    case_of "the wire, IKE by aes256-sha256, ESP by aes256-sha512" wire aes256-sha256-prfsha256-x25519 aes256-sha512
    case_of "the wire, IKE by aes128-sha512, ESP by aes128ctr-sha256" wire aes128-sha512-prfsha512-modp2048 aes128ctr-sha256
    case_of "gapura capture, encrypted and decrypted" captured
    case_of "no keys when the configuration does not allow it" not_allowed
    suite_result
}

KEYS=$STATE/wireshark

# with_keys WORD…: tshark that reads the exported tables
with_keys() {
    WIRESHARK_CONFIG_DIR=$KEYS tshark -o esp.enable_encryption_decode:TRUE -o esp.enable_authentication_check:TRUE "$@" \
        2>>"$STATE/tshark.log"
}

without_keys() { WIRESHARK_CONFIG_DIR=$STATE/nothing tshark "$@" 2>>"$STATE/tshark.log"; }

# seen WITH FILE FILTER: how many packets of FILE
seen() { "$1" -r "$2" -Y "$3" | wc -l; }

begin_recording() {
    : >"$STATE/wire.tcpdump"
    ip netns exec $ROUTER tcpdump -n -i to-gapura -p -U --immediate-mode -w "$STATE/wire.pcap" \
        'udp port 500 or udp port 4500 or ip proto 50' >/dev/null 2>"$STATE/wire.tcpdump" &
    RECORDER=$!
    wait_until 10 grep -q '^tcpdump: listening' "$STATE/wire.tcpdump"
}

end_recording() {
    sleep 0.3
    kill "$RECORDER"
    wait "$RECORDER" || true
}

wire() {
    start_both proposals="$1" esp="$2" observability='key_export: 10m' -- proposals="$1" esp="$2"
    begin_recording
    up_from_gapura
    expect "20 pings" ping_all $HOST 10.2.0.1 20 0.02
    expect "the keys are exported" gapura keys export --wireshark "$KEYS"
    end_recording
    expect "nobody else may read them" [ "$(stat -c %a "$KEYS"/esp_sa "$KEYS"/ikev2_decryption_table | sort -u)" = 600 ]
    local filter='isakmp.exchangetype == 35 && isakmp.id.data.fqdn'
    expect_not "identities can be read without keys" [ "$(seen without_keys "$STATE/wire.pcap" "$filter")" != 0 ]
    expect "both identities are in IKE_AUTH" [ "$(with_keys -r "$STATE/wire.pcap" -Y "$filter" -T fields \
        -e isakmp.id.data.fqdn | tr ',' '\n' | sort -u | paste -sd' ')" = "gapura.test peer.test" ]
    expect "no IKE message has a wrong checksum" [ "$(with_keys -r "$STATE/wire.pcap" -Y isakmp -V | grep -ciE 'incorrect')" = 0 ]
    expect "20 requests and 20 replies in ESP" [ "$(seen with_keys "$STATE/wire.pcap" 'esp && icmp.resp_to')" = 20 ]
    expect "every ICV is good" [ "$(seen with_keys "$STATE/wire.pcap" 'esp && !esp.icv_good')" = 0 ]
}

captured() {
    start_both esp=aes256gcm16 observability='key_export: 10m' -- esp=aes256gcm16
    up_from_gapura
    local kind
    for kind in encrypted decrypted; do
        record_pings $kind
    done
    expect "the keys are exported" gapura keys export --wireshark "$KEYS"
    expect_not "pings can be read without keys" [ "$(seen without_keys "$STATE/encrypted.pcapng" icmp)" != 0 ]
    expect "ESP of 20 requests and replies" [ "$(seen with_keys "$STATE/encrypted.pcapng" 'esp && icmp.resp_to')" = 20 ]
    expect "every ICV is good" [ "$(seen with_keys "$STATE/encrypted.pcapng" 'esp && !esp.icv_good')" = 0 ]
    expect "20 requests and replies, decrypted" [ "$(seen without_keys "$STATE/decrypted.pcapng" '!esp && icmp.resp_to')" = 20 ]
    expect "the verdict is in the comments" [ "$(without_keys -r "$STATE/decrypted.pcapng" -Y 'frame.comment contains "sent"' | wc -l)" = 40 ]
    expect "the log tells who looked" gapura_said 'audit.*capture|capture.*decrypted'
}

# 40 packets are 20 pings and their answers
record_pings() {
    local recorder words=()
    [ "$1" = encrypted ] || words=(--decrypted)
    gapura capture "$STATE/$1.pcapng" --filter icmp --count 40 --duration 20 "${words[@]}" &
    recorder=$!
    wait_until 10 [ -s "$STATE/$1.pcapng" ]
    sleep 0.5
    expect "20 pings" ping_all $HOST 10.2.0.1 20 0.02
    wait "$recorder"
}

not_allowed() {
    start_both
    up_from_gapura
    rm -rf "$KEYS"
    expect_not "export succeeds" gapura keys export --wireshark "$KEYS"
    expect_not "there are keys" [ -e "$KEYS/esp_sa" ]
}

main
