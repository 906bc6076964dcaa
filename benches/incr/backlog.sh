# What sysbench does: tables, and changes of them. Used by incr.sh.
# shellcheck shell=bash

described() { # WORKLOAD
    case $1 in
    hot) echo "hot (oltp_update_index, 1 table of $rows rows, $rand)" ;;
    *) echo "$1, $tables tables of $rows rows, $rand" ;;
    esac
}

tables_of() { # WORKLOAD
    if [ "$1" = hot ]; then echo 1; else echo "$tables"; fi
}

script_of() { # WORKLOAD
    if [ "$1" = hot ]; then echo oltp_update_index; else echo "$1"; fi
}

# Rows that a transaction changes: two updates, a row removed and written anew; or one update.
rows_in() { # WORKLOAD
    if [ "$1" = oltp_write_only ]; then echo 4; else echo 1; fi
}

run_sysbench() { # KIND DATABASE WORKLOAD ARGUMENTS...
    local kind=$1 database=$2 workload=$3
    shift 3
    sysbench "$(script_of "$workload")" --db-driver=mysql --mysql-host="${host[$kind]}" \
        --mysql-port="${port[$kind]}" --mysql-user="${user[$kind]}" --mysql-password="${password[$kind]}" \
        --mysql-db="$database" --tables="$(tables_of "$workload")" --table-size="$rows" \
        --rand-type="$rand" "$@" >"$home/log" 2>&1 || give_up "sysbench failed: $workload at $kind"
}

prepare_tables() { # KIND DATABASE WORKLOAD
    run_sql "$1" "DROP DATABASE IF EXISTS $2; CREATE DATABASE $2"
    run_sysbench "$@" --threads=2 prepare
}

# Makes a backlog, and sets $made to the rows it changes: what was rolled back is not among them.
make_backlog() { # KIND DATABASE WORKLOAD
    local began=$SECONDS done
    run_sysbench "$@" --threads="$sessions" --time=0 --events="$((changes / $(rows_in "$3")))" run
    done=$(awk '$1 == "transactions:" { print $2 }' "$home/log")
    # A transaction of one statement is not counted as one by every version.
    [ "${done:-0}" != 0 ] || give_up 'sysbench did not say what it did'
    made=$((done * $(rows_in "$3")))
    printf '%s: %s row changes in %s s\n' "$1" "$made" "$((SECONDS - began))"
}

# All values of the tables in one line, the same at every member of the family.
sums_of() { # KIND DATABASE WORKLOAD
    local table
    for table in $(seq "$(tables_of "$3")"); do
        echo "SELECT COUNT(*), SUM(id), SUM(k), SUM(CRC32(c)), SUM(CRC32(pad)) FROM sbtest$table;"
    done | client "$1" "$2" | md5sum
}

check_equal() { # KIND DATABASE KIND DATABASE WORKLOAD
    [ "$(sums_of "$1" "$2" "$5")" = "$(sums_of "$3" "$4" "$5")" ] ||
        give_up "$2 at $1 and $4 at $3 differ: $5"
}

note() { # PART WHAT TARGET WHO RUN NAME=VALUE...
    local run="$1\t$2\t$3\t$4\t$5"
    shift 5
    printf "$run\t%s\n" "$*" >>"$results"
    printf '%b  %s\n' "${run//\\t/ }" "$*"
}
