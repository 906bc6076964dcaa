-- What is to be done and who does it. `spec` is JSON without secrets, those are in `secrets`, sealed.
-- `limits` is JSON, as they are now. Whoever runs a task is its `owner` until `lease_until`, and carries
-- `epoch` as its proof: the number grows with every one who takes the task up, and what an earlier one
-- still writes is refused. `revision` grows with every change that the owner has to look at. `live` is
-- JSON and lasts as long as a run. Times are unix milliseconds.
CREATE TABLE tasks (
    id VARCHAR(96) NOT NULL PRIMARY KEY,
    kind VARCHAR(64) NOT NULL,
    state VARCHAR(64) NOT NULL,
    since BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    objects BIGINT NOT NULL,
    spec LONGTEXT NOT NULL,
    secrets LONGTEXT NOT NULL,
    limits LONGTEXT NOT NULL,
    owner VARCHAR(64),
    lease_until BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    live LONGTEXT,
    error_code VARCHAR(64),
    error_message LONGTEXT
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
CREATE INDEX tasks_of_state ON tasks (state, id);
