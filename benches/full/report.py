"""Prints what full.sh measured: medians, and ratios of `oms migrate` to the other movers.

Standard input holds the runs: part, target, mover, run, seconds, CPU seconds, kilobytes;
or, for the sweep, a variant and what load.py printed for it.

usage: report.py runs PART TARGET | report.py summary | report.py sweep
"""

import sys
from statistics import median


def read(lines):
    """The three measurements of every run, by part, target and mover."""
    runs = {}
    for line in lines:
        part, target, mover, _, *measured = line.rstrip("\n").split("\t")
        runs.setdefault((part, target), {}).setdefault(mover, []).append(
            tuple(float(value) for value in measured)
        )
    return runs


def medians(runs):
    return tuple(median(values) for values in zip(*runs))


def ratios_of(ours, theirs):
    """A short run can take less CPU time than is counted: then there is no ratio."""
    return "".join(f"{a / b:7.2f}" if b else f"{'-':>7}" for a, b in zip(ours, theirs))


def best_other(movers):
    walls = {mover: medians(runs)[0] for mover, runs in movers.items()}
    return min((m for m in walls if m not in ("oms", "limit")), key=walls.get, default=None)


def print_runs(movers):
    """Ratios are those of `oms` to the mover of the line."""
    best = best_other(movers)
    print(f"{'medians':<10}{'s':>9}{'CPU s':>9}{'peak MB':>9}   ratio: s    CPU     MB   each run, s")
    for mover, runs in sorted(movers.items(), key=lambda item: item[0] != "oms"):
        measured = medians(runs)
        wall, cpu, memory = measured
        ratios = ""
        if mover != "oms" and "oms" in movers:
            ratios = ratios_of(medians(movers["oms"]), measured)
        walls = " ".join(f"{run[0]:.2f}" for run in runs)
        note = "  (best of the others)" if mover == best else ""
        print(f"{mover:<10}{wall:9.2f}{cpu:9.2f}{memory / 1024:9.1f}   {ratios:>22}   {walls}{note}")


def print_summary(results):
    """Ratios are those of `oms` to the best of the other movers, and to the limit of the sweep."""
    print("part      target         oms s   best other        s   ratio: s    CPU     MB   limit s  ratio")
    for (part, target), movers in results.items():
        ours = medians(movers["oms"]) if "oms" in movers else ()
        line = f"{part:<10}{target:<11}" + (f"{ours[0]:9.2f}" if ours else f"{'-':>9}")
        best = best_other(movers)
        if best:
            theirs = medians(movers[best])
            ratios = ratios_of(ours, theirs)
            line += f"   {best:<10}{theirs[0]:9.2f}   {ratios:>22}"
        if "limit" in movers:
            limit = medians(movers["limit"])[0]
            line = f"{line:<77}{limit:10.2f}" + "".join(f"{wall / limit:7.2f}" for wall in ours[:1])
        print(line)


def print_sweep(lines):
    """From the fastest to the slowest. The loader's share is of one core."""
    tried = {}
    for line in lines:
        variant, *measured = line.rstrip("\n").split("\t")
        tried.setdefault(variant, []).append([float(value) for value in measured[:4]])
    print("  total s  loading  indexes  loader's CPU  tries  statement, rows in it, connections, indexes, session")
    for variant, runs in sorted(tried.items(), key=lambda item: medians(item[1])[2]):
        load, index, total, cpu = medians(runs)
        print(f"{total:9.2f}{load:9.2f}{index:9.2f}{cpu / load:13.0%}{len(runs):7}  {variant}")


def main():
    if sys.argv[1] == "sweep":
        print_sweep(sys.stdin)
        return
    results = read(sys.stdin)
    if sys.argv[1] == "runs":
        print_runs(results[sys.argv[2], sys.argv[3]])
    else:
        print_summary(results)


main()
