-- ended_records: returns the ids of the ended jobs which an export copies next; read_records reads the rows.
-- Index: the primary key, whose order lets a page begin where the last page ended. The bound is never null, so that
-- the bound is an index condition.
-- $1 the last page's last job_id, or null, $2 limit
SELECT job_id FROM ix_jobs
 WHERE job_id >= coalesce($1::uuid, '00000000-0000-0000-0000-000000000000') AND job_id IS DISTINCT FROM $1::uuid
   AND status IN ('done', 'error')
 ORDER BY job_id LIMIT $2::integer;
