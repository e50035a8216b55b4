import FoundationEssentials
import Glibc
import IXCore
import IXSQLite
import IXStore
import IXTestSupport
import Testing

/// Daemons and producers are killed again and again; `IX_TEST_STORM_ROUNDS` makes it longer.
@Suite(.timeLimit(.minutes(60))) struct StormTests {
    @Test func `through a storm of kill -9 no acknowledged job is lost, and each is done`() async throws {
        let rounds = Int(Environment["IX_TEST_STORM_ROUNDS"] ?? "") ?? 8
        var luck = SeededGenerator(seed: 9)
        try await TestFile.with { file in
            _ = try await file.counts()  // makes the file
            var acknowledged: [String] = []
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
            }
            let last = try await TestDaemon.ready(file.path)
            #expect(
                try await eventually(within: .seconds(60)) {
                    let counts = try await file.counts()
                    return counts["pending"] == nil && counts["running"] == nil
                })
            #expect(try await last.terminate() == .code(0))
            let (lost, total) = try await losses(acknowledged, file)
            print("storm: \(rounds) rounds, \(acknowledged.count) acknowledged, \(total) stored, \(lost.count) lost")
            #expect(lost.isEmpty && acknowledged.count >= rounds * 10 && total >= acknowledged.count)
        }
    }

    private func losses(_ keys: [String], _ file: TestFile) async throws -> (lost: [String], total: Int) {
        let store = file.store()
        try await store.hold(as: "the test")  // looks the file over
        let missing = try await store.perform { operations in
            try keys.filter { try operations.getByCorrelation(clientID: "c", requestID: $0)?.status != .done }
        }
        let statistics = try await store.perform { try $0.statistics(countingEnded: true) }
        await store.close()
        return (missing, statistics.total.done)
    }
}
