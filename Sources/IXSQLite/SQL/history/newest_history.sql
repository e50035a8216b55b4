-- newest_history: returns the start of a step's newest bucket. Index: the primary key.
-- ?1 step in seconds
SELECT max(bucket) AS bucket FROM ix_history WHERE step = ?1;
