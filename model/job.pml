/*
 * One job, three workers and everything that goes wrong between them. See README.md beside this file.
 *
 * Each option of each process is one step that PostgreSQL or a worker takes as a whole. What isn't one step there isn't
 * one here: a statement that reads by its snapshot and locks later, a commit and its reply, a list that is read before
 * the statement that carries it.
 */

/* The guards, as in the table `guards`. A run may take up to three away; without_1 to without_3 are their numbers. */
#define mark_done_status 1
#define mark_done_attempts 2
#define mark_done_claim 3
#define mark_done_finished_claim 4
#define mark_error_status 5
#define mark_error_attempts 6
#define mark_error_claim 7
#define mark_error_finished_claim 8
#define hand_back_status 9
#define hand_back_attempts 10
#define hand_back_claim 11
#define hand_back_lock 12
#define claim_status 13
#define claim_lease 14
#define claim_lock 15
#define claim_skip_locked 16
#define sweep_status 17
#define sweep_lease 18
#define sweep_lease_end 19
#define sweep_lock 20
#define sweep_newer_claim 21
#define ix_hand_back_status 22
#define ix_hand_back_claim 23
#define ix_hand_back_counts 24
#define ix_hand_back_ends 25
#define ix_hand_back_uncharged_raise 26
#define ix_hand_back_uncharged_stays 27
#define held_claims 28
#define lost_status 29
#define lost_worker 30
#define lost_running 31
#define lost_deadline 32
#define lost_lock 33
#define read_end_finished_claim 34
#define cancel_status 35
#define cancel_request_status 36
#define cancel_wins_mark_done 37
#define cancel_wins_mark_error 38
#define cancel_wins_hand_back 39
#define trigger_terminal 40
#define trigger_claim 41
#define trigger_edge 42
#define trigger_lease 43
#define claim_due 44
#define candidate_status 45
#define candidate_due 46
#define candidate_lease 47
#define candidate_lock 48
#define candidate_skip_locked 49
#define mark_done_at_status 50
#define mark_done_at_attempts 51
#define mark_done_at_claim 52
#define mark_done_at_finished_claim 53
#define cancel_wins_mark_done_at 54

byte without_1, without_2, without_3;
#define has(guard) (without_1 != guard && without_2 != guard && without_3 != guard)

/* How much goes wrong at most; from the environment, so that one program serves every run. */
byte crashes, pauses, cuts, failovers, stops, cancels, rounds, foreign;
c_code {
    static unsigned char number(const char *name) {
        const char *text = getenv(name);
        return text ? (unsigned char)atoi(text) : 0;
    }
};

#define WORKERS 3
#define STARTS 2 /* max_attempts at the insert */

mtype = { pending, running, done, error };
mtype = { idle, picked, holding, finishing, handing, ended };
mtype = { mark_done, mark_error, retry, shutdown };
mtype = { none, answered, cancelled, exhausted };
/* The rules, by the names that a broken one is reported under. */
mtype = {
    one_record, terminal_row_changed, stale_result, stale_hand_back, own_result_refused, claimed_while_held,
    claimed_without_lease, claim_waited, too_many_starts, attempts_above_max, ended_with_starts_left,
    counted_without_start, swept_under_lease, renewed_after_sweep, running_claim_taken_for_lost,
    own_end_called_fenced, callback_before_end, callback_of_fenced_result, cancel_overruled, foreign_end,
    foreign_hand_back, stuck
};

/* The row. A claim's number is its claim_id; 0 is null. */
mtype status = pending;
mtype code = none;
byte attempts, max_attempts = STARTS, claim, finished_claim;
byte worker;            /* 0 null, else the worker by its number + 1, or FORMER */
bool cancel_requested;
bool young;             /* claimed within the call deadline */
byte locked;            /* by the claim of worker locked - 1 */

/* ix_daemons, as far as it matters: the identity each process has now, and the one the row's holder had before. */
#define FORMER 4
byte leases = 14;       /* one bit for each value of `worker` */
#define lease(whose) ((leases >> (whose)) & 1)

/* The processes. */
mtype phase[WORKERS] = idle;
mtype plan[WORKERS] = none;
byte mine[WORKERS];     /* the claim it has or asks for, which its heartbeat lists */
byte told[WORKERS];     /* attempts, as the claim returned it */
bool swept[WORKERS];    /* its claim was taken by the sweep */
byte used;              /* workers that have claimed; they are alike, so they begin in order */

