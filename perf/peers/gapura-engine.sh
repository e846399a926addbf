#!/usr/bin/env bash
# Gapura's whole data path on one core, over ports in memory: receive, policy, SA, ESP with ESN and replay window,
# AES-128-GCM-16 by ipsec-mb, send, count. By the benchmark EspBenchmark of this directory's parent.
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "$0")/lib.sh"

PEER='Gapura engine' TOPOLOGIES=memory
BENCHMARKS=$GAPURA_HOME/perf/target/benchmarks.jar

peer_install() {
    ls /usr/lib/*/libIPSec_MB.so.* >/dev/null 2>&1 || install_packages libipsec-mb1
    find_java
    [ -f "$BENCHMARKS" ] || die "build $BENCHMARKS first: mvn -q -DskipTests -pl perf -am package"
}

peer_version() { git -C "$PEERS" rev-parse --short HEAD 2>/dev/null || echo unknown; }

peer_measure() {
    favoured "$JAVA" -jar "$BENCHMARKS" -wi 3 -w 1 -i 3 -r 1 -f 1 -rf json -rff "$STATE/jmh.json" \
        'EspBenchmark.(encapsulate|decapsulate)' >"$STATE/jmh.log" 2>&1 </dev/null 7>&- || die "the benchmark failed"
    local direction bytes rate
    while read -r direction bytes rate; do
        row "$direction" "$bytes" Mpps "$rate" "one core, ESN and replay window"
    done < <(python3 - "$STATE/jmh.json" <<'PYTHON'
import json, sys
for run in json.load(open(sys.argv[1])):
    direction = "out" if run["benchmark"].endswith(".encapsulate") else "in"
    print(direction, run["params"]["bytes"], round(1e3 / run["primaryMetric"]["score"], 3))
PYTHON
    )
}

peer_main "$@"
