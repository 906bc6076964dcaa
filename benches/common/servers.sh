# How the measurements reach their servers. Whoever sources it sets BENCH_STARTED, the kinds of the
# servers that were started for the run.
# shellcheck shell=bash

declare -A host port user password

# Reads the URL of a server; on one that was started for this run, sets what a careful user would
# set before a migration, for all alike.
connect() { # KIND
    local kind=$1 variable=OMS_TEST_${1^^}_URL url account address
    url=${!variable#*://}
    account=${url%@*} address=${url##*@}
    address=${address%%/*}
    host[$kind]=${address%:*} port[$kind]=${address##*:}
    user[$kind]=$(decoded "${account%%:*}") password[$kind]=
    [[ $account != *:* ]] || password[$kind]=$(decoded "${account#*:}")
    is_ours "$kind" || return 0
    # A value of 50 MB takes a packet twice as long when it is written as text.
    run_sql "$kind" 'SET GLOBAL max_allowed_packet = 1073741824'
    if [ "$kind" = oceanbase ]; then
        # Building an index or inserting a lot takes longer than the 10 s it allows.
        run_sql "$kind" 'SET GLOBAL ob_query_timeout = 36000000000'
        run_sql "$kind" 'SET GLOBAL ob_trx_timeout = 36000000000'
    fi
}

decoded() { printf '%b' "${1//%/\\x}"; }
is_ours() { [[ " $BENCH_STARTED " == *" $1 "* ]]; }

# A client that takes nothing from the user's own configuration.
client() { # KIND ARGUMENTS...
    local kind=$1
    shift
    MYSQL_PWD=${password[$kind]} mariadb --no-defaults --host="${host[$kind]}" --port="${port[$kind]}" \
        --user="${user[$kind]}" --max-allowed-packet=1G --default-character-set=utf8mb4 --batch --skip-column-names "$@"
}
run_sql() { client "$1" --execute="$2"; } # KIND SQL

# Old changes would fill the disk. Servers that are not ours keep theirs.
forget_log() { # KIND
    is_ours "$1" || return 0
    case $1 in
    mysql) run_sql mysql 'RESET BINARY LOGS AND GTIDS' ;;
    mariadb) run_sql mariadb 'RESET MASTER' ;;
    esac
}

describe_servers() { # KINDS...
    local kind variables
    awk -v cores="$(nproc)" -v load="$(cut -d ' ' -f 1 /proc/loadavg)" \
        '/^MemTotal/ { printf "machine: %d cores, %.1f GB of memory, load before the start %s\n", cores, $2 / 1048576, load }' /proc/meminfo
    for kind; do
        variables='max_allowed_packet innodb_buffer_pool_size innodb_flush_log_at_trx_commit sync_binlog log_bin'
        [ "$kind" != oceanbase ] || variables='max_allowed_packet'
        printf '%s: %s' "$kind" "$(run_sql "$kind" 'SELECT CONCAT(VERSION(), ", ", @@version_comment)')"
        for variable in $variables; do
            printf ', %s=%s' "$variable" "$(run_sql "$kind" "SELECT @@$variable")"
        done
        if [ "$kind" = oceanbase ]; then
            for variable in memory_budget memstore_memory_limit log_disk_size; do
                printf ', %s=%s' "$variable" "$(client oceanbase --column-names \
                    --execute="SHOW PARAMETERS LIKE '$variable'" | awk -F '\t' '
                        NR == 1 { for (i = 1; i <= NF; i++) if ($i == "value") at = i }
                        NR == 2 { print $at }')"
            done
        fi
        echo
    done
}
