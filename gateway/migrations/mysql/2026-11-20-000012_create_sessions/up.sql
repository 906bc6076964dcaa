-- Logins. Every access and refresh token belongs to one and ends with it.
CREATE TABLE sessions (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    user_id VARCHAR(40) NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    CONSTRAINT sessions_user FOREIGN KEY (user_id) REFERENCES users (id),
    INDEX sessions_user_id (user_id),
    INDEX sessions_expires_at (expires_at)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
