-- Departments. name_key is the name in lower case: names that differ only in case are one name.
CREATE TABLE departments (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    name VARCHAR(40) NOT NULL,
    name_key VARCHAR(160) NOT NULL UNIQUE,
    built_in BOOLEAN NOT NULL,
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
