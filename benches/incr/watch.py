"""Runs `oms migrate --json` once and says how fast it applied changes.

Prints NAME=VALUE words: rows (changes applied), seconds (from the start of the process until it said
that it had caught up), rate (rows in seconds), drainRate (between the first and the last word of it
in which it was further than before, without its start), what the seconds went into, CPU seconds and
peak memory of the process.

usage: watch.py PLACE ROWS COMMAND...
    PLACE   a file that keeps how far the last run of the same migration came
    ROWS    how many changes there have to be since; any other number is a failure; - for any
"""

import json
import os
import resource
import subprocess
import sys
import time


def main():
    place, wanted, command = sys.argv[1], sys.argv[2], sys.argv[3:]
    before = 0
    if os.path.exists(place):
        with open(place) as file:
            before = int(file.read())
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    points, spent = [], {}
    for line in process.stdout:
        now = time.monotonic() - began
        event = json.loads(line)
        # A task that begins does not know yet where it is.
        if event.get("step") != "INCR" or "seq" not in event:
            print(line.decode(), end="", file=sys.stderr)
            continue
        points.append((now, event["seq"]))
        for name, value in event["spent"].items():
            spent[name] = spent.get(name, 0) + value
    if process.wait() != 0 or not points:
        sys.exit(f"it ended with {process.returncode} and {len(points)} words of progress")
    rows = points[-1][1] - before
    if wanted not in ("-", str(rows)):
        sys.exit(f"it applied {rows} changes, and {wanted} were made")
    with open(place, "w") as file:
        file.write(str(points[-1][1]))
    print(" ".join(f"{name}={value}" for name, value in measured(points, before, spent)))


def measured(points, before, spent):
    seconds, last = points[-1]
    yield "rows", last - before
    yield "seconds", f"{seconds:.2f}"
    yield "rate", f"{(last - before) / seconds:.0f}"
    # The first word in which it is further, and the first one in which it is done.
    first = next((point for point in points if point[1] > before), points[-1])
    done = next(point for point in points if point[1] == last)
    if done > first:
        yield "drainRate", f"{(last - first[1]) / (done[0] - first[0]):.0f}"
    total = sum(spent.values()) or 1
    for name, value in spent.items():
        yield name.removesuffix("Ms"), f"{value / total:.0%}"
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    yield "cpuSeconds", f"{usage.ru_utime + usage.ru_stime:.2f}"
    yield "peakMb", f"{usage.ru_maxrss / 1024:.1f}"


main()
