DROP TABLE incr_statements;
DROP TABLE incr_drift;
DROP TABLE incr_tasks;
