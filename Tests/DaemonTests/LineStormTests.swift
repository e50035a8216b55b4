import FoundationEssentials
import Glibc
import IXSQLite
import IXStore
import IXTestSupport
import Testing

/// Lines under real daemons, which are killed meanwhile: limits hold in every snapshot, and no place stays taken.
@Suite(.timeLimit(.minutes(4))) struct LineStormTests {
    private static let short = [
        "worker.lease_seconds=3", "worker.heartbeat_seconds=1", "worker.sweep_seconds=0.5", "worker.count=4",
        "worker.grace_seconds=5",
    ]
    private static let limits = #"{"concurrency": 3, "group_concurrency": 1}"#

    @Test(.needsPostgres)
    func `no more jobs of a group hold a place than its limit, while daemons are killed`() async throws {
        try await TestDatabase.with { db in
            try await db.sql("SELECT ix_set_queue('sleep', $1::jsonb)", [Self.limits])
            try await db.sql(
                """
                SELECT ix_enqueue(jsonb_build_object('use_case', 'sleep', 'ix_client_id', 'c', 'request_id', n::text,
                                                     'options', jsonb_build_object('seconds', 0.1)),
                                  group_key => (n % 5)::text, priority => -(n % 3))
                  FROM generate_series(1, 60) AS n
                """)
            let first = try await TestDaemon.ready(db.url, set: Self.short)
            let other = try await TestDaemon.ready(db.url, set: Self.short)
            try await Self.watch(db, until: "count(*) FILTER (WHERE status = 'done') >= 15")
            first.process.signal(SIGKILL)
            #expect(try await first.process.exitStatus() == .signal(SIGKILL))
            let again = try await TestDaemon.ready(db.url, state: first.state, set: Self.short)
            try await Self.watch(db, until: "count(*) FILTER (WHERE status = 'done') = 60")
            #expect(try await db.sql("SELECT job_id FROM ix_lines").isEmpty)
            #expect(try await again.terminate() == .code(0))
            #expect(try await other.terminate() == .code(0))
        }
    }

    /// Looks at the jobs, each time in one snapshot, until the condition holds.
    private static func watch(_ db: TestDatabase, until condition: String) async throws {
        var (queue, group) = (0, 0)
        let isOver = try await eventually(within: .seconds(90)) {
            let row = try await db.sql(
                """
                SELECT \(condition), count(*) FILTER (WHERE status = 'running'),
                       (SELECT max(n) FROM (SELECT count(*) AS n FROM ix_jobs WHERE status = 'running' GROUP BY group_key) AS g)
                  FROM ix_jobs
                """)[0]
            queue = max(queue, row[1].flatMap { Int($0) } ?? 0)
            group = max(group, row[2].flatMap { Int($0) } ?? 0)
            return row[0] == "t"
        }
        #expect(isOver && queue <= 3 && group <= 1, "\(queue) of the queue and \(group) of a group ran at a time")
    }

    @Test func `a daemon of the file keeps a group's limit, and goes on after kill -9`() async throws {
        try await TestFile.with { file in
            let store = file.store()
            try await store.perform { operations in
                var change = QueueChange()
                try change.set("group_concurrency", text: "1")
                try operations.setQueue("sleep", change)
                for number in 1...12 {
                    _ = try operations.insertPending(
                        .make("\(number)", #"{"options":{"seconds":0.1}}"#, useCase: "sleep", group: "\(number % 2)"))
                }
            }
            let first = try await TestDaemon.ready(file.path, set: Self.short)
            try await Self.watch(store, until: 4)
            first.process.signal(SIGKILL)
            #expect(try await first.process.exitStatus() == .signal(SIGKILL))
            let again = try await TestDaemon.ready(file.path, state: first.state, set: Self.short)
            try await Self.watch(store, until: 12)
            #expect(try await again.terminate() == .code(0))
            await store.close()
        }
    }

    private static func watch(_ store: any JobStore, until done: Int) async throws {
        var most = 0
        let isOver = try await eventually(within: .seconds(60)) {
            let groups = try await store.perform { try $0.groups(of: "sleep", after: "", limit: 10) }
            most = max(most, groups.map(\.places).max() ?? 0)
            return try await store.perform { try $0.statistics(countingEnded: true) }.total.done >= done
        }
        #expect(isOver && most <= 1, "\(most) jobs of a group ran at a time")
    }
}
