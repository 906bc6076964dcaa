# A backlog that waits at the source, and how fast it is applied. Used by incr.sh.
# shellcheck shell=bash

measure_drain() {
    local workload
    for workload in ${workloads//,/ }; do
        printf '\n== drain: %s, %s changes, %s runs\n' "$(described "$workload")" "$changes" "$runs"
        drain_all "$workload" "bench_$workload"
        forget_log mysql
        [ "$workers" = 0 ] || forget_log mariadb
        python3 benches/incr/report.py drain "$workload" <"$results"
    done
}

# Every backlog is made once, and drained into every target in every mode.
drain_all() { # WORKLOAD DATABASE
    local workload=$1 database=$2 target mode run
    prepare_tables mysql "$database" "$workload"
    for target in ${targets//,/ }; do
        for mode in ${modes//,/ }; do
            set_up "$database" "$target" "${database}_$mode" "$mode"
        done
    done
    ! replica_is_there || set_up_native "${database}_native" "$workload"
    for run in $(seq "$runs"); do
        make_backlog mysql "$database" "$workload"
        for target in ${targets//,/ }; do
            for mode in ${modes//,/ }; do drain "$database" "$target" "$mode" "$workload" "$run"; done
        done
        ! replica_is_there || drain_natively "${database}_native" "$workload" "$run"
    done
    for target in ${targets//,/ }; do
        for mode in ${modes//,/ }; do run_sql "$target" "DROP DATABASE ${database}_$mode"; done
    done
    run_sql mysql "DROP DATABASE $database"
    rm -rf "$home"/migration.*
}

drain() { # DATABASE TARGET MODE WORKLOAD RUN
    local database=$1 target=$2 mode=$3 workload=$4 run=$5 arrives="$1_$3" measured profile=()
    migration "$database" "$target" "$arrives"
    if [ -n "${BENCH_PROFILE:-}" ]; then
        mkdir -p "$BENCH_PROFILE"
        profile=(perf record --quiet --all-cpus --event cpu-clock --freq 199 --output "$BENCH_PROFILE/$workload.$target.$mode.$run" --)
    fi
    measured=$(apply_all "$mode" "$made" "${profile[@]}") || give_up "draining to $target in mode $mode failed"
    note drain "$workload" "$target" "$mode" "$run" "$measured"
    check_equal mysql "$database" "$target" "$arrives" "$workload"
}
