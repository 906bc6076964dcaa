UPDATE `select` SET `x.y`=0,`1`=NULL; UPDATE `select` SET `x.y`=2,`1`=5; INSERT INTO `db.tab` VALUES (2); DELETE FROM `db.tab` WHERE id=1; UPDATE `db.tab` SET id=1;
