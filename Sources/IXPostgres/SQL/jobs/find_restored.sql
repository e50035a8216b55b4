-- find_restored: explains why restore left rows out: the job_id exists here, or another job has the keys.
-- The statement is separate from restore, so that its snapshot includes rows committed meanwhile. Index: the primary
-- key, unique (client_id, request_id).
-- $1 the records as a JSON array of job_id, client_id and request_id
SELECT g.job_id, EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = g.job_id) AS present,
       (SELECT j.job_id FROM ix_jobs j WHERE j.client_id = g.client_id AND j.request_id = g.request_id) AS holder
  FROM jsonb_to_recordset($1::jsonb) AS g (job_id uuid, client_id text, request_id text);
