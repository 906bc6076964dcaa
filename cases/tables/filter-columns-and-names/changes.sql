UPDATE t SET id=0 WHERE id=2; UPDATE t SET leave_out=9; UPDATE t SET id=2,leave_out=2 WHERE id=0; DELETE FROM t WHERE id=1; INSERT INTO t VALUES (1,'z',1),(4,'d',4); UPDATE t SET id=-4 WHERE id=4;
