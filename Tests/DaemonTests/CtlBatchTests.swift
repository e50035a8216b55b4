import FoundationEssentials
import IXCore
import IXTestSupport
import Testing

/// `ixctl batch` and `--batch`, on both stores.
@Suite(.timeLimit(.minutes(3))) struct CtlBatchTests {
    @Test func `a batch of the file is made, filled, shown, closed and cancelled`() async throws {
        try await TestFile.with { file in try await work(file.path) }
    }

    @Test(.needsPostgres) func `a batch of PostgreSQL is made, filled, shown, closed and cancelled`() async throws {
        try await TestDatabase.with { db in try await work(db.url) }
    }

    private func work(_ url: String) async throws {
        let made = try await TestCtl.run(
            url, ["batch", "create", "merge", "--client-id", "shop", "--open", "--on-failure", "cancel_rest"])
        let batch = made.text
        #expect(made.exit == .code(0) && UUID(uuidString: batch) != nil, "\(batch)")
        for _ in 0..<2 {
            let member = try await TestCtl.run(url, ["enqueue", "page", "--client-id", "shop", "--batch", batch])
            #expect(member.exit == .code(0), "\(member.text)")
        }
        let other = try await TestCtl.run(
            url, ["batch", "create", "merge", "--client-id", "other", "--open", "--expires-at", "+1d"])
        #expect(other.exit == .code(0), "\(other.text)")
        let batches = try await TestCtl.run(url, ["batch", "list"])
        let rows = batches.lines.filter { $0.contains(" open ") }.map { $0.split(separator: " ") }
        #expect(
            rows.map { String($0[0]) } == [batch, other.text] && rows.map { $0[2] } == ["2", "0"], "\(batches.text)")
        let first = try await TestCtl.run(url, ["batch", "list", "--json", "--limit", "1"])
        let cursor = try #require(first.objects.last?["cursor"]?.string, "\(first.text)")
        let rest = try await TestCtl.run(url, ["batch", "list", "--json", "--after", cursor])
        #expect(rest.objects.map { $0["batch_id"]?.string } == [other.text], "\(rest.text)")
        #expect(rest.objects.first?["expires_at"]?.string != nil, "\(rest.text)")
        let own = try await TestCtl.run(url, ["batch", "list", "--json", "--client-id", "shop"])
        #expect(own.objects.map { $0["batch_id"]?.string } == [batch], "\(own.text)")
        let state = try await TestCtl.run(url, ["batch", "get", batch])
        #expect(
            state.text.contains("open") && state.text.contains("0 of 2 ended, 0 running, 0 in error"), "\(state.text)")
        let json = try await TestCtl.run(url, ["batch", "get", batch, "--json"])
        #expect(json.text.contains(#""batch_on_failure":"cancel_rest","open":true,"members":2"#), "\(json.text)")
        let list = try await TestCtl.run(url, ["list", "--batch", batch, "--json"])
        #expect(list.text.split(separator: "\n").count == 2, "\(list.text)")
        let closed = try await TestCtl.run(url, ["batch", "close", batch])
        #expect(closed.exit == .code(0) && closed.text == "batch \(batch) is closed", "\(closed.text)")
        let dry = try await TestCtl.run(
            url, ["cancel", "--status", "pending", "--batch", batch, "--dry-run", "--json"])
        #expect(dry.text.contains("2") && dry.exit == .code(0), "\(dry.text)")
        let cancelled = try await TestCtl.run(url, ["batch", "cancel", batch])
        #expect(cancelled.exit == .code(0) && cancelled.text == "batch \(batch) is cancelled", "\(cancelled.text)")
        let again = try await TestCtl.run(url, ["batch", "cancel", batch])
        #expect(again.exit == .code(1) && again.text.contains("waits no more"), "\(again.text)")
        let late = try await TestCtl.run(url, ["enqueue", "page", "--client-id", "shop", "--batch", batch])
        #expect(late.exit == .code(64) && late.text.contains("batch_id: "), "\(late.text)")
        let wrong = try await TestCtl.run(url, ["batch", "create", "merge", "--on-failure", "stop"])
        #expect(
            wrong.exit == .code(64) && wrong.text.contains("batch_on_failure: must be run, fail or cancel_rest"),
            "\(wrong.text)")
    }
}
