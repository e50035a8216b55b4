-- ix_cancel_members: cancels up to `most` members of a batch that have not ended, and takes ended members from the finisher's
-- dependencies. Returns true while further members or entries are left. Rows that another transaction has locked are left for a
-- later call.
-- Requires: the caller holds the batch's row, and the batch has cancelled_at. Index: the primary keys.
CREATE OR REPLACE FUNCTION ix_cancel_members(batch_id uuid, most integer) RETURNS boolean
    LANGUAGE plpgsql SET enable_seqscan = off SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    ids    uuid[];
    taken  uuid[];
    passed boolean;
BEGIN
    ids := ARRAY(SELECT d.after_job FROM ix_dependencies d
                  WHERE d.job_id = $1
                    AND (SELECT j.status = 'pending' OR j.status = 'running' AND j.cancel_requested_at IS NULL
                           FROM ix_jobs j WHERE j.job_id = d.after_job)
                  LIMIT $2 + 1);
    taken := ARRAY(SELECT j.job_id FROM ix_jobs j WHERE j.job_id = ANY (ids[1:$2]) ORDER BY j.job_id FOR UPDATE SKIP LOCKED);
    PERFORM ix_cancel(u.id) FROM unnest(taken) AS u (id);
    WITH over AS MATERIALIZED (
        SELECT d.after_job FROM ix_dependencies d
         WHERE d.job_id = $1 AND coalesce((SELECT j.status FROM ix_jobs j WHERE j.job_id = d.after_job), 'error') IN ('done', 'error')),
    held AS MATERIALIZED (
        SELECT d.after_job FROM over o JOIN ix_dependencies d ON d.job_id = $1 AND d.after_job = o.after_job FOR UPDATE OF d SKIP LOCKED),
    gone AS (DELETE FROM ix_dependencies d USING held h WHERE d.job_id = $1 AND d.after_job = h.after_job)
    SELECT (SELECT count(*) FROM over o) > (SELECT count(*) FROM held h) INTO passed;
    RETURN cardinality(ids) > cardinality(taken) OR passed;
END $$;
