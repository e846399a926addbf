#!/usr/bin/env python3
"""slopes.py SAMPLES [judge]: how resident memory and heap went over the second half, by least squares; judged, ends with 1 if either
grew by more than noise can."""
import sys

MOST_KIB = {"resident": 16 << 10, "heap": 4 << 10}  # over the time that was looked at
samples = [[float(word) for word in line.split()] for line in open(sys.argv[1])]
half = [sample for sample in samples if sample[0] >= samples[-1][0] / 2]
grew = False
for column, what in ((1, "resident"), (2, "heap")):
    count = len(half)
    mean_t = sum(sample[0] for sample in half) / count
    mean = sum(sample[column] for sample in half) / count
    spread = sum((sample[0] - mean_t) ** 2 for sample in half)
    slope = sum((sample[0] - mean_t) * (sample[column] - mean) for sample in half) / spread if spread else 0
    over = slope * (half[-1][0] - half[0][0])
    grew |= over > MOST_KIB[what]
    if sys.argv[2:] != ["judge"]:
        print(f"{what} {mean / 1024:.1f} MiB, {slope * 3600 / 1024:+.2f} MiB an hour", end="; " if column == 1 else "")
if sys.argv[2:] != ["judge"]:
    print(f" ({count} samples)")
if sys.argv[2:] == ["judge"]:
    sys.exit(grew)
