-- ix_enter_queues: moves plain jobs whose use case is a queue with a row into its line; returns their number. The guard
-- writes the rows of ix_lines. Locked jobs are passed over. Index: ix_jobs_due_by_use_case, a step for each queue.
--
-- A call that finds none left settles queues: first it notes a transaction, and later, when no transaction that began its
-- writes before that one is open, it takes the note away. Until then an insert that missed the queue's row may still be
-- committed, and claims leave the use case out.
CREATE OR REPLACE FUNCTION ix_enter_queues(most integer) RETURNS bigint
    LANGUAGE plpgsql SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    moved bigint;
BEGIN
    WITH plain AS MATERIALIZED (
        SELECT p.job_id, q.queue, q.group_by
          FROM ix_queues q, LATERAL (
                   SELECT j.job_id FROM ix_jobs j
                    WHERE j.use_case COLLATE "C" = q.queue AND j.use_case IS NOT NULL AND j.due_at IS NOT NULL
                    ORDER BY j.due_at, j.job_id LIMIT $1 FOR UPDATE SKIP LOCKED) AS p
         LIMIT $1),
    taken AS (
        UPDATE ix_jobs j
           SET queue = p.queue, group_key = CASE WHEN p.group_by IS NULL THEN j.group_key
                                                 ELSE ix_group_of(p.group_by, j.client_id, j.request) END
          FROM plain p WHERE j.job_id = p.job_id AND j.status = 'pending' COLLATE "C" AND j.queue IS NULL
        RETURNING 1)
    SELECT count(*) INTO moved FROM taken;
    IF moved = 0 THEN
        UPDATE ix_queues q
           SET entering = CASE WHEN q.entering = 0 THEN txid_current() END
         WHERE (q.entering = 0 OR q.entering < txid_snapshot_xmin(txid_current_snapshot()))
           AND NOT EXISTS (SELECT 1 FROM ix_jobs j
                            WHERE j.use_case COLLATE "C" = q.queue AND j.use_case IS NOT NULL AND j.due_at IS NOT NULL);
    END IF;
    RETURN moved;
END $$;
