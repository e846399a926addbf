#!/usr/bin/env bash
# 100,000 truncated, mangled and random datagrams to UDP 500, UDP 4500 and as ESP, at a gateway with a live tunnel to
# strongSwan: the tunnel stays, no thread of the gateway stops, and what was dropped is counted.
#
#   sudo configs/interop/garbage.sh         (COUNT=… SEED=… for others)
#
# The topology is drawn in lib.sh; the garbage comes from the peer's own address.
set -uo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
SUITE=garbage
source "$HERE/lib.sh"
source "$HERE/charon.sh"
COUNT=${COUNT:-100000}
SEED=${SEED:-$RANDOM}

main() {
    start_suite
    install_charon
    topology
    case_of "a tunnel, traffic flows" tunnel
    case_of "$COUNT datagrams of garbage under ping (seed $SEED)" survives
    case_of "what was dropped is counted" drops_are_counted
    case_of "rekeys still work, no ping lost" still_rekeys
    case_of "a new tunnel can be set up" new_tunnel
    suite_result
}

tunnel() {
    start_both
    up_from_gapura
    traffic_flows
}

survives() {
    local spi
    spi=$(charon_child_spis | sed -n 's/^spi-out=//p')
    within $HOST ping -q -i 0.1 10.2.0.1 >"$STATE/ping" &
    within $PEER python3 "$HERE/datagrams.py" garbage 192.0.2.1 "$COUNT" "$SEED" "$spi"
    kill -INT $(ip netns pids $HOST)
    wait
    cat "$STATE/ping"
    expect_not "the gateway is gone" process_gone "$(cat "$STATE/gapura.pid")"
    expect "pings got through meanwhile" grep -q ' [1-9][0-9]* received' "$STATE/ping"
    traffic_flows
    expect_not "an exception in the log" gapura_said 'exception|\tat |StackTrace'
}

drops_are_counted() {
    gapura show drops
    gapura show drops -o json >"$STATE/drops.json"
    expect "ESP of unknown SPIs and forged ESP were dropped and counted" python3 - "$STATE/drops.json" "$COUNT" <<'PYTHON'
import json, sys
drops, count = json.load(open(sys.argv[1]))["drops"], int(sys.argv[2])
print(drops)
sys.exit(not (drops["UNKNOWN_SPI"] > count / 20 and drops["NOT_AUTHENTIC"] > count / 50))
PYTHON
}

still_rekeys() {
    rekeyed charon_child_spis gapura rekey --child net
    rekeyed charon_ike_spis swan --rekey --ike gapura
}

new_tunnel() {
    expect "terminate succeeds" gapura terminate --ike peer
    within_seconds 5 "strongSwan has no IKE SA" charon_ike_sas 0
    up_from_strongswan
    traffic_flows
}

main
