-- ix_admit: gives turns to the next jobs in line (an admission). One pass at a time, and no caller waits for another's: a pass
-- under way answers admitted = -1. Each step is a statement with a snapshot of its own, taken behind the lock, because an
-- older one would admit too many; so the function runs in READ COMMITTED alone.
--
-- A place is taken while a row of ix_lines holds a turn of the newest pass and its job is pending or running. Nothing is
-- counted elsewhere, so that no crash and no foreign write can leak a place.
-- want: as many turns as the caller wants to find unclaimed; ring: where the walk over the groups goes on, from the last
-- call; use_cases: the caller's, null for all; only_queues: the queues to serve, null for all. ready: unclaimed turns before
-- the pass; next_at: when a sleeping job or a rate is next due.
-- hands_on of the new row says where ends may give their places to the next of the group (ix_hand_on): at a queue's smallest
-- priority, in any group where no group in line has room after the pass, else in the only one that has.
-- Groups with the least in flight come first, then those behind the ring's. A walk takes at most 2,000 steps of the index,
-- visits no group twice, and is bounded on both sides, so that no plan reads more than it returns.
--
-- While a snapshot is held, the entries of jobs that got their turns can't be cleared, and a look from the start of the index
-- reads them all. Where such a look took longer than 1 ms, the ring keeps the first place in line, and the next passes look from
-- there: for 100 ms, or 20 times as long as the look took, 2 s at most. A job that comes before that place waits as long for its
-- turn.
CREATE OR REPLACE FUNCTION ix_admit(want integer, INOUT ring jsonb DEFAULT '{}', use_cases text[] DEFAULT NULL, only_queues text[] DEFAULT NULL,
                         OUT admitted integer, OUT ready integer, OUT next_at timestamptz)
LANGUAGE plpgsql SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off SET jit = off
    SET plan_cache_mode = force_generic_plan
    SET search_path FROM CURRENT AS $$
