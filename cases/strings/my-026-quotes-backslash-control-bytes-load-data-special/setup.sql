CREATE TABLE t(id INT PRIMARY KEY, s TEXT);
INSERT INTO t VALUES (1,'it''s "q" \\ back'),(2,CONCAT('tab',CHAR(9),'nl',CHAR(10),'cr',CHAR(13),'z',CHAR(26))),(3,'\\N'),(4,'NULL'),(5,''),(6,NULL),(7,CONCAT('nul',CHAR(0),'x')),(8,'-- ; /* */ ${x} {{y}}');
