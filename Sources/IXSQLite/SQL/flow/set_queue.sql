-- set_queue: sets a queue's limits. Members that the object lacks stay; null is no limit.
-- ?1 queue, ?2 settings as a JSON object
UPDATE ix_queues
   SET version = version + 1,
       concurrency = CASE WHEN json_type(?2, '$.concurrency') IS NULL THEN concurrency ELSE ?2 ->> '$.concurrency' END,
       group_concurrency = CASE WHEN json_type(?2, '$.group_concurrency') IS NULL THEN group_concurrency ELSE ?2 ->> '$.group_concurrency' END,
       strict = CASE WHEN json_type(?2, '$.strict') IS NULL THEN strict ELSE coalesce(?2 ->> '$.strict', 0) END,
       rate = CASE WHEN json_type(?2, '$.rate') IS NULL THEN rate ELSE ?2 ->> '$.rate' END,
       rate_seconds = CASE WHEN json_type(?2, '$.rate_seconds') IS NULL THEN rate_seconds ELSE ?2 ->> '$.rate_seconds' END,
       group_rate = CASE WHEN json_type(?2, '$.group_rate') IS NULL THEN group_rate ELSE ?2 ->> '$.group_rate' END,
       group_rate_seconds = CASE WHEN json_type(?2, '$.group_rate_seconds') IS NULL THEN group_rate_seconds ELSE ?2 ->> '$.group_rate_seconds' END,
       burst = CASE WHEN json_type(?2, '$.burst') IS NULL THEN burst ELSE ?2 ->> '$.burst' END,
       client_depth = CASE WHEN json_type(?2, '$.client_depth') IS NULL THEN client_depth ELSE ?2 ->> '$.client_depth' END,
       group_by = CASE WHEN json_type(?2, '$.group_by') IS NULL THEN group_by ELSE ?2 ->> '$.group_by' END,
       use_cases = CASE WHEN json_type(?2, '$.use_cases') IS NULL THEN use_cases ELSE ?2 ->> '$.use_cases' END
 WHERE queue = ?1;
