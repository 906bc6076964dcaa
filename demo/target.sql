-- The database the demo moves into.
CREATE DATABASE shop DEFAULT CHARACTER SET utf8mb4;
