/*
 * The jobs of one group, their line, the places that they get, and everything that comes between. See README.md beside this file.
 *
 * Each option of each process is one step that PostgreSQL or a worker takes as a whole. A pass is four steps, because each of its
 * statements has a snapshot of its own; so is an end that hands its place on, because its transaction stays open meanwhile.
 */

/* The guards, as in the table `line.guards`. A run may take up to three away; without_1 to without_3 are their numbers. */
#define admit_alone 1
#define admit_in_flight 2
#define admit_keeps_turns 3
#define admit_head 4
#define admit_skips_locked 5
#define admit_clears 6
#define ready_held 7
#define ready_turn 8
#define ready_job 9
#define ready_declares 10
#define turn_held 11
#define turn_number 12
#define turn_job 13
#define turn_declares 14
#define leave_ended 15
#define take_back_held 16
#define halt_passes 17
#define halt_hand_on 18
#define recall_turns 19
#define recall_since 20
#define hand_on_ended 21
#define hand_on_lock 22
#define hand_on_pause 23
#define hand_on_since 24
#define hand_on_turn 25
#define hand_on_head 26
#define enter_line_turn 27
#define guard_leaves 28

byte without_1, without_2, without_3;
#define has(guard) (without_1 != guard && without_2 != guard && without_3 != guard)

/* How much goes wrong at most; from the environment, so that one program serves every run. */
byte crashes, pauses, passes, takes, foreign, cancels, locks, changes, handings;
c_code {
    static unsigned char number(const char *name) {
        const char *text = getenv(name);
        return text ? (unsigned char)atoi(text) : 0;
    }
};

#define JOBS 3
#define WORKERS 2

mtype = { pending, running, over };
mtype = { idle, picked, holding, ending, looked, chosen, gave };
/* The rules, by the names that a broken one is reported under. */
mtype = {
    over_the_limit, started_under_pause, overtaken, started_twice, pass_waited, stuck
};

/* The jobs, in the order of their places in line. */
mtype status[JOBS] = pending;
byte claim[JOBS];       /* the worker that holds it, by its number + 1; 0 null */
bool unbound[JOBS];     /* a legacy worker's claim, which no limit binds */

/* ix_lines: a row for each job, its turn (0 null), and if its job was claimed by it. */
bool row[JOBS] = true;
byte turn[JOBS];
bool held[JOBS];
byte locked[JOBS];      /* by whom: a pass, a worker's open end, or another transaction */
#define PASS(p) (1 + (p))
#define END(w) (3 + (w))
#define OTHER 5

/* The newest row of ix_admissions, as a set of turns; turns are given in their order. */
short newest;
byte last_turn;
#define MOST_TURNS 12
#define in_newest(t) ((newest >> (t)) & 1)

/* ix_queues, and the two gates: ix_admission_gate and ix_hand_on_gate. */
byte limit;
bool is_strict, is_paused;
byte since_turn;
byte pass_lock;         /* 0 free, else the pass, or OPERATOR */
byte end_sharers;       /* ends that hold the second gate shared */
bool end_lock;          /* held alone, by an operator */
#define OPERATOR 9

byte barren;            /* times that nothing could happen any more, since the last start */

/* The workers. */
mtype phase[WORKERS] = idle;
byte mine[WORKERS];     /* the job that it picks or holds */
byte seen_turn[WORKERS];
bool by_list[WORKERS];  /* its turn came by a list, not by its own look */
bool has_lock[WORKERS], may_hand[WORKERS];
byte next_job[WORKERS];
#define NOBODY 3

/* The passes. */
mtype step[2] = idle;
short alive[2];    /* the turns in flight that it saw */
byte busy[2], room[2];
byte given[2];     /* jobs, one bit each */

#define is_bound(j) (status[j] == running && !unbound[j])
#define bound (is_bound(0) + is_bound(1) + is_bound(2))
#define is_ready(j) (row[j] && turn[j] != 0 && !held[j])
#define in_line(j) (row[j] && turn[j] == 0)
#define holds(w, j) (claim[j] == w + 1 && status[j] == running)

