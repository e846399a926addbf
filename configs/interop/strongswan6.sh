#!/usr/bin/env bash
# Gapura and strongSwan 6.1 (Debian testing's charon in a chroot, ESP in user space): what Debian 12's strongSwan does
# not have: ML-KEM, IKE_INTERMEDIATE, further key exchanges when something is rekeyed.
#
#   sudo configs/interop/strongswan6.sh            all of them
#   sudo ONLY=rekey configs/interop/strongswan6.sh those whose name matches (KEEP_STATE=1 keeps the logs)
#
# The chroot is made of Debian testing's packages at the first run (22 MB, from the mirror that this machine uses) and kept in
# $GAPURA_STRONGSWAN6 or ~/.cache/gapura/strongswan6. The topology is drawn in lib.sh.
set -uo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
SUITE=strongswan6
source "$HERE/lib.sh"
source "$HERE/charon.sh"
source "$HERE/charon6.sh"

HYBRID=aes256gcm16-prfsha384-x25519-ke1_mlkem768

main() {
    start_suite
    install_charon6
    topology
    watch_for_clear_text

    case_of "by default: X25519 and ML-KEM-768, Gapura initiates" hybrid_from_gapura
    rekeys "as initiator"
    case_of "by default: X25519 and ML-KEM-768, strongSwan initiates" hybrid_from_strongswan
    rekeys "as responder"
    case_of "a peer without ML-KEM gets none, Gapura initiates" classical_from_gapura
    case_of "a peer without ML-KEM gets none, strongSwan initiates" classical_from_strongswan
    case_of "post_quantum: require refuses a classical responder" require_from_gapura
    case_of "post_quantum: require refuses a classical initiator" require_from_strongswan
    suites
    case_of "child with three key exchanges of its own" child_with_three
    case_of "IKE_INTERMEDIATE in small fragments" small_fragments
    case_of "SAs side by side: Gapura initiates" lanes_from_gapura
    case_of "SAs side by side: strongSwan initiates, Gapura adds" lanes_from_strongswan
    case_of "SAs side by side: a strongSwan that wants none gets one" no_lanes
    case_of "NAT before Gapura, which initiates" nat_before_gapura
    case_of "nothing of the inner networks was ever on the wire in clear" no_clear_text_was_seen
    suite_result
}

# The peer's words for what Gapura has by default
both_default() { start_both -- proposals=$HYBRID; }

is_hybrid() {
    expect "strongSwan used IKE_INTERMEDIATE" charon_said 'IKE_INTERMEDIATE'
    expect "strongSwan selected ML-KEM" charon_said "selected proposal: IKE:.*KE1_ML_KEM_$1"
    expect "Gapura shows it" [ "$(gapura_sa 'sas[0]["ke1"]')" = "ML_KEM_$1" ]
}

hybrid_from_gapura() {
    both_default
    up_from_gapura
    is_hybrid 768
    traffic_flows
    streams_flow
}

hybrid_from_strongswan() {
    both_default
    up_from_strongswan
    is_hybrid 768
    traffic_flows
    streams_flow
}

is_classical() {
    expect_not "strongSwan used IKE_INTERMEDIATE" charon_said 'IKE_INTERMEDIATE'
    traffic_flows
}

classical_from_gapura() {
    start_both -- proposals=aes256gcm16-prfsha384-x25519
    up_from_gapura
    is_classical
}

classical_from_strongswan() {
    start_both -- proposals=aes256gcm16-prfsha384-x25519
    up_from_strongswan
    is_classical
}

require_from_gapura() {
    start_both connection='post_quantum: require' -- proposals=aes256gcm16-prfsha384-x25519
    expect_not "initiate succeeds" gapura initiate --child net
    expect "strongSwan refuses" charon_said 'received proposals unacceptable'
    expect "Gapura says why" gapura_said 'withstands quantum computers.*post_quantum: prefer'
    nothing_is_left
}

require_from_strongswan() {
    start_both connection='post_quantum: require' -- proposals=aes256gcm16-prfsha384-x25519
    expect_not "initiate succeeds" swan --initiate --child net --timeout 10
    expect "strongSwan was told" charon_said 'NO_PROPOSAL_CHOSEN'
    expect "Gapura says what was missing" gapura_said 'additional key exchange 1 \(offered none, wanted ke1_mlkem768'
    nothing_is_left
}

nothing_is_left() {
    within_seconds 5 "strongSwan has no IKE SA" charon_ike_sas 0
    within_seconds 5 "Gapura has no IKE SA" gapura_ike_sas 0
}

