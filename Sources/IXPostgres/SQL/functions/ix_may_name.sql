-- ix_may_name: true when the session's login role may speak for the client. SET ROLE doesn't count, because a session
-- that may set a role may also reset the role.
CREATE OR REPLACE FUNCTION ix_may_name(client text) RETURNS boolean LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT NOT EXISTS (SELECT 1 FROM ix_client_roles b
                        WHERE pg_catalog.pg_has_role(session_user, b.role::oid, 'MEMBER'))
        OR EXISTS (SELECT 1 FROM ix_client_roles b
                    WHERE b.client_id = client AND pg_catalog.pg_has_role(session_user, b.role::oid, 'MEMBER'))
        -- A superuser counts as a member of every role.
        OR coalesce((SELECT r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = session_user), false)
$$;
