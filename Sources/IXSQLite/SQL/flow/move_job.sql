-- move_job: moves a waiting job to another queue, which enters it there, or makes it plain where no queue has a row, and the
-- job no group and no priority. Index: the primary key.
-- ?1 job_id, ?2 queue
UPDATE ix_jobs
   SET queue = CASE WHEN line.queue IS NULL AND line.lane IS NULL AND ix_jobs.priority = 0 THEN NULL ELSE ?2 END,
       group_key = line.lane
  FROM (SELECT j.job_id, q.queue,
               CASE WHEN q.group_by = 'client_id' THEN j.client_id
                    WHEN q.group_by IS NOT NULL
                    THEN nullif(CAST(j.request ->> ('$."' || replace(q.group_by, '.', '"."') || '"') AS text), '')
                    WHEN old.group_by IS NULL THEN j.group_key END AS lane
          FROM ix_jobs j LEFT JOIN ix_queues q ON q.queue = ?2 LEFT JOIN ix_queues old ON old.queue = j.queue
         WHERE j.job_id = ?1) AS line
 WHERE ix_jobs.job_id = line.job_id AND ix_jobs.status = 'pending'
RETURNING ix_jobs.queue;
