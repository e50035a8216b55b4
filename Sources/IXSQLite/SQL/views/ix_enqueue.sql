-- ix_enqueue: inserts a job idempotently, for every language, inside the caller's own transaction:
--
-- INSERT INTO ix_enqueue (request, callback_url)
-- VALUES ('{"use_case": "extract", "ix_client_id": "c", "request_id": "r", "context": {}}', 'https://…');
--
-- The first insert of (ix_client_id, request_id) wins; a second insert changes nothing. The caller finds the row in
-- ix_jobs by the two keys, in the same transaction. A job with a queue, a group_key or a priority stands in a line. A
-- traceparent or a tracestate that is none is left out. Where another job answers for the request by its dedupe_key, or its job
-- is pruned and has a receipt, the caller finds the job_id by the two keys in ix_receipts. `after` is a JSON array of job_ids.
-- batch_on_failure makes the job the finisher of a batch, which waits for members; batch_id, the finisher's job_id, makes the job a
-- member.
CREATE VIEW ix_enqueue AS
SELECT request, callback_url, run_at, priority, max_attempts, expires_at, queue, group_key, trace_context AS traceparent,
       trace_context AS tracestate, queue AS dedupe_key, queue AS dedupe, 0.5 AS dedupe_seconds, queue AS after, queue AS on_failure,
       batch_id, queue AS batch_on_failure
  FROM ix_jobs;

