-- MY-034, MY-037, MY-040, MY-041, MY-043, MY-044
CREATE TABLE computed(id INT PRIMARY KEY, a INT, b INT, s INT AS (a+b) STORED, v VARCHAR(20) AS (CONCAT(a,'-',b)) VIRTUAL, q VARCHAR(20) AS (CONCAT(`b`,'x''y\\')) STORED COMMENT 'c', UNIQUE KEY(s), KEY(v));
CREATE TABLE `select`(`a``b` INT PRIMARY KEY, `x.y` INT, `space col` INT, `back\slash` INT, `1` INT, `key` INT, `;` INT, `--` INT, `/*` INT, `"` INT, `'` INT, KEY `i``x`(`x.y`, `'`));
CREATE TABLE `db.tab`(id INT PRIMARY KEY) COMMENT 'a ''table'' \\ `of` "marks"; -- x /* y */';
CREATE TABLE `$$t$`(id INT PRIMARY KEY);
CREATE TABLE `表`(`列` INT PRIMARY KEY COMMENT '注释', `ü` VARCHAR(3) DEFAULT '漢');
CREATE TABLE keyless(f FLOAT, d DOUBLE, s LONGTEXT, n INT);
CREATE TABLE maybe_unique(u INT NULL UNIQUE, v INT);
CREATE TABLE unique_not_null(u INT NOT NULL UNIQUE, v VARCHAR(5) UNIQUE);
CREATE TABLE uniques(id INT PRIMARY KEY, u VARCHAR(5) UNIQUE, v INT, UNIQUE KEY two(v, u), KEY pre(u(2)), KEY same(v));
CREATE TABLE nothing_but_json(id INT PRIMARY KEY, j JSON);
CREATE TABLE aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff1234(v INT);
