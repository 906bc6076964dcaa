-- The databases that users registered. `name_folded` is the name in lower case: unique, searched.
-- `account_key` is a digest of address, login and (where it is part of the connection) database, so
-- that the same account is registered once. `*_sealed` are texts of the vault, which name their key.
-- `options` is JSON: what is neither searched nor unique.
CREATE TABLE data_sources (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    kind TEXT NOT NULL,
    host TEXT NOT NULL,
    port INTEGER NOT NULL,
    username TEXT NOT NULL,
    tenant TEXT,
    cluster TEXT,
    database_name TEXT,
    account_key TEXT NOT NULL,
    description TEXT,
    region TEXT,
    role TEXT,
    partner_id TEXT,
    options TEXT NOT NULL,
    password_sealed TEXT,
    drc_password_sealed TEXT,
    inner_drc_password_sealed TEXT,
    client_key_sealed TEXT,
    last_probe TEXT,
    owner_user TEXT NOT NULL,
    owner_account TEXT NOT NULL,
    owner_department TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    revision BIGINT NOT NULL,
    CONSTRAINT data_sources_name UNIQUE (name_folded),
    CONSTRAINT data_sources_account UNIQUE (account_key)
);
CREATE INDEX data_sources_owner ON data_sources (owner_user);
CREATE INDEX data_sources_department ON data_sources (owner_department);
