-- ix_enqueue_batch: inserts many jobs in one call, each as ix_enqueue would, in the caller's own transaction; for
-- bulk loads.
--
-- SELECT * FROM ix_enqueue_batch('[{"request": {"use_case": ..., "ix_client_id": ..., "request_id": ...}, "callback_url": ...}]');
--
-- Beside "request", each item may have callback_url, run_at, priority, max_attempts, expires_at, traceparent, tracestate,
-- queue, group_key, dedupe_key, dedupe, dedupe_seconds, after,
-- on_failure and batch_id. A row comes back per item, numbered from 1: ix_enqueue's result, or the refusal as
-- `field: reason` with its SQLSTATE. A bad item never affects the good items.
-- New keys go in by one INSERT, in the order of their keys, so that two loads can't deadlock. The remaining items
-- (duplicates, items with a receipt, a dedupe_key or parents, items in a queue with a client_depth, or all items when one is bad) go
-- through ix_enqueue singly. Batches of the items' clients are locked first, in the order of their ids, as ix_join_batch locks one. Idle workers are notified once.
CREATE OR REPLACE FUNCTION ix_enqueue_batch(jobs jsonb)
RETURNS TABLE (item integer, job_id uuid, ix_id text, status text, duplicate boolean, differs boolean, refusal text,
               replaces uuid, refusal_state text)
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    stored integer[];
    ids    uuid[];
    tags   text[];
    lined  uuid[];
    open_batches   uuid[];
    batch_clients  text[];
    batch_rules    text[];
    count  bigint;
    one    record;
