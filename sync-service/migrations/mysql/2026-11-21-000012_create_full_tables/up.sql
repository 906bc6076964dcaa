-- The tables of full loads, by their place in the task. `plan` is what the engine decided on when it
-- began with the table, in its own words.
CREATE TABLE full_tables (
    task_id VARCHAR(96) NOT NULL,
    ordinal INTEGER NOT NULL,
    source_database VARCHAR(512) NOT NULL,
    source_name VARCHAR(512) NOT NULL,
    target_database VARCHAR(512) NOT NULL,
    target_name VARCHAR(512) NOT NULL,
    names_folded LONGTEXT NOT NULL,
    state VARCHAR(64) NOT NULL,
    row_count BIGINT NOT NULL,
    byte_count BIGINT NOT NULL,
    estimate BIGINT NOT NULL,
    conflicts BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    plan LONGTEXT,
    error_code VARCHAR(64),
    error_message LONGTEXT,
    PRIMARY KEY (task_id, ordinal)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE INDEX full_tables_of_state ON full_tables (task_id, state, ordinal);
-- The ledger: parts of tables, from behind `after_key` up to and with `upto_key`, and the last key whose
-- row, with all before it, is at the target. Keys are stored rows.
CREATE TABLE full_ranges (
    task_id VARCHAR(96) NOT NULL,
    table_ordinal INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    after_key LONGBLOB,
    upto_key LONGBLOB,
    done_key LONGBLOB,
    partition_name VARCHAR(512),
    state VARCHAR(64) NOT NULL,
    PRIMARY KEY (task_id, table_ordinal, ordinal)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
-- Rows that were not written because the target has another one of that key. The key is found by its
-- digest, since it may be long.
CREATE TABLE full_conflicts (
    task_id VARCHAR(96) NOT NULL,
    table_ordinal INTEGER NOT NULL,
    digest VARCHAR(64) NOT NULL,
    row_key LONGTEXT NOT NULL,
    met BIGINT NOT NULL,
    PRIMARY KEY (task_id, table_ordinal, digest)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
