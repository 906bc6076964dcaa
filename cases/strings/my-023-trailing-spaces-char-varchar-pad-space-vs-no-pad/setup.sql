CREATE TABLE t(id INT PRIMARY KEY, c CHAR(5), v VARCHAR(5) COLLATE utf8mb4_0900_ai_ci UNIQUE) CHARACTER SET utf8mb4;
INSERT INTO t VALUES (1,'a  ','a'),(2,'a','a '),(3,' a','a  ');
