-- 0005: producers: notifications of new jobs, and roles that speak for clients.

-- The time of the last notification of idle workers: twice the unix milliseconds, plus 1 after a second notification.
-- A sequence, because a sequence is shared at once, outside any transaction and without a lock.
CREATE SEQUENCE ix_hints;

-- Roles that speak for a client or several: such a role enqueues, cancels, resubmits and redelivers only jobs of its
-- clients. The operator fills the table. A role that neither is listed nor is a member of a listed role speaks for
-- every client.
-- Cut by: the operator, who makes the rows.
--
-- INSERT INTO ix_client_roles VALUES ('shop_app', 'shop');
CREATE TABLE ix_client_roles (
    role      regrole NOT NULL,
    client_id text NOT NULL,
    PRIMARY KEY (role, client_id)
);
