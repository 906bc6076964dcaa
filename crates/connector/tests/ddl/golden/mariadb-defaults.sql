-- from MariaDB 10.11.18 to mysql oceanbase
CREATE TABLE `computed_defaults` (
  `id` int(11) NOT NULL,
  `a` varchar(20) DEFAULT ucase('ab'),
  `b` int(11) DEFAULT (1 + 1),
  `c` date DEFAULT curdate(),
  `d` varchar(36) DEFAULT uuid(),
  `e` int(11) DEFAULT (`b` + 1),
  `f` datetime DEFAULT (current_timestamp() + interval 1 day),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `hidden_columns` (
  `a` int(11) DEFAULT NULL,
  `h` int(11) INVISIBLE DEFAULT 7,
  `i` int(11) NOT NULL INVISIBLE DEFAULT 1 COMMENT 'x'
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `large_defaults` (
  `id` int(11) NOT NULL,
  `a` text DEFAULT 'x\'y',
  `b` longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT json_object('a',1) CHECK (json_valid(`b`)),
  `c` blob DEFAULT 'z',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

