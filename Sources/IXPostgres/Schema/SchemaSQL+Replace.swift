extension SchemaSQL {
    /// Replaces a function whose text has changed.
    ///
    /// PostgreSQL refuses to replace a function in place when its result has changed, and makes a second function when
    /// its arguments have changed: in both cases the former function is dropped. The rights that
    /// `ix-worker migrate --roles` gave stay: the owner, the callers, and the rights under which the function runs.
    static func replace(_ function: SchemaCatalogue.Function) -> String {
        """
        DO $ix_replace$
        DECLARE
            former   oid;
            fresh    oid;
            definer  boolean;
            owner    name;
            callers  text;
        BEGIN
            SELECT p.oid, p.prosecdef, pg_get_userbyid(p.proowner),
                   (SELECT string_agg(DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC'
                                                    ELSE quote_ident(pg_get_userbyid(a.grantee)) END, ', ')
                      FROM aclexplode(p.proacl) AS a WHERE a.privilege_type = 'EXECUTE' AND a.grantee <> p.proowner)
              INTO former, definer, owner, callers
              FROM ix_schema_objects o JOIN pg_proc p ON p.oid = to_regprocedure(o.signature) WHERE o.name = '\(function.name)';
            BEGIN
                EXECUTE $ix_text$\(function.text)$ix_text$;
            EXCEPTION WHEN invalid_function_definition THEN
                EXECUTE format('DROP ROUTINE %s', former::regprocedure);
                EXECUTE $ix_text$\(function.text)$ix_text$;
            END;
            SELECT p.oid INTO fresh FROM pg_proc p
             WHERE p.pronamespace = quote_ident(current_schema())::regnamespace AND p.proname = '\(function.name)' AND p.oid IS DISTINCT FROM former;
            IF fresh IS NULL THEN
                fresh := former;
            ELSE
                IF EXISTS (SELECT 1 FROM pg_proc p WHERE p.oid = former) THEN
                    EXECUTE format('DROP ROUTINE %s', former::regprocedure);
                END IF;
                EXECUTE format('REVOKE ALL ON ROUTINE %s FROM PUBLIC', fresh::regprocedure);
                IF owner IS NOT NULL THEN
                    EXECUTE format('ALTER ROUTINE %s OWNER TO %I', fresh::regprocedure, owner);
                END IF;
                IF callers IS NOT NULL THEN
                    EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO %s', fresh::regprocedure, callers);
                END IF;
            END IF;
            IF definer THEN
                EXECUTE format('ALTER ROUTINE %s SECURITY DEFINER', fresh::regprocedure);
            END IF;
        END $ix_replace$
        """
    }
}
