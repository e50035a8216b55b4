-- count_refused_writes: counts all writes of foreign code that a guard skipped.
SELECT count(*) AS refused FROM ix_refused_writes;
