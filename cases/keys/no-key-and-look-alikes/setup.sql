CREATE TABLE t(s VARCHAR(10), n INT) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci; INSERT INTO t VALUES ('a',1),('A',1),('a ',1),('a',1),(NULL,1),('',1);
