-- How far whoever reads a store is: nothing behind `seq` may be removed. Times are unix milliseconds.
CREATE TABLE consumers (
    store TEXT NOT NULL,
    name TEXT NOT NULL,
    seq BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (store, name)
);
