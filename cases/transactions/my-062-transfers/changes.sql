BEGIN; UPDATE acc SET bal=bal-100 WHERE id=1; UPDATE acc SET bal=bal+100 WHERE id=2; COMMIT;
BEGIN; UPDATE acc SET bal=bal-7 WHERE id=2; UPDATE acc SET bal=bal+7 WHERE id=1; COMMIT;
BEGIN; UPDATE acc SET bal=bal-33 WHERE id=2; UPDATE acc SET bal=bal+33 WHERE id=1; COMMIT;
BEGIN; UPDATE acc SET bal=bal-50 WHERE id=1; UPDATE acc SET bal=bal+50 WHERE id=2; COMMIT;
