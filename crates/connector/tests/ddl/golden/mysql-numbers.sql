-- from MySQL 9.7.4 to mariadb oceanbase
CREATE TABLE `bits` (
  `id` int NOT NULL,
  `a` bit(1) DEFAULT NULL,
  `b` bit(9) DEFAULT b'100000001',
  `c` bit(64) DEFAULT NULL,
  `d` bit(1) DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `counted` (
  `id` int NOT NULL AUTO_INCREMENT,
  `v` int DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=101 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `counted_by_index` (
  `a` int NOT NULL,
  `id` bigint unsigned NOT NULL AUTO_INCREMENT,
  PRIMARY KEY (`a`,`id`),
  KEY `other` (`a`),
  KEY `by_id` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `decimals` (
  `id` decimal(65,30) NOT NULL,
  `a` decimal(10,0) DEFAULT NULL,
  `b` decimal(5,0) DEFAULT NULL,
  `c` decimal(10,2) unsigned DEFAULT NULL,
  `d` decimal(4,4) DEFAULT '-0.1234',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `filled` (
  `id` int(6) unsigned zerofill NOT NULL,
  `v` int(5) unsigned zerofill DEFAULT NULL,
  `d` decimal(8,3) unsigned zerofill DEFAULT NULL,
  `f` double unsigned zerofill DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `floats` (
  `id` int NOT NULL,
  `f` float DEFAULT NULL,
  `g` float(7,3) DEFAULT NULL,
  `h` float unsigned DEFAULT NULL,
  `d` double DEFAULT NULL,
  `e` double(10,4) DEFAULT NULL,
  `r` double DEFAULT NULL,
  `p` double DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `serial_one` (
  `id` bigint unsigned NOT NULL AUTO_INCREMENT,
  `v` int DEFAULT '-1',
  `w` int DEFAULT '0',
  `x` double DEFAULT '1500',
  `y` bigint unsigned DEFAULT '18446744073709551615',
  UNIQUE KEY `id` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `unsigned_key` (
  `id` bigint unsigned NOT NULL,
  `v` bigint unsigned DEFAULT NULL,
  `s` bigint DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `widths` (
  `id` int NOT NULL,
  `a` tinyint DEFAULT NULL,
  `b` tinyint unsigned DEFAULT NULL,
  `c` smallint unsigned DEFAULT NULL,
  `d` mediumint DEFAULT NULL,
  `e` mediumint unsigned DEFAULT NULL,
  `f` int unsigned DEFAULT NULL,
  `g` tinyint(1) DEFAULT NULL,
  `h` tinyint(1) DEFAULT NULL,
  `i` int DEFAULT NULL,
  `j` bigint unsigned DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

