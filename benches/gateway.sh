#!/usr/bin/env bash
# The gateway's speed: authenticated GET /api/v1/projects with 1,000 projects in SQLite.
# All of OMS runs on one core (0), wrk on the other (1). Release build.
#   BENCH_SECONDS=10  BENCH_CONNECTIONS=32
# Prints full-load throughput, then latency at half of it.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${BENCH_INSIDE:-}" ]; then
    cargo build --quiet --release -p oms
    cargo build --quiet -p oms-testkit --bin servers
    export BENCH_INSIDE=1
    exec "${CARGO_TARGET_DIR:-target}/debug/servers" exec --only mysql,mariadb -- "$0"
fi

oms=${CARGO_TARGET_DIR:-target}/release/oms
seconds=${BENCH_SECONDS:-10} connections=${BENCH_CONNECTIONS:-32}
home=$(mktemp -d)
up=
cleanup() { [ -z "$up" ] || kill "$up" 2>/dev/null || true; rm -rf "$home"; }
trap cleanup EXIT

first='First-Bench-27##' second='Second-Bench-35##'
export OMS__GATEWAY__BOOTSTRAP__ROOT_PASSWORD=$first OMS__GATEWAY__BOOTSTRAP__ADMIN_PASSWORD=$first
export OMS__GATEWAY__LIMITS__REQUESTS_PER_SECOND=1000000 OMS__GATEWAY__LIMITS__BURST=1000000
taskset -c "${BENCH_CORE:-0}" "$oms" up --data-dir "$home/data" --listen 127.0.0.1:0 \
    --ready-file "$home/ready" >"$home/out" 2>"$home/log" &
up=$!
until [ -s "$home/ready" ]; do
    kill -0 "$up" || { cat "$home/log"; exit 1; }
    sleep 0.05
done
url=$(sed -n 's/.*"url": *"\([^"]*\)".*/\1/p' "$home/ready")

call() { # METHOD PATH [BODY]
    curl -sS --fail-with-body -X "$1" -H 'content-type: application/json' \
        ${token:+-H "authorization: Bearer $token"} ${3:+-d "$3"} "$url$2"
}
field() { sed -n "s/.*\"$1\": *\"\([^\"]*\)\".*/\1/p" | head -n 1; }
login() { token=; token=$(call POST /api/v1/auth/login "{\"account\":\"admin\",\"password\":\"$1\"}" | field accessToken); }
login "$first"
call POST /api/v1/auth/password "{\"oldPassword\":\"$first\",\"newPassword\":\"$second\"}" >/dev/null
login "$second"

source_of() { # NAME KIND URL
    local host=${3##*@}
    call POST /api/v1/data-sources "{\"name\":\"$1\",\"kind\":\"$2\",\"host\":\"${host%%:*}\",\"port\":$(sed 's/.*:\([0-9]*\).*/\1/' <<<"$host"),\"username\":\"root\",\"password\":\"\"}" | field id
}
from=$(source_of from MYSQL "$OMS_TEST_MYSQL_URL")
to=$(source_of to MARIADB "$OMS_TEST_MARIADB_URL")
for i in $(seq 1000); do
    printf '{"name":"project-%d","type":"MIGRATION","sourceEndpointId":"%s","sinkEndpointId":"%s","enableStructTransfer":true,"enableFullTransfer":true,"transferMapping":{"mode":"WILDCARD","tableAndViewWhiteList":["shop.*"]}}\n' "$i" "$from" "$to"
done | while read -r body; do call POST /api/v1/projects "$body" >/dev/null; done
count=$(call GET '/api/v1/projects?pageSize=1' | sed -n 's/.*"totalCount": *\([0-9]*\).*/\1/p')
echo "projects: $count"

load() { taskset -c 1 wrk -t1 -d"${seconds}s" --latency -H "authorization: Bearer $token" "$@" "$url/api/v1/projects"; }
echo "== full load, $connections connections, OMS on one core"
load -c"$connections" | tee "$home/full"
rate=$(awk '/Requests\/sec/ { print int($2) }' "$home/full")
half=$((rate / 2))
# wrk waits this long between the requests of a connection, so that all of them make half the rate.
cat >"$home/half.lua" <<LUA
local wait = 1000 * $connections / $half
function delay() return math.random() * 2 * wait * 0.95 end
LUA
echo "== about half of it: $half requests/s"
load -c"$connections" -s "$home/half.lua"
! grep -q 'Non-2xx' "$home/full" || { echo 'some answers were not 2xx' >&2; exit 1; }
