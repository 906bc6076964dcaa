# The least time a target needs for the sysbench rows of full.sh: they lie ready as statements and
# come from the simplest loader there can be (load.py), without a source. Everything below is tried
# with everything else; then the best three as often as a mover is run.
# shellcheck shell=bash
#
#   BENCH_SWEEP_INSERT='250 1000 4000'       rows of an INSERT statement
#   BENCH_SWEEP_LOAD='10000 125000 500000'   rows of a LOAD DATA
#   BENCH_SWEEP_CONNECTIONS='2 4 8'
#   BENCH_SWEEP_INDEX='before after'         when the secondary indexes are made
#   BENCH_SWEEP_SESSION='plain nochecks'     nochecks: without unique and foreign key checks;
#                                            nolog: without binary log; bare: without all of these

sweep() { # DATABASE TARGET
    local database=$1 target=$2 number kind variants=() variant sessions
    printf '\n== sweep: %s, lying ready, into %s\n' "$(described sysbench)" "$target"
    rm -rf "$home/rows"
    mkdir "$home/rows"
    for number in 1 2 3 4; do
        client mysql "$database" --quick --execute="SELECT id, k, c, pad FROM sbtest$number" >"$home/rows/$number.tsv"
    done
    sessions=${BENCH_SWEEP_SESSION:-plain nochecks}
    # It has no binary log, and the checks make no difference to it.
    [ "$target" != oceanbase ] || sessions=plain
    for variant in $sessions; do session_sql "$variant" >/dev/null; done
    for kind in insert load; do
        mapfile -t -O "${#variants[@]}" variants < <(variants_of "$kind" "$sessions")
    done
    : >"$home/sweep"
    for variant in "${variants[@]}"; do try_variant "$database" "$target" "$variant" 1; done
    best_variants | while read -r variant; do
        for number in $(seq 2 "$runs"); do try_variant "$database" "$target" "$variant" "$number"; done
    done
    rm -rf "$home/rows"
    run_sql "$target" "DROP DATABASE IF EXISTS $database"
    python3 benches/full/report.py sweep <"$home/sweep" | tee "$home/table"
    awk -v OFS='\t' -v target="$target" \
        'NR == 2 { print "sysbench", target, "limit", 1, $1, 0, 0 }' "$home/table" >>"$results"
}

batches() { # KIND
    case $1 in
    insert) echo "${BENCH_SWEEP_INSERT:-250 1000 4000}" ;;
    load) echo "${BENCH_SWEEP_LOAD:-10000 125000 500000}" ;;
    esac
}

# Every combination, one a line.
variants_of() { # KIND SESSIONS
    local batch connections index session
    for session in $2; do
        for batch in $(batches "$1"); do
            for connections in ${BENCH_SWEEP_CONNECTIONS:-2 4 8}; do
                for index in ${BENCH_SWEEP_INDEX:-before after}; do
                    echo "$1 $batch $connections $index $session"
                done
            done
        done
    done
}

session_sql() { # SESSION
    case $1 in
    plain) echo '' ;;
    nochecks) echo 'SET unique_checks = 0, foreign_key_checks = 0' ;;
    nolog) echo 'SET sql_log_bin = 0' ;;
    bare) echo 'SET unique_checks = 0, foreign_key_checks = 0, sql_log_bin = 0' ;;
    *) echo "BENCH_SWEEP_SESSION: no \`$1\`" >&2 && exit 2 ;;
    esac
}

# One combination. A target that refuses it is noted too, and ends nothing.
try_variant() { # DATABASE TARGET VARIANT RUN
    local kind batch connections index session measured
    read -r kind batch connections index session <<<"$3"
    settle "$2" "$1"
    run_sql "$2" "CREATE DATABASE $1"
    if ! measured=$(LOAD_HOST=${host[$2]} LOAD_PORT=${port[$2]} LOAD_USER=${user[$2]} \
        LOAD_PASSWORD=${password[$2]} python3 benches/full/load.py "$home/rows" "$1" "$kind" \
        "$batch" "$connections" "$index" "$(session_sql "$session")" 2>"$home/log"); then
        echo "$3: $(tail -n 1 "$home/log")"
        return 0
    fi
    [ "${measured##*$'\t'}" = "$(rows_of sysbench)" ] || give_up "$3 left ${measured##*$'\t'} rows"
    printf '%s\t%s\n' "$3" "$measured" | tee -a "$home/sweep" |
        awk -F '\t' -v run="$4" '{ printf "run %s  %-32s %8.2f s\n", run, $1, $4 }'
}

best_variants() { sort -t $'\t' -k 4,4n "$home/sweep" | head -n 3 | cut -f 1; }
