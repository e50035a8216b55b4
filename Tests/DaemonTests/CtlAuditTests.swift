import FoundationEssentials
import IXCore
import IXPostgres
import IXSQLite
import IXStore
import IXTestSupport
import Testing

/// Every change by `ixctl` stands in the audit, and no change that wasn't made.
@Suite(.timeLimit(.minutes(3))) struct CtlAuditTests {
    @Test func `each command that changes the file leaves its entries`() async throws {
        try await TestFile.with { file in try await changes(file.path, file.store()) }
    }

    @Test(.needsPostgres) func `each command that changes PostgreSQL leaves its entries`() async throws {
        try await TestDatabase.with { db in try await changes(db.url, db.store()) }
    }

    private func changes(_ url: String, _ store: some JobStore) async throws {
        var ids: [String] = []
        for number in 1...5 {
            let said = try await TestCtl.run(
                url,
                ["enqueue", "echo", "--client-id", "c", "--request-id", "\(number)", "--callback-url", "http://x/"])
            ids.append(try #require(said.jobID))
        }
        #expect(try await entries(store) == [])
        try await run(url, ["cancel", ids[0], ids[1]])
        let cancelled = try await entries(store).sorted()
        #expect(cancelled == [ids[0], ids[1]].sorted().map { "cancel \($0) - 1" })
        // What changes nothing leaves nothing.
        _ = try await TestCtl.run(url, ["cancel", ids[0], UUID.random().uuidString])
        try await run(url, ["cancel", "--status", "pending", "--dry-run"])
        #expect(try await entries(store) == [])
        try await run(url, ["cancel", "--status", "pending", "--client-id", "c", "--older-than", "0s", "--yes"])
        let filter = #"{"status":"pending","client_id":"c","older_than":"0s"}"#
        #expect(try await entries(store) == ["cancel - \(filter) 3"])
        try await run(url, ["resubmit", ids[0]])
        try await run(url, ["resubmit", ids[0]])
        #expect(try await entries(store) == ["resubmit \(ids[0]) - 1"])
        try await run(url, ["resubmit", "--status", "error", "--client-id", "c", "--dry-run"])
        try await run(url, ["resubmit", "--status", "error", "--client-id", "c", "--yes"])
        // One was put in again before; the filter's entry counts the rest.
        #expect(try await entries(store) == [#"resubmit - {"status":"error","client_id":"c"} 4"#])
        try await run(url, ["callbacks", "redeliver", ids[1]])
        #expect(try await entries(store) == ["redeliver \(ids[1]) - 1"])
        try await tokens(url, store)
        try await run(url, ["open", "--print"])
        #expect(try await entries(store) == ["link - - 1"])
    }

    private func tokens(_ url: String, _ store: some JobStore) async throws {
        let made = try await run(url, ["token", "create", "--name", "a", "--role", "producer", "--expires", "9d"])
        #expect(made.text.contains("sees the jobs of all clients"))
        let first = try #require(try await store.perform { try $0.tokens() }.first)
        #expect(try await entries(store) == ["token_create \(first.id) - 1"])
        try await run(url, ["token", "rotate", "a", "--overlap", "1d"])
        let second = try #require(try await store.perform { try $0.tokens() }.first { $0.id != first.id })
        #expect(second.expiresAt == first.expiresAt && second.expiresAt != nil && second.role == .producer)
        #expect(try await entries(store) == ["token_rotate \(second.id) - 1"])
        let again = try await TestCtl.run(url, ["token", "rotate", first.id])
        #expect(again.exit == .code(1), "a token is rotated once")
        try await run(url, ["token", "revoke", "a"])
        #expect(try await entries(store) == ["token_revoke a - 2"])
        for arguments in [["token", "rotate", "a"], ["token", "revoke", "a"]] {
            #expect(try await TestCtl.run(url, arguments).exit == .code(1))
        }
        #expect(try await entries(store) == [])
    }

    @Test func `a token made offline is in no store`() async throws {
        try await TestFile.with { file in
            let said = try await run(
                file.path, ["token", "create", "--offline", "--name", "a", "--role", "reader", "--documents", "no"])
            #expect(said.lines.count == 2 && said.lines.first?.hasPrefix("ixt_") == true, "\(said.text)")
            let line = try #require(said.objects.first)
            #expect(line["sha256"]?.string?.count == 64 && line["documents"]?.text == "false")
            let store = file.store()
            #expect(try await store.perform { try $0.tokens() }.isEmpty)
            await store.close()
        }
    }

    @Test func `jobs that are erased, pruned or moved leave their entries`() async throws {
        try await TestFile.with { file in try await removals(file.path, file.store()) }
    }

    @Test(.needsPostgres) func `jobs that are erased, pruned or moved from PostgreSQL leave theirs`() async throws {
        try await TestDatabase.with { db in try await removals(db.url, db.store()) }
    }

    private func removals(_ url: String, _ store: some JobStore) async throws {
        var ids: [String] = []
        for number in 1...4 {
            let said = try await TestCtl.run(
                url, ["enqueue", "echo", "--client-id", "c", "--request-id", "\(number)"])
            ids.append(try #require(said.jobID))
        }
        try await run(url, ["cancel", ids[0], ids[1]])
        _ = try await entries(store)
        _ = try await TestCtl.run(url, ["erase", ids[0], ids[3], "--yes"])
        #expect(try await entries(store) == ["erase \(ids[0]) - 1"])
        // Under a tenth of a second.
        try await run(url, ["prune", "--error-days", "0.000001"])
        let pruned = try await entries(store)
        #expect(pruned.count == 1 && pruned[0].hasPrefix(#"prune - {"done_days":null,"error_days":"#), "\(pruned)")
        #expect(pruned.first?.hasSuffix("} 1") == true)
        let export = try TestExport()
        try await run(url, ["export", export.path, "--move", "--force"])
        let moved = try await entries(store)
        #expect(moved.count == 1 && moved[0].hasPrefix("export ") && moved[0].hasSuffix(#" {"force":true} 2"#))
        try await run(url, ["import", export.path])
        let came = try await entries(store)
        #expect(came.count == 1 && came[0].hasPrefix("import ") && came[0].hasSuffix(" - 2"), "\(came)")
    }

    @Test(.needsOwnCluster) func `in PostgreSQL the login's role decides who is written down`() async throws {
        try await RoleDatabase.with { db in
            let store = db.store()
            for (role, actor, written) in [
                ("ix_producer", "test_ix_producer", "producer"), ("ix_worker", "test_ix_worker", "worker"),
            ] {
                let id = try await db.enqueue("echo")
                try await run(try db.url(as: role), ["cancel", id])
                let entry = try #require(try await store.perform { try $0.audit(before: nil, limit: 1) }.first)
                #expect(entry.actor == actor && entry.role == written && entry.target == id)
            }
            let id = try await db.enqueue("echo")
            try await run(try db.url(as: "ix_operator"), ["cancel", id])
            let entry = try #require(try await store.perform { try $0.audit(before: nil, limit: 1) }.first)
            #expect(entry.role == "operator" && !entry.actor.hasPrefix("test_"))
            for role in ["ix_reader", "nobody"] {
                let said = try await TestCtl.run(try db.url(as: role), ["cancel", try await db.enqueue("echo")])
                #expect(said.exit == .code(77), "\(role): \(said.text)")
            }
            for role in ["ix_reader", "ix_producer", "ix_worker"] {
                let said = try await TestCtl.run(try db.url(as: role), ["open", "--print"])
                #expect(said.exit == .code(77), "\(role): \(said.text)")
            }
            #expect(try await store.perform { try $0.audit(before: nil, limit: 9) }.count == 3)
            await store.close()
        }
    }

    @discardableResult
    private func run(_ url: String, _ arguments: [String]) async throws -> TestCtl.Said {
        let said = try await TestCtl.run(url, arguments)
        #expect(said.exit == .code(0), "\(arguments): \(said.text)")
        return said
    }

    /// The entries since the last look, the oldest first: action, target, filter, count.
    private func entries(_ store: some JobStore) async throws -> [String] {
        try await store.transaction { operations in
            let all = try operations.audit(before: nil, limit: 100)
            let marks = all.prefix { $0.action != "looked" }
            try operations.recordAudit(AuditEntry(actor: "test", role: "operator", action: "looked", target: nil))
            return marks.reversed().map { entry in
                // The database writes an object in a form of its own.
                let filter = entry.filter?.replacing(": ", with: ":").replacing(", ", with: ",") ?? "-"
                return "\(entry.action) \(entry.target ?? "-") \(filter) \(entry.count)"
            }
        }
    }
}
