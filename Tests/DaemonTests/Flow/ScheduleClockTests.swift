import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

/// Schedules while the store's clock is set ahead and back: the server's, and the daemon's for the file.
@Suite(.timeLimit(.minutes(10))) struct ScheduleClockTests {
    private static let toml = "[pipelines.report]\nkind = \"echo\"\n"
    private static let settings = ["worker.lease_seconds=3", "worker.heartbeat_seconds=1", "worker.grace_seconds=5"]
    private static let seconds =
        ProcessInfo.processInfo.environment["IX_TEST_SCHEDULE_SECONDS"].flatMap { Int($0) } ?? 15

    @Test(.needsOwnCluster)
    func `a server's clock that was ahead and is set right passes over no moment and fires none twice`()
        async throws
    {
        try await Self.shifted { clock, url in
            try await Self.steps(url) { shift, daemon in
                try clock.set(by: shift)
                return try await Self.daemon(daemon, url)
            }
        }
    }

    @Test func `a file's daemon whose clock was ahead and is set right passes over no moment and fires none twice`()
        async throws
    {
        let clock = try await ShiftedClock()
        try await TestFile.with { file in
            try await Self.steps(file.path) { shift, daemon in
                try clock.set(by: shift)
                return try await Self.daemon(daemon, file.path, environment: clock.preload)
            }
        }
        try clock.remove()
    }

    private static func daemon(
        _ running: TestDaemon?, _ url: String, environment: [String: String] = [:]
    ) async throws -> TestDaemon {
        if let running { return running }
        return try await TestDaemon.ready(url, set: settings, toml: toml, environment: environment)
    }

    /// The moments come half an hour and an hour and a half after the start. The clock shows two hours ahead, then is right.
    private static func steps(_ url: String, _ set: (Int, TestDaemon?) async throws -> TestDaemon) async throws {
        let start = Timestamp(microseconds: (Timestamp.now.microseconds / 1_000_000 - 16_200) * 1_000_000)
        let moments = [18_000, 21_600, 25_200].map { start + .seconds($0) }
        let made = try await TestCtl.run(
            url, ["schedule", "set", "hourly", "report", "--every", "1h", "--starts-at", start.text])
        #expect(made.exit == .code(0), "\(made.text)")
        var daemon = try await set(0, nil)
        try await next(url, moments[0])
        daemon = try await set(7200, daemon)
        try await next(url, moments[2])
        #expect(try await fired(url) == ["hourly@\(moments[1].text.prefix(19))Z"])
        daemon = try await set(0, daemon)
        try await daemon.process.waitForLine(containing: "1 schedules are planned anew, because the clock was set back")
        try await next(url, moments[0])
        // The moment that was passed over comes, and the one that had fired finds its job.
        daemon = try await set(1900, daemon)
        try await next(url, moments[1])
        #expect(try await fired(url).count == 2)
        daemon = try await set(5500, daemon)
        try await next(url, moments[2])
        let jobs = try await fired(url)
        #expect(Set(jobs) == Set(moments[..<2].map { "hourly@\($0.text.prefix(19))Z" }) && jobs.count == 2)
        #expect(try await daemon.terminate() == .code(0))
    }

    private static func next(_ url: String, _ moment: Timestamp) async throws {
        // A jump before the daemon's first heartbeat is seen by the look of each minute.
        let isPlanned = try await eventually(within: .seconds(120)) {
            let state = try await TestCtl.run(url, ["schedule", "get", "hourly"])
            return state.objects.first?["next_at"]?.string == moment.text
        }
        #expect(isPlanned, "\(moment)")
    }

    private static func fired(_ url: String) async throws -> [String] {
        let list = try await TestCtl.run(url, ["list", "--schedule", "hourly", "--all", "--json"])
        return list.objects.compactMap { $0["request_id"]?.string }
    }

    @Test(.needsOwnCluster)
    func `through a storm of clock steps no moment fires twice, and none is passed over afterwards`()
        async throws
    {
        try await Self.shifted { clock, url in
            let session = SQLSession(url)
            try await session.sql(
                """
                SELECT count(ix_schedule('s' || n, '{"use_case": "report"}', every_seconds => 5)) FROM generate_series(1, 20) n
                """)
            var daemons: [TestDaemon] = []
            for number in 0..<2 {
                daemons.append(
                    try await TestDaemon.ready(
                        url, set: Self.settings + ["worker.instance=d\(number)"], toml: Self.toml))
            }
            let end = ContinuousClock.now + .seconds(Self.seconds)
            var steps = 0
            while ContinuousClock.now < end {
                for shift in [Int.random(in: 20...600), Int.random(in: -60...60), 0] {
                    try clock.set(by: shift)
                    steps += 1
                    // ignored: pace of the harm, not a wait for anything
                    try? await Task.sleep(for: .milliseconds(Int.random(in: 300...2500)))
                }
            }
            let right = try await session.sql("SELECT now() + interval '10 seconds'")[0][0]
            let isGoingOn = try await eventually(within: .seconds(60)) {
                try await session.sql(
                    """
                    SELECT now() > $1::timestamptz + interval '20 seconds'
                       AND NOT EXISTS (SELECT 1 FROM ix_schedules WHERE next_at > now() + interval '5 seconds')
                    """, [right])[0][0] == "t"
            }
            #expect(isGoingOn)
            let told = try await session.sql(
                """
                SELECT count(*), count(DISTINCT request_id),
                       (SELECT count(*) FROM ix_schedules s, generate_series(to_timestamp(ceil(extract(epoch FROM $1::timestamptz) / 5) * 5),
                                                                             $1::timestamptz + interval '15 seconds', '5 seconds') AS m (at)
                         WHERE NOT EXISTS (SELECT 1 FROM ix_jobs j WHERE j.request_id = s.name || '@' || to_char(m.at AT TIME ZONE 'UTC',
                                                                                                        'YYYY-MM-DD"T"HH24:MI:SS"Z"')))
                  FROM ix_jobs
                """, [right])[0].map { $0 ?? "" }
            #expect(told[0] == told[1] && told[2] == "0", "\(told)")
            print(
                "schedules under clock steps: \(steps) steps, \(told[0]) fires, \(told[2]) moments passed over afterwards"
            )
            await session.close()
            for daemon in daemons { #expect(try await daemon.terminate() == .code(0)) }
        }
    }

    /// Runs `body` with a migrated database on a server of its own, whose clock can be set.
    private static func shifted(_ body: (ShiftedClock, String) async throws -> Void) async throws {
        let clock = try await ShiftedClock()
        let cluster = try await PrivateCluster(clock: clock)
        try await TestDatabase.with(on: cluster.url) { db in try await body(clock, db.url) }
        try await cluster.remove()
        try clock.remove()
    }
}
