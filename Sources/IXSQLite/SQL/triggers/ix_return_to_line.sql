-- ix_return_to_line: puts a job into line that goes back to pending, is moved, gets another priority or time, or waits for no
-- job any more. A job that
-- had a row keeps its place in the order, and loses its turn. A dependent job sleeps in its line until infinity while waiting; a
-- finisher doesn't count for the client's depth meanwhile.
CREATE TRIGGER ix_return_to_line AFTER UPDATE OF status, queue, group_key, priority, run_at, waits ON ix_jobs
    WHEN NEW.status = 'pending' AND NEW.queue IS NOT NULL
        AND (OLD.status <> 'pending' OR NEW.queue IS NOT OLD.queue OR NEW.group_key IS NOT OLD.group_key
             OR NEW.priority <> OLD.priority OR NEW.run_at IS NOT OLD.run_at OR NEW.waits IS NOT OLD.waits)
BEGIN
    UPDATE ix_turns SET last = last + 1;
    INSERT INTO ix_lines (job_id, queue, group_key, priority, seq, asleep, client_id)
    SELECT NEW.job_id, NEW.queue, coalesce(NEW.group_key, '-'), NEW.priority, (SELECT last FROM ix_turns),
           CASE WHEN NEW.waits THEN 'infinity'
                WHEN NEW.run_at > strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')
                     AND NOT coalesce((SELECT strict FROM ix_queues WHERE queue = NEW.queue), 0) THEN NEW.run_at END,
           CASE WHEN NOT coalesce(NEW.waits AND EXISTS (SELECT 1 FROM ix_batches WHERE batch_id = NEW.job_id), 0)
                 AND EXISTS (SELECT 1 FROM ix_queues WHERE queue = NEW.queue AND client_depth IS NOT NULL) THEN NEW.client_id END
     WHERE true
        ON CONFLICT (job_id) DO UPDATE
       SET queue = excluded.queue, group_key = excluded.group_key, priority = excluded.priority, asleep = excluded.asleep,
           client_id = excluded.client_id,
           turn = NULL, held = 0,
           seq = CASE WHEN OLD.waits IS NULL AND queue = excluded.queue AND group_key = excluded.group_key THEN seq ELSE excluded.seq END;
END;
