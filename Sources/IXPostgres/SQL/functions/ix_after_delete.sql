-- ix_after_delete: writes a note for the dependent jobs of a deleted job, and deletes the job's own dependencies, for every
-- writer: the prune, ix_erase and foreign code. A plain job never enters the trigger.
--
-- The function has its owner's rights, because a login that may delete jobs needs no rights on the tables of notes.
CREATE OR REPLACE FUNCTION ix_after_delete() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    EXECUTE pg_catalog.format('SELECT %I.ix_forget_waiting($1, $2)', TG_TABLE_SCHEMA) USING OLD.job_id, OLD.batch_id;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER ix_after_delete AFTER DELETE ON ix_jobs FOR EACH ROW
    WHEN (OLD.has_dependents OR OLD.waits OR OLD.batch_id IS NOT NULL) EXECUTE FUNCTION ix_after_delete();
