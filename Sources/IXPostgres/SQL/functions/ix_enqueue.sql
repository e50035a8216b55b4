-- ix_enqueue: inserts a job idempotently, for every language, inside the caller's own transaction.
--
-- SELECT * FROM ix_enqueue('{"use_case":"extract","ix_client_id":"c","request_id":"r","context":{}}', 'https://...');
--
-- The first insert of (client_id, request_id) wins. A second insert returns the first row with duplicate = true, and
-- differs = true when its content or callback URL differs. Keys are given in the document or by argument. A request in
-- ix_receipts gets the job_id of its job; ix_id and status are null when the job is pruned.
-- A traceparent that is none is left out, and so is a tracestate that is none or is over 512 bytes. A job with
-- a queue, a group_key or a priority stands in a line, and so does a job whose use case is a queue; ix_fill_insert writes
-- the line's row, within this INSERT.
-- A dedupe_key stands for the work asked for, under any request_id (ix_dedupe): with `skip` a pending or running job answers for
-- later requests; with `throttle` a job does so for dedupe_seconds; with `replace` a new job takes the place of the pending job
-- named in `replaces`.
-- `after` names up to 1,000 parents, jobs of the client; the job waits until all parents have ended (ix_release). A parent's error
-- ends the job in error, too, with the code `dependency_failed`; with on_failure `run` the job starts all the same.
-- `batch_id` makes the job a member of a batch of the client (ix_batch), whose finisher waits for the job's end. A second insert makes
-- no member, and returns differs = true when the first row is not in the batch.
-- A call without these arguments pays one comparison for them. A job that waits goes in waiting, so that no claim sees a plain job;
-- the parents and the batch are checked behind the INSERT, which a refusal undoes.
CREATE OR REPLACE FUNCTION ix_enqueue(
    request jsonb, callback_url text DEFAULT NULL, use_case text DEFAULT NULL, client_id text DEFAULT NULL,
    request_id text DEFAULT NULL, run_at timestamptz DEFAULT NULL, priority integer DEFAULT 0,
    max_attempts integer DEFAULT NULL, expires_at timestamptz DEFAULT NULL, traceparent text DEFAULT NULL,
    queue text DEFAULT NULL, group_key text DEFAULT NULL, tracestate text DEFAULT NULL,
    dedupe_key text DEFAULT NULL, dedupe text DEFAULT NULL, dedupe_seconds double precision DEFAULT NULL,
    after uuid[] DEFAULT NULL, on_failure text DEFAULT NULL, batch_id uuid DEFAULT NULL)
RETURNS TABLE (job_id uuid, ix_id text, status text, duplicate boolean, differs boolean, replaces uuid)
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    moment     bigint;
    last       bigint;
    rounds     integer;
    is_planned boolean;
    is_waiting boolean;
    is_member  boolean;
    parents    bigint;
    plan       record;
