CREATE TABLE `select`(`a``b` INT PRIMARY KEY, `x.y` INT, `space col` INT, `back\slash` INT, `1` INT); INSERT INTO `select` VALUES (1,2,3,4,5);
CREATE TABLE `db.tab`(id INT PRIMARY KEY); INSERT INTO `db.tab` VALUES (1); CREATE TABLE `$t$`(id INT PRIMARY KEY);
