-- insert_preview: inserts the preview of an operation.
-- $1 operation_id, $2 action, $3 filter, $4 actor, $5 role, $6 as_of, $7 count, $8 is_at_least, $9 seconds until it runs out
INSERT INTO ix_operations (operation_id, action, filter, actor, role, as_of, count, is_at_least, expires_at)
VALUES ($1::uuid, $2::text, $3::jsonb, $4::text, $5::text, $6::timestamptz, $7::bigint, $8::boolean,
        now() + make_interval(secs => $9::double precision));
