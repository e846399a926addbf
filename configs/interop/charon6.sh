# strongSwan 6.1 in place of the distribution's, in a chroot of Debian testing's packages. Source it after charon.sh.

CHARON6_ROOT=${GAPURA_STRONGSWAN6:-${HOME:-/root}/.cache/gapura/strongswan6}

# debootstrap knows this Debian, and testing's packages come on top of it
install_charon6() {
    need debootstrap=debootstrap nsenter=util-linux
    [ -e /dev/net/tun ] || die "strongSwan's kernel-libipsec needs /dev/net/tun"
    [ -x "$CHARON6_ROOT$CHARON" ] && return
    say "making $CHARON6_ROOT (Debian's packages of strongSwan 6, once)"
    rm -rf "$CHARON6_ROOT"
    mkdir -p "$CHARON6_ROOT"
    build_charon6 >"$STATE/charon6.log" 2>&1 || { tail -20 "$STATE/charon6.log" >&2; die "no strongSwan 6"; }
}

build_charon6() {
    local root=$CHARON6_ROOT mirror
    debootstrap --variant=minbase trixie "$root" || return
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod +x "$root/usr/sbin/policy-rc.d"
    mirror=$(awk '/^deb /{ print $2; exit } /^URIs:/{ print $2; exit }' "$root"/etc/apt/sources.list \
        "$root"/etc/apt/sources.list.d/* 2>/dev/null | head -1)
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror forky main" \
        >"$root/etc/apt/sources.list.d/testing.list"
    printf 'Package: *\nPin: release n=forky\nPin-Priority: 50\n' >"$root/etc/apt/preferences.d/testing"
    DEBIAN_FRONTEND=noninteractive chroot "$root" sh -c '
        apt-get -o Acquire::Check-Valid-Until=false update -qq &&
        apt-get install -y -qq --no-install-recommends iproute2 &&
        apt-get install -y -qq -t forky --no-install-recommends strongswan-charon strongswan-swanctl \
            libstrongswan-standard-plugins libstrongswan-extra-plugins libcharon-extra-plugins'
    [ -x "$root$CHARON" ]
}

# The settings and the socket lie in $STATE, which is there inside the chroot too
charon_run() {
    local root=$CHARON6_ROOT
    rm -rf "$STATE/run"
    mkdir -p "$STATE/run" "$root$STATE"
    rm -f "$CHARON_VICI"
    # charon that ends leaves the socket in the chroot's own view; all of this is in a mount namespace of its own
    sed -i -e "s/^  load = .*kernel-libipsec/  load = random nonce openssl aes sha1 sha2 hmac kdf gcm ccm ctr cmac xcbc chapoly drbg curve25519 pem pkcs1 pubkey x509 constraints kernel-libipsec/" \
        "$STATE/strongswan.conf"
    ip netns exec $PEER bash -c "mount --bind '$STATE' '$root$STATE' && mount --bind '$STATE/run' '$root/run' &&
        mount --bind /dev '$root/dev' && mount -t proc proc '$root/proc' &&
        STRONGSWAN_CONF='$STATE/strongswan.conf' exec chroot '$root' $CHARON" >"$STATE/charon.out" 2>&1 </dev/null &
    echo $! >"$STATE/charon.pid"
    wait_until 10 [ -S "$CHARON_VICI" ] || { cat "$STATE/charon.out" >&2; return 1; }
    swan --load-all
}

# swanctl of the same version, in charon's own view of the files
swan() {
    local command=$1
    shift
    nsenter --target "$(cat "$STATE/charon.pid")" --mount --root --wd=/ env STRONGSWAN_CONF="$STATE/strongswan.conf" \
        SWANCTL_DIR="$STATE/swanctl" /usr/sbin/swanctl "$command" --uri "$CHARON_URI" "$@"
}
