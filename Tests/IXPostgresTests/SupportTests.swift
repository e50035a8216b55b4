import Glibc
import IXTestSupport
import Testing

@Suite(.needsPostgres) struct SupportTests {
    @Test func `a database of a test's own is migrated and gone afterwards`() async throws {
        let url = try await TestDatabase.with { db in
            let (jobs, sum) = (
                try await db.sql("SELECT count(*) FROM ix_jobs"), try await db.sql("SELECT $1::int + 1", ["41"])
            )
            #expect(jobs == [["0"]] && sum == [["42"]])
            return db.url
        }
        await #expect(throws: TestFailure.self) { try await SQLSession(url).sql("SELECT 1") }
    }

    @Test func `a child starts with no signal blocked and ends by the one it gets`() async throws {
        let child = try TestProcess("/bin/sh", ["-c", "grep SigBlk /proc/self/status; echo up; exec sleep 60"])
        #expect(try await child.waitForLine(containing: "SigBlk").hasSuffix("0000000000000000"))
        try await child.waitForLine(containing: "up")
        child.signal(SIGTERM)
        #expect(try await child.exitStatus() == .signal(SIGTERM))
    }

    @Test func `a child inherits nothing but its three descriptors`() async throws {
        let child = try TestProcess("/bin/sh", ["-c", "ls /proc/self/fd; exit 7"])
        #expect(try await child.exitStatus() == .code(7))
        try await child.waitForLine(containing: "3")
        #expect(child.lines.count == 4)  // ls itself opens the folder
    }

    @Test func `a line that never comes is a failure, not a wait without end`() async throws {
        let child = try TestProcess("/bin/sh", ["-c", "cat"], keepsInput: true)
        child.write("hello\n")
        try await child.waitForLine(containing: "hello")
        await #expect(throws: TestFailure.self) {
            try await child.waitForLine(containing: "never", within: .milliseconds(50))
        }
        child.closeInput()
        #expect(try await child.exitStatus() == .code(0))
    }
}

/// What is made for the tests goes with them.
@Suite(.needsOwnCluster, .timeLimit(.minutes(3))) struct PrivateClusterTests {
    @Test func `a cluster that nobody holds any more is stopped and removed`() async throws {
        var cluster: PrivateCluster? = try await PrivateCluster()
        let url = try #require(cluster?.url)
        let folder = try #require(try ServerAddress(url)["host"])
        try await SQLSession(url).sql("SELECT 1")
        #expect(access(folder, F_OK) == 0)
        cluster = nil
        let isGone = try await eventually { access(folder, F_OK) != 0 }
        #expect(isGone)
    }
}
