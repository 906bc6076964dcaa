SELECT id,e,e+0 FROM t ORDER BY id;
