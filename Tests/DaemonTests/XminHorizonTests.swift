import IXCore
import IXTestSupport
import Testing

/// The real daemon notices who keeps dead rows from being cleared.
@Suite(.needsOwnCluster, .timeLimit(.minutes(3)))
struct XminHorizonTests {
    @Test(arguments: ["ix_owner", "ix_worker"])
    func `a snapshot that is held for long is told of once, and its end`(_ role: String) async throws {
        try await RoleDatabase.with { db in
            let daemon = try await TestDaemon.ready(
                try db.url(as: role), set: ["postgres.xmin_horizon_warning_seconds=1"])
            let holder = db.session()
            try await holder.sql("SET application_name = 'reporting'; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")
            try await db.sql("SELECT pg_current_xact_id()")
            let line = try await daemon.process.waitForLine(containing: "dead rows can't be cleared")
            #expect(line.contains("reporting") && line.contains("transactions="), "\(line)")
            let shown = try await TestCtl.run(db.url, ["stats", "--json"])
            #expect(shown.objects.first?["held_xmin_horizon_by"]?.string?.contains("reporting") == true, "\(shown)")
            let seconds = shown.objects.first?["held_xmin_horizon_seconds"].flatMap { Double($0.text) }
            #expect(seconds.map { $0 >= 1 } == true, "\(shown)")
            // As long as a second and a third look.
            let again = try await eventually(within: .seconds(3)) {
                daemon.process.lines.count { $0.contains("dead rows can't be cleared") } > 1
            }
            #expect(!again)
            try await holder.sql("ROLLBACK")
            try await daemon.process.waitForLine(containing: "dead rows can be cleared again")
            await holder.close()
            #expect(try await daemon.terminate() == .code(0))
        }
    }

    @Test func `ixctl stats warns of a hold that has got far behind`() async throws {
        try await RoleDatabase.with { db in
            let holder = db.session()
            try await holder.sql("SET application_name = 'reporting'; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1")
            let young = try await TestCtl.run(db.url, ["stats"])
            #expect(!young.text.contains("dead rows"))
            try await db.useUpTransactions()
            for role in ["ix_reader", "ix_owner"] {
                let old = try await TestCtl.run(try db.url(as: role), ["stats"])
                #expect(old.lines.contains { $0.hasPrefix("! ") && $0.contains("reporting") }, "\(role): \(old)")
            }
            await holder.close()
        }
    }
}
