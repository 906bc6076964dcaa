-- from MySQL 5.7.44 to mysql mysql-5.7 mariadb oceanbase-4.2
CREATE TABLE `orders` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `name` varchar(20) COLLATE utf8mb4_bin DEFAULT NULL,
  `city` varchar(20) CHARACTER SET gbk DEFAULT 'x',
  `ts` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  `ts2` timestamp NOT NULL DEFAULT '0000-00-00 00:00:00',
  `k` bigint(20) unsigned zerofill DEFAULT NULL,
  `y` year(4) DEFAULT NULL,
  `j` json DEFAULT NULL,
  `g` int(11) GENERATED ALWAYS AS ((`id` + 1)) VIRTUAL NOT NULL,
  PRIMARY KEY (`id`) USING BTREE,
  KEY `n` (`name`(10)) /*!50600 COMMENT 'x' */
) ENGINE=InnoDB AUTO_INCREMENT=77 DEFAULT CHARSET=utf8mb4 ROW_FORMAT=DYNAMIC COMMENT='it''s'
/*!50100 PARTITION BY RANGE (id)
(PARTITION p0 VALUES LESS THAN (10) DATA DIRECTORY = '/data/' ENGINE = InnoDB,
 PARTITION p1 VALUES LESS THAN MAXVALUE ENGINE = InnoDB) */;

CREATE TABLE `utf8_one` (
  `a` varchar(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci NOT NULL,
  `b` text,
  UNIQUE KEY `a` (`a`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8;

