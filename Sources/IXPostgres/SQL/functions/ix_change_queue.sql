-- ix_change_queue: changes a queue's limits, and makes the queue if there is none. Members of the object that are left out
-- stay; null is no limit. Only functions that have checked whose the keys are call it. Requires: ix_halt_passes.
CREATE OR REPLACE FUNCTION ix_change_queue(queue text, settings jsonb) RETURNS void
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    fault text;
BEGIN
    PERFORM ix_make_queue($1);
    UPDATE ix_queues q
       SET
           concurrency = CASE WHEN $2 ? 'concurrency' THEN ix_read_integer($2 -> 'concurrency', 'concurrency') ELSE q.concurrency END,
           group_concurrency = CASE WHEN $2 ? 'group_concurrency' THEN ix_read_integer($2 -> 'group_concurrency', 'group_concurrency') ELSE q.group_concurrency END,
           strict = CASE WHEN $2 ? 'strict' THEN coalesce(($2 ->> 'strict')::boolean, false) ELSE q.strict END,
           rate = CASE WHEN $2 ? 'rate' THEN ix_read_integer($2 -> 'rate', 'rate') ELSE q.rate END,
           rate_seconds = CASE WHEN $2 ? 'rate_seconds' THEN ($2 ->> 'rate_seconds')::double precision ELSE q.rate_seconds END,
           group_rate = CASE WHEN $2 ? 'group_rate' THEN ix_read_integer($2 -> 'group_rate', 'group_rate') ELSE q.group_rate END,
           group_rate_seconds = CASE WHEN $2 ? 'group_rate_seconds' THEN ($2 ->> 'group_rate_seconds')::double precision ELSE q.group_rate_seconds END,
           burst = CASE WHEN $2 ? 'burst' THEN ix_read_integer($2 -> 'burst', 'burst') ELSE q.burst END,
           client_depth = CASE WHEN $2 ? 'client_depth' THEN ix_read_integer($2 -> 'client_depth', 'client_depth') ELSE q.client_depth END,
           group_by = CASE WHEN $2 ? 'group_by' THEN $2 ->> 'group_by' ELSE q.group_by END,
           use_cases = CASE WHEN $2 ? 'use_cases' THEN CASE jsonb_typeof($2 -> 'use_cases') WHEN 'array' THEN ARRAY(SELECT jsonb_array_elements_text($2 -> 'use_cases')) END ELSE q.use_cases END
     WHERE q.queue = $1
    RETURNING CASE WHEN q.concurrency NOT BETWEEN 0 AND 1000000 THEN 'concurrency: must be a whole number from 0 to 1000000'
                   WHEN q.group_concurrency NOT BETWEEN 0 AND 1000000 THEN 'group_concurrency: must be a whole number from 0 to 1000000'
                   WHEN q.rate NOT BETWEEN 0 AND 1000000 THEN 'rate: must be a whole number from 0 to 1000000'
                   WHEN q.group_rate NOT BETWEEN 0 AND 1000000 THEN 'group_rate: must be a whole number from 0 to 1000000'
                   WHEN q.rate IS NOT NULL AND NOT coalesce(q.rate_seconds BETWEEN 0.001 AND 31536000, false)
                   THEN 'rate_seconds: must be 0.001 to 31536000, with a rate'
                   WHEN q.group_rate IS NOT NULL AND NOT coalesce(q.group_rate_seconds BETWEEN 0.001 AND 31536000, false)
                   THEN 'group_rate_seconds: must be 0.001 to 31536000, with a group_rate'
                   WHEN q.burst NOT BETWEEN 1 AND 1000000 THEN 'burst: must be a whole number from 1 to 1000000'
                   WHEN q.client_depth NOT BETWEEN 1 AND 1000000 THEN 'client_depth: must be a whole number from 1 to 1000000'
                   WHEN octet_length(q.group_by) > 255 OR ix_has_controls(q.group_by) OR q.group_by ~ '"|^[.]|[.]$|[.][.]|^$'
                   THEN 'group_by: must be client_id, or a path of the request such as context.customer' END INTO fault;
    IF fault IS NOT NULL THEN
        RAISE EXCEPTION '%', fault USING ERRCODE = '22023';
    END IF;
    IF $2 ? 'client_depth' THEN
        -- From now on the rows of the line name the clients, but not those of waiting finishers; the next inserts count them.
        DELETE FROM ix_full_clients f WHERE f.queue = $1;
        UPDATE ix_lines l SET client_id = left(j.client_id, 255) FROM ix_jobs j
         WHERE $2 -> 'client_depth' <> 'null' AND l.queue = $1 AND l.client_id IS NULL AND NOT l.held AND j.job_id = l.job_id
           AND NOT EXISTS (SELECT 1 FROM ix_batches b WHERE b.batch_id = l.job_id);
    END IF;
    PERFORM ix_recall($1, NULL);
    PERFORM ix_notify('ix_jobs', '');
END $$;
