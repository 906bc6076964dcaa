CREATE TABLE t(id UUID PRIMARY KEY, i INET6, j JSON, c VARCHAR(50) COMPRESSED); INSERT INTO t VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11','::ffff:1.2.3.4','{"b":1, "a":1.0,"a":2}',REPEAT('z',50));
