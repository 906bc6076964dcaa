#!/usr/bin/env bash
# How long `oms up` takes to be ready, what it needs when idle. Release build.
#   START_RUNS=5 first starts (with migrations, keys and first users) and as many restarts.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --quiet --release -p oms
oms=${CARGO_TARGET_DIR:-target}/release/oms
runs=${START_RUNS:-5}
home=$(mktemp -d)
pid=
cleanup() { [ -z "$pid" ] || kill "$pid" 2>/dev/null || true; rm -rf "$home"; }
trap cleanup EXIT

now_ms() { date +%s%3N; }
start() { # $1: data dir
    rm -f "$home/ready"
    local began; began=$(now_ms)
    "$oms" up --data-dir "$1" --listen 127.0.0.1:0 --ready-file "$home/ready" >"$home/out" 2>"$home/log" &
    pid=$!
    until [ -s "$home/ready" ]; do
        kill -0 "$pid" || { cat "$home/log"; exit 1; }
        sleep 0.002
    done
    took=$(($(now_ms) - began))
}
stop() { kill "$pid"; wait "$pid" || true; pid=; }

first= again=
for i in $(seq "$runs"); do start "$home/data$i"; first+=" $took"; stop; done
for i in $(seq "$runs"); do start "$home/data$i"; again+=" $took"; stop; done
echo "ready after, ms: first start$first; restart$again"

start "$home/data1"
sleep 10
ticks() { awk '{print $14 + $15}' "/proc/$pid/stat"; }
before=$(ticks); sleep 30; after=$(ticks)
awk -v t=$((after - before)) -v hz="$(getconf CLK_TCK)" \
    'BEGIN { printf "idle CPU over 30 s: %.2f %% of a core\n", t / hz / 30 * 100 }'
awk '/^VmRSS|^RssAnon|^VmHWM/ { printf "%s %.1f MB\n", $1, $2 / 1024 }' "/proc/$pid/status"
echo "threads: $(ls "/proc/$pid/task" | wc -l)"
