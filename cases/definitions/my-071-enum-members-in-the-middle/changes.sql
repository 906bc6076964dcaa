INSERT INTO t VALUES (3,'c'); ALTER TABLE t MODIFY e ENUM('a','b','c'); INSERT INTO t VALUES (4,'c'),(5,'b');