/* The statements under way between their snapshot and their lock, or between a list and its statement. */
bool sweep_reads, newer;
byte seen_leases, seen_claim, revived;
bool listed, chosen;
byte owner, list, lost;

/* What only the rules need. */
byte record;            /* the claim that wrote the end, or SYSTEM */
#define SYSTEM 255
bool has_ended, acknowledged, last_is_claim, hit;
byte failed;            /* starts that were somebody's fault */

#define is_terminal (status == done || status == error)
#define is_held(c) ((c) != 0 && (runs(0, c) || runs(1, c) || runs(2, c)))
#define runs(w, c) (mine[w] == (c) && (phase[w] == holding || phase[w] == finishing))

inline must(condition, rule) {
    if
    :: (condition)
    :: else -> printf("broken: <%d>\n", rule); assert(false)
    fi
}

/* A claim_id that nobody has; numbers that nobody remembers come again, to keep the states few. */
inline mint(w) {
    mine[w] = 1;
    do
    :: mine[w] == claim || mine[w] == finished_claim || mine[w] == record || mine[w] == list || mine[w] == lost ||
       mine[w] == seen_claim || (w != 0 && mine[w] == mine[0]) || (w != 1 && mine[w] == mine[1]) ||
       (w != 2 && mine[w] == mine[2]) -> mine[w]++
    :: else -> break
    od
}

inline end_row(how, why, by) {
    must(!is_terminal, terminal_row_changed);
    must(!has_ended, one_record);
    must(!acknowledged || why == cancelled, cancel_overruled);
    has_ended = true;
    status = how;
    code = why;
    record = by;
    last_is_claim = false;
    young = false
}

/* --- ix_hand_back ------------------------------------------------------------------------------------------------ */

#define takes_back(seen) \
    ((!has(ix_hand_back_status) || status == running) && (!has(ix_hand_back_claim) || claim == seen) && \
     !(has(trigger_terminal) && is_terminal))

/* As long as the row has the claim `seen`; sets hit when it changed something. */
inline hand_row_back(seen, uncharged) {
    hit = takes_back(seen);
    if
    :: hit ->
        must(!is_terminal, terminal_row_changed);
        must(status == running, counted_without_start);
        if
        :: cancel_requested && has(cancel_wins_hand_back) -> end_row(error, cancelled, SYSTEM)
        :: else ->
            failed = failed + !uncharged;
            if
            :: (!uncharged || !has(ix_hand_back_uncharged_stays)) && has(ix_hand_back_ends) &&
               attempts + 1 >= max_attempts ->
                must(failed >= STARTS, ended_with_starts_left);
                end_row(error, exhausted, SYSTEM)
            :: else -> must(!acknowledged, cancel_overruled); status = pending; last_is_claim = false
            fi
        fi;
        attempts = attempts + has(ix_hand_back_counts);
        max_attempts = max_attempts + (uncharged && has(ix_hand_back_uncharged_raise));
        must(attempts <= max_attempts, attempts_above_max);
        claim = 0;
        if
        :: worker == FORMER -> leases = leases & 14
        :: else
        fi;
        worker = 0;
        young = false
    :: else
    fi
}

/* --- the worker -------------------------------------------------------------------------------------------------- */

inline leave(w) {
    phase[w] = idle;
    mine[w] = 0;
    told[w] = 0;
    plan[w] = none;
    swept[w] = false
}

/* The lease of an entry that is there. */
inline revive(w) {
    leases = leases | (1 << (w + 1));
    if
    :: sweep_reads && !((seen_leases >> (w + 1)) & 1) -> revived = revived | (1 << (w + 1))
    :: else
    fi
}

/* A new entry in ix_daemons. The row may name the one before, whose lease is as it is. */
inline register(w) {
    if
    :: worker == w + 1 ->
        worker = FORMER;
        leases = (leases & 14) | (lease(w + 1) << FORMER);
        seen_leases = (seen_leases & 14) | (((seen_leases >> (w + 1)) & 1) << FORMER);
        revived = (revived & 14) | (((revived >> (w + 1)) & 1) << FORMER)
    :: else
    fi;
    leases = leases | (1 << (w + 1));
    seen_leases = seen_leases & ~(1 << (w + 1));
    revived = revived & ~(1 << (w + 1));
    if
    :: owner == w + 1 -> listed = false; owner = 0; list = 0
    :: else
    fi
}

