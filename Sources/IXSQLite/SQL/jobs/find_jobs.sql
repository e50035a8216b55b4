-- find_jobs: the ids of jobs between two ids, for an id of which the beginning alone is known. Index: the primary key.
-- ?1 first id, ?2 last id, ?3 limit
SELECT job_id FROM ix_jobs WHERE job_id BETWEEN ?1 AND ?2 ORDER BY job_id LIMIT ?3;
