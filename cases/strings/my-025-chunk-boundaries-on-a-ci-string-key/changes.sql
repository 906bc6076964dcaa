UPDATE t SET k='bBBB' WHERE k='Bbbb'; UPDATE t SET k='Bbbb' WHERE k='bBBB'; UPDATE t SET k='e' WHERE k='é'; UPDATE t SET k='é' WHERE k='e';
DELETE FROM t WHERE k='zzzz'; INSERT INTO t VALUES ('ZZZZ');
