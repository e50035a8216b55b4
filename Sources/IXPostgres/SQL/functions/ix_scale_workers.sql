-- ix_scale_workers: asks live daemons for so many workers; null: for as many as their configuration names. A daemon takes the
-- number up with its next heartbeat and keeps it until it ends; what runs goes on. Returns the daemons, none where none matches.
CREATE OR REPLACE FUNCTION ix_scale_workers(workers integer, instance text DEFAULT NULL, daemon_id uuid DEFAULT NULL)
    RETURNS SETOF uuid LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
    IF $1 NOT BETWEEN 1 AND 1000 THEN
        -- chr: an ellipsis, as in the refusal of the configuration's key.
        RAISE EXCEPTION 'workers: must be 1%1000, is %', chr(8230), $1 USING ERRCODE = '22023';
    END IF;
    RETURN QUERY UPDATE ix_daemons d SET wanted_workers = $1
     WHERE d.lease_until > now() AND ($2 IS NULL OR d.instance = $2) AND ($3 IS NULL OR d.daemon_id = $3)
    RETURNING d.daemon_id;
END $$;
