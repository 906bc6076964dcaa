SELECT Id,Value FROM Mixed_Case ORDER BY Id;
