"""Tables out of the rows of the peers' scripts (one JSON object a line, on standard input).

Medians over the rounds, with least and most; how many times Gapura's figure is the peer's; and which share of a
yardstick it is: of clear text over the same veth pairs, and for the gateways of AF_XDP in clear.
"""

import collections
import json
import statistics
import sys

TITLES = {
    "hosts": "Two hosts, joined by one veth pair",
    "gateways": "Two hosts behind two gateways: three veth pairs",
    "memory": "One core, packets in memory",
}
MEASURES = {"tcp": "TCP, one stream", "udp": "UDP, lost < 0.5 %", "udp-flood": "UDP, overload", "udp-segments": "UDP, large segments", "out": "outbound", "in": "inbound"}

rows = [json.loads(line) for line in sys.stdin if line.strip()]
values = collections.defaultdict(list)
unit, versions, congestion = {}, {}, set()
for row in rows:
    values[row["topology"], row["measure"], row["bytes"], row["peer"]].append(row["value"])
    unit[row["measure"]] = row["unit"]
    versions[row["peer"]] = row["version"]
    if row["measure"] == "tcp":
        congestion.add(row["detail"])


def ratio(of, to):
    return f"{of / to:.2f}" if of is not None and to else "-"


def median(*key):
    return statistics.median(values[key]) if key in values else None


def print_table(topology):
    print(f"\n{TITLES[topology]}")
    print(f"{'':20} {'bytes':>5}  {'peer':24} {'median':>9} {'(least - most)':>19} {'n':>2} {'':7} {'Gapura/peer':>11}"
          + ("" if topology == "memory" else f" {'of plain':>9}") + (f" {'of AF_XDP':>9}" if topology == "gateways" else ""))
    for measure in MEASURES:
        for size in sorted({key[2] for key in values if key[:2] == (topology, measure)}):
            print_measure(topology, measure, size)


def print_measure(topology, measure, size):
    peers = [key[3] for key in values if key[:3] == (topology, measure, size)]
    ours = next((median(topology, measure, size, peer) for peer in peers if peer.startswith("Gapura")), None)
    for peer in peers:
        seen = values[topology, measure, size, peer]
        middle = statistics.median(seen)
        line = (f"{MEASURES[measure]:20} {size or '':>5}  {peer:24} {middle:>9.3f} {f'({min(seen):.3f} - {max(seen):.3f})':>19}"
                f" {len(seen):>2} {unit[measure]:7} {ratio(ours, middle):>11}")
        if topology != "memory":
            line += f" {ratio(middle, median(topology, measure, size, 'plain veth')):>9}"
        if topology == "gateways":
            line += f" {ratio(middle, median(topology, measure, size, 'AF_XDP in clear')):>9}"
        print(line)


for topology in TITLES:
    if any(key[0] == topology for key in values):
        print_table(topology)
if congestion:
    print(f"\nTCP congestion control: {', '.join(sorted(congestion))}.")
print("Versions: " + "; ".join(f"{peer} {version}" for peer, version in versions.items()) + ".")
