-- prune_dedupes: deletes the keys whose time is over and whose job has ended.
-- ?1 now, ?2 limit
DELETE FROM ix_dedupes
 WHERE rowid IN (SELECT d.rowid FROM ix_dedupes d LEFT JOIN ix_jobs j ON j.job_id = d.job_id
                  WHERE d.kept_until < ?1 AND coalesce(j.status, '') NOT IN ('pending', 'running') LIMIT ?2)
RETURNING job_id;
