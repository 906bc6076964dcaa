-- from OceanBase 4.3.5.3 to mysql mariadb
CREATE TABLE `by_hash` (
  `a` int(11) NOT NULL,
  `b` int(11) DEFAULT NULL,
  PRIMARY KEY (`a`)
) ORGANIZATION INDEX DEFAULT CHARSET = utf8mb4 ROW_FORMAT = DYNAMIC COMPRESSION = 'zstd_1.3.8' BLOCK_SIZE = 16384 TABLET_SIZE = 134217728 PCTFREE = 0
 partition by hash(a)
(partition `p0`,
partition `p1`,
partition `p2`,
partition `p3`,
partition `p4`,
partition `p5`,
partition `p6`);

CREATE TABLE `by_hash_of` (
  `d` date DEFAULT NULL
) ORGANIZATION INDEX DEFAULT CHARSET = utf8mb4 ROW_FORMAT = DYNAMIC COMPRESSION = 'zstd_1.3.8' BLOCK_SIZE = 16384 TABLET_SIZE = 134217728 PCTFREE = 0
 partition by hash(year(d))
(partition `p0`,
partition `p1`,
partition `p2`);

CREATE TABLE `by_key` (
  `a` int(11) NOT NULL,
  `b` varchar(9) NOT NULL,
  PRIMARY KEY (`a`, `b`)
) ORGANIZATION INDEX DEFAULT CHARSET = utf8mb4 ROW_FORMAT = DYNAMIC COMPRESSION = 'zstd_1.3.8' BLOCK_SIZE = 16384 TABLET_SIZE = 134217728 PCTFREE = 0
 partition by key(b)
(partition `p0`,
partition `p1`,
partition `p2`);

CREATE TABLE `by_list` (
  `a` int(11) DEFAULT NULL,
  `b` int(11) DEFAULT NULL
) ORGANIZATION INDEX DEFAULT CHARSET = utf8mb4 ROW_FORMAT = DYNAMIC COMPRESSION = 'zstd_1.3.8' BLOCK_SIZE = 16384 TABLET_SIZE = 134217728 PCTFREE = 0
 partition by list(a)
(partition `p0` values in (NULL,1,2),
partition `p1` values in (3));

CREATE TABLE `by_list_columns` (
  `a` varchar(5) NOT NULL,
  `b` int(11) NOT NULL,
  PRIMARY KEY (`a`)
) ORGANIZATION INDEX DEFAULT CHARSET = utf8mb4 ROW_FORMAT = DYNAMIC COMPRESSION = 'zstd_1.3.8' BLOCK_SIZE = 16384 TABLET_SIZE = 134217728 PCTFREE = 0
 partition by list columns(a)
(partition `p0` values in ('a','b'),
partition `p1` values in ('c'));

CREATE TABLE `by_moment` (
  `ts` timestamp NOT NULL,
  `v` int(11) DEFAULT NULL
) ORGANIZATION INDEX DEFAULT CHARSET = utf8mb4 ROW_FORMAT = DYNAMIC COMPRESSION = 'zstd_1.3.8' BLOCK_SIZE = 16384 TABLET_SIZE = 134217728 PCTFREE = 0
 partition by range(UNIX_TIMESTAMP(ts))
(partition `p0` values less than (1600000000),
partition `p1` values less than (MAXVALUE));

CREATE TABLE `by_own_key` (
  `a` int(11) NOT NULL,
  PRIMARY KEY (`a`)
) ORGANIZATION INDEX DEFAULT CHARSET = utf8mb4 ROW_FORMAT = DYNAMIC COMPRESSION = 'zstd_1.3.8' BLOCK_SIZE = 16384 TABLET_SIZE = 134217728 PCTFREE = 0
 partition by key()
(partition `p0`,
partition `p1`,
partition `p2`);

CREATE TABLE `by_range` (
  `id` int(11) NOT NULL,
  `y` int(11) NOT NULL,
  `s` varchar(9) DEFAULT NULL,
  PRIMARY KEY (`id`, `y`)
) ORGANIZATION INDEX DEFAULT CHARSET = utf8mb4 ROW_FORMAT = DYNAMIC COMPRESSION = 'zstd_1.3.8' BLOCK_SIZE = 16384 TABLET_SIZE = 134217728 PCTFREE = 0
 partition by range(y)
(partition `p0` values less than (2000),
partition `p`1` values less than (MAXVALUE));

CREATE TABLE `by_range_columns` (
  `d` date DEFAULT NULL,
  `t` varchar(9) DEFAULT NULL,
  `n` int(11) DEFAULT NULL
) ORGANIZATION INDEX DEFAULT CHARSET = utf8mb4 ROW_FORMAT = DYNAMIC COMPRESSION = 'zstd_1.3.8' BLOCK_SIZE = 16384 TABLET_SIZE = 134217728 PCTFREE = 0
 partition by range columns(d, t)
(partition `p0` values less than ('2020-01-01','it's'),
partition `p1` values less than (MAXVALUE,MAXVALUE));

CREATE TABLE `in_two_ways` (
  `a` int(11) DEFAULT NULL,
  `b` date DEFAULT NULL
) ORGANIZATION INDEX DEFAULT CHARSET = utf8mb4 ROW_FORMAT = DYNAMIC COMPRESSION = 'zstd_1.3.8' BLOCK_SIZE = 16384 TABLET_SIZE = 134217728 PCTFREE = 0
 partition by range columns(b) subpartition by key(a) subpartition template (
subpartition `p0`,
subpartition `p1`)
(partition `p0` values less than ('2020-01-01'),
partition `p1` values less than (MAXVALUE));

CREATE TABLE `named_subs` (
  `a` int(11) NOT NULL,
  `b` int(11) NOT NULL,
  UNIQUE KEY `ab` (`a`, `b`) BLOCK_SIZE 16384 LOCAL
) ORGANIZATION INDEX DEFAULT CHARSET = utf8mb4 ROW_FORMAT = DYNAMIC COMPRESSION = 'zstd_1.3.8' BLOCK_SIZE = 16384 TABLET_SIZE = 134217728 PCTFREE = 0
 partition by range(a) subpartition by hash(b)
(partition `p0` values less than (10) (
subpartition `s0`,
subpartition `s1`),
partition `p1` values less than (20) (
subpartition `s2`,
subpartition `s3`));

