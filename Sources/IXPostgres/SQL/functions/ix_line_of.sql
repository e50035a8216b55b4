-- ix_line_of: finds the line of a new job: its queue and the key of its group. Both are null for a plain job, which has no
-- queue, no group and no priority, and whose use case is no queue with a row. Requires: ix_check_line accepts the job.
CREATE OR REPLACE FUNCTION ix_line_of(queue text, group_key text, priority integer, use_case text, client_id text, request jsonb,
                           OUT line text, OUT lane text)
    LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT CASE WHEN q.queue IS NOT NULL OR $1 IS NOT NULL OR $2 IS NOT NULL OR $3 <> 0 THEN coalesce($1, $4) END,
           CASE WHEN q.group_by IS NULL THEN $2 ELSE ix_group_of(q.group_by, $5, $6) END
      FROM (SELECT 1) AS one LEFT JOIN ix_queues q ON q.queue = coalesce($1, $4)
$$;
