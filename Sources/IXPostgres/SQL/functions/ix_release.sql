-- ix_release: takes up to `most` notes of ix_ended, releases dependent jobs without open parents, and ends dependent jobs of
-- failed parents with the code `dependency_failed`. One pass runs at a time, and no caller waits: a pass under way answers
-- notes = -1. A pass reads about 15,000 dependencies at most, and those that ix_settle_batches cancels; `more` is true when work is
-- left. Each step is a statement with a snapshot of its own, so the function runs in READ COMMITTED alone.
--
-- A note names a new dependent job, an ended parent, or a dependent job that has ended. The pass marks the open parents of a new
-- job (has_dependents) under the parents' locks; from the mark on, each end of a parent writes a note. The look at the parents'
-- ends comes after the mark. So two parents that end at once can't each miss the other's end, and the look finds an end before the
-- mark. The pass skips a row locked by another transaction, and writes a fresh note for the next pass. A satisfied entry of
-- ix_dependencies goes; a job without entries is released. A parent without a row counts as failed. Finishers of batches wait in
-- the same way for the members; ix_settle_batches decides about them. No pass reads all members of a batch: each member's end writes
-- a note of its own from the insert on, so a note of a finisher is about the batch alone. The entries of a job that waits no more go
-- in steps of 5,000, by notes of the job.
-- Index: the primary keys, ix_dependencies_after; each job is read by its key, under any statistics. A bitmap would read all entries
-- of a large batch before the first. Plans are generic, because a plan made for an array looks at each of its elements.
CREATE OR REPLACE FUNCTION ix_release(most integer, OUT notes integer, OUT released integer, OUT failed integer, OUT more boolean)
    LANGUAGE plpgsql SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off SET plan_cache_mode = force_generic_plan SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    most_of CONSTANT integer := 5000;
    noted   uuid[];
    later   uuid[];
    jobs    uuid[];
    looked  integer;
    ready   uuid[];
    failing uuid[];
    doomed  uuid[];
    touched uuid[];
    failed_jobs uuid[];
    reasons uuid[];
    locked  uuid[];
    over_jobs uuid[];
    cut     integer;
    again   integer;
    n       integer;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'ix_release runs in READ COMMITTED' USING ERRCODE = '25001';
    END IF;
    notes := -1; released := 0; failed := 0; more := false;
    -- A lock on a table, because every role of the server may take an advisory lock.
    BEGIN
        LOCK TABLE ix_release_gate IN SHARE UPDATE EXCLUSIVE MODE NOWAIT;
    EXCEPTION WHEN lock_not_available THEN RETURN;
    END;
    WITH taken AS (
        DELETE FROM ix_ended e
         WHERE e.note = ANY (ARRAY(SELECT o.note FROM ix_ended o ORDER BY o.note LIMIT $1 FOR UPDATE SKIP LOCKED))
        RETURNING e.job_id),
    sized AS (
        SELECT t.job_id, t.notes, t.is_alone,
               CASE WHEN t.is_alone THEN 0 ELSE (SELECT count(*) FROM ix_dependencies d WHERE d.job_id = t.job_id) END AS n
          -- True where no parents are looked at: of a finisher, and of a job that doesn't wait.
          FROM (SELECT x.job_id, count(*) AS notes, (SELECT b.batch_id FROM ix_batches b WHERE b.batch_id = x.job_id) IS NOT NULL
                         OR (SELECT j.waits AND j.status = 'pending' FROM ix_jobs j WHERE j.job_id = x.job_id) IS NOT TRUE AS is_alone
                  FROM taken x GROUP BY x.job_id) AS t),
    counted AS (SELECT s.*, sum(s.n) OVER (ORDER BY s.job_id) - s.n AS above FROM sized s)
    SELECT coalesce(sum(c.notes), 0), array_agg(c.job_id) FILTER (WHERE c.above < most_of), array_agg(c.job_id) FILTER (WHERE c.above >= most_of),
           array_agg(c.job_id) FILTER (WHERE c.above < most_of AND NOT c.is_alone)
      INTO notes, noted, later, jobs FROM counted c;
    IF noted IS NULL THEN
        RETURN;
    END IF;
    INSERT INTO ix_ended (job_id) SELECT u.id FROM unnest(later) AS u (id);
    -- The open parents of new jobs.
    UPDATE ix_jobs j SET has_dependents = true
     WHERE j.job_id = ANY (ARRAY(
               SELECT p.job_id FROM ix_jobs p
                WHERE p.job_id = ANY (ARRAY(SELECT d.after_job FROM ix_dependencies d WHERE d.job_id = ANY (jobs)))
                  AND p.has_dependents IS NULL AND p.status COLLATE "C" IN ('pending', 'running')
                ORDER BY p.job_id FOR NO KEY UPDATE SKIP LOCKED));
    INSERT INTO ix_ended (job_id)
    SELECT DISTINCT d.job_id FROM ix_dependencies d
     WHERE d.job_id = ANY (jobs)
       AND (SELECT p.has_dependents IS NULL AND p.status IN ('pending', 'running') FROM ix_jobs p WHERE p.job_id = d.after_job);
    GET DIAGNOSTICS again = ROW_COUNT;
    -- The parents that have ended.
    WITH near AS MATERIALIZED (
        SELECT d.job_id, d.after_job, d.on_failure FROM ix_dependencies d WHERE d.job_id = ANY (jobs)
         UNION
        (SELECT d.job_id, d.after_job, d.on_failure FROM ix_dependencies d WHERE d.after_job = ANY (noted) LIMIT most_of)),
    over AS MATERIALIZED (
        SELECT s.job_id, s.after_job, s.on_failure = 'fail' AND s.status IS DISTINCT FROM 'done' AS fails
          FROM (SELECT n.*, (SELECT p.status FROM ix_jobs p WHERE p.job_id = n.after_job) AS status FROM near n) AS s
         WHERE s.status IS NULL OR s.status IN ('done', 'error')),
    -- A client's open transaction may hold an entry, by a cancel of the batch or by ix_erase.
    held AS MATERIALIZED (
        SELECT d.job_id, d.after_job FROM over o JOIN ix_dependencies d ON d.job_id = o.job_id AND d.after_job = o.after_job
         WHERE NOT o.fails FOR UPDATE OF d SKIP LOCKED),
    gone AS (
        DELETE FROM ix_dependencies d USING held h WHERE d.job_id = h.job_id AND d.after_job = h.after_job),
    passed AS (
        INSERT INTO ix_ended (job_id)
        SELECT DISTINCT o.after_job FROM over o LEFT JOIN held h ON h.job_id = o.job_id AND h.after_job = o.after_job
         WHERE NOT o.fails AND h.job_id IS NULL
        RETURNING 1)
    SELECT array_agg(DISTINCT o.job_id), array_agg(DISTINCT o.job_id) FILTER (WHERE o.fails), (SELECT count(*) FROM near n WHERE n.after_job = ANY (noted)),
           (SELECT count(*) FROM passed),
           array_agg(o.job_id ORDER BY o.job_id, o.after_job) FILTER (WHERE o.fails),
           array_agg(o.after_job ORDER BY o.job_id, o.after_job) FILTER (WHERE o.fails)
      INTO ready, failing, looked, n, failed_jobs, reasons FROM over o;
    again := again + n;
    touched := ready;
    ready := ready || noted;
    SELECT s.ready, s.failing, s.doomed, s.again INTO ready, failing, doomed, n FROM ix_settle_batches(ready, failing, failed_jobs, reasons) AS s;
    again := again + n;
    failed := ix_fail_waiting(failing || doomed, failed_jobs, reasons);
    -- Dependent jobs without open parents. The queue may have got a row meanwhile.
    ready := ARRAY(SELECT DISTINCT u.id FROM unnest(ready) AS u (id)
                    WHERE u.id <> ALL (coalesce(failing, '{}')) AND NOT EXISTS (SELECT 1 FROM ix_dependencies d WHERE d.job_id = u.id)
                      AND (SELECT j.waits AND j.status = 'pending' FROM ix_jobs j WHERE j.job_id = u.id));
    locked := ARRAY(SELECT j.job_id FROM ix_jobs j WHERE j.job_id = ANY (ready) AND j.waits AND j.status = 'pending' COLLATE "C"
                     ORDER BY j.job_id FOR UPDATE SKIP LOCKED);
    UPDATE ix_jobs j
       SET waits = NULL, run_at = greatest(j.run_at, now()), queue = coalesce(j.queue, l.line),
           group_key = CASE WHEN j.queue IS NULL THEN l.lane ELSE j.group_key END
      FROM ix_jobs o
      -- OFFSET keeps the condition in front of the call, which costs as much as the rest of a plain job's release.
      LEFT JOIN LATERAL (
          SELECT f.line, f.lane FROM ix_line_of(NULL, o.group_key, o.priority, o.use_case, o.client_id, o.request) AS f
           WHERE o.queue IS NULL AND (o.group_key IS NOT NULL OR o.priority <> 0
                 OR EXISTS (SELECT 1 FROM ix_queues q WHERE q.queue = o.use_case)) OFFSET 0) AS l ON true
     WHERE o.job_id = ANY (locked) AND j.job_id = o.job_id AND j.status = 'pending' COLLATE "C";
    GET DIAGNOSTICS released = ROW_COUNT;
    DELETE FROM ix_batches b
     WHERE b.batch_id = ANY (ready || failing || doomed)
       AND coalesce((SELECT j.waits AND j.status = 'pending' FROM ix_jobs j WHERE j.job_id = b.batch_id), false) = false;
    INSERT INTO ix_ended (job_id)
    SELECT u.id FROM unnest(ready || failing || doomed) AS u (id)
     WHERE (SELECT j.waits AND j.status = 'pending' FROM ix_jobs j WHERE j.job_id = u.id);
    GET DIAGNOSTICS n = ROW_COUNT;
    again := again + n;
    -- A finisher that could not end now: its failed members are noted again, because a note of the finisher leads to no member.
    INSERT INTO ix_ended (job_id)
    SELECT DISTINCT f.reason FROM unnest(failed_jobs, reasons) AS f (job_id, reason)
     WHERE (SELECT b.cancelled_at IS NULL FROM ix_batches b WHERE b.batch_id = f.job_id)
       AND (SELECT j.waits AND j.status = 'pending' FROM ix_jobs j WHERE j.job_id = f.job_id);
    GET DIAGNOSTICS n = ROW_COUNT;
    again := again + n;
    -- Jobs that ended while waiting, or that a legacy worker has claimed, wait no more.
    over_jobs := ARRAY(SELECT DISTINCT u.id FROM unnest(noted || touched) AS u (id)
                        WHERE coalesce((SELECT j.waits AND j.status = 'pending' FROM ix_jobs j WHERE j.job_id = u.id), false) = false);
    WITH held AS MATERIALIZED (
        SELECT d.job_id, d.after_job FROM ix_dependencies d WHERE d.job_id = ANY (over_jobs) LIMIT most_of FOR UPDATE SKIP LOCKED)
    DELETE FROM ix_dependencies d USING held h WHERE d.job_id = h.job_id AND d.after_job = h.after_job;
    GET DIAGNOSTICS cut = ROW_COUNT;
    -- Entries that another transaction holds, or that are too many for this pass.
    INSERT INTO ix_ended (job_id)
    SELECT u.id FROM unnest(over_jobs) AS u (id) WHERE EXISTS (SELECT 1 FROM ix_dependencies d WHERE d.job_id = u.id);
    GET DIAGNOSTICS n = ROW_COUNT;
    again := again + n;
    IF looked >= most_of THEN
        INSERT INTO ix_ended (job_id)
        SELECT u.id FROM unnest(noted) AS u (id) WHERE EXISTS (SELECT 1 FROM ix_dependencies d WHERE d.after_job = u.id)
           AND (SELECT j.status IN ('done', 'error') FROM ix_jobs j WHERE j.job_id = u.id);
    END IF;
    -- Notes that came back name locked rows, which the next pass would find locked, too.
    more := notes >= $1 AND again < notes OR failed > 0 OR later IS NOT NULL OR looked >= most_of OR cut >= most_of;
    IF released > 0 THEN
        PERFORM ix_hint();
    END IF;
END $$;