suites() {
    local ike
    for ike in aes256gcm16-prfsha384-ecp384-ke1_mlkem1024 aes128-sha256-modp3072-ke1_mlkem512 \
        chacha20poly1305-prfsha512-x448-ke1_mlkem768-ke2_ecp521 aes128ccm16-prfaesxcbc-ecp256bp-ke2_mlkem512 \
        aes256ctr-aescmac-prfaescmac-ecp521 aes128gcm8-prfsha256-modp4096 aes128-sha1-ecp384bp aes128-aesxcbc-x25519; do
        case_of "IKE by $ike" suite "$ike"
    done
}

suite() {
    start_both proposals="$1" -- proposals="$1"
    up_from_gapura
    traffic_flows
    expect "IKE rekey by Gapura" rekeyed charon_ike_spis gapura rekey --ike peer
    expect "IKE rekey by strongSwan" rekeyed charon_ike_spis swan --rekey --ike gapura
    start_both proposals="$1" -- proposals="$1"
    up_from_strongswan
    traffic_flows
}

child_with_three() {
    local esp=aes256gcm16-x25519-ke1_mlkem768-ke2_mlkem512
    start_both esp=$esp -- proposals=$HYBRID esp=$esp
    up_from_gapura
    expect "child rekey by Gapura" rekeyed charon_child_spis gapura rekey --child net
    expect "child rekey by strongSwan" rekeyed charon_child_spis swan --rekey --child net
    expect "both sent follow-ups" [ "$(grep -cE 'IKE_FOLLOWUP_KE (request|response)' "$STATE/charon.log")" -ge 8 ]
    expect "strongSwan saw them all" charon_said 'selected proposal: ESP:.*KE1_ML_KEM_768/KE2_ML_KEM_512'
    traffic_flows
}

small_fragments() {
    start_both connection='fragmentation: force' top='ike: { fragment_size: 256 }' -- proposals=$HYBRID \
        connection='fragmentation = force' daemon='fragment_size = 300'
    up_from_gapura
    expect "strongSwan put Gapura's fragments together" charon_said 'received fragment #[0-9]+ of [0-9]+'
    traffic_flows
    expect "IKE rekey by strongSwan" rekeyed charon_ike_spis swan --rekey --ike gapura
}

# RFC 9611. With ESP in user space strongSwan binds none of them to a core, takes as many as it is asked for, and asks
# for none itself.
LANES=3

lanes_are_up() {
    within_seconds "$1" "Gapura has $LANES SAs" gapura_children $LANES
    within_seconds 5 "strongSwan has $LANES SAs" charon_children $LANES
    expect "Gapura numbers them" [ "$(gapura_sa 'sorted(int(child["cpu"]) for child in children)')" = \
        "$(python3 -c "print(list(range($LANES)))")" ]
    traffic_flows
}

# each_rekeyed COMMAND…: all of them, without loss of a ping
each_rekeyed() {
    local before
    before=$(charon_child_spis)
    no_ping_lost_during "$@"
    within_seconds 15 "no SPI of before is left" spis_are_new "$before" charon_child_spis
    lanes_are_up 5
}

lanes_from_gapura() {
    start_both child="per_cpu_sas: $LANES" -- proposals=$HYBRID child='per_cpu_sas = yes'
    expect "Gapura's initiate succeeds" gapura initiate --child net
    lanes_are_up 5
    expect "strongSwan knows that they are several" charon_said "as one of several .*peer's ID 0*$((LANES - 1))"
    each_rekeyed gapura rekey --child net
    each_rekeyed swan --rekey --child net
    expect "IKE rekey by Gapura" gapura rekey --ike peer
    lanes_are_up 5
    expect "all of them go" gapura terminate --child net
    within_seconds 5 "strongSwan has no SA" charon_children 0
}

lanes_from_strongswan() {
    start_both child="per_cpu_sas: $LANES" -- proposals=$HYBRID child='per_cpu_sas = yes'
    expect "strongSwan's initiate succeeds" swan --initiate --child net --timeout 15
    lanes_are_up 20
}

no_lanes() {
    start_both child='per_cpu_sas: yes' -- proposals=$HYBRID
    up_from_gapura
    expect "strongSwan was asked for several" charon_said 'N\(RES_INFO\)'
    traffic_flows
}

nat_before_gapura() {
    start_both -- remote=%any proposals=$HYBRID
    nat_of to-peer
    up_from_gapura
    is_hybrid 768
    traffic_flows
    expect "IKE rekey by strongSwan" rekeyed charon_ike_spis swan --rekey --ike gapura
}

main
