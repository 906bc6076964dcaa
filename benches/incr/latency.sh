# How late a change is seen. Used by incr.sh.
# shellcheck shell=bash

measure_latency() {
    local target run measured rate=${BENCH_RATE:-1000} seconds=${BENCH_SECONDS:-20}
    for target in ${targets//,/ }; do
        printf '\n== latency: MySQL to %s, %s transactions/s for %s s, %s runs\n' "$target" "$rate" "$seconds" "$runs"
        run_sql mysql 'DROP DATABASE IF EXISTS bench_latency'
        "$servers" latency mysql "$target" bench_latency --prepare
        set_up bench_latency "$target" bench_latency_there eventual
        begin_following bench_latency "$target" bench_latency_there eventual
        for run in $(seq "$runs"); do
            measured=$("$servers" latency mysql "$target" bench_latency --arrives bench_latency_there \
                --rate "$rate" --seconds "$seconds" 2>"$home/log") || give_up "no latency at $target"
            note latency rows "$target" oms "$run" "$(tr -d '{}"' <<<"$measured" | tr ':,' '= ' |
                awk '{ for (i = 1; i <= NF; i++) { split($i, part, "="); printf "%s%s=%.4g", i == 1 ? "" : " ", part[1], part[2] } }')"
        done
        end_following
        run_sql "$target" 'DROP DATABASE bench_latency_there'
        run_sql mysql 'DROP DATABASE bench_latency'
        rm -rf "$home"/migration.*
        python3 benches/incr/report.py latency rows <"$results"
    done
}
