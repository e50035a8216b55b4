-- ix_group_of: returns the key that a queue's group_by takes from a job: its client_id, or a text or number at a path of
-- its request; null without one. A key that is no key is cut to 255 bytes without control characters.
CREATE OR REPLACE FUNCTION ix_group_of(group_by text, client_id text, request jsonb) RETURNS text
    LANGUAGE sql IMMUTABLE SET search_path FROM CURRENT AS $$
    SELECT CASE WHEN key = '' THEN NULL
                WHEN octet_length(key) > 255 OR ix_has_controls(key) THEN md5(key) ELSE key END
      FROM (SELECT CASE $1 WHEN 'client_id' THEN $2 ELSE $3 #>> string_to_array($1, '.') END AS key) AS k
$$;
