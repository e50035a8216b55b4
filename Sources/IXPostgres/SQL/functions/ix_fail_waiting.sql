-- ix_fail_waiting: ends waiting jobs in error, with all effects of an end: a dependent job of a failed parent with the code
-- `dependency_failed`, and so a finisher whose batch cancelled the rest; the finisher of a batch that was cancelled with the code
-- `cancelled`. failed_jobs and reasons, one beside the other: jobs with their failed parents. Skips locked rows. The entries of
-- ix_dependencies are left to ix_release, because a finisher may have a million. Returns the number of jobs. Only ix_release calls
-- the function. Index: the primary keys.
CREATE OR REPLACE FUNCTION ix_fail_waiting(job_ids uuid[], failed_jobs uuid[], reasons uuid[]) RETURNS integer
    LANGUAGE plpgsql SET enable_seqscan = off SET jit = off SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    locked uuid[];
    follow uuid[];
    failed integer := 0;
BEGIN
    IF cardinality($1) > 0 THEN
        locked := ARRAY(SELECT j.job_id FROM ix_jobs j WHERE j.job_id = ANY ($1) AND j.waits AND j.status = 'pending' COLLATE "C"
                         ORDER BY j.job_id FOR UPDATE SKIP LOCKED);
        WITH ended AS (
            UPDATE ix_jobs j
               SET status = 'error', finished_at = now(),
                   response = CASE
                       WHEN (SELECT b.cancelled_at IS NOT NULL AND b.failed_job IS NULL FROM ix_batches b WHERE b.batch_id = j.job_id)
                           THEN ix_error(j, 'cancelled', 'its batch was cancelled')
                       ELSE ix_error(j, 'dependency_failed', (
                           SELECT format('job %s, which it waited for, %s', f.parent,
                                         CASE WHEN p.job_id IS NULL THEN 'is gone'
                                              ELSE coalesce('ended in error: ' || (p.response -> 'error' ->> 'code'), 'ended in error') END)
                             FROM (SELECT coalesce(
                                       (SELECT b.failed_job FROM ix_batches b WHERE b.batch_id = j.job_id),
                                       $3[array_position($2, j.job_id)]) AS parent) AS f
                             LEFT JOIN LATERAL (SELECT x.* FROM ix_jobs x WHERE x.job_id = f.parent OFFSET 0) AS p ON true)) END
             WHERE j.job_id = ANY (locked) AND j.status = 'pending' COLLATE "C"
            RETURNING j.job_id, ix_has_followers(j) AS has_followers)
        SELECT count(*), array_agg(e.job_id) FILTER (WHERE e.has_followers) INTO failed, follow FROM ended e;
        IF follow IS NOT NULL THEN
            PERFORM ix_after_end(follow, true);
        END IF;
    END IF;
    RETURN failed;
END $$;
