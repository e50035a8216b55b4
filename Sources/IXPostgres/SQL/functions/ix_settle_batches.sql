-- ix_settle_batches: decides what a pass does with finishers. Only ix_release calls the function.
--
-- ready: jobs that may have no open parent; the answer lacks the finishers of open batches and
-- of batches with a new member, and holds the finishers without open members. failing: jobs of failed parents; the answer lacks
-- the finishers whose other members are cancelled first. failed_jobs and reasons, one beside the other: the failing jobs with their
-- failed parents. doomed: finishers of cancelled batches without open members, which end.
-- A batch that another transaction holds, or whose members are not all cancelled yet, gets a fresh note; `again` counts these notes.
-- A call cancels up to 1,000 members of each batch, and begins with no further batch after a second, so that a pass ends in time
-- however many batches are cancelled.
-- The rows of batches stay locked, so an insert of a member waits for the pass, and the looks behind the locks find each member.
-- Index: the primary keys.
CREATE OR REPLACE FUNCTION ix_settle_batches(INOUT ready uuid[], INOUT failing uuid[], failed_jobs uuid[], reasons uuid[], OUT doomed uuid[], OUT again integer)
    LANGUAGE plpgsql SET enable_seqscan = off SET jit = off SET search_path FROM CURRENT AS $$
#variable_conflict use_variable
DECLARE
    all_of uuid[] := ARRAY(SELECT b.batch_id FROM ix_batches b WHERE b.batch_id = ANY (ready || failing));
    held   uuid[];
    later  uuid[];
    one    ix_batches;
    began  timestamptz := clock_timestamp();
BEGIN
    again := 0;
    IF cardinality(all_of) = 0 THEN
        RETURN;
    END IF;
    held := ARRAY(SELECT b.batch_id FROM ix_batches b WHERE b.batch_id = ANY (all_of) ORDER BY b.batch_id FOR UPDATE SKIP LOCKED);
    later := ARRAY(SELECT u.id FROM unnest(all_of) AS u (id) WHERE u.id <> ALL (held));
    UPDATE ix_batches b
       SET cancelled_at = now(), is_open = false,
           failed_job = reasons[array_position(failed_jobs, b.batch_id)]
     WHERE b.batch_id = ANY (held) AND b.batch_id = ANY (failing) AND b.on_failure = 'cancel_rest' AND b.cancelled_at IS NULL;
    FOR one IN SELECT b.* FROM ix_batches b WHERE b.batch_id = ANY (held) AND b.cancelled_at IS NOT NULL LOOP
        failing := array_remove(failing, one.batch_id);
        ready := array_append(array_remove(ready, one.batch_id), one.batch_id);
        IF clock_timestamp() > began + interval '1 s' THEN
            later := array_append(later, one.batch_id);
        ELSIF ix_cancel_members(one.batch_id, 1000) THEN
            later := array_append(later, one.batch_id);
        END IF;
    END LOOP;
    -- A finisher that has ended or was claimed by legacy code has no batch any more.
    DELETE FROM ix_batches b
     WHERE b.batch_id = ANY (held)
       AND coalesce((SELECT j.waits AND j.status = 'pending' FROM ix_jobs j WHERE j.job_id = b.batch_id), false) = false;
    failing := ARRAY(SELECT u.id FROM unnest(failing) AS u (id) WHERE u.id <> ALL (later));
    ready := ARRAY(SELECT DISTINCT u.id FROM unnest(ready) AS u (id)
                    WHERE u.id <> ALL (later)
                      AND (u.id <> ALL (held) OR NOT EXISTS (SELECT 1 FROM ix_dependencies d WHERE d.job_id = u.id)
                                                 AND NOT coalesce((SELECT b.is_open FROM ix_batches b WHERE b.batch_id = u.id), false)));
    doomed := ARRAY(SELECT b.batch_id FROM ix_batches b WHERE b.batch_id = ANY (ready) AND b.cancelled_at IS NOT NULL);
    ready := ARRAY(SELECT u.id FROM unnest(ready) AS u (id) WHERE u.id <> ALL (doomed));
    INSERT INTO ix_ended (job_id) SELECT DISTINCT u.id FROM unnest(later) AS u (id);
    again := coalesce(cardinality(later), 0);
END $$;
