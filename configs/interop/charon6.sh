# strongSwan 6.1 in place of the distribution's, in a chroot of Debian testing's packages. Source it after charon.sh.

CHARON6_ROOT=${GAPURA_STRONGSWAN6:-${HOME:-/root}/.cache/gapura/strongswan6}
CHARON6_PACKAGES="strongswan-charon strongswan-swanctl libstrongswan-standard-plugins libstrongswan-extra-plugins
    libcharon-extra-plugins"

install_charon6() {
    need apt-get=apt dpkg=dpkg nsenter=util-linux
    [ -e /dev/net/tun ] || die "strongSwan's kernel-libipsec needs /dev/net/tun"
    [ -x "$CHARON6_ROOT$CHARON" ] && return
    say "making $CHARON6_ROOT (strongSwan 6 from Debian testing's packages, once)"
    build_charon6 >"$STATE/charon6.log" 2>&1 || { tail -20 "$STATE/charon6.log" >&2; die "no strongSwan 6 from Debian testing"; }
}

# The packages and all that they depend on, unpacked as they are: no script of theirs runs
build_charon6() {
    local root=$CHARON6_ROOT.new apt deb
    apt=$root/apt
    rm -rf "$root" "$CHARON6_ROOT"
    mkdir -p "$root"/{dev,proc,run,tmp,var,usr/{bin,sbin,lib,lib64}}
    ln -s usr/{bin,sbin,lib,lib64} "$root/"
    ln -s /run "$root/var/run"
    apt_of forky "$apt" update || return
    apt_of forky "$apt" install --download-only -y --no-install-recommends $CHARON6_PACKAGES || return
    for deb in "$apt"/cache/archives/*.deb; do
        dpkg -x "$deb" "$root" || return
    done
    rm -rf "$apt"
    chroot "$root" "$CHARON" --version && mv "$root" "$CHARON6_ROOT"
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
    STRONGSWAN_CONF=$STATE/strongswan.conf SWANCTL_DIR=$STATE/swanctl nsenter --target "$(cat "$STATE/charon.pid")" \
        --mount --root --wd=/ /usr/sbin/swanctl "$command" --uri "$CHARON_URI" "$@"
}
