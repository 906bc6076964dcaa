SELECT id,a,b,s,v FROM t;
