-- Users. account_key is the account in lower case, so that Root cannot pose as root.
CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    account_key TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    password_set_at BIGINT NOT NULL,
    must_change BOOLEAN NOT NULL,
    role TEXT NOT NULL,
    department_id TEXT NOT NULL,
    email TEXT,
    mobile TEXT,
    description TEXT NOT NULL,
    disabled BOOLEAN NOT NULL,
    built_in BOOLEAN NOT NULL,
    last_login_at BIGINT,
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    CONSTRAINT users_department FOREIGN KEY (department_id) REFERENCES departments (id)
);
CREATE INDEX users_department_id ON users (department_id);
