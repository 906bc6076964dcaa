SELECT w FROM a; SELECT one,two FROM m; SELECT COUNT(*) FROM nothing;
