-- release: takes notes of ended jobs and of new dependent jobs, all by ix_release; notes is -1 while another pass is
-- under way; more is true when the pass has left work.
-- $1 the most notes
SELECT notes, released, failed, more FROM ix_release($1::integer);
