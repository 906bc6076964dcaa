-- API keys. The secret is sealed, not hashed: checking a signature needs it.
CREATE TABLE api_keys (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    user_id VARCHAR(40) NOT NULL,
    access_key_id VARCHAR(40) NOT NULL UNIQUE,
    sealed VARCHAR(512) NOT NULL,
    description VARCHAR(128) NOT NULL,
    enabled BOOLEAN NOT NULL,
    last_used_at BIGINT,
    created_at BIGINT NOT NULL,
    CONSTRAINT api_keys_user FOREIGN KEY (user_id) REFERENCES users (id),
    INDEX api_keys_user_id (user_id)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
