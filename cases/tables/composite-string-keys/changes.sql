UPDATE t SET c=c+10; UPDATE t SET c=c-10; UPDATE t SET b=CONCAT(b,'z') WHERE b='a'; UPDATE t SET b='a' WHERE b='az'; UPDATE t SET a=UPPER(a) WHERE a='a'; UPDATE t SET a=LOWER(a) WHERE a='a' AND c=0;
