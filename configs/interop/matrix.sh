#!/usr/bin/env bash
# Every two of: a kind of proof, a cipher of ESP, a mode or a NAT, and something out of the ordinary, together once, with
# strongSwan on a Linux kernel that carries ESP itself (in a virtual machine, vm.sh). Ends with a table.
#
#   sudo configs/interop/matrix.sh                 (ONLY=transport, KEEP_STATE=1: as in strongswan.sh)
#
# In transport mode the gateway's own host is protected, by a TUN device. The topology is drawn in lib.sh.
set -uo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
SUITE=matrix
source "$HERE/lib.sh"
source "$HERE/charon.sh"
source "$HERE/vm.sh"
source "$HERE/vm-peer.sh"
source "$HERE/pki.sh"

PROOFS=(psk rsa ecdsa ed25519)
CIPHERS=(aes256gcm16 chacha20poly1305 aes256-sha256)
WAYS=(tunnel transport NAT)
TWISTS=("rekeys by Gapura" "rekeys by strongSwan" fragments childless ppk)

# All 4 x 5 proofs and twists; cipher and way are taken such that each meets each proof, each twist and each other
main() {
    start_suite
    vm_install
    make_certificates rsa ecdsa ed25519
    topology
    plug_in_vm
    watch_for_clear_text
    local proof twist
    for proof in "${!PROOFS[@]}"; do
        for twist in "${!TWISTS[@]}"; do
            local cipher=${CIPHERS[(proof + twist) % 3]} way=${WAYS[(proof + 2 * twist) % 3]}
            case_of "${PROOFS[proof]} / $cipher / $way / ${TWISTS[twist]}" combination \
                "${PROOFS[proof]}" "$cipher" "$way" "${TWISTS[twist]}" $(((proof + twist / 2) % 2))
        done
    done
    case_of "nothing of the inner networks was ever on the wire in clear" no_clear_text_was_seen
    table
    suite_result
}

# combination PROOF CIPHER WAY TWIST INITIATOR: 0 for Gapura, 1 for strongSwan
combination() {
    local proof=$1 esp=$2 way=$3 twist=$4 initiator=$5
    local ours=() theirs=() our_connection=() their_connection=() gap=$'\n    '
    [ "$proof" = psk ] || { ours+=("certs=$proof") theirs+=("certs=$proof"); }
    case $twist in
        fragments)
            our_connection+=('fragmentation: force') their_connection+=('fragmentation = force')
            ours+=('top=ike: { fragment_size: 256 }') theirs+=('daemon=fragment_size = 160')
            ;;
        childless)
            if [ "$initiator" = 0 ]; then our_connection+=('childless: force'); else their_connection+=('childless = force'); fi
            ;;
        ppk)
            our_connection+=('ppk_id: both-know-it' 'ppk_required: yes') their_connection+=('ppk_id = both-know-it' 'ppk_required = yes')
            ours+=(ppk=quantum) theirs+=(ppk=quantum)
            ;;
    esac
    case $way in
        transport)
            ours+=(local_ts=192.0.2.1 remote_ts=198.51.100.2 'child=mode: transport' "$PORT_OF_HOST")
            theirs+=(local_ts=198.51.100.2 remote_ts=192.0.2.1 'child=mode = transport')
            ;;
        NAT) if [ "$initiator" = 0 ]; then theirs+=(remote=%any); else ours+=(remote=%any); fi ;;
    esac
    start_both "${ours[@]}" "connection=$(joined "$gap" "${our_connection[@]}")" "esp=$esp" -- \
        "${theirs[@]}" "connection=$(joined "$gap" "${their_connection[@]}")" "esp=$esp"
    take_way "$way" "$initiator"
    if [ "$initiator" = 0 ]; then up_from_gapura; else up_from_strongswan; fi
    kernel_carries "$way"
    traffic_flows
    twisted "$twist"
}

# joined BETWEEN WORD…
joined() {
    local between=$1 text=${2:-} word
    for word in "${@:3}"; do text+=$between$word; done
    printf %s "$text"
}

# What the kernel sends itself to the peer goes to Gapura, but for what carries the tunnel
PORT_OF_HOST='ports=host: { driver: tun, device: ipsec0, role: protected, routes: off }'

take_way() {
    TRAFFIC_OUT=("$HOST" 10.2.0.1)
    TRAFFIC_BACK=("$PEER" 10.1.0.2 -I 10.2.0.1)
    case $1 in
        transport)
            TRAFFIC_OUT=("$GAPURA" 198.51.100.2)
            TRAFFIC_BACK=("$PEER" 192.0.2.1)
            ip -n $GAPURA rule show | grep -q 'lookup 100' || ip -n $GAPURA rule add to 198.51.100.2 ipproto icmp lookup 100
            ip -n $GAPURA route replace 198.51.100.2 dev ipsec0 src 192.0.2.1 table 100
            ;;
        NAT) nat_of "$([ "$2" = 0 ] && echo to-peer || echo to-gapura)" ;;
    esac
}

kernel_carries() {
    local states
    states=$(vm ip xfrm state)
    expect "two ESP states in the kernel" [ "$(grep -c 'proto esp' <<<"$states")" = 2 ]
    case $1 in
        tunnel) expect_not "another mode, or UDP" grep -q 'mode transport\|encap type' <<<"$states" ;;
        transport) expect "transport mode in both" [ "$(grep -c 'mode transport' <<<"$states")" = 2 ] ;;
        NAT) expect "ESP in UDP in both" [ "$(grep -c 'encap type espinudp' <<<"$states")" = 2 ] ;;
    esac
}

twisted() {
    case $1 in
        'rekeys by Gapura')
            rekeyed charon_child_spis gapura rekey --child net
            rekeyed charon_ike_spis gapura rekey --ike peer
            ;;
        'rekeys by strongSwan')
            rekeyed charon_child_spis swan --rekey --child net
            rekeyed charon_ike_spis swan --rekey --ike gapura
            ;;
        fragments)
            expect "strongSwan split messages" charon_said 'splitting IKE message'
            expect "strongSwan put Gapura's fragments together" charon_said 'received fragment #[0-9]+ of [0-9]+'
            ;;
        childless) expect "the child came by itself" charon_said '(parsed|generating) CREATE_CHILD_SA request' ;;
        ppk) expect "strongSwan used the key" charon_said "using PPK for PPK_ID 'both-know-it'" ;;
    esac
}

# A row for each proof, a column for each twist; in the cells cipher, way and what came of it
table() {
    awk -F'\t' -v suite="$SUITE: " '
        index($2, suite) == 1 && split(substr($2, length(suite) + 1), by, " / ") == 4 {
            if (!(by[1] in row)) { row[by[1]] = 1; rows[++n] = by[1] }
            if (!(by[4] in column)) { column[by[4]] = 1; columns[++m] = by[4] }
            cell[by[1], by[4]] = by[2] " " by[3] " " $1
        }
        END {
            printf "%-8s", ""
            for (j = 1; j <= m; j++) printf "  %-34s", columns[j]
            for (i = 1; i <= n; i++) {
                printf "\n%-8s", rows[i]
                for (j = 1; j <= m; j++) printf "  %-34s", cell[rows[i], columns[j]]
            }
            print ""
        }' "$GAPURA_RESULTS"
}

main
