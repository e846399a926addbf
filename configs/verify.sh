#!/usr/bin/env bash
# Prepares this machine and runs every test of the project with nothing skipped. As root, on a bare Debian 12:
#
#   sudo configs/verify.sh
#
# Installs with apt what the tests need, runs `mvn verify` with every native library and privilege required, then the
# demo and the interoperation suites. Prints a table, and as its last line `N passed, N failed`. Exits 0 only when
# nothing failed and nothing was skipped, but for what this kernel was built without, which is said. Wycheproof's vectors
# are read from $GAPURA_WYCHEPROOF, a checkout's testvectors_v1 directory; when it is not set they are fetched to
# ~/.cache/gapura/wycheproof.
set -uo pipefail
cd "$(dirname "$0")/.."
source configs/host/lib.sh
case ${1:-} in
    '') ;;
    *) sed -n '2,10p' "$0" | sed 's/^# \?//'; [ "$1" = --help ]; exit ;;
esac
[ "$(id -u)" = 0 ] || die "needs root (as an ordinary user, plain \`mvn verify\` runs what it can and says what it skips)"

RESULTS=$(mktemp -d)
export GAPURA_RESULTS=$RESULTS/results.tsv # one line a test: passed|failed, name, seconds
: >"$GAPURA_RESULTS"
trap 'rm -rf "$RESULTS"' EXIT

# step NAME COMMAND…: runs it with its output in a file, which is shown when it fails
step() {
    local name=$1 began log=$RESULTS/log
    shift
    began=$(date +%s%N)
    say "== $name"
    if "$@" >"$log" 2>&1 </dev/null; then
        say "   passed in $(seconds_since "$began") s"
        result passed "$name" "$(seconds_since "$began")"
    else
        say "   FAILED after $(seconds_since "$began") s:"
        why "$log" | sed 's/^/   | /' >&2
        result failed "$name" "$(seconds_since "$began")"
    fi
}

# Maven's own words on what failed, which stand far above the end of a long log; then that end
why() {
    grep -F '[ERROR]' "$1" | awk '!seen[$0]++' | head -n 40
    tail -n 40 "$1"
}

# What the last step printed, for those whose figures are worth reading
show_log() { tail -n 40 "$RESULTS/log" | sed 's/^/   /' >&2; }

result() { printf '%s\t%s\t%s\n' "$@" >>"$GAPURA_RESULTS"; }

