-- The tables of full loads, by their place in the task. `plan` is what the engine decided on when it
-- began with the table, in its own words.
CREATE TABLE full_tables (
    task_id TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    source_database TEXT NOT NULL,
    source_name TEXT NOT NULL,
    target_database TEXT NOT NULL,
    target_name TEXT NOT NULL,
    names_folded TEXT NOT NULL,
    state TEXT NOT NULL,
    row_count BIGINT NOT NULL,
    byte_count BIGINT NOT NULL,
    estimate BIGINT NOT NULL,
    conflicts BIGINT NOT NULL,
    attempts INTEGER NOT NULL,
    plan TEXT,
    error_code TEXT,
    error_message TEXT,
    PRIMARY KEY (task_id, ordinal)
);
CREATE INDEX full_tables_of_state ON full_tables (task_id, state, ordinal);
-- The ledger: parts of tables, from behind `after_key` up to and with `upto_key`, and the last key whose
-- row, with all before it, is at the target. Keys are stored rows.
CREATE TABLE full_ranges (
    task_id TEXT NOT NULL,
    table_ordinal INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    after_key BLOB,
    upto_key BLOB,
    done_key BLOB,
    partition_name TEXT,
    state TEXT NOT NULL,
    PRIMARY KEY (task_id, table_ordinal, ordinal)
);
-- Rows that were not written because the target has another one of that key. The key is found by its
-- digest, since it may be long.
CREATE TABLE full_conflicts (
    task_id TEXT NOT NULL,
    table_ordinal INTEGER NOT NULL,
    digest TEXT NOT NULL,
    row_key TEXT NOT NULL,
    met BIGINT NOT NULL,
    PRIMARY KEY (task_id, table_ordinal, digest)
);
