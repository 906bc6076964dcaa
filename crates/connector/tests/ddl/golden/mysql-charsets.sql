-- from MySQL 9.7.4 to mariadb oceanbase
CREATE TABLE `asian` (
  `a` char(5) CHARACTER SET gbk COLLATE gbk_chinese_ci DEFAULT NULL,
  `b` varchar(5) CHARACTER SET sjis COLLATE sjis_japanese_ci DEFAULT NULL,
  `c` varchar(5) CHARACTER SET big5 COLLATE big5_chinese_ci DEFAULT NULL,
  `d` text CHARACTER SET euckr COLLATE euckr_korean_ci,
  `e` mediumtext CHARACTER SET ujis COLLATE ujis_japanese_ci,
  `f` char(3) CHARACTER SET gb2312 COLLATE gb2312_chinese_ci DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `collations` (
  `a` varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci DEFAULT NULL,
  `b` varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_520_ci DEFAULT NULL,
  `c` varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_german2_ci DEFAULT NULL,
  `d` varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL,
  `e` varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_swedish_ci DEFAULT NULL,
  UNIQUE KEY `c` (`c`),
  UNIQUE KEY `d` (`d`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `latin` (
  `id` int NOT NULL,
  `s` varchar(20) CHARACTER SET latin1 COLLATE latin1_swedish_ci DEFAULT NULL COMMENT 'é',
  `t` text CHARACTER SET latin1 COLLATE latin1_german2_ci,
  `e` enum('é','ü') CHARACTER SET latin1 COLLATE latin1_swedish_ci DEFAULT NULL,
  `d` varchar(9) CHARACTER SET latin1 COLLATE latin1_swedish_ci DEFAULT 'é',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `long_latin_key` (
  `a` varchar(3000) CHARACTER SET latin1 COLLATE latin1_swedish_ci DEFAULT NULL,
  KEY `k` (`a`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `others` (
  `a` char(5) CHARACTER SET cp1251 COLLATE cp1251_general_ci DEFAULT NULL,
  `b` char(5) CHARACTER SET koi8r COLLATE koi8r_general_ci DEFAULT NULL,
  `c` char(5) CHARACTER SET greek COLLATE greek_general_ci DEFAULT NULL,
  `d` char(5) CHARACTER SET hebrew COLLATE hebrew_general_ci DEFAULT NULL,
  `e` char(5) CHARACTER SET tis620 COLLATE tis620_thai_ci DEFAULT NULL,
  `f` char(5) CHARACTER SET ascii COLLATE ascii_general_ci DEFAULT NULL,
  `g` char(5) CHARACTER SET swe7 COLLATE swe7_swedish_ci DEFAULT NULL,
  `h` char(5) CHARACTER SET cp932 COLLATE cp932_japanese_ci DEFAULT NULL,
  `i` char(5) CHARACTER SET latin7 COLLATE latin7_general_cs DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

CREATE TABLE `whole_latin` (
  `s` varchar(20) COLLATE latin1_bin NOT NULL,
  `t` tinytext COLLATE latin1_bin,
  `u` varchar(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci DEFAULT NULL,
  PRIMARY KEY (`s`)
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_bin;

CREATE TABLE `wide` (
  `a` char(5) CHARACTER SET utf16 COLLATE utf16_general_ci DEFAULT NULL,
  `b` varchar(5) CHARACTER SET utf32 COLLATE utf32_general_ci DEFAULT NULL,
  `c` varchar(5) CHARACTER SET ucs2 COLLATE ucs2_general_ci DEFAULT NULL,
  `d` varchar(5) CHARACTER SET utf16le COLLATE utf16le_general_ci DEFAULT NULL,
  `e` char(4) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci DEFAULT NULL,
  `f` varchar(9) CHARACTER SET utf8mb3 COLLATE utf8mb3_general_ci DEFAULT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;

