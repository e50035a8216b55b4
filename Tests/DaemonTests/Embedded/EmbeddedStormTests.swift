import FoundationEssentials
import Glibc
import IXCore
import IXHistory
import IXSQLite
import IXStore
import IXTestSupport
import Testing

/// Daemons and producers are killed again and again; `IX_TEST_STORM_ROUNDS` makes it longer.
@Suite(.timeLimit(.minutes(60))) struct EmbeddedStormTests {
    @Test func `through a storm of kill -9 no acknowledged job is lost, and each is done`() async throws {
        let rounds = Int(Environment["IX_TEST_STORM_ROUNDS"] ?? "") ?? 8
        var luck = SeededGenerator(seed: 9)
        try await TestFile.with { file in
            _ = try await file.counts()  // makes the file
            try await file.keepHistory()
            var (acknowledged, sent): ([String], [String]) = ([], [])
            for round in 0..<rounds {
                let daemon = try await TestDaemon.ready(file.path)
                let producers = try (0..<2).map { try Producer(file.path, name: "r\(round)p\($0)", count: 100_000) }
                let target = Int.random(in: 5...60, using: &luck)
                for (index, producer) in producers.enumerated() {
                    try await producer.process.waitForLine(containing: "ack r\(round)p\(index)-\(target)")
                }
                let victims = ([daemon.process] + producers.map(\.process)).shuffled(using: &luck)
                for victim in victims { victim.signal(SIGKILL) }
                for victim in victims { #expect(try await victim.exitStatus() == .signal(SIGKILL)) }
                acknowledged += producers.flatMap(\.acknowledged)
                sent += producers.flatMap(\.sent)
            }
            let last = try await TestDaemon.ready(file.path)
            #expect(
                try await eventually(within: .seconds(Environment.isSanitized ? 300 : 60)) {
                    let counts = try await file.counts()
                    return counts["pending"] == nil && counts["running"] == nil
                })
            #expect(try await last.terminate() == .code(0))
            try await check(file)
            let history = try await file.history(acknowledged: acknowledged, sent: sent)
            let (found, figures) = (HistoryCheck(history).violations, HistoryCheck(history).figures)
            print(
                "storm: \(rounds) rounds, \(acknowledged.count) acknowledged, \(figures.jobs) stored,",
                "\(figures.lost) lost, \(figures.starts.max() ?? 0) starts at most, \(found.count) violations")
            #expect(found.isEmpty, "\(found.prefix(5))")
            #expect(figures.lost == 0 && acknowledged.count >= rounds * 10 && figures.done >= acknowledged.count)
        }
    }

    /// The file is sound.
    private func check(_ file: TestFile) async throws {
        let store = file.store()
        try await store.hold(as: "the test")  // looks it over
        await store.close()
    }
}

extension TestFile {
    /// From now on every change of a job is written down.
    fileprivate func keepHistory() async throws {
        _ = try await python("db.executescript(sys.argv[2])", HistoryTable.sqlite)
    }

    /// What was written down, with what the producers know.
    fileprivate func history(acknowledged: [String], sent: [String]) async throws -> History {
        let folder = directory + "/history"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let lines = try await python("[print(row[0]) for row in db.execute(sys.argv[2])]", HistoryTable.sqliteEvents)
        try lines.joined(separator: "\n").write(to: URL(filePath: folder + "/events.jsonl"))
        var history = try History(folder: folder)
        let jobs = history.events.filter { $0.old == nil }.map { ($0.requestID, $0.jobID) }
        let byKey = Dictionary(jobs, uniquingKeysWith: { first, _ in first })
        history.enqueues = (acknowledged + sent).map { Enqueue(at: 0, clientID: "c", requestID: $0) }
        history.enqueues += acknowledged.map {
            Enqueue(at: 0, clientID: "c", requestID: $0, jobID: byKey[$0] ?? "no row of \($0)")
        }
        return history
    }

    private func python(_ line: String, _ argument: String) async throws -> [String] {
        let program = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); \(line)"
        let process = try TestProcess("/usr/bin/env", ["python3", "-c", program, path, argument])
        guard try await process.exitStatus(within: .seconds(60)) == .code(0) else {
            throw TestFailure(process.lines.joined(separator: "\n"))
        }
        return process.lines
    }
}
