#!/usr/bin/env bash
# Gapura and strongSwan (charon of the distribution, ESP in user space), one test after the other:
#
#   sudo configs/interop/strongswan.sh            all of them
#   sudo ONLY=rekey configs/interop/strongswan.sh those whose name matches (KEEP_STATE=1 keeps the logs)
#
# The topology is drawn in lib.sh. Every claim is judged by what the peer, the hosts or the wire say.
set -uo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
SUITE=strongswan
source "$HERE/lib.sh"
source "$HERE/charon.sh"

main() {
    start_suite
    install_charon
    topology
    watch_for_clear_text

    case_of "Gapura initiates, traffic flows both ways" gapura_initiates
    rekeys "as initiator"
    case_of "Gapura deletes the child SA" gapura_deletes_child
    case_of "Gapura deletes the IKE SA" gapura_deletes_ike

    case_of "strongSwan initiates, traffic flows both ways" strongswan_initiates
    rekeys "as responder"
    case_of "strongSwan deletes the child SA" strongswan_deletes_child
    case_of "strongSwan deletes the IKE SA" strongswan_deletes_ike
    case_of "several rekeys in turn from both sides" rekeys_in_turn
    case_of "Gapura's end on SIGTERM: SAs deleted at the peer, no XDP program left" ends_cleanly
    case_of "Gapura killed: nothing crosses, no XDP program left" killed

    case_of "NAT before Gapura, which initiates" nat_before_gapura
    case_of "NAT before strongSwan, which initiates" nat_before_strongswan
    case_of "cookies demanded by strongSwan" cookies_of_strongswan
    case_of "cookies demanded by Gapura" cookies_of_gapura
    case_of "fragments, Gapura initiates" fragments_gapura_initiates
    case_of "fragments, strongSwan initiates" fragments_strongswan_initiates

    suites
    case_of "wrong group at first: INVALID_KE_PAYLOAD, Gapura initiates" invalid_ke_gapura
    case_of "wrong group at first: INVALID_KE_PAYLOAD, strongSwan initiates" invalid_ke_strongswan
    case_of "traffic selectors narrowed" narrowed
    case_of "post-quantum pre-shared key, required" ppk_required
    case_of "post-quantum pre-shared key, optional, not the same" ppk_optional
    case_of "post-quantum pre-shared key, required, missing" ppk_missing

    case_of "reauthentication by Gapura, make before break" reauthenticates_gapura
    case_of "reauthentication by strongSwan, make before break" reauthenticates_strongswan
    case_of "reauthentication by Gapura, break before make" reauthenticates_breaking
    case_of "both begin at the same moment" both_begin
    case_of "SIGHUP reloads while packets pass, none lost" hangs_up
    case_of "childless, Gapura initiates" childless_gapura
    case_of "childless, strongSwan initiates" childless_strongswan
    case_of "INITIAL_CONTACT of strongSwan, which has lost its memory" initial_contact_strongswan
    case_of "INITIAL_CONTACT of Gapura, which has lost its memory" initial_contact_gapura

    case_of "wrong secret, Gapura initiates" wrong_secret_gapura
    case_of "wrong secret, strongSwan initiates" wrong_secret_strongswan
    case_of "no common IKE proposal, Gapura initiates" no_ike_proposal_gapura
    case_of "no common IKE proposal, strongSwan initiates" no_ike_proposal_strongswan
    case_of "no common ESP proposal, Gapura initiates" no_esp_proposal_gapura
    case_of "no common ESP proposal, strongSwan initiates" no_esp_proposal_strongswan
    case_of "strongSwan killed: found dead and reached again" peer_dies

    case_of "nothing of the inner networks was ever on the wire in clear" no_clear_text_was_seen
    suite_result
}

# --- set-up, rekey, delete

gapura_initiates() {
    start_both
    up_from_gapura
    traffic_flows
    streams_flow
}

strongswan_initiates() {
    start_both
    up_from_strongswan
    traffic_flows
    streams_flow
}

rekeys_in_turn() {
    start_both
    up_from_strongswan
    no_ping_lost_during all_rekeys
    is_up
    traffic_flows
}

all_rekeys() {
    gapura rekey --child net
    swan --rekey --child net
    sleep 0.3
    gapura rekey --ike peer
    swan --rekey --ike gapura
    sleep 0.3
    gapura rekey --child net
}

