-- count_refused_writes: counts all writes of foreign code that a guard skipped, those whose rows are pruned by now included.
-- Index: the primary key.
SELECT coalesce(max(refusal_id), 0) AS refused FROM ix_refused_writes;
