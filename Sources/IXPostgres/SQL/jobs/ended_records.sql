-- ended_records: the ids of the ended jobs that an export copies next; read_records reads the jobs. Index: the primary
-- key, whose order lets a page continue after the previous page. The bound is never null, so that the bound is an index
-- condition.
-- Rows of legacy code without keys stay, because no store accepts such rows.
-- $1 job_id after which the walk continues, or null, $2 limit
SELECT job_id FROM ix_jobs
 WHERE job_id >= coalesce($1::uuid, '00000000-0000-0000-0000-000000000000') AND job_id IS DISTINCT FROM $1::uuid
   AND status COLLATE "C" IN ('done', 'error') AND client_id IS NOT NULL AND request_id IS NOT NULL
 ORDER BY job_id LIMIT $2::integer;
