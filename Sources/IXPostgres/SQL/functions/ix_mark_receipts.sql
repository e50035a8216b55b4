-- ix_mark_receipts: notes that receipts exist, before the first one is written; from then on inserts look for receipts. The note is
-- seen by each transaction at once, before the receipts' commit, and never taken back.
CREATE OR REPLACE FUNCTION ix_mark_receipts() RETURNS void
    LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF pg_catalog.pg_sequence_last_value('ix_receipt_marks'::regclass) IS NULL THEN
        PERFORM pg_catalog.nextval('ix_receipt_marks');
    END IF;
END $$;
