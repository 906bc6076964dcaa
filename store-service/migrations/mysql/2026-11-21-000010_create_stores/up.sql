-- What is captured and who keeps its log. `spec` is JSON without secrets, those are in `secrets`, sealed.
-- The log of a store is on the disk of one instance, its `home`, which alone runs it. `epoch` grows with
-- every time it is taken up, and what an earlier run still writes is refused. `revision` grows with every
-- change that a run has to look at. `reader` is the number that the source knows it by: no two stores
-- have the same. `live` is JSON. Times are unix milliseconds.
CREATE TABLE stores (
    id VARCHAR(96) NOT NULL PRIMARY KEY,
    state VARCHAR(64) NOT NULL,
    since BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    home VARCHAR(64),
    epoch BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    reader BIGINT NOT NULL UNIQUE,
    spec LONGTEXT NOT NULL,
    secrets LONGTEXT NOT NULL,
    live LONGTEXT,
    error_code VARCHAR(64),
    error_message LONGTEXT
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
