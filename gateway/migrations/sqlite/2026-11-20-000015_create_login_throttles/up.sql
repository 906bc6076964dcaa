-- Failed logins by account and by address, and until when each has to wait.
CREATE TABLE login_throttles (
    subject TEXT NOT NULL PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_failure_at BIGINT NOT NULL,
    blocked_until BIGINT NOT NULL
);
CREATE INDEX login_throttles_last_failure_at ON login_throttles (last_failure_at);
