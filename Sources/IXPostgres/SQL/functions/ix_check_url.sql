-- ix_check_url: says what is wrong with a URL, as every other door does, and without quoting it: it may hold
-- credentials.
CREATE OR REPLACE FUNCTION ix_check_url(value text) RETURNS void LANGUAGE plpgsql IMMUTABLE SET search_path FROM CURRENT AS $$
DECLARE
    odd       text := pg_catalog.substring(value, '["<>\\^`{|}]');
    authority text := pg_catalog.substring(value, '^[^/]*//([^/?]*)');
    fault     text;
BEGIN
    fault := CASE
        WHEN pg_catalog.octet_length(value) > 2048 THEN 'over 2048 bytes'
        WHEN ix_has_controls(value) THEN 'holds a control character'
        WHEN pg_catalog.strpos(value, ' ') > 0 THEN 'holds a space, which has to be written as %20'
        WHEN pg_catalog.strpos(value, '#') > 0 THEN 'holds a fragment (#), which no request carries'
        WHEN odd IS NOT NULL THEN
            'holds ' || odd || ', which has to be written as %' || pg_catalog.upper(pg_catalog.to_hex(pg_catalog.ascii(odd)))
        WHEN pg_catalog.octet_length(value) > pg_catalog.length(value) THEN
            'holds a character beyond ASCII, which has to be written as %XX, in the host as punycode'
        WHEN value !~* '^https?://[^/?:]' THEN 'is not an absolute http or https URL'
        WHEN pg_catalog.strpos(authority, '@') > 0 THEN 'holds a user or a password'
        WHEN authority ~ '^\[' AND authority !~* '^\[[0-9a-f.]*:[0-9a-f:.]*\](:|$)' THEN
            'has a host in brackets that is no IPv6 address'
        WHEN authority ~ '^[^:[]*:' AND authority !~ ':[0-9]{1,5}$' OR authority ~ '\]:' AND authority !~ '\]:[0-9]{1,5}$'
             OR authority ~ '(^[^:[]*|\]):[0-9]{1,5}$'
                AND pg_catalog.substring(authority, '[0-9]+$')::integer NOT BETWEEN 1 AND 65535 THEN
            'has a port that is not 1 to 65535'
        WHEN authority ~* '^([^:]*[.])?([0-9]+|0x[^.:]*)[.]?(:|$)' AND authority ~* '^[a-z0-9_.-]+(:|$)' AND authority !~ '[.][.]|^[.]'
        THEN 'has a number for a host that is not a plain IPv4 address'
        ELSE 'has a host that is no name' END;
    RAISE EXCEPTION 'callback_url: %', fault USING ERRCODE = '22023';
END $$;
