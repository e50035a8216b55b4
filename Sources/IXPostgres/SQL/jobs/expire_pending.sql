-- expire_pending: ends jobs in error, code `expired`, with all that follows an end, when no daemon has started them
-- before expires_at.
-- Index: ix_expiring_at, a row for each job with expires_at, which this statement takes away when it looks at the job;
-- the primary key. A row whose job is locked stays for the next look. A job that goes back to pending gets a new row.
-- SKIP LOCKED leaves a job to the claim that locks the job; the UPDATE checks status and time once more. The arrays keep
-- the planner from joining many rows.
-- $1 limit
WITH noted AS MATERIALIZED (
    SELECT ctid AS place, job_id FROM ix_expiring
     WHERE expires_at <= now() ORDER BY expires_at LIMIT $1::integer FOR UPDATE SKIP LOCKED),
waiting AS MATERIALIZED (
    SELECT job_id FROM ix_jobs
     WHERE job_id = ANY (ARRAY(SELECT job_id FROM noted)) AND status = 'pending' COLLATE "C" AND expires_at <= now()),
late AS MATERIALIZED (
    SELECT job_id FROM ix_jobs
     WHERE job_id = ANY (ARRAY(SELECT job_id FROM waiting)) AND status = 'pending' COLLATE "C" AND expires_at <= now()
       FOR UPDATE SKIP LOCKED),
looked_at AS (
    DELETE FROM ix_expiring
     WHERE ctid = ANY (ARRAY(
               SELECT place FROM noted
                WHERE job_id IN (SELECT job_id FROM late) OR job_id NOT IN (SELECT job_id FROM waiting)))),
ended AS (
    UPDATE ix_jobs AS j
       SET status = 'error', finished_at = now(),
           response = ix_error(j, 'expired', 'the job was not started before its expires_at')
      FROM late
     WHERE j.job_id = ANY (ARRAY(SELECT job_id FROM late)) AND j.job_id = late.job_id AND j.status = 'pending' COLLATE "C"
       AND j.expires_at <= now()
    RETURNING j.*, ix_has_followers(j) AS has_followers),
followed AS MATERIALIZED (
    SELECT count(*) AS callbacks FROM ix_after_end(ARRAY(SELECT job_id FROM ended WHERE has_followers), false))
SELECT job_id, ix_id, client_id, request_id, use_case, status, attempts, callback_url IS NOT NULL AS is_callback_due,
       response -> 'error' ->> 'code' AS error_code
  FROM ended, followed;
