SELECT id,b FROM t;
