-- Who this service is: one row an instance; the epoch grows with every start.
CREATE TABLE instances (
    id TEXT NOT NULL PRIMARY KEY,
    epoch BIGINT NOT NULL,
    started_at BIGINT NOT NULL
);
