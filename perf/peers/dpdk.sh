# shellcheck shell=bash disable=SC2034 # constants for the scripts
# DPDK's own programs out of Debian's source package, for the scripts that measure them. Source it after lib.sh.
#
# Only the two programs and the drivers they need are built, with meson, for this processor, into $CACHE/dpdk (about
# 500 MB and, on two cores, two minutes); later runs find them there. Packages that the build needs stay installed.
#
#   dpdk_build         sets SECGW and CRYPTO_PERF to the programs
#   huge_pages, huge_pages_back    1 GiB of them for the time of a run

DPDK_EAL=(--in-memory --iova-mode=va --no-telemetry --log-level=error)
HUGE_PAGES=512
HUGE_PAGES_FILE=/proc/sys/vm/nr_hugepages

dpdk_build() {
    local home=$CACHE/dpdk
    SECGW=$home/source/build/examples/dpdk-ipsec-secgw
    CRYPTO_PERF=$home/source/build/app/dpdk-test-crypto-perf
    if [ ! -x "$SECGW" ] || [ ! -x "$CRYPTO_PERF" ]; then
        need meson=meson ninja=ninja-build gcc=gcc dpkg-source=dpkg-dev pkg-config=pkg-config \
            /usr/include/numa.h=libnuma-dev /usr/include/intel-ipsec-mb.h=libipsec-mb-dev \
            /usr/include/pcap.h=libpcap-dev /usr/lib/python3/dist-packages/elftools=python3-pyelftools
        say "building DPDK's ipsec-secgw and test-crypto-perf in $home"
        dpdk_source "$home" || die "no source of DPDK"
        (cd "$home/source" && dpdk_compile) >"$STATE/dpdk-build.log" 2>&1 || die "DPDK did not build"
    fi
}

dpdk_source() {
    rm -rf "$1"
    private_apt "$1" deb-src "$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)"
    (cd "$1" && "${APT[@]}" source --download-only dpdk >/dev/null && dpkg-source -x dpdk_*.dsc source >/dev/null 2>&1) ||
        return 1
    sed -n 's/^Version: //p' "$1"/dpdk_*.dsc | head -1 >"$1/version"
    # The example insists on checksums verified by the card. Devices in memory have no card.
    sed -i 's/\.offloads = RTE_ETH_RX_OFFLOAD_CHECKSUM,/.offloads = 0,/' "$1/source/examples/ipsec-secgw/ipsec-secgw.c"
}

# In the source's directory
dpdk_compile() {
    meson setup build --buildtype=release -Dplatform=native -Ddefault_library=static -Dtests=false \
        -Dexamples=ipsec-secgw -Denable_apps=test-crypto-perf \
        -Denable_drivers=bus/vdev,bus/pci,mempool/ring,net/pcap,net/null,net/ring,crypto/ipsec_mb,crypto/null &&
        ninja -C build app/dpdk-test-crypto-perf examples/dpdk-ipsec-secgw
}

dpdk_version() { cat "$CACHE/dpdk/version"; }

huge_pages() {
    HUGE_PAGES_BEFORE=$(cat $HUGE_PAGES_FILE)
    [ "$HUGE_PAGES_BEFORE" -ge $HUGE_PAGES ] || echo $HUGE_PAGES >$HUGE_PAGES_FILE
    [ "$(cat $HUGE_PAGES_FILE)" -ge $HUGE_PAGES ] || die "no $HUGE_PAGES huge pages to be had"
}

huge_pages_back() { [ -z "${HUGE_PAGES_BEFORE:-}" ] || echo "$HUGE_PAGES_BEFORE" >$HUGE_PAGES_FILE; }
