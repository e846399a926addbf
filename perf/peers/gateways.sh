# shellcheck shell=bash
# Two Gapura processes as A and B over AF_XDP, for the scripts that measure it. Source it after lib.sh.
#
#   tunnel_between_gateways   starts both, and a tunnel between them
#   gateway a|b CONFIG…       writes its configuration, of which CONFIG are the lines before `dataplane`, and starts it
#
# PROTECTED_PORT, when set, is the port towards the hosts in place of AF_XDP on lan.
#
# GAPURA_JAR, when set, is the jar to run instead of the one built here: to compare two builds.
JAVA_FLAGS=(-XX:+UseZGC -Xmx512m)
LAN_PORT='lan: { driver: af_xdp, device: lan, role: protected }'

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

tunnel_between_gateways() {
    (umask 077 && head -c 32 /dev/urandom | base64 >"$STATE/psk")
    gateway b "$(connection b 192.0.2.2 10.2.0.0/24 a 192.0.2.1 10.1.0.0/24 none)"
    gateway a "$(connection a 192.0.2.1 10.1.0.0/24 b 192.0.2.2 10.2.0.0/24 start)"
}

connection() {
    cat <<YAML
connections:
  peers:
    local_addrs: [$2]
    remote_addrs: [$5]
    local: { auth: psk, id: gateway-$1 }
    remote: { auth: psk, id: gateway-$4 }
    children:
      net:
        local_ts: [$3]
        remote_ts: [$6]
        esp_proposals: [aes128gcm16-esn]
        start_action: $7
secrets:
  ike-peers: { id: [gateway-a, gateway-b], secret_file: $STATE/psk }
YAML
}

gateway() {
    local name=$1 ns=$A core=1 main=0
    [ "$name" = a ] || ns=$B core=0 main=1
    {
        printf '%s\n' "${@:2}"
        printf 'dataplane:\n  main_core: %s\n  workers: "%s"\n  idle: %s\n  ports:\n' $main $core "${IDLE:-adaptive}"
        printf '    wan: { driver: af_xdp, device: wan, role: unprotected }\n'
        printf '    %s\n' "${PROTECTED_PORT:-$LAN_PORT}"
        printf 'observability:\n  vici: "unix://%s/%s.vici"\n' "$STATE" "$name"
    } >"$STATE/$name.yaml"
    background "$ns" "gateway-$name" "$JAVA" "${JAVA_FLAGS[@]}" -jar "$JAR" run "$STATE/$name.yaml"
    wait_until 30 [ -S "$STATE/$name.vici" ] || die "gateway $name did not start"
}
