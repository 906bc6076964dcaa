SELECT id,v FROM t;
