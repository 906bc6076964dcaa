-- from MySQL 9.7.4 to mariadb oceanbase
CREATE TABLE `durations` (
  `id` int NOT NULL,
  `a` time DEFAULT NULL,
  `b` time(6) DEFAULT NULL,
  `c` time(3) DEFAULT '-12:34:56.789',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `moments` (
  `id` int NOT NULL,
  `ts` timestamp(3) NULL DEFAULT NULL,
  `dt` datetime DEFAULT NULL,
  `y` year DEFAULT '2001',
  `d` date DEFAULT '2020-02-29',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `old_defaults` (
  `id` int NOT NULL,
  `a` timestamp NOT NULL DEFAULT '2000-01-01 00:00:00',
  `b` timestamp NULL DEFAULT NULL,
  `c` datetime DEFAULT CURRENT_TIMESTAMP,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `touched` (
  `id` int NOT NULL,
  `v` int DEFAULT NULL,
  `u` timestamp(6) NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  `w` datetime(2) NOT NULL DEFAULT CURRENT_TIMESTAMP(2),
  `x` datetime DEFAULT NULL ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `zeros` (
  `id` int NOT NULL,
  `d` date NOT NULL DEFAULT '0000-00-00',
  `dt` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