/* claim_next_pending and claim_candidate: the subselect, which picks by its snapshot and locks. */
inline pick(w, lock, skip_locked) {
    must(lease(w + 1), claimed_without_lease);
    must(locked == 0 || !has(lock) || has(skip_locked), claim_waited);
    if
    :: has(lock) -> locked = w + 1
    :: else
    fi;
    if
    :: w == used -> used++
    :: else
    fi;
    mint(w);
    phase[w] = picked
}

/* The update of what was picked. */
inline take(w) {
    must(status == pending, claimed_while_held);
    must(failed < STARTS, too_many_starts);
    must(attempts < max_attempts, attempts_above_max);
    status = running;
    claim = mine[w];
    worker = w + 1;
    told[w] = attempts;
    young = true;
    newer = sweep_reads;
    last_is_claim = true
}

#define fence(w, s, a, c) \
    ((!has(s) || status == running) && (!has(a) || attempts == told[w]) && (!has(c) || claim == mine[w]))
/* What the trigger refuses of an update that ends the row. */
#define trigger_refuses(keeps) \
    ((has(trigger_terminal) && is_terminal) || \
     (has(trigger_claim) && status == running && claim != 0 && !(keeps)))

inline write_result(w, how, keeps, wins) {
    must(!is_terminal, terminal_row_changed);
    must(status == running && claim == mine[w], stale_result);
    if
    :: keeps -> finished_claim = claim
    :: else
    fi;
    if
    :: cancel_requested && wins -> end_row(error, cancelled, mine[w])
    :: else -> end_row(how, answered, mine[w])
    fi
}

/* One statement and, when it changed nothing, read_end. Sets hit when the worker is told that the job ended. */
inline end_job(w) {
    if
    /* By the row's place first; then by the job's id. */
    :: plan[w] == mark_done && fence(w, mark_done_at_status, mark_done_at_attempts, mark_done_at_claim) &&
       !trigger_refuses(has(mark_done_at_finished_claim)) && !(cancel_requested && has(cancel_wins_mark_done_at)) ->
        write_result(w, done, has(mark_done_at_finished_claim), false);
        hit = true
    :: plan[w] == mark_done && fence(w, mark_done_status, mark_done_attempts, mark_done_claim) &&
       !trigger_refuses(has(mark_done_finished_claim)) ->
        write_result(w, done, has(mark_done_finished_claim), has(cancel_wins_mark_done));
        hit = true
    :: plan[w] == mark_error && fence(w, mark_error_status, mark_error_attempts, mark_error_claim) &&
       !trigger_refuses(has(mark_error_finished_claim)) ->
        write_result(w, error, has(mark_error_finished_claim), has(cancel_wins_mark_error));
        hit = true
    :: else ->
        must(!(status == running && claim == mine[w]), own_result_refused);
        hit = is_terminal && finished_claim == mine[w] && has(read_end_finished_claim);
        must(hit || record != mine[w], own_end_called_fenced)
    fi
}

#define hand_back_fence(w) fence(w, hand_back_status, hand_back_attempts, hand_back_claim)

/* ix_hand_back, called by hand_back. Sets hit when the job ended with it. */
inline give_back(w, seen) {
    must(!takes_back(seen) || status != running || claim == mine[w], stale_hand_back);
    hand_row_back(seen, (plan[w] == shutdown));
    hit = hit && is_terminal
}

/* hand_back, its row locked; in one step with ix_hand_back therefore. */
inline hand_back(w) {
    if
    :: hand_back_fence(w) -> give_back(w, claim)
    :: else -> must(!(status == running && claim == mine[w]), own_result_refused)
    fi
}

/* Leaves the job; a process that shuts down ends its lease and starts again. */
inline go_on(w) {
    if
    :: plan[w] == shutdown -> leave(w); leases = leases & ~(1 << (w + 1)); register(w)
    :: else -> leave(w)
    fi
}

/* Told what came of its end. */
inline conclude(w) {
    if
    :: hit -> phase[w] = ended
    :: else -> go_on(w)
    fi;
    hit = false
}

/* It ends its job now, or tries once more after a reply that was lost. */
#define may_end(w, how) \
    (locked == 0 && ((phase[w] == holding && (how != shutdown || stops > 0)) || (phase[w] == finishing && plan[w] == how)))

inline decide(w, how) {
    stops = stops - (how == shutdown && phase[w] == holding);
    phase[w] = finishing;
    plan[w] = how
}

inline write_end(w, how) {
    decide(w, how);
    end_job(w); printf("worker %d: <%d> by claim %d: the row is <%d>\n", w, how, mine[w], status);
    conclude(w)
}

