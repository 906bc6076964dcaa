SELECT id,i,j,LENGTH(c) FROM t;
