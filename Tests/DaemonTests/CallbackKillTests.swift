import FoundationEssentials
import Glibc
import IXConcurrency
import IXCore
import IXStore
import IXTestSupport
import Testing

/// `kill -9` at every point from before a job's end is written to after its 2xx is recorded. IX_TEST_KILL_ROUNDS says how
/// often each (`make kills`); the figures are printed.
@Suite(.timeLimit(.minutes(60)))
struct CallbackKillTests {
    private static let way: [Failpoint] = [
        .endUnwritten, .endCommitted, .callbackClaimed, .callbackConnected, .callbackSent, .callbackAnswered,
        .callbackRecorded,
    ]
    private static let rounds = Int(Environment["IX_TEST_KILL_ROUNDS"] ?? "") ?? 2

    @Test(.needsPostgres, arguments: way)
    func `on PostgreSQL no kill loses a callback, sends one early, or changes its id`(_ point: Failpoint) async throws {
        try await TestDatabase.with { database in
            try await kill(at: point, database.url, database.store(), "PostgreSQL")
        }
    }

    @Test(arguments: way)
    func `on the file no kill loses a callback, sends one early, or changes its id`(_ point: Failpoint) async throws {
        try await TestFile.with { file in try await kill(at: point, file.path, file.store(), "the file") }
    }

    private func kill(at point: Failpoint, _ address: String, _ store: any JobStore, _ name: String) async throws {
        let receiver = try await TestReceiver.behaving(beside: address)
        defer { receiver.stop() }
        let state = try Scratch.directory()
        let switchFile = state + "/failpoint"
        let start = {
            try await TestDaemon.ready(
                address, state: state, set: ["worker.count=1"], environment: ["IX_TEST_FAILPOINT_FILE": switchFile])
        }
        var daemon = try await start()
        var (jobs, kills): ([UUID], Int) = ([], 0)
        for round in 1...Self.rounds {
            try point.rawValue.write(to: URL(filePath: switchFile))
            let insertion = try NewJob.make("\(round)", useCase: "echo", callbackURL: receiver.url + "/ok/\(round)/")
            let jobID = try await store.insert(insertion).jobID
            jobs.append(jobID)
            if try await daemon.process.exitStatus() == .signal(SIGKILL) { kills += 1 }
            daemon = try await start()
            let isTold = try await eventually(within: .seconds(20)) {
                try await store.job(jobID).callbackStatus == .delivered
            }
            #expect(isTold, "the callback of round \(round) was not delivered")
        }
        #expect(try await daemon.terminate() == .code(0))
        await store.close()
        try report(point, name, kills, jobs, receiver)
    }

    private func report(
        _ point: Failpoint, _ name: String, _ kills: Int, _ jobs: [UUID], _ receiver: TestReceiver
    ) throws {
        let posts = Dictionary(grouping: try receiver.posts()) { $0.path }
        let ids = jobs.map { $0.uuidString.lowercased() }
        let byRound = jobs.indices.map { posts["/ok/\($0 + 1)/"] ?? [] }
        let missing = byRound.count { $0.isEmpty }
        let early = byRound.joined().count { $0.status != "done" && $0.status != "error" }
        let otherID = zip(ids, byRound).reduce(0) { sum, pair in sum + pair.1.count { $0.id != pair.0 } }
        let otherBody = byRound.count { Set($0.map(\.body)).count > 1 }
        let twice = byRound.count { $0.count > 1 }
        print(
            "kills at \(point.rawValue) on \(name): \(kills) of \(jobs.count); callbacks missing \(missing), sent before "
                + "their commit \(early), with another id \(otherID), with other bytes \(otherBody); sent twice \(twice)"
        )
        #expect(kills == jobs.count && missing == 0 && early == 0 && otherID == 0 && otherBody == 0)
    }
}
