UPDATE Mixed_Case SET Value=Value+1; UPDATE Mixed_Case SET Value=Value-1; DELETE FROM Mixed_Case WHERE Id=3; INSERT INTO Mixed_Case VALUES (3,4);
