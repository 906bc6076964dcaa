-- Labels. Each takes one of the slots 1 to 100, so that the table itself keeps their number within
-- the limit, also when several are made at once.
CREATE TABLE labels (
    id VARCHAR(64) NOT NULL PRIMARY KEY,
    slot INTEGER NOT NULL,
    name VARCHAR(64) NOT NULL,
    name_folded VARCHAR(128) NOT NULL,
    owner_user VARCHAR(64) NOT NULL,
    owner_account VARCHAR(64) NOT NULL,
    owner_department VARCHAR(64) NOT NULL,
    created_at BIGINT NOT NULL,
    modified_at BIGINT NOT NULL,
    UNIQUE KEY labels_slot (slot),
    UNIQUE KEY labels_name (name_folded),
    CONSTRAINT labels_slot_range CHECK (slot BETWEEN 1 AND 100)
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
