SELECT id,v,id+0,v+0 FROM t ORDER BY id;
