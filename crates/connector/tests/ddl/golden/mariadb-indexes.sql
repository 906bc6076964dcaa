-- from MariaDB 10.11.18 to mysql oceanbase
CREATE TABLE `commented` (
  `a` int(11) NOT NULL,
  `b` int(11) DEFAULT NULL,
  PRIMARY KEY (`a`),
  KEY `k` (`b`) USING BTREE COMMENT 'it''s \\ "x"; --'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `computed_chain` (
  `a` int(11) NOT NULL,
  `b` int(11) GENERATED ALWAYS AS (`a` + 1) STORED,
  `c` int(11) GENERATED ALWAYS AS (`b` + 1) VIRTUAL,
  PRIMARY KEY (`a`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `descending` (
  `a` int(11) NOT NULL,
  `b` int(11) DEFAULT NULL,
  PRIMARY KEY (`a`),
  KEY `d` (`b` DESC,`a`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `linear_key` (
  `a` int(11) DEFAULT NULL,
  `b` int(11) DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci
 PARTITION BY LINEAR KEY (`a`)
PARTITIONS 4;

CREATE TABLE `linear_one` (
  `a` int(11) DEFAULT NULL,
  `b` int(11) DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci
 PARTITION BY LINEAR HASH (`a`)
PARTITIONS 4;

CREATE TABLE `no_key_but_counter` (
  `a` int(11) DEFAULT NULL,
  `id` int(11) NOT NULL AUTO_INCREMENT,
  KEY `id` (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `on_heap` (
  `a` int(11) NOT NULL,
  `b` varchar(9) DEFAULT NULL,
  PRIMARY KEY (`a`)
) ENGINE=MEMORY DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `options_of_all_sorts` (
  `a` int(11) NOT NULL,
  PRIMARY KEY (`a`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci MAX_ROWS=1000 AVG_ROW_LENGTH=50 STATS_PERSISTENT=1 STATS_SAMPLE_PAGES=7 ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=8 COMMENT='o';

CREATE TABLE `other_engine` (
  `a` int(11) NOT NULL,
  `b` varchar(9) DEFAULT NULL,
  PRIMARY KEY (`a`)
) ENGINE=MyISAM DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `places` (
  `id` int(11) NOT NULL,
  `g` geometry NOT NULL,
  `p` point NOT NULL,
  `l` linestring DEFAULT NULL,
  `o` polygon DEFAULT NULL,
  `mp` multipoint DEFAULT NULL,
  `ml` multilinestring DEFAULT NULL,
  `mo` multipolygon DEFAULT NULL,
  `gc` geometrycollection DEFAULT NULL,
  PRIMARY KEY (`id`),
  SPATIAL KEY `sp` (`p`),
  SPATIAL KEY `sg` (`g`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `remarks` (
  `a` int(11) DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci
 PARTITION BY RANGE (`a`)
(PARTITION `p0` VALUES LESS THAN (10) MAX_ROWS = 5 COMMENT = 'it\'s' ENGINE = InnoDB,
 PARTITION `p1` VALUES LESS THAN MAXVALUE COMMENT = '*/ x' ENGINE = InnoDB);

CREATE TABLE `text_key` (
  `a` text NOT NULL,
  `b` blob DEFAULT NULL,
  PRIMARY KEY (`a`(20)),
  UNIQUE KEY `u` (`b`(30)),
  KEY `k` (`b`(10))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `words` (
  `id` int(11) NOT NULL,
  `s` text DEFAULT NULL,
  `v` varchar(50) DEFAULT NULL,
  PRIMARY KEY (`id`),
  FULLTEXT KEY `f` (`s`),
  FULLTEXT KEY `g` (`s`,`v`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

