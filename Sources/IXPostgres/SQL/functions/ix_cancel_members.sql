-- ix_cancel_members: cancels members of a batch that have not ended, and takes ended members from the finisher's dependencies, up to
-- `most` of both together. Returns true while further members or entries are left. Rows that another transaction has locked are left
-- for a later call.
-- Each entry that a call looks at leaves with the call, or is passed over by later calls because its member runs and is asked to end;
-- so a call reads no more than `most` entries and those of the running members.
-- Requires: the caller holds the batch's row, and the batch has cancelled_at. Index: the primary keys, in their order.
CREATE OR REPLACE FUNCTION ix_cancel_members(batch_id uuid, most integer) RETURNS boolean
    LANGUAGE plpgsql SET enable_seqscan = off SET enable_bitmapscan = off SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    ids    uuid[];
    ended  uuid[];
    taken  uuid[];
    n      bigint;
    passed boolean;
BEGIN
    WITH found AS MATERIALIZED (
        SELECT d.after_job, s.state
          FROM ix_dependencies d CROSS JOIN LATERAL (
                   SELECT coalesce((SELECT CASE WHEN j.status IN ('done', 'error') THEN 'ended'
                                                WHEN j.status = 'running' AND j.cancel_requested_at IS NOT NULL THEN 'asked'
                                                ELSE 'live' END
                                      FROM ix_jobs j WHERE j.job_id = d.after_job), 'ended') AS state OFFSET 0) AS s
         WHERE d.job_id = $1 AND s.state <> 'asked' ORDER BY d.job_id, d.after_job LIMIT $2 + 1),
    counted AS (SELECT f.after_job, f.state, row_number() OVER (ORDER BY f.after_job) AS place FROM found f)
    SELECT array_agg(c.after_job) FILTER (WHERE c.state = 'live' AND c.place <= $2),
           array_agg(c.after_job) FILTER (WHERE c.state = 'ended' AND c.place <= $2), count(*) INTO ids, ended, n FROM counted c;
    taken := ARRAY(SELECT j.job_id FROM ix_jobs j WHERE j.job_id = ANY (ids) ORDER BY j.job_id FOR UPDATE SKIP LOCKED);
    PERFORM ix_cancel(u.id) FROM unnest(taken) AS u (id);
    WITH over AS MATERIALIZED (
        SELECT u.id AS after_job FROM unnest(ended || taken) AS u (id)
         WHERE coalesce((SELECT j.status FROM ix_jobs j WHERE j.job_id = u.id), 'error') IN ('done', 'error')),
    held AS MATERIALIZED (
        SELECT d.after_job FROM over o JOIN ix_dependencies d ON d.job_id = $1 AND d.after_job = o.after_job FOR UPDATE OF d SKIP LOCKED),
    gone AS (DELETE FROM ix_dependencies d USING held h WHERE d.job_id = $1 AND d.after_job = h.after_job)
    SELECT (SELECT count(*) FROM over o) > (SELECT count(*) FROM held h) INTO passed;
    RETURN n > $2 OR coalesce(cardinality(ids), 0) > cardinality(taken) OR passed;
END $$;