inline write_end_and_lose_reply(w, how) {
    cuts--;
    decide(w, how);
    end_job(w); printf("worker %d: <%d> by claim %d: the row is <%d>; the reply is lost\n", w, how, mine[w], status);
    hit = false
}

inline write_hand_back(w, how) {
    decide(w, how);
    hand_back(w); printf("worker %d: <%d> by claim %d: the row is <%d>\n", w, how, mine[w], status);
    conclude(w)
}

inline write_hand_back_and_lose_reply(w, how) {
    cuts--;
    decide(w, how);
    hand_back(w); printf("worker %d: <%d> by claim %d: the row is <%d>; the reply is lost\n", w, how, mine[w], status);
    hit = false
}

/* What may hit a worker; when nothing is left to spoil, nothing does. */
#define is_worth_it(w) (mine[w] != 0)

proctype Worker(byte w) {
end:
    do
    :: d_step { phase[w] == idle && w <= used && ((!has(claim_status) && !has(claim_due)) || status == pending) &&
                !(has(trigger_terminal) && is_terminal) && (!has(claim_lease) || lease(w + 1)) &&
                (locked == 0 || !has(claim_lock) || !has(claim_skip_locked)) ->
        pick(w, claim_lock, claim_skip_locked); printf("worker %d: claim %d picks the row\n", w, mine[w]) }
    :: d_step { phase[w] == idle && w <= used && ((!has(candidate_status) && !has(candidate_due)) || status == pending) &&
                !(has(trigger_terminal) && is_terminal) && (!has(candidate_lease) || lease(w + 1)) &&
                (locked == 0 || !has(candidate_lock) || !has(candidate_skip_locked)) ->
        pick(w, candidate_lock, candidate_skip_locked); printf("worker %d: claim %d picks the candidate\n", w, mine[w]) }
    /* The claim's commit. The row's lock is ours, or waited for. From here on the claim's reply is under way. */
    :: d_step { phase[w] == picked && (locked == w + 1 || locked == 0) ->
        take(w);
        locked = 0;
        phase[w] = holding; printf("worker %d: claim %d holds the job, attempts %d\n", w, mine[w], told[w]) }
    :: d_step { phase[w] == holding && young && claim == mine[w] && cuts > 0 ->
        cuts--;
        leave(w); printf("worker %d: its claim's reply is lost\n", w) }

    /* The end. Its lock is waited for. A holder that learns of a cancel stops and writes its end like any other. */
    :: d_step { may_end(w, mark_done) -> write_end(w, mark_done) }
    :: d_step { may_end(w, mark_error) -> write_end(w, mark_error) }
    :: d_step { may_end(w, mark_done) && cuts > 0 -> write_end_and_lose_reply(w, mark_done) }
    :: d_step { may_end(w, mark_error) && cuts > 0 -> write_end_and_lose_reply(w, mark_error) }
    :: d_step { may_end(w, retry) && has(hand_back_lock) -> write_hand_back(w, retry) }
    :: d_step { may_end(w, shutdown) && has(hand_back_lock) -> write_hand_back(w, shutdown) }
    :: d_step { may_end(w, retry) && has(hand_back_lock) && cuts > 0 -> write_hand_back_and_lose_reply(w, retry) }
    :: d_step { may_end(w, shutdown) && has(hand_back_lock) && cuts > 0 -> write_hand_back_and_lose_reply(w, shutdown) }
    /* A retry and the next claim in one transaction, which may take the same row; its reply is lost. */
    :: d_step { may_end(w, retry) && has(hand_back_lock) && cuts > 0 && lease(w + 1) && hand_back_fence(w) ->
        cuts--;
        decide(w, retry);
        hand_back(w);
        if
        :: status == pending ->
            /* The claim's number is known to nobody. */
            lost = mine[w]; mint(w); claim = mine[w]; mine[w] = lost; lost = 0;
            status = running; worker = w + 1; young = true; newer = sweep_reads; last_is_claim = true
        :: else
        fi;
        hit = false;
        printf("worker %d: hands back and claims as %d in one transaction; the reply is lost\n", w, claim) }
    /* The statement didn't get there at all. */
    :: d_step { phase[w] == holding && cuts > 0 -> cuts--; decide(w, mark_done) }
    /* Without its lock hand_back is two steps. */
    :: d_step { may_end(w, retry) && !has(hand_back_lock) ->
        decide(w, retry);
        if
        :: hand_back_fence(w) -> phase[w] = handing
        :: else -> go_on(w)
        fi }
    :: d_step { phase[w] == handing && locked == 0 -> give_back(w, mine[w]); conclude(w) }

    /* A process that stops gives up on an end that doesn't get through. */
    :: d_step { phase[w] == finishing && plan[w] == shutdown && cuts > 0 ->
        cuts--;
        go_on(w); printf("worker %d: stops without its end\n", w) }

    /* The callback, of what it was told. */
    :: d_step { phase[w] == ended ->
        must(is_terminal, callback_before_end);
        must(record == mine[w] || (record == SYSTEM && (plan[w] == retry || plan[w] == shutdown)),
             callback_of_fenced_result);
        go_on(w); printf("worker %d: callback\n", w) }

    /* Stopped, or cut off from the database, for longer than its lease; then it goes on, here or there. */
    :: d_step { pauses > 0 && is_worth_it(w) && lease(w + 1) ->
        pauses--;
        leases = leases & ~(1 << (w + 1)); printf("worker %d: pauses, its lease runs out\n", w) }
    /* The heartbeat revives the lease, and the look at the claims tells what the sweep took: such a run is dropped, an end or
       a claim under way goes on. */
    :: d_step { !lease(w + 1) && has(held_claims) && phase[w] != picked && !(phase[w] == holding && young) ->
        if
        :: phase[w] == holding && swept[w] -> leave(w)
        :: else
        fi;
        revive(w); printf("worker %d: revives its lease\n", w) }
    :: d_step { !lease(w + 1) && has(held_claims) && phase[w] == holding && young ->
        revive(w); printf("worker %d: revives its lease\n", w) }
    :: d_step { !lease(w + 1) && !has(held_claims) ->
        must(!(swept[w] && phase[w] == holding), renewed_after_sweep);
        revive(w); printf("worker %d: renews a lease that had run out\n", w) }

    /* kill -9 and a new start; what the server had under way for it is rolled back. */
    :: d_step { crashes > 0 && is_worth_it(w) ->
        crashes--;
        if
        :: locked == w + 1 -> locked = 0
        :: else
        fi;
        leave(w);
        register(w); printf("worker %d: crashes and starts again\n", w) }
    od
}

