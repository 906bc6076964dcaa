-- How far whoever reads a store is: nothing behind `seq` may be removed. Times are unix milliseconds.
CREATE TABLE consumers (
    store VARCHAR(96) NOT NULL,
    name VARCHAR(96) NOT NULL,
    seq BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (store, name)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
