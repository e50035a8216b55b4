-- mark_done: writes the response of the attempt that holds the job, and sets done if the response's error is null,
-- otherwise error. A job cancelled meanwhile ends as cancelled, regardless of the response.
-- The fence (status, attempts, claim_id) refuses every write but the newest claim's. Index: the primary key. COLLATE "C",
-- which changes nothing else, keeps the planner from an index on status which an adopted table may have: that index looks
-- empty in the statistics, and every job would read the dead entries which an old snapshot or a late vacuum keeps in it.
-- A job whose end has effects beside its row ends only together with after_end, in one transaction.
-- $1 job_id, $2 attempts, $3 claim_id, $4 response, $5 true when after_end follows in this transaction
UPDATE ix_jobs AS j
   SET status = CASE WHEN cancel_requested_at IS NULL AND $4::jsonb ->> 'error' IS NULL THEN 'done' ELSE 'error' END,
       response = CASE WHEN cancel_requested_at IS NULL THEN $4::jsonb
                       ELSE ix_error(j, 'cancelled', 'cancelled while it ran') END,
       finished_at = now(), finished_claim = claim_id
 WHERE job_id = $1::uuid AND status = 'running' COLLATE "C" AND attempts = $2::integer AND claim_id = $3::uuid
   AND (NOT ix_has_followers(j) OR $5::boolean)
RETURNING status, callback_url IS NOT NULL AS is_callback_due;
