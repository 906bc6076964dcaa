SET time_zone='+00:00'; UPDATE t SET v=2,u=u WHERE id=1;
