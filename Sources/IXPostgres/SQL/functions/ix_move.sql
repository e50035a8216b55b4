-- ix_move: moves waiting jobs to the line of another queue, in the order of their inserts. A job's group is the one that the
-- queue takes it from, else the one that the producer gave. The use case's own queue takes a job back; without a row, group
-- and priority the job is plain again. Returns for each job moved, unchanged, refused with the reason, the status of a job that
-- isn't pending, or not_found.
--
-- SELECT * FROM ix_move(ARRAY['6f9619ff-8b86-4011-b42d-00c04fc964ff']::uuid[], 'mail');
CREATE OR REPLACE FUNCTION ix_move(job_ids uuid[], queue text) RETURNS TABLE (job_id uuid, result text, reason text)
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    one       uuid;
    job       ix_jobs;
    line      ix_queues;
    lane      text;
    fault     text;
    is_strict boolean;
BEGIN
    PERFORM ix_checked_key($2, 'queue');
    SELECT q.* INTO line FROM ix_queues q WHERE q.queue = $2;
    SELECT q.strict INTO is_strict FROM ix_queues q WHERE q.queue = $2;
    FOR one IN
        SELECT u.id FROM (SELECT DISTINCT unnest($1) AS id) AS u LEFT JOIN ix_jobs j ON j.job_id = u.id
         ORDER BY j.created_at, u.id
    LOOP
        SELECT j.* INTO job FROM ix_jobs j WHERE j.job_id = one
           AND (NOT EXISTS (SELECT 1 FROM ix_client_roles) OR ix_may_name(j.client_id)) FOR UPDATE;
        IF NOT FOUND THEN
            RETURN QUERY SELECT one, 'not_found'::text, NULL::text;
            CONTINUE;
        END IF;
        fault := CASE WHEN line.queue IS NULL AND coalesce(job.use_case, '') <> $2 THEN 'queue: there is no queue ' || $2
                      WHEN job.use_case <> $2 AND job.use_case <> ALL (line.use_cases)
                      THEN format('queue: %s does not take the use case %s', $2, job.use_case)
                      WHEN is_strict AND job.priority <> 0
                      THEN format('priority: must be 0 in queue %s, which is strict', $2) END;
        IF job.status <> 'pending' THEN
            RETURN QUERY SELECT one, job.status::text, NULL::text;
        ELSIF coalesce(job.queue, job.use_case) = $2 THEN
            RETURN QUERY SELECT one, 'unchanged'::text, NULL::text;
        ELSIF fault IS NOT NULL THEN
            RETURN QUERY SELECT one, 'refused'::text, fault;
        ELSE
            lane := CASE WHEN line.group_by IS NOT NULL THEN ix_group_of(line.group_by, job.client_id, job.request)
                         WHEN EXISTS (SELECT 1 FROM ix_queues q WHERE q.queue = job.queue AND q.group_by IS NOT NULL) THEN NULL
                         ELSE job.group_key END;
            IF line.queue IS NULL AND lane IS NULL AND job.priority = 0 THEN
                UPDATE ix_jobs j SET queue = NULL, group_key = NULL WHERE j.job_id = one;
                PERFORM ix_leave_line(one);
            ELSE
                UPDATE ix_jobs j SET queue = $2, group_key = lane WHERE j.job_id = one;
            END IF;
            RETURN QUERY SELECT one, 'moved'::text, NULL::text;
        END IF;
    END LOOP;
    PERFORM ix_notify('ix_jobs', '');
END $$;
