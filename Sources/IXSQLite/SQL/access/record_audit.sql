-- record_audit: writes an entry of the audit.
-- ?1 actor, ?2 role, ?3 action, ?4 target, ?5 filter, ?6 count, ?7 request_id, ?8 address, ?9 now
INSERT INTO ix_audit (actor, role, action, target, filter, count, request_id, address, at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9);
