-- ix_hand_on: takes an ended job out of the line, and claims the next one for the same worker, in the transaction of the end. A
-- job that has a turn already comes first, and the ended one's place is free. Where none waits, the place goes to the next of the
-- group: its row gets the same turn, so that a pass counts the place once. Without a row the place is free. The newest pass must
-- allow handing on, and the queue may have no rate, no pause, and no change of a limit since the turn was given. The end must be
-- this claim's. A turn that another claim has locked doesn't wait: without that, one free place made the other ends miss theirs.
--
-- The shared lock on ix_hand_on_gate is taken by a statement before the look at the queue. A pause or a change of a limit takes the
-- lock alone, and so comes before the look or after this transaction. The lock is tried, and never waited for. It is a table's,
-- because every role of the server may take an advisory lock; a row's cost three times as much.
-- 63 of 64 ends look for the next job behind the ended one: while a snapshot is held, the entries before it can't be
-- cleared. A job that came back before it waits for some ends more.
-- The plans are kept whatever the arguments: planning anew at each call cost more than all statements together.
-- Index: the primary keys; ix_lines_turn, an entry for each running job of a line; ix_lines_line for the group's first job.
CREATE OR REPLACE FUNCTION ix_hand_on(ended uuid, ended_claim uuid, next_claim uuid, daemon uuid, reads_document boolean, use_cases text[], is_only boolean, queues text[])
RETURNS TABLE (job_id uuid, ix_id text, client_id text, request_id text, use_case text, attempts integer, max_attempts integer,
               request jsonb, is_expired boolean, cancel_requested_at timestamptz, callback_url text, claimed_at timestamptz,
               due timestamptz, trace_context text, place tid, declaration tid, is_urgent boolean)
    LANGUAGE plpgsql SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
    SET plan_cache_mode = force_generic_plan
    SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    freed     record;
    level     integer;
    in_order  boolean;
    line      tid;
    next      tid;
    said      tid;
    handed    bigint;
    behind    bigint;
BEGIN
    DELETE FROM ix_lines l USING ix_jobs j
     WHERE l.job_id = $1 AND j.job_id = $1 AND j.finished_claim = $2 AND j.status COLLATE "C" IN ('done', 'error')
    RETURNING l.queue, l.group_key, l.priority, l.seq, l.turn INTO freed;
    IF freed.turn IS NULL OR NOT EXISTS (SELECT 1 FROM ix_daemons w WHERE w.daemon_id = $4 AND w.lease_until > clock_timestamp()) THEN
        RETURN;
    END IF;
    SELECT p.line, p.job, p.priority INTO line, next, level
      FROM (SELECT * FROM (SELECT l.job_id, l.ctid AS place, l.turn, l.priority FROM ix_lines l
                            WHERE l.turn >= coalesce((SELECT a.unclaimed FROM ix_admissions a ORDER BY a.pass DESC LIMIT 1), 0)
                              AND l.turn IS NOT NULL AND NOT l.held AND ($8 IS NULL OR l.queue = ANY ($8))
                            ORDER BY l.turn LIMIT 1000) AS u
             ORDER BY u.priority >= 0, u.turn) AS r,
           LATERAL (SELECT l.ctid AS line, j.ctid AS job, l.priority FROM ix_lines l, ix_jobs j
                     WHERE l.ctid = r.place AND l.job_id = r.job_id AND l.turn = r.turn AND NOT l.held
                       AND j.job_id = r.job_id AND j.status = 'pending' COLLATE "C"
                       AND ($6 IS NULL OR coalesce((coalesce(j.use_case, j.request ->> 'use_case') = ANY ($6)) = $7, true))
                       FOR UPDATE OF l, j SKIP LOCKED) AS p
     LIMIT 1;
    IF next IS NULL THEN
        BEGIN
            LOCK TABLE ix_hand_on_gate IN ROW SHARE MODE NOWAIT;
        EXCEPTION WHEN lock_not_available THEN RETURN;
        END;
        SELECT (h.hands_on ->> 'priority')::integer, coalesce(q.strict, false) INTO level, in_order
          FROM (SELECT a.hands_on -> freed.queue AS hands_on FROM ix_admissions a ORDER BY a.pass DESC LIMIT 1) AS h
          LEFT JOIN ix_queues q ON q.queue = freed.queue
         WHERE coalesce(h.hands_on ->> 'group', freed.group_key) = freed.group_key
           AND (q.queue IS NULL OR q.paused_at IS NULL AND freed.turn >= q.since_turn AND q.rate IS NULL AND q.group_rate IS NULL);
        IF level IS NULL THEN
            RETURN;
        END IF;
        IF in_order THEN   -- the head alone, or nothing
            SELECT p.line, p.job INTO line, next
              FROM (SELECT l.ctid AS line, j.ctid AS job FROM ix_lines l, ix_jobs j
                     WHERE l.job_id = (SELECT x.job_id FROM ix_lines x
                                        WHERE x.turn IS NULL AND x.asleep IS NULL AND x.queue = freed.queue AND x.priority = level
                                          AND x.group_key = freed.group_key ORDER BY x.seq LIMIT 1)
                       AND j.job_id = l.job_id AND l.turn IS NULL AND j.status = 'pending' COLLATE "C"
                       AND coalesce(j.run_at <= clock_timestamp(), true)
                       AND ($6 IS NULL OR coalesce((coalesce(j.use_case, j.request ->> 'use_case') = ANY ($6)) = $7, true))
                       FOR UPDATE SKIP LOCKED) AS p;
        ELSE   -- the line first: heads that others hold cost no look at their jobs
            behind := CASE WHEN freed.priority = level AND random() * 64 > 1 THEN freed.seq ELSE 0 END;
            SELECT h.line, p.job INTO line, next
              FROM (SELECT l.ctid AS line, l.job_id FROM ix_lines l
                     WHERE l.turn IS NULL AND l.asleep IS NULL AND l.queue = freed.queue AND l.priority = level
                       AND l.group_key = freed.group_key AND l.seq > behind
                     ORDER BY l.seq LIMIT 1 FOR UPDATE SKIP LOCKED) AS h,
                   LATERAL (SELECT j.ctid AS job FROM ix_jobs j
                             WHERE j.job_id = h.job_id AND j.status = 'pending' COLLATE "C"
                               AND ($6 IS NULL OR coalesce((coalesce(j.use_case, j.request ->> 'use_case') = ANY ($6)) = $7, true))
                               FOR UPDATE SKIP LOCKED) AS p;
        END IF;
        IF next IS NULL THEN
            RETURN;
        END IF;
        handed := freed.turn;
    END IF;
    UPDATE ix_lines l SET turn = coalesce(handed, l.turn), held = true, client_id = NULL WHERE l.ctid = line;
    INSERT INTO ix_running AS r (daemon_id, job_ids) SELECT $4, ARRAY[j.job_id] FROM ix_jobs j WHERE j.ctid = next RETURNING r.ctid INTO said;
    RETURN QUERY
    UPDATE ix_jobs j
       SET status = 'running', claim_id = $3, daemon_id = $4, started_at = now(), attempts = coalesce(j.attempts, 0), due_at = NULL
     WHERE j.ctid = next
    RETURNING j.job_id, j.ix_id::text, j.client_id::text, j.request_id::text, j.use_case::text, j.attempts, j.max_attempts,
              CASE WHEN $5 THEN j.request END, j.expires_at <= now(), j.cancel_requested_at, coalesce(j.callback_url::text, CASE WHEN j.has_dependents THEN '' END),
              now(), coalesce(j.run_at, j.created_at), j.trace_context, j.ctid, said, level < 0;
END $$;