CREATE TRIGGER ix_enqueue INSTEAD OF INSERT ON ix_enqueue
BEGIN
    SELECT RAISE(ABORT, 'request: is not a JSON object') WHERE NEW.request IS NULL;
    SELECT RAISE(ABORT, 'request: is not JSON') WHERE NOT json_valid(NEW.request);
    SELECT RAISE(ABORT, 'request: is not a JSON object') WHERE json_type(NEW.request) <> 'object';
    SELECT RAISE(ABORT, 'request: over 1048576 bytes') WHERE length(CAST(NEW.request AS blob)) > 1048576;
    -- An escaped backslash before u0000 is no escape of u0000, so pairs of backslashes go first.
    SELECT RAISE(ABORT, 'request: holds \u0000, which can''t be stored')
     WHERE instr(lower(replace(NEW.request, '\\', '')), '\u0000');
    SELECT RAISE(ABORT, 'request: nested deeper than 64 levels')
     WHERE length(NEW.request) - length(replace(replace(NEW.request, '[', ''), '{', '')) > 64
       AND (WITH RECURSIVE level (value, depth) AS (
                SELECT NEW.request, 1
                 UNION ALL
                SELECT e.value, depth + 1 FROM level, json_each(level.value) AS e
                 WHERE e.type IN ('object', 'array') AND depth < 65)
            SELECT max(depth) FROM level) > 64;
    -- SQLite reads a surrogate as U+FFFD, as it reads U+FFFE and U+FFFF; intended U+FFFD, U+FFFE and U+FFFF are
    -- removed first.
    SELECT RAISE(ABORT, 'request: holds a lone surrogate')
     WHERE instr(lower(NEW.request), '\ud') AND EXISTS (
         SELECT 1 FROM json_tree(NEW.request)
          WHERE replace(replace(replace(coalesce(key, '') || CASE type WHEN 'text' THEN atom ELSE '' END,
                                        char(65533), ''), char(65534), ''), char(65535), '')
                GLOB '*' || char(65533) || '*');
    -- PostgreSQL's numeric has at most 131,072 digits before the point and 16,383 digits after the point.
    SELECT RAISE(ABORT, 'request: holds a number with more than 131072 digits before its point or 16383 after')
     WHERE (NEW.request GLOB '*[0-9.][eE][-+0-9]*' OR length(NEW.request) > 16383) AND EXISTS (
         WITH RECURSIVE level (value) AS (
             SELECT NEW.request
              UNION ALL
             SELECT e.value FROM level, json_each(level.value) AS e WHERE e.type IN ('object', 'array')),
         number (text) AS (
             SELECT level.value -> (CASE typeof(e.key) WHEN 'integer' THEN '$[' || e.key || ']'
                                                       ELSE '$."' || e.key || '"' END)
               FROM level, json_each(level.value) AS e WHERE e.type IN ('real', 'integer')),
         part (mantissa, exponent) AS (
             SELECT substr(text, 1, instr(lower(text) || 'e', 'e') - 1),
                    CAST(substr(text, instr(lower(text) || 'e', 'e') + 1) AS integer)
               FROM number WHERE instr(lower(text), 'e') OR length(text) > 16383)
         SELECT 1 FROM part
          WHERE exponent NOT BETWEEN -200000 AND 200000
             OR instr(ltrim(mantissa, '-') || '.', '.') - 1 + exponent > 131072
             OR length(mantissa) - CASE instr(mantissa, '.') WHEN 0 THEN length(mantissa) ELSE instr(mantissa, '.') END
                - exponent > 16383);
    SELECT RAISE(ABORT, 'use_case: is missing')
     WHERE coalesce((SELECT type FROM (SELECT type, atom FROM json_each(NEW.request) WHERE key = 'use_case' ORDER BY id DESC LIMIT 1)), 'null') = 'null';
    SELECT RAISE(ABORT, 'use_case: is not a string')
      FROM (SELECT type, atom FROM json_each(NEW.request) WHERE key = 'use_case' ORDER BY id DESC LIMIT 1) WHERE type <> 'text';
    SELECT RAISE(ABORT, 'use_case: is empty')
      FROM (SELECT atom FROM json_each(NEW.request) WHERE key = 'use_case' ORDER BY id DESC LIMIT 1) WHERE atom = '';
    SELECT RAISE(ABORT, 'use_case: over 255 bytes')
      FROM (SELECT atom FROM json_each(NEW.request) WHERE key = 'use_case' ORDER BY id DESC LIMIT 1)
     WHERE length(CAST(atom AS blob)) > 255;
    SELECT RAISE(ABORT, 'use_case: holds a control character')
      FROM (SELECT atom FROM json_each(NEW.request) WHERE key = 'use_case' ORDER BY id DESC LIMIT 1)
     WHERE atom GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*';
    SELECT RAISE(ABORT, 'client_id: is missing')
     WHERE coalesce((SELECT type FROM (SELECT type, atom FROM json_each(NEW.request) WHERE key = 'ix_client_id' ORDER BY id DESC LIMIT 1)), 'null') = 'null';
    SELECT RAISE(ABORT, 'client_id: is not a string')
      FROM (SELECT type, atom FROM json_each(NEW.request) WHERE key = 'ix_client_id' ORDER BY id DESC LIMIT 1) WHERE type <> 'text';
    SELECT RAISE(ABORT, 'client_id: schedule is kept for the jobs of schedules')
      FROM (SELECT atom FROM json_each(NEW.request) WHERE key = 'ix_client_id' ORDER BY id DESC LIMIT 1) WHERE atom = 'schedule';
    SELECT RAISE(ABORT, 'request_id: is missing')
     WHERE coalesce((SELECT type FROM (SELECT type, atom FROM json_each(NEW.request) WHERE key = 'request_id' ORDER BY id DESC LIMIT 1)), 'null') = 'null';
    SELECT RAISE(ABORT, 'request_id: is not a string')
      FROM (SELECT type, atom FROM json_each(NEW.request) WHERE key = 'request_id' ORDER BY id DESC LIMIT 1) WHERE type <> 'text';
    SELECT RAISE(ABORT, 'max_attempts: is not a whole number') WHERE typeof(NEW.max_attempts) NOT IN ('integer', 'null');
    SELECT RAISE(ABORT, 'max_attempts: must be 0 (no limit) to 1000000') WHERE NEW.max_attempts NOT BETWEEN 0 AND 1000000;
    SELECT RAISE(ABORT, 'priority: is not a whole number') WHERE typeof(NEW.priority) NOT IN ('integer', 'null');
    SELECT RAISE(ABORT, 'priority: must be -1000 to 1000') WHERE NEW.priority NOT BETWEEN -1000 AND 1000;
    SELECT RAISE(ABORT, 'queue: is no text') WHERE typeof(NEW.queue) NOT IN ('text', 'null');
    SELECT RAISE(ABORT, 'queue: is empty') WHERE NEW.queue = '';
    SELECT RAISE(ABORT, 'queue: over 255 bytes') WHERE length(CAST(NEW.queue AS blob)) > 255;
    SELECT RAISE(ABORT, 'queue: there is no such queue')
     WHERE NEW.queue IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ix_queues WHERE queue = NEW.queue);
    SELECT RAISE(ABORT, 'queue: does not take this use case')
      FROM ix_queues q
     WHERE q.queue = NEW.queue AND q.use_cases IS NOT NULL
       AND (SELECT atom FROM json_each(NEW.request) WHERE key = 'use_case' ORDER BY id DESC LIMIT 1)
           NOT IN (SELECT value FROM json_each(q.use_cases));
    SELECT RAISE(ABORT, 'group_key: is no text') WHERE typeof(NEW.group_key) NOT IN ('text', 'null');
    SELECT RAISE(ABORT, 'group_key: is empty') WHERE NEW.group_key = '';
    SELECT RAISE(ABORT, 'group_key: over 255 bytes') WHERE length(CAST(NEW.group_key AS blob)) > 255;
    SELECT RAISE(ABORT, 'group_key: holds a control character')
     WHERE NEW.group_key GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*';
    SELECT RAISE(ABORT, 'group_key: the queue takes it from the job')
      FROM ix_queues q
     WHERE NEW.group_key IS NOT NULL AND q.group_by IS NOT NULL
       AND q.queue = coalesce(NEW.queue, (SELECT atom FROM json_each(NEW.request) WHERE key = 'use_case' ORDER BY id DESC LIMIT 1));
    SELECT RAISE(ABORT, 'priority: must be 0 in a strict queue')
      FROM ix_queues q
     WHERE NEW.priority <> 0 AND q.strict
       AND q.queue = coalesce(NEW.queue, (SELECT atom FROM json_each(NEW.request) WHERE key = 'use_case' ORDER BY id DESC LIMIT 1));
    SELECT RAISE(ABORT, 'dedupe_key: is missing') WHERE NEW.dedupe_key IS NULL AND coalesce(NEW.dedupe, NEW.dedupe_seconds) IS NOT NULL;
    SELECT RAISE(ABORT, 'dedupe_key: is no text') WHERE typeof(NEW.dedupe_key) NOT IN ('text', 'null');
    SELECT RAISE(ABORT, 'dedupe_key: is empty') WHERE NEW.dedupe_key = '';
    SELECT RAISE(ABORT, 'dedupe_key: over 255 bytes') WHERE length(CAST(NEW.dedupe_key AS blob)) > 255;
    SELECT RAISE(ABORT, 'dedupe_key: holds a control character')
     WHERE NEW.dedupe_key GLOB '*[' || char(1) || '-' || char(31) || char(127) || '-' || char(159) || ']*';
    SELECT RAISE(ABORT, 'dedupe: must be skip, throttle or replace')
     WHERE coalesce(NEW.dedupe, 'skip') NOT IN ('skip', 'throttle', 'replace');
    SELECT RAISE(ABORT, 'dedupe_seconds: is missing beside throttle') WHERE NEW.dedupe = 'throttle' AND NEW.dedupe_seconds IS NULL;
    SELECT RAISE(ABORT, 'dedupe_seconds: goes with throttle and replace alone')
     WHERE coalesce(NEW.dedupe, 'skip') = 'skip' AND NEW.dedupe_seconds IS NOT NULL;
    SELECT RAISE(ABORT, 'dedupe_seconds: is not a number') WHERE typeof(NEW.dedupe_seconds) NOT IN ('integer', 'real', 'null');
    SELECT RAISE(ABORT, 'dedupe_seconds: must be 0.001 to 31536000') WHERE NEW.dedupe_seconds NOT BETWEEN 0.001 AND 31536000;
    SELECT RAISE(ABORT, 'on_failure: goes with after alone') WHERE NEW.on_failure IS NOT NULL AND NEW.after IS NULL;
    SELECT RAISE(ABORT, 'on_failure: must be fail or run') WHERE NEW.on_failure NOT IN ('fail', 'run');
    SELECT RAISE(ABORT, 'after: is not a list of UUIDs') WHERE NEW.after IS NOT NULL AND NOT json_valid(NEW.after);
    SELECT RAISE(ABORT, 'after: is not a list of UUIDs')
     WHERE json_type(NEW.after) <> 'array' OR EXISTS (SELECT 1 FROM json_each(NEW.after) WHERE type <> 'text' OR length(atom) <> 36);
    SELECT RAISE(ABORT, 'after: over 1000 jobs') WHERE (SELECT count(DISTINCT lower(atom)) FROM json_each(NEW.after)) > 1000;
    SELECT RAISE(ABORT, 'after: the client has no such job')
     WHERE NOT EXISTS (SELECT 1 FROM ix_jobs AS j
                        WHERE j.client_id = (SELECT atom FROM json_each(NEW.request) WHERE key = 'ix_client_id' ORDER BY id DESC LIMIT 1)
                          AND j.request_id = (SELECT atom FROM json_each(NEW.request) WHERE key = 'request_id' ORDER BY id DESC LIMIT 1))
       AND NOT EXISTS (SELECT 1 FROM ix_receipts AS r
                        WHERE r.client_id = (SELECT atom FROM json_each(NEW.request) WHERE key = 'ix_client_id' ORDER BY id DESC LIMIT 1)
                          AND r.request_id = (SELECT atom FROM json_each(NEW.request) WHERE key = 'request_id' ORDER BY id DESC LIMIT 1))
       AND EXISTS (SELECT 1 FROM json_each(NEW.after) AS a
                    WHERE NOT EXISTS (SELECT 1 FROM ix_jobs j
                                       WHERE j.job_id = lower(a.atom)
                                         AND j.client_id = (SELECT atom FROM json_each(NEW.request) WHERE key = 'ix_client_id' ORDER BY id DESC LIMIT 1)));
    SELECT RAISE(ABORT, 'batch_on_failure: must be run, fail or cancel_rest') WHERE NEW.batch_on_failure NOT IN ('run', 'fail', 'cancel_rest');
    SELECT RAISE(ABORT, 'after: is not for the finisher of a batch') WHERE NEW.batch_on_failure IS NOT NULL AND NEW.after IS NOT NULL;
    SELECT RAISE(ABORT, 'dedupe_key: is not for the finisher of a batch') WHERE NEW.batch_on_failure IS NOT NULL AND NEW.dedupe_key IS NOT NULL;
    SELECT RAISE(ABORT, 'batch_id: is not for the finisher of a batch') WHERE NEW.batch_on_failure IS NOT NULL AND NEW.batch_id IS NOT NULL;
    SELECT RAISE(ABORT, 'batch_id: the client has no such batch, or the batch takes no members any more')
     WHERE NEW.batch_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM ix_batches b JOIN ix_jobs f ON f.job_id = b.batch_id AND f.waits AND f.status = 'pending'
                        WHERE b.batch_id = lower(NEW.batch_id) AND b.cancelled_at IS NULL AND f.client_id = (SELECT atom FROM json_each(NEW.request) WHERE key = 'ix_client_id' ORDER BY id DESC LIMIT 1))
       AND NOT EXISTS (SELECT 1 FROM ix_jobs AS j WHERE j.client_id = (SELECT atom FROM json_each(NEW.request) WHERE key = 'ix_client_id' ORDER BY id DESC LIMIT 1) AND j.request_id = (SELECT atom FROM json_each(NEW.request) WHERE key = 'request_id' ORDER BY id DESC LIMIT 1))
       AND NOT EXISTS (SELECT 1 FROM ix_receipts AS r WHERE r.client_id = (SELECT atom FROM json_each(NEW.request) WHERE key = 'ix_client_id' ORDER BY id DESC LIMIT 1) AND r.request_id = (SELECT atom FROM json_each(NEW.request) WHERE key = 'request_id' ORDER BY id DESC LIMIT 1));
    -- Here every insert counts; the notes of full clients are the programs'.
    SELECT RAISE(ABORT, 'client_id: as many jobs of the client wait in the queue as its client_depth allows; insert again when some have started')
      FROM (SELECT (SELECT atom FROM json_each(NEW.request) WHERE key = 'use_case' ORDER BY id DESC LIMIT 1) AS use_case,
                   (SELECT atom FROM json_each(NEW.request) WHERE key = 'ix_client_id' ORDER BY id DESC LIMIT 1) AS client,
                   (SELECT atom FROM json_each(NEW.request) WHERE key = 'request_id' ORDER BY id DESC LIMIT 1) AS key) AS keys
      JOIN ix_queues q ON q.queue = coalesce(NEW.queue, keys.use_case)
     WHERE q.client_depth IS NOT NULL AND keys.client <> 'schedule'
       AND (SELECT count(*) FROM ix_lines l WHERE l.client_id = keys.client AND l.queue = q.queue) >= q.client_depth
       AND NOT EXISTS (SELECT 1 FROM ix_jobs AS j WHERE j.client_id = keys.client AND j.request_id = keys.key)
       AND NOT EXISTS (SELECT 1 FROM ix_receipts AS r WHERE r.client_id = keys.client AND r.request_id = keys.key);
    -- Only the form that the table keeps: built-in functions don't read the others to the microsecond.
    SELECT RAISE(ABORT, 'run_at: is no time; write it like 2026-03-04T05:06:07.000008Z')
     WHERE NEW.run_at NOT IN ('infinity', '-infinity')
       AND (NOT NEW.run_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
            OR strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.run_at, 1, 19), '+0 days') IS NOT substr(NEW.run_at, 1, 19)
            OR NEW.run_at < '0001');
    SELECT RAISE(ABORT, 'expires_at: is no time; write it like 2026-03-04T05:06:07.000008Z')
     WHERE NEW.expires_at NOT IN ('infinity', '-infinity')
       AND (NOT NEW.expires_at GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9].[0-9][0-9][0-9][0-9][0-9][0-9]Z'
            OR strftime('%Y-%m-%dT%H:%M:%S', substr(NEW.expires_at, 1, 19), '+0 days') IS NOT substr(NEW.expires_at, 1, 19)
            OR NEW.expires_at < '0001');
    -- A job that answers for the request, by its dedupe_key.
    INSERT INTO ix_receipts (client_id, request_id, job_id)
    SELECT keys.client, keys.key, d.job_id
      FROM (SELECT (SELECT atom FROM json_each(NEW.request) WHERE key = 'use_case' ORDER BY id DESC LIMIT 1) AS use_case,
                   (SELECT atom FROM json_each(NEW.request) WHERE key = 'ix_client_id' ORDER BY id DESC LIMIT 1) AS client,
                   (SELECT atom FROM json_each(NEW.request) WHERE key = 'request_id' ORDER BY id DESC LIMIT 1) AS key) AS keys
      JOIN ix_dedupes d ON d.client_id = keys.client AND d.use_case = keys.use_case AND d.dedupe_key = NEW.dedupe_key
     WHERE CASE coalesce(NEW.dedupe, 'skip')
                WHEN 'skip' THEN EXISTS (SELECT 1 FROM ix_jobs j WHERE j.job_id = d.job_id AND j.status IN ('pending', 'running'))
                WHEN 'throttle' THEN abs(julianday('now') - julianday(d.at)) * 86400 < NEW.dedupe_seconds END
       AND NOT EXISTS (SELECT 1 FROM ix_receipts AS r WHERE r.client_id = keys.client AND r.request_id = keys.key)
       AND NOT EXISTS (SELECT 1 FROM ix_jobs AS j WHERE j.client_id = keys.client AND j.request_id = keys.key);
    -- Not ON CONFLICT: an OR REPLACE of the statement outside would override it, and the first insert wins.
    INSERT INTO ix_jobs (client_id, request_id, request, callback_url, run_at, priority, max_attempts, expires_at, queue,
                         group_key, trace_context, batch_id, has_dependents, waits)
    SELECT client, key, NEW.request, NEW.callback_url,
           -- A replacement starts no later than dedupe_seconds after the first job of its row.
           CASE WHEN NEW.dedupe = 'replace' AND NEW.dedupe_seconds IS NOT NULL THEN coalesce(
                    (SELECT min(NEW.run_at, strftime('%Y-%m-%dT%H:%M:%f000Z', d.at, '+' || NEW.dedupe_seconds || ' seconds'))
                       FROM ix_dedupes d JOIN ix_jobs o ON o.job_id = d.job_id AND o.status = 'pending'
                      WHERE d.client_id = client AND d.dedupe_key = NEW.dedupe_key
                        AND d.use_case = (SELECT atom FROM json_each(NEW.request) WHERE key = 'use_case' ORDER BY id DESC LIMIT 1)),
                    NEW.run_at)
                ELSE NEW.run_at END,
           coalesce(NEW.priority, 0), coalesce(NEW.max_attempts, 3), NEW.expires_at, NEW.queue,
           NEW.group_key,
           CASE WHEN substr(NEW.traceparent, 1, 55) GLOB '[0-9a-f][0-9a-f]-' || replace(hex(zeroblob(16)), '0', '[0-9a-f]') || '-'
                     || replace(hex(zeroblob(8)), '0', '[0-9a-f]') || '-[0-9a-f][0-9a-f]'
                 AND substr(NEW.traceparent, 1, 2) <> 'ff' AND trim(substr(NEW.traceparent, 4, 32), '0') <> ''
                 AND trim(substr(NEW.traceparent, 37, 16), '0') <> ''
                 AND (length(NEW.traceparent) = 55 OR substr(NEW.traceparent, 1, 2) <> '00' AND substr(NEW.traceparent, 56, 1) = '-')
                THEN substr(NEW.traceparent, 1, 55) || CASE WHEN
                     length(CAST(NEW.tracestate AS blob)) <= 512 AND NEW.tracestate NOT GLOB '*[^ -~]*' AND trim(NEW.tracestate, ' ,') <> ''
                     -- The members are the texts between commas; each is empty or key=value.
                     AND NOT EXISTS (
                         SELECT 1 FROM (SELECT ltrim(value, ' ') AS member FROM json_each('["' || replace(replace(replace(
                             NEW.tracestate, '\', '\\'), '"', '\"'), ',', '","') || '"]'))
                          WHERE member <> '' AND (member NOT GLOB '[a-z0-9]*=?*' OR length(member) - length(replace(member, '=', '')) <> 1
                                OR substr(member, 1, instr(member, '=') - 1) GLOB '*[^-a-z0-9_*/@]*'))
                     THEN char(10) || NEW.tracestate ELSE '' END END,
           lower(NEW.batch_id), CASE WHEN NEW.batch_id IS NOT NULL THEN 1 END,
           CASE WHEN NEW.batch_on_failure IS NOT NULL THEN 1
                WHEN EXISTS (SELECT 1 FROM json_each(NEW.after) AS a JOIN ix_jobs p ON p.job_id = lower(a.atom)
                              WHERE p.status IN ('pending', 'running') OR p.status = 'error' AND coalesce(NEW.on_failure, 'fail') = 'fail') THEN 1 END
      FROM (SELECT (SELECT atom FROM json_each(NEW.request) WHERE key = 'ix_client_id' ORDER BY id DESC LIMIT 1) AS client,
                   (SELECT atom FROM json_each(NEW.request) WHERE key = 'request_id' ORDER BY id DESC LIMIT 1) AS key) AS keys
     WHERE NOT EXISTS (SELECT 1 FROM ix_jobs AS j WHERE j.client_id = keys.client AND j.request_id = keys.key)
       AND NOT EXISTS (SELECT 1 FROM ix_receipts AS r WHERE r.client_id = keys.client AND r.request_id = keys.key);
    -- changes() is 1 when the job went in: the job whose place it takes ends, and it is the newest of its dedupe_key.
    INSERT INTO ix_dedupes (client_id, use_case, dedupe_key, job_id, at, kept_until)
    SELECT j.client_id, j.use_case, NEW.dedupe_key, j.job_id, moment,
           strftime('%Y-%m-%dT%H:%M:%f000Z', 'now', '+' || coalesce(NEW.dedupe_seconds, 0) || ' seconds')
      FROM (SELECT strftime('%Y-%m-%dT%H:%M:%f000Z', 'now') AS moment,
                   (SELECT atom FROM json_each(NEW.request) WHERE key = 'ix_client_id' ORDER BY id DESC LIMIT 1) AS client,
                   (SELECT atom FROM json_each(NEW.request) WHERE key = 'request_id' ORDER BY id DESC LIMIT 1) AS key) AS keys
      JOIN ix_jobs j ON j.client_id = keys.client AND j.request_id = keys.key
     WHERE NEW.dedupe_key IS NOT NULL AND changes() > 0
        ON CONFLICT (client_id, use_case, dedupe_key) DO UPDATE
       SET at = CASE WHEN NEW.dedupe = 'replace' AND EXISTS (SELECT 1 FROM ix_jobs o WHERE o.job_id = ix_dedupes.job_id AND o.status = 'pending')
                     THEN ix_dedupes.at ELSE excluded.at END,
           -- Read again below, and replaced by the new job then.
           replaces = CASE WHEN NEW.dedupe = 'replace' AND EXISTS (SELECT 1 FROM ix_jobs o WHERE o.job_id = ix_dedupes.job_id AND o.status = 'pending')
                           THEN ix_dedupes.job_id END,
           job_id = excluded.job_id, kept_until = max(ix_dedupes.kept_until, excluded.kept_until);
    UPDATE ix_jobs
       SET status = 'error', finished_at = strftime('%Y-%m-%dT%H:%M:%f000Z', 'now'),
           response = json_object('error', json_object('code', 'superseded', 'message', 'a newer job took its place: ' || d.job_id),
                                  'ix_id', ix_jobs.ix_id, 'use_case', ix_jobs.use_case,
                                  'request_id', ix_jobs.request_id, 'ix_client_id', ix_jobs.client_id)
      FROM ix_dedupes d
     WHERE NEW.dedupe = 'replace' AND d.dedupe_key = NEW.dedupe_key
       AND d.client_id = (SELECT atom FROM json_each(NEW.request) WHERE key = 'ix_client_id' ORDER BY id DESC LIMIT 1)
       AND d.use_case = (SELECT atom FROM json_each(NEW.request) WHERE key = 'use_case' ORDER BY id DESC LIMIT 1)
       AND ix_jobs.job_id = d.replaces AND ix_jobs.status = 'pending';
    -- A job that waits and has no entry yet has come just now.
    INSERT INTO ix_ended (job_id)
    SELECT j.job_id FROM ix_jobs j
     WHERE NEW.after IS NOT NULL AND j.waits AND j.status = 'pending'
       AND j.client_id = (SELECT atom FROM json_each(NEW.request) WHERE key = 'ix_client_id' ORDER BY id DESC LIMIT 1)
       AND j.request_id = (SELECT atom FROM json_each(NEW.request) WHERE key = 'request_id' ORDER BY id DESC LIMIT 1)
       AND NOT EXISTS (SELECT 1 FROM ix_dependencies d WHERE d.job_id = j.job_id);
    INSERT INTO ix_dependencies (job_id, after_job, on_failure)
    SELECT DISTINCT j.job_id, p.job_id, coalesce(NEW.on_failure, 'fail')
      FROM ix_jobs j JOIN json_each(NEW.after) AS a JOIN ix_jobs p ON p.job_id = lower(a.atom)
     WHERE NEW.after IS NOT NULL AND j.waits AND j.status = 'pending'
       AND j.client_id = (SELECT atom FROM json_each(NEW.request) WHERE key = 'ix_client_id' ORDER BY id DESC LIMIT 1)
       AND j.request_id = (SELECT atom FROM json_each(NEW.request) WHERE key = 'request_id' ORDER BY id DESC LIMIT 1)
       AND (p.status IN ('pending', 'running') OR p.status = 'error' AND coalesce(NEW.on_failure, 'fail') = 'fail')
       AND NOT EXISTS (SELECT 1 FROM ix_dependencies d WHERE d.job_id = j.job_id);
    -- The place in a batch; a repeat finds it.
    INSERT INTO ix_dependencies (job_id, after_job, on_failure)
    SELECT j.batch_id, j.job_id, CASE b.on_failure WHEN 'run' THEN 'run' ELSE 'fail' END
      FROM ix_jobs j JOIN ix_batches b ON b.batch_id = j.batch_id
     WHERE NEW.batch_id IS NOT NULL AND j.batch_id = lower(NEW.batch_id) AND j.client_id = (SELECT atom FROM json_each(NEW.request) WHERE key = 'ix_client_id' ORDER BY id DESC LIMIT 1) AND j.request_id = (SELECT atom FROM json_each(NEW.request) WHERE key = 'request_id' ORDER BY id DESC LIMIT 1)
       AND NOT EXISTS (SELECT 1 FROM ix_members m WHERE m.batch_id = j.batch_id AND m.job_id = j.job_id);
    INSERT INTO ix_members (batch_id, job_id, created_at)
    SELECT j.batch_id, j.job_id, j.created_at FROM ix_jobs j
     WHERE NEW.batch_id IS NOT NULL AND j.batch_id = lower(NEW.batch_id) AND j.client_id = (SELECT atom FROM json_each(NEW.request) WHERE key = 'ix_client_id' ORDER BY id DESC LIMIT 1) AND j.request_id = (SELECT atom FROM json_each(NEW.request) WHERE key = 'request_id' ORDER BY id DESC LIMIT 1)
       AND NOT EXISTS (SELECT 1 FROM ix_members m WHERE m.batch_id = j.batch_id AND m.job_id = j.job_id);
    INSERT INTO ix_batches (batch_id, on_failure, created_at)
    SELECT j.job_id, NEW.batch_on_failure, j.created_at FROM ix_jobs j
     WHERE NEW.batch_on_failure IS NOT NULL AND j.waits AND j.status = 'pending' AND j.client_id = (SELECT atom FROM json_each(NEW.request) WHERE key = 'ix_client_id' ORDER BY id DESC LIMIT 1) AND j.request_id = (SELECT atom FROM json_each(NEW.request) WHERE key = 'request_id' ORDER BY id DESC LIMIT 1)
       AND NOT EXISTS (SELECT 1 FROM ix_batches b WHERE b.batch_id = j.job_id)
       AND NOT EXISTS (SELECT 1 FROM ix_dependencies d WHERE d.job_id = j.job_id);
END;
