-- record_outcome: records a delivery's result. The delivery's claim is the fence. Index: the primary key.
-- ?1 job_id, ?2 claim_id, ?3 state, ?4 due_at or null, ?5 1 to advance one step in the schedule, ?6 1 for a try, ?7
-- now
UPDATE ix_callbacks
   SET state = ?3, claim_id = NULL, tries = tries + ?6, step = step + ?5, due_at = coalesce(?4, due_at),
       settled_at = CASE WHEN ?3 <> 'due' THEN ?7 END, body = CASE WHEN ?3 <> 'delivered' THEN body END
 WHERE job_id = ?1 AND claim_id = ?2 AND state = 'due'
RETURNING daemon_id, tries;
