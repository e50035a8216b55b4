-- ix_rate_room: returns how many jobs a rate lets start at the moment. full_at is the moment at which the rate has its
-- whole burst again (GCRA); null: it has it now. Without a rate there is no bound.
CREATE OR REPLACE FUNCTION ix_rate_room(full_at timestamptz, moment timestamptz, rate integer, seconds double precision, burst integer)
RETURNS integer LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT CASE WHEN rate IS NULL THEN 2147483647 WHEN rate = 0 THEN 0
                ELSE floor(burst - greatest(0, least(burst, extract(epoch FROM coalesce(full_at, moment) - moment)::double precision
                                                            * rate / seconds)) + 1e-9)::integer END
$$;
