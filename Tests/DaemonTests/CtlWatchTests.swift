import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

@Suite(.timeLimit(.minutes(3)))
struct CtlWatchTests {
    private static let taken = "\u{1B}[?1049h"
    private static let givenBack = "\u{1B}[?1049l"

    @Test(.needsPostgres) func `without a terminal there is a line per look, text or JSON`() async throws {
        try await TestDatabase.with { database in
            _ = try await database.enqueue("echo")
            let text = try await TestCtl.run(database.url, ["watch", "--interval", "0.1s", "--count", "3"])
            #expect(text.exit == .code(0) && text.lines.count { $0.contains("due=1") } == 3)
            let json = try await TestCtl.run(database.url, ["watch", "--interval", "0.1s", "--count", "2", "--json"])
            #expect(json.objects.map { $0["due"]?.text } == ["1", "1"])
            #expect(json.objects[0]["inserted_per_second"]?.isNull == true)
            #expect(json.objects[1]["inserted_per_second"]?.text == "0.0")
        }
    }

    @Test(.needsPostgres, arguments: ["q", "\u{3}"])
    func `on a terminal q and Ctrl-C end it with 0 and give the screen back`(_ key: String) async throws {
        try await TestDatabase.with { database in
            _ = try await database.enqueue("echo")
            let terminal = try TestCtl.onTerminal(database.url, columns: 70, rows: 24, ["watch"])
            try await terminal.waitForLine(containing: Self.taken)
            try await terminal.waitForLine(containing: "1 due")
            terminal.write(key)
            #expect(try await terminal.exitStatus() == .code(0))
            #expect(terminal.lines.last?.contains(Self.givenBack) == true)
        }
    }

    @Test(.needsPostgres) func `what doesn't fit the terminal is cut, in both directions`() async throws {
        try await TestDatabase.with { database in
            for index in 0..<20 { _ = try await database.enqueue("use-case-with-a-long-name-\(index)") }
            let terminal = try TestCtl.onTerminal(database.url, columns: 50, rows: 10, ["watch", "--count", "1"])
            #expect(try await terminal.exitStatus() == .code(0))
            let frame = terminal.lines.map { line in
                line.replacing(#/\u{1B}\[[?0-9]*[A-Za-z]/#, with: "").filter { !$0.isNewline }
            }
            #expect(frame.count == 10 && frame.allSatisfy { $0.count <= 50 })
        }
    }

    @Test(.needsPostgres, arguments: ["j", "\u{1B}[B", " ", "G"])
    func `keys scroll to the lines that don't fit`(_ key: String) async throws {
        try await TestDatabase.with { database in
            for index in 10..<40 { _ = try await database.enqueue("use-case-\(index)") }
            let terminal = try TestCtl.onTerminal(database.url, columns: 80, rows: 12, ["watch", "--interval", "60s"])
            // The last line of a frame has no end, so the next frame's first line stands behind it.
            try await terminal.waitForLine(containing: "use-case-14")
            let (seen, first) = (terminal.lines.count, terminal.lines.joined())
            #expect(first.contains("use-case-10") && !first.contains("use-case-39"))
            terminal.write(key)
            try await terminal.waitForLine(containing: "ixctl watch", from: seen)
            terminal.write("q")
            #expect(try await terminal.exitStatus() == .code(0))
            let after = terminal.lines[seen...].joined()
            #expect(after.contains(key == "G" ? "daemons: none" : "use-case-1"), "\(after)")
        }
    }

    @Test(.needsOwnCluster) func `a database that goes away is shown, and its return too`() async throws {
        let cluster = try await PrivateCluster()
        try await TestDatabase.with(on: cluster.url) { database in
            let watch = try TestCtl.start(database.url, ["watch", "--interval", "0.1s"])
            try await watch.waitForLine(containing: "due=0")
            try await cluster.stop()
            try await watch.waitForLine(containing: "the database is unavailable")
            let seen = watch.lines.count
            try await cluster.start()
            try await watch.waitForLine(containing: "due=0", from: seen)
            watch.signal(SIGINT)
            #expect(try await watch.exitStatus() == .signal(SIGINT))
        }
        try await cluster.remove()
    }
}
