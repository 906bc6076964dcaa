ALTER TABLE stores DROP COLUMN capture;
