-- leave_line: takes ended jobs out of their lines, behind the daemon's own ends, in the transaction of the end. Only of jobs
-- that have ended: an end that came too late must not take away the row of a job that is back in line. Ends by others leave
-- through the guard. Index: the primary keys.
-- $1 job_ids
DELETE FROM ix_lines
 WHERE job_id = ANY (ARRAY(SELECT job_id FROM ix_jobs WHERE job_id = ANY ($1::uuid[]) AND status COLLATE "C" IN ('done', 'error')));
