-- find_stretch: where a stretch of so many jobs ends, and how many there are. Index: the rowid.
-- ?1 rowid behind which it begins, ?2 limit
SELECT max(place) AS last, count(*) AS jobs FROM (SELECT rowid AS place FROM ix_jobs WHERE rowid > ?1 ORDER BY rowid LIMIT ?2);
