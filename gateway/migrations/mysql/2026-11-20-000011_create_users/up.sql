-- Users. account_key is the account in lower case, so that Root cannot pose as root.
CREATE TABLE users (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    account VARCHAR(14) NOT NULL,
    account_key VARCHAR(14) NOT NULL UNIQUE,
    password_hash VARCHAR(255) NOT NULL,
    password_set_at BIGINT NOT NULL,
    must_change BOOLEAN NOT NULL,
    role VARCHAR(16) NOT NULL,
    department_id VARCHAR(40) NOT NULL,
    email VARCHAR(254),
    mobile VARCHAR(32),
    description VARCHAR(256) NOT NULL,
    disabled BOOLEAN NOT NULL,
    built_in BOOLEAN NOT NULL,
    last_login_at BIGINT,
    revision BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    CONSTRAINT users_department FOREIGN KEY (department_id) REFERENCES departments (id),
    INDEX users_department_id (department_id)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
