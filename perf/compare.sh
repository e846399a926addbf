#!/usr/bin/env bash
# Compares two builds in one run: `gapura bench engine` of each by turns, so that a slow minute of the machine hits both.
#
#   perf/compare.sh OLD.jar NEW.jar [--rounds N] [--allow PERCENT] [-- ARGUMENTS of bench engine]
#
# Prints each row's fastest time by either build. Exit code 1 if the new one is slower by more than PERCENT (3) somewhere.
set -euo pipefail
source "$(dirname "$0")/../configs/host/lib.sh"

usage() { sed -n '2,/^[^#]/s/^# \?//p' "$0" >&2 && exit 2; }

[ $# -ge 2 ] && [ -f "$1" ] && [ -f "$2" ] || usage
OLD=$1 NEW=$2 ROUNDS=5 ALLOW=3
shift 2
while [ $# -gt 0 ]; do
    case $1 in
        --rounds) ROUNDS=${2:?} && shift 2 ;;
        --allow) ALLOW=${2:?} && shift 2 ;;
        --) shift && break ;;
        *) usage ;;
    esac
done

find_java
RESULTS=$(mktemp)
trap 'rm -f "$RESULTS"' EXIT

measure() { "$JAVA" -XX:+UseZGC -jar "$2" bench engine -o json "${@:3}" 2>/dev/null | sed "s/^{/{\"build\":\"$1\",/" >>"$RESULTS"; }

for ((round = 1; round <= ROUNDS; round++)); do
    echo "  round $round of $ROUNDS" >&2
    if ((round % 2)); then
        measure old "$OLD" "$@"
        measure new "$NEW" "$@"
    else
        measure new "$NEW" "$@"
        measure old "$OLD" "$@"
    fi
done

python3 - "$RESULTS" "$ALLOW" <<'PYTHON'
import json, sys
from collections import defaultdict
floors = defaultdict(lambda: {"old": [], "new": []})
for line in open(sys.argv[1]):
    row = json.loads(line)
    key = tuple(row[name] for name in ("direction", "suite", "bytes", "sas", "workers"))
    floors[key][row["build"]].append(row["ns"])
if not floors or any(not times for both in floors.values() for times in both.values()):
    sys.exit("one of the builds has measured nothing")
slower = False
print(f"{'':44} {'old ns':>8} {'new ns':>8}   new/old")
for key, both in floors.items():
    old, new = min(both["old"]), min(both["new"])
    worse = new > old * (1 + float(sys.argv[2]) / 100)
    slower |= worse
    what = "%s %s, %s B, %s SA, %s worker" % key
    print(f"{what:44} {old:8.1f} {new:8.1f}   {new / old:.3f}{'  slower' if worse else ''}")
sys.exit(1 if slower else 0)
PYTHON
