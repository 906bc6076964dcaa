DROP TABLE hidden_parts;
DROP TABLE deferred_statements;
DROP TABLE schema_objects;
