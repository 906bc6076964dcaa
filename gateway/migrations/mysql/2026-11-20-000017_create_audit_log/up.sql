-- What was done. An id starts with the time, so a span of time is a span of ids. No foreign keys:
-- the log outlives users and departments.
CREATE TABLE audit_log (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    account VARCHAR(64) NOT NULL,
    user_id VARCHAR(40),
    role VARCHAR(16),
    department_id VARCHAR(40),
    target VARCHAR(32) NOT NULL,
    object_id VARCHAR(256),
    object_name VARCHAR(256),
    operation VARCHAR(16) NOT NULL,
    risk VARCHAR(16) NOT NULL,
    result VARCHAR(16) NOT NULL,
    code VARCHAR(64),
    request VARCHAR(512) NOT NULL,
    request_id VARCHAR(64) NOT NULL,
    address VARCHAR(64) NOT NULL,
    duration_ms BIGINT,
    INDEX audit_log_department_id (department_id, id)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
