CREATE TABLE t(a VARCHAR(10) COLLATE utf8mb4_general_ci, b CHAR(3) COLLATE utf8mb4_bin, c INT, v INT, PRIMARY KEY(a,b,c)) CHARACTER SET utf8mb4;
INSERT INTO t VALUES ('','',0,1),('a','',0,2),('a','A',0,3),('a','a',0,4),('ab','',-1,5),('B','x',1,6),('ä','x',1,7);
