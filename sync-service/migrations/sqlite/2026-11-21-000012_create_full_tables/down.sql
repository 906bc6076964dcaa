DROP TABLE full_conflicts;
DROP TABLE full_ranges;
DROP TABLE full_tables;
