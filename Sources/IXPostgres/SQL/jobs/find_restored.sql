-- find_restored: why restore left rows out: the same job_id stands here, or another job under the same keys. A statement
-- of its own, so that it sees what was committed meanwhile. Index: the primary key, unique (client_id, request_id).
-- $1 the records as one JSON array of job_id, client_id and request_id
SELECT g.job_id, EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = g.job_id) AS present,
       (SELECT j.job_id FROM ix_jobs j WHERE j.client_id = g.client_id AND j.request_id = g.request_id) AS holder
  FROM jsonb_to_recordset($1::jsonb) AS g (job_id uuid, client_id text, request_id text);
