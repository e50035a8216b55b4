-- ix_enter_line: puts a new job with a queue into its line, for every writer. Where the queue names the groups, the job's
-- is set here; ix_return_to_line then corrects the line. A job whose time is ahead sleeps first, but not in a strict queue,
-- where the head holds its group. A job that waits for others sleeps in its line until
-- infinity, and so counts for the client's depth; the release gives it its place in the order.
CREATE TRIGGER ix_enter_line AFTER INSERT ON ix_jobs WHEN NEW.status = 'pending' AND NEW.queue IS NOT NULL
BEGIN
    UPDATE ix_turns SET last = last + 1;
    INSERT INTO ix_lines (job_id, queue, group_key, priority, seq, asleep, client_id)
    SELECT NEW.job_id, NEW.queue, coalesce(NEW.group_key, '-'), NEW.priority, (SELECT last FROM ix_turns),
           CASE WHEN NEW.waits THEN 'infinity'
                WHEN NEW.run_at > strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')
                     AND NOT coalesce((SELECT strict FROM ix_queues WHERE queue = NEW.queue), 0) THEN NEW.run_at END,
           CASE WHEN EXISTS (SELECT 1 FROM ix_queues WHERE queue = NEW.queue AND client_depth IS NOT NULL) THEN NEW.client_id END
     WHERE true
        ON CONFLICT DO NOTHING;
    UPDATE ix_jobs
       SET group_key = (SELECT CASE WHEN q.group_by = 'client_id' THEN NEW.client_id
                                    ELSE nullif(CAST(NEW.request ->> ('$."' || replace(q.group_by, '.', '"."') || '"') AS text), '') END
                          FROM ix_queues q WHERE q.queue = NEW.queue)
     WHERE job_id = NEW.job_id AND EXISTS (SELECT 1 FROM ix_queues q WHERE q.queue = NEW.queue AND q.group_by IS NOT NULL);
END;
