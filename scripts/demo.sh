#!/usr/bin/env bash
# The main job of OMS on real databases, from nothing: a MySQL with a small shop and a bank at work is
# moved into an OceanBase kernel: definitions, rows, and what is committed meanwhile. Then all services in one process; both registered as data
# sources, browsed, and a project drafted. On a terminal everything then stays up for hand work until
# Ctrl-C.
#
# DEMO_STAY=0|1 overrides that; DEMO_LISTEN chooses the address (127.0.0.1:8089); DEMO_BIN names a
# folder with binaries that are built already.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
run() { printf '$ %s\n' "$*"; "$@"; }

if [ -z "${DEMO_INSIDE:-}" ]; then
    built=${DEMO_BIN:-${CARGO_TARGET_DIR:-target}/debug}
    if [ -z "${DEMO_BIN:-}" ]; then
        scripts/install-build-deps.sh
        say 'Building'
        cargo build --quiet -p oms-testkit --bin servers -p oms --bin oms
    fi
    say 'Starting a MySQL and an OceanBase kernel (fetched at the first run)'
    export PATH="$(cd "$built" && pwd):$PATH" DEMO_INSIDE=1
    exec servers exec --only mysql,oceanbase -- "$0"
fi

home=$(mktemp -d)
up= bank=
cleanup() {
    [ -z "$bank" ] || { kill "$bank" 2>/dev/null && wait "$bank" 2>/dev/null; } || true
    [ -z "$up" ] || { kill "$up" 2>/dev/null && wait "$up" 2>/dev/null; } || true
    rm -rf "$home"
}
trap cleanup EXIT
trap 'exit 130' INT TERM
began=$SECONDS

servers load mysql demo/sample.sql
servers busy mysql bank --prepare
oceanbase=oceanbase${OMS_TEST_OCEANBASE_URL#mysql}

say 'A bank goes to work: transfers, changed and swapped keys, tables without a key'
servers busy mysql bank --rate 200 &
bank=$!

say 'Moving the shop and the bank, live: definitions, rows, and what is committed meanwhile'
migrate() {
    run oms migrate --source "$OMS_TEST_MYSQL_URL" --target "$oceanbase" \
        --objects 'shop.*,bank.*' --data-dir "$home/migration" "$@"
}
migrate --until caught-up

say 'The bank closes; the same command goes on where it was'
kill -INT "$bank" && wait "$bank" && bank=
migrate --until caught-up

say 'All values of both sides, read by somebody else'
servers same mysql oceanbase bank

say 'Starting OMS: six services in one process'
export XDG_CONFIG_HOME=$home/config
# A demo has no secrets to keep: root and admin get a known first password.
export OMS__GATEWAY__BOOTSTRAP__ROOT_PASSWORD='First-Demo-27##' \
    OMS__GATEWAY__BOOTSTRAP__ADMIN_PASSWORD='First-Demo-27##'
oms up --data-dir "$home/data" --listen "${DEMO_LISTEN:-127.0.0.1:8089}" \
    --ready-file "$home/ready.json" 2>"$home/oms.log" &
up=$!
for _ in $(seq 100); do
    [ ! -s "$home/ready.json" ] || break
    kill -0 "$up" 2>/dev/null || { cat "$home/oms.log" >&2; exit 4; }
    sleep 0.1
done
[ -s "$home/ready.json" ] || { echo 'OMS was not ready within 10 s' >&2; cat "$home/oms.log" >&2; exit 4; }
url=$(sed -n 's/.*"url": *"\([^"]*\)".*/\1/p' "$home/ready.json")

say 'Logging in and changing the first password, as everybody has to'
printf '%s' 'First-Demo-27##' | run oms login --url "$url" --account admin --password-stdin
printf '%s\n%s\n' 'First-Demo-27##' 'Second-Demo-35##' | run oms user passwd --password-stdin

say 'Registering both databases (each is tested before it is kept)'
run oms datasource add shop-mysql --url "$OMS_TEST_MYSQL_URL" --no-password
run oms datasource add shop-oceanbase --url "$oceanbase"
run oms datasource list

say 'Looking into the source'
run oms datasource tables shop-mysql shop
run oms datasource columns shop-mysql shop customers

say 'And into the target'
run oms datasource tables shop-oceanbase shop

say 'Choosing what to move, by a rule, and looking at what that comes to'
run oms project preview --source shop-mysql --objects 'shop.*' --exclude 'shop.visits'

say 'Drafting the project'
run oms project create move-the-shop --source shop-mysql --sink shop-oceanbase \
    --types schema,full,incr,verify --objects 'shop.*' --exclude 'shop.visits'
run oms project list

printf '\nDone in %s s. Projects that run by themselves come later.\n' "$((SECONDS - began))"
if [ "${DEMO_STAY:-$([ -t 1 ] && echo 1 || echo 0)}" = 0 ]; then
    echo 'Everything is stopped and removed now; on a terminal it stays up until Ctrl-C.'
    exit 0
fi
cat <<TEXT

Go on by hand, in another terminal:
  API and its description   $url/api/docs
  the account               admin / Second-Demo-35##
  the command line          export XDG_CONFIG_HOME=$XDG_CONFIG_HOME
                            $(command -v oms) project show move-the-shop
  the source                $OMS_TEST_MYSQL_URL
  the target                $OMS_TEST_OCEANBASE_URL

Everything stays up until Ctrl-C, and is removed then.
TEXT
wait "$up"
