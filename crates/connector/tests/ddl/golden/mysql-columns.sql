-- from MySQL 9.7.4 to mariadb oceanbase
CREATE TABLE `$$t$` (
  `id` int NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff1234` (
  `v` int DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `computed` (
  `id` int NOT NULL,
  `a` int DEFAULT NULL,
  `b` int DEFAULT NULL,
  `s` int GENERATED ALWAYS AS ((`a` + `b`)) STORED,
  `v` varchar(20) GENERATED ALWAYS AS (concat(`a`,_utf8mb4'-',`b`)) VIRTUAL,
  `q` varchar(20) GENERATED ALWAYS AS (concat(`b`,_utf8mb4'x\'y\\')) STORED COMMENT 'c',
  PRIMARY KEY (`id`),
  UNIQUE KEY `s` (`s`),
  KEY `v` (`v`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `db.tab` (
  `id` int NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci COMMENT='a ''table'' \\ `of` "marks"; -- x /* y */';

CREATE TABLE `keyless` (
  `f` float DEFAULT NULL,
  `d` double DEFAULT NULL,
  `s` longtext,
  `n` int DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `maybe_unique` (
  `u` int DEFAULT NULL,
  `v` int DEFAULT NULL,
  UNIQUE KEY `u` (`u`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `nothing_but_json` (
  `id` int NOT NULL,
  `j` json DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `select` (
  `a``b` int NOT NULL,
  `x.y` int DEFAULT NULL,
  `space col` int DEFAULT NULL,
  `back\slash` int DEFAULT NULL,
  `1` int DEFAULT NULL,
  `key` int DEFAULT NULL,
  `;` int DEFAULT NULL,
  `--` int DEFAULT NULL,
  `/*` int DEFAULT NULL,
  `"` int DEFAULT NULL,
  `'` int DEFAULT NULL,
  PRIMARY KEY (`a``b`),
  KEY `i``x` (`x.y`,`'`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `unique_not_null` (
  `u` int NOT NULL,
  `v` varchar(5) DEFAULT NULL,
  UNIQUE KEY `u` (`u`),
  UNIQUE KEY `v` (`v`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `uniques` (
  `id` int NOT NULL,
  `u` varchar(5) DEFAULT NULL,
  `v` int DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `u` (`u`),
  UNIQUE KEY `two` (`v`,`u`),
  KEY `pre` (`u`(2)),
  KEY `same` (`v`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `表` (
  `列` int NOT NULL COMMENT '注释',
  `ü` varchar(3) DEFAULT '漢',
  PRIMARY KEY (`列`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

