-- The objects of schema tasks, by their place in the task. What is removed stays as a mark, so that a
-- task that goes on does not take it up again. `names_folded` is all names in lower case, to be searched.
CREATE TABLE schema_objects (
    task_id VARCHAR(96) NOT NULL,
    ordinal INTEGER NOT NULL,
    kind VARCHAR(64) NOT NULL,
    source_database VARCHAR(512) NOT NULL,
    source_name VARCHAR(512) NOT NULL,
    target_database VARCHAR(512) NOT NULL,
    target_name VARCHAR(512) NOT NULL,
    names_folded LONGTEXT NOT NULL,
    state VARCHAR(64) NOT NULL,
    removed BOOLEAN NOT NULL,
    edited BOOLEAN NOT NULL,
    source_ddl LONGTEXT,
    converted_ddl LONGTEXT,
    notes LONGTEXT NOT NULL,
    note_count INTEGER NOT NULL,
    error_code VARCHAR(64),
    error_message LONGTEXT,
    database_code VARCHAR(64),
    database_message LONGTEXT,
    PRIMARY KEY (task_id, ordinal)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE INDEX schema_objects_of_state ON schema_objects (task_id, removed, state);
-- Statements that are kept for later: indexes until the rows are there, constraints and triggers until
-- the switchover.
CREATE TABLE deferred_statements (
    task_id VARCHAR(96) NOT NULL,
    object INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    kind VARCHAR(64) NOT NULL,
    name VARCHAR(512) NOT NULL,
    statement LONGTEXT NOT NULL,
    state VARCHAR(64) NOT NULL,
    error LONGTEXT,
    PRIMARY KEY (task_id, object, ordinal)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
-- What was added to tables without a key, so that exactly this is dropped in the end.
CREATE TABLE hidden_parts (
    task_id VARCHAR(96) NOT NULL,
    object INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    kind VARCHAR(64) NOT NULL,
    name VARCHAR(512) NOT NULL,
    PRIMARY KEY (task_id, object, ordinal)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
