# Certificates for both sides, made by strongSwan's pki. Source it after lib.sh.
#
#   make_certificates KIND…     in $STATE/pki a root of each kind of key (ca-KIND) and certificates for gapura and the peer
#   issue KIND WHO KEY-OPTIONS AUTHORITY

make_certificates() {
    local kind options
    need pki=strongswan-pki
    mkdir -p "$STATE/pki"
    (
        set -e
        cd "$STATE/pki"
        umask 077
        for kind in "$@"; do
            case $kind in
            rsa) options='--type rsa --size 2048' ;;
            ecdsa) options='--type ecdsa --size 256' ;;
            ecdsa384) options='--type ecdsa --size 384' ;;
            *) options='--type ed25519' ;;
            esac
            pki --gen $options --outform pem >ca-$kind.key
            pki --self --ca --lifetime 30 --in ca-$kind.key --dn "C=CH, O=interop, CN=Root $kind" --outform pem >ca-$kind.pem
            issue $kind gapura "$options" ca-$kind
            issue $kind peer "$options" ca-$kind
        done
        if declare -F more_certificates >/dev/null; then more_certificates; fi
    ) >"$STATE/pki.log" 2>&1
    [ $? = 0 ] || { cat "$STATE/pki.log" >&2; die "no certificates"; }
}

issue() {
    pki --gen $3 --outform pem >"$2-$1.key"
    pki --pub --in "$2-$1.key" | pki --issue --lifetime 30 --cacert "$4.pem" --cakey "$4.key" \
        --dn "C=CH, O=interop, CN=$2" --san "$2.test" --flag serverAuth --outform pem >"$2-$1.pem"
}
