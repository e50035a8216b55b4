-- ix_check_client: raises an error unless the session's login role may speak for the client.
CREATE OR REPLACE FUNCTION ix_check_client(client text) RETURNS void LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
    -- The look at the table first, because the call costs more than an insert.
    IF EXISTS (SELECT 1 FROM ix_client_roles) AND NOT ix_may_name(client) THEN
        RAISE EXCEPTION 'client_id: the role % may not act for this client', session_user USING ERRCODE = '22023';
    END IF;
END $$;
