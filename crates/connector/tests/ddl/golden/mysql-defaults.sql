-- from MySQL 9.7.4 to mariadb oceanbase
CREATE TABLE `binary_defaults` (
  `id` int NOT NULL,
  `a` varbinary(10) DEFAULT 0x00FF,
  `b` binary(4) DEFAULT 'ab\0\0',
  `c` binary(2) DEFAULT 0xFFFE,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `computed_defaults` (
  `id` int NOT NULL,
  `a` varchar(20) DEFAULT (upper(_utf8mb4'ab')),
  `b` int DEFAULT ((1 + 1)),
  `c` date DEFAULT (curdate()),
  `d` varchar(36) DEFAULT (uuid()),
  `e` int DEFAULT ((`b` + 1)),
  `f` datetime DEFAULT ((now() + interval 1 day)),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `hidden_columns` (
  `a` int DEFAULT NULL,
  `h` int DEFAULT '7' /*!80023 INVISIBLE */,
  `i` int NOT NULL DEFAULT '1' /*!80023 INVISIBLE */ COMMENT 'x'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `large_defaults` (
  `id` int NOT NULL,
  `a` text DEFAULT (_utf8mb4'x\'y'),
  `b` json DEFAULT (json_object(_utf8mb4'a',1)),
  `c` blob DEFAULT (_utf8mb4'z'),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

