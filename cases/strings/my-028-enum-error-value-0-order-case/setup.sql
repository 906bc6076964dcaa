SET sql_mode='';
CREATE TABLE t(id INT PRIMARY KEY, e ENUM('b','a','0','A,b') CHARACTER SET utf8mb4 COLLATE utf8mb4_bin);
INSERT INTO t VALUES (1,'b'),(2,'a'),(3,'0'),(4,'nope'),(5,'A,b'),(6,NULL),(7,3);
