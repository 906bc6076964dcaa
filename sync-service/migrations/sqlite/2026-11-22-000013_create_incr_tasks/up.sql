-- Incremental tasks: the name that the target knows a task by, made when it first ran, and what the
-- full load that it goes on from has read.
CREATE TABLE incr_tasks (
    task_id TEXT NOT NULL,
    name_at_target TEXT NOT NULL,
    handover TEXT,
    drifted BIGINT NOT NULL,
    PRIMARY KEY (task_id)
);
-- Rows of the target that were not what a change began with. The same one, met again, is found by the
-- digest of all that is said of it.
CREATE TABLE incr_drift (
    task_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    seq BIGINT NOT NULL,
    target_database TEXT NOT NULL,
    target_name TEXT NOT NULL,
    kind TEXT NOT NULL,
    row_key TEXT NOT NULL,
    row_before TEXT,
    row_after TEXT,
    repaired INTEGER NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (task_id, digest)
);
CREATE INDEX incr_drift_by_seq ON incr_drift (task_id, seq, digest);
-- Statements on definitions that were met, what was done about each, and what somebody decided about
-- one beforehand.
CREATE TABLE incr_statements (
    task_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    source_database TEXT,
    statement TEXT,
    fate TEXT,
    ran TEXT,
    remarks TEXT,
    told_at BIGINT,
    decision TEXT,
    PRIMARY KEY (task_id, seq)
);
