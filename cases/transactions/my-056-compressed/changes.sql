SET SESSION binlog_transaction_compression=ON; BEGIN; INSERT INTO t VALUES (1,REPEAT('a',5000)),(2,REPEAT('b',5000)); UPDATE t SET v='c' WHERE id=2; COMMIT;
