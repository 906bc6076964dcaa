-- Users that were moved to another department and whose things have yet to follow: written with
-- the move, removed when project-service has done its part.
CREATE TABLE owner_moves (
    user_id TEXT NOT NULL PRIMARY KEY
);
