-- enter_queue: moves the plain jobs of a use case into the line of the queue of that name. The change of the queue puts each
-- into line. Index: ix_jobs_due_by_use_case.
-- ?1 queue
UPDATE ix_jobs
   SET queue = ?1,
       group_key = (SELECT CASE WHEN q.group_by IS NULL THEN ix_jobs.group_key WHEN q.group_by = 'client_id' THEN ix_jobs.client_id
                                ELSE nullif(CAST(ix_jobs.request ->> ('$."' || replace(q.group_by, '.', '"."') || '"') AS text), '') END
                      FROM ix_queues q WHERE q.queue = ?1)
 WHERE status = 'pending' AND use_case = ?1 AND queue IS NULL;
