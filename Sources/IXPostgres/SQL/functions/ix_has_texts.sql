-- ix_has_texts: true when the document's names are texts or missing, because the text of a number would otherwise
-- pass for a name.
CREATE OR REPLACE FUNCTION ix_has_texts(request jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(pg_catalog.jsonb_typeof(request OPERATOR(pg_catalog.->) 'use_case') OPERATOR(pg_catalog.=)
                    ANY (ARRAY['string', 'null']), true)
       AND coalesce(pg_catalog.jsonb_typeof(request OPERATOR(pg_catalog.->) 'ix_client_id') OPERATOR(pg_catalog.=)
                    ANY (ARRAY['string', 'null']), true)
       AND coalesce(pg_catalog.jsonb_typeof(request OPERATOR(pg_catalog.->) 'request_id') OPERATOR(pg_catalog.=)
                    ANY (ARRAY['string', 'null']), true)
$$;
