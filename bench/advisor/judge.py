"""Compares the shapes of advisor_bench: judge.py RESULTS.tsv. Needs numpy.

Cost of an access: the measured CPU seconds, and for each chunk decoded or encoded (counted, not timed)
what the local preset charges for storage: a request of 80 us and its stored bytes at 1.5 GB/s.
"""
import collections
import statistics
import sys

import numpy as np

REQUEST_S, BYTES_PER_S = 80e-6, 1.5e9
STATIC = ["h5py", "netCDF-C", "PyTables", "Zarr", "dask", "Rew"]
CONSTANTS = ["decode", "encode", "copy", "chunk", "run"]


class Access:
    def __init__(self, line):
        cells = line.rstrip("\n").split("\t")
        self.workload, self.shape, self.chunk, self.box = cells[:4]
        (self.weight, self.cpu, self.decoded, self.encoded, self.ratio, self.bytes, self.model_chunks,
         self.model_s, *quantities, self.requests) = map(float, cells[4:])
        self.quantities = np.array(quantities)

    def storage_s(self, chunks):
        return chunks * (REQUEST_S + self.bytes * self.ratio / BYTES_PER_S)

    @property
    def measured_s(self):
        return self.cpu + self.storage_s(self.decoded + self.encoded)


def nonnegative_fit(accesses):
    """The seconds per unit of each quantity that minimise the relative errors of the CPU times."""
    left = list(range(len(CONSTANTS)))
    rows = np.array([a.quantities / a.cpu for a in accesses])
    while True:
        found, *_ = np.linalg.lstsq(rows[:, left], np.ones(len(rows)), rcond=None)
        if (found >= 0).all():
            break
        left.pop(int(found.argmin()))
    constants = np.zeros(len(CONSTANTS))
    constants[left] = found
    return constants


def final_ratios(shapes, own):
    """The best of a workload's finalists, by the median of its rounds, and per round the cost of `own` in its."""
    best = min(shapes, key=lambda chunk: statistics.median(shapes[chunk].values()))
    return best, [shapes[own][name] / seconds for name, seconds in shapes[best].items()]


def within_two(ratios):
    return sum(0.5 <= r <= 2 for r in ratios) / len(ratios)


def summary(title, ratios):
    if not ratios:
        return
    print(f"{title}: median {statistics.median(ratios):.2f}, within a factor of two {within_two(ratios):.0%}, "
          f"from {min(ratios):.2f} to {max(ratios):.2f} ({len(ratios)} accesses)")


def main():
    accesses = [Access(line) for line in open(sys.argv[1])]
    parts = collections.defaultdict(lambda: collections.defaultdict(lambda: collections.defaultdict(list)))
    chunks = {}
    finals = collections.defaultdict(lambda: collections.defaultdict(lambda: collections.defaultdict(float)))
    for a in accesses:
        if a.shape.startswith("final"):
            finals[a.workload][a.chunk][a.shape] += a.weight * a.measured_s
            continue
        key = a.shape if a.shape not in ("grid", "near") else a.shape + " " + a.chunk
        parts[a.workload][key][a.box].append(a.weight * a.measured_s)
        chunks[a.workload, key] = a.chunk
    # A shape may be there twice, as a neighbour by two ways.
    costs = {workload: {key: sum(map(statistics.mean, boxes.values())) for key, boxes in shapes.items()}
             for workload, shapes in parts.items()}
    print("workload | advisor's shape | ms | best of all, measured once | advisor / that | best of the rounds | "
          "advisor / that, from least to greatest | recorded / advisor | " + " | ".join(STATIC) + " | median of static / advisor")
    wins = near = 0
    for workload, shapes in costs.items():
        own = shapes["advisor"]
        best = min(shapes, key=shapes.get)
        static = [shapes[name] / own for name in STATIC]
        median = statistics.median(static)
        wins += median >= 2
        final, ratios = final_ratios(finals[workload], chunks[workload, "advisor"])
        near += statistics.median(ratios) <= 1.1
        print(" | ".join([workload, chunks[workload, "advisor"], f"{own * 1e3:.2f}", f"{chunks[workload, best]} ({best.split()[0]})",
                          f"{own / shapes[best]:.2f}", final,
                          f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})",
                          f"{shapes['recorded'] / own:.2f} ({chunks[workload, 'recorded']})",
                          *(f"{s:.1f}" for s in static), f"{median:.1f}"]))
    print(f"{near} of {len(costs)} within 10 % of the best of the rounds; on {wins} the median of the static rules "
          "costs twice the advisor's shape or more")
    accesses = [a for a in accesses if not a.shape.startswith("final")]
    counted = [a for a in accesses if a.decoded + a.encoded > 0]
    summary("chunks, model / counted", [a.model_chunks / max(a.decoded, a.encoded) for a in counted])
    summary("seconds, constants of the model / measured", [a.model_s / a.measured_s for a in accesses])
    half = list(costs)[::2]
    for title, chosen in (("the six it was calibrated on", True), ("the other six", False)):
        summary(f"the same, {title}", [a.model_s / a.measured_s for a in accesses if (a.workload in half) == chosen])
    fitted = nonnegative_fit([a for a in accesses if a.workload in half])
    print("fitted on", ", ".join(half))
    for name, constant in zip(CONSTANTS, fitted):
        unit = f"{1 / constant / 1e6:.0f} MB/s" if name in ("decode", "encode", "copy") and constant > 0 else f"{constant * 1e6:.3f} us"
        print(f"  {name}: {unit}")
    for title, chosen in (("fitted workloads", True), ("the other workloads", False)):
        some = [a for a in accesses if (a.workload in half) == chosen]
        summary(f"CPU seconds, fitted / measured, {title}", [a.quantities @ fitted / a.cpu for a in some])


if __name__ == "__main__":
    main()
