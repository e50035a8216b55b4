-- look_batches: writes a note for each batch that is over, or is being cancelled, and for which no note may have come. A row of
-- ix_batches for each waiting batch, with a look at each. Index: the primary keys.
-- ?1 limit
INSERT INTO ix_ended (job_id)
SELECT b.batch_id FROM ix_batches b
 WHERE b.cancelled_at IS NOT NULL
    OR NOT b.is_open AND NOT EXISTS (SELECT 1 FROM ix_dependencies d WHERE d.job_id = b.batch_id)
       AND EXISTS (SELECT 1 FROM ix_members m WHERE m.batch_id = b.batch_id)
 LIMIT ?1;
