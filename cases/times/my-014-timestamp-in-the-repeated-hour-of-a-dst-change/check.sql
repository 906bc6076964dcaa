SET time_zone='+00:00'; SELECT id,UNIX_TIMESTAMP(ts),dt FROM t ORDER BY id;
