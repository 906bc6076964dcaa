DROP TABLE owner_moves;