#variable_conflict use_variable
DECLARE
    most CONSTANT integer := 2147483647;
    top CONSTANT text := repeat(E'\U0010FFFF', 64);
    moment timestamptz := clock_timestamp();
    old ix_admissions; turns bigint[]; busy jsonb; came jsonb := coalesce(ring, '{}'); hands_on jsonb := '{}';
    need integer; mine integer; queues_left integer; picked integer; total integer; n integer; cap integer; wide integer;
    names text[]; queue_name text; level integer; is_first boolean; at text; lanes text[]; quota integer[]; keys text[]; ids uuid[];
    fresh bigint[]; all_fresh bigint[] := '{}'; open_left integer; sole text; walked integer; last text; due timestamptz;
    paused boolean; queue_limit integer; group_limit integer; in_order boolean; special boolean; taken_use_cases text[]; full_at timestamptz;
    rate integer; rate_seconds double precision; group_rate integer; group_rate_seconds double precision; burst integer;
    unclaimed bigint; waiting jsonb; portion integer; own integer; head record; head_until double precision := coalesce((came -> ' ' ->> 'until')::double precision, 0); is_head boolean; began timestamptz;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'ix_admit runs in READ COMMITTED' USING ERRCODE = '25001';
    END IF;
    admitted := 0; ready := 0;
    -- A lock on a table, because every role of the server may take an advisory lock.
    BEGIN
        LOCK TABLE ix_admission_gate IN SHARE UPDATE EXCLUSIVE MODE NOWAIT;
    EXCEPTION WHEN lock_not_available THEN admitted := -1; RETURN;
    END;
    -- those whose time has come
    UPDATE ix_lines l SET asleep = NULL
     WHERE l.job_id = ANY (ARRAY(SELECT s.job_id FROM ix_lines s WHERE s.asleep <= moment ORDER BY s.asleep LIMIT 200
                                    FOR UPDATE SKIP LOCKED));
    GET DIAGNOSTICS n = ROW_COUNT;
    IF n = 200 THEN next_at := moment;
    ELSE next_at := (SELECT s.asleep FROM ix_lines s WHERE s.asleep > moment AND s.asleep < 'infinity' ORDER BY s.asleep LIMIT 1); END IF;
    -- in flight: of the newest pass's turns, those held for a job that waits or runs
    SELECT a.* INTO old FROM ix_admissions a ORDER BY a.pass DESC LIMIT 1;
    old.turns := coalesce(old.turns, '{}');
    WITH f AS MATERIALIZED (
        SELECT l.turn, l.held, l.queue, l.group_key FROM ix_lines l
         WHERE l.turn = ANY (old.turns)   -- a subselect, not a join: with stale statistics that one read all of ix_jobs
           AND (SELECT j.status IN ('pending', 'running') FROM ix_jobs j WHERE j.job_id = l.job_id))
    SELECT (SELECT coalesce(array_agg(f.turn ORDER BY f.turn), '{}') FROM f),
           (SELECT count(*) FROM f LEFT JOIN ix_queues c ON c.queue = f.queue
             WHERE NOT f.held AND (only_queues IS NULL OR f.queue = ANY (only_queues))
               AND (use_cases IS NULL OR coalesce(c.use_cases, ARRAY[f.queue::text]) && use_cases OR c.queue IS NOT NULL AND c.use_cases IS NULL)),
           (SELECT coalesce(jsonb_object_agg(b.lane, b.n), '{}')
              FROM (SELECT coalesce(f.queue || E'\x1f' || f.group_key, f.queue) AS lane, count(*) AS n FROM f
                     GROUP BY GROUPING SETS ((f.queue, f.group_key), (f.queue))) b),
           (SELECT min(f.turn) FROM f WHERE NOT f.held),
           (SELECT coalesce(jsonb_object_agg(w.queue, w.n), '{}') FROM (SELECT f.queue, count(*) AS n FROM f WHERE NOT f.held GROUP BY 1) AS w)
      INTO turns, ready, busy, unclaimed, waiting;
    need := want;
    -- the first place in line
    began := clock_timestamp();
    SELECT l.queue, l.priority, l.group_key, l.seq INTO head FROM ix_lines l
     WHERE l.turn IS NULL AND l.asleep IS NULL
       AND head_until BETWEEN extract(epoch FROM began) AND extract(epoch FROM began) + 2   -- a clock that was set back counts for nothing
       AND (l.queue, l.priority, l.group_key, l.seq) >= (came -> ' ' ->> 'queue', (came -> ' ' ->> 'priority')::integer,
                                                         came -> ' ' ->> 'group', (came -> ' ' ->> 'seq')::bigint)
     ORDER BY l.queue, l.priority, l.group_key, l.seq LIMIT 1;
    IF NOT FOUND THEN
        SELECT l.queue, l.priority, l.group_key, l.seq INTO head FROM ix_lines l
         WHERE l.turn IS NULL AND l.asleep IS NULL ORDER BY l.queue, l.priority, l.group_key, l.seq LIMIT 1;
        head_until := extract(epoch FROM clock_timestamp() - began);
        head_until := CASE WHEN head_until > 0.001 AND head.queue IS NOT NULL
                           THEN extract(epoch FROM began) + least(greatest(0.1, 20 * head_until), 2) ELSE 0 END;
    END IF;
    -- queues with a line, from the one behind the last served
    queue_name := head.queue;
    WHILE queue_name IS NOT NULL LOOP
        names := names || queue_name;
        queue_name := (SELECT l.queue FROM ix_lines l WHERE l.turn IS NULL AND l.asleep IS NULL AND l.queue > queue_name ORDER BY l.queue LIMIT 1);
    END LOOP;
    names := ARRAY(SELECT u.x FROM unnest(names) AS u (x) WHERE only_queues IS NULL OR u.x = ANY (only_queues)
                    ORDER BY u.x COLLATE "C" <= (came ->> '') COLLATE "C", u.x COLLATE "C");
    ring := CASE WHEN came ? '' THEN jsonb_build_object('', came -> '') ELSE '{}' END; queues_left := cardinality(names);
    FOREACH queue_name IN ARRAY names LOOP
        -- Each queue has its portion of unclaimed turns, so that those of a busy pipeline keep no other queue from getting some.
        portion := greatest(1, (need + queues_left - 1) / queues_left); queues_left := queues_left - 1;
        own := coalesce((waiting ->> queue_name)::integer, 0);
        mine := greatest(0, portion - own);
        IF own > 0 AND mine <= portion / 2 THEN
            need := greatest(0, need - least(portion, own));
            ring := ring || (SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}') FROM jsonb_each(came) AS e
                              WHERE starts_with(e.key, queue_name || ' '));
            IF old.hands_on ? queue_name THEN hands_on := hands_on || jsonb_build_object(queue_name, old.hands_on -> queue_name); END IF;
            CONTINUE;
        END IF;
        SELECT c.paused_at IS NOT NULL, coalesce(c.concurrency, most),
               CASE WHEN c.strict THEN least(1, c.group_concurrency) ELSE coalesce(c.group_concurrency, most) END, coalesce(c.strict, false),
               c.rate, c.rate_seconds, c.group_rate, c.group_rate_seconds, coalesce(c.burst, 1),
               CASE WHEN c.queue IS NULL THEN ARRAY[queue_name] ELSE c.use_cases END,
               EXISTS (SELECT FROM ix_groups g WHERE g.queue = queue_name),
               (SELECT r.full_at FROM ix_rates r WHERE r.queue = queue_name AND r.group_key = '')
          INTO paused, queue_limit, group_limit, in_order, rate, rate_seconds, group_rate, group_rate_seconds, burst,
               taken_use_cases, special, full_at
          FROM (SELECT 1) AS one LEFT JOIN ix_queues c ON c.queue = queue_name;
        CONTINUE WHEN paused OR NOT coalesce(taken_use_cases && use_cases, true);
        total := coalesce((busy ->> queue_name)::integer, 0);
        n := ix_rate_room(full_at, moment, rate, rate_seconds, burst);
        IF n = 0 AND rate > 0 THEN
            next_at := least(next_at, full_at - ((burst - 1) * rate_seconds / rate) * interval '1 s');
        END IF;
        mine := greatest(0, least(mine, queue_limit - total, n));
        picked := 0; is_first := true;
        level := CASE WHEN queue_name = head.queue THEN head.priority
                      ELSE (SELECT l.priority FROM ix_lines l WHERE l.turn IS NULL AND l.asleep IS NULL AND l.queue = queue_name
                             ORDER BY l.priority LIMIT 1) END;
        WHILE level IS NOT NULL AND (picked < mine OR is_first) LOOP
            -- Larger priorities wait for the plain jobs of the use case.
            EXIT WHEN level > 0 AND EXISTS (SELECT 1 FROM ix_jobs p
                                             WHERE p.use_case COLLATE "C" = queue_name AND p.use_case IS NOT NULL AND p.due_at <= moment);
            at := coalesce(came ->> (queue_name || ' ' || level), '');
            is_head := NOT in_order AND queue_name = head.queue AND level = head.priority;
            cap := mine - picked;
            wide := cap + cardinality(turns) + 2;   -- as many open groups as it takes to find those with the least in flight
            WITH RECURSIVE walk (group_key, upto, lap, place) AS (
                SELECT at COLLATE "C", top COLLATE "C", 0, 0
                 UNION ALL
                SELECT coalesce(h.group_key, ''), CASE WHEN h.group_key IS NULL THEN at ELSE w.upto END,
                       CASE WHEN h.group_key IS NULL THEN w.lap + 1 ELSE w.lap END, w.place + 1
                  FROM walk w LEFT JOIN LATERAL (
                       SELECT l.group_key FROM ix_lines l
                        WHERE l.turn IS NULL AND l.asleep IS NULL AND l.queue = queue_name AND l.priority = level
                          AND (l.group_key, l.seq) > (CASE WHEN is_head AND w.group_key < head.group_key THEN head.group_key ELSE w.group_key END,
                                                      CASE WHEN is_head AND w.group_key < head.group_key THEN head.seq - 1 ELSE 9223372036854775807 END)
                          AND l.group_key <= w.upto
                        ORDER BY l.group_key, l.seq LIMIT 1) h ON true
                 WHERE w.lap < 2 AND w.place < 2000),
            lane AS (
                SELECT w.group_key, w.place, coalesce((busy ->> (queue_name || E'\x1f' || w.group_key))::integer, 0) AS n
                  FROM walk w WHERE w.place > 0 AND w.group_key > ''),
            open AS (
                SELECT l.group_key, l.place, l.n, group_limit - l.n AS room
                  FROM lane l WHERE NOT special AND group_rate IS NULL AND group_limit > l.n
                 UNION ALL
                SELECT l.group_key, l.place, l.n,
                       least(CASE WHEN in_order THEN least(g.concurrency, group_limit) ELSE coalesce(g.concurrency, group_limit) END - l.n,
                             ix_rate_room(r.full_at, moment, group_rate, group_rate_seconds, burst))
                  FROM lane l
                  LEFT JOIN LATERAL (SELECT * FROM ix_groups x WHERE x.queue = queue_name AND x.group_key = l.group_key OFFSET 0) g ON true
                  LEFT JOIN LATERAL (SELECT * FROM ix_rates x WHERE x.queue = queue_name AND x.group_key = l.group_key OFFSET 0) r ON true
                 WHERE (special OR group_rate IS NOT NULL) AND g.paused_at IS NULL),
            idle AS MATERIALIZED (SELECT * FROM open WHERE room > 0 LIMIT wide),
            share AS (
                SELECT i.group_key, i.place
                  FROM idle i, LATERAL generate_series(1, CASE WHEN (SELECT count(*) FROM idle) >= cap THEN 1 ELSE least(i.room, cap) END) AS k
                 ORDER BY i.n + k, i.place LIMIT cap),
            quotas AS (SELECT s.group_key, s.place, count(*)::integer AS c FROM share s GROUP BY 1, 2),
            rest AS (SELECT i.group_key FROM idle i LEFT JOIN quotas u ON u.group_key = i.group_key WHERE i.room > coalesce(u.c, 0))
            SELECT (SELECT array_agg(u.group_key ORDER BY u.place) FROM quotas u), (SELECT array_agg(u.c ORDER BY u.place) FROM quotas u),
                   (SELECT count(*) FROM rest), (SELECT min(r.group_key) FROM rest r),
                   CASE WHEN (SELECT count(*) FROM idle) < wide THEN (SELECT max(w.place) FROM walk w) END
              INTO lanes, quota, open_left, sole, walked;
            IF is_first AND walked < 2000 AND open_left < 2 AND rate IS NULL AND group_rate IS NULL THEN
                hands_on := hands_on || jsonb_build_object(queue_name, jsonb_build_object('priority', level, 'group', sole));
            END IF;
            last := at;
            IF lanes IS NOT NULL THEN
                IF in_order THEN   -- the first row or nothing
                    SELECT array_agg(h.job_id ORDER BY u.place), array_agg(u.group_key ORDER BY u.place) INTO ids, keys
                      FROM unnest(lanes) WITH ORDINALITY AS u (group_key, place),
                           LATERAL (SELECT y.job_id FROM ix_lines y
                                     WHERE y.job_id = (SELECT l.job_id FROM ix_lines l
                                                        WHERE l.turn IS NULL AND l.asleep IS NULL AND l.queue = queue_name AND l.priority = level
                                                          AND l.group_key = u.group_key COLLATE "C" ORDER BY l.seq LIMIT 1)
                                       AND y.turn IS NULL AND y.asleep IS NULL FOR UPDATE SKIP LOCKED) h;
                ELSE
                    -- The groups' first jobs come first, then their second ones, so that turns alternate.
                    SELECT array_agg(s.job_id ORDER BY s.rank, s.place), array_agg(s.group_key ORDER BY s.rank, s.place) INTO ids, keys
                      FROM (SELECT h.job_id, u.group_key, u.place, row_number() OVER (PARTITION BY u.place ORDER BY h.seq) AS rank
                              FROM unnest(lanes, quota) WITH ORDINALITY AS u (group_key, c, place),
                                   LATERAL (SELECT l.job_id, l.seq FROM ix_lines l
                                             WHERE l.turn IS NULL AND l.asleep IS NULL AND l.queue = queue_name AND l.priority = level
                                               AND l.group_key = u.group_key COLLATE "C"
                                               AND l.seq >= CASE WHEN is_head AND u.group_key = head.group_key THEN head.seq ELSE 0 END
                                             ORDER BY l.seq LIMIT u.c
                                               FOR UPDATE SKIP LOCKED) h) AS s;
                END IF;
                -- Rows of jobs that have ended are taken away; the others get turns.
                WITH h AS MATERIALIZED (
                    SELECT u.job_id, u.group_key, u.place, j.status, j.run_at
                      FROM unnest(ids, keys) WITH ORDINALITY AS u (job_id, group_key, place)
                      LEFT JOIN LATERAL (SELECT x.status, x.run_at FROM ix_jobs x WHERE x.job_id = u.job_id OFFSET 0) j ON true),
                gone AS (
                    DELETE FROM ix_lines l
                     WHERE l.job_id = ANY (ARRAY(SELECT h.job_id FROM h WHERE h.status IS NULL OR h.status IN ('done', 'error')))),
                given AS MATERIALIZED (
                    SELECT o.job_id, o.group_key, nextval('ix_turns') AS turn
                      FROM (SELECT * FROM h WHERE h.status = 'pending' AND (NOT in_order OR h.run_at IS NULL OR h.run_at <= moment)
                             ORDER BY h.place) AS o),
                new AS MATERIALIZED (SELECT array_agg(g.job_id) AS jobs, array_agg(g.turn) AS turns FROM given g),
                up AS (
                    UPDATE ix_lines l SET turn = (SELECT n.turns[array_position(n.jobs, l.job_id)] FROM new n)
                     WHERE l.job_id = ANY (ARRAY(SELECT g.job_id FROM given g)) RETURNING l.turn, l.group_key),
                spent AS (
                    INSERT INTO ix_rates AS r (queue, group_key, full_at)
                    SELECT queue_name, g.group_key, moment + (count(*) * group_rate_seconds / group_rate) * interval '1 s'
                      FROM given g WHERE group_rate > 0 GROUP BY g.group_key
                        ON CONFLICT (queue, group_key) DO UPDATE
                       SET full_at = greatest(least(r.full_at, moment + (burst * group_rate_seconds / group_rate) * interval '1 s'), moment)
                                     + (excluded.full_at - moment))
                SELECT (SELECT array_agg(u.turn) FROM up u), (SELECT array_agg(u.group_key::text) FROM up u),
                       (SELECT min(h.run_at) FROM h WHERE in_order AND h.run_at > moment) INTO fresh, keys, due;
                next_at := least(next_at, due);
                picked := picked + coalesce(cardinality(fresh), 0);
                all_fresh := all_fresh || coalesce(fresh, '{}');
                last := lanes[cardinality(lanes)];
            ELSIF walked >= 2000 THEN   -- no group here has room: on from where the walk ended
                last := (WITH RECURSIVE walk (group_key, place) AS (
                            SELECT at COLLATE "C", 0 UNION ALL
                            SELECT (SELECT l.group_key FROM ix_lines l
                                     WHERE l.turn IS NULL AND l.asleep IS NULL AND l.queue = queue_name AND l.priority = level
                                       AND l.group_key > w.group_key ORDER BY l.group_key LIMIT 1), w.place + 1
                              FROM walk w WHERE w.place < 2000 AND w.group_key IS NOT NULL)
                         SELECT coalesce((SELECT w.group_key FROM walk w WHERE w.place = 2000), ''));
            END IF;
            IF group_rate > 0 AND walked IS NOT NULL AND cap > 0 THEN
                next_at := least(next_at, moment + (group_rate_seconds / group_rate) * interval '1 s');
            END IF;
            IF last > '' THEN ring := ring || jsonb_build_object(queue_name || ' ' || level, last); END IF;
            is_first := false;
            level := (SELECT l.priority FROM ix_lines l WHERE l.turn IS NULL AND l.asleep IS NULL AND l.queue = queue_name AND l.priority > level
                       ORDER BY l.priority LIMIT 1);
            -- The next priority's groups have these places less.
            IF level IS NOT NULL AND lanes IS NOT NULL AND fresh IS NOT NULL THEN
                busy := busy || (SELECT jsonb_object_agg(g.lane, coalesce((busy ->> g.lane)::integer, 0) + g.n)
                                   FROM (SELECT queue_name || E'\x1f' || u.x AS lane, count(*) AS n FROM unnest(keys) AS u (x) GROUP BY 1) AS g);
            END IF;
        END LOOP;
        IF rate > 0 AND picked > 0 THEN
            INSERT INTO ix_rates AS r (queue, group_key, full_at) VALUES (queue_name, '', moment + (picked * rate_seconds / rate) * interval '1 s')
                ON CONFLICT (queue, group_key) DO UPDATE
               SET full_at = greatest(least(r.full_at, moment + (burst * rate_seconds / rate) * interval '1 s'), moment)
                             + (excluded.full_at - moment);
        END IF;
        IF picked > 0 THEN ring := ring || jsonb_build_object('', queue_name); END IF;
        admitted := admitted + picked; need := greatest(0, need - least(portion, own + picked));
    END LOOP;
    IF head_until > 0 THEN
        ring := ring || jsonb_build_object(' ', jsonb_build_object('queue', head.queue, 'priority', head.priority, 'group', head.group_key,
                                                                   'seq', head.seq, 'until', head_until));
    END IF;
    -- rows that ends without leave_line left with their turns
    IF cardinality(turns) <> cardinality(old.turns) THEN
        DELETE FROM ix_lines l
         WHERE l.turn = ANY (old.turns) AND l.turn <> ALL (turns)
           AND (SELECT j.status IN ('done', 'error') FROM ix_jobs j WHERE j.job_id = l.job_id);
    END IF;
    unclaimed := coalesce(least(unclaimed, (SELECT min(u.x) FROM unnest(all_fresh) AS u (x))), 9223372036854775807);
    IF admitted > 0 OR cardinality(turns) <> cardinality(old.turns) OR hands_on <> old.hands_on OR unclaimed <> old.unclaimed THEN
        INSERT INTO ix_admissions (pass, hands_on, turns, unclaimed)
        VALUES (coalesce(old.pass, 0) + 1, hands_on, turns || all_fresh, unclaimed);
        DELETE FROM ix_admissions a WHERE a.pass = old.pass;
    END IF;
END $$;
