-- What is to be done and who does it. `spec` is JSON without secrets, those are in `secrets`, sealed.
-- `limits` is JSON, as they are now. Whoever runs a task is its `owner` until `lease_until`, and carries
-- `epoch` as its proof: the number grows with every one who takes the task up, and what an earlier one
-- still writes is refused. `revision` grows with every change that the owner has to look at. `live` is
-- JSON and lasts as long as a run. Times are unix milliseconds.
CREATE TABLE tasks (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    since BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    objects BIGINT NOT NULL,
    spec TEXT NOT NULL,
    secrets TEXT NOT NULL,
    limits TEXT NOT NULL,
    owner TEXT,
    lease_until BIGINT NOT NULL,
    epoch BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    live TEXT,
    error_code TEXT,
    error_message TEXT
);
CREATE INDEX tasks_of_state ON tasks (state, id);
