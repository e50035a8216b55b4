-- ended_records: which ended jobs an export copies next, by their ids; read_records reads them. Index: the primary key,
-- whose order makes a page go on where the last one ended. The bound is never null, so that it is an index condition.
-- Rows that other code left without keys stay: no store takes them.
-- $1 job_id behind which to go on, or null, $2 limit
SELECT job_id FROM ix_jobs
 WHERE job_id >= coalesce($1::uuid, '00000000-0000-0000-0000-000000000000') AND job_id IS DISTINCT FROM $1::uuid
   AND status IN ('done', 'error') AND client_id IS NOT NULL AND request_id IS NOT NULL
 ORDER BY job_id LIMIT $2::integer;
