-- look: says in one statement what there is to do, so that an idle daemon asks once for each poll. Each answer reads a single
-- entry of an index, or a table that is nearly always empty.
-- is_due: a plain job is due behind the mark; null when the caller doesn't ask.
-- has_lines: a job stands in a line; while none does, claims ask for plain jobs alone.
-- has_plain: a plain job's use case is a queue with a row, so that the job is to get into line; asked together with is_due. Of more
-- than 200 queues none is asked, and the answer is true.
-- entering: the use cases whose plain jobs are still to get into line, and which claims leave out meanwhile.
-- has_full: clients have as many waiting jobs as their queue takes.
-- has_notes: ix_release has work. waits: a dependent job waits.
-- has_callbacks: callbacks wait, or are to be sent again; asked together with is_due.
-- The answers that need a certain index are subqueries with an order, which the planner keeps, unlike that of EXISTS.
-- $1 and $2 the mark: due time and job_id of a recently claimed row, or values which sort before every row; $1 null: these three are
-- not asked
SELECT CASE WHEN $1::timestamptz IS NOT NULL THEN (
           SELECT true FROM ix_jobs
            WHERE due_at <= now() AND (due_at, job_id) >= ($1::timestamptz, $2::uuid) AND (run_at IS NULL OR run_at IS NOT NULL)
            ORDER BY due_at, job_id LIMIT 1) END AS is_due,
       CASE WHEN $1::timestamptz IS NULL THEN NULL
            WHEN (SELECT count(*) FROM (SELECT 1 FROM ix_queues LIMIT 201) AS q) > 200 THEN true
            ELSE EXISTS (SELECT 1 FROM ix_queues q
                          WHERE (SELECT true FROM ix_jobs j
                                  WHERE j.use_case COLLATE "C" = q.queue AND j.use_case IS NOT NULL AND j.due_at IS NOT NULL
                                  ORDER BY j.due_at, j.job_id LIMIT 1)) END AS has_plain,
       EXISTS (SELECT 1 FROM ix_lines) AS has_lines,
       (SELECT to_json(array_agg(queue ORDER BY queue)) FROM ix_queues WHERE entering IS NOT NULL) AS entering,
       EXISTS (SELECT 1 FROM ix_full_clients) AS has_full,
       EXISTS (SELECT 1 FROM ix_ended) AS has_notes, EXISTS (SELECT 1 FROM ix_dependencies) AS waits,
       CASE WHEN $1::timestamptz IS NOT NULL THEN
                (SELECT true FROM ix_callbacks WHERE state = 'due' ORDER BY endpoint, client_id, due_at LIMIT 1) IS NOT NULL
                OR EXISTS (SELECT 1 FROM ix_redeliveries) END AS has_callbacks;
