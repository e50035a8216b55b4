-- ix_jobs_created: the jobs of a window of time, for lists. One entry for 32 pages, so that an insert or a claim seldom
-- changes the index. autosummarize: new pages get their entry soon, by autovacuum; until then each window reads them.
CREATE INDEX ix_jobs_created ON ix_jobs USING brin (created_at) WITH (pages_per_range = 32, autosummarize = on);
