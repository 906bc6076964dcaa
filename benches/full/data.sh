# What full.sh moves: four shapes of tables, made by the source itself.
# shellcheck shell=bash

rows=${BENCH_ROWS:-500000} wide_rows=${BENCH_WIDE_ROWS:-200000}
blobs=${BENCH_BLOBS:-8} blob_mb=${BENCH_BLOB_MB:-50}
tables=${BENCH_TABLES:-10000} table_rows=${BENCH_TABLE_ROWS:-100}

described() { # PART
    case $1 in
    sysbench) echo "sysbench, 4 tables of $rows rows" ;;
    wide) echo "wide, a table of 60 columns and $wide_rows rows" ;;
    blobs) echo "blobs, a table of $blobs values of $blob_mb MB" ;;
    small) echo "small, $tables tables of $table_rows rows" ;;
    esac
}

# How many rows a whole copy has.
rows_of() { # PART
    case $1 in
    sysbench) echo $((4 * rows)) ;;
    wide) echo "$wide_rows" ;;
    blobs) echo "$blobs" ;;
    small) echo $((tables * table_rows)) ;;
    esac
}

tables_of() { # PART
    case $1 in
    sysbench) printf 'sbtest%s\n' 1 2 3 4 ;;
    small) seq --format='t%.0f' "$tables" ;;
    *) echo "$1" ;;
    esac
}

# Counts at the target, table by table.
count_rows() { # KIND DATABASE PART
    tables_of "$3" | sed 's/.*/SELECT COUNT(*) FROM &;/' | client "$1" "$2" | awk '{ n += $1 } END { print n }'
}

prepare() { # PART DATABASE
    run_sql mysql "DROP DATABASE IF EXISTS $2; CREATE DATABASE $2"
    # The same numbers in every run.
    { echo 'SET rand_seed1 = 27, rand_seed2 = 35, cte_max_recursion_depth = 4294967295;'; "prepare_$1"; } |
        client mysql "$2"
    forget_log mysql
}

# The numbers from 1 to $1, as the table `n`.
numbers() { echo "WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < $1)"; }

# Groups of eleven digits, as sysbench writes them.
digits() { # GROUPS
    local group="LPAD(FLOOR(RAND() * 100000000000), 11, '0')" list
    list=$(printf ", $group%.0s" $(seq "$1"))
    echo "CONCAT_WS('-'$list)"
}

sysbench_table() { # NAME [KEY]
    echo "CREATE TABLE $1 (id INT NOT NULL AUTO_INCREMENT, k INT NOT NULL DEFAULT 0,
        c CHAR(120) NOT NULL DEFAULT '', pad CHAR(60) NOT NULL DEFAULT '', PRIMARY KEY (id)${2:-});"
}

prepare_sysbench() {
    local table
    for table in $(tables_of sysbench); do
        sysbench_table "$table"
        echo "INSERT INTO $table (k, c, pad) $(numbers "$rows")
            SELECT 1 + FLOOR(RAND() * $rows), $(digits 10), $(digits 5) FROM n;
            CREATE INDEX k_${table#sbtest} ON $table (k);"
    done
}

# Six times the same nine columns, and those that a table has once.
prepare_wide() {
    local i columns='' values=''
    for i in 1 2 3 4 5 6; do
        columns+=", int_$i INT UNSIGNED NOT NULL, big_$i BIGINT NOT NULL, dec_$i DECIMAL(20, 6) NOT NULL,
            double_$i DOUBLE NOT NULL, date_$i DATE NOT NULL, at_$i DATETIME(6) NOT NULL,
            name_$i VARCHAR(100) NOT NULL, code_$i CHAR(12) NOT NULL, bytes_$i VARBINARY(64) NOT NULL"
        values+=", RAND() * 4294967295, (RAND() - 0.5) * 9000000000000000000, (RAND() - 0.5) * 20000000000000,
            (RAND() - 0.5) * 1e30, '2000-01-01' + INTERVAL FLOOR(RAND() * 9000) DAY,
            '2000-01-01' + INTERVAL FLOOR(RAND() * 777600000000000) MICROSECOND,
            CONCAT('Zoë of ', REPEAT('lane ', 1 + n % 9), n), LPAD(n % 99991, 12, 'x'),
            RANDOM_BYTES(8 + n % 40)"
    done
    columns+=", note VARCHAR(200), doc JSON NOT NULL, state ENUM ('new', 'paid', 'sent') NOT NULL,
        flags SET ('a', 'b', 'c') NOT NULL, born YEAR NOT NULL"
    values+=", IF(n % 3 = 0, CONCAT('note ', n), NULL), JSON_OBJECT('n', n, 'tags', JSON_ARRAY('a', n % 7)),
        1 + n % 3, n % 8, 1990 + n % 60"
    echo "CREATE TABLE wide (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY$columns, KEY at_1 (at_1));
        INSERT INTO wide $(numbers "$wide_rows") SELECT n$values FROM n;"
}

# Bytes of all kinds, so that escaping them costs what it does for pictures or archives.
prepare_blobs() {
    local i
    echo 'CREATE TABLE blobs (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, value LONGBLOB NOT NULL);'
    for i in $(seq "$blobs"); do
        echo "INSERT INTO blobs (value) VALUES (REPEAT(RANDOM_BYTES(1000), $blob_mb * 1000));"
    done
}

prepare_small() {
    local table
    sysbench_table t1 ', KEY k (k)'
    echo "INSERT INTO t1 (k, c, pad) $(numbers "$table_rows") SELECT n, $(digits 10), $(digits 5) FROM n;"
    for table in $(tables_of small | tail -n +2); do
        echo "CREATE TABLE $table LIKE t1; INSERT INTO $table SELECT * FROM t1;"
    done
}
