-- API keys. The secret is sealed, not hashed: checking a signature needs it.
CREATE TABLE api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL,
    access_key_id TEXT NOT NULL UNIQUE,
    sealed TEXT NOT NULL,
    description TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    last_used_at BIGINT,
    created_at BIGINT NOT NULL,
    CONSTRAINT api_keys_user FOREIGN KEY (user_id) REFERENCES users (id)
);
CREATE INDEX api_keys_user_id ON api_keys (user_id);
