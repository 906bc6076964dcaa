-- Failed logins by account and by address, and until when each has to wait.
CREATE TABLE login_throttles (
    subject VARCHAR(96) NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_failure_at BIGINT NOT NULL,
    blocked_until BIGINT NOT NULL,
    INDEX login_throttles_last_failure_at (last_failure_at)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
