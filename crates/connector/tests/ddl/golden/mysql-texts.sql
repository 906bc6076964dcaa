-- from MySQL 9.7.4 to mariadb oceanbase
CREATE TABLE `binary_text` (
  `id` int NOT NULL,
  `a` varbinary(10) DEFAULT NULL,
  `b` blob,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `ci_key` (
  `k` varchar(8) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL,
  `s` varchar(8) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL,
  PRIMARY KEY (`k`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `kinds` (
  `id` int NOT NULL,
  `e` enum('b','a','0','A,b') CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL,
  `f` enum('x y','é','') NOT NULL DEFAULT 'é',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `many_members` (
  `id` int NOT NULL,
  `s` set('m01','m02','m03','m04','m05','m06','m07','m08','m09','m10','m11','m12','m13','m14','m15','m16','m17','m18','m19','m20','m21','m22','m23','m24','m25','m26','m27','m28','m29','m30','m31','m32','m33','m34','m35','m36','m37','m38','m39','m40','m41','m42','m43','m44','m45','m46','m47','m48','m49','m50','m51','m52','m53','m54','m55','m56','m57','m58','m59','m60','m61','m62','m63','m64') DEFAULT 'm01,m64',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `marks` (
  `id` int NOT NULL,
  `s` text,
  `t` varchar(40) DEFAULT 'it''s "q" \\ back\n' COMMENT 'it''s "q" \\ back\n; -- /* */ `x`',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `padded` (
  `id` binary(4) NOT NULL,
  `v` varbinary(6) DEFAULT NULL,
  `n` int DEFAULT NULL,
  `b` binary(3) DEFAULT 'a\0\0',
  `c` varbinary(9) DEFAULT 'x''\\',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `sizes` (
  `id` int NOT NULL,
  `a` tinytext,
  `b` text,
  `c` mediumtext,
  `d` longtext,
  `e` tinyblob,
  `f` blob,
  `g` mediumblob,
  `h` longblob,
  `i` char(0) DEFAULT NULL,
  `j` varchar(0) DEFAULT NULL,
  `k` varchar(16000) DEFAULT NULL,
  `l` mediumblob,
  `m` mediumtext,
  `n` text,
  `o` mediumblob,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

