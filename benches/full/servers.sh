# What full.sh does with its servers between runs, and says of them.
# shellcheck shell=bash

# Between two runs: the last one's rows go, and what the server still does about them may end.
settle() { # KIND DATABASE
    run_sql "$1" "DROP DATABASE IF EXISTS $2"
    forget_log "$1"
    if [ "$1" = oceanbase ] && is_ours oceanbase; then run_sql oceanbase 'ALTER SYSTEM MINOR FREEZE'; fi
    sleep "$pause"
}

describe_machine() {
    # shellcheck disable=SC2086 # a list of words
    describe_servers mysql ${targets//,/ }
    echo "movers: $("$oms" --version), $(mydumper --version 2>&1 | head -n 1), $(mariadb-dump --version | sed 's/.*\(Distrib [^,]*\).*/mariadb-dump \1/')"
    cat <<'TEXT'
Source, target and mover share this machine. Where innodb_flush_log_at_trx_commit is 2 and
sync_binlog is 0, a commit reaches the operating system and does not wait for the disk; the
OceanBase kernel runs as it comes. myloader leaves its rows out of the target's binary log.
TEXT
}