gapura_deletes_child() {
    expect "terminate succeeds" gapura terminate --child net
    within_seconds 5 "strongSwan has no child SA" charon_children 0
    expect "strongSwan kept the IKE SA" charon_ike_sas 1
    expect_not "ping gets through no more" ping_all $HOST 10.2.0.1 2 0.1 -W 1
}

gapura_deletes_ike() {
    expect "terminate succeeds" gapura terminate --ike peer
    within_seconds 5 "strongSwan has no IKE SA" charon_ike_sas 0
    within_seconds 5 "Gapura has no IKE SA" gapura_ike_sas 0
}

strongswan_deletes_child() {
    expect "terminate succeeds" swan --terminate --child net
    within_seconds 5 "Gapura has no child SA" gapura_children 0
    expect "Gapura kept the IKE SA" gapura_ike_sas 1
    expect_not "ping gets through no more" ping_all $HOST 10.2.0.1 2 0.1 -W 1
}

strongswan_deletes_ike() {
    expect "terminate succeeds" swan --terminate --ike gapura
    within_seconds 5 "Gapura has no IKE SA" gapura_ike_sas 0
    expect "strongSwan has no IKE SA" charon_ike_sas 0
}

ends_cleanly() {
    start_both
    up_from_gapura
    expect "Gapura ends on SIGTERM" gapura_stop
    within_seconds 3 "strongSwan has no IKE SA" charon_ike_sas 0
    expect "no XDP program is left" no_xdp_program
}

killed() {
    start_both
    up_from_gapura
    kill -9 "$(cat "$STATE/gapura.pid")"
    within_seconds 3 "no XDP program is left" no_xdp_program
    expect_not "ping gets through no more" ping_all $HOST 10.2.0.1 2 0.1 -W 1
    rm -f "$STATE/gapura.pid"
    gapura_start start=start
    within_seconds 15 "a new Gapura sets the tunnel up again" gapura_children 1
    traffic_flows
}

no_xdp_program() { ! ip -n $GAPURA -details link | grep -q prog/xdp; }

# --- in the way: NAT, cookies, fragments

nat_before_gapura() {
    start_both -- remote=%any
    nat_of to-peer
    up_from_gapura
    expect "strongSwan sees the NAT's address" behind_nat 198.51.100.254
    traffic_flows
    rekeys_with_nat
}

nat_before_strongswan() {
    start_both remote=%any
    nat_of to-gapura
    up_from_strongswan
    expect "Gapura said that there is a NAT" gapura_said '\bNAT\b'
    traffic_flows
    rekeys_with_nat
}

behind_nat() { charon_sas | grep -q "^remote-host=$1"; }

rekeys_with_nat() {
    rekeyed charon_child_spis gapura rekey --child net
    rekeyed charon_ike_spis swan --rekey --ike gapura
}

# charon demands cookies once so many IKE SAs are half open: one forged request makes one of them
cookies_of_strongswan() {
    start_both -- daemon='cookie_threshold = 1'
    expect "a half-open SA" within $GAPURA python3 "$HERE/datagrams.py" half-open 198.51.100.2
    up_from_gapura
    expect "strongSwan demanded a cookie" charon_said 'N\(COOKIE\)'
    traffic_flows
}

cookies_of_gapura() {
    start_both top=$'ike: { cookie_threshold: 0 }'
    up_from_strongswan
    expect "strongSwan answered with Gapura's cookie" charon_said 'IKE_SA_INIT request 0 \[ N\(COOKIE\)'
    traffic_flows
}

fragments_gapura_initiates() {
    start_both connection='fragmentation: force' top='ike: { fragment_size: 256 }' -- connection='fragmentation = force' daemon='fragment_size = 160'
    up_from_gapura
    fragments_were_seen
}

fragments_strongswan_initiates() {
    start_both connection='fragmentation: force' top='ike: { fragment_size: 256 }' -- connection='fragmentation = force' daemon='fragment_size = 160'
    up_from_strongswan
    fragments_were_seen
}

fragments_were_seen() {
    expect "strongSwan split messages" charon_said 'splitting IKE message'
    expect "strongSwan put Gapura's fragments together" charon_said 'received fragment #[0-9]+ of [0-9]+'
    traffic_flows
}

# --- suites

