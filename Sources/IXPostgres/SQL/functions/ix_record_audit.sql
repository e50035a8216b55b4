-- ix_record_audit: writes an entry of the audit, in the transaction of the change.
--
-- A login that is a member of ix_operator, ix_server or the owner gives actor and role itself. Every other login is
-- written down under its own name, as a worker or a producer: nothing that it gives can stand for another one.
CREATE OR REPLACE FUNCTION ix_record_audit(actor text, role text, action text, target text, filter jsonb, count bigint,
                                           request_id text, address text)
RETURNS void
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    is_believed boolean;
    is_worker   boolean;
BEGIN
    SELECT coalesce(bool_or(r.rolname <> 'ix_worker'), false), coalesce(bool_or(r.rolname = 'ix_worker'), false)
      INTO is_believed, is_worker
      FROM pg_catalog.pg_roles r
     WHERE (r.rolname IN ('ix_operator', 'ix_server', 'ix_worker')
            OR r.oid = (SELECT c.relowner FROM pg_catalog.pg_class c WHERE c.oid = 'ix_audit'::pg_catalog.regclass))
       AND pg_catalog.pg_has_role(session_user, r.oid, 'MEMBER');
    INSERT INTO ix_audit (actor, role, action, target, filter, count, request_id, address)
    VALUES (CASE WHEN is_believed THEN pg_catalog.left($1, 1000) ELSE session_user::text END,
            CASE WHEN is_believed THEN pg_catalog.left($2, 100) WHEN is_worker THEN 'worker' ELSE 'producer' END,
            pg_catalog.left($3, 100), pg_catalog.left($4, 1000), $5, $6, pg_catalog.left($7, 1000),
            CASE WHEN is_believed THEN pg_catalog.left($8, 1000) END);
END $$;
