-- Projects. `live_name` is the name while the project is not deleted, and NULL afterwards: unique for
-- each owner, and free again once its bearer is gone. `name_folded` is the name in lower case, to be
-- searched. The kinds of the two ends are copied here, since a data source never changes its kind.
-- `transfer_mapping` and `settings` are JSON and can be long: lists never read them. The indexes by
-- creation carry the state, so that counting a list reads nothing but an index.
CREATE TABLE projects (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    name VARCHAR(64) NOT NULL,
    live_name VARCHAR(64),
    name_folded VARCHAR(192) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    state VARCHAR(32) NOT NULL,
    importance VARCHAR(16) NOT NULL,
    owner_user VARCHAR(64) NOT NULL,
    owner_account VARCHAR(64) NOT NULL,
    owner_department VARCHAR(64) NOT NULL,
    source_id VARCHAR(64) NOT NULL,
    sink_id VARCHAR(64) NOT NULL,
    source_kind VARCHAR(32) NOT NULL,
    sink_kind VARCHAR(32) NOT NULL,
    enable_struct BOOLEAN NOT NULL,
    enable_full BOOLEAN NOT NULL,
    enable_full_verify BOOLEAN NOT NULL,
    enable_incr BOOLEAN NOT NULL,
    enable_incr_verify BOOLEAN NOT NULL,
    enable_reverse_incr BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT,
    revision BIGINT NOT NULL,
    transfer_mapping LONGTEXT NOT NULL,
    settings LONGTEXT NOT NULL,
    UNIQUE KEY projects_name (owner_user, live_name),
    KEY projects_created (created_at, id, state),
    KEY projects_modified (modified_at, id, state),
    KEY projects_of_owner (owner_user, created_at, id, state),
    KEY projects_of_department (owner_department, created_at, id, state),
    KEY projects_from (source_id),
    KEY projects_into (sink_id)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
