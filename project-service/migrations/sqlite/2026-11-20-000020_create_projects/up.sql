-- Projects. `live_name` is the name while the project is not deleted, and NULL afterwards: unique for
-- each owner, and free again once its bearer is gone. `name_folded` is the name in lower case, to be
-- searched. The kinds of the two ends are copied here, since a data source never changes its kind.
-- `transfer_mapping` and `settings` are JSON and can be long: lists never read them. The indexes by
-- creation carry the state, so that counting a list reads nothing but an index.
CREATE TABLE projects (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    live_name TEXT,
    name_folded TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    importance TEXT NOT NULL,
    owner_user TEXT NOT NULL,
    owner_account TEXT NOT NULL,
    owner_department TEXT NOT NULL,
    source_id TEXT NOT NULL,
    sink_id TEXT NOT NULL,
    source_kind TEXT NOT NULL,
    sink_kind TEXT NOT NULL,
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
    transfer_mapping TEXT NOT NULL,
    settings TEXT NOT NULL,
    CONSTRAINT projects_name UNIQUE (owner_user, live_name)
);
CREATE INDEX projects_created ON projects (created_at, id, state);
CREATE INDEX projects_modified ON projects (modified_at, id, state);
CREATE INDEX projects_of_owner ON projects (owner_user, created_at, id, state);
CREATE INDEX projects_of_department ON projects (owner_department, created_at, id, state);
CREATE INDEX projects_from ON projects (source_id);
CREATE INDEX projects_into ON projects (sink_id);
