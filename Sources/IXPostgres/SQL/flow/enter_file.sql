-- enter_file: enters the queues of a daemon's configuration files, all by ix_enter_file; nothing without queues in the files
-- or keys of files in the store.
-- $1 host, $2 instance, $3 the queues as a JSON array
SELECT e.queue, e.key, e.change, e.value, e.old_value, e.origin
  FROM (SELECT 1 WHERE $3::jsonb <> '[]' OR EXISTS (SELECT 1 FROM ix_queues WHERE file_keys <> '{}')) AS one,
       LATERAL ix_enter_file($1::text, $2::text, $3::jsonb) AS e;
