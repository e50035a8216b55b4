-- clear_suspects: deletes suspects whose job ended, went back for another reason, or no longer exists.
DELETE FROM ix_suspects s
 WHERE NOT EXISTS (SELECT 1 FROM ix_jobs j
                    WHERE j.job_id = s.job_id AND j.status COLLATE "C" IN ('pending', 'running') AND j.attempts = s.attempts);
