-- MY-022, MY-025, MY-026, MY-028, MY-029
CREATE TABLE padded(id BINARY(4) PRIMARY KEY, v VARBINARY(6), n INT, b BINARY(3) DEFAULT 'a', c VARBINARY(9) DEFAULT 'x''\\');
CREATE TABLE ci_key(k VARCHAR(8) COLLATE utf8mb4_general_ci PRIMARY KEY, s VARCHAR(8) COLLATE utf8mb4_bin) CHARACTER SET utf8mb4;
CREATE TABLE marks(id INT PRIMARY KEY, s TEXT, t VARCHAR(40) DEFAULT 'it''s "q" \\ back\n' COMMENT 'it''s "q" \\ back\n; -- /* */ `x`');
CREATE TABLE kinds(id INT PRIMARY KEY, e ENUM('b','a','0','A,b') CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, f ENUM('x y','é','') NOT NULL DEFAULT 'é');
CREATE TABLE many_members(id INT PRIMARY KEY, s SET('m01','m02','m03','m04','m05','m06','m07','m08','m09','m10','m11','m12','m13','m14','m15','m16','m17','m18','m19','m20','m21','m22','m23','m24','m25','m26','m27','m28','m29','m30','m31','m32','m33','m34','m35','m36','m37','m38','m39','m40','m41','m42','m43','m44','m45','m46','m47','m48','m49','m50','m51','m52','m53','m54','m55','m56','m57','m58','m59','m60','m61','m62','m63','m64') DEFAULT 'm01,m64');
CREATE TABLE sizes(id INT PRIMARY KEY, a TINYTEXT, b TEXT, c MEDIUMTEXT, d LONGTEXT, e TINYBLOB, f BLOB, g MEDIUMBLOB, h LONGBLOB, i CHAR(0), j VARCHAR(0), k VARCHAR(16000), l LONG VARBINARY, m LONG VARCHAR, n TEXT(100), o BLOB(70000));
CREATE TABLE binary_text(id INT PRIMARY KEY, a VARCHAR(10) CHARACTER SET binary, b TEXT CHARACTER SET binary);
