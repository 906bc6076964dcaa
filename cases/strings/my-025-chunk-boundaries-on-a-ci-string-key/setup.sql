CREATE TABLE t(k VARCHAR(8) COLLATE utf8mb4_general_ci PRIMARY KEY) CHARACTER SET utf8mb4;
INSERT INTO t VALUES ('0000'),('1111'),('aaaa'),('Bbbb'),('cccc'),('ZZZZ'),('_x'),('é');
