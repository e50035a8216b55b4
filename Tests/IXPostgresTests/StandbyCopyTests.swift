import FoundationEssentials
import IXCore
import IXPostgres
import IXStore
import IXTestSupport
import Logging
import Testing

/// Reads from a hot standby, on a real primary and a real standby.
@Suite(.needsOwnCluster, .timeLimit(.minutes(4))) struct StandbyCopyTests {
    /// A copy of a database, and the store of its primary.
    private struct Ground {
        let servers: Replication
        let database: TestDatabase
        let primary: PostgresStore
        let copy: StandbyCopy

        /// The number of jobs that the copy shows, and the seconds of its age; nil where the copy doesn't answer.
        func look() async throws -> (jobs: Int, age: Double)? {
            let reading = try await copy.read { try $0.list(JobFilter(), after: nil, limit: 100).count }
            return reading.map { ($0.value, (ContinuousClock.now - $0.asOf) / .seconds(1)) }
        }

        func waitForJobs(_ count: Int) async throws {
            guard try await eventually({ try await look()?.jobs == count }) else {
                throw TestFailure("the copy doesn't show \(count) jobs")
            }
        }
    }

    private func with(
        most: Duration = .seconds(30), pause: Duration = .milliseconds(200), _ body: (Ground) async throws -> Void
    ) async throws {
        let servers = try await Replication()
        try await TestDatabase.with(.migrated, on: servers.url) { db in
            let primary = db.store()
            let parameters = ConnectionParameters(
                url: try servers.standbyURL(of: db), applicationName: "ix-copy", connectTimeout: .seconds(2),
                callTimeout: .seconds(5))
            let copy = StandbyCopy(
                parameters, connections: 2, of: primary, most: most, pause: pause, logger: Logger(label: "test"))
            let ground = Ground(servers: servers, database: db, primary: primary, copy: copy)
            try await primary.insert("first")
            try await servers.catchUp()
            try await body(ground)
            await copy.close()
            await primary.close()
        }
        try await servers.remove()
    }

    @Test func `every read of the queue runs on a standby, and answers as the primary does`() async throws {
        try await with { ground in
            let job = try await ground.primary.insert("second")
            let (attempt, daemon) = try await ground.primary.claimed()
            _ = try await ground.primary.end(attempt, .error(ResponseIX(error: JobError("x", "y"))))
            try await ground.servers.catchUp()
            let reads = Self.reads(job.jobID, daemon)
            for (name, read) in reads {
                let here = try await ground.primary.perform { try read($0) }
                let there = try await ground.copy.read { try read($0) }
                #expect(there != nil, "\(name) isn't answered by the standby")
                if !Self.changing.contains(name) { #expect(there?.value == here, "\(name)") }
            }
            #expect(ground.copy.state.isAnswering)
            let told = try await ground.database.sql(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'ix-copy'")
            #expect(told == [["0"]])
        }
    }

    /// Reads whose text holds a time of the moment.
    private static let changing: Set = [
        "statistics", "statistics of all", "surroundings", "look", "list", "list of errors",
    ]

    private typealias Read = @Sendable (any QueueReading) throws -> String

    private static func filter(_ change: (inout JobFilter) -> Void) -> JobFilter {
        var filter = JobFilter()
        change(&filter)
        return filter
    }

    private static func reads(_ job: UUID, _ daemon: UUID) -> [(String, Read)] {
        let errors = filter { $0.statuses = [.error] }
        let clients = filter { $0.clientIDs = ["client"] }
        let live = filter { ($0.statuses, $0.daemonID) = ([.pending, .running], daemon) }
        let fires = filter { $0.schedules = ["nightly"] }
        return [
            ("get", { "\(try $0.get(job)?.requestID ?? "")" }),
            ("correlation", { "\(try $0.getByCorrelation(clientID: "client", requestID: "second")?.jobID as Any)" }),
            ("live", { "\(try $0.live(among: [job]))" }), ("pulses", { "\(try $0.pulses(of: [job]).count)" }),
            ("list", { "\(try $0.list(JobFilter(), after: nil, limit: 10))" }),
            ("list of errors", { "\(try $0.list(errors, after: nil, limit: 10))" }),
            ("list of a client", { "\(try $0.list(clients, after: nil, limit: 10).map(\.jobID))" }),
            ("list of live jobs", { "\(try $0.list(live, after: nil, limit: 10).map(\.jobID))" }),
            ("list of a schedule", { "\(try $0.list(fires, after: nil, limit: 10).map(\.jobID))" }),
            ("ids", { "\(try $0.jobIDs(from: job, through: job, limit: 10))" }),
            ("unreadable", { "\(try $0.unreadableJobs(limit: 10).count)" }),
            ("statistics", { "\(try $0.statistics(countingEnded: false))" }),
            ("statistics of all", { "\(try $0.statistics(countingEnded: true))" }),
            ("surroundings", { "\(try $0.surroundings())" }), ("levels", { "\(try $0.levels() == nil)" }),
            ("look", { "\(try $0.lookAtQueue())" }), ("pending", { "\(try $0.countPending().map(\.due))" }),
            ("estimate", { "\(try $0.estimatePending() == nil)" }),
            ("attempts", { "\(try $0.attempts(of: job).count)" }),
            ("progress", { "\(try $0.progress(of: job) == nil)" }),
            ("callbacks", { "\(try $0.callbacks(CallbackFilter(states: [.due, .failed]), limit: 9).count)" }),
            ("endpoints", { "\(try $0.endpoints(limit: 9).map(\.due))" }),
            ("callback", { "\(try $0.callback(of: job) == nil)" }),
            ("deliveries", { "\(try $0.deliveries(of: job).count)" }),
            ("prunable", { "\(try $0.prunable(Retention(done: .zero, error: .zero)))" }),
            ("queues", { "\(try $0.queues().count)" }), ("queue", { "\(try $0.queue("echo") == nil)" }),
            ("groups", { "\(try $0.groups(of: "echo", after: "", limit: 9).count)" }),
            ("schedules", { "\(try $0.schedules(after: "", limit: 9).count)" }),
            ("schedule", { "\(try $0.schedule("nightly") == nil)" }), ("batch", { "\(try $0.batch(job) == nil)" }),
            ("line", { "\(try $0.line(of: job) == nil)" }),
            ("minutes", { "\(try $0.history(HistoryFilter(step: .minute)).count)" }),
            ("days", { "\(try $0.history(HistoryFilter(step: .day)).count)" }),
        ]
    }

    @Test func `a standby that lags shows the old state with its age, and the new one when it follows`() async throws {
        try await with { ground in
            try await ground.waitForJobs(1)
            let near = try await ground.look()
            #expect(near.map { $0.age < 2 } == true, "\(near?.age ?? -1)")
            try await ground.servers.onStandby("SELECT pg_wal_replay_pause()")
            try await ground.primary.insert("second")
            let grows = try await eventually {
                let look = try await ground.look()
                return look?.jobs == 1 && look.map { $0.age > 2 } == true
            }
            #expect(grows)
            #expect(ground.copy.state.age.map { $0 > 1.5 } == true)
            try await ground.servers.onStandby("SELECT pg_wal_replay_resume()")
            try await ground.waitForJobs(2)
            let isNear = try await eventually { try await ground.look().map { $0.age < 1.5 } == true }
            #expect(isNear)
        }
    }

    @Test func `a standby further behind than the limit isn't read until it follows again`() async throws {
        try await with(most: .seconds(1)) { ground in
            try await ground.waitForJobs(1)
            try await ground.servers.onStandby("SELECT pg_wal_replay_pause()")
            try await ground.primary.insert("second")
            let isLeft = try await eventually { try await ground.look() == nil }
            #expect(isLeft && !ground.copy.state.isAnswering)
            try await ground.servers.onStandby("SELECT pg_wal_replay_resume()")
            try await ground.waitForJobs(2)
            #expect(ground.copy.state.isAnswering)
        }
    }

    @Test func `the standby of an idle primary is not old`() async throws {
        try await with(most: .seconds(2)) { ground in
            try await ground.waitForJobs(1)
            let start = ContinuousClock.now
            // Longer than the limit without a commit.
            while ContinuousClock.now - start < .seconds(4) {
                let look = try await ground.look()
                #expect(look.map { $0.age < 1.5 } == true, "\(look?.age ?? -1)")
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    @Test func `a standby that is cut off is as old as what it misses, though it has replayed all that it has`()
        async throws
    {
        try await with(most: .seconds(3)) { ground in
            try await ground.waitForJobs(1)
            try await ground.servers.detachStandby()
            try await ground.database.sql("SET synchronous_commit = local")
            try await ground.database.sql("CREATE TABLE late AS SELECT 1")
            let grows = try await eventually { try await ground.look().map { $0.age > 1.5 } == true }
            #expect(grows)
            let isLeft = try await eventually { try await ground.look() == nil }
            #expect(isLeft)
        }
    }

    @Test func `a standby that is away is left at once, and read again when it is back`() async throws {
        try await with { ground in
            try await ground.waitForJobs(1)
            try await ground.servers.stopStandby()
            let start = ContinuousClock.now
            #expect(try await ground.look() == nil)
            #expect(ContinuousClock.now - start < .seconds(5))
            let second = ContinuousClock.now
            for _ in 1...20 { #expect(try await ground.look() == nil) }
            #expect(ContinuousClock.now - second < .seconds(1))
            try await ground.servers.startStandby()
            try await ground.waitForJobs(1)
        }
    }

    @Test func `a standby that falls silent costs a read its limit once`() async throws {
        try await with { ground in
            let address = try ServerAddress(ground.servers.standbyURL(of: ground.database))
            let proxy = try TCPProxy(to: address)
            let parameters = ConnectionParameters(
                url: address.url(proxy.detour), applicationName: "ix-copy", connectTimeout: .seconds(2),
                callTimeout: .seconds(3))
            let copy = StandbyCopy(
                parameters, connections: 1, of: ground.primary, most: .seconds(30), pause: .seconds(600),
                logger: Logger(label: "test"))
            #expect(try await copy.read { try $0.queues().count }?.value == 0)
            proxy.become(.blackHole)
            let start = ContinuousClock.now
            #expect(try await copy.read { try $0.queues().count } == nil)
            for _ in 1...20 { #expect(try await copy.read { try $0.queues().count } == nil) }
            #expect(ContinuousClock.now - start < .seconds(6))
            await copy.close()
        }
    }

    @Test func `a promoted standby isn't read`() async throws {
        try await with { ground in
            try await ground.waitForJobs(1)
            try await ground.servers.promoteStandby()
            let isLeft = try await eventually { try await ground.look() == nil }
            #expect(isLeft && !ground.copy.state.isAnswering)
        }
    }

    @Test func `a read that the standby cancels for its replay goes to the primary, and the next one not`()
        async throws
    {
        try await with { ground in
            try await ground.waitForJobs(1)
            try await ground.servers.onStandby("ALTER SYSTEM SET max_standby_streaming_delay = '100ms'")
            try await ground.servers.onStandby("SELECT pg_reload_conf()")
            async let cancelled = ground.copy.read { reading -> Int in
                guard let operations = reading as? PostgresOperations else { throw TestFailure("another store") }
                try operations.query("SELECT count(*), pg_sleep(4) FROM ix_suspects")
                return 1
            }
            let isUnderWay = try await eventually {
                try await ground.servers.onStandby(
                    "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
                ).count == 1
            }
            #expect(isUnderWay)
            try await ground.database.sql("SET synchronous_commit = local")
            try await ground.database.sql("ALTER TABLE ix_suspects ADD COLUMN late integer")
            #expect(try await cancelled == nil)
            #expect(ground.copy.state.isAnswering)
            try await ground.waitForJobs(1)
        }
    }

    @Test func `a connection for reads writes nothing, wherever it leads`() async throws {
        try await TestDatabase.with { db in
            var parameters = db.parameters
            parameters.leadsToStandby = true
            let store = PostgresStore(parameters, connections: 1)
            let error = await #expect(throws: StoreError.self) { try await store.insert("a") }
            #expect(error?.storeCode == "25006")
            let primary = db.store()
            let copy = StandbyCopy(
                parameters, connections: 1, of: primary, most: .seconds(30), logger: Logger(label: "test"))
            let found = try await copy.read { try $0.queues().count }
            #expect(found == nil)
            await copy.close()
            await primary.close()
            await store.close()
        }
    }
}
