SELECT id,pid FROM c; SELECT id,pid FROM n;
