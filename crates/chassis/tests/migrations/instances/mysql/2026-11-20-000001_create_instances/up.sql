-- Who this service is: one row an instance; the epoch grows with every start.
CREATE TABLE instances (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    epoch BIGINT NOT NULL,
    started_at BIGINT NOT NULL
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
