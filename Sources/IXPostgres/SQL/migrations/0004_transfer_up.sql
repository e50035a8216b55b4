-- 0004: moves of jobs between stores.

-- Batches of jobs moved to or from another store, recorded in the batch's transaction. After an interrupted move the
-- rows tell which batches are done.
-- Cut by: nothing yet; the prune duty is to.
CREATE TABLE ix_moved_batches (
    export_id  uuid NOT NULL,
    batch      integer NOT NULL,
    direction  text NOT NULL,
    entered_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (export_id, batch, direction)
);