inline must(condition, rule) {
    if
    :: (condition)
    :: else -> printf("broken: <%d>\n", rule); assert(false)
    fi
}

inline start(w, j) {
    must(status[j] == pending, started_twice);
    must(!is_paused, started_under_pause);
    status[j] = running;
    claim[j] = w + 1;
    unbound[j] = false;
    barren = 0;
    must(bound <= limit, over_the_limit);
    must(!is_strict || ((j < 1 || status[0] != pending) && (j < 2 || status[1] != pending)), overtaken)
}

/* --- a pass ------------------------------------------------------------------------------------------------------- */

/* Of the newest pass's turns, those whose job waits or runs. */
#define flies(j) (row[j] && turn[j] != 0 && in_newest(turn[j]) && (!has(admit_in_flight) || status[j] != over))
#define bit(j) (flies(j) -> (1 << turn[j]) : 0)

inline consider(p, j) {
    if
    :: room[p] > 0 && in_line(j) && status[j] != running && locked[j] == 0 ->
        given[p] = given[p] | (1 << j);
        locked[j] = PASS(p);
        room[p]--
    :: else -> must(room[p] == 0 || !in_line(j) || status[j] == running || has(admit_skips_locked), pass_waited)
    fi
}

/* The head alone, or nothing. */
#define is_head(j) (in_line(j) && (j < 1 || !in_line(0)) && (j < 2 || !in_line(1)))
inline consider_head(p, j) {
    if
    :: (!has(admit_head) || is_head(j)) -> consider(p, j)
    :: else
    fi
}

/* Rows that ends left behind with their turns. */
inline clear(p, j) {
    if
    :: row[j] && turn[j] != 0 && in_newest(turn[j]) && !((alive[p] >> turn[j]) & 1) && status[j] == over ->
        row[j] = false; turn[j] = 0; held[j] = false
    :: else
    fi
}

/* The row of a job that has ended is taken away, and gets no turn. */
inline give(p, j) {
    if
    :: (given[p] & (1 << j)) && status[j] == pending ->
        last_turn++;
        turn[j] = last_turn;
        held[j] = false;
        alive[p] = alive[p] | (1 << last_turn)
    :: (given[p] & (1 << j)) && status[j] == over && has(admit_clears) -> row[j] = false
    :: else
    fi;
    locked[j] = (locked[j] == PASS(p) -> 0 : locked[j])
}

proctype Pass(byte p) {
end:
    do
    :: d_step { step[p] == idle && passes > 0 && (in_line(0) || in_line(1) || in_line(2)) && last_turn + JOBS < MOST_TURNS &&
                (pass_lock == 0 || !has(admit_alone)) ->
        passes--;
        pass_lock = (pass_lock == 0 -> 1 + p : pass_lock);
        step[p] = looked;
        alive[p] = bit(0) | bit(1) | bit(2);
        busy[p] = flies(0) + flies(1) + flies(2); printf("pass %d: %d in flight\n", p, busy[p]) }
    :: d_step { step[p] == looked ->
        room[p] = (is_paused || busy[p] >= limit -> 0 : limit - busy[p]);
        step[p] = chosen; printf("pass %d: room for %d\n", p, room[p]) }
    :: d_step { step[p] == chosen ->
        given[p] = 0;
        if
        :: is_strict -> consider_head(p, 0); consider_head(p, 1); consider_head(p, 2)
        :: else -> consider(p, 0); consider(p, 1); consider(p, 2)
        fi;
        room[p] = 0;
        step[p] = gave; printf("pass %d: chooses %d\n", p, given[p]) }
    :: d_step { step[p] == gave ->
        clear(p, 0); clear(p, 1); clear(p, 2);
        alive[p] = (has(admit_keeps_turns) -> alive[p] : 0);
        give(p, 0); give(p, 1); give(p, 2);
        newest = alive[p];
        pass_lock = (pass_lock == 1 + p -> 0 : pass_lock);
        step[p] = idle; busy[p] = 0; alive[p] = 0; given[p] = 0; printf("pass %d: commits\n", p) }
    od
}

