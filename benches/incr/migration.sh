# `oms migrate` in incr.sh: set up while the source is quiet, called again to go on with changes.
# shellcheck shell=bash

# Sets $call to a migration of $1, whose name at the target is $3; and $place to where watch.py keeps
# how far it came.
migration() { # DATABASE TARGET ARRIVES
    local url=OMS_TEST_${2^^}_URL
    call=("$oms" migrate --source "$OMS_TEST_MYSQL_URL" --target "$2://${!url#*://}" --json
        --objects "$1.*" --map "$1.*=$3.*" --data-dir "$home/migration.$2.$3/data")
    # shellcheck disable=SC2206 # a list of words
    call+=(${BENCH_OMS_ARGS:-})
    place=$home/migration.$2.$3/place
}

# Tables, rows and what was committed meanwhile.
set_up() { # DATABASE TARGET ARRIVES MODE
    run_sql "$2" "DROP DATABASE IF EXISTS $3"
    rm -rf "$home/migration.$2.$3"
    mkdir "$home/migration.$2.$3"
    migration "$1" "$2" "$3"
    apply_all "$4" - >/dev/null || give_up "setting up $3 at $2 failed"
}

# Runs $call until it has caught up, behind a further command if one is given.
apply_all() { # MODE ROWS COMMAND...
    local mode=$1 rows=$2
    shift 2
    python3 benches/incr/watch.py "$place" "$rows" "$@" "${call[@]}" --mode "$mode" --until caught-up 2>"$home/log"
}

# Leaves a migration running in the background, as $background, behind what it had caught up with.
begin_following() { # DATABASE TARGET ARRIVES MODE
    migration "$1" "$2" "$3"
    "${call[@]}" --mode "$4" --follow >"$home/events" 2>"$home/log" &
    background=$!
    wait_until 60 'grep -q "\"monitoring\":true" "$home/events"'
}

end_following() {
    local code=0
    kill -TERM "$background" 2>/dev/null || true
    wait "$background" || code=$?
    background=
    [ "$code" = 130 ] || give_up "following ended with $code"
}

wait_until() { # SECONDS CONDITION
    local until=$((SECONDS + $1))
    until eval "$2"; do
        kill -0 "$background" 2>/dev/null || give_up 'following ended by itself'
        [ "$SECONDS" -lt "$until" ] || give_up "not within $1 s: $2"
        sleep 0.2
    done
}

peak_mb() { awk '/^VmHWM/ { printf "%.1f", $2 / 1024 }' "/proc/$background/status"; }
ticks() { awk '{ print $14 + $15 }' "/proc/$background/stat"; }
