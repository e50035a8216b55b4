-- ix_enqueue_callback: every end of a job with a callback URL makes its callback due, for every writer, in the end's transaction.
CREATE TRIGGER ix_enqueue_callback AFTER UPDATE OF status ON ix_jobs
    WHEN NEW.status IN ('done', 'error') AND OLD.status NOT IN ('done', 'error') AND NEW.callback_url IS NOT NULL
BEGIN
    INSERT INTO ix_callbacks (job_id, client_id, url, endpoint, status, body, due_at, since, ended_at)
    SELECT NEW.job_id, NEW.client_id, NEW.callback_url, endpoint, NEW.status, NEW.response, ended, ended, ended
      FROM (SELECT lower(substr(NEW.callback_url, 1, start + min(
                       instr(rest || '/', '/'), instr(rest || '?', '?'), instr(rest || '#', '#')) - 1)) AS endpoint,
                   coalesce(NEW.finished_at, strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')) AS ended
              FROM (SELECT instr(NEW.callback_url, '//') + 1 AS start,
                           substr(NEW.callback_url, instr(NEW.callback_url, '//') + 2) AS rest))
     WHERE true
        ON CONFLICT DO NOTHING;
END;
