-- Users that were moved to another department and whose things have yet to follow: written with
-- the move, removed when project-service has done its part.
CREATE TABLE owner_moves (
    user_id VARCHAR(40) NOT NULL PRIMARY KEY
) DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;
