-- count_callbacks: counts the outbox by state. Index: ix_callbacks_due, ix_callbacks_failed.
SELECT count(*) FILTER (WHERE state = 'due') AS due, count(*) FILTER (WHERE state = 'due' AND tries > 0) AS retrying,
       count(*) FILTER (WHERE state = 'failed') AS failed, min(ended_at) FILTER (WHERE state = 'due') AS oldest
  FROM ix_callbacks WHERE state IN ('due', 'failed');
