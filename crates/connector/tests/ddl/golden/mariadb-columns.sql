-- from MariaDB 10.11.18 to mysql oceanbase
CREATE TABLE `$$t$` (
  `id` int(11) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff1234` (
  `v` int(11) DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `computed` (
  `id` int(11) NOT NULL,
  `a` int(11) DEFAULT NULL,
  `b` int(11) DEFAULT NULL,
  `s` int(11) GENERATED ALWAYS AS (`a` + `b`) STORED,
  `v` varchar(20) GENERATED ALWAYS AS (concat(`a`,'-',`b`)) VIRTUAL,
  `q` varchar(20) GENERATED ALWAYS AS (concat(`b`,'x\'y\\')) STORED COMMENT 'c',
  PRIMARY KEY (`id`),
  UNIQUE KEY `s` (`s`),
  KEY `v` (`v`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `db.tab` (
  `id` int(11) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci COMMENT='a ''table'' \\ `of` "marks"; -- x /* y */';

CREATE TABLE `keyless` (
  `f` float DEFAULT NULL,
  `d` double DEFAULT NULL,
  `s` longtext DEFAULT NULL,
  `n` int(11) DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `maybe_unique` (
  `u` int(11) DEFAULT NULL,
  `v` int(11) DEFAULT NULL,
  UNIQUE KEY `u` (`u`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `nothing_but_json` (
  `id` int(11) NOT NULL,
  `j` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL CHECK (json_valid(`j`)),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `select` (
  `a``b` int(11) NOT NULL,
  `x.y` int(11) DEFAULT NULL,
  `space col` int(11) DEFAULT NULL,
  `back\slash` int(11) DEFAULT NULL,
  `1` int(11) DEFAULT NULL,
  `key` int(11) DEFAULT NULL,
  `;` int(11) DEFAULT NULL,
  `--` int(11) DEFAULT NULL,
  `/*` int(11) DEFAULT NULL,
  `"` int(11) DEFAULT NULL,
  `'` int(11) DEFAULT NULL,
  PRIMARY KEY (`a``b`),
  KEY `i``x` (`x.y`,`'`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `unique_not_null` (
  `u` int(11) NOT NULL,
  `v` varchar(5) DEFAULT NULL,
  UNIQUE KEY `u` (`u`),
  UNIQUE KEY `v` (`v`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `uniques` (
  `id` int(11) NOT NULL,
  `u` varchar(5) DEFAULT NULL,
  `v` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `u` (`u`),
  UNIQUE KEY `two` (`v`,`u`),
  KEY `pre` (`u`(2)),
  KEY `same` (`v`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `表` (
  `列` int(11) NOT NULL COMMENT '注释',
  `ü` varchar(3) DEFAULT '漢',
  PRIMARY KEY (`列`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

