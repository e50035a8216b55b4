import FoundationEssentials
import Glibc
import IXCore
import IXTestSupport
import Testing

/// The history of a real daemon.
@Suite(.timeLimit(.minutes(2))) struct HistoryDaemonTests {
    @Test func `a stopped file's daemon has written all that it did`() async throws {
        try await TestFile.with { file in try await stopped(file.path) }
    }

    @Test(.needsPostgres) func `a stopped daemon on PostgreSQL has written all that it did`() async throws {
        try await TestDatabase.with { db in try await stopped(db.url) }
    }

    private func stopped(_ url: String) async throws {
        let daemon = try await ServedAddress.running(url)
        for number in 0..<30 {
            let body = #"{"use_case":"echo","ix_client_id":"shop","request_id":"\#(number)"}"#
            #expect(try await daemon.post("/v1/jobs?wait=30s", body).status == 201)
        }
        #expect(try await daemon.get("/v1/history?step=61").status == 422)
        daemon.process.signal(SIGTERM)
        #expect(try await daemon.process.exitStatus() == .code(0))
        let said = try await TestCtl.run(url, ["history", "--step", "3600", "--json"])
        #expect(said.exit == .code(0))
        let buckets = try #require(said.objects.first?["buckets"]?.elements).compactMap(\.object)
        let sum = { (name: String) in buckets.compactMap { $0[name]?.number }.reduce(0, +) }
        #expect((sum("claimed"), sum("done"), sum("error")) == (30, 30, 0))
        #expect(sum("run_seconds") > 0)
        let text = try await TestCtl.run(url, ["history", "--step", "86400"])
        #expect(text.text.contains("USE CASE") && text.text.contains("echo"))
    }
}
