SELECT id,a+0,BIN(b+0),HEX(c) FROM t ORDER BY id;
