-- ix_read_time: returns a time written as text, in UTC when the text names no zone, as every door but a literal of
-- SQL takes times.
CREATE OR REPLACE FUNCTION ix_read_time(value text, field text) RETURNS timestamptz
    LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT SET timezone = 'UTC' SET datestyle = 'ISO' AS $$
BEGIN
    IF value IS NULL OR pg_catalog.lower(value) IN ('infinity', '-infinity')
       OR value ~ ('^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?'
                   || '([Zz]|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?)?)?$') THEN
        RETURN value::timestamptz;
    END IF;
    RAISE EXCEPTION 'no time' USING ERRCODE = '22007';
EXCEPTION WHEN data_exception THEN
    RAISE EXCEPTION '%: is no time; write it like 2026-03-04T05:06:07.000008Z', field USING ERRCODE = '22023';
END $$;
