-- ix_prune_access: deletes what is long over in the tables of HTTP and of flow control, in ix_daemons, ix_refused_writes
-- and ix_moved_batches, up to `most` rows of each table. Returns the number of rows.
--
-- A token goes 90 days after its end or its revocation, a session or link at its end, an entry of the audit after 400
-- days. A preview goes at its end, an operation a day after its end; a running operation stays. A rate goes an hour after it
-- has its whole burst again, because its row then says nothing. A daemon goes 30 days after its lease ended; until then
-- its host can be read beside the jobs that it ran. A refused write goes after 90 days, or behind 100,000 newer ones;
-- the newest stays, because its id is the count of all. A moved batch goes 400 days after the last batch of its export,
-- so that a file that is imported again within a year brings no job back.
-- A dedupe_key goes when its time is over and its job has ended. A receipt goes once its job is gone, a day after its entry, and
-- no sooner than receipt_age seconds after it. Index: ix_receipts_at.
CREATE OR REPLACE FUNCTION ix_prune_access(most integer, receipt_age double precision DEFAULT 0) RETURNS bigint
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    rows bigint;
    gone bigint := 0;
BEGIN
    DELETE FROM ix_sessions s
     WHERE s.hash = ANY (ARRAY(SELECT o.hash FROM ix_sessions o WHERE o.expires_at < pg_catalog.now()
                                ORDER BY o.expires_at LIMIT $1));
    GET DIAGNOSTICS rows = ROW_COUNT;
    gone := gone + rows;
    DELETE FROM ix_tokens t
     WHERE t.token_id = ANY (ARRAY(SELECT o.token_id FROM ix_tokens o
                                    WHERE least(o.expires_at, o.revoked_at) < pg_catalog.now() - interval '90 days'
                                    LIMIT $1));
    GET DIAGNOSTICS rows = ROW_COUNT;
    gone := gone + rows;
    -- The oldest entries have the lowest ids, so that no entry pays for an index on its time.
    DELETE FROM ix_audit a
     WHERE a.audit_id = ANY (ARRAY(SELECT o.audit_id FROM ix_audit o ORDER BY o.audit_id LIMIT $1))
       AND a.at < pg_catalog.now() - interval '400 days';
    GET DIAGNOSTICS rows = ROW_COUNT;
    gone := gone + rows;
    DELETE FROM ix_operations b
     WHERE b.operation_id = ANY (ARRAY(SELECT o.operation_id FROM ix_operations o
                                        WHERE o.state = 'preview' AND o.expires_at < pg_catalog.now()
                                           OR o.ended_at < pg_catalog.now() - interval '1 day'
                                        LIMIT $1))
       -- A preview may have been started since.
       AND b.state <> 'running';
    GET DIAGNOSTICS rows = ROW_COUNT;
    gone := gone + rows;
    DELETE FROM ix_rates r
     WHERE r.ctid = ANY (ARRAY(SELECT o.ctid FROM ix_rates o WHERE o.full_at < pg_catalog.now() - interval '1 hour' LIMIT $1))
       AND r.full_at < pg_catalog.now() - interval '1 hour';
    GET DIAGNOSTICS rows = ROW_COUNT;
    gone := gone + rows;
    -- A row that ix_running names belongs to jobs which the sweep has not looked at.
    DELETE FROM ix_daemons w
     WHERE w.daemon_id = ANY (ARRAY(SELECT o.daemon_id FROM ix_daemons o
                                     WHERE o.lease_until < pg_catalog.now() - interval '30 days'
                                       AND NOT EXISTS (SELECT 1 FROM ix_running r WHERE r.daemon_id = o.daemon_id)
                                     LIMIT $1))
       AND w.lease_until < pg_catalog.now() - interval '30 days';
    GET DIAGNOSTICS rows = ROW_COUNT;
    gone := gone + rows;
    -- The oldest have the lowest ids, so that no refusal pays for an index on its time.
    DELETE FROM ix_refused_writes f
     WHERE f.refusal_id = ANY (ARRAY(SELECT o.refusal_id FROM ix_refused_writes o ORDER BY o.refusal_id LIMIT $1))
       AND (f.refused_at < pg_catalog.now() - interval '90 days'
            OR f.refusal_id <= (SELECT pg_catalog.max(o.refusal_id) FROM ix_refused_writes o) - 100000)
       AND f.refusal_id < (SELECT pg_catalog.max(o.refusal_id) FROM ix_refused_writes o);
    GET DIAGNOSTICS rows = ROW_COUNT;
    gone := gone + rows;
    DELETE FROM ix_moved_batches b
     WHERE b.ctid = ANY (ARRAY(SELECT o.ctid FROM ix_moved_batches o
                                WHERE NOT EXISTS (SELECT 1 FROM ix_moved_batches n WHERE n.export_id = o.export_id
                                                     AND n.entered_at >= pg_catalog.now() - interval '400 days')
                                LIMIT $1));
    GET DIAGNOSTICS rows = ROW_COUNT;
    gone := gone + rows;
    DELETE FROM ix_dedupes d
     WHERE d.ctid = ANY (ARRAY(SELECT o.ctid FROM ix_dedupes o
                                WHERE o.kept_until < pg_catalog.now()
                                  AND coalesce((SELECT j.status FROM ix_jobs j WHERE j.job_id = o.job_id), '') NOT IN ('pending', 'running')
                                LIMIT $1 FOR UPDATE SKIP LOCKED));
    GET DIAGNOSTICS rows = ROW_COUNT;
    gone := gone + rows;
    -- Receipts that came without the note, as by a copy of the tables alone.
    IF EXISTS (SELECT 1 FROM ix_receipts) THEN
        PERFORM ix_mark_receipts();
    END IF;
    -- The receipt of a present job is put off, so that no later step reads the receipt again before the time.
    WITH old AS (
        SELECT r.pair, (SELECT j.job_id FROM ix_jobs j WHERE j.job_id = r.job_id) IS NOT NULL AS has_job
          FROM (SELECT o.pair, o.job_id FROM ix_receipts o
                 WHERE o.at < pg_catalog.now() - pg_catalog.make_interval(secs => greatest($2, 86400))
                 ORDER BY o.at LIMIT $1 FOR UPDATE SKIP LOCKED) AS r),
    put_off AS (UPDATE ix_receipts r SET at = DEFAULT FROM old o WHERE o.has_job AND r.pair = o.pair),
    cut AS (DELETE FROM ix_receipts r USING old o WHERE NOT o.has_job AND r.pair = o.pair)
    SELECT pg_catalog.count(*) INTO rows FROM old;
    RETURN gone + rows;
END $$;
