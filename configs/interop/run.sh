#!/usr/bin/env bash
# The suites of interoperation tests, as many side by side as there are cores (they mostly wait), or those named. As root:
#
#   sudo configs/interop/run.sh                       all of them
#   sudo AT_ONCE=1 configs/interop/run.sh garbage     these, and one at a time
#
# What they say is printed suite by suite, one line a test, when all have ended. Exits 0 only when nothing failed.
set -uo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
source "$HERE/../host/lib.sh"
SUITES=(strongswan linux-vm strongswan6 matrix certificates records garbage) # the longest first
[ $# = 0 ] || SUITES=("$@")
AT_ONCE=${AT_ONCE:-$(nproc)}
LOGS=$(mktemp -d)
trap 'rm -rf "$LOGS"' EXIT
trap 'exit 130' INT TERM

[ "$(id -u)" = 0 ] || die "needs root"
find_java
build_jar # once, before several suites would
export GAPURA_JAR=$JAR
began=$SECONDS
for suite in "${SUITES[@]}"; do
    [ -x "$HERE/$suite.sh" ] || die "there is no suite $suite"
    while [ "$(jobs -pr | wc -l)" -ge "$AT_ONCE" ]; do wait -n; done
    (
        say "$suite begins"
        started=$SECONDS
        GAPURA_RESULTS=$LOGS/$suite.tsv "$HERE/$suite.sh" >"$LOGS/$suite" 2>&1 </dev/null
        echo $? >"$LOGS/$suite.status"
        printf '%s: %s s\n' "$suite" $((SECONDS - started)) | tee "$LOGS/$suite.time" >&2
    ) &
done
wait

status=0
for suite in "${SUITES[@]}"; do
    echo "== $suite"
    cat "$LOGS/$suite"
    [ "$(cat "$LOGS/$suite.status")" = 0 ] || status=1
    [ -s "$LOGS/$suite.tsv" ] || printf 'failed\t%s: did not run\t0\n' "$suite" >"$LOGS/$suite.tsv"
    cat "$LOGS/$suite.tsv" >>"${GAPURA_RESULTS:-/dev/null}"
done
cat "$LOGS"/*.time
printf 'all: %s s\n' $((SECONDS - began))
exit $status
