import FoundationEssentials
import IXConcurrency
import IXCore
import IXTestSupport
import Testing

/// `ixctl workers` at a real daemon, on both stores.
@Suite(.timeLimit(.minutes(3))) struct CtlScaleTests {
    @Test func `an operator changes the workers of a daemon on the file`() async throws {
        try await TestFile.with { file in try await scale(file.path) }
    }

    @Test(.needsPostgres) func `an operator changes the workers of a daemon on PostgreSQL`() async throws {
        try await TestDatabase.with { db in try await scale(db.url) }
    }

    @Test(.needsPostgres) func `a wish above the daemon's own limit is cut, and the log names the limit`() async throws
    {
        try await TestDatabase.with { db in
            let settings = ["worker.count=1", "worker.heartbeat_seconds=0.5", "postgres.connections=1"]
            let daemon = try await TestDaemon.ready(db.url, set: settings)
            _ = try await TestCtl.run(db.url, ["workers", "scale", "251"])
            try await daemon.process.waitForLine(
                containing: "250 workers from now on, as an operator wants; the limit is 250 for each of [postgres] "
                    + "connections, below the 251 that are wanted")
            #expect(
                try await eventually {
                    try await workers(db.url) == ["workers": "250", "wanted_workers": "251", "jobs": "0"]
                })
            let table = try await TestCtl.run(db.url, ["workers"]).text
            #expect(table.contains(/\s250\s+251\s/), "\(table)")
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    private func scale(_ url: String) async throws {
        let none = try await TestCtl.run(url, ["workers", "scale", "3"])
        #expect(none.exit == .code(1) && none.text.contains("no live daemon is meant"), "\(none.text)")
        let daemon = try await TestDaemon.ready(url, set: ["worker.count=1", "worker.heartbeat_seconds=0.5"])
        let long = #"{"options":{"seconds":600}}"#
        var jobs: [String] = []
        for _ in 0..<3 {
            let said = try await TestCtl.run(url, ["enqueue", "sleep", "--request", "-"], input: long)
            jobs.append(try #require(said.jobID, "\(said.text)"))
        }
        try await daemon.reach(.claimed, jobs[0])
        let asked = try await TestCtl.run(url, ["workers", "scale", "3"])
        #expect(asked.text.contains("1 daemon asked for 3 workers"), "\(asked.text)")
        for job in jobs { try await daemon.reach(.claimed, job) }
        try await daemon.process.waitForLine(containing: "3 workers from now on, as an operator wants")
        #expect(
            try await eventually { try await workers(url) == ["workers": "3", "wanted_workers": "3", "jobs": "3"] })
        let table = try await TestCtl.run(url, ["workers"]).text
        #expect(table.contains("WANTED") && table.contains("default"), "\(table)")
        // Fewer: what runs goes on, and the daemon says that it has more workers than wanted.
        let id = try #require(try await daemons(url).first?["daemon_id"]?.string)
        _ = try await TestCtl.run(
            url, ["workers", "scale", "1", "--instance", "default", "--daemon", String(id.prefix(6))])
        try await daemon.process.waitForLine(containing: "1 workers from now on, as an operator wants")
        #expect(
            try await eventually { try await workers(url) == ["workers": "3", "wanted_workers": "1", "jobs": "3"] })
        let stats = try await TestCtl.run(url, ["stats"]).text
        #expect(stats.contains("3 → 1"), "\(stats)")
        for job in jobs { _ = try await TestCtl.run(url, ["cancel", job]) }
        #expect(try await eventually { try await workers(url)["workers"] == "1" })
        // The configuration's number again.
        _ = try await TestCtl.run(url, ["workers", "scale", "4"])
        try await daemon.process.waitForLine(containing: "4 workers from now on")
        let back = try await TestCtl.run(url, ["workers", "scale", "none"])
        #expect(back.text.contains("asked for the workers of the configuration"), "\(back.text)")
        try await daemon.process.waitForLine(containing: "1 workers from now on, as the configuration wants")
        try await refuse(url)
        #expect(try await daemon.terminate() == .code(0))
    }

    private func refuse(_ url: String) async throws {
        for (arguments, words) in [
            (["0"], "workers: must be 1…1000, is 0"), (["1001"], "workers: must be 1…1000, is 1001"),
            (["many"], #"workers: must be 1…1000, is "many""#), (["2", "--daemon", "x"], "begins no daemon's id"),
        ] {
            let wrong = try await TestCtl.run(url, ["workers", "scale"] + arguments)
            #expect(wrong.exit == .code(64) && wrong.text.contains(words), "\(wrong.text)")
        }
        for arguments in [["--instance", "other"], ["--daemon", "00000000-0000-0000-0000-000000000000"]] {
            let none = try await TestCtl.run(url, ["workers", "scale", "2"] + arguments)
            #expect(none.exit == .code(1), "\(none.text)")
        }
    }

    private func daemons(_ url: String) async throws -> [JSONDocument] {
        try await TestCtl.run(url, ["workers", "--json"]).objects
    }

    private func workers(_ url: String) async throws -> [String: String] {
        guard let daemon = try await daemons(url).first else { return [:] }
        return ["workers", "wanted_workers", "jobs"].reduce(into: [:]) { $0[$1] = daemon[$1]?.text }
    }
}
