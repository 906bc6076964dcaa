-- from MySQL 9.7.4 to mariadb oceanbase
CREATE ALGORITHM=UNDEFINED DEFINER=`root`@`localhost` SQL SECURITY DEFINER VIEW `shop`.`a_second` AS select `shop`.`v_one`.`id` AS `id`,count(0) AS `k` from (`shop`.`v_one` left join `shop`.`self` `s` on((`s`.`id` = `shop`.`v_one`.`id`))) group by `shop`.`v_one`.`id`;

CREATE TABLE `c` (
  `id` int NOT NULL,
  `pid` int DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `fk_c` (`pid`),
  CONSTRAINT `fk_c` FOREIGN KEY (`pid`) REFERENCES `p` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `checked` (
  `id` int NOT NULL,
  `a` int DEFAULT NULL,
  `b` varchar(9) DEFAULT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `c_b` CHECK (((`b` <> _utf8mb4'it\'s') and ((`a` < 10) or (`b` in (_utf8mb4'x',_utf8mb4'y'))))),
  CONSTRAINT `checked_chk_1` CHECK ((`a` > 0)),
  CONSTRAINT `checked_chk_2` CHECK ((`a` <> 7))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE ALGORITHM=UNDEFINED DEFINER=`root`@`localhost` SQL SECURITY DEFINER VIEW `shop`.`limited` (`x`) AS select `shop`.`checked`.`id` AS `id` from `shop`.`checked` where (`shop`.`checked`.`a` > 3) WITH CASCADED CHECK OPTION;

CREATE TABLE `n` (
  `id` int NOT NULL,
  `pid` int DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `pid` (`pid`),
  CONSTRAINT `n_ibfk_1` FOREIGN KEY (`pid`) REFERENCES `p` (`id`) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `p` (
  `id` int NOT NULL,
  `u` int DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `pu` (`u`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `self` (
  `id` int NOT NULL,
  `up` int DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `the ``mark` (`up`),
  CONSTRAINT `the ``mark` FOREIGN KEY (`up`) REFERENCES `self` (`id`) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE ALGORITHM=UNDEFINED DEFINER=`root`@`localhost` SQL SECURITY DEFINER VIEW `shop`.`v_one` AS select `shop`.`c`.`id` AS `id`,`shop`.`c`.`pid` AS `pid`,'it\'s' AS `q``x`,`shop`.`p`.`u` AS `u` from (`shop`.`c` join `shop`.`p` on((`shop`.`p`.`id` = `shop`.`c`.`pid`))) where (`shop`.`c`.`id` > (select min(`shop`.`n`.`id`) from `shop`.`n`));

