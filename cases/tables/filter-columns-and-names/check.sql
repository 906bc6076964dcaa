SELECT id,keep FROM t WHERE id > 1 ORDER BY id;
