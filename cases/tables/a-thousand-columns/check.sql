SELECT id,c0,c1,c500,c999 FROM t; SELECT COUNT(*) FROM information_schema.columns WHERE table_schema=DATABASE() AND table_name='t';