suites() {
    local ike
    for ike in aes128gcm16-prfsha256-modp2048 aes256gcm16-prfsha384-ecp384 aes256-sha256-prfsha256-ecp256 \
        aes128-sha384-prfsha384-x25519 aes256-sha512-prfsha512-x25519; do
        case_of "IKE by $ike" suite "$ike" aes256gcm16
    done
    local esp
    for esp in aes128gcm16 aes192gcm16 aes128gcm8 chacha20poly1305 aes128-sha256 aes192-sha384 aes256-sha512 aes128-sha1 \
        aes128-aesxcbc aes256-aescmac aes128ctr-sha256 aes256ctr-sha512 aes128ccm16 aes256ccm8 null-sha256; do
        case_of "ESP by $esp" suite aes256gcm16-prfsha384-x25519 "$esp"
    done
    case_of "child rekey with a key exchange of its own (PFS)" with_pfs
}

suite() {
    start_both proposals="$1" esp="$2" -- proposals="$1" esp="$2"
    up_from_gapura
    traffic_flows
    expect "IKE rekey by Gapura" rekeyed charon_ike_spis gapura rekey --ike peer
    from_the_other_side
}

# The same again, set up by strongSwan
from_the_other_side() {
    expect "terminate succeeds" swan --terminate --ike gapura
    within_seconds 5 "Gapura has no IKE SA" gapura_ike_sas 0
    up_from_strongswan
    traffic_flows
}

with_pfs() {
    start_both esp=aes256gcm16-ecp256 -- esp=aes256gcm16-ecp256
    up_from_gapura
    rekeyed charon_child_spis gapura rekey --child net
    rekeyed charon_child_spis swan --rekey --child net
    expect "strongSwan saw the group" charon_said 'selected proposal: ESP:AES_GCM_16_256/ECP_256/NO_EXT_SEQ'
}

invalid_ke_gapura() {
    start_both proposals=aes256-sha256-ecp384-x25519 -- proposals=aes256-sha256-x25519
    up_from_gapura
    expect "strongSwan refused the first group" charon_said 'N\(INVAL_KE\)'
    traffic_flows
}

invalid_ke_strongswan() {
    start_both proposals=aes256-sha256-x25519 -- proposals=aes256-sha256-ecp384-x25519
    up_from_strongswan
    expect "Gapura refused the first group" charon_said 'N\(INVAL_KE\)'
    traffic_flows
}

narrowed() {
    start_both local_ts=10.1.0.0/16 remote_ts=10.0.0.0/8 -- local_ts=10.2.0.0/24 remote_ts=10.1.0.0/24
    up_from_gapura
    expect "strongSwan has the narrower ones" charon_said 'TS 10.2.0.0/24 === 10.1.0.0/24'
    traffic_flows
    start_both local_ts=10.1.0.0/24 remote_ts=10.2.0.0/24 -- local_ts=10.2.0.0/16 remote_ts=10.0.0.0/8
    up_from_strongswan
    expect "strongSwan has the narrower ones" charon_said 'TS 10.2.0.0/24 === 10.1.0.0/24'
    traffic_flows
}

# --- post-quantum pre-shared keys

ppk_required() {
    local ours=$'ppk_id: both-know-it\n    ppk_required: yes' theirs=$'ppk_id = both-know-it\n    ppk_required = yes'
    start_both connection="$ours" ppk=quantum -- connection="$theirs" ppk=quantum
    up_from_gapura
    expect "strongSwan used it" charon_said "using PPK for PPK_ID 'both-know-it'"
    expect "Gapura shows it" [ "$(gapura_sa 'sas[0]["ppk"]')" = yes ]
    traffic_flows
    expect "IKE rekey by Gapura" rekeyed charon_ike_spis gapura rekey --ike peer
    start_both connection="$ours" ppk=quantum -- connection="$theirs" ppk=quantum
    up_from_strongswan
    expect "strongSwan used it" charon_said "using PPK for PPK_ID 'both-know-it'"
    traffic_flows
}

ppk_optional() {
    start_both connection='ppk_id: both-know-it' ppk=quantum
    up_from_gapura
    traffic_flows
    start_both -- connection='ppk_id = both-know-it' ppk=quantum
    up_from_strongswan
    traffic_flows
}

ppk_missing() {
    start_both connection=$'ppk_id: both-know-it\n    ppk_required: yes' ppk=quantum
    expect_not "initiate succeeds" gapura initiate --child net
    expect "Gapura says why" gapura_said 'post-quantum pre-shared key; ppk_required: no'
    nothing_is_left
}

