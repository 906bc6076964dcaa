CREATE TABLE Mixed_Case(Id INT PRIMARY KEY, Value INT, KEY By_Value(Value));
INSERT INTO Mixed_Case VALUES (1,2),(3,4);
