-- set_file_keys: sets which settings of a queue configuration files name.
-- ?1 queue, ?2 the files by key, as a JSON object
UPDATE ix_queues SET file_keys = ?2 WHERE queue = ?1;
