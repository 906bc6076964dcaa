-- By what the source knows what a store put in place there: no two stores have the same, of whatever
-- installation, and one that is made anew under an id has another.
ALTER TABLE stores ADD COLUMN capture TEXT NOT NULL DEFAULT '';
UPDATE stores SET capture = substr(md5(random()::text || id), 1, 24);
