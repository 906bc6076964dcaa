CREATE TABLE t(id INT PRIMARY KEY, j JSON); INSERT INTO t VALUES (1,'{"a":1,"b":[1,2,3],"c":"x"}');
