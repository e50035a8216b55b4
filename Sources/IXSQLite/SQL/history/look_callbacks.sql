-- look_callbacks: counts the outbox up to a limit for each state, with the time since which a caller waits, and gives the
-- number of the newest refused write. Index: ix_callbacks_due, ix_callbacks_failed.
-- ?1 the limit
SELECT count(*) FILTER (WHERE tries = 0) AS due, count(*) FILTER (WHERE tries > 0) AS retrying, min(ended_at) AS oldest,
       (SELECT count(*) FROM (SELECT 1 FROM ix_callbacks WHERE state = 'failed' LIMIT ?1)) AS failed,
       (SELECT coalesce(max(refusal_id), 0) FROM ix_refused_writes) AS refused
  FROM (SELECT tries, ended_at FROM ix_callbacks WHERE state = 'due' LIMIT ?1);
