# MariaDB's own parallel replication, from the MariaDB of the run to a second one. Used by incr.sh.
# shellcheck shell=bash

replica_is_there() {
    [ "$workers" != 0 ] || return 1
    is_ours mariadb || { echo 'native: left out, the MariaDB is not ours'; return 1; }
}

# The same tables at both, and replication that stands.
set_up_native() { # DATABASE WORKLOAD
    run_sql replica "STOP SLAVE; RESET SLAVE ALL; SET GLOBAL slave_parallel_threads = $workers;
        DROP DATABASE IF EXISTS $1"
    run_sql mariadb "DROP DATABASE IF EXISTS $1"
    follow_from_here
    prepare_tables mariadb "$1" "$2"
    run_sql replica 'START SLAVE'
    wait_for_replica
    run_sql replica 'STOP SLAVE'
}

# What is written to the primary before is none of the replica's business.
follow_from_here() {
    local at
    at=$(run_sql mariadb 'SELECT @@gtid_binlog_pos')
    run_sql replica "SET GLOBAL gtid_slave_pos = '$at'; CHANGE MASTER TO MASTER_HOST = '${host[mariadb]}',
        MASTER_PORT = ${port[mariadb]}, MASTER_USER = '${user[mariadb]}', MASTER_USE_GTID = slave_pos"
}

wait_for_replica() {
    local at answer
    at=$(run_sql mariadb 'SELECT @@gtid_binlog_pos')
    answer=$(run_sql replica "SELECT MASTER_GTID_WAIT('$at', 7200)")
    [ "$answer" = 0 ] || { run_sql replica 'SHOW SLAVE STATUS' >"$home/log"; give_up 'the replica does not follow'; }
}

# Makes a backlog at the primary and lets the replica drain it.
drain_natively() { # DATABASE WORKLOAD RUN
    local began ended
    run_sql replica 'RESET SLAVE ALL'
    follow_from_here
    make_backlog mariadb "$1" "$2"
    began=$(date +%s%N)
    run_sql replica 'START SLAVE'
    wait_for_replica
    ended=$(date +%s%N)
    run_sql replica 'STOP SLAVE'
    check_equal mariadb "$1" replica "$1" "$2"
    note drain "$2" mariadb native "$3" "$(awk -v rows="$made" -v ns="$((ended - began))" \
        'BEGIN { printf "rows=%d seconds=%.2f rate=%.0f", rows, ns / 1e9, rows / ns * 1e9 }')"
}
