#!/usr/bin/env bash
# Whole tables from MySQL to OceanBase and to MariaDB: `oms migrate` beside the usual tools, in
# turn on the same servers, and the least time a target needs for the same rows. Release build.
#
#   BENCH_PARTS=sysbench,wide,blobs,small,sweep   what to run
#   BENCH_TARGETS=oceanbase,mariadb               where to
#   BENCH_MOVERS=oms,mydumper,dump-pipe           who moves; dump-pipe to MariaDB only
#   BENCH_RUNS=3       runs of each mover; every other round begins with the other one
#   BENCH_THREADS=4    threads of mydumper and myloader
#   BENCH_PAUSE=5      seconds of rest before each run
#   BENCH_ROWS=500000  rows of each of the 4 sysbench tables (sweep moves them too)
#   BENCH_WIDE_ROWS=200000   BENCH_BLOBS=8 BENCH_BLOB_MB=50   BENCH_TABLES=10000 BENCH_TABLE_ROWS=100
#   BENCH_OMS_ARGS= BENCH_MYDUMPER_ARGS= BENCH_MYLOADER_ARGS=   further arguments
#   BENCH_RESULTS=FILE   the runs, one line each, for other programs; added to what is there
#   BENCH_BIN=DIR        binaries that are built already (oms, servers)
# What the sweep tries is said in full/sweep.sh; all of it takes hours.
#
# Servers that the environment names (OMS_TEST_MYSQL_URL, …) are used as they are; databases called
# bench_… are dropped there.
set -euo pipefail
cd "$(dirname "$0")/.."

parts=${BENCH_PARTS:-sysbench,wide,blobs,small,sweep} targets=${BENCH_TARGETS:-oceanbase,mariadb}
movers=${BENCH_MOVERS:-oms,mydumper,dump-pipe}
# shellcheck source=common/words.sh
source benches/common/words.sh
check_words BENCH_PARTS "$parts" sysbench wide blobs small sweep
check_words BENCH_TARGETS "$targets" oceanbase mariadb
check_words BENCH_MOVERS "$movers" oms mydumper dump-pipe

if [ -z "${BENCH_INSIDE:-}" ]; then
    scripts/install-tools.sh mydumper mariadb-dump time
    if [ -z "${BENCH_BIN:-}" ]; then
        cargo build --quiet --release -p oms
        cargo build --quiet -p oms-testkit --bin servers
    fi
    # Only servers of our own get settings changed and logs removed.
    export BENCH_INSIDE=1 BENCH_STARTED=
    for kind in mysql oceanbase mariadb; do
        variable=OMS_TEST_${kind^^}_URL
        [ -n "${!variable:-}" ] || BENCH_STARTED+=" $kind"
    done
    exec "${BENCH_BIN:-${CARGO_TARGET_DIR:-target}/debug}/servers" exec --only "mysql,$targets" -- "$0"
fi

oms=${BENCH_BIN:-${CARGO_TARGET_DIR:-target}/release}/oms
runs=${BENCH_RUNS:-3} threads=${BENCH_THREADS:-4} pause=${BENCH_PAUSE:-5}
home=$(mktemp -d)
results=$home/results
touch "$results"
cleanup() {
    [ -z "${BENCH_RESULTS:-}" ] || cat "$results" >>"$BENCH_RESULTS"
    rm -rf "$home"
}
trap cleanup EXIT
trap 'exit 130' INT TERM
for part in common/servers full/servers full/data full/movers full/sweep; do
    # shellcheck source=/dev/null
    source "benches/$part.sh"
done

# All movers to one target, in turn, and what they took.
compare() { # PART DATABASE TARGET
    local part=$1 database=$2 target=$3 run mover
    local turn=()
    for mover in ${movers//,/ }; do
        if [ "$mover" != dump-pipe ] || [ "$target" = mariadb ]; then turn+=("$mover"); fi
    done
    printf '\n== %s: MySQL to %s, %s runs of each\n' "$(described "$part")" "$target" "$runs"
    for run in $(seq "$runs"); do
        for mover in "${turn[@]}"; do
            measure "$part" "$database" "$target" "$mover" "$run"
        done
        mapfile -t turn < <(printf '%s\n' "${turn[@]}" | tac)
    done
    python3 benches/full/report.py runs "$part" "$target" <"$results"
}

wants() { # PART: itself, or the sweep that uses its rows
    has "$parts" "$1" || { [ "$1" = sysbench ] && has "$parts" sweep; }
}

connect mysql
for target in ${targets//,/ }; do connect "$target"; done
describe_machine
for part in sysbench wide blobs small; do
    wants "$part" || continue
    database=bench_$part began=$SECONDS
    prepare "$part" "$database"
    printf '\n%s: prepared in %s s\n' "$(described "$part")" "$((SECONDS - began))"
    for target in ${targets//,/ }; do
        ! has "$parts" "$part" || compare "$part" "$database" "$target"
        [ "$part" != sysbench ] || ! has "$parts" sweep || sweep "$database" "$target"
    done
    run_sql mysql "DROP DATABASE $database"
    forget_log mysql
done
printf '\n== all medians\n'
python3 benches/full/report.py summary <"$results"
