# How fast a backlog of the source's log comes into a store, beside mysqlbinlog. Used by incr.sh.
# shellcheck shell=bash

measure_capture() {
    local workload=oltp_write_only run seconds bytes binlog
    printf '\n== capture: %s, %s changes, %s runs\n' "$(described $workload)" "$changes" "$runs"
    if ! is_ours mysql; then echo 'left out: the MySQL is not ours'; return; fi
    binlog=$(find "${OMS_SERVER_CACHE:-$HOME/.cache/oms-servers}" -path '*/usr/bin/mysqlbinlog' | head -n 1)
    prepare_tables mysql bench_capture $workload
    for run in $(seq "$runs"); do
        forget_log mysql
        python3 benches/incr/store.py "$bin/store-service" "$home/store" "$OMS_TEST_MYSQL_URL" bench_capture \
            prepare 2>"$home/log" || give_up 'the store does not begin'
        make_backlog mysql bench_capture $workload
        measured=$(python3 benches/incr/store.py "$bin/store-service" "$home/store" "$OMS_TEST_MYSQL_URL" \
            bench_capture "$made" 2>"$home/log") || give_up 'the store does not capture'
        note capture $workload mysql oms "$run" "$measured"
        rm -rf "$home/raw" "$home/store"
        mkdir "$home/raw"
        seconds=$(seconds_of "$binlog" --no-defaults --read-from-remote-server --raw --to-last-log \
            --host="${host[mysql]}" --port="${port[mysql]}" --user="${user[mysql]}" \
            --result-file="$home/raw/" "$(run_sql mysql 'SHOW BINARY LOGS' | awk 'NR == 1 { print $1 }')")
        bytes=$(cat "$home"/raw/* | wc -c)
        note capture $workload mysql mysqlbinlog "$run" "$(awk -v b="$bytes" -v s="$seconds" -v r="$made" \
            'BEGIN { printf "rows=%d seconds=%.2f rate=%.0f mbPerSecond=%.1f", r, s, r / s, b / s / 1e6 }')"
        rm -rf "$home/raw"
    done
    run_sql mysql 'DROP DATABASE bench_capture'
    python3 benches/incr/report.py capture $workload <"$results"
}

seconds_of() { # COMMAND...
    local began ended
    began=$(date +%s%N)
    "$@" >"$home/log" 2>&1 || give_up "$1 failed"
    ended=$(date +%s%N)
    awk -v ns="$((ended - began))" 'BEGIN { printf "%.3f", ns / 1e9 }'
}
