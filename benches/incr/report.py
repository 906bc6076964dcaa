"""Prints the medians of what incr.sh measured, and ratios to what other programs did in the same runs.

Standard input holds the runs: part, workload, target, who, run, NAME=VALUE words.

usage: report.py [PART WORKLOAD]
"""

import sys
from statistics import median

# Of these more is better, and they are compared with what the other programs call so.
RATES = {"rate": "rate", "drainRate": "rate", "mbPerSecond": "mbPerSecond"}
OTHERS = ("native", "mysqlbinlog")


def read(lines, wanted):
    """All values, by part and workload, target and who, and their names."""
    runs = {}
    for line in lines:
        part, workload, target, who, _, words = line.rstrip("\n").split("\t")
        if wanted and wanted != [part, workload]:
            continue
        named = runs.setdefault((part, workload), {}).setdefault((target, who), {})
        for word in words.split():
            name, value = word.split("=")
            named.setdefault(name, []).append(float(value.rstrip("%")))
    return runs


def shown(value):
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def main():
    for (part, workload), measured in read(sys.stdin, sys.argv[1:]).items():
        print(f"{part} {workload}")
        others = {who: named for (_, who), named in measured.items() if who in OTHERS}
        for (target, who), named in measured.items():
            medians = {name: median(values) for name, values in named.items()}
            print(f"  {target:<10} {who:<14}", " ".join(f"{n}={shown(v)}" for n, v in medians.items()))
            for rate, counterpart in RATES.items():
                if len(named.get(rate, [])) > 1:
                    print(f"{'':<27} each {rate}: {' '.join(shown(value) for value in named[rate])}")
                for other, theirs in others.items():
                    if who != other and rate in medians and counterpart in theirs:
                        ratio = medians[rate] / median(theirs[counterpart])
                        print(f"{'':<27} {rate} / {other}: {ratio:.2f}")


main()
