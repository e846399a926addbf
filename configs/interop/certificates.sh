#!/usr/bin/env bash
# Gapura and strongSwan know each other by certificates, which strongSwan's pki has made:
#
#   sudo configs/interop/certificates.sh           (ONLY=rsa, KEEP_STATE=1: as in strongswan.sh)
set -uo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
SUITE=certificates
source "$HERE/lib.sh"
source "$HERE/charon.sh"
source "$HERE/pki.sh"

main() {
    start_suite
    install_charon
    make_certificates rsa ecdsa ecdsa384 ed25519 other
    topology
    watch_for_clear_text
    local kind
    for kind in rsa ecdsa ecdsa384 ed25519 own; do
        case_of "$kind, Gapura initiates" gapura_initiates "$kind"
        case_of "$kind, strongSwan initiates" strongswan_initiates "$kind"
    done
    case_of "rsa by PSS from strongSwan" pss
    case_of "ecdsa without RFC 7427 (method 9)" without_digital_signatures
    case_of "a certificate of an authority in between" intermediate
    case_of "distinguished names and wildcards" distinguished_names
    case_of "rekeys from either side" rekeys_of_both
    case_of "a certificate that strongSwan does not trust" untrusted_by_strongswan
    case_of "a certificate that Gapura does not trust" untrusted_by_gapura
    case_of "a revoked certificate" revoked
    case_of "certificates in fragments" fragments
    case_of "nothing of the inner networks was ever on the wire in clear" no_clear_text_was_seen
    suite_result
}

# An authority in between, a list of what was revoked, and an authority and a certificate of each side by ours
more_certificates() {
    pki --gen --type ed25519 --outform pem >between.key
    pki --pub --in between.key | pki --issue --ca --lifetime 30 --cacert ca-ed25519.pem --cakey ca-ed25519.key \
        --dn "C=CH, O=interop, CN=Between" --outform pem >between.pem
    issue between gapura '--type ed25519' between
    cat between.pem >>gapura-between.pem
    pki --signcrl --cacert ca-ecdsa.pem --cakey ca-ecdsa.key --lifetime 30 --cert peer-ecdsa.pem --reason key-compromise \
        --outform pem >ca-ecdsa.crl
    own_pki ca --dn "C=CH, O=interop, CN=Root own" --type ecdsa_256 --out ca-own
    own_pki issue --ca ca-own --san gapura.test --type ed25519 --out gapura-own
    own_pki issue --ca ca-own --san peer.test --type ecdsa_384 --dn "C=CH, O=interop, CN=peer" --out peer-own
    pki --verify --in peer-own.pem --cacert ca-own.pem
}

own_pki() { "$JAVA" -jar "$JAR" pki "$@"; }

gapura_initiates() {
    start_both certs="$1" -- certs="$1"
    up_from_gapura
    traffic_flows
}

strongswan_initiates() {
    start_both certs="$1" -- certs="$1"
    up_from_strongswan
    expect "Gapura says by whom strongSwan is trusted" gapura_said "proved to be peer.test by a certificate of C=CH, O=interop, CN=Root $1"
    traffic_flows
}

pss() {
    start_both certs=rsa -- certs=rsa daemon='rsa_pss = yes'
    up_from_strongswan
    traffic_flows
    expect "strongSwan signed by PSS" charon_said 'RSA_EMSA_PSS'
}

without_digital_signatures() {
    start_both certs=ecdsa -- certs=ecdsa daemon='signature_authentication = no'
    up_from_gapura
    traffic_flows
    start_both certs=ecdsa -- certs=ecdsa daemon='signature_authentication = no'
    up_from_strongswan
    expect "by method 9" charon_said "ECDSA-256 signature"
}

intermediate() {
    start_both certs=between cacert=ca-ed25519 -- certs=ed25519
    up_from_gapura
    expect "strongSwan got the one in between" charon_said 'received issuer cert "C=CH, O=interop, CN=Between"'
    traffic_flows
}

distinguished_names() {
    start_both certs=ecdsa remote_id='C=CH, O=interop, CN=*' local_id='C=CH, O=interop, CN=gapura' -- \
        certs=ecdsa local_id='C=CH, O=interop, CN=peer' remote_id='C=CH, O=interop, CN=gapura'
    up_from_strongswan
    traffic_flows
    start_both certs=ecdsa remote_id='*.test' -- certs=ecdsa
    up_from_strongswan
    traffic_flows
}

rekeys_of_both() {
    start_both certs=ecdsa -- certs=ecdsa
    up_from_gapura
    expect "child rekey by Gapura" rekeyed charon_child_spis gapura rekey --child net
    expect "IKE rekey by strongSwan" rekeyed charon_ike_spis swan --rekey --ike gapura
    expect "IKE rekey by Gapura" rekeyed charon_ike_spis gapura rekey --ike peer
}

untrusted_by_strongswan() {
    start_both certs=other cacert=ca-ed25519 -- certs=ed25519
    expect_not "initiate succeeds" gapura initiate --child net
    expect "strongSwan says so" charon_said 'no issuer certificate found'
    expect "Gapura was told" gapura_said 'AUTHENTICATION_FAILED'
}

untrusted_by_gapura() {
    start_both certs=ed25519 -- certs=other cacert=ca-ed25519
    expect_not "initiate succeeds" swan --initiate --child net --timeout 10
    expect "strongSwan was told" charon_said 'AUTHENTICATION_FAILED'
    expect "Gapura says why" gapura_said 'no trusted authority has issued the certificate of C=CH, O=interop, CN=peer'
}

revoked() {
    start_both certs=ecdsa top="authorities: { root: { cacert: $STATE/pki/ca-ecdsa.pem, crls: [$STATE/pki/ca-ecdsa.crl] } }" -- certs=ecdsa
    expect_not "initiate succeeds" swan --initiate --child net --timeout 10
    expect "Gapura says why" gapura_said 'CN=peer has been revoked'
}

fragments() {
    start_both certs=rsa connection='fragmentation: force' top='ike: { fragment_size: 256 }' -- certs=rsa daemon='fragment_size = 400'
    up_from_gapura
    expect "strongSwan put Gapura's fragments together" charon_said 'received fragment #[0-9]+ of [0-9]+'
    traffic_flows
}

main
