#!/usr/bin/env bash
# Every interoperation test: strongswan.sh, certificates.sh, linux-vm.sh, garbage.sh, one after the other. As root:
#
#   sudo configs/interop/run.sh
#
# One line a test as it ends, and one a suite at the end. Exits 0 only when nothing failed.
set -uo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
status=0
totals=()
for suite in strongswan certificates linux-vm garbage; do
    echo "== $suite"
    began=$SECONDS
    "$HERE/$suite.sh" || status=1
    totals+=("$(printf '%5d s  %s' $((SECONDS - began)) $suite)")
done
printf '%s\n' "${totals[@]}"
exit $status