/* --- the sweep --------------------------------------------------------------------------------------------------- */

/* A row without a worker counts as lost after a time; with one, when its lease had run out in the snapshot. */
#define is_orphan(held) \
    ((!has(sweep_status) || status == running) && (worker == 0 || !has(sweep_lease) || (has(sweep_lease_end) && !((held >> worker) & 1))))

inline sweep_row(seen) {
    /* A lease that was revived after the sweep had looked saves nothing: the look at the claims tells its worker. */
    must(!takes_back(seen) || status != running || !lease(worker) || ((revived >> worker) & 1), swept_under_lease);
    if
    :: takes_back(seen) && worker != 0 && worker != FORMER && mine[worker - 1] == claim -> swept[worker - 1] = true
    :: else
    fi;
    hand_row_back(seen, false); printf("sweep: the row is <%d>, attempts %d\n", status, attempts)
}

inline end_sweep() {
    hit = false;
    sweep_reads = false;
    seen_leases = 0;
    seen_claim = 0;
    revived = 0;
    newer = false
}

proctype Sweep() {
    bool callback_due;
end:
    do
    /* The snapshot. */
    :: d_step { !sweep_reads && is_orphan(leases) && !is_terminal ->
        sweep_reads = true;
        seen_leases = leases;
        seen_claim = (has(sweep_lock) -> 0 : claim); printf("sweep: reads\n") }
    /* The lock, with the row looked at once more as it is now, the leases as they were; a locked row is skipped. */
    :: d_step { sweep_reads && has(sweep_lock) ->
        if
        :: locked == 0 && is_orphan(seen_leases) && (!newer || !has(sweep_newer_claim)) -> sweep_row(claim)
        :: else
        fi;
        callback_due = callback_due || (hit && is_terminal);
        end_sweep() }
    /* Without its lock it acts on what it read. */
    :: d_step { sweep_reads && !has(sweep_lock) && locked == 0 ->
        sweep_row(seen_claim);
        callback_due = callback_due || (hit && is_terminal);
        end_sweep() }
    :: d_step { callback_due ->
        must(is_terminal, callback_before_end);
        must(record == SYSTEM, callback_of_fenced_result);
        callback_due = false; printf("sweep: callback\n") }
    od
}

/* --- the heartbeat ----------------------------------------------------------------------------------------------- */

