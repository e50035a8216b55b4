-- list_file_keys: returns each queue's settings as a JSON object, and the settings that configuration files name.
SELECT queue, file_keys,
       json_object('concurrency', concurrency, 'group_concurrency', group_concurrency,
                   'strict', json(CASE strict WHEN 1 THEN 'true' ELSE 'false' END), 'rate', rate, 'rate_seconds', rate_seconds,
                   'group_rate', group_rate, 'group_rate_seconds', group_rate_seconds, 'burst', burst, 'group_by', group_by,
                   'use_cases', json(use_cases)) AS settings
  FROM ix_queues ORDER BY queue;
