-- from MariaDB 11.8.2 to mysql mariadb oceanbase
CREATE TABLE `newest` (
  `id` uuid NOT NULL DEFAULT uuid(),
  `v` vector(3) NOT NULL,
  `name` varchar(20) DEFAULT NULL,
  `x` xmltype DEFAULT NULL,
  `n` int(11) NOT NULL DEFAULT nextval(`shop`.`numbers`),
  PRIMARY KEY (`id`),
  UNIQUE KEY `name` (`name`),
  VECTOR KEY `v` (`v`) `DISTANCE`=cosine
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci `encrypted`=yes;

