-- find_stretch: returns the last rowid of a range of at most ?2 jobs, and the number of jobs in the range. Index: the
-- rowid.
-- ?1 the rowid before the range, ?2 limit
SELECT max(position) AS last, count(*) AS jobs FROM (SELECT rowid AS position FROM ix_jobs WHERE rowid > ?1 ORDER BY rowid LIMIT ?2);
