-- admit: gives turns to the next jobs in line, all by ix_admit.
-- $1 how many unclaimed turns are wanted, $2 the ring of the last call, $3 the daemon whose use cases and queues count,
-- null for all live daemons
-- The pass doesn't wait for the disk: a claim's commit comes after it in the log, so that a crash which loses the turns loses
-- the claims by them, too.
SELECT a.ring, a.admitted, a.ready, extract(epoch FROM nullif(a.next_at, 'infinity') - clock_timestamp()) AS pause
  FROM (SELECT set_config('synchronous_commit', 'off', true)) AS s (setting),
       LATERAL ix_admit($1::integer, $2::jsonb, (
           SELECT CASE WHEN bool_and(w.serves IS NOT NULL) THEN array_agg(DISTINCT s.use_case) END
             FROM ix_daemons w LEFT JOIN LATERAL unnest(w.serves) AS s (use_case) ON true
            WHERE w.daemon_id = $3::uuid OR $3::uuid IS NULL AND w.lease_until > now()), (
           SELECT CASE WHEN bool_and(w.queues IS NOT NULL) THEN array_agg(DISTINCT s.queue) END
             FROM ix_daemons w LEFT JOIN LATERAL unnest(w.queues) AS s (queue) ON true
            WHERE w.daemon_id = $3::uuid OR $3::uuid IS NULL AND w.lease_until > now())) AS a;
