-- from MySQL 8.4.2 to mysql-5.7 oceanbase-4.2
CREATE TABLE `everything` (
  `id` bigint unsigned NOT NULL AUTO_INCREMENT,
  `e` varchar(36) DEFAULT (uuid()),
  `h` int DEFAULT '1' /*!80023 INVISIBLE */,
  `g` point NOT NULL /*!80003 SRID 4326 */,
  `u` varchar(9) COLLATE utf8mb4_0900_as_cs DEFAULT NULL,
  `t` varchar(9) CHARACTER SET utf16le COLLATE utf16le_general_ci DEFAULT NULL,
  `attr` int /*!50606 STORAGE DISK */ /*!50606 COLUMN_FORMAT FIXED */ DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `u` (`u`),
  KEY `f` ((lower(`u`))),
  KEY `d` (`e` DESC),
  KEY `i` (`h`) /*!80000 INVISIBLE */,
  SPATIAL KEY `g` (`g`),
  CONSTRAINT `fk` FOREIGN KEY (`id`) REFERENCES `other`.`parent` (`id`) ON DELETE CASCADE,
  CONSTRAINT `c` CHECK ((`h` > 0)) /*!80016 NOT ENFORCED */
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci /*!80016 ENCRYPTION='N' */ SECONDARY_ENGINE=RAPID;

