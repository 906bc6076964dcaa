-- The objects of schema tasks, by their place in the task. What is removed stays as a mark, so that a
-- task that goes on does not take it up again. `names_folded` is all names in lower case, to be searched.
CREATE TABLE schema_objects (
    task_id TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    kind TEXT NOT NULL,
    source_database TEXT NOT NULL,
    source_name TEXT NOT NULL,
    target_database TEXT NOT NULL,
    target_name TEXT NOT NULL,
    names_folded TEXT NOT NULL,
    state TEXT NOT NULL,
    removed BOOLEAN NOT NULL,
    edited BOOLEAN NOT NULL,
    source_ddl TEXT,
    converted_ddl TEXT,
    notes TEXT NOT NULL,
    note_count INTEGER NOT NULL,
    error_code TEXT,
    error_message TEXT,
    database_code TEXT,
    database_message TEXT,
    PRIMARY KEY (task_id, ordinal)
);
CREATE INDEX schema_objects_of_state ON schema_objects (task_id, removed, state);
-- Statements that are kept for later: indexes until the rows are there, constraints and triggers until
-- the switchover.
CREATE TABLE deferred_statements (
    task_id TEXT NOT NULL,
    object INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    statement TEXT NOT NULL,
    state TEXT NOT NULL,
    error TEXT,
    PRIMARY KEY (task_id, object, ordinal)
);
-- What was added to tables without a key, so that exactly this is dropped in the end.
CREATE TABLE hidden_parts (
    task_id TEXT NOT NULL,
    object INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (task_id, object, ordinal)
);
