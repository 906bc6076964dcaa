#!/usr/bin/env bash
# Changes from MySQL to MariaDB and to OceanBase: how fast a backlog is captured and applied, beside
# MariaDB's own parallel replication and mysqlbinlog, how late a change is seen, and what it takes in
# memory. Release build; what is moved comes from sysbench.
#
#   BENCH_PARTS=drain,capture,latency,huge,stall,idle   what to run
#   BENCH_TARGETS=mariadb,oceanbase    where to; huge, stall and idle take the first one
#   BENCH_WORKLOADS=oltp_write_only,oltp_update_index,hot   what makes the backlog; hot is one table
#   BENCH_MODES=eventual,transactional
#   BENCH_RUNS=3           backlogs of each workload
#   BENCH_TABLES=10  BENCH_ROWS=100000   tables, and rows of each
#   BENCH_CHANGES=1000000  row changes of a backlog
#   BENCH_RAND=special     how sysbench chooses rows: special (its default), uniform, …
#   BENCH_SESSIONS=8       sessions of sysbench
#   BENCH_WORKERS=4        workers of the MariaDB replica; 0 leaves it out
#   BENCH_POOL_MB=1024     buffer pool of each MySQL and MariaDB
#   BENCH_RATE=1000  BENCH_SECONDS=20    of the latency probe
#   BENCH_HUGE_ROWS=1000000   rows of one transaction, of 200 bytes each
#   BENCH_STALL_SECONDS=600   how long the target stands still
#   BENCH_IDLE_SECONDS=30
#   BENCH_PROFILE=DIR      records each drain with perf, the whole machine, into this folder
#   BENCH_OMS_ARGS=        further arguments of `oms migrate`
#   BENCH_RESULTS=FILE     the runs, one line each, for other programs; added to what is there
#   BENCH_BIN=DIR          binaries that are built already (oms, store-service, servers)
#
# Servers that the environment names (OMS_TEST_MYSQL_URL, …) are used as they are; databases called
# bench_… are dropped there. Replication and a target that stands still need servers of our own.
set -euo pipefail
cd "$(dirname "$0")/.."

# shellcheck source=common/words.sh
source benches/common/words.sh
parts=${BENCH_PARTS:-drain,capture,latency,huge,stall,idle} targets=${BENCH_TARGETS:-mariadb,oceanbase}
workloads=${BENCH_WORKLOADS:-oltp_write_only,oltp_update_index,hot} modes=${BENCH_MODES:-eventual,transactional}
check_words BENCH_PARTS "$parts" drain capture latency huge stall idle
check_words BENCH_TARGETS "$targets" mariadb oceanbase
check_words BENCH_WORKLOADS "$workloads" oltp_write_only oltp_update_index hot
check_words BENCH_MODES "$modes" eventual transactional
workers=${BENCH_WORKERS:-4}
has "$parts" drain || workers=0

servers=${BENCH_BIN:-${CARGO_TARGET_DIR:-target}/debug}/servers
if [ -z "${BENCH_INSIDE:-}" ]; then
    scripts/install-tools.sh mariadb-dump sysbench
    if [ -z "${BENCH_BIN:-}" ]; then
        cargo build --quiet --release -p oms -p store-service
        cargo build --quiet -p oms-testkit --bin servers
    fi
    # Only servers of our own get settings changed and logs removed.
    export BENCH_INSIDE=servers BENCH_STARTED=replica BENCH_MARIADB=${OMS_TEST_MARIADB_URL:-}
    for kind in mysql oceanbase mariadb; do
        variable=OMS_TEST_${kind^^}_URL
        [ -n "${!variable:-}" ] || BENCH_STARTED+=" $kind"
    done
    # A second MariaDB is started in the same way, and known by another name from then on.
    [ "$workers" = 0 ] || exec env -u OMS_TEST_MARIADB_URL "$servers" exec --only mariadb -- "$0"
fi
if [ "$BENCH_INSIDE" = servers ]; then
    if [ "$workers" != 0 ]; then
        export OMS_TEST_REPLICA_URL=$OMS_TEST_MARIADB_URL OMS_TEST_MARIADB_URL=$BENCH_MARIADB
    fi
    kinds=mysql,$targets
    # It is also what the replica follows.
    [ "$workers" = 0 ] || kinds+=,mariadb
    BENCH_INSIDE=here exec "$servers" exec --only "$kinds" -- "$0"
fi

bin=${BENCH_BIN:-${CARGO_TARGET_DIR:-target}/release}
oms=$bin/oms
runs=${BENCH_RUNS:-3} tables=${BENCH_TABLES:-10} rows=${BENCH_ROWS:-100000}
changes=${BENCH_CHANGES:-1000000} sessions=${BENCH_SESSIONS:-8} rand=${BENCH_RAND:-special}
pool_mb=${BENCH_POOL_MB:-1024}
home=$(mktemp -d)
results=$home/results
touch "$results" "$home/log"
background=
cleanup() {
    # A server that stands still could not be stopped.
    [ ! -s "$home/stalled" ] || kill -CONT "$(cat "$home/stalled")" || true
    [ -z "$background" ] || kill "$background" 2>/dev/null || true
    [ -z "${BENCH_RESULTS:-}" ] || cat "$results" >>"$BENCH_RESULTS"
    rm -rf "$home"
}
trap cleanup EXIT
trap 'exit 130' INT TERM
for part in common/servers incr/backlog incr/migration incr/native incr/drain incr/capture incr/latency incr/memory; do
    # shellcheck source=/dev/null
    source "benches/$part.sh"
done

here=(mysql)
for kind in mariadb oceanbase; do
    if has "$targets" "$kind" || { [ "$kind" = mariadb ] && [ "$workers" != 0 ]; }; then here+=("$kind"); fi
done
[ "$workers" = 0 ] || here+=(replica)
for kind in "${here[@]}"; do
    connect "$kind"
    [ "$kind" = oceanbase ] || ! is_ours "$kind" ||
        run_sql "$kind" "SET GLOBAL innodb_buffer_pool_size = $((pool_mb << 20))"
done
describe_servers "${here[@]}"
echo "$("$oms" --version), $(sysbench --version)"
cat <<'TEXT'
Source, target, sysbench and what is measured share this machine. Where innodb_flush_log_at_trx_commit
is 2 and sync_binlog is 0, a commit reaches the operating system and does not wait for the disk.
TEXT
for part in drain capture latency huge stall idle; do
    ! has "$parts" "$part" || "measure_$part"
done
printf '\n== all medians\n'
python3 benches/incr/report.py <"$results"
