-- Refresh tokens, by the SHA-256 of each. Used ones stay until they expire: a second use is how
-- theft shows.
CREATE TABLE refresh_tokens (
    hash VARCHAR(64) NOT NULL PRIMARY KEY,
    session_id VARCHAR(40) NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    CONSTRAINT refresh_tokens_session FOREIGN KEY (session_id) REFERENCES sessions (id),
    INDEX refresh_tokens_session_id (session_id),
    INDEX refresh_tokens_expires_at (expires_at)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
