-- list_audit: lists entries of the audit, newest first. Index: the primary key.
-- ?1 audit_id behind the page (null: from the newest), ?2 limit
SELECT audit_id, at, actor, role, action, target, filter, count, request_id, address
  FROM ix_audit WHERE ?1 IS NULL OR audit_id < ?1
 ORDER BY audit_id DESC LIMIT ?2;
