SET sql_log_bin=0; UPDATE t SET v=2 WHERE id=1; INSERT INTO t VALUES (2,2); SET sql_log_bin=1; UPDATE t SET v=3 WHERE id=1;
