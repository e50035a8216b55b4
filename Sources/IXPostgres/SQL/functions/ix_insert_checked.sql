-- ix_insert_checked: inserts plain jobs that ix-worker itself has checked, and returns the ids of the jobs that went in.
-- A job whose keys exist already or have a receipt, one whose use case is a queue, one of client schedule, and any job while logins are bound to clients, is left to
-- ix_enqueue_batch.
--
-- The caller promises what ix_enqueue checks: documents, keys and URLs within the limits, and ids that are new. So no
-- producer may call the function. Item n is the n-th element of each array, ordered by client and key, so that two
-- calls can't deadlock. A job here has no run_at and no expires_at.
CREATE OR REPLACE FUNCTION ix_insert_checked(
    ids uuid[], tags text[], use_cases text[], clients text[], keys text[], documents text[], urls text[], attempts integer[],
    traces text[]) RETURNS uuid[]
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    inserted uuid[];
    stamp    bigint;
BEGIN
    WITH fresh AS (
        INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, status, request, callback_url, attempts, created_at,
                             use_case, priority, max_attempts, due_at, trace_context)
        SELECT i.id, i.tag, i.client, i.key, 'pending', i.document::jsonb || pg_catalog.jsonb_build_object('ix_id', i.tag),
               i.url, 0, pg_catalog.now(), i.use_case, 0, i.most, pg_catalog.now(), i.trace
          FROM ROWS FROM (pg_catalog.unnest(ids), pg_catalog.unnest(tags), pg_catalog.unnest(use_cases),
                          pg_catalog.unnest(clients), pg_catalog.unnest(keys), pg_catalog.unnest(documents),
                          pg_catalog.unnest(urls), pg_catalog.unnest(attempts), pg_catalog.unnest(traces))
               AS i (id, tag, use_case, client, key, document, url, most, trace)
         WHERE NOT EXISTS (SELECT 1 FROM ix_client_roles) AND i.use_case NOT IN (SELECT q.queue FROM ix_queues q)
           AND i.client <> 'schedule'
           AND CASE WHEN (SELECT pg_catalog.pg_sequence_last_value('ix_receipt_marks'::regclass)) IS NULL THEN true
                    ELSE (SELECT p.job_id FROM ix_receipts p WHERE p.pair = ix_pair(i.client, i.key)) IS NULL END
            ON CONFLICT (client_id, request_id) DO NOTHING RETURNING job_id)
    SELECT pg_catalog.array_agg(f.job_id),
           ix_next_hint((extract(epoch FROM pg_catalog.clock_timestamp()) * 1000)::bigint,
                        coalesce(pg_catalog.pg_sequence_last_value('ix_hints'::regclass), 1))
      INTO inserted, stamp FROM fresh f;
    IF inserted IS NOT NULL AND stamp IS NOT NULL THEN
        PERFORM ix_send_hint(stamp);
    END IF;
    RETURN inserted;
END $$;
