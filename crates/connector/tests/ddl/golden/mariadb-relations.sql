-- from MariaDB 10.11.18 to mysql oceanbase
CREATE ALGORITHM=UNDEFINED DEFINER=`root`@`localhost` SQL SECURITY DEFINER VIEW `shop`.`a_second` AS select `v_one`.`id` AS `id`,count(0) AS `k` from (`shop`.`v_one` left join `shop`.`self` `s` on(`s`.`id` = `v_one`.`id`)) group by `v_one`.`id`;

CREATE TABLE `c` (
  `id` int(11) NOT NULL,
  `pid` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `fk_c` (`pid`),
  CONSTRAINT `fk_c` FOREIGN KEY (`pid`) REFERENCES `p` (`id`) ON DELETE CASCADE ON UPDATE CASCADE
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `checked` (
  `id` int(11) NOT NULL,
  `a` int(11) DEFAULT NULL CHECK (`a` > 0),
  `b` varchar(9) DEFAULT NULL,
  PRIMARY KEY (`id`),
  CONSTRAINT `c_b` CHECK (`b` <> 'it\'s' and (`a` < 10 or `b` in ('x','y'))),
  CONSTRAINT `CONSTRAINT_1` CHECK (`a` <> 7)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE ALGORITHM=UNDEFINED DEFINER=`root`@`localhost` SQL SECURITY DEFINER VIEW `shop`.`limited` AS select `shop`.`checked`.`id` AS `x` from `shop`.`checked` where `shop`.`checked`.`a` > 3 WITH CASCADED CHECK OPTION;

CREATE TABLE `n` (
  `id` int(11) NOT NULL,
  `pid` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `pid` (`pid`),
  CONSTRAINT `n_ibfk_1` FOREIGN KEY (`pid`) REFERENCES `p` (`id`) ON DELETE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `p` (
  `id` int(11) NOT NULL,
  `u` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `pu` (`u`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE `self` (
  `id` int(11) NOT NULL,
  `up` int(11) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `the ``mark` (`up`),
  CONSTRAINT `the `mark` FOREIGN KEY (`up`) REFERENCES `self` (`id`) ON UPDATE NO ACTION
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE ALGORITHM=UNDEFINED DEFINER=`root`@`localhost` SQL SECURITY DEFINER VIEW `shop`.`v_one` AS select `shop`.`c`.`id` AS `id`,`shop`.`c`.`pid` AS `pid`,'it\'s' AS `q``x`,`shop`.`p`.`u` AS `u` from (`shop`.`c` join `shop`.`p` on(`shop`.`p`.`id` = `shop`.`c`.`pid`)) where `shop`.`c`.`id` > (select min(`shop`.`n`.`id`) from `shop`.`n`);

