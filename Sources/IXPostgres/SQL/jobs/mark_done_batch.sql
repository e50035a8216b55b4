-- mark_done_batch: ends many attempts like mark_done and mark_error, each under its own fence. A row comes back for
-- each attempt that held its job where the claim left the job. A job that moved since, as after a cancel, brings no row;
-- the caller then ends the attempt by mark_done. By place, because a look at the primary key is a tenth of an end.
-- $1 job_ids, $2 attempts, $3 claim_ids, $4 responses, $5 true for an error regardless of the response, $6 true when
-- after_end follows for the job, $7 places which the claims returned
UPDATE ix_jobs AS j
   SET status = CASE WHEN j.cancel_requested_at IS NULL AND NOT e.is_error AND e.answer ->> 'error' IS NULL
                     THEN 'done' ELSE 'error' END,
       response = CASE WHEN j.cancel_requested_at IS NULL THEN e.answer
                       ELSE ix_error(j, 'cancelled', 'cancelled while it ran') END,
       finished_at = now(), finished_claim = j.claim_id
  FROM unnest($1::uuid[], $2::integer[], $3::uuid[], $4::jsonb[], $5::boolean[], $6::boolean[], $7::tid[])
           AS e (job_id, attempts, claim_id, answer, is_error, has_effects, place)
 WHERE j.ctid = e.place AND j.job_id = e.job_id AND j.status = 'running' COLLATE "C" AND j.attempts = e.attempts AND j.claim_id = e.claim_id
   AND (NOT ix_has_followers(j) OR e.has_effects)
RETURNING j.claim_id, j.status, j.callback_url IS NOT NULL AS is_callback_due;
