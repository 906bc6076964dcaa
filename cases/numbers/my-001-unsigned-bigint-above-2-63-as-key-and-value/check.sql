SELECT id,v,s FROM t ORDER BY id;
