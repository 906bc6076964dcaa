# Who moves tables in full.sh, and what a run is measured by.
# shellcheck shell=bash

# One run: wall time, CPU time and memory of the mover, and whether all rows arrived. Adds a line to
# $results: part, target, mover, run, seconds, CPU seconds, kilobytes.
measure() { # PART DATABASE TARGET MOVER RUN
    local part=$1 database=$2 target=$3 mover=$4 run=$5 began ended counted expected
    settle "$target" "$database"
    rm -rf "$home/work"
    mkdir "$home/work"
    began=$(date +%s%N)
    "move_${mover//-/_}" "$target" "$database" "$part" >"$home/log" 2>&1 ||
        give_up "$mover failed: $part to $target"
    ended=$(date +%s%N)
    counted=$(count_rows "$target" "$database" "$part") expected=$(rows_of "$part")
    [ "$counted" = "$expected" ] ||
        give_up "$mover left $counted of $expected rows: $part to $target"
    # CPU time adds up over the processes. So does memory where they run side by side.
    awk -v OFS='\t' -v wall="$((ended - began))" -v run="$part $target $mover $run" -v mover="$mover" '
        { cpu += $1 + $2; if ($3 > most[FILENAME]) most[FILENAME] = $3 }
        END {
            for (file in most) {
                sum += most[file]
                if (most[file] > peak) peak = most[file]
            }
            gsub(" ", OFS, run)
            print run, wall / 1e9, cpu, mover == "dump-pipe" ? sum : peak
        }' "$home"/work/usage.* >>"$results"
    tail -n 1 "$results" | awk -F '\t' \
        '{ printf "run %s  %-10s %8.2f s  %8.2f s CPU  %8.1f MB\n", $4, $3, $5, $6, $7 / 1024 }'
    rm -rf "$home/work"
}

# The movers: each chains its steps with `&&`, because `set -e` does not reach into a condition.

move_oms() { # TARGET DATABASE PART
    local url=OMS_TEST_${1^^}_URL
    # shellcheck disable=SC2086 # a list of words
    timed oms "$oms" migrate --source "$OMS_TEST_MYSQL_URL" --target "$1://${!url#*://}" \
        --objects "$2.*" --types schema,full --data-dir "$home/work/data" ${BENCH_OMS_ARGS:-}
}

# Dump, repair and load, one after the other. A table that is alone is split, so that all threads
# have work. myloader leaves its rows out of the binary log, where there is one: its default.
move_mydumper() { # TARGET DATABASE PART
    local split='' from to
    mapfile -t from < <(login mysql)
    mapfile -t to < <(login "$1")
    case $3 in
    wide) split="--rows $((wide_rows / threads / 2 + 1))" ;;
    blobs) split='--rows 1' ;;
    esac
    # shellcheck disable=SC2086 # lists of words
    timed dump mydumper "${from[@]}" --database "$2" --outputdir "$home/work/dump" \
        --threads "$threads" $split ${BENCH_MYDUMPER_ARGS:-} &&
        find "$home/work/dump" -name '*-schema*.sql' -exec sed -i "$repair" {} + &&
        timed load myloader "${to[@]}" --directory "$home/work/dump" --threads "$threads" \
            ${BENCH_MYLOADER_ARGS:-}
}

# One process on each side; definitions first, because only they need the repair.
move_dump_pipe() { # TARGET DATABASE PART
    local from to
    mapfile -t from < <(login mysql)
    mapfile -t to < <(login "$1")
    local dump=(mariadb-dump --no-defaults "${from[@]}" --max-allowed-packet=1G --single-transaction)
    local load=(mariadb --no-defaults "${to[@]}" --max-allowed-packet=1G)
    timed load "${load[@]}" --execute="CREATE DATABASE $2" &&
        timed dump "${dump[@]}" --no-data "$2" | sed "$repair" | timed load "${load[@]}" "$2" &&
        timed dump "${dump[@]}" --no-create-info "$2" | timed load "${load[@]}" "$2"
}

# What has to be changed by hand before the targets take it: they lack MySQL's default collation.
repair='s/utf8mb4_0900_ai_ci/utf8mb4_general_ci/g'

login() { # KIND
    printf '%s\n' "--host=${host[$1]}" "--port=${port[$1]}" "--user=${user[$1]}"
    [ -z "${password[$1]}" ] || echo "--password=${password[$1]}"
}

# Runs a process and notes what it took, in a file of its own: two may end at the same time.
timed() { # NAME COMMAND...
    local name=$1
    shift
    command time --append --output="$home/work/usage.$name" --format='%U %S %M' "$@"
}
