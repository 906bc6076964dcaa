-- from MySQL 9.7.4 to mariadb oceanbase
CREATE TABLE `by_default` (
  `id` int NOT NULL,
  `u` binary(16) DEFAULT (uuid_to_bin(uuid())),
  `s` varchar(9) DEFAULT ((_latin1'x' collate latin1_bin)),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `computed_key` (
  `a` int DEFAULT NULL,
  `b` int GENERATED ALWAYS AS ((`a` * 2)) STORED NOT NULL,
  PRIMARY KEY (`b`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE ALGORITHM=UNDEFINED DEFINER=`root`@`localhost` SQL SECURITY DEFINER VIEW `shop`.`counted` AS with recursive `n` (`i`) as (select 1 AS `1` union all select (`n`.`i` + 1) AS `i + 1` from `n` where (`n`.`i` < 5)) select `n`.`i` AS `i`,`t`.`a` AS `a` from (`n` join `shop`.`hidden_number` `t` on((`t`.`a` = `n`.`i`)));

CREATE TABLE `from_json` (
  `id` int NOT NULL,
  `j` json DEFAULT NULL,
  `a` int GENERATED ALWAYS AS (json_extract(`j`,_utf8mb4'$.a')) STORED,
  `b` varchar(9) GENERATED ALWAYS AS (json_unquote(json_extract(`j`,_utf8mb4'$.b'))) VIRTUAL NOT NULL,
  PRIMARY KEY (`id`),
  KEY `b` (`b`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `ft` (
  `id` int NOT NULL,
  `s` text,
  PRIMARY KEY (`id`),
  FULLTEXT KEY `f` (`s`) /*!50100 WITH PARSER `ngram` */ 
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `functional` (
  `id` int NOT NULL,
  `a` int DEFAULT NULL,
  `b` varchar(10) DEFAULT NULL,
  `j` json DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `g` ((lower(`b`))),
  KEY `f` (((`a` + 1))),
  KEY `mv` ((cast(json_extract(`j`,_utf8mb4'$.a') as unsigned array))),
  KEY `mixed` (`a`,(concat(`b`,_utf8mb4'x')) DESC)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `hidden_number` (
  `a` int DEFAULT NULL,
  `b` int NOT NULL /*!80023 INVISIBLE */
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `key_algorithm` (
  `a` int NOT NULL,
  PRIMARY KEY (`a`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci
/*!50100 PARTITION BY KEY */ /*!50611 ALGORITHM = 1 */ /*!50100 (a)
PARTITIONS 3 */;

CREATE TABLE `loose` (
  `id` int NOT NULL,
  `a` int DEFAULT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `off` CHECK ((`a` > 1)) /*!80016 NOT ENFORCED */,
  CONSTRAINT `pat` CHECK (regexp_like(concat(`a`,_utf8mb4''),_utf8mb4'^[0-9]+$'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `no_pad` (
  `id` int NOT NULL,
  `c` char(5) DEFAULT NULL,
  `v` varchar(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci DEFAULT NULL,
  `w` varchar(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_as_cs DEFAULT NULL,
  `x` varchar(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin DEFAULT NULL,
  `y` varchar(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_de_pb_0900_ai_ci DEFAULT NULL,
  `z` varchar(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_ja_0900_as_cs_ks DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `v` (`v`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `own_key` (
  `my_row_id` bigint unsigned NOT NULL AUTO_INCREMENT /*!80023 INVISIBLE */,
  `a` int DEFAULT NULL,
  PRIMARY KEY (`my_row_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `parted` (
  `id` int NOT NULL,
  `y` int NOT NULL,
  `s` text,
  PRIMARY KEY (`id`,`y`),
  KEY `p` (`s`(10)),
  KEY `d` (`y` DESC)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci
/*!50100 PARTITION BY RANGE (`y`)
(PARTITION p0 VALUES LESS THAN (2000) ENGINE = InnoDB,
 PARTITION p1 VALUES LESS THAN MAXVALUE ENGINE = InnoDB) */;

CREATE TABLE `placed` (
  `id` int NOT NULL,
  `g` geometry /*!80003 SRID 4326 */ DEFAULT NULL,
  `p` point NOT NULL /*!80003 SRID 0 */,
  PRIMARY KEY (`id`),
  SPATIAL KEY `sp` (`p`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE ALGORITHM=UNDEFINED DEFINER=`root`@`localhost` SQL SECURITY DEFINER VIEW `shop`.`seen` AS select `shop`.`no_pad`.`id` AS `id`,concat(`shop`.`no_pad`.`v`,_latin1'x') AS `s` from `shop`.`no_pad` where (`shop`.`no_pad`.`v` like ('a%' collate utf8mb4_0900_as_cs));

CREATE TABLE `stored_so` (
  `a` int NOT NULL /*!50606 STORAGE DISK */ /*!50606 COLUMN_FORMAT FIXED */,
  PRIMARY KEY (`a`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci COMPRESSION='zlib';

CREATE TABLE `unseen` (
  `a` int NOT NULL,
  `b` int DEFAULT NULL,
  PRIMARY KEY (`a`),
  UNIQUE KEY `u` (`b`) /*!80000 INVISIBLE */,
  KEY `k` (`b`) COMMENT 'x' /*!80000 INVISIBLE */
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `vectors` (
  `id` int NOT NULL,
  `v` vector(3) DEFAULT NULL,
  `w` vector(2048) DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

