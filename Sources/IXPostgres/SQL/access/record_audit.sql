-- record_audit: writes an entry of the audit by ix_record_audit, which may correct actor and role.
-- $1 actor, $2 role, $3 action, $4 target, $5 filter, $6 count, $7 request_id, $8 address
SELECT ix_record_audit($1::text, $2::text, $3::text, $4::text, $5::jsonb, $6::bigint, $7::text, $8::text);
