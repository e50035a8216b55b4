import IXTestSupport
import Testing

/// A daemon that only serves, while its database is away.
@Suite(.needsOwnCluster, .timeLimit(.minutes(3))) struct ServedStoreAwayTests {
    @Test func `without its database a serving daemon lives, is not ready, and becomes ready again`() async throws {
        let cluster = try await PrivateCluster()
        try await TestDatabase.with(.migrated, on: cluster.url) { database in
            let served = try await ServedAddress.serving(database.url)
            #expect(try await served.get("/readyz").status == 200)
            try await cluster.stop()
            let isAway = try await eventually {
                let ready = try await served.get("/readyz")
                return ready.status == 503 && ready.body.contains("/problems/store_away")
            }
            let live = try await served.get("/livez")
            #expect(isAway && live.status == 200)
            let post = try await served.post("/v1/jobs", #"{"use_case":"a","ix_client_id":"c","request_id":"1"}"#)
            #expect(post.status == 503 && post.body.contains("/problems/store_away"), "\(post)")
            try await cluster.start()
            let isBack = try await eventually(within: .seconds(30)) { try await served.get("/readyz").status == 200 }
            #expect(isBack)
            served.process.signal(15)
            #expect(try await served.process.exitStatus() == .code(0))
        }
        try await cluster.remove()
    }
}
