-- insert_preview: inserts the preview of an operation.
-- ?1 operation_id, ?2 action, ?3 filter, ?4 actor, ?5 role, ?6 as_of, ?7 count, ?8 is_at_least, ?9 expires_at, ?10 now
INSERT INTO ix_operations (operation_id, action, filter, actor, role, as_of, count, is_at_least, expires_at, created_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10);