BEGIN
    BEGIN
        -- Keys are locked in one order, so that two batches can't deadlock.
        PERFORM pg_catalog.pg_advisory_xact_lock(k.lock)
           FROM (SELECT DISTINCT pg_catalog.hashtextextended(pg_catalog.concat_ws(pg_catalog.chr(31), 'ix_dedupes'::regclass::oid,
                            j.job -> 'request' ->> 'ix_client_id', j.job -> 'request' ->> 'use_case', j.job ->> 'dedupe_key'), 0) AS lock
                   FROM pg_catalog.jsonb_array_elements(CASE pg_catalog.jsonb_typeof(jobs) WHEN 'array' THEN jobs ELSE '[]' END) AS j (job)
                  WHERE j.job ->> 'dedupe_key' IS NOT NULL
                    AND (NOT EXISTS (SELECT 1 FROM ix_client_roles) OR ix_may_name(j.job -> 'request' ->> 'ix_client_id'))
                  ORDER BY 1 OFFSET 0) AS k;
        IF jsonb_path_exists(jobs, '$[*].batch_id') THEN
            open_batches := ARRAY(
                SELECT b.batch_id FROM ix_batches b
                 WHERE b.batch_id = ANY (ARRAY(
                           SELECT f.job_id
                             FROM (SELECT DISTINCT j.job -> 'batch_id' AS id, j.job -> 'request' ->> 'ix_client_id' AS client
                                     FROM jsonb_array_elements(jobs) AS j (job) WHERE j.job ->> 'batch_id' IS NOT NULL OFFSET 0) AS n
                             JOIN LATERAL (SELECT o.job_id, o.client_id FROM ix_jobs o WHERE o.job_id = ix_read_id(n.id, 'batch_id') LIMIT 1) AS f
                               ON f.client_id = n.client
                            WHERE NOT EXISTS (SELECT 1 FROM ix_client_roles) OR ix_may_name(n.client)))
                 ORDER BY b.batch_id FOR SHARE);
            -- A statement of its own, behind the locks.
            SELECT array_agg(o.batch_id), array_agg(o.client_id), array_agg(o.on_failure) INTO open_batches, batch_clients, batch_rules
              FROM (SELECT b.batch_id, CASE b.on_failure WHEN 'run' THEN 'run' ELSE 'fail' END AS on_failure,
                           (SELECT f.client_id::text FROM ix_jobs f WHERE f.job_id = b.batch_id AND f.waits AND f.status = 'pending') AS client_id
                      FROM ix_batches b WHERE b.batch_id = ANY (open_batches) AND b.cancelled_at IS NULL) AS o
             WHERE o.client_id IS NOT NULL;
        END IF;
        WITH given AS MATERIALIZED (
            SELECT j.item::integer AS item, j.job -> 'request' AS request, j.job ->> 'callback_url' AS callback_url,
                   CASE WHEN j.job ->> 'run_at' IS NOT NULL THEN ix_read_time(j.job ->> 'run_at', 'run_at') END AS run_at,
                   CASE WHEN j.job -> 'priority' IS NULL THEN 0
                        ELSE coalesce(ix_read_integer(j.job -> 'priority', 'priority'), 0) END AS priority,
                   CASE WHEN j.job -> 'max_attempts' IS NULL THEN 3
                        ELSE coalesce(ix_read_integer(j.job -> 'max_attempts', 'max_attempts'), 3) END AS max_attempts,
                   CASE WHEN j.job ->> 'expires_at' IS NOT NULL
                        THEN ix_read_time(j.job ->> 'expires_at', 'expires_at') END AS expires_at,
                   pg_catalog.substring(j.job ->> 'traceparent', '^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}')
                       || CASE WHEN pg_catalog.octet_length(j.job ->> 'tracestate') <= 512 AND (j.job ->> 'tracestate') !~ '[^ -~]'
                                    AND (j.job ->> 'tracestate') ~ '^[ ,]*[a-z0-9][-a-z0-9_*/@]*=[^,=]+(,[ ,]*([a-z0-9][-a-z0-9_*/@]*=[^,=]+)?)*$'
                               THEN pg_catalog.chr(10) || (j.job ->> 'tracestate') ELSE '' END AS trace_context,
                   j.job ?| ARRAY['dedupe_key', 'dedupe', 'dedupe_seconds', 'after', 'on_failure'] AS is_single,
                   lower(j.job ->> 'batch_id') AS batch,
                   j.job ->> 'queue' AS queue, j.job ->> 'group_key' AS group_key, ix_new_id() AS job_id,
                   pg_catalog.gen_random_uuid()::text AS bits
              FROM pg_catalog.jsonb_array_elements(jobs) WITH ORDINALITY AS j (job, item)),
        named AS MATERIALIZED (
            SELECT g.*, pg_catalog.left(bits, 8) || pg_catalog.substr(bits, 10, 4) || pg_catalog.right(bits, 4) AS ix_id,
                   request ->> 'use_case' AS use_case, request ->> 'ix_client_id' AS client_id,
                   request ->> 'request_id' AS request_id
              FROM given g),
        good AS MATERIALIZED (
            SELECT n.*, l.line, l.lane, b.id AS batch_id
              FROM named n
              LEFT JOIN ROWS FROM (pg_catalog.unnest(open_batches), pg_catalog.unnest(batch_clients)) AS b (id, client_id)
                        ON b.id::text = n.batch AND b.client_id = n.client_id
              -- OFFSET keeps the condition in front of the call, which costs more than the rest of a plain job's check.
              LEFT JOIN LATERAL (
                  SELECT o.line, o.lane, EXISTS (SELECT 1 FROM ix_queues d WHERE d.queue = o.line AND d.client_depth IS NOT NULL) AS is_bounded
                    FROM ix_line_of(n.queue, n.group_key, n.priority, n.use_case, n.client_id, n.request) AS o
                   WHERE n.queue IS NOT NULL OR n.group_key IS NOT NULL OR n.priority <> 0
                      OR n.use_case IN (SELECT q.queue FROM ix_queues q) OFFSET 0) AS l ON true
             WHERE NOT n.is_single AND (n.batch IS NULL OR b.id IS NOT NULL)
               AND CASE WHEN (SELECT pg_catalog.pg_sequence_last_value('ix_receipt_marks'::regclass)) IS NULL THEN true
                        ELSE (SELECT p.job_id FROM ix_receipts p WHERE p.pair = ix_pair(n.client_id, n.request_id)) IS NULL END
               AND l.is_bounded IS NOT TRUE AND max_attempts BETWEEN 0 AND 1000000
               AND ix_is_time(run_at) AND ix_is_time(expires_at)
               AND ix_passes(n.use_case, n.client_id, n.request_id, n.request, n.callback_url)
               AND CASE WHEN NOT EXISTS (SELECT 1 FROM ix_client_roles) OR ix_may_name(n.client_id)
                        THEN l.line IS NULL OR ix_check_line(n.queue, n.group_key, n.priority, n.use_case, n.client_id, n.request_id)
                        ELSE false END),
        fresh AS (
            INSERT INTO ix_jobs (job_id, ix_id, client_id, request_id, status, request, callback_url, attempts,
                                 created_at, use_case, run_at, priority, max_attempts, expires_at, due_at, trace_context,
                                 queue, group_key, batch_id, has_dependents)
            SELECT job_id, ix_id, client_id, request_id, 'pending',
                   pg_catalog.jsonb_set(request, '{ix_id}', pg_catalog.to_jsonb(ix_id)), callback_url, 0, pg_catalog.now(),
                   use_case, run_at, priority, max_attempts, expires_at,
                   CASE WHEN expires_at IS NULL AND line IS NULL THEN coalesce(run_at, pg_catalog.now()) END, trace_context,
                   line, lane, batch_id, CASE WHEN batch_id IS NOT NULL THEN true END
              FROM good ORDER BY client_id COLLATE "C", request_id COLLATE "C", item
                ON CONFLICT (client_id, request_id) DO NOTHING RETURNING job_id, batch_id),
        members AS (INSERT INTO ix_members (batch_id, job_id) SELECT f.batch_id, f.job_id FROM fresh f WHERE f.batch_id IS NOT NULL),
        entries AS (
            INSERT INTO ix_dependencies (job_id, after_job, on_failure)
            SELECT f.batch_id, f.job_id, batch_rules[pg_catalog.array_position(open_batches, f.batch_id)] FROM fresh f
             WHERE f.batch_id IS NOT NULL)
        SELECT pg_catalog.array_agg(g.item), pg_catalog.array_agg(g.job_id), pg_catalog.array_agg(g.ix_id),
               (SELECT pg_catalog.count(*) FROM fresh),
               pg_catalog.array_agg(g.job_id ORDER BY g.item) FILTER (WHERE g.line IS NOT NULL)
          INTO stored, ids, tags, count, lined FROM good g;
        -- In line the items stand in the order of the call.
        IF lined IS NOT NULL THEN
            UPDATE ix_lines l SET seq = o.seq
              FROM (SELECT u.id, pg_catalog.nextval('ix_turns') AS seq FROM pg_catalog.unnest(lined) WITH ORDINALITY AS u (id, place)
                     ORDER BY u.place) AS o
             WHERE l.job_id = o.id;
        END IF;
        IF count < pg_catalog.cardinality(stored) THEN
            SELECT pg_catalog.array_agg(g.item), pg_catalog.array_agg(g.id), pg_catalog.array_agg(g.tag) INTO stored, ids, tags
              FROM ROWS FROM (pg_catalog.unnest(stored), pg_catalog.unnest(ids), pg_catalog.unnest(tags)) AS g (item, id, tag)
             WHERE EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = g.id);
        END IF;
    EXCEPTION WHEN data_exception OR integrity_constraint_violation OR program_limit_exceeded THEN
        stored := NULL;
    END;
    IF stored IS NOT NULL THEN
        PERFORM ix_hint();
    END IF;
    RETURN QUERY SELECT s.*, 'pending'::text, false, false, NULL::text, NULL::uuid, NULL::text
      FROM ROWS FROM (pg_catalog.unnest(stored), pg_catalog.unnest(ids), pg_catalog.unnest(tags)) AS s;
    IF pg_catalog.cardinality(stored) = pg_catalog.jsonb_array_length(jobs) THEN
        RETURN;
    END IF;
    FOR one IN SELECT j.item::integer AS item, j.job FROM pg_catalog.jsonb_array_elements(jobs) WITH ORDINALITY AS j (job, item)
                WHERE j.item NOT IN (SELECT pg_catalog.unnest(stored))
                ORDER BY (j.job -> 'request' ->> 'ix_client_id') COLLATE "C",
                         (j.job -> 'request' ->> 'request_id') COLLATE "C", j.item LOOP
        BEGIN
            RETURN QUERY SELECT one.item, e.job_id, e.ix_id, e.status, e.duplicate, e.differs, NULL::text, e.replaces, NULL::text
              FROM ix_enqueue(request => one.job -> 'request', callback_url => one.job ->> 'callback_url',
                              run_at => ix_read_time(one.job ->> 'run_at', 'run_at'),
                              priority => ix_read_integer(one.job -> 'priority', 'priority'),
                              max_attempts => ix_read_integer(one.job -> 'max_attempts', 'max_attempts'),
                              expires_at => ix_read_time(one.job ->> 'expires_at', 'expires_at'),
                              traceparent => one.job ->> 'traceparent', tracestate => one.job ->> 'tracestate',
                              queue => one.job ->> 'queue',
                              group_key => one.job ->> 'group_key', dedupe_key => one.job ->> 'dedupe_key',
                              dedupe => one.job ->> 'dedupe',
                              dedupe_seconds => ix_read_seconds(one.job -> 'dedupe_seconds', 'dedupe_seconds'),
                              after => ix_read_ids(one.job -> 'after', 'after'), on_failure => one.job ->> 'on_failure',
                              batch_id => ix_read_id(one.job -> 'batch_id', 'batch_id')) AS e;
        EXCEPTION WHEN data_exception OR integrity_constraint_violation OR program_limit_exceeded OR configuration_limit_exceeded THEN
            RETURN QUERY SELECT one.item, NULL::uuid, NULL::text, NULL::text, NULL::boolean, NULL::boolean,
                                SQLERRM, NULL::uuid, SQLSTATE;
        END;
    END LOOP;
END $$;
