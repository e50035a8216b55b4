import IXTestSupport
import Testing

/// How long what was running waits after a crash under systemd, and how long a start takes.
@Suite(.needsSystemd, .timeLimit(.minutes(10)))
struct RecoveryTests {
    private static var rounds: Int { Environment["IX_TEST_KILLS"].flatMap { Int($0) } ?? 10 }

    @Test func `after kill -9 a job runs again within two seconds, however often`() async throws {
        try await InstalledDaemon.with(toml: "[worker]\nlease_seconds = 600\n") { daemon, database in
            try await daemon.start()
            let job = try await database.sql(
                """
                SELECT job_id FROM ix_enqueue('{"options":{"seconds":3600}}', use_case => 'sleep', client_id => 'c',
                                              request_id => 'r', max_attempts => 0)
                """)[0][0]!
            var times: [Duration] = []
            for round in 0..<Self.rounds {
                try await database.wait(job, until: "status = 'running' AND attempts = \(round)")
                let start = ContinuousClock.now
                try await daemon.kill("KILL")
                // Asked as quickly as the server answers: the moment counts.
                var isBack = false
                while !isBack, ContinuousClock.now - start < .seconds(20) {
                    isBack = try await database.job(job, "status = 'running' AND attempts = \(round + 1)") == "true"
                }
                times.append(.now - start)
            }
            let sorted = times.sorted()
            let (half, worst) = (sorted[sorted.count / 2], sorted[min(sorted.count - 1, sorted.count * 99 / 100)])
            print("figure: kill -9 under systemd, \(times.count) times: runs again after p50 \(half), p99 \(worst)")
            #expect(worst < .seconds(2))
            #expect(try await daemon.property("ActiveState") == "active")
        }
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
