-- prune_refused_writes: deletes the oldest refused writes that are past their time, or behind 100,000 newer ones. The newest
-- stays, because its id is the count of all. Index: the primary key; the oldest have the lowest ids.
-- ?1 the latest time of a deleted row, ?2 limit
DELETE FROM ix_refused_writes
 WHERE refusal_id IN (SELECT refusal_id FROM ix_refused_writes ORDER BY refusal_id LIMIT ?2)
   AND (refused_at < ?1 OR refusal_id <= (SELECT max(refusal_id) FROM ix_refused_writes) - 100000)
   AND refusal_id < (SELECT max(refusal_id) FROM ix_refused_writes)
RETURNING refusal_id;
