-- from OceanBase 4.3.5.3 to mysql mariadb
CREATE VIEW `a_second` AS select `shop`.`v_one`.`id` AS `id`,count(*) AS `k` from (`shop`.`v_one` left join `shop`.`self` `s` on (`s`.`id` = `shop`.`v_one`.`id`)) group by `shop`.`v_one`.`id`;

CREATE TABLE `c` (
  `id` int(11) NOT NULL,
  `pid` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `fk_c` FOREIGN KEY (`pid`) REFERENCES `shop`.`p`(`id`) ON UPDATE CASCADE ON DELETE CASCADE 
) ORGANIZATION INDEX DEFAULT CHARSET = utf8mb4 ROW_FORMAT = DYNAMIC COMPRESSION = 'zstd_1.3.8' BLOCK_SIZE = 16384 TABLET_SIZE = 134217728 PCTFREE = 0;

CREATE TABLE `checked` (
  `id` int(11) NOT NULL,
  `a` int(11) DEFAULT NULL,
  `b` varchar(9) DEFAULT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `checked_OBCHECK_1795257356613969` CHECK ((`a` > 0)),
  CONSTRAINT `c_b` CHECK (((`b` <> 'it\'s') and ((`a` < 10) or (`b` in ('x','y'))))),
  CONSTRAINT `checked_OBCHECK_1795257356613969` CHECK ((`a` <> 7))
) ORGANIZATION INDEX DEFAULT CHARSET = utf8mb4 ROW_FORMAT = DYNAMIC COMPRESSION = 'zstd_1.3.8' BLOCK_SIZE = 16384 TABLET_SIZE = 134217728 PCTFREE = 0;

CREATE VIEW `limited` AS select `shop`.`checked`.`id` AS `x` from `shop`.`checked` where (`shop`.`checked`.`a` > 3) WITH CHECK OPTION;

CREATE TABLE `n` (
  `id` int(11) NOT NULL,
  `pid` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `n_OBFK_1795257356613969` FOREIGN KEY (`pid`) REFERENCES `shop`.`p`(`id`) ON UPDATE RESTRICT ON DELETE SET NULL 
) ORGANIZATION INDEX DEFAULT CHARSET = utf8mb4 ROW_FORMAT = DYNAMIC COMPRESSION = 'zstd_1.3.8' BLOCK_SIZE = 16384 TABLET_SIZE = 134217728 PCTFREE = 0;

CREATE TABLE `p` (
  `id` int(11) NOT NULL,
  `u` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `pu` (`u`) BLOCK_SIZE 16384 LOCAL
) ORGANIZATION INDEX DEFAULT CHARSET = utf8mb4 ROW_FORMAT = DYNAMIC COMPRESSION = 'zstd_1.3.8' BLOCK_SIZE = 16384 TABLET_SIZE = 134217728 PCTFREE = 0;

CREATE TABLE `self` (
  `id` int(11) NOT NULL,
  `up` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `the ``mark` FOREIGN KEY (`up`) REFERENCES `shop`.`self`(`id`) ON UPDATE NO ACTION ON DELETE RESTRICT 
) ORGANIZATION INDEX DEFAULT CHARSET = utf8mb4 ROW_FORMAT = DYNAMIC COMPRESSION = 'zstd_1.3.8' BLOCK_SIZE = 16384 TABLET_SIZE = 134217728 PCTFREE = 0;

CREATE VIEW `v_one` AS select `shop`.`c`.`id` AS `id`,`shop`.`c`.`pid` AS `pid`,'it\'s' AS `q``x`,`shop`.`p`.`u` AS `u` from (`shop`.`c` join `shop`.`p` on (`shop`.`p`.`id` = `shop`.`c`.`pid`)) where (`shop`.`c`.`id` > (select min(`shop`.`n`.`id`) from `shop`.`n`));