BEGIN
    IF pg_catalog.num_nonnulls(ix_enqueue.dedupe_key, ix_enqueue.dedupe, ix_enqueue.dedupe_seconds, ix_enqueue.after,
                               ix_enqueue.on_failure, ix_enqueue.batch_id) > 0 THEN
        is_planned := true;
        IF pg_catalog.num_nonnulls(ix_enqueue.dedupe_key, ix_enqueue.dedupe, ix_enqueue.dedupe_seconds) > 0 THEN
            -- Before the look at the key, or a caller could wait for another client's.
            IF EXISTS (SELECT 1 FROM ix_client_roles) THEN
                PERFORM ix_check_client(coalesce(ix_enqueue.client_id, ix_enqueue.request ->> 'ix_client_id'));
            END IF;
            plan := ix_dedupe(coalesce(ix_enqueue.client_id, ix_enqueue.request ->> 'ix_client_id'),
                              coalesce(ix_enqueue.request_id, ix_enqueue.request ->> 'request_id'),
                              coalesce(ix_enqueue.use_case, ix_enqueue.request ->> 'use_case'),
                              ix_enqueue.dedupe_key, ix_enqueue.dedupe, ix_enqueue.dedupe_seconds, ix_enqueue.run_at);
            IF plan.answer IS NOT NULL THEN
                RETURN QUERY SELECT * FROM ix_answer_dedupe(
                    ix_enqueue.request, ix_enqueue.callback_url, ix_enqueue.use_case, ix_enqueue.client_id, ix_enqueue.request_id,
                    ix_enqueue.max_attempts, ix_enqueue.priority, ix_enqueue.run_at, ix_enqueue.expires_at, ix_enqueue.after,
                    ix_enqueue.on_failure, ix_enqueue.batch_id, plan.answer);
                RETURN;
            END IF;
            ix_enqueue.run_at := plan.run_at;
        END IF;
        IF ix_enqueue.after <> '{}' THEN
            is_waiting := true;
        END IF;
        IF ix_enqueue.batch_id IS NOT NULL THEN
            is_member := true;
        END IF;
    END IF;
    LOOP
        -- A single statement, because PL/pgSQL prepares each expression of its own anew in each transaction.
        -- ix_id is 64 random bits: hexadecimal digits of a version 4 UUID, without the fixed digits.
        INSERT INTO ix_jobs AS j (job_id, ix_id, client_id, request_id, status, request, callback_url, attempts,
                                  created_at, use_case, run_at, priority, max_attempts, expires_at, due_at, trace_context,
                                  queue, group_key, waits, batch_id, has_dependents)
        SELECT ix_new_id(), tag, client, key, 'pending', ix_enqueue.request || pg_catalog.jsonb_build_object(
                   'use_case', case_, 'ix_client_id', client, 'request_id', key, 'ix_id', tag),
               ix_enqueue.callback_url, 0, pg_catalog.now(), case_, ix_enqueue.run_at, coalesce(ix_enqueue.priority, 0),
               coalesce(ix_enqueue.max_attempts, 3), ix_enqueue.expires_at,
               -- ix_fill_insert sets due_at of a job that expires, and notes when; and it puts a job into its line.
               CASE WHEN ix_enqueue.expires_at IS NULL AND NOT is_lined AND is_waiting IS NULL
                    THEN coalesce(ix_enqueue.run_at, pg_catalog.now()) END,
               pg_catalog.substring(ix_enqueue.traceparent, '^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}')
                   || CASE WHEN pg_catalog.octet_length(ix_enqueue.tracestate) <= 512 AND ix_enqueue.tracestate !~ '[^ -~]'
                                AND ix_enqueue.tracestate ~ '^[ ,]*[a-z0-9][-a-z0-9_*/@]*=[^,=]+(,[ ,]*([a-z0-9][-a-z0-9_*/@]*=[^,=]+)?)*$'
                           THEN pg_catalog.chr(10) || ix_enqueue.tracestate ELSE '' END,
               CASE WHEN is_lined THEN coalesce(ix_enqueue.queue, case_) END,
               CASE WHEN is_lined THEN (ix_line_of(ix_enqueue.queue, ix_enqueue.group_key, ix_enqueue.priority, case_, client,
                                                   ix_enqueue.request)).lane END,
               is_waiting, ix_enqueue.batch_id, is_member
          FROM (SELECT coalesce(ix_enqueue.use_case, ix_enqueue.request ->> 'use_case') AS case_,
                       coalesce(ix_enqueue.client_id, ix_enqueue.request ->> 'ix_client_id') AS client,
                       coalesce(ix_enqueue.request_id, ix_enqueue.request ->> 'request_id') AS key,
                       pg_catalog.left(bits, 8) || pg_catalog.substr(bits, 10, 4) || pg_catalog.right(bits, 4) AS tag
                  FROM (SELECT pg_catalog.gen_random_uuid()::text AS bits OFFSET 0) AS u OFFSET 0) AS r,
               LATERAL (SELECT ix_enqueue.queue IS NOT NULL OR ix_enqueue.group_key IS NOT NULL
                            OR coalesce(ix_enqueue.priority, 0) <> 0
                            OR EXISTS (SELECT 1 FROM ix_queues q WHERE q.queue = r.case_) AS is_lined OFFSET 0) AS l
         WHERE ix_passes(case_, client, key, ix_enqueue.request, ix_enqueue.callback_url)
           AND case_ = coalesce(ix_enqueue.request ->> 'use_case', case_)
           AND client = coalesce(ix_enqueue.request ->> 'ix_client_id', client)
           AND key = coalesce(ix_enqueue.request ->> 'request_id', key)
           AND coalesce(ix_enqueue.max_attempts, 3) BETWEEN 0 AND 1000000
           AND ix_is_time(ix_enqueue.run_at) AND ix_is_time(ix_enqueue.expires_at)
           AND (pg_catalog.pg_sequence_last_value('ix_receipt_marks'::regclass) IS NULL OR NOT ix_has_receipt(client, key))
           -- The line behind the client, because a refusal tells of the client's jobs.
           AND CASE WHEN NOT EXISTS (SELECT 1 FROM ix_client_roles) OR ix_may_name(client)
                    THEN NOT is_lined OR ix_check_line(ix_enqueue.queue, ix_enqueue.group_key, coalesce(ix_enqueue.priority, 0),
                                                       case_, client, key)
                    ELSE false END
            ON CONFLICT (client_id, request_id) DO NOTHING
        RETURNING j.job_id, j.ix_id, 'pending', false, false, extract(epoch FROM pg_catalog.clock_timestamp()) * 1000,
                  coalesce(pg_catalog.pg_sequence_last_value('ix_hints'::regclass), 1)
             INTO job_id, ix_id, status, duplicate, differs, moment, last;
        IF FOUND THEN
            IF is_planned OR ix_enqueue.run_at IS NULL AND ix_next_hint(moment, last) IS NOT NULL THEN
                IF is_planned THEN
                    IF pg_catalog.num_nonnulls(ix_enqueue.after, ix_enqueue.on_failure) > 0 THEN
                        parents := ix_note_after(job_id, coalesce(ix_enqueue.client_id, ix_enqueue.request ->> 'ix_client_id'),
                                                    ix_enqueue.after, ix_enqueue.on_failure);
                    END IF;
                    IF is_member THEN
                        is_member := ix_join_batch(job_id, coalesce(ix_enqueue.client_id, ix_enqueue.request ->> 'ix_client_id'),
                                                   ix_enqueue.batch_id);
                    END IF;
                    IF pg_catalog.num_nonnulls(ix_enqueue.dedupe_key, ix_enqueue.dedupe, ix_enqueue.dedupe_seconds) > 0 THEN
                        IF plan.is_refused THEN
                            PERFORM ix_check_dedupe(ix_enqueue.dedupe_key, ix_enqueue.dedupe, ix_enqueue.dedupe_seconds);
                        END IF;
                        replaces := ix_note_dedupe(job_id, coalesce(ix_enqueue.client_id, ix_enqueue.request ->> 'ix_client_id'),
                                                   coalesce(ix_enqueue.use_case, ix_enqueue.request ->> 'use_case'),
                                                   ix_enqueue.dedupe_key, ix_enqueue.dedupe_seconds, plan.since, plan.pending_job);
                    END IF;
                END IF;
                IF ix_enqueue.run_at IS NULL AND ix_next_hint(moment, last) IS NOT NULL THEN
                    PERFORM ix_send_hint(ix_next_hint(moment, last));
                END IF;
            END IF;
            RETURN NEXT;
            RETURN;
        END IF;
        IF rounds IS NULL THEN
            PERFORM ix_check_enqueue(ix_enqueue.request, ix_enqueue.callback_url, ix_enqueue.use_case,
                                     ix_enqueue.client_id, ix_enqueue.request_id, ix_enqueue.max_attempts,
                                     ix_enqueue.priority, ix_enqueue.run_at, ix_enqueue.expires_at);
            PERFORM ix_check_client(coalesce(ix_enqueue.client_id, ix_enqueue.request ->> 'ix_client_id'));
        END IF;
        RETURN QUERY
            SELECT j.job_id, j.ix_id::text, j.status::text, true,
                   (j.request - 'ix_id') IS DISTINCT FROM (k.document - 'ix_id')
                   OR j.callback_url IS DISTINCT FROM ix_enqueue.callback_url
                   OR ix_enqueue.batch_id IS NOT NULL AND j.batch_id IS DISTINCT FROM ix_enqueue.batch_id,
                   NULL::uuid
              FROM (SELECT ix_enqueue.request || pg_catalog.jsonb_build_object(
                        'use_case', coalesce(ix_enqueue.use_case, ix_enqueue.request ->> 'use_case'),
                        'ix_client_id', coalesce(ix_enqueue.client_id, ix_enqueue.request ->> 'ix_client_id'),
                        'request_id', coalesce(ix_enqueue.request_id, ix_enqueue.request ->> 'request_id'))) AS k (document)
              JOIN ix_jobs j ON j.client_id = k.document ->> 'ix_client_id' AND j.request_id = k.document ->> 'request_id';
        IF FOUND THEN
            -- A repeat acknowledges the job, but the first insert's commit may have given up the wait for a synchronous standby, by
            -- a cancel or a crash. The message makes the repeat's commit wait; a transaction without a write waits for no standby.
            IF pg_catalog.current_setting('synchronous_standby_names') <> '' THEN
                PERFORM pg_catalog.pg_logical_emit_message(true, 'ix', '');
            END IF;
            RETURN;
        END IF;
        RETURN QUERY
            SELECT p.job_id, j.ix_id::text, j.status::text, true, false, NULL::uuid
              FROM ix_receipts p LEFT JOIN ix_jobs j ON j.job_id = p.job_id
             WHERE p.pair = ix_pair(coalesce(ix_enqueue.client_id, ix_enqueue.request ->> 'ix_client_id'),
                                    coalesce(ix_enqueue.request_id, ix_enqueue.request ->> 'request_id'));
        IF FOUND THEN
            RETURN;
        END IF;
        -- The twin was rolled back or deleted meanwhile: the next round inserts.
        rounds := coalesce(rounds, 1) + 1;
        EXIT WHEN rounds > 3;
    END LOOP;
    -- Reached only in REPEATABLE READ and above: the twin is committed but not visible to this transaction.
    RAISE EXCEPTION 'another transaction inserted the same client_id and request_id; retry the transaction'
        USING ERRCODE = '40001';
END $$;