/* --- a worker ----------------------------------------------------------------------------------------------------- */

inline pick(w, j, listed) {
    mine[w] = j;
    by_list[w] = listed;
    seen_turn[w] = turn[j];
    phase[w] = picked; printf("worker %d: sees job %d with turn %d\n", w, j, turn[j])
}

/* The claim: rows of line and job are locked, looked at once more, and written. */
inline claim_ready(w) {
    if
    :: row[mine[w]] && locked[mine[w]] == 0 &&
       (!(by_list[w] -> has(turn_number) : has(ready_turn)) || turn[mine[w]] == seen_turn[w]) &&
       (!(by_list[w] -> has(turn_held) : has(ready_held)) || !held[mine[w]]) &&
       (!(by_list[w] -> has(turn_job) : has(ready_job)) || status[mine[w]] == pending) ->
        held[mine[w]] = (by_list[w] -> has(turn_declares) : has(ready_declares));
        start(w, mine[w]);
        phase[w] = holding; printf("worker %d: starts job %d\n", w, mine[w])
    :: else -> phase[w] = idle; mine[w] = NOBODY
    fi;
    seen_turn[w] = 0;
    by_list[w] = false
}

/* leave_line, behind an end that counted or didn't. */
inline leave(j) {
    if
    :: !has(leave_ended) || status[j] == over -> row[j] = false; turn[j] = 0; held[j] = false
    :: else
    fi
}

inline end_job(w) {
    if
    :: holds(w, mine[w]) -> status[mine[w]] = over; claim[mine[w]] = 0
    :: else
    fi;
    leave(mine[w]); printf("worker %d: ends job %d\n", w, mine[w]);
    phase[w] = idle;
    mine[w] = NOBODY
}

#define is_free(j) (in_line(j) && locked[j] == 0 && status[j] == pending)
#define head (in_line(0) -> 0 : (in_line(1) -> 1 : (in_line(2) -> 2 : NOBODY)))
#define can_start(j) (is_ready(j) && locked[j] == 0 && status[j] == pending)
#define first_ready (can_start(0) -> 0 : (can_start(1) -> 1 : (can_start(2) -> 2 : NOBODY)))
#define first_free (is_free(0) -> 0 : (is_free(1) -> 1 : (is_free(2) -> 2 : NOBODY)))

