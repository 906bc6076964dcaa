-- Keys that sign access tokens, sealed by the vault. The one that is not retired signs.
CREATE TABLE signing_keys (
    kid VARCHAR(40) NOT NULL PRIMARY KEY,
    sealed VARCHAR(512) NOT NULL,
    created_at BIGINT NOT NULL,
    retired_at BIGINT
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
