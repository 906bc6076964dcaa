SET time_zone='+00:00'; SELECT id,v,u FROM t;