prepare_host() {
    need mvn=maven git=git ip=iproute2 tcpdump=tcpdump ethtool=ethtool iperf3=iperf3 nft=nftables ping=iputils-ping \
        python3=python3 swanctl=strongswan-swanctl tshark=tshark capinfos=wireshark-common \
        scapy=python3-scapy softhsm2-util=softhsm2 pkcs11-tool=opensc
    ls /usr/lib/*/libIPSec_MB.so.* >/dev/null 2>&1 || install_packages libipsec-mb1
    need_dpdk
    wycheproof
}

wycheproof() {
    [ -n "${GAPURA_WYCHEPROOF:-}" ] && return
    local clone=${HOME:-/root}/.cache/gapura/wycheproof
    if [ ! -d "$clone/testvectors_v1" ]; then
        mkdir -p "${clone%/*}"
        git clone -q --depth 1 https://github.com/C2SP/wycheproof "$clone" ||
            die "set GAPURA_WYCHEPROOF to the directory testvectors_v1 of https://github.com/C2SP/wycheproof"
    fi
    export GAPURA_WYCHEPROOF=$clone/testvectors_v1
}

# What libreswan derives from questions that nobody has seen before, for KeyScheduleTest, and from those that we keep. It
# is not installed: no two daemons for IKE can be.
libreswan_answers() {
    local dir=$RESULTS/libreswan ours=ike-control/src/test/resources/io/gapura/ike/crypto/cavp seed=$RANDOM
    need /usr/lib/x86_64-linux-gnu/libnss3.so=libnss3
    mkdir "$dir"
    (cd "$dir" && { apt-get -qq -o APT::Sandbox::User=root download libreswan ||
        { apt-get -qq update && apt-get -qq -o APT::Sandbox::User=root download libreswan; }; } &&
        dpkg -x libreswan_*.deb .) || return
    echo "seed $seed"
    $ours/questions >"$dir/kept.req"
    $ours/questions "$seed" >"$dir/fresh.req"
    "$dir/usr/libexec/ipsec/cavp" -v2 "$dir/kept.req" >"$dir/kept.rsp" &&
        "$dir/usr/libexec/ipsec/cavp" -v2 "$dir/fresh.req" >"$dir/fresh.rsp" || return
    cmp "$dir/kept.rsp" $ours/ikev2.rsp && [ "$(grep -c '^DKM' "$dir/fresh.rsp")" = 27 ]
}

# Tests by what they want of the kernel: those that ask it for what it was built without are left out, and it is said.
beyond_this_kernel() {
    if ip link add link lo name gapura-probe type vlan id 1 2>/dev/null; then
        ip link delete gapura-probe
    else
        LEFT_OUT=vlan
        say "left out: the tests tagged vlan, since this kernel has no VLANs (CONFIG_VLAN_8021Q)"
    fi
}

maven() { mvn -B -Dgapura.require=all ${LEFT_OUT:+-DexcludedGroups=$LEFT_OUT} -Dmaven.test.failure.ignore=false --fail-at-end verify; }

# One row for every module's unit tests, from the reports that surefire wrote
count_reports() {
    python3 - "$GAPURA_RESULTS" <<'PYTHON'
import glob, sys, xml.etree.ElementTree as tree
out = open(sys.argv[1], "a")
for module in ("native-bindings", "engine", "ike-control", "perf"):
    for report in sorted(glob.glob(f"{module}/target/surefire-reports/TEST-*.xml")):
        suite = tree.parse(report).getroot()
        for case in suite.findall("testcase"):
            bad = [kind for kind in ("failure", "error", "skipped") if case.find(kind) is not None]
            name = f"{module}: {suite.get('name').rsplit('.', 1)[-1]}.{case.get('name')}"
            name = " ".join(name.split())
            if bad:
                name += f" ({bad[0]})"
            print("failed" if bad else "passed", name, case.get("time", "0"), sep="\t", file=out)
PYTHON
}

# As a user who may do nothing, without the checkout
demo_in_memory() {
    cp ike-control/target/gapura.jar "$RESULTS/gapura.jar"
    chmod 755 "$RESULTS"
    setpriv --reuid=nobody --regid=nogroup --clear-groups "$JAVA" -jar "$RESULTS/gapura.jar" demo
}

# Debian 12 has ipsec-mb 1.3: once more with the 2.x of Debian 13, by its path, so that nothing of it is installed
demo_with_ipsec_mb_2() {
    local dir=$RESULTS/debian-13
    mkdir "$dir"
    (cd "$dir" && apt_of trixie "$dir" update && apt_of trixie "$dir" download libipsec-mb2 &&
        dpkg -x libipsec-mb2_*.deb .) || return
    LD_LIBRARY_PATH=$(dirname "$(find "$dir/usr" -name 'libIPSec_MB.so.2')") \
        "$JAVA" -jar ike-control/target/gapura.jar demo >"$dir/demo" 2>&1 || return
    cat "$dir/demo"
    grep -q 'ipsec-mb 2' "$dir/demo"
}

# Every benchmark for a moment, not for its figures: jar, arguments and correctness checks are whole
benchmarks_start() {
    local bench=("$JAVA" -XX:+UseZGC -jar ike-control/target/gapura.jar bench)
    "$JAVA" -jar perf/target/benchmarks.jar -foe true -f 1 -wi 1 -w 100ms -i 1 -r 100ms || return
    "${bench[@]}" engine --quick --bytes 64 --sas 1,100 --suite aes128gcm16,aes128-sha256 || return
    "${bench[@]}" crypto --quick --bytes 64 || return
    "${bench[@]}" dpdk --quick --bytes 64 || return
    "${bench[@]}" fat-peer --quick --bytes 64 || return
    "${bench[@]}" stalls --gc THIS --seconds 1 || return
    "${bench[@]}" start || return
    "${bench[@]}" tunnel --bytes 1420 --seconds 0.2 --loss 100 --rekeys 10
}

# They write a line for each of their tests to $GAPURA_RESULTS themselves
suites() {
    say "== configs/interop/run.sh"
    configs/interop/run.sh </dev/null >"$RESULTS/log"
    sed 's/^/   /' "$RESULTS/log" >&2
}

# What failed by name, what passed by module or step; last line: the totals
summary() {
    printf '\n%8s %8s %10s\n' passed failed seconds
    awk -F'\t' '{ at = index($2, ": "); group = at ? substr($2, 1, at - 1) : $2
            if (!(group in seen)) { seen[group] = 1; order[++groups] = group }
            count[group, $1]++; seconds[group] += $3 }
        END { for (i = 1; i <= groups; i++) { g = order[i]
            printf "%8d %8d %10.1f  %s\n", count[g, "passed"], count[g, "failed"], seconds[g], g } }' "$GAPURA_RESULTS"
    grep '^failed' "$GAPURA_RESULTS" | awk -F'\t' '{ print "FAILED " $2 }'
    printf '%d passed, %d failed\n' "$(grep -c '^passed' "$GAPURA_RESULTS")" "$(grep -c '^failed' "$GAPURA_RESULTS")"
}

began=$(date +%s%N)
prepare_host
find_java
say "JDK: $JAVA; Maven: $(mvn -B -v 2>/dev/null | head -1); vectors: $GAPURA_WYCHEPROOF"
find . -path '*/target/surefire-reports/*' -delete
LEFT_OUT=
beyond_this_kernel
step "libreswan answers our questions" libreswan_answers
export GAPURA_CAVP=$RESULTS/libreswan/fresh.rsp
step "mvn verify" maven
count_reports
step "demo in namespaces" configs/demo/run.sh --json
show_log
step "demo over DPDK" configs/demo/run.sh --driver dpdk --short --json
show_log
step "demo in memory, as nobody" demo_in_memory
show_log
step "demo in memory, with ipsec-mb 2" demo_with_ipsec_mb_2
show_log
step "benchmarks start" benchmarks_start
suites
say "all in $(seconds_since "$began") s"
summary
! grep -q '^failed' "$GAPURA_RESULTS"
