-- ix_enter_line: puts a pending job into its line: a new job, a job sent back, or a job of a changed line, priority or
-- time. A job with a row keeps its place in the order, and loses its turn. A job whose time is ahead sleeps first,
-- but not in a strict queue, where the head holds its group. A dependent job sleeps until infinity while waiting, in any
-- queue, and so counts for the client's depth and gets no turn. The row names the client where the queue
-- bounds the number of its waiting jobs, but not while a finisher waits, whose members could never come otherwise. Only triggers call
-- the function.
CREATE OR REPLACE FUNCTION ix_enter_line(job_id uuid, queue text, group_key text, priority integer, run_at timestamptz, client_id text,
                              waits boolean)
    RETURNS void
    LANGUAGE sql SET search_path FROM CURRENT AS $$
    INSERT INTO ix_lines AS l (job_id, queue, group_key, priority, seq, asleep, client_id)
    VALUES ($1, $2, coalesce($3, '-'), $4, nextval('ix_turns'),
            CASE WHEN $7 THEN 'infinity'
                 WHEN $5 > now() AND NOT coalesce((SELECT q.strict FROM ix_queues q WHERE q.queue = $2), false) THEN $5 END,
            CASE WHEN NOT coalesce($7 AND EXISTS (SELECT 1 FROM ix_batches b WHERE b.batch_id = $1), false)
                  AND EXISTS (SELECT 1 FROM ix_queues q WHERE q.queue = $2 AND q.client_depth IS NOT NULL) THEN left($6, 255) END)
        ON CONFLICT (job_id) DO UPDATE
       SET queue = excluded.queue, group_key = excluded.group_key, priority = excluded.priority, asleep = excluded.asleep,
           client_id = excluded.client_id,
           turn = NULL, held = false,
           seq = CASE WHEN (l.queue, l.group_key) = (excluded.queue, excluded.group_key) THEN l.seq ELSE excluded.seq END
$$;
