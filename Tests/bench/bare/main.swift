import Foundation
import GRDB

// The least a queue on a file can do: per job one durable transaction that claims a row and one that finishes it, one after
// the other, by the library and with the settings that ix-worker uses.
//
//   ix-bench-bare FILE JOBS      prints jobs per second

guard CommandLine.arguments.count == 3, let jobs = Int(CommandLine.arguments[2]) else {
    FileHandle.standardError.write(Data("usage: ix-bench-bare FILE JOBS\n".utf8))
    exit(64)
}
let schema = """
    CREATE TABLE plain_jobs (
        job_id text PRIMARY KEY NOT NULL, client_id text NOT NULL, request_id text NOT NULL,
        status text NOT NULL DEFAULT 'pending', attempts integer NOT NULL DEFAULT 0, created_at text NOT NULL,
        started_at text, finished_at text, request text NOT NULL, response text, UNIQUE (client_id, request_id)
    ) STRICT;
    CREATE INDEX plain_jobs_pending ON plain_jobs (created_at, job_id) WHERE status = 'pending';
    """
let insert = """
    INSERT INTO plain_jobs (job_id, client_id, request_id, created_at, request)
    SELECT lower(hex(randomblob(16))), 'bench', value, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
           '{"seq": 1, "text": "a small request"}' FROM generate_series
    """
let series =
    "WITH RECURSIVE generate_series(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM generate_series LIMIT ?) "
let claim = """
    UPDATE plain_jobs SET status = 'running', started_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
     WHERE job_id = (SELECT job_id FROM plain_jobs WHERE status = 'pending' ORDER BY created_at, job_id LIMIT 1)
    RETURNING job_id, request
    """
let finish = """
    UPDATE plain_jobs SET status = 'done', response = ?, finished_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
     WHERE job_id = ? AND status = 'running'
    """

let file = try DatabasePool(path: CommandLine.arguments[1])
try file.writeWithoutTransaction { db in
    try db.execute(sql: "PRAGMA synchronous = FULL")
    try db.execute(sql: schema)
    try db.execute(
        sql: series + insert, arguments: [jobs])
    try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
}
let start = ContinuousClock.now
for _ in 0..<jobs {
    let job = try file.writeWithoutTransaction { db in
        var id = ""
        try db.inTransaction(.immediate) {
            id = try Row.fetchOne(db.cachedStatement(sql: claim))!["job_id"]
            return .commit
        }
        return id
    }
    try file.writeWithoutTransaction { db in
        try db.inTransaction(.immediate) {
            try db.cachedStatement(sql: finish).execute(arguments: [#"{"ok": true}"#, job])
            return .commit
        }
    }
}
let seconds = (ContinuousClock.now - start) / .seconds(1)
print(Int(Double(jobs) / seconds))
