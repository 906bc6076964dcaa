CREATE TABLE t(id INT PRIMARY KEY, keep VARCHAR(5), leave_out INT);
INSERT INTO t VALUES (1,'a',1),(2,'b',2),(3,'c',3);
