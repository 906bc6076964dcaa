-- from MariaDB 10.11.18 to mysql oceanbase
CREATE TABLE `durations` (
  `id` int(11) NOT NULL,
  `a` time DEFAULT NULL,
  `b` time(6) DEFAULT NULL,
  `c` time(3) DEFAULT '-12:34:56.789',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `moments` (
  `id` int(11) NOT NULL,
  `ts` timestamp(3) NULL DEFAULT NULL,
  `dt` datetime DEFAULT NULL,
  `y` year(4) DEFAULT 2001,
  `d` date DEFAULT '2020-02-29',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `old_defaults` (
  `id` int(11) NOT NULL,
  `a` timestamp NOT NULL DEFAULT '2000-01-01 00:00:00',
  `b` timestamp NULL DEFAULT NULL,
  `c` datetime DEFAULT current_timestamp(),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `touched` (
  `id` int(11) NOT NULL,
  `v` int(11) DEFAULT NULL,
  `u` timestamp(6) NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
  `w` datetime(2) NOT NULL DEFAULT current_timestamp(2),
  `x` datetime DEFAULT NULL ON UPDATE current_timestamp(),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `zeros` (
  `id` int(11) NOT NULL,
  `d` date NOT NULL DEFAULT '0000-00-00',
  `dt` datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

