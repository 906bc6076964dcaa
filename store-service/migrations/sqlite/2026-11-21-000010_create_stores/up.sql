-- What is captured and who keeps its log. `spec` is JSON without secrets, those are in `secrets`, sealed.
-- The log of a store is on the disk of one instance, its `home`, which alone runs it. `epoch` grows with
-- every time it is taken up, and what an earlier run still writes is refused. `revision` grows with every
-- change that a run has to look at. `reader` is the number that the source knows it by: no two stores
-- have the same. `live` is JSON. Times are unix milliseconds.
CREATE TABLE stores (
    id TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL,
    since BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    started_at BIGINT,
    home TEXT,
    epoch BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    reader BIGINT NOT NULL UNIQUE,
    spec TEXT NOT NULL,
    secrets TEXT NOT NULL,
    live TEXT,
    error_code TEXT,
    error_message TEXT
);
