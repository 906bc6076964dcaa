-- Incremental tasks: the name that the target knows a task by, made when it first ran, and what the
-- full load that it goes on from has read.
CREATE TABLE incr_tasks (
    task_id VARCHAR(96) NOT NULL,
    name_at_target VARCHAR(64) NOT NULL,
    handover LONGTEXT,
    drifted BIGINT NOT NULL,
    PRIMARY KEY (task_id)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
-- Rows of the target that were not what a change began with. The same one, met again, is found by the
-- digest of all that is said of it.
CREATE TABLE incr_drift (
    task_id VARCHAR(96) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    seq BIGINT NOT NULL,
    target_database VARCHAR(512) NOT NULL,
    target_name VARCHAR(512) NOT NULL,
    kind VARCHAR(64) NOT NULL,
    row_key LONGTEXT NOT NULL,
    row_before LONGTEXT,
    row_after LONGTEXT,
    repaired INTEGER NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (task_id, digest)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE INDEX incr_drift_by_seq ON incr_drift (task_id, seq, digest);
-- Statements on definitions that were met, what was done about each, and what somebody decided about
-- one beforehand.
CREATE TABLE incr_statements (
    task_id VARCHAR(96) NOT NULL,
    seq BIGINT NOT NULL,
    source_database LONGTEXT,
    statement LONGTEXT,
    fate VARCHAR(64),
    ran LONGTEXT,
    remarks LONGTEXT,
    told_at BIGINT,
    decision LONGTEXT,
    PRIMARY KEY (task_id, seq)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
