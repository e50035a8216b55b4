import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

/// A week without a daemon, under each policy, on both stores; and schedules whose jobs no daemon runs.
@Suite(.timeLimit(.minutes(5))) struct ScheduleStandstillTests {
    private static let toml = "[pipelines.report]\nkind = \"echo\"\n"
    private static let settings = ["worker.lease_seconds=3", "worker.heartbeat_seconds=1", "worker.grace_seconds=5"]
    private static let week = 7 * 86_400

    /// A schedule: its use case, its policies, and what comes of a week of hourly moments.
    private struct Case {
        let name: String
        let useCase: String
        let arguments: [String]
        /// The jobs of moments, and their statuses; the job of the operator's fire before the week comes first.
        let jobs: [String]
    }

    private static let cases = [
        Case(name: "newest", useCase: "report", arguments: [], jobs: ["done"]),
        Case(name: "within", useCase: "report", arguments: ["--missed-within", "10m"], jobs: []),
        Case(name: "skip", useCase: "report", arguments: ["--missed", "skip"], jobs: []),
        // No daemon has a pipeline for the job before, so that it waits.
        Case(name: "allow", useCase: "unserved", arguments: [], jobs: ["pending", "pending"]),
        Case(name: "leave", useCase: "unserved", arguments: ["--overlap", "skip"], jobs: ["pending"]),
        Case(name: "replace", useCase: "unserved", arguments: ["--overlap", "replace"], jobs: ["error", "pending"]),
    ]

    @Test(.needsOwnCluster)
    func `after a week the newest moment fires or none, as missed and overlap say, on PostgreSQL`()
        async throws
    {
        let clock = try await ShiftedClock()
        let cluster = try await PrivateCluster(clock: clock)
        try await TestDatabase.with(on: cluster.url) { db in try await Self.stand(db.url, clock, [:]) }
        try await cluster.remove()
        try clock.remove()
    }

    @Test func `after a week the newest moment fires or none, as missed and overlap say, on the file`() async throws {
        let clock = try await ShiftedClock()
        try await TestFile.with { file in try await Self.stand(file.path, clock, clock.preload) }
        try clock.remove()
    }

    private static func stand(_ url: String, _ clock: ShiftedClock, _ variables: [String: String]) async throws {
        // The moments are half an hour from now, and an hour apart.
        let start = Timestamp(microseconds: (Timestamp.now.microseconds / 1_000_000 - 1800) * 1_000_000)
        func ctl(_ arguments: [String]) async throws -> TestCtl.Said {
            try await TestCtl.run(url, arguments, variables: variables)
        }
        for one in cases {
            let set = ["schedule", "set", one.name, one.useCase, "--every", "1h", "--starts-at", start.text]
            #expect(try await ctl(set + one.arguments).exit == .code(0))
            if one.useCase == "unserved" { #expect(try await ctl(["schedule", "fire", one.name]).exit == .code(0)) }
        }
        let before = try await TestDaemon.ready(url, set: settings, toml: toml, environment: variables)
        try await plans(start + .seconds(3600), ctl)
        #expect(try await before.terminate() == .code(0))
        try clock.set(by: week)
        let after = try await TestDaemon.ready(
            url, state: before.state, set: settings, toml: toml, environment: variables)
        try await plans(start + .seconds(week + 3600), ctl)
        let missed = (start + .seconds(week)).text.prefix(19) + "Z"
        for one in cases {
            let isSettled = try await eventually {
                let list = try await ctl(["list", "--schedule", one.name, "--all", "--json"]).objects
                return list.reversed().compactMap { $0["status"]?.string } == one.jobs
            }
            let list = try await ctl(["list", "--schedule", one.name, "--all", "--json"])
            #expect(isSettled, "\(one.name): \(list.text)")
            let fires = list.objects.compactMap { $0["request_id"]?.string }.filter { !$0.contains("@now-") }
            #expect(fires == (one.jobs.count > (one.useCase == "unserved" ? 1 : 0) ? ["\(one.name)@\(missed)"] : []))
        }
        let stats = try await ctl(["stats"]).text
        #expect(stats.contains("unserved: no daemon has a pipeline for use case unserved"), "\(stats)")
        #expect(stats.contains("schedules: 6 on; the next moment is"), "\(stats)")
        #expect(try await after.terminate() == .code(0))
    }

    /// Waits until each schedule's next moment is this one.
    private static func plans(_ moment: Timestamp, _ ctl: ([String]) async throws -> TestCtl.Said) async throws {
        let arePlanned = try await eventually(within: .seconds(60)) {
            let list = try await ctl(["schedule", "list", "--json"]).objects
            return list.count == cases.count && list.allSatisfy { $0["next_at"]?.string == moment.text }
        }
        #expect(arePlanned, "\(moment)")
    }
}