proctype Worker(byte w) {
    byte freed, next;
end:
    do
    :: d_step { phase[w] == idle && is_ready(0) && (!has(ready_job) || status[0] == pending) -> pick(w, 0, false) }
    :: d_step { phase[w] == idle && is_ready(0) && status[0] != over -> pick(w, 0, true) }
    :: d_step { phase[w] == idle && is_ready(1) && (!has(ready_job) || status[1] == pending) -> pick(w, 1, false) }
    :: d_step { phase[w] == idle && is_ready(1) && status[1] != over -> pick(w, 1, true) }
    :: d_step { phase[w] == idle && is_ready(2) && (!has(ready_job) || status[2] == pending) -> pick(w, 2, false) }
    :: d_step { phase[w] == idle && is_ready(2) && status[2] != over -> pick(w, 2, true) }
    :: d_step { phase[w] == picked -> claim_ready(w) }

    :: d_step { phase[w] == holding -> end_job(w) }

    /* An end that goes on with a job that has a turn, or hands its place on: the end is written and its row is gone, and nothing
       of it is seen before the commit. */
    :: d_step { phase[w] == holding && handings > 0 && (holds(w, mine[w]) || !has(hand_on_ended)) && row[mine[w]] &&
                turn[mine[w]] != 0 && (!end_lock || !has(hand_on_lock)) ->
        handings--;
        has_lock[w] = has(hand_on_lock);
        end_sharers = end_sharers + has(hand_on_lock);
        locked[mine[w]] = END(w);
        may_hand[w] = (!has(hand_on_pause) || !is_paused) && (!has(hand_on_since) || turn[mine[w]] >= since_turn);
        phase[w] = ending; printf("worker %d: ends job %d, may hand on %d\n", w, mine[w], may_hand[w]) }
    :: d_step { phase[w] == ending ->
        freed = turn[mine[w]];
        next = first_ready;
        seen_turn[w] = (next == NOBODY -> 0 : turn[next]);
        if
        :: next != NOBODY -> skip
        :: next == NOBODY && may_hand[w] && is_strict && has(hand_on_head) ->
            next = head;
            if
            :: next != NOBODY && !is_free(next) -> next = NOBODY
            :: else
            fi
        :: next == NOBODY && may_hand[w] && !(is_strict && has(hand_on_head)) -> next = first_free
        :: next == NOBODY && !may_hand[w] -> skip
        fi;
        if
        :: holds(w, mine[w]) -> status[mine[w]] = over; claim[mine[w]] = 0; row[mine[w]] = false; turn[mine[w]] = 0; held[mine[w]] = false
        :: else -> freed = (freed == 0 -> last_turn : freed)
        fi;
        locked[mine[w]] = (locked[mine[w]] == END(w) -> 0 : locked[mine[w]]);
        if
        :: next != NOBODY ->
            turn[next] = (seen_turn[w] != 0 -> seen_turn[w] : (has(hand_on_turn) -> freed : MOST_TURNS));
            seen_turn[w] = 0;
            held[next] = true;
            start(w, next);
            mine[w] = next;
            phase[w] = holding; printf("worker %d: goes on with job %d\n", w, next)
        :: else -> mine[w] = NOBODY; phase[w] = idle; printf("worker %d: commits\n", w)
        fi;
        end_sharers = end_sharers - has_lock[w];
        has_lock[w] = false;
        may_hand[w] = false; freed = 0; next = 0 }

    /* kill -9, or a pause beyond the lease: the sweep hands the job back, and the guard puts it into its line again. A paused
       worker goes on, and ends what it holds no more. */
    :: d_step { phase[w] == holding && (crashes > 0 || pauses > 0) && holds(w, mine[w]) && locked[mine[w]] == 0 ->
        status[mine[w]] = pending;
        claim[mine[w]] = 0;
        row[mine[w]] = true;
        turn[mine[w]] = (has(enter_line_turn) -> 0 : turn[mine[w]]);
        held[mine[w]] = (has(enter_line_turn) -> false : held[mine[w]]);
        if
        :: crashes > 0 -> crashes--; mine[w] = NOBODY; phase[w] = idle
        :: else -> pauses--
        fi;
        printf("sweep: takes worker %d's job\n", w) }
    od
}

/* --- everybody else ----------------------------------------------------------------------------------------------- */

inline take_back(j) {
    if
    :: row[j] && turn[j] != 0 && (!has(take_back_held) || !held[j]) && locked[j] == 0 -> turn[j] = 0
    :: else
    fi
}

#define is_takeable(j) (row[j] && turn[j] != 0 && (!has(take_back_held) || !held[j]) && locked[j] == 0)

inline recall(j) {
    if
    :: row[j] && turn[j] != 0 && !held[j] -> turn[j] = 0
    :: else
    fi
}

/* A row that the change would write waits for its lock. */
#define is_kept(j) (row[j] && turn[j] != 0 && !held[j] && locked[j] != 0)

proctype Upkeep() {
end:
    do
    /* Turns that no worker claims go back into line. */
    :: d_step { takes > 0 && (is_takeable(0) || is_takeable(1) || is_takeable(2)) ->
        takes--;
        take_back(0); take_back(1); take_back(2); printf("upkeep: takes turns back\n") }
    od
}

