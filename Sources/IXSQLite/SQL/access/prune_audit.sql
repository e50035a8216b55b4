-- prune_audit: deletes the oldest entries of the audit. Index: the primary key; the oldest entries have the lowest ids.
-- ?1 the latest time of a deleted entry, ?2 limit
DELETE FROM ix_audit
 WHERE audit_id IN (SELECT audit_id FROM ix_audit ORDER BY audit_id LIMIT ?2) AND at < ?1
RETURNING audit_id;
