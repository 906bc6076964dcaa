-- from MySQL 9.7.4 to mariadb oceanbase
CREATE TABLE `commented` (
  `a` int NOT NULL,
  `b` int DEFAULT NULL,
  PRIMARY KEY (`a`),
  KEY `k` (`b`) USING BTREE COMMENT 'it''s \\ "x"; --'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `computed_chain` (
  `a` int NOT NULL,
  `b` int GENERATED ALWAYS AS ((`a` + 1)) STORED,
  `c` int GENERATED ALWAYS AS ((`b` + 1)) VIRTUAL,
  PRIMARY KEY (`a`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `descending` (
  `a` int NOT NULL,
  `b` int DEFAULT NULL,
  PRIMARY KEY (`a`),
  KEY `d` (`b` DESC,`a`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `linear_key` (
  `a` int DEFAULT NULL,
  `b` int DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci
/*!50100 PARTITION BY LINEAR KEY (a)
PARTITIONS 4 */;

CREATE TABLE `linear_one` (
  `a` int DEFAULT NULL,
  `b` int DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci
/*!50100 PARTITION BY LINEAR HASH (`a`)
PARTITIONS 4 */;

CREATE TABLE `no_key_but_counter` (
  `a` int DEFAULT NULL,
  `id` int NOT NULL AUTO_INCREMENT,
  KEY `id` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `on_heap` (
  `a` int NOT NULL,
  `b` varchar(9) DEFAULT NULL,
  PRIMARY KEY (`a`)
) ENGINE=MEMORY DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `options_of_all_sorts` (
  `a` int NOT NULL,
  PRIMARY KEY (`a`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci MAX_ROWS=1000 AVG_ROW_LENGTH=50 STATS_PERSISTENT=1 STATS_SAMPLE_PAGES=7 ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8 COMMENT='o';

CREATE TABLE `other_engine` (
  `a` int NOT NULL,
  `b` varchar(9) DEFAULT NULL,
  PRIMARY KEY (`a`)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `places` (
  `id` int NOT NULL,
  `g` geometry NOT NULL,
  `p` point NOT NULL,
  `l` linestring DEFAULT NULL,
  `o` polygon DEFAULT NULL,
  `mp` multipoint DEFAULT NULL,
  `ml` multilinestring DEFAULT NULL,
  `mo` multipolygon DEFAULT NULL,
  `gc` geomcollection DEFAULT NULL,
  PRIMARY KEY (`id`),
  SPATIAL KEY `sp` (`p`),
  SPATIAL KEY `sg` (`g`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `remarks` (
  `a` int DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci
/*!50100 PARTITION BY RANGE (`a`)
(PARTITION p0 VALUES LESS THAN (10) MAX_ROWS = 5 COMMENT = 'it\'s' ENGINE = InnoDB,
 PARTITION p1 VALUES LESS THAN MAXVALUE COMMENT = '*/ x' ENGINE = InnoDB) */;

CREATE TABLE `text_key` (
  `a` text NOT NULL,
  `b` blob,
  PRIMARY KEY (`a`(20)),
  UNIQUE KEY `u` (`b`(30)),
  KEY `k` (`b`(10))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `words` (
  `id` int NOT NULL,
  `s` text,
  `v` varchar(50) DEFAULT NULL,
  PRIMARY KEY (`id`),
  FULLTEXT KEY `f` (`s`),
  FULLTEXT KEY `g` (`s`,`v`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

