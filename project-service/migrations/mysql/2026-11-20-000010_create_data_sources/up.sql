-- The databases that users registered. `name_folded` is the name in lower case: unique, searched.
-- `account_key` is a digest of address, login and (where it is part of the connection) database, so
-- that the same account is registered once. `*_sealed` are texts of the vault, which name their key.
-- `options` is JSON: what is neither searched nor unique.
CREATE TABLE data_sources (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    name VARCHAR(64) NOT NULL,
    name_folded VARCHAR(128) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    host VARCHAR(255) NOT NULL,
    port INTEGER NOT NULL,
    username VARCHAR(255) NOT NULL,
    tenant VARCHAR(255),
    cluster VARCHAR(255),
    database_name VARCHAR(255),
    account_key VARCHAR(64) NOT NULL,
    description VARCHAR(255),
    region VARCHAR(128),
    role VARCHAR(16),
    partner_id VARCHAR(64),
    options LONGTEXT NOT NULL,
    password_sealed LONGTEXT,
    drc_password_sealed LONGTEXT,
    inner_drc_password_sealed LONGTEXT,
    client_key_sealed LONGTEXT,
    last_probe LONGTEXT,
    owner_user VARCHAR(64) NOT NULL,
    owner_account VARCHAR(64) NOT NULL,
    owner_department VARCHAR(64) NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    UNIQUE KEY data_sources_name (name_folded),
    UNIQUE KEY data_sources_account (account_key),
    KEY data_sources_owner (owner_user),
    KEY data_sources_department (owner_department)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
