DROP TABLE incr_drift;
DROP TABLE incr_tasks;
