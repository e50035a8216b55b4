-- ix_is_url: true when a callback can be sent to the URL: a request can carry its characters, and host and port are
-- valid. ix_check_url reports the reason otherwise.
CREATE OR REPLACE FUNCTION ix_is_url(value text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT value OPERATOR(pg_catalog.~*)
           '^https?://(\[[0-9a-f.]*:[0-9a-f:.]*\]'
           '|(?=[^/?:]{1,253}([/?:]|$))[a-z0-9_-]{1,63}([.][a-z0-9_-]{1,63})*[.]?)'
           '(:[0-9]{1,5})?([/?][]!$-;=?-[_a-z~]*)?$'
       AND value OPERATOR(pg_catalog.!~*)
           '^https?://[^/?]*:(0+|6553[6-9]|655[4-9][0-9]|65[6-9][0-9]{2}|6[6-9][0-9]{3}|[7-9][0-9]{4})([/?]|$)'
       AND (value OPERATOR(pg_catalog.!~*) '^https?://([^/?:[]*[.])?([0-9]+|0x[^./?:[]*)[.]?([/?:]|$)'
            OR value OPERATOR(pg_catalog.~*)
               '^https?://((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])([.]|(?=[/?:]|$))){4}([/?:]|$)'
           AND value OPERATOR(pg_catalog.!~) '^[^/]*//[^/?:]*[.]([/?:]|$)')
$$;
