-- What was done. An id starts with the time, so a span of time is a span of ids. No foreign keys:
-- the log outlives users and departments.
CREATE TABLE audit_log (
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    account TEXT NOT NULL,
    user_id TEXT,
    role TEXT,
    department_id TEXT,
    target TEXT NOT NULL,
    object_id TEXT,
    object_name TEXT,
    operation TEXT NOT NULL,
    risk TEXT NOT NULL,
    result TEXT NOT NULL,
    code TEXT,
    request TEXT NOT NULL,
    request_id TEXT NOT NULL,
    address TEXT NOT NULL,
    duration_ms BIGINT
);
CREATE INDEX audit_log_department_id ON audit_log (department_id, id);
