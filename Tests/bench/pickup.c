// Inserts jobs one by one and tells when each was committed; and what one notification and one claim take at least.
//
//   pickup URL ours COUNT PAUSE_MS   for every job: its number and the time of its commit, unix nanoseconds
//   pickup URL bare COUNT PAUSE_MS   for every notification: nanoseconds from the notifier's commit to the claim's answer
#include <libpq-fe.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *url;
static int count, pause_ms;
static long long committed[100000];

static long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static PGconn *connection(void) {
    PGconn *made = PQconnectdb(url);
    if (PQstatus(made) != CONNECTION_OK) { fprintf(stderr, "%s", PQerrorMessage(made)); exit(1); }
    return made;
}

static void run(PGconn *server, const char *sql) {
    PGresult *result = PQexec(server, sql);
    if (PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_TUPLES_OK) {
        fprintf(stderr, "%s", PQerrorMessage(server));
        exit(1);
    }
    PQclear(result);
}

static void *send_all(void *ours) {
    PGconn *server = connection();
    char sql[300];
    for (int n = 0; n < count; n++) {
        usleep(pause_ms * 1000);
        if (ours)
            snprintf(sql, sizeof sql, "SELECT 1 FROM ix_enqueue('{\"seq\": %d}', use_case => 'mark', client_id => 'pickup', "
                     "request_id => '%d')", n, n);
        else
            snprintf(sql, sizeof sql, "NOTIFY bare, '%d'", n);
        run(server, sql);
        committed[n] = now();
        if (ours) printf("%d %lld\n", n, committed[n]);
    }
    PQfinish(server);
    return NULL;
}

static void claim_all(void) {
    PGconn *server = connection();
    run(server, "LISTEN bare");
    run(server, "PREPARE claim AS UPDATE plain_jobs SET status = 'running', attempts = attempts + 1, started_at = now() "
                "WHERE job_id = (SELECT job_id FROM plain_jobs WHERE status = 'pending' ORDER BY created_at "
                "FOR UPDATE SKIP LOCKED LIMIT 1) RETURNING job_id, request");
    pthread_t sender;
    pthread_create(&sender, NULL, send_all, NULL);
    for (int left = count; left > 0;) {
        struct pollfd socket = {PQsocket(server), POLLIN, 0};
        if (poll(&socket, 1, 10000) < 1 || !PQconsumeInput(server)) { fprintf(stderr, "no notification\n"); exit(1); }
        for (PGnotify *told; (told = PQnotifies(server)) != NULL; left--) {
            int n = atoi(told->extra);
            run(server, "EXECUTE claim");
            long long answered = now();
            PQfreemem(told);
            while (!__atomic_load_n(&committed[n], __ATOMIC_ACQUIRE)) usleep(10);
            printf("%lld\n", answered - committed[n]);
        }
    }
    pthread_join(sender, NULL);
    PQfinish(server);
}

int main(int arguments, char **argument) {
    if (arguments != 5) { fprintf(stderr, "pickup URL ours|bare COUNT PAUSE_MS\n"); return 64; }
    url = argument[1];
    count = atoi(argument[3]);
    pause_ms = atoi(argument[4]);
    if (strcmp(argument[2], "ours") == 0) send_all(&url); else claim_all();
    return 0;
}
