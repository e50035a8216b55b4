-- count_refused_writes: writes of foreign code that a guard skipped, ever.
SELECT count(*) FROM ix_refused_writes;