#define is_lost \
    ((!has(lost_status) || status == running) && (!has(lost_worker) || worker == owner) && \
     (!has(lost_running) || claim != list) && (!has(lost_deadline) || !young) && claim != 0)

inline hand_lost_back(seen) {
    must(!takes_back(seen) || status != running || !is_held(claim), running_claim_taken_for_lost);
    hand_row_back(seen, true); printf("heartbeat: hands back a lost claim: the row is <%d>\n", status)
}

inline end_round() {
    hit = false;
    listed = false;
    chosen = false;
    owner = 0;
    list = 0;
    lost = 0
}

/* hand_back_lost_claims, one worker's at a time: two of them touch different rows. */
proctype Heartbeat() {
end:
    do
    /* The list is read before the statement is sent. A round with nothing to find may be taken now and then. */
    :: d_step { !listed && status == running && !young && worker != 0 && worker != FORMER && lease(worker) &&
                claim != mine[worker - 1] ->
        listed = true;
        owner = worker;
        list = mine[owner - 1]; printf("heartbeat of worker %d: lists claim %d\n", owner - 1, list) }
    :: d_step { !listed && rounds > 0 && !is_terminal && lease(1) ->
        rounds--;
        listed = true;
        owner = 1;
        list = mine[0]; printf("heartbeat of worker 0: lists claim %d\n", list) }
    :: d_step { listed && has(lost_lock) ->
        if
        :: is_lost && locked == 0 -> hand_lost_back(claim)
        :: else
        fi;
        end_round() }
    /* Without its lock: chosen by the snapshot, handed back later. */
    :: d_step { listed && !has(lost_lock) && !chosen ->
        if
        :: is_lost -> chosen = true; lost = claim
        :: else -> end_round()
        fi }
    :: d_step { chosen && locked == 0 -> hand_lost_back(lost); end_round() }
    /* The call deadline passes; no list from before the claim is under way any longer. */
    :: d_step { young && !listed -> young = false }
    od
}

/* --- everybody else ---------------------------------------------------------------------------------------------- */

proctype World() {
end:
    do
    /* ix_cancel. */
    :: d_step { cancels > 0 && locked == 0 ->
        cancels--;
        if
        :: status == pending -> end_row(error, cancelled, SYSTEM); acknowledged = true
        :: !has(cancel_status) && !trigger_refuses(false) -> must(!is_terminal, terminal_row_changed);
            must(false, foreign_end)
        :: (status == running || !has(cancel_request_status)) && !(has(trigger_terminal) && is_terminal) &&
           (has(cancel_status) || trigger_refuses(false)) ->
            must(!is_terminal, terminal_row_changed);
            cancel_requested = true;
            acknowledged = true;
            last_is_claim = false
        :: else
        fi;
        printf("cancel: the row is <%d>, requested %d\n", status, cancel_requested) }

    /* The primary is lost, and with it the claim that the standby hadn't received. */
    :: d_step { failovers > 0 && last_is_claim && status == running && locked == 0 ->
        failovers--;
        status = pending;
        claim = 0;
        if
        :: worker == FORMER -> leases = leases & 14
        :: else
        fi;
        worker = 0;
        young = false;
        last_is_claim = false; printf("failover: the claim is lost\n") }

    /* The lease of an identity that is gone. */
    :: d_step { lease(FORMER) -> leases = leases & 14; printf("the lease of the one before runs out\n") }

    /* Legacy code: ends and hands back by job_id alone. With the trigger in place it changes nothing of ours. */
    :: d_step { foreign && !trigger_refuses(false) && !(has(trigger_edge) && status == pending) ->
        must(!is_terminal, terminal_row_changed);
        must(false, foreign_end) }
    :: d_step { foreign && status == running && worker != 0 && lease(worker) && !has(trigger_lease) ->
        must(false, foreign_hand_back) }

    /* Nothing can happen any more. */
    :: timeout -> must(is_terminal, stuck); break
    od
}

init {
    d_step {
        c_code {
            now.without_1 = number("WITHOUT_1"); now.without_2 = number("WITHOUT_2");
            now.without_3 = number("WITHOUT_3");
            now.crashes = number("CRASHES"); now.pauses = number("PAUSES"); now.cuts = number("CUTS");
            now.failovers = number("FAILOVERS"); now.stops = number("STOPS"); now.cancels = number("CANCELS");
            now.rounds = number("ROUNDS"); now.foreign = number("FOREIGN");
        };
        skip
    };
    atomic { run Worker(0); run Worker(1); run Worker(2); run Sweep(); run Heartbeat(); run World() }
}
