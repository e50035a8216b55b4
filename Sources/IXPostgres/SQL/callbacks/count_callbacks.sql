-- count_callbacks: counts the outbox: due, due after a failed try, and failed. The age is that of the oldest ended job
-- with a due callback. Index: ix_callbacks_due, ix_callbacks_failed.
SELECT count(*) FILTER (WHERE state = 'due') AS due, count(*) FILTER (WHERE state = 'due' AND tries > 0) AS retrying,
       count(*) FILTER (WHERE state = 'failed') AS failed,
       extract(epoch FROM now()) - extract(epoch FROM min(ended_at) FILTER (WHERE state = 'due')) AS oldest_due
  FROM ix_callbacks WHERE state IN ('due', 'failed');
