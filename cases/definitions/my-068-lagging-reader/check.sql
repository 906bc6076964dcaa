SELECT id,c,d FROM t ORDER BY id;
