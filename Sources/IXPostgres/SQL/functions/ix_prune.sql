-- ix_prune: runs a step of a prune on some pages of the table. The step deletes jobs with their attempts and
-- callbacks when they ended longer ago than the given seconds (null: kept for ever). In the result, next_page is
-- where the next step begins, or null behind the last page.
--
-- The function walks the heap by ranges of row addresses. So no job pays for an index, and no step reads more than
-- its pages. Locked rows are skipped, so that many prunes may run at once.
-- With receipts a step first enters the keys of each job in ix_receipts, and a later step deletes the job, a minute on at
-- least. So an insert whose snapshot is older than the receipt still finds the job. `receipts` is the number entered.
-- A job whose callback is due stays, and so do a parent of a waiting job and a member of a batch whose finisher has not ended. The condition is checked again after the locks, in
-- a fresh snapshot, because ix_redeliver locks the job before it requests a delivery. The check uses subqueries which no planner
-- turns into a join, because a join might leave the heap's order or read all callbacks.
CREATE OR REPLACE FUNCTION ix_prune(first_page bigint, pages integer, done_age double precision, error_age double precision,
                         most integer, with_receipts boolean DEFAULT false)
RETURNS TABLE (done bigint, error bigint, receipts bigint, next_page bigint)
    LANGUAGE plpgsql SET enable_seqscan = off SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    size bigint := pg_catalog.pg_relation_size('ix_jobs') / pg_catalog.current_setting('block_size')::bigint;
    stop bigint := least($1 + $2, size);
    low  tid := pg_catalog.format('(%s,0)', $1)::tid;
    high tid := pg_catalog.format('(%s,0)', stop)::tid;
    -- Receipts of at most this moment are old enough.
    ripe timestamptz := CASE WHEN $6 THEN pg_catalog.clock_timestamp() - interval '1 minute' END;
    ids  uuid[];
    entered uuid[];
    last bigint;
BEGIN
    SELECT pg_catalog.array_agg(v.job_id), pg_catalog.max((v.place::text::point)[0])::bigint INTO ids, last
      FROM (SELECT j.job_id, j.ctid AS place FROM ix_jobs j
             WHERE j.ctid >= low AND j.ctid < high AND j.status COLLATE "C" IN ('done', 'error')
               AND j.finished_at < pg_catalog.now()
                                   - pg_catalog.make_interval(secs => CASE j.status WHEN 'done' THEN $3 ELSE $4 END)
               AND coalesce((SELECT c.state FROM ix_callbacks c WHERE c.job_id = j.job_id), '') <> 'due'
               AND (SELECT r.job_id FROM ix_redeliveries r WHERE r.job_id = j.job_id) IS NULL
               AND (SELECT d.job_id FROM ix_dependencies d WHERE d.after_job = j.job_id LIMIT 1) IS NULL
               AND (j.batch_id IS NULL OR coalesce((SELECT f.status FROM ix_jobs f WHERE f.job_id = j.batch_id), 'done') IN ('done', 'error'))
               -- A job with a younger receipt waits for a later walk.
               AND CASE WHEN $6 THEN coalesce((SELECT p.at FROM ix_receipts p WHERE p.pair = ix_pair(j.client_id, j.request_id)) <= ripe, true)
                        ELSE true END
             LIMIT $5 FOR UPDATE OF j SKIP LOCKED) AS v;
    IF $6 AND ids IS NOT NULL THEN
        PERFORM ix_mark_receipts();
        WITH fresh AS (
            INSERT INTO ix_receipts AS p (pair, job_id, client)
            SELECT ix_pair(j.client_id, j.request_id), j.job_id, ix_client_mark(j.client_id) FROM ix_jobs j
             WHERE j.job_id = ANY (ids) AND j.client_id IS NOT NULL AND j.request_id IS NOT NULL
               AND (SELECT p.job_id FROM ix_receipts p WHERE p.pair = ix_pair(j.client_id, j.request_id)) IS DISTINCT FROM j.job_id
                ON CONFLICT (pair) DO UPDATE SET job_id = excluded.job_id, client = excluded.client, at = excluded.at
            RETURNING p.job_id)
        SELECT pg_catalog.array_agg(f.job_id) INTO entered FROM fresh f;
    END IF;
    receipts := coalesce(pg_catalog.cardinality(entered), 0);
    WITH gone AS (
        DELETE FROM ix_jobs j
         WHERE j.job_id = ANY (ids) AND j.job_id <> ALL (coalesce(entered, '{}'))
           AND coalesce((SELECT c.state FROM ix_callbacks c WHERE c.job_id = j.job_id), '') <> 'due'
           AND (SELECT r.job_id FROM ix_redeliveries r WHERE r.job_id = j.job_id) IS NULL
           AND (SELECT d.job_id FROM ix_dependencies d WHERE d.after_job = j.job_id LIMIT 1) IS NULL
        RETURNING j.job_id, j.status, j.created_at),
    errors AS (DELETE FROM ix_errors e USING gone g WHERE e.created_at = g.created_at AND e.job_id = g.job_id),
    starts AS (DELETE FROM ix_attempts a USING gone g WHERE a.job_id = g.job_id),
    lines AS (DELETE FROM ix_lines l USING gone g WHERE l.job_id = g.job_id),
    words AS (DELETE FROM ix_progress p USING gone g WHERE p.job_id = g.job_id),
    tries AS (DELETE FROM ix_deliveries d USING gone g WHERE d.job_id = g.job_id),
    callbacks AS (DELETE FROM ix_callbacks c USING gone g WHERE c.job_id = g.job_id)
    SELECT pg_catalog.count(*) FILTER (WHERE g.status = 'done'), pg_catalog.count(*) FILTER (WHERE g.status = 'error')
      INTO done, error FROM gone g;
    IF $1 = 0 THEN
        -- Of jobs that other code deleted.
        DELETE FROM ix_errors e
         WHERE e.ctid = ANY (ARRAY(SELECT o.ctid FROM ix_errors o ORDER BY o.created_at LIMIT 1000))
           AND (SELECT j.job_id FROM ix_jobs j WHERE j.job_id = e.job_id) IS NULL;
    END IF;
    -- A full batch may have left rows in the page of its last row.
    next_page := CASE WHEN pg_catalog.cardinality(ids) >= $5 THEN last WHEN stop < size THEN stop END;
    RETURN NEXT;
END $$;