# --- reauthentication, childless IKE SAs, one IKE SA for each peer

# another_ike_sa COMMAND…: within ten seconds, and it is the only one, with the only child
another_ike_sa() {
    local before
    before=$(charon_ike_spis)
    expect "there was one before" [ -n "$before" ]
    "$@" wait_until 12 spis_are_new "$before" charon_ike_spis
    within_seconds 5 "strongSwan has one IKE SA" charon_ike_sas 1
    within_seconds 5 "strongSwan has one child SA" charon_children 1
    within_seconds 5 "Gapura has one IKE SA" gapura_ike_sas 1
    within_seconds 5 "Gapura has one child SA" gapura_children 1
}

# strongSwan sends by the new SA before its answer, from which Gapura takes that SA's keys, can have arrived: a ping that
# comes so early is lost, and counted there. No other one is.
reauthenticates_gapura() {
    local before lost early
    start_both
    up_from_gapura
    before=$(charon_ike_spis)
    ping_begin "${TRAFFIC_OUT[@]}"
    ping_begin "${TRAFFIC_BACK[@]}"
    renewed "$before" charon_ike_spis gapura rekey --ike peer --reauth
    sleep 0.5
    ping_end "${TRAFFIC_OUT[0]}"
    lost=$(pings_lost)
    ping_end "${TRAFFIC_BACK[0]}"
    lost=$((lost + $(pings_lost)))
    early=$(gapura show drops | awk '$1 == "UNKNOWN_SPI" { print $2 }')
    expect "no ping lost but those that came too early: $lost of ${early:-0}" [ "$lost" -le "${early:-0}" ]
    expect "and there are few of them" [ "${early:-0}" -le 10 ]
}

# What Gapura sends by the new SA before strongSwan has read the IKE_AUTH answer is lost there: some milliseconds, in which
# there is a ping each way or two
reauthenticates_strongswan() {
    local before lost
    start_both -- daemon='make_before_break = yes'
    up_from_strongswan
    before=$(charon_ike_spis)
    ping_begin "${TRAFFIC_OUT[@]}"
    ping_begin "${TRAFFIC_BACK[@]}"
    renewed "$before" charon_ike_spis swan --rekey --ike gapura --reauth
    sleep 0.5
    ping_end "${TRAFFIC_OUT[0]}"
    lost=$(pings_lost)
    ping_end "${TRAFFIC_BACK[0]}"
    lost=$((lost + $(pings_lost)))
    expect "no more pings lost than come in some milliseconds: $lost" [ "$lost" -le 4 ]
}

reauthenticates_breaking() {
    start_both connection=$'reauth_time: 6s\n    rand_time: 0s\n    make_before_break: no'
    up_from_gapura
    another_ike_sa expect "another IKE SA"
    within_seconds 10 "traffic flows between two breaks" pings_both_ways
}

pings_both_ways() { ping_all "${TRAFFIC_OUT[@]:0:2}" 5 0.02 && ping_all "${TRAFFIC_BACK[@]:0:2}" 5 0.02 "${TRAFFIC_BACK[@]:2}"; }

# Both by swanctl, which is quick: strongSwan keeps both IKE SAs, Gapura deletes its own if it has the lowest SPI
both_begin() {
    local ours theirs
    start_both
    swanctl --initiate --child net --timeout 15 --uri "unix://$GAPURA_VICI" &
    ours=$!
    swan --initiate --child net --timeout 15 &
    theirs=$!
    expect "Gapura's initiate succeeds" wait $ours
    expect "strongSwan's initiate succeeds" wait $theirs
    sleep 3
    within_seconds 10 "both sides have the same IKE SAs with a child each" same_ike_sas
    traffic_flows
}

same_ike_sas() {
    local sas
    sas=$(charon_sas | grep -c '^state=ESTABLISHED')
    [ "$sas" -ge 1 ] && charon_has "$sas" "$sas" && gapura_has "$sas" "$sas"
}

hangs_up() {
    start_both
    up_from_gapura
    no_ping_lost_during reloaded_by_signal
    is_up
}

reloaded_by_signal() {
    printf 'policies: [{ action: bypass, local_ts: [10.1.0.0/24], remote_ts: [10.99.0.0/24] }]\n' >>"$STATE/gapura.yaml"
    kill -HUP "$(cat "$STATE/gapura.pid")"
    within_seconds 5 "the log says that it was reloaded" gapura_said 'reloaded .*as they were 1'
}