/* Pauses, resumes, and changes of the limit, each in a transaction that first halts passes and handing on. */
proctype Operator() {
    byte wanted;
    bool at_work;
end:
    do
    :: d_step { !at_work && changes > 0 && (pass_lock == 0 || !has(halt_passes)) && ((end_sharers == 0 && !end_lock) || !has(halt_hand_on)) ->
        changes--;
        at_work = true;
        pass_lock = (has(halt_passes) -> OPERATOR : pass_lock);
        end_lock = has(halt_hand_on); printf("operator: halts\n") }
    :: d_step { at_work && !is_kept(0) && !is_kept(1) && !is_kept(2) ->
        if
        :: !is_paused && limit == 2 -> limit = 1
        :: !is_paused && limit == 1 -> is_paused = true
        :: else -> skip
        fi;
        if
        :: has(recall_turns) -> recall(0); recall(1); recall(2)
        :: else
        fi;
        last_turn = last_turn + has(recall_since);
        since_turn = (has(recall_since) -> last_turn : since_turn);
        pass_lock = (pass_lock == OPERATOR -> 0 : pass_lock);
        end_lock = false;
        at_work = false; printf("operator: the limit is %d, paused %d\n", limit, is_paused) }
    :: d_step { !at_work && is_paused && changes == 0 -> is_paused = false; printf("operator: resumes\n") }
    od
}

inline claim_as_legacy(j) {
    foreign--;
    status[j] = running;
    unbound[j] = true;
    claim[j] = 0;
    if
    :: has(guard_leaves) -> row[j] = false; turn[j] = 0; held[j] = false
    :: else
    fi;
    printf("legacy: claims job %d\n", j)
}

inline cancel(j) {
    cancels--;
    status[j] = over;
    if
    :: has(guard_leaves) -> row[j] = false; turn[j] = 0; held[j] = false
    :: else
    fi;
    printf("cancel: job %d is over\n", j)
}

inline lock(j) {
    locks--;
    theirs = j;
    locked[j] = OTHER; printf("a caller locks job %d\n", j)
}

proctype World() {
    byte theirs = NOBODY;
end:
    do
    /* Legacy code claims the oldest pending job, and ends it. */
    :: d_step { foreign > 0 && status[0] == pending && locked[0] == 0 -> claim_as_legacy(0) }
    :: d_step { foreign > 0 && status[1] == pending && locked[1] == 0 -> claim_as_legacy(1) }
    :: d_step { status[0] == running && unbound[0] -> status[0] = over; unbound[0] = false }
    :: d_step { status[1] == running && unbound[1] -> status[1] = over; unbound[1] = false }
    /* A cancel of a job that waits. */
    :: d_step { cancels > 0 && status[0] == pending && locked[0] == 0 -> cancel(0) }
    :: d_step { cancels > 0 && status[1] == pending && locked[1] == 0 -> cancel(1) }
    /* A caller's open transaction. */
    :: d_step { theirs == NOBODY && locks > 0 && row[0] && locked[0] == 0 -> lock(0) }
    :: d_step { theirs == NOBODY && locks > 0 && row[1] && locked[1] == 0 -> lock(1) }
    :: d_step { theirs != NOBODY ->
        locked[theirs] = (locked[theirs] == OTHER -> 0 : locked[theirs]);
        theirs = NOBODY; printf("a caller lets go\n") }
    /* Passes come again while jobs wait. */
    :: timeout ->
        if
        :: status[0] == over && status[1] == over && status[2] == over -> break
        :: last_turn + JOBS >= MOST_TURNS -> break
        :: else -> d_step { must(barren < 5, stuck); barren++; passes = 1 }
        fi
    od
}

init {
    d_step {
        c_code {
            now.without_1 = number("WITHOUT_1"); now.without_2 = number("WITHOUT_2"); now.without_3 = number("WITHOUT_3");
            now.crashes = number("CRASHES"); now.pauses = number("PAUSES"); now.passes = number("PASSES");
            now.takes = number("TAKES"); now.foreign = number("FOREIGN"); now.cancels = number("CANCELS");
            now.locks = number("LOCKS"); now.changes = number("CHANGES"); now.handings = number("HANDINGS");
        };
        mine[0] = NOBODY; mine[1] = NOBODY
    };
    if
    :: limit = 2
    :: limit = 1
    :: limit = 1; is_strict = true
    fi;
    atomic { run Pass(0); run Pass(1); run Worker(0); run Worker(1); run Upkeep(); run Operator(); run World() }
}
