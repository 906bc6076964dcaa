-- Labels. Each takes one of the slots 1 to 100, so that the table itself keeps their number within
-- the limit, also when several are made at once.
CREATE TABLE labels (
    id TEXT NOT NULL PRIMARY KEY,
    slot INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_folded TEXT NOT NULL,
    owner_user TEXT NOT NULL,
    owner_account TEXT NOT NULL,
    owner_department TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    CONSTRAINT labels_slot UNIQUE (slot),
    CONSTRAINT labels_name UNIQUE (name_folded),
    CONSTRAINT labels_slot_range CHECK (slot BETWEEN 1 AND 100)
);
