# What changes take of memory, and of a core when there are none. Used by incr.sh. All services are one
# process here, `oms migrate`.
# shellcheck shell=bash

# One transaction, that waits at the source.
measure_huge() {
    local rows=${BENCH_HUGE_ROWS:-1000000} target=${targets%%,*} mode measured
    printf '\n== huge: one transaction of %s rows of 200 bytes, to %s\n' "$rows" "$target"
    run_sql mysql 'DROP DATABASE IF EXISTS bench_huge; CREATE DATABASE bench_huge;
        CREATE TABLE bench_huge.t (id INT PRIMARY KEY, v VARCHAR(200) NOT NULL)'
    for mode in ${modes//,/ }; do set_up bench_huge "$target" "bench_huge_$mode" "$mode"; done
    client mysql bench_huge --execute="SET cte_max_recursion_depth = 4294967295; INSERT INTO t
        WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < $rows)
        SELECT n, LPAD(n * 7919, 196, SHA2(n, 256)) FROM n"
    for mode in ${modes//,/ }; do
        migration bench_huge "$target" "bench_huge_$mode"
        measured=$(apply_all "$mode" "$rows") || give_up "the huge transaction did not come to $target"
        note huge "$mode" "$target" oms 1 "$measured"
        run_sql "$target" "DROP DATABASE bench_huge_$mode"
    done
    run_sql mysql 'DROP DATABASE bench_huge'
    forget_log mysql
}

# The target's server is stopped as it is while the source goes on; afterwards all has to arrive.
measure_stall() {
    local seconds=${BENCH_STALL_SECONDS:-600} target=${targets%%,*} workload=oltp_write_only pid peak before began made
    printf '\n== stall: %s stands still for %s s of %s\n' "$target" "$seconds" "$(described $workload)"
    if [ "$target" != mariadb ] || ! is_ours mariadb; then echo 'left out: it needs a MariaDB of ours'; return; fi
    prepare_tables mysql bench_stall $workload
    set_up bench_stall "$target" bench_stall_there eventual
    begin_following bench_stall "$target" bench_stall_there eventual
    before=$(peak_mb)
    pid=$(cat "$(run_sql mariadb 'SELECT @@pid_file')")
    echo "$pid" >"$home/stalled"
    kill -STOP "$pid"
    run_sysbench mysql bench_stall $workload --threads="$sessions" --time="$seconds" --events=0 run
    made=$(awk '$1 == "transactions:" { print $2 * 4 }' "$home/log")
    kill -0 "$background" 2>/dev/null || { kill -CONT "$pid"; give_up 'following ended while the target stood still'; }
    peak=$(peak_mb)
    kill -CONT "$pid"
    rm "$home/stalled"
    began=$SECONDS
    wait_until 7200 'tail -n 1 "$home/events" | grep -q "\"seq\":$made,"'
    note stall $workload "$target" oms 1 "rows=$made peakMb=$peak peakBeforeMb=$before peakAfterMb=$(peak_mb) catchUpSeconds=$((SECONDS - began))"
    end_following
    check_equal mysql bench_stall "$target" bench_stall_there $workload
    run_sql "$target" 'DROP DATABASE bench_stall_there'
    run_sql mysql 'DROP DATABASE bench_stall'
    rm -rf "$home"/migration.*
    forget_log mysql
}

# A migration that has caught up and has nothing to do: a store, a task that applies, and the services.
measure_idle() {
    local seconds=${BENCH_IDLE_SECONDS:-30} target=${targets%%,*} run before
    printf '\n== idle: a migration to %s without changes, %s s\n' "$target" "$seconds"
    prepare_tables mysql bench_idle oltp_update_index
    set_up bench_idle "$target" bench_idle_there eventual
    begin_following bench_idle "$target" bench_idle_there eventual
    sleep 5
    for run in $(seq "$runs"); do
        before=$(ticks)
        sleep "$seconds"
        note idle migration "$target" oms "$run" "$(awk -v t="$(($(ticks) - before))" -v hz="$(getconf CLK_TCK)" -v s="$seconds" \
            'BEGIN { printf "corePercent=%.2f", t / hz / s * 100 }') peakMb=$(peak_mb)"
    done
    end_following
    run_sql "$target" 'DROP DATABASE bench_idle_there'
    run_sql mysql 'DROP DATABASE bench_idle'
    rm -rf "$home"/migration.*
}
