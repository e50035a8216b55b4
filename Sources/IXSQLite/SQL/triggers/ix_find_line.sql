-- ix_find_line: finds the line of a new job that names none: a job with a priority or a group, and one whose use case is a
-- queue. The change of the queue puts it into line.
CREATE TRIGGER ix_find_line AFTER INSERT ON ix_jobs
    WHEN NEW.status = 'pending' AND NEW.queue IS NULL
        AND (NEW.priority <> 0 OR NEW.group_key IS NOT NULL OR EXISTS (SELECT 1 FROM ix_queues))
BEGIN
    UPDATE ix_jobs
       SET queue = found.use_case,
           group_key = CASE WHEN found.group_by IS NULL THEN NEW.group_key
                            WHEN found.group_by = 'client_id' THEN NEW.client_id
                            ELSE nullif(CAST(NEW.request ->> ('$."' || replace(found.group_by, '.', '"."') || '"') AS text), '') END
      FROM (SELECT n.use_case, q.queue, q.group_by
              FROM (SELECT coalesce(NEW.use_case, (SELECT atom FROM json_each(NEW.request)
                                                    WHERE key = 'use_case' AND type = 'text' ORDER BY id DESC LIMIT 1)) AS use_case) AS n
              LEFT JOIN ix_queues q ON q.queue = n.use_case) AS found
     WHERE job_id = NEW.job_id AND found.use_case IS NOT NULL
       AND (NEW.priority <> 0 OR NEW.group_key IS NOT NULL OR found.queue IS NOT NULL);
END;
