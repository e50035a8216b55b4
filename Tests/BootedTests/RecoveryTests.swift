import IXTestSupport
import Testing

/// How long what was running waits after a crash under systemd, and how long a start takes.
@Suite(.needsSystemd, .timeLimit(.minutes(10)))
struct RecoveryTests {
    private static var rounds: Int { Environment["IX_TEST_KILLS"].flatMap { Int($0) } ?? 10 }

    @Test func `after kill -9 a job runs again within two seconds, however often`() async throws {
        try await InstalledDaemon.with(toml: "[worker]\nlease_seconds = 600\n") { daemon, database in
            try await daemon.start()
            var times: [Duration] = []
            for _ in 0..<Self.rounds { times.append(try await recovery(daemon, database)) }
            let sorted = times.sorted()
            let (half, worst) = (sorted[sorted.count / 2], sorted[min(sorted.count - 1, sorted.count * 99 / 100)])
            print("figure: kill -9 under systemd, \(times.count) times: runs again after p50 \(half), p99 \(worst)")
            // The goal is p99 under two seconds, which a machine busy with other tests may miss by little.
            #expect(half < .seconds(2) && worst < .seconds(5))
            #expect(try await daemon.property("ActiveState") == "active")
        }
    }

    /// Of a job of its own: one that is lost again and again waits longer each time.
    private func recovery(_ daemon: InstalledDaemon, _ database: TestDatabase) async throws -> Duration {
        let job = try await database.enqueue("sleep", fields: #"{"options":{"seconds":3600}}"#)
        try await database.wait(job, until: "status = 'running'")
        let start = ContinuousClock.now
        try await daemon.kill("KILL")
        // Asked as quickly as the server answers: the moment counts.
        while try await database.job(job, "status = 'running' AND attempts = 1") != "true" {
            guard ContinuousClock.now - start < .seconds(20) else { throw TestFailure("not back within 20 s") }
        }
        let time = ContinuousClock.now - start
        try await database.sql("SELECT ix_cancel($1::uuid)", [job])
        try await database.wait(job, until: "status = 'error'")
        return time
    }

    @Test func `from exec to READY it takes a moment`() async throws {
        try await InstalledDaemon.with { daemon, _ in
            var times: [Int] = []
            for _ in 0..<10 {
                try await daemon.start()
                let begun = Int(try await daemon.property("ExecMainStartTimestampMonotonic")) ?? 0
                let ready = Int(try await daemon.property("ActiveEnterTimestampMonotonic")) ?? 0
                times.append((ready - begun) / 1000)
                try await daemon.stop()
            }
            let sorted = times.sorted()
            print("figure: exec to READY=1, 10 times: p50 \(sorted[5]) ms, worst \(sorted[9]) ms")
            // The goal is 150 ms on an idle machine; a busy one may take its time, but not this much.
            #expect(sorted[5] < 1000)
        }
    }
}
