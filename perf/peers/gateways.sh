# shellcheck shell=bash
# Two Gapura processes as gateways A and B over AF_XDP, for the scripts that measure it. Source it after lib.sh.
#
#   gateway a|b CONFIG…   writes its configuration, of which CONFIG are the lines before `dataplane`, and starts it
#
# GAPURA_JAR, when set, is the jar to run instead of the one built here: to compare two builds.
JAVA_FLAGS=(-XX:+UseZGC -Xmx512m)

peer_install() {
    ls /usr/lib/*/libIPSec_MB.so.* >/dev/null 2>&1 || install_packages libipsec-mb1
    find_java
    if [ -n "${GAPURA_JAR:-}" ]; then JAR=$GAPURA_JAR; else build_jar; fi
}

peer_version() { git -C "$PEERS" rev-parse --short HEAD 2>/dev/null || echo unknown; }

# A frame that AF_XDP takes has no card to finish its checksum
finish_checksums() {
    software_checksums "$LEFT" eth0
    software_checksums "$RIGHT" eth0
}

gateway() {
    local name=$1 ns=$A core=1 main=0
    [ "$name" = a ] || ns=$B core=0 main=1
    {
        printf '%s\n' "${@:2}"
        printf 'dataplane:\n  main_core: %s\n  workers: "%s"\n  idle: %s\n  ports:\n' $main $core "${IDLE:-adaptive}"
        printf '    wan: { driver: af_xdp, device: wan, role: unprotected }\n'
        printf '    lan: { driver: af_xdp, device: lan, role: protected }\n'
        printf 'observability:\n  vici: "unix://%s/%s.vici"\n' "$STATE" "$name"
    } >"$STATE/$name.yaml"
    background "$ns" "gateway-$name" "$JAVA" "${JAVA_FLAGS[@]}" -jar "$JAR" run "$STATE/$name.yaml"
    wait_until 30 [ -S "$STATE/$name.vici" ] || die "gateway $name did not start"
}
