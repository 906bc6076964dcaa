SELECT * FROM t ORDER BY id; SELECT COUNT(*) FROM information_schema.partitions WHERE table_schema=DATABASE() AND table_name='t';
