XA START '{database}.1'; INSERT INTO t VALUES (1,1); XA END '{database}.1'; XA PREPARE '{database}.1'; INSERT INTO t VALUES (3,0);
XA START '{database}.2'; INSERT INTO t VALUES (2,2); XA END '{database}.2'; XA PREPARE '{database}.2'; UPDATE t SET v=3 WHERE id=3; XA COMMIT '{database}.1'; XA ROLLBACK '{database}.2';
XA START '{database}.3'; UPDATE t SET v=v+10 WHERE id=1; XA END '{database}.3'; XA COMMIT '{database}.3' ONE PHASE; UPDATE t SET v=v-10 WHERE id=1;