childless_gapura() {
    start_both connection='childless: force'
    up_from_gapura
    expect "strongSwan saw the child come later" charon_said 'parsed CREATE_CHILD_SA request'
    traffic_flows
}

childless_strongswan() {
    start_both -- connection='childless = force'
    up_from_strongswan
    expect "strongSwan asked for the child later" charon_said 'generating CREATE_CHILD_SA request'
    traffic_flows
}

initial_contact_strongswan() {
    start_both
    up_from_strongswan
    charon_kill
    charon_run
    up_from_strongswan
    expect "Gapura has one IKE SA" gapura_ike_sas 1
    traffic_flows
}

initial_contact_gapura() {
    start_both
    up_from_gapura
    kill -9 "$(cat "$STATE/gapura.pid")"
    rm -f "$STATE/gapura.pid"
    gapura_start
    up_from_gapura
    expect "strongSwan was told" charon_said 'N\(INIT_CONTACT\)'
    traffic_flows
}

# --- failures, told on both sides

wrong_secret_gapura() {
    start_both secret=another-secret
    expect_not "initiate succeeds" gapura initiate --child net
    expect "strongSwan says that authentication failed" charon_said 'N\(AUTH_FAILED\)'
    expect "Gapura says so" gapura_said 'AUTHENTICATION_FAILED|authentication failed'
    nothing_is_left
}

wrong_secret_strongswan() {
    start_both secret=another-secret
    expect_not "initiate succeeds" swan --initiate --child net --timeout 10
    expect "strongSwan was told" charon_said 'AUTHENTICATION_FAILED'
    expect "Gapura says so" gapura_said 'peer.test has another pre-shared key'
    nothing_is_left
}

no_ike_proposal_gapura() {
    start_both proposals=aes256gcm16-prfsha384-ecp384 -- proposals=aes128gcm16-prfsha256-x25519
    expect_not "initiate succeeds" gapura initiate --child net
    expect "strongSwan says so" charon_said 'received proposals unacceptable'
    expect "Gapura says so" gapura_said 'NO_PROPOSAL_CHOSEN'
    gapura explain conn peer >"$STATE/explained"
    expect "and why, when asked later" grep -q '^trouble .*NO_PROPOSAL_CHOSEN' "$STATE/explained"
    expect "and what may help" grep -q '^remedy .*write one of them' "$STATE/explained"
    nothing_is_left
}

no_ike_proposal_strongswan() {
    start_both proposals=aes256gcm16-prfsha384-ecp384 -- proposals=aes128gcm16-prfsha256-ecp384
    expect_not "initiate succeeds" swan --initiate --child net --timeout 10
    expect "strongSwan was told" charon_said 'NO_PROPOSAL_CHOSEN'
    expect "Gapura says what was offered" gapura_said 'offered.*aes128gcm16'
    expect "Gapura says what was wanted" gapura_said 'aes256gcm16.*prfsha384'
    nothing_is_left
}

no_esp_proposal_gapura() {
    start_both esp=aes128gcm16 -- esp=aes256gcm16
    expect_not "initiate succeeds" gapura initiate --child net
    expect "strongSwan says so" charon_said 'no acceptable proposal found'
    expect "Gapura says so" gapura_said 'NO_PROPOSAL_CHOSEN'
    expect "there is no child SA" charon_children 0
}

no_esp_proposal_strongswan() {
    start_both esp=aes128gcm16 -- esp=aes256gcm16
    expect_not "initiate succeeds" swan --initiate --child net --timeout 10
    expect "strongSwan was told" charon_said 'NO_PROPOSAL_CHOSEN'
    expect "Gapura says what was offered" gapura_said 'offered.*aes256gcm16'
    expect "there is no child SA" charon_children 0
}

nothing_is_left() {
    within_seconds 5 "strongSwan has no IKE SA" charon_ike_sas 0
    within_seconds 5 "Gapura has no IKE SA" gapura_ike_sas 0
}

peer_dies() {
    start_both start=start connection='dpd_delay: 1s' child='dpd_action: restart' top='ike: { retransmit_timeout: 1s, retransmit_tries: 2 }'
    within_seconds 10 "Gapura sets the tunnel up" charon_children 1
    charon_kill
    charon_run
    within_seconds 40 "Gapura sets it up again" charon_children 1
    traffic_flows
}

main
